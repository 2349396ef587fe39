"""Formatting of numbers, ranks and reasons on pages. Points are per 100, with a typographic
minus."""

from collections.abc import Sequence
from datetime import datetime

from app.scoring.score import Score
from app.scoring.targets import Target, parse_target

MINUS = "\u2212"
DASH = "\u2013"
ELLIPSIS = "\u2026"
"""What is still being computed."""


def points(value: float | None) -> str:
    """A score in points per 100 with its sign: +27.0, −53.7, 0.0; an en dash where undefined."""
    if value is None:
        return DASH
    text = f"{abs(value) * 100:.1f}"
    if text == "0.0":
        return text
    return f"{MINUS if value < 0 else '+'}{text}"


def percent(value: float | None) -> str:
    """A share in percent with a space, "37.2 %"; an en dash where undefined."""
    return DASH if value is None else f"{value * 100:z.1f} %".replace("-", MINUS)


def thousandths(value: float | None) -> str:
    """A part of the Brier score, from 0 to 1, as every page and command prints it: "0.031"; an en
    dash where undefined."""
    return DASH if value is None else f"{value:z.3f}".replace("-", MINUS)


def reach(score: Score) -> str:
    """Half the width of a score's interval, "±4.8"; empty where it has none."""
    if score.interval is None:
        return ""
    return f"±{(score.interval.high - score.interval.low) * 50:.1f}"


def rank_range(ranks: tuple[int, int] | None) -> str:
    """The ranks that cannot be ruled out, "2–3" or "1"; an en dash where it is undefined."""
    if ranks is None:
        return DASH
    low, high = ranks
    return f"{low}" if low == high else f"{low}{DASH}{high}"


def penalty(value: float) -> str:
    """The points of a wrong answer, "−3.00"; "0" under binary grading."""
    return "0" if value == 0 else f"{MINUS}{value:.2f}"


def ordinal(rank: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th."""
    if rank % 100 in {11, 12, 13}:
        return f"{rank}th"
    return f"{rank}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(rank % 10, 'th') }"


def share(value: float) -> str:
    """A number without its sign of percent, for narrow places: "37.2"."""
    return f"{value * 100:z.1f}"


def confidence(value: float) -> str:
    """A stated confidence in percent to four digits, "99.99 %"; to all that it has where four would
    make it certain."""
    text = f"{value * 100:.4g}"
    if text in {"0", "100"} and value not in {0, 1}:
        text = f"{value * 100:.7f}".rstrip("0")
    return f"{text} %"


def target(value: float) -> str:
    """A target as people write it: 0.75. Addresses take `str(Target)`, which is exact."""
    return f"{value:.4f}".rstrip("0").rstrip(".") or "0"


def target_value(value: float) -> str:
    """A target as the dial shows it: two decimals, or as many as it has."""
    return max(f"{value:.2f}", target(value), key=len)


def at_target(at: Target | float) -> str:
    """A target with its name: "t = 0.75", or "penalty 2" where a penalty names it."""
    at = at if isinstance(at, Target) else parse_target(at)
    return f"penalty {at.penalty:g}" if at.by_penalty else f"t = {target(at.value)}"


def at_targets(several: Sequence[Target | float]) -> str:
    """Several targets with their names: "t = 0.5, 0.8, penalty 2"."""
    ordered = sorted(at if isinstance(at, Target) else parse_target(at) for at in several)
    plain = [target(at.value) for at in ordered if not at.by_penalty]
    priced = [at_target(at) for at in ordered if at.by_penalty]
    return ", ".join([*([f"t = {', '.join(plain)}"] if plain else []), *priced])


def spoken_target(at: Target) -> str:
    """The dial's value for screen readers."""
    if at.units == 0:
        return "binary, a wrong answer costs nothing"
    return f"{target_value(at.value)}, a wrong answer costs {at.penalty:.2f}"


def pays(rule: str, at: Target) -> str:
    """When answering pays, in one sentence."""
    if rule == "quadratic":
        return "Every target from 0 to 1 at once: saying how sure one is pays best."
    if rule == "bas":
        return "Every target at once, equally; false certainty costs most."
    if at.units == 0:
        return "Wrong answers cost nothing: guessing always pays."
    return f"Answering pays only when you are more than {at.value * 100:g} % sure."


REASONS = {
    "missing": "answers are missing for too many questions",
    "ungraded": "too many answers could not be graded yet",
    "erased": "its answers were erased",
    "withdrawn": "withdrawn by its submitter",
    "superseded": "replaced by a newer run",
    "attempt": "another attempt of this model counts",
    "stated-target": "a run told another target fits this one better",
    "confidence-missing": "some answers state no confidence, which this rule needs",
    "no-graded-items": "nothing was graded",
}


def reason(code: str) -> str:
    """The reason why a submission is unranked, as text."""
    return REASONS.get(code, code.replace("-", " "))


def day(when: datetime) -> str:
    """A day as people write it: 4 Nov 2026."""
    return f"{when.day} {when:%b %Y}"


def price(value: float) -> str:
    """The points of a wrong answer without trailing zeros: −3, −0.33."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "0" else f"{MINUS}{text}"


def standing_note(
    *,
    organisation: str | None,
    owner: str,
    version: str | None,
    tags: Sequence[str],
    self_reported: bool,
    provisional: bool,
    attempt: int,
    attempts: int,
    stated_target: Target | None,
) -> str:
    """The small line under a model's name: owner, version and marks of the row."""
    parts = [organisation or owner, *([version] if version else []), *tags[:1]]
    if self_reported:
        parts.append("self-reported")
    if provisional:
        parts.append("provisional")
    if attempts > 1:
        parts.append(f"attempt {attempt} of {attempts}")
    if stated_target is not None:
        parts.append(f"told {at_target(stated_target)}")
    return " · ".join(parts)
