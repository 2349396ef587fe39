"""Words: how figures and places are spelled on a page. Points are per 100, a minus is a minus."""

from datetime import datetime

from app.scoring.score import Score

MINUS = "\u2212"
DASH = "\u2013"


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
    return DASH if value is None else f"{value * 100:.1f} %"


def reach(score: Score) -> str:
    """Half the width of a score's interval, "±4.8"; empty where it has none."""
    if score.interval is None:
        return ""
    return f"±{(score.interval.high - score.interval.low) * 50:.1f}"


def penalty(value: float) -> str:
    """What a wrong answer costs, "−3.00"; "0" under binary grading."""
    return "0" if value == 0 else f"{MINUS}{value:.2f}"


def ordinal(place: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th."""
    if place % 100 in {11, 12, 13}:
        return f"{place}th"
    return f"{place}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(place % 10, 'th') }"


def share(value: float) -> str:
    """A number without its sign of percent, for narrow places: "37.2"."""
    return f"{value * 100:.1f}"


def target(value: float) -> str:
    """A target as people write it: 0.75."""
    return f"{value:.4f}".rstrip("0").rstrip(".") or "0"


REASONS = {
    "missing": "answers are missing for too many questions",
    "ungraded": "too many answers could not be graded yet",
    "withdrawn": "withdrawn by its submitter",
    "superseded": "replaced by a newer run",
    "attempt": "another attempt of this model counts",
    "stated-target": "a run told another target fits this one better",
    "confidence-missing": "some answers state no confidence, which this rule needs",
    "no-graded-items": "nothing was graded",
}


def reason(code: str) -> str:
    """Why a submission has no place, in words."""
    return REASONS.get(code, code.replace("-", " "))


def day(when: datetime) -> str:
    """A day as people write it: 4 Nov 2026."""
    return f"{when.day} {when:%b %Y}"


def price(value: float) -> str:
    """What a wrong answer costs where it is a round number more often than not: −3, −0.33."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "0" else f"{MINUS}{text}"
