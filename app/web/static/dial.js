// The dial: one step between 0 and 0.99, shown everywhere at once. It moves the slider and its slim
// copy, the price, the marks on every chart and the address, and then asks the server once for what
// only the server knows. A page that can score a step by itself (board.js) listens to "dial".
//
// Elements: [data-dial] the card, data-turns = exact | asking | fixed; [data-dial-value], -price and
// -pays its words; [data-slim] the slim copy; svg[data-plot] charts; [data-swap][id] what a reply of
// the server replaces; a[data-set] links that set one thing.

export const UNITS = 10000;
export const MINUS = "\u2212";
const REST = { exact: 700, asking: 250, fixed: 250 };
const POLLS = [700, 1200, 2000, 3000, 5000, 8000];

/** Fixed decimals as the server prints them: of two equally near numbers the even one. */
export function fixed(value, digits) {
  const half = value * 2 ** (digits + 1);
  if (Number.isInteger(half) && half % 2 !== 0) {
    const low = Math.floor(value * 10 ** digits);
    return ((low % 2 === 0 ? low : low + 1) / 10 ** digits).toFixed(digits);
  }
  return value.toFixed(digits);
}

export const penaltyAt = (step) => (step * 100) / (UNITS - step * 100);
const valueAt = (step) => (step === 0 ? "binary" : (step / 100).toFixed(2));
const priceAt = (step) => (step === 0 ? "0" : MINUS + fixed(penaltyAt(step), 2));
const spokenAt = (step) => (step === 0
  ? "binary, a wrong answer costs nothing"
  : `${(step / 100).toFixed(2)}, a wrong answer costs ${fixed(penaltyAt(step), 2)}`);
const paysAt = (step) => (step === 0
  ? "Wrong answers cost nothing: guessing always pays."
  : `Answering pays only when you are more than ${step} % sure.`);

const card = document.querySelector("[data-dial]");
const sliders = card ? [...document.querySelectorAll("[data-dial] input[type=range], [data-slim] input")] : [];
const words = Object.fromEntries(["value", "price", "pays"].map(
  (name) => [name, document.querySelectorAll(`[data-dial-${name}]`)]));
const write = (nodes, text) => { for (const node of nodes) if (node.textContent !== text) node.textContent = text; };
export const turns = card?.dataset.turns;
let resting, asking, polls = 0;

// Browsers stop writing an address that changes too often, so a turning dial writes it when it slows.
const unwritten = {};
let writing;

/** The address with changes: null takes a name away, a list sets all of its values. */
export function addressWith(changes) {
  const address = new URL(location.href);
  for (const [name, value] of Object.entries({ ...unwritten, ...changes })) {
    address.searchParams.delete(name);
    for (const one of [value].flat()) if (one !== null && one !== undefined) address.searchParams.append(name, one);
  }
  return address;
}

/** Writes changes into the address, without a new entry in the history. */
export function remember(changes) {
  const address = addressWith(changes);
  clearTimeout(writing);
  for (const name of Object.keys(unwritten)) delete unwritten[name];
  history.replaceState(history.state, "", address);
  freshenLinks();
}

function rememberSoon(changes) {
  Object.assign(unwritten, changes);
  clearTimeout(writing);
  writing = setTimeout(() => remember({}), 120);
}

addEventListener("pagehide", () => remember({}));

/** Writes the dial's words: its value, the price of a wrong answer, and when answering pays. */
export function say(said) {
  for (const [name, text] of Object.entries(said)) write(words[name], text);
}

/** Turns to a step. */
export function turnTo(step) {
  say({ value: valueAt(step), price: priceAt(step), pays: paysAt(step) });
  for (const slider of sliders) {
    slider.value = String(step / 100);
    slider.setAttribute("aria-valuetext", spokenAt(step));
    if (slider.matches(".idle")) slider.classList.remove("idle");
    if (slider.id === "target" && slider.name !== "target") slider.name = "target";
  }
  choose("target", (value) => Math.abs(Number(value) * 100 - step) < 1e-9);
  moveMarks(step);
  rememberSoon({ rule: null, target: String(step / 100), penalty: null });
  document.dispatchEvent(new CustomEvent("dial", { detail: { step } }));
  rest();
}

/** Marks the preset that is chosen. */
export function choose(name, chosen) {
  for (const link of card.querySelectorAll(".targets a[data-set]")) {
    const [of, value] = link.dataset.set.split("=");
    const current = of === name && chosen(value);
    if (link.hasAttribute("aria-current") === current) continue;
    if (current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function plotOf(svg) {
  const [left, top, right, bottom, x0, x1, y0, y1] = svg.dataset.plot.split(" ").map(Number);
  const between = (value, low, high, start, end) =>
    start + Math.min(Math.max((value - low) / (high - low), 0), 1) * (end - start);
  return {
    left, right, x0, x1, y0, y1,
    x: (value) => between(value, x0, x1, left, right).toFixed(1),
    y: (value) => between(value, y0, y1, bottom, top).toFixed(1),
  };
}

function moveMarks(step) {
  const t = step / 100;
  for (const svg of document.querySelectorAll("svg[data-plot]")) {
    const plot = plotOf(svg);
    const mark = svg.querySelector(".at-target");
    if (mark) {
      mark.setAttribute("transform", `translate(${plot.x(t)} 0)`);
      write(mark.querySelectorAll(".pill-text"), `t = ${t.toFixed(2)}`);
    }
    const even = svg.querySelector(".even");
    if (even) tip(svg, plot, even, penaltyAt(step));
  }
}

/** The line on which answering earns what silence does, and the ground under it; neither where the
 * line lies below a picture whose upward axis starts above 0. */
function tip(svg, plot, even, penalty) {
  const { x1, y0, y1 } = plot;
  const below = penalty * x1 < y0;
  svg.querySelector(".even-below")?.setAttribute("visibility", below ? "visible" : "hidden");
  const at = (x, y) => `${plot.x(x)} ${plot.y(y)}`;
  const losing = svg.querySelector(".losing");
  if (below) {
    even.setAttribute("d", "");
    losing?.setAttribute("d", "");
    return;
  }
  const from = y0 > 0 ? at(y0 / penalty, y0) : at(0, 0);
  const steep = penalty * x1 > y1;
  const to = steep ? at(y1 / penalty, y1) : at(x1, penalty * x1);
  even.setAttribute("d", `M${from}L${to}`);
  const corner = steep ? `L${at(x1, y1)}` : "";
  losing?.setAttribute("d", `M${from}L${to}${corner}L${at(x1, y0)}Z`);
}

// After a rest: the server's own page, of which we take what we cannot know ------------------------

export function rest(delay = REST[turns]) {
  clearTimeout(resting);
  asking?.abort(); // Its reply would be of a view that is gone.
  polls = 0;
  document.documentElement.dataset.rested = "no";
  resting = setTimeout(ask, delay);
}

async function ask() {
  asking?.abort();
  asking = new AbortController();
  const address = addressWith({});
  address.searchParams.set("ranges", "compute");
  let page;
  try {
    const reply = await fetch(address, { signal: asking.signal, headers: { Accept: "text/html" } });
    if (!reply.ok) return;
    page = new DOMParser().parseFromString(await reply.text(), "text/html");
  } catch {
    return; // Another step came, or the server is away: the old page stays.
  }
  const kept = { page, swap: true };
  document.dispatchEvent(new CustomEvent("dial:asked", { detail: kept }));
  swap(page);
  freshenLinks();
  await null; // The board takes its sentence from the page first.
  speak();
  if (page.querySelector('[data-null="pending"]') && polls < POLLS.length) resting = setTimeout(ask, POLLS[polls++]);
  else document.documentElement.dataset.rested = "yes";
}

function swap(page) {
  for (const old of document.querySelectorAll("[data-swap]")) {
    if (old.dataset.swap === "kept") continue;
    const fresh = page.getElementById(old.id);
    if (!fresh) continue;
    const open = [...old.querySelectorAll("details")].map((one) => one.open);
    if (old.dataset.shown) fresh.dataset.shown = old.dataset.shown;
    const marked = [...old.querySelectorAll("[aria-pressed]")].map((one) => one.getAttribute("aria-pressed"));
    old.replaceChildren(...fresh.childNodes);
    old.querySelectorAll("details").forEach((one, at) => { one.open = open[at] ?? false; });
    old.querySelectorAll("[aria-pressed]").forEach((one, at) => { one.setAttribute("aria-pressed", marked[at] ?? "false"); });
  }
}

/** Links that carry the view, those on charts among them, keep its new target too. */
export function freshenLinks() {
  const now = addressWith({}).searchParams;
  for (const link of document.querySelectorAll("main a[href*='?']")) {
    const address = new URL(link.getAttribute("href"), location.href);
    const sets = (link.dataset.set ?? "").split("=")[0];
    if (sets === "target" || sets === "rule") continue;
    const here = address.pathname === location.pathname || link.dataset.export;
    const viewed = /\/(submissions\/|compare$)/.test(address.pathname) && ["target", "penalty", "rule"].some((name) => now.has(name));
    if (!here && !viewed) continue;
    for (const name of ["target", "penalty", "rule"]) {
      address.searchParams.delete(name);
      if (now.has(name)) address.searchParams.set(name, now.get(name));
    }
    const fresh = address.pathname + address.search + address.hash;
    if (link.getAttribute("href") !== fresh) link.setAttribute("href", fresh);
  }
}

function speak() {
  const story = document.querySelector("[data-story]");
  const live = document.querySelector("[data-dial-live]");
  if (!live || !story) return;
  // Said once, and once more where the rank ranges change the sentence.
  const said = `${valueAt(stepNow())}. ${story.textContent}`;
  if (live.textContent !== said) live.textContent = said;
}

export const stepNow = () => Math.round(Number(sliders[0].value) * 100);

// Hands ----------------------------------------------------------------------------------------

if (card && turns !== "fixed") {
  for (const slider of sliders) {
    slider.addEventListener("input", () => turnTo(Math.round(Number(slider.value) * 100)));
    slider.addEventListener("keydown", (event) => {
      const leap = { PageUp: 10, PageDown: -10 }[event.key];
      if (!leap) return;
      event.preventDefault();
      turnTo(Math.min(Math.max(stepNow() + leap, 0), 99));
    });
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-set]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const [name, value] = link.dataset.set.split("=");
    const step = Number(value) * 100;
    event.preventDefault();
    if (name === "target" && Math.abs(step - Math.round(step)) < 1e-9) turnTo(Math.round(step));
    else if (!document.dispatchEvent(new CustomEvent("dial:set", { detail: { name, value }, cancelable: true }))) return;
    else location.assign(addressWith({ ...(name === "mode" ? {} : { rule: null, target: null, penalty: null }), [name]: value }));
  });
  let dragged, held;
  const drag = (event) => {
    const plot = plotOf(dragged);
    const box = dragged.getBoundingClientRect();
    const across = ((event.clientX - box.left) / box.width) * dragged.viewBox.baseVal.width;
    const t = plot.x0 + ((across - plot.left) / (plot.right - plot.left)) * (plot.x1 - plot.x0);
    const step = Math.min(Math.max(Math.round(t * 100), 0), 99);
    if (step !== stepNow() || sliders[0].classList.contains("idle")) turnTo(step);
  };
  document.addEventListener("pointerdown", (event) => {
    const svg = event.target.closest?.("svg[data-plot]");
    if (!svg?.querySelector(".at-target") || event.button !== 0) return;
    // A press on a line that links is a drag once it moves, and else a click.
    held = event.target.closest("a") ? { svg, x: event.clientX, pointerId: event.pointerId } : undefined;
    if (!held) start(svg, event);
  });
  const start = (svg, event) => {
    dragged = svg;
    svg.setPointerCapture(event.pointerId);
    drag(event);
  };
  document.addEventListener("pointermove", (event) => {
    if (held && Math.abs(event.clientX - held.x) > 4) {
      start(held.svg, event);
      held = undefined;
    }
    if (dragged) drag(event);
  });
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => { dragged = held = undefined; });
  document.addEventListener("dragstart", (event) => { if (event.target.closest?.("svg[data-plot]")) event.preventDefault(); });
}

const slim = document.querySelector("[data-slim]");
if (card && slim && turns !== "fixed") {
  new IntersectionObserver(([entry]) => {
    const away = !entry.isIntersecting && entry.boundingClientRect.bottom < 0;
    if (slim.contains(document.activeElement) && !away) card.querySelector("input").focus({ preventScroll: true });
    slim.hidden = !away;
    document.documentElement.classList.toggle("slim-on", away);
  }).observe(card);
}

if (card && document.querySelector('[data-null="pending"]')) rest(POLLS[0]);
