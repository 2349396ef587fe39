"""Numbers as people write them, read exactly; what could be two numbers is none.

`1,234` is 1234: one to three digits, not led by 0, and groups of three. `0,123` and `3,14` are
decimals. `1.234.567,8`, `1 234 567`, `1'234'567` and `12,34,567` are read; `1234,567.8` is not.
A publisher who knows how the decimals are written says so (`decimal`), and then `1.234` is 1234.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from app.grading.folding import fold
from app.grading.number_units import MULTIPLIERS, PREFIX_CURRENCIES, unit_named
from app.grading.options import DecimalSign

LONGEST_NUMBER: Final = 128
"""Characters of a number; more is not a number anybody computed."""

WIDEST_EXPONENT: Final = 400
"""Numbers beyond 1e400 are refused: subtracting them from small ones would fill memory."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that was read, with the unit beside it by its common name; `percent` where a percent
    sign or word stood there, `value` without it."""

    value: Fraction
    unit: str | None = None
    percent: bool = False


_SPACES: Final = "\u00a0\u2007\u2009\u202f "
_SIGNS: Final = {
    **dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\u2014\ufe63\uff0d", "-"),
    **dict.fromkeys("\uff0b\ufe62", "+"),
    "\u066b": ".",
    "\uff0e": ".",
    "\u066c": "'",
    "\u2019": "'",
    "\u02bc": "'",
    "\uff0c": ",",
    "\u066a": "%",
    "\uff05": "%",
    "\u2044": "/",
    "\u2215": "/",
    "\u00d7": "*",
    "\u00b7": "*",
    "\u22c5": "*",
    **dict.fromkeys(_SPACES, " "),
    **dict.fromkeys("\u200b\u200e\u200f\u2060\ufeff\u061c", ""),
}
_TABLE: Final = str.maketrans(_SIGNS)
_PLAIN: Final = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,4})?")
_POWERS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_VULGAR: Final = re.compile(r"([-+]?)\s*(\d*)\s*([¼-¾⅐-⅞])")
_FRACTION: Final = re.compile(r"([-+]?)\s*(?:(\d{1,18})\s+)?(\d{1,18})\s*/\s*([-+]?\d{1,18})")
_LATEX_FRACTION: Final = re.compile(
    r"([-+]?)\s*(\d{1,18})?\s*\\[dt]?frac\s*\{\s*([-+]?\d{1,18})\s*\}\s*\{\s*([-+]?\d{1,18})\s*\}"
)
_SCIENTIFIC: Final = re.compile(
    r"(?P<factor>.+?)?\s*(?:\\times|\\cdot|\*|[xX])?\s*10\s*(?:\^|\*\*)\s*"
    r"(?:\{\s*(?P<braced>[-+]?\d{1,4})\s*\}|\(\s*(?P<round>[-+]?\d{1,4})\s*\)|(?P<bare>[-+]?\d{1,4}))"
)
_SUPERSCRIPT: Final = re.compile(r"10\s*([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4})")


def quantity_of(
    text: str, decimal: DecimalSign = "either", units: tuple[str, ...] = ()
) -> Quantity | None:
    """The number that a text spells, alone or with a currency, unit, percent sign or multiplier;
    None where it spells none, several, or an absurd one. `units` are words that count as units."""
    plain = text.strip()
    if not plain or len(plain) > LONGEST_NUMBER:
        return None
    if _PLAIN.fullmatch(plain) is not None and decimal != "comma":
        # ASCII digits, or those of another script: Decimal reads either.
        value = _exact(plain)
        return None if value is None else Quantity(value)
    plain = _ascii(plain)
    value = _value(plain, decimal)
    if value is not None:
        return Quantity(value)
    return _with_unit(plain, decimal, units)


def plain_decimal(text: str) -> Decimal | None:
    """A number in plain digits, without grouping; None for anything else, so also where a decimal
    comma is declared."""
    plain = text.strip()
    if len(plain) > LONGEST_NUMBER or _PLAIN.fullmatch(plain) is None:
        return None
    number = Decimal(plain)
    return number if abs(number.adjusted()) <= WIDEST_EXPONENT else None


def _ascii(text: str) -> str:
    """Digits, signs and blanks of any script as ASCII."""
    if text.isascii():
        return text
    spelled = text.translate(_TABLE)
    return "".join(
        str(unicodedata.decimal(part)) if unicodedata.category(part) == "Nd" else part
        for part in spelled
    ).strip()


def _exact(text: str) -> Fraction | None:
    number = Decimal(text)
    if number and abs(number.adjusted()) > WIDEST_EXPONENT:
        return None
    return Fraction(number) if abs(number.as_tuple().exponent) <= 2 * WIDEST_EXPONENT else None  # type: ignore[arg-type]


def _value(text: str, decimal: DecimalSign) -> Fraction | None:
    spelled = _decimal(text, decimal)
    if spelled is not None:
        return _exact(spelled)
    for read in (_fraction, _scientific):
        value = read(text, decimal)
        if value is not None:
            return value
    return None


def _decimal(text: str, decimal: DecimalSign) -> str | None:
    """A number in digits with its grouping marks, as Decimal takes it."""
    if text[:1] in "+-" and text[1:2] == " ":
        text = text[0] + text[1:].lstrip()
    head, mark, exponent = re.sub("E", "e", text).partition("e")
    if mark and re.fullmatch(r"[-+]?\d{1,4}", exponent) is None:
        return None
    sign = head[0] if head[:1] in {"+", "-"} else ""
    body = _grouped(head[len(sign) :], decimal)
    return None if body is None else sign + body + (f"e{exponent}" if mark else "")


def _grouped(body: str, decimal: DecimalSign) -> str | None:
    if re.fullmatch(r"[\d.,' ]*\d[\d.,' ]*", body) is None:
        return None
    for point in {"point": ".", "comma": ","}.get(decimal, ".,"):
        whole, mark, part = body.rpartition(point) if body.count(point) == 1 else (body, "", "")
        if mark and (not part.isdecimal() if part else point == ","):
            continue
        if not mark and point == "," and decimal == "either":
            continue
        if mark and point == "," and decimal == "either" and _is_group(whole, part):
            # 1,234: one group of three after one to three digits is a group.
            continue
        if mark and point == "," and (not whole or re.fullmatch(r"0\d+", whole)):
            continue
        digits = (
            _ungrouped(whole, other=[part for part in ".,' " if part != point]) if whole else "0"
        )
        if digits is not None:
            return f"{digits}.{part}" if mark and part else digits
    if decimal == "either" and body.count(".") > 1:
        return _ungrouped(body, other=["."])
    return None


def _is_group(whole: str, part: str) -> bool:
    return len(part) == 3 and re.fullmatch(r"[1-9]\d{0,2}", whole) is not None


def _ungrouped(whole: str, *, other: list[str]) -> str | None:
    """Digits without one kind of grouping mark; None where the groups are not of three, or of two
    and a last of three as in India."""
    if whole.isdecimal():
        return whole
    for mark in other:
        if mark not in whole:
            continue
        sign = re.escape(mark)
        if re.fullmatch(rf"[1-9]\d{{0,2}}(?:{sign}\d{{3}})+", whole):
            return whole.replace(mark, "")
        if mark == "," and re.fullmatch(r"[1-9]\d?(?:,\d{2})+,\d{3}", whole):
            return whole.replace(mark, "")
    return None


def _fraction(text: str, decimal: DecimalSign) -> Fraction | None:
    match = _FRACTION.fullmatch(text) or _LATEX_FRACTION.fullmatch(text)
    if match is None:
        vulgar = _VULGAR.fullmatch(text)
        if vulgar is None:
            return None
        sign, whole, sole = vulgar.groups()
        top, bottom = unicodedata.normalize("NFKC", sole).split("\u2044")
    else:
        sign, whole, top, bottom = match.groups()
    if int(bottom) == 0:
        return None
    value = Fraction(int(top), int(bottom)) + int(whole or 0)
    return -value if sign == "-" else value


def _scientific(text: str, decimal: DecimalSign) -> Fraction | None:
    spelled = _SUPERSCRIPT.sub(lambda match: f"10^{match[1].translate(_POWERS)}", text)
    match = _SCIENTIFIC.fullmatch(spelled)
    if match is None:
        return None
    factor, bare = match["factor"], match["braced"] or match["round"] or match["bare"]
    exponent = int(bare)
    if abs(exponent) > WIDEST_EXPONENT:
        return None
    power = Fraction(10) ** exponent
    if factor is None:
        return power
    if factor.strip() in {"-", "+"}:
        return -power if factor.strip() == "-" else power
    times = re.search(r"(?:\\times|\\cdot|\*|[xX])\s*10\s*(?:\^|\*\*)", spelled)
    first = _decimal(factor.strip(), decimal) if times else None
    value = None if first is None else _exact(first)
    return None if value is None else value * power


_NUMBER_AND_REST: Final = re.compile(
    r"(?P<number>[-+]?\s*(?:\d[\d.,' ]*\d|\d|\.\d+)(?:[eE][-+]?\d{1,4})?(?:\s*/\s*\d+)?"
    r"(?:\s*(?:\*|x|\\times)\s*10\^?\S+)?|[-+]?\d*\s*[¼-¾⅐-⅞])\s*(?P<after>.*)",
    re.S,
)
_PERCENT: Final = frozenset(
    {"%", "\\%", "percent", "per cent", "pct", "prozent", "pour cent", "pourcent", "por ciento",
     "por cento", "per cento", "procent", "процентов", "процента", "процент", "%ile", "パーセント",
     "퍼센트", "بالمائة", "प्रतिशत", "yüzde"} - {"%ile"}
)  # fmt: skip


def _with_unit(text: str, decimal: DecimalSign, units: tuple[str, ...]) -> Quantity | None:
    """A number with one currency before it, or one multiplier, unit or percent sign behind it."""
    unit, rest = None, text
    sign = ""
    if rest[:1] in {"-", "+"} and rest[1:2] and not rest[1:2].isdigit() and rest[1] != ".":
        sign, rest = rest[0], rest[1:].lstrip()
    for mark, name in PREFIX_CURRENCIES.items():
        if rest.startswith(mark) or rest[: len(mark)].casefold() == mark:
            unit, rest = name, rest[len(mark) :].lstrip()
            break
    else:
        if sign:
            return None
    match = _NUMBER_AND_REST.fullmatch(rest)
    if match is None:
        return None
    value = _value(match["number"].strip(), decimal)
    if value is None:
        return None
    after = fold(match["after"]).strip() if match["after"] else ""
    after = after[1:].lstrip() if after[:1] == "-" and len(after) > 1 else after
    if sign == "-":
        value = -value
    return _measured(value, after, unit, units)


def _measured(
    value: Fraction, after: str, unit: str | None, units: tuple[str, ...]
) -> Quantity | None:
    if not after:
        return Quantity(value, unit)
    if unit is None and after in _PERCENT:
        return Quantity(value, percent=True)
    for word, factor in MULTIPLIERS.items():
        if (
            after == word
            or after.startswith(word + " ")
            or (after.startswith(word) and word > "\u2e80")
        ):
            value, after = value * factor, after[len(word) :].strip()
            break
    if not after:
        return Quantity(value, unit)
    named = unit_named(after, units)
    if named is None or (unit is not None and unit != named):
        return None
    return Quantity(value, named)
