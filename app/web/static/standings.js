// The board's arithmetic, in the browser: the same integers, the same doubles and the same rounding as
// the server (app/scoring/assess.py, intervals.py, app/web/rendering/format.py), so that every printed digit is
// the same. No document here: counts and a view in, standings out.

import { UNITS, MINUS, fixed, penaltyAt } from "./dial.js";

const STEPS = 100;
export const DASH = "\u2013";
export const PENDING = "\u2026";

// Spelling -------------------------------------------------------------------------------------

export function points(value) {
  const text = fixed(Math.abs(value) * 100, 1);
  return text === "0.0" ? text : (value < 0 ? MINUS : "+") + text;
}

export const share = (value) => fixed(value * 100, 1);
export const percent = (value) => (value === null ? DASH : `${share(value)} %`);

// Scores and intervals -------------------------------------------------------------------------

// What follows is app/scoring/statistics/intervals.py: Wilson's limits, and beside up to FEW events
// no nearer than the exact one-sided limit. A test holds every printed digit to the server's.
const FEW = 4, TAILS = 0.05;

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313,
  -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6,
  1.5056327351493116e-7,
];

// ln of the gamma function, a > 0.
function logGamma(a) {
  if (a < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * a)) - logGamma(1 - a);
  const t = a + 6.5;
  const sum = LANCZOS.slice(1).reduce((total, part, at) => total + part / (a + at), LANCZOS[0]);
  return 0.5 * Math.log(2 * Math.PI) + (a - 0.5) * Math.log(t) - t + Math.log(sum);
}

// The regularised incomplete beta function I_p(a, b) for p < (a + 1) / (a + b + 2), by its continued
// fraction (Lentz).
function incompleteBeta(p, a, b) {
  let d = 1 / (1 - (a + b) * p / (a + 1)), c = 1, sum = d;
  for (let m = 1; m < 200; m += 1) {
    const even = m * (b - m) * p / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / (1 + even * d);
    c = 1 + even / c;
    sum *= d * c;
    const odd = -(a + m) * (a + b + m) * p / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / (1 + odd * d);
    c = 1 + odd / c;
    sum *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  const front = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(p) + b * Math.log1p(-p);
  return Math.exp(front) * sum / a;
}

const limits = new Map();

// The exact one-sided lower limit of x successes in n; 1 where Wilson's alone counts.
function oneSided(x, n) {
  if (!(x > 0 && x < n) || x > FEW) return 1;
  const key = `${x}/${n}`;
  if (!limits.has(key)) {
    let low = 0, high = x / n;
    for (let step = 0; step < 60; step += 1) {
      const middle = (low + high) / 2;
      if (incompleteBeta(middle, x, n - x + 1) < TAILS) low = middle; else high = middle;
    }
    if (limits.size > 5000) limits.clear();
    limits.set(key, (low + high) / 2);
  }
  return limits.get(key);
}

function wilson(x, n, z) {
  const share = x / n;
  const centre = (share + z * z / (2 * n)) / (1 + z * z / n);
  const half = z / (1 + z * z / n) * Math.sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  return [
    x <= 0 ? 0 : Math.min(centre - half, oneSided(x, n)),
    x >= n ? 1 : Math.max(centre + half, 1 - oneSided(n - x, n)),
  ];
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
    score - Math.sqrt(Math.max(below * below + more * more - 2 * r * below * more, 0)),
    score + Math.sqrt(Math.max(above * above + less * less - 2 * r * above * less, 0)),
  ];
}

const scoreOf = (right, wrong, whole, step) =>
  (right * (UNITS - step * 100) - wrong * step * 100) / (whole * (UNITS - step * 100));

// Counts by step -------------------------------------------------------------------------------

/** Changes [[step, value, …], …] as one array for each value, indexed by step. */
function byStep(changes, width) {
  const out = Array.from({ length: width }, () => new Int32Array(STEPS));
  changes.forEach((change, n) => {
    const end = changes[n + 1]?.[0] ?? STEPS;
    for (let value = 0; value < width; value += 1) out[value].fill(change[value + 1], change[0], end);
  });
  return out;
}

/** The reply of dial.json made ready: counts by step, what is searched, one standing a model. */
export function openCounts(counts, mode) {
  for (const row of counts.rows) {
    [row.right, row.wrong] = byStep(row.c, 2);
    row.found = `${row.n} ${row.o}`.toLowerCase();
    row.accuracy = counts.hidden ? row.s[0] / 1000 : scoreOf(row.c[0][1], 0, row.w, 0);
  }
  const models = counts.models.map((changes, model) => ({ model, places: byStep(changes, 1)[0], place: -1 }));
  return { ...counts, mode, models, order: [...models] };
}

/** Every model's standing in a view, best first, those of one score by their place in the counts. */
export function standings(data, { step, rule }) {
  const quadratic = rule === "quadratic";
  let others = false;
  const out = [];
  // The order of the step before: nearly sorted is sorted quickly.
  for (const one of data.order) {
    let place = one.places[step];
    const row = data.rows[place];
    if (place >= 0 && (row.w === 0 || (quadratic && !row.q))) place = -1;
    if (place !== one.place) {
      others = true;
      one.place = place;
      one.row = row;
    }
    if (place < 0) continue;
    one.right = row.right[step];
    one.wrong = row.wrong[step];
    one.accuracy = row.accuracy;
    one.score = quadratic ? row.q[0] : scoreOf(one.right, one.wrong, row.w, step);
    out.push(one);
  }
  if (others) rank(out, "accuracy", "accuracyRank");
  rank(out, "score", "rank");
  const away = data.order.length === out.length ? [] : data.order.filter((one) => one.place < 0);
  data.order = [...out, ...away];
  return out;
}

/** Sorts by a figure, the greatest first, and ranks 1, 2, 2, 4. */
function rank(standings, figure, name) {
  standings.sort((a, b) => b[figure] - a[figure] || a.place - b.place);
  standings.forEach((one, n) => {
    const before = standings[n - 1];
    one[name] = before && before[figure] === one[figure] ? before[name] : n + 1;
  });
}

/** The 95 % interval of a standing's score, or null. */
export function span(data, { row, right, wrong }, { step, rule }) {
  if (rule === "quadratic") return row.q.length === 3 ? [row.q[1], row.q[2]] : null;
  if (data.hidden) return moverWilson(right / 1000 * row.m, wrong / 1000 * row.m, row.m, penaltyAt(step), data.z);
  if (step === 0) return wilson(right, row.w, data.z);
  return moverWilson(right, wrong, row.w, penaltyAt(step), data.z);
}

/** Right, wrong, abstained, partial, missing, ungraded, as shares of all that was asked. */
export function sharesOf(data, { row, right, wrong }) {
  const [r, w, silent, partial, missing, ungraded, total] = row.s;
  const counted = data.mode === "threshold"
    ? [right, wrong, silent + r + w - right - wrong, partial, missing, ungraded]
    : [r, w, silent, partial, missing, ungraded];
  return counted.map((part) => part / total);
}

export const selective = ({ right, wrong }) => (right + wrong === 0 ? null : right / (right + wrong));

/** By name: the figure of a standing, and whether most comes first. */
export const SORTS = {
  score: [(data, one) => one.score, true],
  change: [(data, one) => one.accuracyRank - one.rank, true],
  right: [(data, one) => sharesOf(data, one)[0], true],
  wrong: [(data, one) => sharesOf(data, one)[1], false],
  silent: [(data, one) => sharesOf(data, one)[2], true],
  accuracy: [(data, one) => one.accuracy, true],
  selective: [(data, one) => selective(one), true],
  calibration: [(data, one) => one.row.e?.[0] ?? null, false],
};

/** The standings that a search leaves, in the order that the reader asked for. */
export function chosen(data, everyone, { find, sort }) {
  const wanted = find.toLowerCase();
  const found = wanted ? everyone.filter((one) => one.row.found.includes(wanted)) : everyone;
  if (sort === "score") return found;
  const [figure, mostFirst] = SORTS[sort.replace(/^-/, "")];
  const falling = mostFirst !== sort.startsWith("-");
  const key = (one) => {
    const value = figure(data, one);
    return value === null ? Infinity : falling ? -value : value;
  };
  return found.map((one) => [key(one), one]).sort((a, b) => (a[0] === b[0] ? 0 : a[0] - b[0])).map(([, one]) => one);
}

/** Who leads at some step and is better than silence: model to 1, 2, …, in order of the steps; seven at most. */
export function leaders(data) {
  const found = new Map();
  for (let step = 0; step < STEPS; step += 1) {
    let best, most = 0;
    for (const { model, places } of data.models) {
      const row = data.rows[places[step]];
      if (!row || row.w === 0) continue;
      const score = scoreOf(row.right[step], row.wrong[step], row.w, step);
      if (score > most) [best, most] = [model, score];
    }
    if (best !== undefined && !found.has(best) && found.size < 7) found.set(best, found.size + 1);
  }
  return found;
}
