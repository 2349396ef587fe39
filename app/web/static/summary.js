// The sentence above the board, as app/services/board/summary.py counts it and app/web/board/summary.py
// says it, while the dial turns. What only the server knows, whom the leader is clearly ahead of, is
// "being computed" until its page is asked for after a rest.

import { span } from "./standings.js";

const SILENCE = "“I don’t know” every time";
const NUMBERS = ["No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"];

export const silenceWords = (last) => (last
  ? "no model here scores below this"
  : "models below score less than this; a grey score is not clearly less");

function ordinal(place) {
  if ([11, 12, 13].includes(place % 100)) return `${place}th`;
  return place + ({ 1: "st", 2: "nd", 3: "rd" }[place % 10] ?? "th");
}

/** 1 where an interval lies above zero, -1 where below, 0 where it holds zero or is missing. */
export const sideOf = (limits) => (limits === null ? 0 : limits[0] > 0 ? 1 : limits[1] < 0 ? -1 : 0);

/** What may be said of the standings, best first. */
export function summary(data, everyone, view) {
  const sides = [0, 0, 0];
  for (const one of everyone) sides[sideOf(span(data, one, view)) + 1] += 1;
  const byAccuracy = everyone.filter((one) => one.accuracyRank === 1);
  return {
    total: everyone.length,
    free: view.step === 0 && view.rule !== "quadratic",
    first: everyone[0],
    nFirst: everyone.filter((one) => one.rank === 1).length,
    byAccuracy: byAccuracy[0],
    nByAccuracy: byAccuracy.length,
    ranks: byAccuracy.length ? [byAccuracy[0].rank, byAccuracy.at(-1).rank] : null,
    below: sides[0], unclear: sides[1], above: sides[2],
  };
}

const number = (count) => NUMBERS[count] ?? count.toLocaleString("en");

/** The board in a sentence: pieces ["strong" | "plain", text]. */
export function story(told) {
  const { total, free, first, nFirst } = told;
  if (!first) return [["plain", "No model is ranked on this board yet."]];
  if (total === 1) {
    const alone = [["strong", first.row.n], ["plain", " is the only model here. "]];
    return free ? alone : [...alone, ["plain", onlyOne(told)]];
  }
  const lead = leading(told);
  if (free) return [...lead, ["plain", "Move the dial to see who leads when wrong answers cost something."]];
  return [...lead, ...byAccuracy(told, nFirst), ["plain", besideSilence(told)]];
}

function leading({ free, first, nFirst }) {
  if (nFirst > 1) return [["plain", `${number(nFirst)} models share 1st place${free ? " on accuracy" : ""}. `]];
  const before = free || first.accuracyRank === 1 ? "" : ` (${ordinal(first.accuracyRank)} by accuracy)`;
  return [["strong", first.row.n],
    ["plain", `${before} has the highest ${free ? "accuracy" : "score"}; whether it is clearly ahead is being computed. `]];
}

function byAccuracy({ byAccuracy: one, nByAccuracy, ranks }, nFirst) {
  if (nByAccuracy > 1) {
    if (ranks[1] === 1 && nFirst === nByAccuracy) return [["plain", "They share it by accuracy too. "]];
    const where = ranks[0] === ranks[1] ? ordinal(ranks[0]) : `${ordinal(ranks[0])} to ${ordinal(ranks[1])}`;
    return [["plain", `${number(nByAccuracy)} models share 1st place by accuracy, and are ${where} here. `]];
  }
  if (one.rank > 1) return [["strong", one.row.n], ["plain", `, 1st by accuracy, is ${ordinal(one.rank)} here. `]];
  if (nFirst === 1) return [["plain", "It is 1st by accuracy too. "]];
  return [["strong", one.row.n], ["plain", ", 1st by accuracy, is one of them. "]];
}

function onlyOne({ below, unclear }) {
  if (below) return `It would do better answering ${SILENCE}.`;
  if (unclear) return `There is no clear difference from ${SILENCE}.`;
  return `It does clearly better than ${SILENCE}.`;
}

function besideSilence({ total, below, unclear, above }) {
  if (above === total) return `Every model does clearly better than ${SILENCE}.`;
  if (below === total) return `Every model would do better answering ${SILENCE}.`;
  if (unclear === total) return `No model is clearly better or worse than ${SILENCE}.`;
  if (!below) return `No model is clearly worse than ${SILENCE}; for ${unclear} of ${total} there is no clear difference.`;
  const rest = unclear ? `; for ${unclear} there is no clear difference` : "";
  return `${below} of ${total} models would do better answering ${SILENCE}${rest}.`;
}
