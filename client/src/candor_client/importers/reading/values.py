"""Values as tools write them, read tolerantly: numbers, shares, flags and verdict words.

Tools write bare NaN, numbers as text, percentages and their own vocabulary for an outcome. What
cannot be read is None here; it is never 0.
"""

import math
from collections.abc import Iterable
from typing import Any, Final

from candor_client.record import Verdict

_VERDICTS: Final[dict[str, Verdict]] = {
    **dict.fromkeys(("correct", "right", "true", "yes", "pass", "passed", "c", "1"), "correct"),
    **dict.fromkeys(("wrong", "incorrect", "false", "no", "fail", "failed", "i", "0"), "wrong"),
    **dict.fromkeys(("partial", "partially correct", "p"), "partial"),
    **dict.fromkeys(
        ("abstained", "abstain", "abstention", "not attempted", "no answer", "refusal", "n"),
        "abstained",
    ),
    **dict.fromkeys(("ungraded", "unscored", "error", "unknown"), "ungraded"),
}
# Graders after SimpleQA's answer with a letter: A correct, B incorrect, C not attempted.
CREDIT_UNITS: Final = 10_000
"""A credit counts in whole units of 1 / CREDIT_UNITS; none is wrong, all is correct."""

_SLACK: Final = 1e-6
"""How far outside 0 to 1 a confidence may be and still be taken as 0 or 1."""

MOST_SHARE: Final = 1.01
"""The largest number that does not make a file's confidences percentages."""

GRADE_LETTERS: Final[dict[str, Verdict]] = {"a": "correct", "b": "wrong", "c": "abstained"}
_MISSING_WORDS: Final = frozenset({"", "none", "null", "nan", "n/a", "na", "<na>", "-", "–", "—"})
_TRUE: Final = frozenset({"true", "yes", "y", "1", "t"})
_FALSE: Final = frozenset({"false", "no", "n", "0", "f", ""})


def finite(value: Any) -> float | None:
    """The number, also out of text; None for NaN, infinities and everything else."""
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def flag(value: Any) -> bool | None:
    """True or false as tools write it; None where it says neither."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return None if math.isnan(value) else value != 0
    if isinstance(value, str):
        word = value.strip().lower()
        return True if word in _TRUE else False if word in _FALSE else None
    return None


def verdict_word(value: Any, *, letters: bool = False) -> Verdict | None:
    """The verdict that a word means; `letters` where the file grades A, B, C."""
    if isinstance(value, bool):
        return "correct" if value else "wrong"
    if value is None:
        return None
    if isinstance(value, float) and value in {0.0, 1.0}:
        value = int(value)
    word = str(value).strip().lower().replace("_", " ").replace("-", " ")
    if letters and word in GRADE_LETTERS:
        return GRADE_LETTERS[word]
    return _VERDICTS.get(word)


def judged(score: Any) -> tuple[Verdict | None, float | None]:
    """Verdict and credit of a numeric score in [0, 1]; (None, None) where it is neither."""
    number = finite(score)
    if number is None or not 0 <= number <= 1:
        return None, None
    if not 0 < round(number * CREDIT_UNITS) < CREDIT_UNITS:
        return ("correct" if number > 0.5 else "wrong"), None
    return "partial", number


def mean(values: Iterable[float]) -> float | None:
    """The mean by exact summation; None of nothing."""
    listed = list(values)
    return math.fsum(listed) / len(listed) if listed else None


def stated_number(value: Any) -> float | None:
    """A confidence as written: a number, text of one, or text that ends in %."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        text = value.strip()
        return finite(text.removesuffix("%").strip())
    return finite(value)


def within(number: float, most: float) -> float | None:
    """A number out of `most` as a share; None outside 0 to 1. What is within 1e-6 of an end is that
    end: sums of probabilities miss 1 in their last digits."""
    share = number / most
    if not -_SLACK <= share <= 1 + _SLACK:
        return None
    return max(0.0, min(share, 1.0))


def is_nan(value: object) -> bool:
    """Whether it is the number NaN, as pandas writes a missing value."""
    return isinstance(value, float) and value != value  # noqa: PLR0124  NaN alone differs


def is_missing(value: object) -> bool:
    """Whether nothing stands there: null, NaN, or a word for it."""
    if value is None or is_nan(value) or value in ([], {}):
        return True
    return isinstance(value, str) and value.strip().lower() in _MISSING_WORDS
