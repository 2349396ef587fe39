// The rows of the board in their order, with what the reader sees done first. Nothing here reads the
// page while it is being written: places are looked up between frames, so that a step of the dial
// needs one layout and no more.

const body = document.querySelector("[data-rows]");
const still = matchMedia("(prefers-reduced-motion: reduce)");
const heights = new Map();
const slides = new WeakMap();
const MARGIN = 160;
let usualHeight = 60, start = 0, screen = 0;

function look() {
  for (const row of body.children) {
    if (heights.has(row)) continue;
    heights.set(row, row.offsetHeight);
    if (row.dataset.id) usualHeight = heights.get(row);
  }
  start = body.getBoundingClientRect().top;
  screen = innerHeight;
}

let looking;

/** Looks up where rows are, before the next frame. */
export function lookSoon() {
  looking ??= requestAnimationFrame(() => { looking = undefined; look(); });
}

/** For each row its distance from the table's top. */
function tops(rows) {
  let top = 0;
  return rows.map((row) => {
    const place = top;
    top += heights.get(row) ?? usualHeight;
    return place;
  });
}

const inSight = (top) => start + top > -MARGIN && start + top < screen + MARGIN;

// What is out of sight is done once the dial slows, or when the reader scrolls to it.
let late = [], slow;

export function finish() {
  const waiting = late;
  late = [];
  for (const act of waiting) act();
  lookSoon();
}

/** Shows rows in this order; `write(n)` fills the one at n. Those in sight are written and moved at once. */
export function show(rows, write) {
  const places = tops(rows);
  late = [];
  let end = 0;
  rows.forEach((row, n) => {
    if (!inSight(places[n])) { late.push(() => write(n)); return; }
    write(n);
    end = n + 1;
  });
  const now = [...body.children];
  if (now.length !== rows.length || rows.some((row, n) => row !== now[n])) {
    const soon = new Set(rows.slice(0, end));
    // Below what is seen, rows may stand in any order for a moment.
    const below = now.filter((row) => !soon.has(row)).slice(0, Math.max(rows.length - end, 0));
    reorder(now, [...soon, ...below]);
    slide(now, rows.slice(0, end), places);
    late.push(() => reorder([...body.children], rows));
  }
  clearTimeout(slow);
  slow = setTimeout(finish, 90);
  lookSoon();
}

/** Moves as few rows as will do. */
function reorder(now, wanted) {
  const kept = new Set(wanted);
  for (const row of now) if (!kept.has(row)) row.remove();
  const at = new Map(now.map((row, n) => [row, n]));
  const staying = longestRise(wanted.map((row) => at.get(row) ?? -1));
  let next = null;
  for (let n = wanted.length - 1; n >= 0; n -= 1) {
    if (!staying.has(n)) body.insertBefore(wanted[n], next);
    next = wanted[n];
  }
}

/** The indices of a longest rising part of some numbers; those below zero have no place in it. */
function longestRise(numbers) {
  const ends = [], before = [];
  numbers.forEach((number, n) => {
    if (number < 0) return;
    let low = 0, high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (numbers[ends[middle]] < number) low = middle + 1;
      else high = middle;
    }
    before[n] = ends[low - 1];
    ends[low] = n;
  });
  const rise = new Set();
  for (let n = ends.at(-1); n !== undefined; n = before[n]) rise.add(n);
  return rise;
}

/** Rows in sight slide to their places, unless the reader wants no motion. */
function slide(old, rows, places) {
  if (still.matches) return;
  const oldPlaces = tops(old);
  const from = new Map(old.map((row, n) => [row, oldPlaces[n]]));
  rows.forEach((row, n) => {
    const by = from.get(row) - places[n];
    if (!by || !(inSight(from.get(row)) || inSight(places[n]))) return;
    slides.get(row)?.cancel();
    slides.set(row, row.animate([{ transform: `translateY(${by}px)` }, { transform: "none" }], { duration: 300, easing: "ease-out" }));
  });
}

if (body) {
  addEventListener("resize", () => { heights.clear(); lookSoon(); });
  addEventListener("scroll", lookSoon, { passive: true });
  for (const name of ["scroll", "resize", "beforeprint"]) addEventListener(name, finish, { passive: true });
  lookSoon();
}
