// The board at any step, in the browser: the same integers, the same doubles and the same rounding as
// the server (app/scoring/assess.py, intervals.py, app/web/words.py), so that every printed digit is
// the same. Its counts come once, from dial.json; a board that counts cannot tell is asked for instead.

import { copy } from "./candor.js";
import { UNITS, MINUS, addressWith, choose, fixed, penaltyAt, remember, rest, stepNow, turns } from "./dial.js";

const DASH = "\u2013";
const table = document.querySelector("[data-table]");
const card = document.querySelector("[data-dial]");
const body = () => document.querySelector("[data-rows]");
const STEPS = 100;

// Arithmetic -----------------------------------------------------------------------------------

function wilson(x, n, z) {
  const share = x / n;
  const centre = (share + z * z / (2 * n)) / (1 + z * z / n);
  const half = z / (1 + z * z / n) * Math.sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  return [x <= 0 ? 0 : centre - half, x >= n ? 1 : centre + half];
}

function moverWilson(right, wrong, n, penalty, z) {
  const x = right / n, y = wrong / n;
  const [l1, u1] = wilson(right, n, z), [l2, u2] = wilson(wrong, n, z);
  const inside = x > 0 && x < 1 && y > 0 && y < 1;
  const r = -Math.sqrt(inside ? x * y / ((1 - x) * (1 - y)) : 0);
  const score = x - penalty * y;
  const below = x - l1, above = u1 - x;
  const more = penalty * (u2 - y), less = penalty * (y - l2);
  return [
    score - Math.sqrt(below * below + more * more - 2 * r * below * more),
    score + Math.sqrt(above * above + less * less - 2 * r * above * less),
  ];
}

const scoreOf = (right, wrong, whole, step) =>
  (right * (UNITS - step * 100) - wrong * step * 100) / (whole * (UNITS - step * 100));

function points(value) {
  const text = fixed(Math.abs(value) * 100, 1);
  return text === "0.0" ? text : (value < 0 ? MINUS : "+") + text;
}

const share = (value) => fixed(value * 100, 1);
const percent = (value) => (value === null ? DASH : `${fixed(value * 100, 1)} %`);

function ordinal(place) {
  if ([11, 12, 13].includes(place % 100)) return `${place}th`;
  return place + ({ 1: "st", 2: "nd", 3: "rd" }[place % 10] ?? "th");
}

/** Ranks 1, 2, 2, 4 of values, the greatest first. */
function ranks(values) {
  const sorted = [...values].sort((a, b) => b - a);
  const first = new Map();
  sorted.forEach((value, at) => { if (!first.has(value)) first.set(value, at + 1); });
  return values.map((value) => first.get(value));
}

/** What a list of changes [[step, …], …] says at a step. */
function at(changes, step) {
  let found = changes[0];
  for (const change of changes) {
    if (change[0] > step) break;
    found = change;
  }
  return found;
}

// A view: every model's row, scored and ranked ---------------------------------------------------

let data;

function standings(view) {
  const { step, rule } = view;
  const out = [];
  data.models.forEach((changes, model) => {
    const place = at(changes, step)[1];
    if (place < 0) return;
    const row = data.rows[place];
    if (row.w === 0 || (rule === "quadratic" && !row.q)) return;
    const [, right, wrong] = at(row.c, step);
    const [declared] = row.s;
    out.push({
      row, place, model, right, wrong,
      accuracy: data.hidden ? declared / 1000 : scoreOf(row.c[0][1], 0, row.w, 0),
      score: rule === "quadratic" ? row.q[0] : scoreOf(right, wrong, row.w, step),
    });
  });
  const byScore = ranks(out.map((one) => one.score));
  const byAccuracy = ranks(out.map((one) => one.accuracy));
  out.forEach((one, n) => { one.rank = byScore[n]; one.accuracyRank = byAccuracy[n]; });
  return out.sort((a, b) => a.rank - b.rank || a.place - b.place);
}

function span(one, view) {
  const { row, right, wrong } = one;
  if (view.rule === "quadratic") return row.q.length === 3 ? [row.q[1], row.q[2]] : null;
  if (data.hidden) return moverWilson(right / 1000 * row.m, wrong / 1000 * row.m, row.m, penaltyAt(view.step), data.z);
  if (view.step === 0) return wilson(right, row.w, data.z);
  return moverWilson(right, wrong, row.w, penaltyAt(view.step), data.z);
}

/** Right, wrong, abstained, partial, missing, ungraded, as shares of all that was asked. */
function sharesOf({ row, right, wrong }) {
  const [r, w, silent, partial, missing, ungraded, total] = row.s;
  const counted = data.mode === "threshold"
    ? [right, wrong, silent + r + w - right - wrong, partial, missing, ungraded]
    : [r, w, silent, partial, missing, ungraded];
  return counted.map((part) => part / total);
}

const selective = ({ right, wrong }) => (right + wrong === 0 ? null : right / (right + wrong));

const SORTS = {
  score: [(one) => one.score, true],
  change: [(one) => one.accuracyRank - one.rank, true],
  right: [(one) => sharesOf(one)[0], true],
  wrong: [(one) => sharesOf(one)[1], false],
  silent: [(one) => sharesOf(one)[2], true],
  accuracy: [(one) => one.accuracy, true],
  selective: [selective, true],
  calibration: [(one) => one.row.e, false],
};

function chosen(everyone, view) {
  const wanted = view.find.toLowerCase();
  const found = everyone.filter((one) => `${one.row.n} ${one.row.o}`.toLowerCase().includes(wanted));
  const name = view.sort.replace(/^-/, "");
  if (view.sort === "score") return found;
  const [figure, mostFirst] = SORTS[name];
  const falling = mostFirst !== view.sort.startsWith("-");
  const key = (one) => { const value = figure(one); return value === null ? Infinity : falling ? -value : value; };
  return found.map((one) => [key(one), one]).sort((a, b) => (a[0] === b[0] ? 0 : a[0] - b[0])).map(([, one]) => one);
}

// Words and bars ---------------------------------------------------------------------------------

function story(everyone, view) {
  if (!everyone.length) return [["plain", "Nobody has a place on this board yet."]];
  const first = everyone[0];
  if (view.step === 0 && view.rule !== "quadratic") {
    return [["strong", first.row.n], ["plain", " leads on accuracy. "],
      ["plain", "Move the dial to see who still leads when wrong answers cost something."]];
  }
  const crowned = everyone.reduce((best, one) => (one.accuracyRank < best.accuracyRank ? one : best));
  const pieces = [];
  if (crowned.rank > 1) pieces.push(["strong", crowned.row.n], ["plain", ` falls from ${ordinal(crowned.accuracyRank)} to ${ordinal(crowned.rank)}. `]);
  if (first.accuracyRank > 1) pieces.push(["strong", first.row.n], ["plain", ` climbs from ${ordinal(first.accuracyRank)} to ${ordinal(first.rank)}. `]);
  else pieces.push(["strong", first.row.n], ["plain", " leads under both rules. "]);
  const losing = everyone.filter((one) => one.score < 0).length;
  let of = `${losing} of ${everyone.length} models`;
  if (losing === everyone.length) of = losing > 1 ? "Every model here" : "The model";
  pieces.push(["plain", losing
    ? `${of} would score more by saying “I don’t know” to everything.`
    : "No model would score more by saying “I don’t know” to everything."]);
  return pieces;
}

const fives = (value) => Math.ceil(value * 100 / 5) * 5;

function scaleOf(spans) {
  const top = Math.max(5, fives(Math.max(0, ...spans.map(([, high]) => high))));
  const low = fives(-Math.min(0, ...spans.map(([one]) => one)));
  return { floor: -Math.min(low, Math.max(fives(top * 0.035), 75)), top };
}

function scaleHead({ floor, top }) {
  const zero = -floor * (150 / (top - floor));
  const ends = [];
  if (floor < 0 && zero > 44) ends.push(`<text x="0" y="12">${MINUS}${-floor}</text>`);
  ends.push(`<text x="${fixed(zero, 1)}" y="12" text-anchor="${zero < 8 ? "start" : "middle"}">0</text>`);
  if (150 - zero > 30) ends.push(`<text x="150" y="12" text-anchor="end">+${top}</text>`);
  return `<svg class="scale" viewBox="0 0 150 16" width="150" height="16" aria-hidden="true" focusable="false">${ends.join("")}</svg>`;
}

/** Moves a bar to a score; its parts are made once for each of the three forms that it can have. */
function moveBar(svg, value, low, high, scale) {
  const floor = scale.floor / 100, top = scale.top / 100;
  const unit = 150 / (top - floor);
  const x = (point) => Math.min(Math.max((point - floor) * unit, 0), 150);
  const zero = -floor * unit;
  const [left, right] = zero < x(value) ? [zero, x(value)] : [x(value), zero];
  const form = value < floor ? "off" : low < high ? "whisker" : "bare";
  if (svg.dataset.form !== form) {
    svg.innerHTML = '<line class="axis" y1="0" y2="20"/><rect y="5" height="10" rx="1.5"/>' + {
      off: '<path class="chevron" d="M7 7 4 10l3 3M12 7l-3 3 3 3"/>',
      whisker: '<line class="whisker" y1="10" y2="10"/>',
      bare: "",
    }[form];
    svg.dataset.form = form;
  }
  const [axis, bar, whisker] = svg.children;
  set(axis, { x1: fixed(zero, 1), x2: fixed(zero, 1) });
  set(bar, { class: value >= 0 ? "gain" : "loss", x: fixed(left, 1), width: fixed(Math.max(right - left, 0.5), 1) });
  if (form === "whisker") set(whisker, { x1: fixed(x(low), 1), x2: fixed(x(high), 1) });
}

function set(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (node.getAttribute(name) !== value) node.setAttribute(name, value);
  }
}

const KINDS = ["correct", "wrong", "abstained", "partial", "missing", "ungraded"];

function outcomeBar(shares) {
  let from = 0;
  return shares.map((part, n) => {
    if (part <= 0) return "";
    const kind = KINDS[n], thin = n > 3;
    const fill = thin || kind === "abstained" ? `fill="url(#${kind})" ` : "";
    const mark = `<rect class="${kind}" ${fill}x="${fixed(from, 2)}" y="${thin ? 4 : 0}" width="${fixed(Math.max(part * 180, 0.6), 2)}" height="${thin ? 4 : 12}"/>`;
    from += part * 180;
    return mark;
  }).join("");
}

// The table ------------------------------------------------------------------------------------

const known = new Map();
const put = (node, text) => { if (node.textContent !== text) node.textContent = text; };
const hues = new Map();

/** Who leads at some step, numbered in order of the steps; the first seven have a hue. */
function findHues() {
  for (let step = 0; step < STEPS; step += 1) {
    let best;
    data.models.forEach((changes, model) => {
      const place = at(changes, step)[1];
      if (place < 0 || data.rows[place].w === 0) return;
      const [, right, wrong] = at(data.rows[place].c, step);
      const score = scoreOf(right, wrong, data.rows[place].w, step);
      if (!best || score > best.score) best = { score, model };
    });
    if (best?.score > 0 && !hues.has(best.model) && hues.size < 7) hues.set(best.model, hues.size + 1);
  }
}

function rowFor(one) {
  const id = one.row.i;
  if (known.has(id)) return known.get(id);
  const old = body().querySelector(`tr[data-id="${CSS.escape(id)}"]`);
  const tr = old ?? body().querySelector("tr[data-id]").cloneNode(true);
  if (!old) introduce(tr, one);
  const find = (name) => tr.querySelector(name);
  const cells = {
    tr, rank: find(".rank b"), range: find(".range"), move: find(".move"), score: find(".score b"), reach: find(".score small"),
    bar: find(".bar svg"), outcomes: find(".outcomes"), shares: [...tr.querySelectorAll(".shares b")], rest: find(".rest"),
    accuracy: find(".of-accuracy"), selective: find(".of-selective"), calibration: find(".of-calibration"), drawn: "",
  };
  known.set(id, cells);
  return cells;
}

function introduce(tr, one) {
  const { row } = one;
  tr.dataset.id = row.i;
  const link = tr.querySelector(".model a");
  link.textContent = row.n;
  link.setAttribute("href", `/submissions/${row.i}`);
  put(tr.querySelector(".model small"), row.o);
  const hue = hues.get(one.model);
  tr.querySelector(".swatch").setAttribute("class", hue ? `swatch line-${hue}` : "swatch");
  put(tr.querySelector(".range"), DASH);
  const box = tr.querySelector(".pick input");
  box.value = row.i;
  box.checked = false;
  box.setAttribute("aria-label", `Compare ${row.n}`);
}

function fill(cells, one, view, scale, limits) {
  const [low, high] = limits ?? [one.score, one.score];
  put(cells.rank, String(one.rank));
  if (cells.of !== viewName(view)) put(cells.range, DASH);
  const change = one.accuracyRank - one.rank;
  const way = change === 0 ? "same" : change > 0 ? "up" : "down";
  const moved = (change === 0 ? "<b>—</b>" : `<b class="num"><span class="visually-hidden">${way} </span>${Math.abs(change)}</b>`)
    + `<small>from ${one.accuracyRank}</small>`;
  if (cells.moved !== moved) {
    cells.move.innerHTML = moved; // Numbers and words of our own.
    cells.move.className = `move of-change ${way}`;
    cells.moved = moved;
  }
  put(cells.score, points(one.score));
  put(cells.reach, limits ? `±${fixed((high - low) * 50, 1)}` : "");
  cells.tr.classList.toggle("unsure", low < 0 && high > 0);
  moveBar(cells.bar, one.score, low, high, scale);
  const shares = sharesOf(one);
  const drawn = shares.join();
  if (cells.drawn !== drawn) {
    cells.outcomes.innerHTML = outcomeBar(shares);
    cells.shares.forEach((node, n) => put(node, share(shares[n])));
    put(cells.rest, KINDS.slice(3).map((kind, n) => (shares[n + 3] > 0 ? `${kind} ${share(shares[n + 3])}` : "")).filter(Boolean).join(", "));
    cells.drawn = drawn;
  }
  put(cells.accuracy, percent(one.accuracy));
  put(cells.selective, percent(selective(one)));
  put(cells.calibration, one.row.e === null ? DASH : fixed(one.row.e, 2));
}

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

/** Draws the table and the story at the view of the address. */
function draw() {
  const start = measure();
  const view = viewNow();
  const everyone = standings(view);
  const found = chosen(everyone, view);
  const shown = found.slice(0, Number(table.dataset.limit));
  const limits = shown.map((one) => span(one, view));
  const scale = scaleOf(shown.map((one, n) => limits[n] ?? [one.score, one.score]));
  const rows = shown.map((one) => rowFor(one));
  fillInSight(rows, start, (n) => fill(rows[n], shown[n], view, scale, limits[n]));
  document.querySelector("[data-scale]").innerHTML = scaleHead(scale);
  const complete = found.length === shown.length && !view.find && found.length === everyone.length;
  arrange(rows.map((cells) => cells.tr), silenceAt(shown, view, complete), start);
  document.querySelector("[data-no-match]").hidden = rows.length > 0;
  const pieces = story(everyone, view).map(([kind, text]) => {
    if (kind === "plain") return text;
    const strong = document.createElement("strong");
    strong.textContent = text;
    return strong;
  });
  document.querySelector("[data-story]").replaceChildren(...pieces);
}

function silenceAt(shown, view, complete) {
  if (view.sort !== "score" || !shown.length) return -1;
  const over = shown.filter((one) => one.score >= 0).length;
  return over < shown.length || complete ? over : -1;
}

let silent;

function silenceRow() {
  silent ??= body().querySelector("[data-silence]");
  if (!silent) {
    silent = document.createElement("tr");
    silent.className = "silence";
    silent.setAttribute("role", "row");
    silent.dataset.silence = "";
    silent.innerHTML = '<td colspan="10" role="cell"><b class="num">0 · always “I don’t know”</b> <span data-silence-words></span></td>';
  }
  return silent;
}

// Heights are read once, before anything is written, so that a step needs no layout of its own.
const heights = new Map();
let usualHeight = 60;
addEventListener("resize", () => heights.clear());

function measure() {
  for (const row of body().children) {
    if (heights.has(row)) continue;
    heights.set(row, row.offsetHeight);
    if (row.dataset.id) usualHeight = heights.get(row);
  }
  return body().getBoundingClientRect().top;
}

function tops(rows) {
  let top = 0;
  return new Map(rows.map((row) => {
    const place = [row, top];
    top += heights.get(row) ?? usualHeight;
    return place;
  }));
}

// Rows out of sight are written once the dial slows, or when the reader scrolls to them.
let late = [], slow;

function fillInSight(rows, start, write) {
  const places = tops(rows.map((cells) => cells.tr));
  late = [];
  rows.forEach((cells, n) => {
    const top = start + places.get(cells.tr);
    if (top > -160 && top < innerHeight + 160) write(n);
    else late.push(() => write(n));
  });
  clearTimeout(slow);
  slow = setTimeout(fillTheRest, 90);
}

function fillTheRest() {
  for (const write of late) write();
  late = [];
}

for (const name of ["scroll", "beforeprint", "resize"]) addEventListener(name, fillTheRest, { passive: true });

/** Puts the rows in order; those in sight slide to their places, unless the reader wants no motion. */
function arrange(rows, silence, start) {
  const wanted = [...rows];
  if (silence >= 0) {
    put(silenceRow().querySelector("[data-silence-words]"), silence === rows.length
      ? "every model here does at least as well" : "every model below would score more by staying silent");
    wanted.splice(silence, 0, silenceRow());
  }
  const now = [...body().children];
  if (now.length === wanted.length && wanted.every((row, n) => row === now[n])) return;
  const kept = new Set(wanted);
  for (const row of now) if (!kept.has(row)) row.remove();
  wanted.forEach((row, n) => {
    if (body().children[n] !== row) body().insertBefore(row, body().children[n] ?? null);
  });
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const before = tops(now), after = tops(wanted);
  const inSight = (top) => start + top > -200 && start + top < innerHeight + 200;
  for (const [row, top] of after) {
    const from = before.get(row);
    if (from === undefined || from === top || !(inSight(from) || inSight(top))) continue;
    slides.get(row)?.cancel();
    slides.set(row, row.animate([{ transform: `translateY(${from - top}px)` }, { transform: "none" }], { duration: 300, easing: "ease-out" }));
  }
}

const slides = new WeakMap();

// What a reader sets beside the dial ---------------------------------------------------------------

function sortBy(name) {
  const now = addressWith({}).searchParams.get("sort") ?? "score";
  const next = now.replace(/^-/, "") === name && !now.startsWith("-") && name !== "score" ? `-${name}` : name;
  remember({ sort: next === "score" ? null : next });
  for (const head of table.querySelectorAll("[aria-sort]")) head.removeAttribute("aria-sort");
  for (const link of table.querySelectorAll("thead .legend")) link.removeAttribute("aria-current");
  const link = table.querySelector(`[data-sort-by="${name}"]`);
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
  put(tray.querySelector("[data-tray-names]"), ids.length === 1 ? `${names[0]} and …` : names.join(" and "));
  const go = tray.querySelector("[data-tray-go]");
  go.hidden = ids.length < 2;
  const view = addressWith({}).searchParams;
  const terms = new URLSearchParams({ a: ids[0], b: ids[1] });
  for (const name of ["rule", "target", "mode"]) if (view.has(name)) terms.set(name, view.get(name));
  go.setAttribute("href", `/compare?${terms}`);
}

async function shareCopy(button, format) {
  const link = document.querySelector(`[data-export="${format}"]`);
  const reply = await fetch(link.href);
  await copy(button, await reply.text());
}

function shareBadge(button) {
  const path = button.dataset.shareBadge, title = document.querySelector("h1").textContent.replace(/[[\]\\]/g, "\\$&");
  const view = new URLSearchParams();
  for (const name of ["target", "mode"]) if (addressWith({}).searchParams.has(name)) view.set(name, addressWith({}).searchParams.get(name));
  const query = view.size ? `?${view}` : "";
  return copy(button, `[![${title}](${location.origin}${path}/badge.svg${query})](${location.origin}${path}${query})`);
}

document.addEventListener("change", (event) => {
  const box = event.target;
  if (box.matches(".pick input")) pick(box.value, box.checked);
  if (box.matches("input[name=col]")) {
    const boxes = [...document.querySelectorAll("input[type=checkbox][name=col]")];
    for (const one of boxes) table.classList.toggle(`no-${one.value}`, !one.checked);
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

async function load() {
  const reply = await fetch(card.dataset.data);
  if (!reply.ok) return;
  const counts = await reply.json();
  counts.mode = card.dataset.mode;
  data = counts;
  findHues();
  for (const name of ["board", "story"]) document.getElementById(name).dataset.swap = "kept";
  document.documentElement.dataset.dial = "ready";
}

let waiting;
if (table && turns === "exact") {
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
  document.addEventListener("dial:asked", (event) => takeRanges(event.detail.page));
}

function showQuadratic() {
  remember({ rule: "quadratic", target: null });
  for (const node of document.querySelectorAll("[data-dial-value]")) put(node, "all t");
  for (const node of document.querySelectorAll("[data-dial-price]")) put(node, "varies");
  for (const node of document.querySelectorAll("[data-dial-pays]")) put(node, "Every target from 0 to 1 at once: saying how sure one is pays best.");
  for (const slider of document.querySelectorAll("[data-dial] input[type=range], [data-slim] input")) slider.classList.add("idle");
  choose("rule", (value) => value === "quadratic");
  draw();
  rest();
}

/** Rank ranges come from the server, for the view that is shown. */
function takeRanges(page) {
  if (!data) return;
  const view = viewName(viewNow());
  for (const [id, cells] of known) {
    const fresh = page.querySelector(`tr[data-id="${CSS.escape(id)}"] .range`);
    if (!fresh) continue;
    put(cells.range, fresh.textContent);
    if (!fresh.dataset.null) cells.of = view;
  }
  for (const row of body().querySelectorAll("tr[data-id]")) {
    const fresh = page.querySelector(`tr[data-id="${CSS.escape(row.dataset.id)}"] .range`);
    if (fresh && !known.has(row.dataset.id)) put(row.querySelector(".range"), fresh.textContent);
  }
}

showTray();
