"""Validation of one row of predictions.

| row                                                    | means                              |
|--------------------------------------------------------|------------------------------------|
| `answer` a non-empty string                            | an answer                          |
| `abstained: true`, or `answer: null` with it absent    | an abstention                      |
| `abstained: false` without an answer                   | invalid: an attempt that is wrong  |
| `status: "ungraded"`                                   | could not be judged                |
| `verdict`, with `credit` where partial                 | graded elsewhere                   |

Any of these may carry `option_probs`, the model's probability of each choice.

Confidences as integers: round-half-even of the double times 10^9, exactly.
"""

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.grading.responses import Verdict, verdict_of_credit
from app.intake.limits import Limits
from app.problem import RowProblem
from app.scoring.grades import NO_CONFIDENCE
from app.scoring.options import misses_one
from app.scoring.targets import CONFIDENCE_UNITS, UNITS

SLACK: Final = 1e-6
"""How far beyond 0 or 1 a confidence may lie and be taken as 0 or 1: sums of probabilities, and
exponentials of log probabilities, miss 1 in their last digits."""

_NEAR_HALF: Final = 1e-6
_COMMA: Final = re.compile(r"[+-]?\d+,\d+")
_SPLIT: Final = float(2**27 + 1)


def confidence_units(values: NDArray[np.float64]) -> NDArray[np.int32]:
    """Shares as units of 1e-9; NaN (unstated) as NO_CONFIDENCE. A decimal of up to nine places is
    kept to the digit; what is within SLACK of 0 or 1 on the outside is 0 or 1.

    The product of a double and 10^9 is itself rounded, which could tip a value that lies near the
    middle of two units: those few are decided by the exact product.
    """
    stated = ~np.isnan(values)
    shares = np.clip(np.where(stated, values, 0.0), 0.0, 1.0)
    scaled = shares * CONFIDENCE_UNITS
    units = np.rint(scaled)
    doubtful = np.abs(np.abs(scaled - np.floor(scaled)) - 0.5) < _NEAR_HALF
    units[doubtful] = _rounded_exactly(shares[doubtful], scaled[doubtful])
    return np.where(stated, units, NO_CONFIDENCE).astype(np.int32)


def _rounded_exactly(
    shares: NDArray[np.float64], scaled: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Half to even of shares x 10^9, `scaled` being the rounded product.

    The product's rounding error is a double itself (Dekker, 1971): 10^9 has 30 bits, and the two
    halves of a share 26 each, so that no partial product is rounded.
    """
    below = np.floor(scaled)
    high = shares * _SPLIT - (shares * _SPLIT - shares)
    error = (high * CONFIDENCE_UNITS - scaled) + (shares - high) * CONFIDENCE_UNITS
    # The sign of this sum is exact, and 0 only in the middle.
    beyond = (scaled - below - 0.5) + error
    even = below + below % 2
    units: NDArray[np.float64] = np.where(beyond == 0, even, below + (beyond > 0))
    return units


FIELDS: Final = (
    "item",
    "sample",
    "answer",
    "abstained",
    "confidence",
    "status",
    "verdict",
    "credit",
    "option_probs",
)
VERDICTS: Final = {
    "correct": Verdict.CORRECT,
    "wrong": Verdict.WRONG,
    "incorrect": Verdict.WRONG,
    "abstained": Verdict.ABSTAINED,
    "ungraded": Verdict.UNGRADED,
    "partial": Verdict.PARTIAL_ZERO,
}


HUGE: Final = 1e300


@dataclass(frozen=True, slots=True)
class Row:
    """A valid row; `confidence` is a share, up to SLACK outside [0, 1], NaN where unstated."""

    item: str
    sample: int
    answer: str | None
    confidence: float
    verdict: int
    has_verdict: bool
    option_probs: list[float] | None


class RowReader:
    """Reads rows given as fields; collects problems instead of stopping at the first."""

    def __init__(self, limits: Limits, *, percent: bool) -> None:
        self._limits = limits
        self._scale = 100.0 if percent else 1.0
        self.problems: list[RowProblem] = []

    def read(self, number: int, fields: Mapping[str, Any]) -> Row | None:
        """The row, or None after noting everything that is wrong with it."""
        before = len(self.problems)
        item = self.item_of(number, fields)
        note = _Notes(self.problems, number, item)
        for name in fields:
            if name not in FIELDS:
                note(f"/{name[:80]}", "unknown-field", "This field is not known; remove it.")
        sample = self._sample(note, fields.get("sample"))
        confidence = self._confidence(note, fields.get("confidence"))
        answer = self._answer(note, fields.get("answer"))
        verdict = self._meaning(note, fields, answer)
        options = self._options(note, fields.get("option_probs"))
        if len(self.problems) > before:
            return None
        has_verdict = fields.get("verdict") is not None
        return Row(item or "", sample, answer, confidence, verdict, has_verdict, options)

    def item_of(self, number: int, fields: Mapping[str, Any]) -> str | None:
        """The row's item key, or None after noting its fault."""
        item = fields.get("item")
        detail = self.item_fault(item)
        if detail is None:
            return str(item)
        code = "missing-field" if item is None else "wrong-type"
        if isinstance(item, str):
            code = "malformed"
        self.problems.append(RowProblem(number, None, "/item", code, detail))
        return None

    def item_fault(self, item: object) -> str | None:
        """The fault of an item key, or None."""
        if not isinstance(item, str):
            return "item is required: the item's key, as a string."
        if not 1 <= len(item) <= self._limits.item_key_characters:
            return f"An item key has 1 to {self._limits.item_key_characters} characters."
        if item.isascii() and item.isprintable():
            return None
        return key_fault(item)

    def _sample(self, note: "_Notes", sample: object) -> int:
        if sample is None:
            return 1
        if isinstance(sample, bool) or not isinstance(sample, int):
            note("/sample", "wrong-type", "sample is a whole number from 1.")
        elif not 1 <= sample <= self._limits.samples:
            note("/sample", "out-of-range", f"sample goes from 1 to {self._limits.samples}.")
        else:
            return sample
        return 1

    def _confidence(self, note: "_Notes", value: object) -> float:
        if value is None:
            return math.nan
        if isinstance(value, bool) or not isinstance(value, int | float):
            note(
                "/confidence",
                "wrong-type",
                f"confidence is a number from 0 to 1, or absent.{_fix(value)}",
            )
            return math.nan
        # A whole number can be too large even to divide.
        share = value / self._scale if abs(value) < HUGE else math.inf
        if not -SLACK <= share <= 1 + SLACK:
            fix = " Divide percentages by 100." if self._scale == 1 and 1.01 < share <= 100 else ""
            top = 100 if self._scale != 1 else 1
            note(
                "/confidence",
                "out-of-range",
                f"confidence is {as_sent(value)}; it must be from 0 to {top}.{fix}",
            )
            return math.nan
        return share

    def _answer(self, note: "_Notes", answer: object) -> str | None:
        if answer is None:
            return None
        if not isinstance(answer, str):
            note("/answer", "wrong-type", "answer is a string; put numbers in quotes.")
            return None
        if len(answer) > self._limits.answer_characters:
            most = self._limits.answer_characters
            note("/answer", "too-long", f"An answer has at most {most} characters; send the core.")
        if "\x00" in answer:
            note("/answer", "malformed", "The answer holds a NUL character; remove it.")
        return answer

    def _options(self, note: "_Notes", value: object) -> list[float] | None:
        if value is None:
            return None
        most = self._limits.options
        if not isinstance(value, list) or not all(_is_number(number) for number in value):
            detail = "option_probs is a list of numbers, one for each choice in its order."
            note("/option_probs", "wrong-type", detail)
        elif not 2 <= len(value) <= most:
            note("/option_probs", "out-of-range", f"option_probs has 2 to {most} numbers.")
        elif not all(-SLACK <= number <= 1 + SLACK for number in value):
            detail = "A probability in option_probs is not from 0 to 1; send shares, not logits."
            note("/option_probs", "out-of-range", detail)
        elif misses_one(value):
            detail = (
                f"option_probs sum to {as_sent(round(math.fsum(value), 9))}; they must sum to 1 "
                "over the item's choices: divide each by the sum."
            )
            note("/option_probs", "out-of-range", detail)
        else:
            return [max(0.0, min(float(number), 1.0)) for number in value]
        return None

    def _meaning(self, note: "_Notes", fields: Mapping[str, Any], answer: str | None) -> int:
        """The `Verdict` code of a row with consistent fields."""
        for name in ("status", "verdict"):
            if fields.get(name) is not None and not isinstance(fields[name], str):
                note(f"/{name}", "wrong-type", f"{name} is a string.")
                return Verdict.NONE
        abstained = fields.get("abstained")
        if abstained is not None and not isinstance(abstained, bool):
            note("/abstained", "wrong-type", "abstained is true or false.")
            return Verdict.NONE
        if fields.get("verdict") is not None:
            return self._verdict(note, fields, answer)
        if fields.get("credit") is not None:
            note("/credit", "not-allowed", 'credit belongs to verdict "partial"; remove it.')
        if fields.get("status") is not None:
            if fields["status"] != "ungraded":
                note("/status", "not-allowed", 'The only status to send is "ungraded".')
            if abstained is not None:
                note("/abstained", "not-allowed", "An ungraded row cannot abstain; choose one.")
            return Verdict.UNGRADED
        return self._plain(note, fields, answer)

    def _plain(self, note: "_Notes", fields: Mapping[str, Any], answer: str | None) -> int:
        abstained = fields.get("abstained")
        if abstained is True:
            if answer:
                note("/answer", "not-allowed", "The row abstains and answers; choose one.")
            return Verdict.ABSTAINED
        if answer:
            return Verdict.NONE
        if abstained is False:
            return Verdict.INVALID
        if answer == "":
            detail = "The answer is empty; say abstained: true, or false for a failed attempt."
            note("/answer", "too-short", detail)
        elif "answer" not in fields:
            if fields.get("option_probs") is not None:
                return Verdict.FROM_OPTIONS
            detail = (
                "The row says nothing: send answer, option_probs, abstained, status or verdict."
            )
            note("/answer", "missing-field", detail)
        return Verdict.NONE

    def _verdict(self, note: "_Notes", fields: Mapping[str, Any], answer: str | None) -> int:
        code = VERDICTS.get(fields["verdict"])
        if code is None:
            names = ", ".join(VERDICTS)
            note("/verdict", "not-allowed", f"verdict is one of {names}.")
            return Verdict.NONE
        abstained = fields.get("abstained")
        if abstained is not None and abstained is not (code == Verdict.ABSTAINED):
            note("/abstained", "not-allowed", "abstained contradicts the verdict; leave it out.")
        if fields.get("status") is not None:
            note("/status", "not-allowed", "A row has a status or a verdict, not both.")
        if code == Verdict.ABSTAINED and answer:
            note("/answer", "not-allowed", "The row abstains and answers; choose one.")
        credit = fields.get("credit")
        if code != Verdict.PARTIAL_ZERO:
            if credit is not None:
                note("/credit", "not-allowed", 'credit belongs to verdict "partial"; remove it.')
            return code
        if isinstance(credit, bool) or not isinstance(credit, int | float):
            note("/credit", "missing-field", "A partial verdict needs a credit from 0 to 1.")
            return code
        if not -SLACK <= credit <= 1 + SLACK:
            note("/credit", "out-of-range", f"credit is {as_sent(credit)}; it is from 0 to 1.")
            return code
        return verdict_of_credit(round(credit * UNITS))


class _Notes:
    """Collects the faults of one row."""

    def __init__(self, problems: list[RowProblem], number: int, item: str | None) -> None:
        self._problems, self._number, self._item = problems, number, item

    def __call__(self, pointer: str, code: str, detail: str) -> None:
        self._problems.append(RowProblem(self._number, self._item, pointer, code, detail))


def _fix(value: object) -> str:
    """What to do about a number that a spreadsheet wrote."""
    if not isinstance(value, str):
        return ""
    text = value.strip()
    if text.endswith("%"):
        return " Divide percentages by 100 and leave the sign out."
    return " Write decimals with a point." if _COMMA.fullmatch(text) else ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def as_sent(number: float) -> str:
    """A number in the digits that it was sent with; of whole numbers too long to read, a few."""
    try:
        text = repr(number).removesuffix(".0")
        return text if len(text) <= _LONGEST_FLOAT else f"{number:.6g}"
    except (OverflowError, ValueError):
        return "too large"


_LONGEST_FLOAT: Final = 24
"""Characters of the longest spelling of a double."""

_REFUSED: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"})


def key_fault(key: str) -> str | None:
    """The fault of an item key's characters: NFC, nothing invisible or turning."""
    if any(unicodedata.category(char) in _REFUSED for char in key):
        return "An item key has no control, direction or zero-width characters."
    if not unicodedata.is_normalized("NFC", key):
        return "An item key must be in Unicode normal form NFC."
    return None
