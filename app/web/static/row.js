// A row of the board's table: made once, then only what differs is written. Text goes into text nodes
// that stay, bars into parts that stay, because a new node costs the browser more than its arithmetic.

import { at } from "./address.js";
import { MINUS, fixed } from "./dial.js";
import { DASH, PENDING, percent, points, selective, share, sharesOf } from "./standings.js";
import { sideOf } from "./summary.js";

const KINDS = ["correct", "wrong", "abstained", "partial", "missing", "ungraded"];

function textIn(node) {
  if (node.childNodes.length !== 1 || node.firstChild.nodeType !== Node.TEXT_NODE) node.replaceChildren("");
  return node.firstChild;
}

export const put = (text, value) => { if (text.data !== value) text.data = value; };

/** Writes text into an element that holds nothing else. */
export const write = (node, value) => put(textIn(node), value);

function set(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

// Bars -------------------------------------------------------------------------------------------

const fives = (value) => Math.ceil(value * 100 / 5) * 5;

/** The scale that all rows share, in points: from a little below zero to the highest interval. */
export function scaleOf(spans) {
  const top = Math.max(5, fives(Math.max(0, ...spans.map(([, high]) => high))));
  const low = fives(-Math.min(0, ...spans.map(([one]) => one)));
  const best = spans.length ? fives(-Math.min(0, Math.max(...spans.map(([, high]) => high)))) : 0;
  return { floor: -Math.min(low, Math.max(fives(Math.max(top, best) * 0.035), 75)), top };
}

export function scaleHead({ floor, top }) {
  const zero = -floor * (150 / (top - floor));
  const ends = [];
  if (floor < 0 && zero > 44) ends.push(`<text x="0" y="12">${MINUS}${-floor}</text>`);
  ends.push(`<text x="${fixed(zero, 1)}" y="12" text-anchor="${zero < 8 ? "start" : "middle"}">0</text>`);
  if (150 - zero > 30) ends.push(`<text x="150" y="12" text-anchor="end">+${top}</text>`);
  return `<svg class="scale" viewBox="0 0 150 16" width="150" height="16" aria-hidden="true" focusable="false">${ends.join("")}</svg>`;
}

const WHISKER = '<line class="whisker" y1="10" y2="10"/>';
const CHEVRON = '<path class="chevron" d="M7 7 4 10l3 3M12 7l-3 3 3 3"/>';
const ENDS = {
  off: CHEVRON,
  "off whisker": WHISKER + CHEVRON,
  "clipped whisker": `${WHISKER}<path class="clipped" d="M5 6 1 10l4 4"/>`,
  whisker: WHISKER,
  bare: "",
};

/** Moves a bar to a score; its parts are made once for each of the forms that it can have. */
function moveBar(svg, value, low, high, scale) {
  const floor = scale.floor / 100, top = scale.top / 100;
  const unit = 150 / (top - floor);
  const x = (point) => Math.min(Math.max((point - floor) * unit, 0), 150);
  const zero = -floor * unit;
  const [left, right] = zero < x(value) ? [zero, x(value)] : [x(value), zero];
  const within = low < high && high > floor ? "whisker" : "";
  const end = value < floor ? "off" : low < floor ? "clipped" : "";
  const form = `${end} ${within}`.trim() || "bare";
  if (svg.dataset.form !== form) {
    svg.innerHTML = `<line class="axis" y1="0" y2="20"/><rect y="5" height="10" rx="1.5"/>${ENDS[form]}`;
    svg.dataset.form = form;
  }
  const axis = svg.firstChild, bar = axis.nextSibling, whisker = bar.nextSibling;
  set(axis, "x1", fixed(zero, 1));
  set(axis, "x2", fixed(zero, 1));
  set(bar, "class", value >= 0 ? "gain" : "loss");
  set(bar, "x", fixed(left, 1));
  set(bar, "width", fixed(Math.max(right - left, 0.5), 1));
  if (!within) return;
  set(whisker, "x1", fixed(x(low), 1));
  set(whisker, "x2", fixed(x(high), 1));
}

function moveOutcomes(svg, shares) {
  const there = KINDS.filter((_, n) => shares[n] > 0);
  if (svg.dataset.kinds !== there.join()) {
    svg.innerHTML = there.map((kind) => {
      const thin = KINDS.indexOf(kind) > 3;
      const fill = thin || kind === "abstained" ? `fill="url(#${kind})" ` : "";
      return `<rect class="${kind}" ${fill}y="${thin ? 4 : 0}" height="${thin ? 4 : 12}"/>`;
    }).join("");
    svg.dataset.kinds = there.join();
  }
  let from = 0, part = svg.firstChild;
  for (const share of shares) {
    if (share <= 0) continue;
    set(part, "x", fixed(from, 2));
    set(part, "width", fixed(Math.max(share * 180, 0.6), 2));
    from += share * 180;
    part = part.nextSibling;
  }
}

// Rows -------------------------------------------------------------------------------------------

/** The places in a row that a step of the dial writes to. */
export function openRow(tr) {
  const find = (name) => tr.querySelector(name);
  const text = (name) => textIn(find(name));
  return {
    tr, move: find(".move"), bar: find(".bar svg"), outcomes: find(".outcomes"),
    rank: text(".rank b"), range: find(".range"), score: text(".score b"), reach: text(".score small"),
    shares: [...tr.querySelectorAll(".shares b")].map(textIn), rest: text(".rest"),
    accuracy: text(".of-accuracy"), selective: text(".of-selective"), calibration: text(".of-calibration span"),
    chance: text(".of-calibration small"),
    way: "", drawn: "",
  };
}

/** A copy of another model's row, made this one's. */
export function introduce(pattern, row, hue) {
  const tr = pattern.cloneNode(true);
  tr.dataset.id = row.i;
  const link = tr.querySelector(".model a");
  write(link, row.n);
  const view = new URL(link.getAttribute("href"), location.href).search;
  link.setAttribute("href", at(`/submissions/${row.i}${view}`));
  write(tr.querySelector(".model small"), row.o);
  tr.querySelector(".swatch").setAttribute("class", hue ? `swatch line-${hue}` : "swatch");
  write(tr.querySelector(".range"), PENDING);
  const box = tr.querySelector(".pick input");
  box.value = row.i;
  box.checked = false;
  box.setAttribute("aria-label", `Compare ${row.n}`);
  return tr;
}

/** Writes a standing into its row; `limits` are the interval of its score, or null. */
export function fill(cells, data, one, scale, limits) {
  const [low, high] = limits ?? [one.score, one.score];
  put(cells.rank, String(one.rank));
  fillMove(cells, one);
  put(cells.score, points(one.score));
  put(cells.reach, limits ? `±${fixed((high - low) * 50, 1)}` : "");
  const unsure = sideOf(limits) === 0;
  if (cells.unsure !== unsure) cells.tr.classList.toggle("unsure", cells.unsure = unsure);
  moveBar(cells.bar, one.score, low, high, scale);
  const shares = sharesOf(data, one);
  if (cells.drawn !== shares.join()) {
    cells.drawn = shares.join();
    moveOutcomes(cells.outcomes, shares);
    cells.shares.forEach((text, n) => put(text, share(shares[n])));
    put(cells.rest, KINDS.slice(3).map((kind, n) => (shares[n + 3] > 0 ? `${kind} ${share(shares[n + 3])}` : "")).filter(Boolean).join(", "));
  }
  put(cells.accuracy, percent(one.accuracy));
  put(cells.selective, percent(selective(one)));
  const [excess, , chance] = one.row.e ?? [];
  put(cells.calibration, one.row.e === null ? DASH : thousandths(excess));
  put(cells.chance, one.row.e === null ? "" : `chance ${thousandths(chance)}`);
}

function thousandths(value) {
  const text = fixed(Math.abs(value), 3);
  return value < 0 && Number(text) > 0 ? MINUS + text : text;
}

function fillMove(cells, one) {
  const change = one.accuracyRank - one.rank;
  const way = change === 0 ? "same" : change > 0 ? "up" : "down";
  if (cells.way !== way) {
    cells.way = way;
    cells.move.className = `move of-change ${way}`;
    cells.move.innerHTML = (way === "same" ? "<b>—</b>" : `<b class="num"><span class="visually-hidden">${way} </span> </b>`) + "<small> </small>";
    cells.moved = cells.move.firstChild.lastChild;
    cells.from = textIn(cells.move.lastChild);
  }
  if (way !== "same") put(cells.moved, String(Math.abs(change)));
  put(cells.from, `from ${one.accuracyRank}`);
}
