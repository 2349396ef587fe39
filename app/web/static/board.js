// The board at any step, without asking the server: its counts come once, from dial.json, standings.js
// scores and ranks them, row.js writes a row, places.js moves rows. A board that counts cannot tell is
// asked for instead (dial.js).

import { at } from "./address.js";
import { copy } from "./candor.js";
import { addressWith, choose, remember, rest, say, stepNow, turns } from "./dial.js";
import { show } from "./places.js";
import { fill, introduce, openRow, scaleHead, scaleOf, write } from "./row.js";
import { PENDING, SORTS, chosen, leaders, openCounts, span, standings } from "./standings.js";
import { silenceWords, story, summary } from "./summary.js";

const card = document.querySelector("[data-dial]");
const table = () => document.querySelector("[data-table]");

let data, hues, body, pattern;
const known = new Map();
const viewName = (view) => `${view.rule} ${view.step}`;

function viewNow() {
  const asked = addressWith({}).searchParams;
  const quadratic = asked.get("rule") === "quadratic";
  return {
    rule: quadratic ? "quadratic" : "target",
    step: quadratic ? data.usual / 100 : stepNow(),
    find: (asked.get("q") ?? "").trim(),
    sort: asked.get("sort") ?? "score",
  };
}

function rowFor(one) {
  const id = one.row.i;
  let cells = known.get(id);
  if (!cells) {
    const there = body.querySelector(`tr[data-id="${CSS.escape(id)}"]`);
    cells = openRow(there ?? introduce(pattern, one.row, hues.get(one.model)));
    known.set(id, cells);
  }
  return cells;
}

/** Draws the table and the story at the view of the address. */
function draw() {
  const view = viewNow();
  const everyone = standings(data, view);
  const found = chosen(data, everyone, view);
  const shown = found.slice(0, Number(table().dataset.limit));
  const limits = shown.map((one) => span(data, one, view));
  const scale = scaleOf(shown.map((one, n) => limits[n] ?? [one.score, one.score]));
  const cells = shown.map(rowFor);
  const rows = cells.map(({ tr }) => tr);
  const complete = found.length === shown.length && !view.find && found.length === everyone.length;
  const silence = silenceAt(shown, view, complete);
  if (silence >= 0) rows.splice(silence, 0, silenceRow(silence === shown.length));
  const name = viewName(view);
  show(rows, (at) => {
    if (at === silence) return;
    const n = at - (silence >= 0 && at > silence);
    if (cells[n].of !== name) write(cells[n].range, PENDING);
    fill(cells[n], data, shown[n], scale, limits[n]);
  });
  drawScale(scaleHead(scale));
  document.querySelector("[data-no-match]").hidden = shown.length > 0;
  tell(settled.of === name ? settled.pieces : story(summary(data, everyone, view)));
}

let drawn, told;
// The server's sentence about a view, which knows more: who is clearly ahead.
let settled = {};

function drawScale(markup) {
  if (drawn === markup) return;
  drawn = markup;
  document.querySelector("[data-scale]").innerHTML = markup;
}

function tell(pieces) {
  if (told === pieces.join()) return;
  told = pieces.join();
  document.querySelector("[data-story]").replaceChildren(...pieces.map(([kind, text]) => {
    if (kind === "plain") return text;
    const strong = document.createElement("strong");
    strong.textContent = text;
    return strong;
  }));
}

/** Before which row silence stands; after the last one only where all are shown. */
function silenceAt(shown, view, complete) {
  if (view.sort !== "score" || !shown.length) return -1;
  const over = shown.filter((one) => one.score >= 0).length;
  return over < shown.length || complete ? over : -1;
}

let silent;

function silenceRow(last) {
  silent ??= body.querySelector("[data-silence]");
  if (!silent) {
    silent = document.createElement("tr");
    silent.className = "silence";
    silent.setAttribute("role", "row");
    silent.dataset.silence = "";
    silent.innerHTML = '<td colspan="10" role="cell"><b class="num">0 · always “I don’t know”</b> <span data-silence-words></span></td>';
  }
  write(silent.querySelector("[data-silence-words]"), silenceWords(last));
  return silent;
}

// What a reader sets beside the dial ---------------------------------------------------------------

function sortBy(name) {
  const now = addressWith({}).searchParams.get("sort") ?? "score";
  const next = now.replace(/^-/, "") === name && !now.startsWith("-") && name !== "score" ? `-${name}` : name;
  remember({ sort: next === "score" ? null : next });
  for (const head of table().querySelectorAll("[aria-sort]")) head.removeAttribute("aria-sort");
  for (const link of table().querySelectorAll("thead .legend")) link.removeAttribute("aria-current");
  const link = table().querySelector(`[data-sort-by="${name}"]`);
  const falling = SORTS[name][1] !== next.startsWith("-");
  link.closest("th").setAttribute("aria-sort", falling ? "descending" : "ascending");
  if (link.matches(".legend")) link.setAttribute("aria-current", "true");
  draw();
}

const picked = () => addressWith({}).searchParams.getAll("pick");

function pick(id, on) {
  const others = picked().filter((one) => one !== id);
  const next = on ? [...others, id].slice(-2) : others;
  remember({ pick: next });
  for (const box of document.querySelectorAll(".pick input")) box.checked = next.includes(box.value);
  showTray();
}

function showTray() {
  const tray = document.querySelector("[data-tray]");
  if (!tray) return;
  const ids = picked();
  tray.hidden = ids.length === 0;
  const names = ids.map((id) => document.querySelector(`tr[data-id="${CSS.escape(id)}"] .model a`)?.textContent ?? "another model");
  write(tray.querySelector("[data-tray-names]"), ids.length === 1 ? `${names[0]} and …` : names.join(" and "));
  const go = tray.querySelector("[data-tray-go]");
  go.hidden = ids.length < 2;
  const view = addressWith({}).searchParams;
  const terms = new URLSearchParams({ a: ids[0], b: ids[1] });
  for (const name of ["rule", "target", "penalty", "mode", "revision", "category"]) if (view.has(name)) terms.set(name, view.get(name));
  go.setAttribute("href", at(`/compare?${terms}`));
}

async function shareCopy(button, format) {
  const link = document.querySelector(`[data-export="${format}"]`);
  const reply = await fetch(link.href);
  await copy(button, await reply.text());
}

function shareBadge(button) {
  const path = button.dataset.shareBadge, title = document.querySelector("h1").textContent.replace(/[[\]\\]/g, "\\$&");
  const view = new URLSearchParams();
  for (const name of ["target", "penalty", "mode", "revision", "category"]) if (addressWith({}).searchParams.has(name)) view.set(name, addressWith({}).searchParams.get(name));
  const query = view.size ? `?${view}` : "";
  return copy(button, `[![${title}](${location.origin}${path}/badge.svg${query})](${location.origin}${path}${query})`);
}

document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.matches(".pick input")) pick(box.value, box.checked);
  if (box.matches("input[name=col]")) {
    const boxes = [...document.querySelectorAll("input[type=checkbox][name=col]")];
    for (const one of boxes) table().classList.toggle(`no-${one.value}`, !one.checked);
    const shown = boxes.filter((one) => one.checked).map((one) => one.value);
    remember({ col: shown.length === boxes.length ? null : ["score", ...shown] });
  }
  if (box.matches("select[name=category]")) location.assign(addressWith({ category: box.value || null }));
});

document.addEventListener("click", (event) => {
  const on = (name) => event.target.closest(name);
  if (on("[data-tray-clear]")) { remember({ pick: null }); for (const box of document.querySelectorAll(".pick input")) box.checked = false; showTray(); }
  if (on("[data-share-link]")) copy(on("[data-share-link]"), location.href);
  if (on("[data-share-copy]")) shareCopy(on("[data-share-copy]"), on("[data-share-copy]").dataset.shareCopy);
  if (on("[data-share-badge]")) shareBadge(on("[data-share-badge]"));
  const chart = on("[data-chart]");
  if (chart) {
    chart.closest("[data-shown]").dataset.shown = chart.dataset.chart;
    for (const one of document.querySelectorAll("[data-chart]")) one.setAttribute("aria-pressed", String(one === chart));
    remember({ chart: chart.dataset.chart === "value" ? null : chart.dataset.chart });
  }
  const head = on("[data-sort-by]");
  if (head && data && !event.ctrlKey && !event.metaKey) { event.preventDefault(); sortBy(head.dataset.sortBy); }
});

let typing;
document.querySelector("[data-find]")?.addEventListener("input", (event) => {
  clearTimeout(typing);
  typing = setTimeout(() => {
    remember({ q: event.target.value.trim() || null });
    if (data) draw(); else rest(300);
  }, 60);
});

// The dial ---------------------------------------------------------------------------------------

/** The row that other rows are copied from: a search that finds nobody leaves none on the page. */
async function anyRow() {
  const there = body.querySelector("tr[data-id]");
  if (there) return there.cloneNode(true);
  const page = new DOMParser().parseFromString(await (await fetch(addressWith({ q: null }))).text(), "text/html");
  const elsewhere = page.querySelector("tr[data-id]");
  return elsewhere && document.importNode(elsewhere, true);
}

async function load() {
  const parts = ["board", "story"].map((id) => document.getElementById(id));
  for (const part of parts) part.dataset.swap = "kept";
  const reply = await fetch(card.dataset.data);
  if (!reply.ok) {
    for (const part of parts) part.dataset.swap = "";
    return;
  }
  const counts = openCounts(await reply.json(), card.dataset.mode);
  body = document.querySelector("[data-rows]");
  pattern = await anyRow();
  hues = leaders(counts);
  data = counts;
  document.documentElement.dataset.dial = "ready";
}

let waiting;
if (table() && turns === "exact") {
  const loaded = load();
  document.addEventListener("dial", () => {
    if (data) draw();
    else { waiting ??= loaded.then(() => data && draw()); }
  });
  document.addEventListener("dial:set", (event) => {
    const { name, value } = event.detail;
    if (!data || name !== "rule" || value !== "quadratic" || data.usual % 100) return;
    event.preventDefault();
    showQuadratic();
  });
  document.addEventListener("dial:asked", (event) => loaded.then(() => takeRanges(event.detail.page)));
}

function showQuadratic() {
  remember({ rule: "quadratic", target: null, penalty: null });
  say({ value: "all t", price: "varies", pays: "Every target from 0 to 1 at once: saying how sure one is pays best." });
  for (const slider of document.querySelectorAll("[data-dial] input[type=range], [data-slim] input")) slider.classList.add("idle");
  choose("rule", (value) => value === "quadratic");
  draw();
  rest();
}

/** Rank ranges come from the server, for the view that is shown, and the sentence that needs them. */
function takeRanges(page) {
  if (!data) return;
  const view = viewName(viewNow());
  const pieces = [...page.querySelector("[data-story]").childNodes].map(
    (node) => [node.nodeName === "STRONG" ? "strong" : "plain", node.textContent]);
  settled = { of: view, pieces };
  tell(pieces);
  for (const [id, cells] of known) {
    const fresh = page.querySelector(`tr[data-id="${CSS.escape(id)}"] .range`);
    if (!fresh) continue;
    write(cells.range, fresh.textContent);
    if (!fresh.dataset.null) cells.of = view;
  }
  for (const row of body.querySelectorAll("tr[data-id]")) {
    const fresh = page.querySelector(`tr[data-id="${CSS.escape(row.dataset.id)}"] .range`);
    if (fresh && !known.has(row.dataset.id)) write(row.querySelector(".range"), fresh.textContent);
  }
}

showTray();
