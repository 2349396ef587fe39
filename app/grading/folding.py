"""The form in which two texts are compared: what nobody sees or types on purpose does not count.

Folded are case, white space, width, ligatures and presentation forms, decimal digits of any script,
apostrophes, quotation marks, dashes, and invisible and direction marks. Kept are all signs that
carry meaning, superscripts, subscripts, fractions and diacritics. The time taken is linear in the
length of a text, whatever its contents.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from app.grading.first_rules import composed

_LONGEST_KEPT: Final = 128
"""Longer texts hardly ever come twice, and many of them would fill the memory."""

_APOSTROPHES: Final = (
    "\u2018\u2019\u201a\u201b\u02bb\u02bc\u02bd\u00b4\u2032\u055a\u05f3\ua78c\u2039\u203a"
)
_QUOTES: Final = (
    "\u201c\u201d\u201e\u201f\u00ab\u00bb\u05f4\u300c\u300d\u300e\u300f\u301d\u301e\u301f"
)
_DASHES: Final = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\u2e3a\u2e3b\u207b"
_DROPPED: Final = "\u034f\u0640\u115f\u1160\u17b4\u17b5\u3164\uffa0"
"""Invisible though no format characters, and the Arabic line that only stretches a word."""
_VISIBLE_FORMATS: Final = frozenset(
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2"
)
_KEPT_TAGS: Final = frozenset({"<super>", "<sub>", "<fraction>", "<circle>"})
_EMOJI: Final = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")


def fold(text: str) -> str:
    """The folded form of a text; idempotent. A text of which nothing would be left is itself."""
    return _cached(text) if len(text) <= _LONGEST_KEPT else _folded(text)


def _folded(text: str) -> str:
    if text.isascii():
        return " ".join(text.lower().split()) or text
    table = _EMOJI_FOLDS if _EMOJI.search(text) else _FOLDS
    plain = _formula(composed(text, "NFC")).translate(table)
    # Casefolding can leave characters that fold again, and marks that compose.
    plain = composed(plain, "NFC").casefold().translate(table)
    return " ".join(composed(plain, "NFC").split()) or text


_cached = lru_cache(maxsize=16_384)(_folded)


def is_blank(text: str) -> bool:
    """Whether a text holds nothing that can be seen."""
    return all(char.isspace() or not _char_folded(char) for char in text)


class _Folds(dict[int, str]):
    """What each character becomes, found when it is first met."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = chr(code) if code in self.stays else _char_folded(chr(code))
        return folded

    stays: frozenset[int] = frozenset()


class _EmojiFolds(_Folds):
    """Emoji are joined and flags spelled by invisible characters, which stay there."""

    stays = frozenset({0x200D, *range(0xE0020, 0xE0080)})


_FOLDS: Final = _Folds()
_EMOJI_FOLDS: Final = _EmojiFolds()

_SUBSCRIPTS: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_ELEMENTS: Final = (
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se "
    "Br Kr Rb Sr Y Zr Nb Mo Ag Cd In Sn Sb Te I Xe Cs Ba W Pt Au Hg Tl Pb Bi U"
)
_FORMULA: Final = re.compile(
    rf"(?:(?:{'|'.join(sorted(_ELEMENTS.split(), key=len, reverse=True))}|[()])[₀-₉]*)+"
)


def _formula(text: str) -> str:
    """A chemical formula with its subscripts as most people type them: H₂O is H2O; x₂ is not x2."""
    if _FORMULA.fullmatch(text.strip()) is None:
        return text
    return text.translate(_SUBSCRIPTS)


def _char_folded(char: str) -> str:
    if char in _DROPPED or _is_invisible(char):
        return ""
    for signs, plain in ((_APOSTROPHES, "'"), (_QUOTES, '"'), (_DASHES, "-")):
        if char in signs:
            return plain if char != "\u207b" else char
    if unicodedata.category(char) == "Nd":
        return str(unicodedata.decimal(char))
    if char == "\u2044":
        return "/"
    if char == "\u301c":
        return "~"
    return _expanded(char)


def _is_invisible(char: str) -> bool:
    if unicodedata.category(char) == "Cf":
        return char not in _VISIBLE_FORMATS
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"


def _expanded(char: str) -> str:
    """Width, ligatures and presentation forms by their compatibility decomposition; powers,
    fractions, circled signs, letters of another meaning (ℝ) and accents that stand alone stay."""
    tag, _, rest = unicodedata.decomposition(char).partition(" ")
    if not tag.startswith("<") or tag in _KEPT_TAGS:
        return char
    if tag == "<font>" and not "\U0001d400" <= char <= "\U0001d7ff" and char < "\ufb00":
        return char
    parts = [chr(int(code, 16)) for code in rest.split()]
    if len(parts) > 1 and parts[0] == " " and tag == "<compat>":
        return char
    return "".join(map(_char_folded, parts))


SENTENCE_END: Final = (
    ".,;:!?\u3002\u3001\uff0e\uff0c\u061f\u060c\u061b\u06d4\u0964\u0965\u2026\u037e\u1362\uff61"
)
_AFTER_WORDS_ONLY: Final = "!?"
_CLOSING: Final = frozenset(")]}\"'%\u2030\u00b0#+*`$»”’“」』）】］}\u20ac\u00a3\u00a5\u20b9")


def without_end(text: str) -> str:
    """A folded text without the sentence punctuation at its end: `.`, `,`, `;`, `:` and their kin
    after a letter, a digit or a sign that ends a word; `!` and `?` after a word of two letters.

    A text without any letter or digit stays as it is.
    """
    end = len(text)
    while end and (text[end - 1] in SENTENCE_END or text[end - 1] == " "):
        end -= 1
    if end == len(text) or not end:
        return text
    tail, head = text[end:], text[:end]
    if tail.strip() == ".." or not any(map(str.isalnum, head)):
        return text
    last = head[-1]
    if not (last.isalnum() or last in _CLOSING or unicodedata.category(last) in {"Mn", "Mc", "No"}):
        return text
    if any(sign in _AFTER_WORDS_ONLY for sign in tail) and not _ends_with_word(head):
        return text
    return head


def _ends_with_word(text: str) -> bool:
    if text[-1] in "\"')]*_`":
        return True
    if text[-1] > "\u2e80" and text[-1].isalpha():
        return True
    letters = text[-2:]
    return len(letters) == 2 and all(
        char.isalpha() or unicodedata.category(char) in {"Mn", "Mc"} for char in letters
    )
