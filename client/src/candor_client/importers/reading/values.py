"""Values as tools write them, read tolerantly: numbers, shares, flags and verdict words.

Tools write bare NaN, numbers as text, percentages and their own vocabulary for an outcome. What
cannot be read is None here; it is never 0.
"""

import math
from collections.abc import Iterable
from typing import Any, Final

from candor_client.record import ImportProblem, Verdict
from candor_client.wording import counted

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

_MOST_SHARE: Final = 1.01
"""The largest number that does not make a file's confidences percentages."""

GRADE_LETTERS: Final[dict[str, Verdict]] = {"a": "correct", "b": "wrong", "c": "abstained"}
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


def is_percent(values: Iterable[Any]) -> bool:
    """Whether a file states percentages: decided over all its values, as 1 alone is ambiguous."""
    for value in values:
        number = stated_number(value)
        if number is None:
            continue
        if number > _MOST_SHARE or (isinstance(value, str) and value.strip().endswith("%")):
            return True
    return False


def as_share(value: Any, *, percent: bool, where: str) -> float | None:
    """A confidence as a share. Raises `ImportProblem` outside 0 to 1 (0 to 100 %)."""
    number = stated_number(value)
    if number is None:
        return None
    share = _share(number, 100 if percent else 1)
    if share is None:
        raise ImportProblem(
            f"{where}: the confidence is {number!r}; it must be from 0 to {100 if percent else 1}."
        )
    return share


def _share(number: float, most: int) -> float | None:
    """A number out of `most` as a share; None outside 0 to 1. What is within 1e-6 of an end is that
    end: sums of probabilities miss 1 in their last digits."""
    share = number / most
    if not -_SLACK <= share <= 1 + _SLACK:
        return None
    return max(0.0, min(share, 1.0))


def shares(stated: Iterable[Any], *, unit: str, warnings: list[str]) -> list[float | None]:
    """The confidences of a whole file as shares, in order; what is no confidence is unstated.

    `unit` is `share`, `percent` or `auto`. Notes in `warnings` what was assumed or dropped.
    """
    values = list(stated)
    percent = unit == "percent" or (unit == "auto" and is_percent(values))
    if percent and unit == "auto":
        warnings.append("The confidences are percentages; all of them were divided by 100.")
    most = 100 if percent else 1
    found: list[float | None] = []
    outside = 0
    for value in values:
        number = stated_number(value)
        share = None if number is None else _share(number, most)
        outside += number is not None and share is None
        found.append(share)
    if outside:
        warnings.append(f"{counted(outside, 'confidence')} outside 0 to {most}: read as unstated.")
    return found
