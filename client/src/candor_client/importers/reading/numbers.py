"""Numbers of a whole file: its decimal sign, and the unit of its confidences.

Both are decided over all values. Where they fit two readings, `Ambiguous` is raised: 8 beside 9 is
8 of 10 or 8 per cent, and `0.9` beside `95` is a share beside a percentage or 0.9 %.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from candor_client.errors import UsageError
from candor_client.importers.reading.values import MOST_SHARE, finite, is_missing, within
from candor_client.record import Ambiguous, ImportProblem
from candor_client.wording import counted, counting

_COMMA: Final = re.compile(r"[+-]?\d+,\d+")
_GROUPED: Final = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")
_POINT: Final = re.compile(r"[+-]?\d*\.\d+(e[+-]?\d+)?", re.IGNORECASE)
_OUT_OF: Final = re.compile(r"(\S+)\s*(?:/|out of|of)\s*(\d+)", re.IGNORECASE)
_UNIT: Final = re.compile(r"out-of-(\d+)")
UNSTATED: Final = -1
_SCALE: Final = 10


def number_of(value: Any, *, comma: bool) -> float | None:
    """A number as it is written, with the file's decimal sign; None for what is none."""
    if isinstance(value, bool):
        return None
    if not isinstance(value, str):
        return finite(value)
    text = value.strip().replace("\u2212", "-")
    if "_" in text:
        return None
    if comma:
        return None if "." in text else finite(text.replace(",", "."))
    return finite(text)


def decimal_comma(
    source: object, columns: Iterable[Iterable[Any]], *, wished: str, delimiter: str | None
) -> bool:
    """Whether commas are the decimal signs of these columns of numbers."""
    if wished != "auto":
        return wished == "comma"
    texts = [
        value.strip().removesuffix("%").strip()
        for values in columns
        for value in values
        if isinstance(value, str)
    ]
    commas = [text for text in texts if _COMMA.fullmatch(text)]
    if not commas:
        return False
    points = [text for text in texts if _POINT.fullmatch(text)]
    grouped = all(_GROUPED.fullmatch(text) for text in commas)
    if points or (grouped and delimiter != ";"):
        saw = f"numbers with a comma such as {commas[0]}"
        saw += f" stand beside numbers with a point such as {points[0]}." if points else "."
        raise Ambiguous(
            source,
            saw,
            {
                "--decimal comma": f"the comma is the decimal sign: {commas[0].replace(',', '.')}",
                "--decimal point": "the point is, and numbers with a comma are refused",
            },
        )
    return True


@dataclass(frozen=True, slots=True)
class Unit:
    """What confidences are out of: 1, 100 or another number. `said` describes it."""

    most: float
    comma: bool = False

    @property
    def word(self) -> str:
        """The unit as `--confidence-unit` names it."""
        return {1: "share", 100: "percent"}.get(int(self.most), f"out-of-{self.most:g}")

    def share(self, value: Any) -> float | None:
        """The share that a cell states; None where it is unstated. Raises `ValueError` saying
        what is wrong with it."""
        if is_missing(value):
            return None
        number, most = _written(value, self.most, comma=self.comma)
        if number is None:
            raise ValueError(f"the confidence {_shown(value)} is no number")
        if number == UNSTATED:
            return None
        share = within(number, most)
        if share is None:
            raise ValueError(f"the confidence is {number!r}; it must be from 0 to {most:g}")
        return share


def unit_named(word: str) -> float | None:
    """What `--confidence-unit` means: the number that confidences are out of; None for auto.
    Raises `UsageError` for a word that it does not take."""
    known = {"auto": None, "share": 1.0, "percent": 100.0}
    if word in known:
        return known[word]
    out_of = _UNIT.fullmatch(word)
    if out_of is None or not 1 < int(out_of[1]) <= 1000:
        raise UsageError(
            f"--confidence-unit is auto, share, percent or out-of-N, such as out-of-10; not {word}."
        )
    return float(out_of[1])


def unit_of(
    source: object,
    values: Sequence[Any],
    *,
    wished: str,
    comma: bool = False,
    percent: bool = False,
) -> Unit:
    """The unit of all confidences of a file. `percent` where its header says so.

    Raises `Ambiguous` where the values fit two units.
    """
    named = unit_named(wished)
    if named is not None:
        return Unit(named, comma)
    stated = [value for value in values if not is_missing(value)]
    signed = [value for value in stated if isinstance(value, str) and value.strip().endswith("%")]
    plain = [
        number
        for value in stated
        if value not in signed and (number := number_of(value, comma=comma)) is not None
    ]
    shares = [number for number in plain if 0 < number <= MOST_SHARE]
    larger = [number for number in plain if number > MOST_SHARE]
    if percent:
        _require_no_shares(source, shares, larger)
        return Unit(100, comma)
    if signed and shares and not larger:
        raise _two(source, f"{signed[0]} stands beside {shares[0]:g}", shares[0])
    if not larger:
        return Unit(100 if signed else 1, comma)
    if max(larger) <= _SCALE and not signed:
        raise _scale(source, max(larger))
    fractions = [number for number in shares if number < 1]
    if fractions or len(shares) > len(larger):
        number = (fractions or shares)[0]
        saw = f"confidences such as {number:g} stand beside others such as {max(larger):g}"
        raise _two(source, saw, number)
    return Unit(100, comma)


@dataclass(frozen=True, slots=True)
class Stated:
    """How confidences of a file are to be read: the caller's wishes and what separates its cells.
    `strict` where the file is a script's own: what cannot be read is then an error with its place,
    and of a tool it is unstated and counted."""

    source: object
    unit: str = "auto"
    decimal: str = "auto"
    delimiter: str | None = None
    strict: bool = False


def shares(stated: Iterable[Any], how: Stated, warnings: list[str]) -> list[float | None]:
    """The confidences of a whole file as shares, in order; None where unstated.

    Notes in `warnings` what was assumed or could not be read. Raises `Ambiguous` where two units
    fit, and `ImportProblem` where `how` is strict.
    """
    values = list(stated)
    comma = decimal_comma(how.source, [values], wished=how.decimal, delimiter=how.delimiter)
    unit = unit_of(how.source, values, wished=how.unit, comma=comma)
    parsed: list[float | None] = []
    faults: list[str] = []
    for number, value in enumerate(values):
        try:
            parsed.append(unit.share(value))
        except ValueError as error:
            parsed.append(None)
            faults.append(f"row {number}: {error}")
    if faults and how.strict:
        listed = "".join(f"\n  {fault}." for fault in faults[:10])
        raise ImportProblem(f"{how.source}: {counted(len(faults), 'confidence')} invalid.{listed}")
    unstated = sum(number_of(value, comma=comma) == UNSTATED for value in values)
    warnings += told(unit, unstated, wished=how.unit)
    if faults:
        n = len(faults)
        told_of = f"{counted(n, 'confidence')} cannot be read and so {'is' if n == 1 else 'are'}"
        warnings.append(f"{told_of} unstated ({faults[0]}).")
    return parsed


def _written(value: Any, most: float, *, comma: bool) -> tuple[float | None, float]:
    """A number and what it is out of, as the cell itself says it: `85%`, `9/10`, `8 out of 10`."""
    if isinstance(value, str):
        text = value.strip()
        if text.endswith("%"):
            return number_of(text.removesuffix("%"), comma=comma), 100
        out_of = _OUT_OF.fullmatch(text)
        if out_of is not None and int(out_of[2]) > 0:
            return number_of(out_of[1], comma=comma), float(out_of[2])
    return number_of(value, comma=comma), most


def _require_no_shares(source: object, shares: list[float], larger: list[float]) -> None:
    if shares and not larger:
        saw = f"the header says percent, and every confidence is at most {max(shares):g}"
        raise _two(source, saw, shares[0])


def _two(source: object, saw: str, number: float) -> Ambiguous:
    return Ambiguous(
        source,
        f"{saw}.",
        {
            "--confidence-unit percent": f"all are percentages, {number:g} is {number / 100:g}",
            "--confidence-unit share": "all are shares, and one above 1 is refused",
        },
    )


def _scale(source: object, largest: float) -> Ambiguous:
    return Ambiguous(
        source,
        f"the confidences go up to {largest:g}.",
        {
            "--confidence-unit out-of-10": f"a scale to 10, {largest:g} is {largest / 10:g}",
            "--confidence-unit out-of-5": "a scale to 5",
            "--confidence-unit percent": f"percentages, {largest:g} is {largest / 100:g}",
        },
    )


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:36]}…'"


def told(unit: Unit, unstated: int, *, wished: str) -> list[str]:
    """What a reader should know of how confidences were read."""
    notes = []
    if wished == "auto" and unit.most == 100:
        notes.append("The confidences are percentages; all of them were divided by 100.")
    if unstated:
        notes.append(f"{counting(unstated, 'confidence', 'is')} -1: read as unstated.")
    return notes
