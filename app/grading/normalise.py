"""Text normalisation of answers, as documented in the API.

NFKC, casefold, trim, inner white space to one space, trailing punctuation dropped. The time taken
is linear in the length of a text, whatever its contents.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

_LONGEST_KEPT: Final = 128
"""Longer texts hardly ever come twice, and many of them would fill the memory."""


def normalise_text(text: str) -> str:
    """The form in which two answers of matcher `text` are compared; idempotent."""
    return _kept(text) if len(text) <= _LONGEST_KEPT else _normal(text)


def _normal(text: str) -> str:
    folded = unicodedata.normalize("NFKC", _composed(text).casefold())
    words = " ".join(folded.split())
    end = len(words)
    while end and (words[end - 1] == " " or unicodedata.category(words[end - 1]).startswith("P")):
        end -= 1
    return words[:end]


_kept = lru_cache(maxsize=16_384)(_normal)


def _composed(text: str) -> str:
    """NFKC. Long runs of combining marks are sorted beforehand, because Python's own way of
    ordering them takes time with the square of their number."""
    if len(text) > _LONGEST_KEPT and not text.isascii():
        text = _runs_of_marks().sub(_sorted_marks, text)
    return unicodedata.normalize("NFKC", text)


@lru_cache(maxsize=1)
def _runs_of_marks() -> re.Pattern[str]:
    """Thirty marks or more in a row: more than any script puts on a letter (UAX 15, 13.1)."""
    marks = [chr(code) for code in range(0x300, 0x20000) if _is_mark(chr(code))]
    return re.compile(f"[{''.join(marks)}]{{30,}}")


def _is_mark(char: str) -> bool:
    """Whether a character becomes combining marks and nothing else."""
    return all(map(unicodedata.combining, unicodedata.normalize("NFKD", char)))


def _sorted_marks(run: re.Match[str]) -> str:
    marks = "".join(unicodedata.normalize("NFKD", char) for char in run[0])
    return "".join(sorted(marks, key=unicodedata.combining))
