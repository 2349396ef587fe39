"""What stands around an answer and is no part of it, taken away by named steps.

An answer is compared as it stands first. Only where that does not decide are the steps tried, each
on what the one before left, as long as they find something; every form on the way is compared.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from app.grading.answer_frames import may_be_framed, without_frame
from app.grading.folding import SENTENCE_END, without_end

_LONGEST: Final = 1_000
"""Characters of an answer that is unwrapped; longer ones are no bare answer in a wrapping."""
_LONGEST_KEPT: Final = 128
_ROUNDS: Final = 6

_PAIRS: Final = {
    '"': '"',
    "'": "'",
    "\u201c": "\u201d\u201c",
    "\u201d": "\u201d",
    "\u201e": "\u201c\u201d\u201f",
    "\u2018": "\u2019",
    "\u201a": "\u2018\u2019",
    "\u00ab": "\u00bb",
    "\u00bb": "\u00ab",
    "\u2039": "\u203a",
    "\u203a": "\u2039",
    "\u300c": "\u300d",
    "\u300e": "\u300f",
    "\uff02": "\uff02",
    "\uff07": "\uff07",
}


_OPENING: Final = frozenset({*_PAIRS, *"*_`<$\\([\uff08\uff3b\u3010"})


def unwrapped(answer: str, steps: tuple[str, ...]) -> tuple[str, ...]:
    """The forms of an answer that has something around it, from the outside in, without the
    answer itself; all are trimmed and none is empty."""
    if not steps or len(answer) > _LONGEST:
        return ()
    # An answer is unwrapped for its matcher, and again for the phrases that decline.
    if len(answer) <= _LONGEST_KEPT:
        return _cached(answer, steps)
    return tuple(_forms(answer, steps))


def _forms(answer: str, steps: tuple[str, ...]) -> Iterator[str]:
    form = answer.strip()
    if form and form != answer:
        yield form
    if not form or (
        form[0] not in _OPENING and form[-1] not in SENTENCE_END and not may_be_framed(form)
    ):
        return
    for _ in range(_ROUNDS):
        for name, step in _STEPS.items():
            if name in steps:
                inner = step(form).strip()
                if inner and inner != form:
                    form = inner
                    yield form
                    break
        else:
            return


@lru_cache(maxsize=4_096)
def _cached(answer: str, steps: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_forms(answer, steps))


def _tags(text: str) -> str:
    if text[0] != "<":
        return text
    match = re.fullmatch(
        r"<(answer|final_answer|final|response|result)>(.*)</\1>", text, re.I | re.S
    )
    return match[2] if match else text


def _quotes(text: str) -> str:
    closing = _PAIRS.get(text[0])
    if closing is None or len(text) < 3 or text[-1] not in closing:
        return text
    inner = text[1:-1]
    if text[0] in inner or text[-1] in inner or "\n" in inner:
        return text
    return inner


_EMPHASIS: Final = re.compile(r"(\*{1,3}|_{1,3})(?=\S)(.+?)(?<=\S)\1", re.S)


def _emphasis(text: str) -> str:
    if text[0] not in "*_":
        return text
    match = _EMPHASIS.fullmatch(text)
    if match is None or "*" in match[2] or not any(map(str.isalnum, match[2])):
        return text
    if text[0] == "_" and (match[2][0] == "_" or _is_name(match[2])):
        return text
    return match[2]


def _is_name(text: str) -> bool:
    """Whether underscores around it may belong to it: `__init__`, `_x`."""
    return text.isascii() and re.fullmatch(r"[a-z0-9_]+", text) is not None


_FENCE: Final = re.compile(r"```[a-zA-Z0-9+#-]*\n(.*?)\n?```|```(.*?)```|``(.+?)``|`([^`]+)`", re.S)


def _code(text: str) -> str:
    if text[0] != "`":
        return text
    match = _FENCE.fullmatch(text)
    return text if match is None else next(part for part in match.groups() if part is not None)


_LATEX_COMMANDS: Final = ("boxed", "fbox", "text", "textbf", "textit", "mathrm", "mathbf", "mbox")
_LATEX: Final = re.compile(rf"\\(?:{'|'.join(_LATEX_COMMANDS)})\s*{{")


def _latex(text: str) -> str:
    for opening, closing in (("$$", "$$"), ("$", "$"), ("\\(", "\\)"), ("\\[", "\\]")):
        inside = text[len(opening) : -len(closing)]
        if text.startswith(opening) and text.endswith(closing) and inside.strip():
            if len(text) < len(opening) + len(closing) + 1 or opening in inside:
                continue
            return inside
    match = _LATEX.match(text)
    if match is None or not text.endswith("}"):
        return text
    inside = text[match.end() : -1]
    depth = 0
    for sign in inside:
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            return text
    return inside if depth == 0 else text


_BRACKETS: Final = {"(": ")", "[": "]", "\uff08": "\uff09", "\uff3b": "\uff3d", "\u3010": "\u3011"}
_NUMBER: Final = re.compile(r"[-+\u2212]?\d[\d.,\u00a0\u202f' ]*%?")


def _brackets(text: str) -> str:
    """Around words of two letters or more, or around one number: never [1,2), {a} or f(x)."""
    if _BRACKETS.get(text[0]) != text[-1]:
        return text
    inside = text[1:-1].strip()
    words = re.split(r"[\s'’.-]+", inside)
    plain = all((word.isalpha() and len(word) > 1) or word.isdecimal() for word in words if word)
    if any(map(str.isalpha, inside)):
        return inside if plain else text
    single = _NUMBER.fullmatch(inside) is not None and re.search(r",\s", inside) is None
    return inside if single and not re.fullmatch(r"\d{1,2},\d{1,2}", inside) else text


_STEPS: Final[dict[str, Callable[[str], str]]] = {
    "tags": _tags,
    "quotes": _quotes,
    "emphasis": _emphasis,
    "code": _code,
    "latex": _latex,
    "brackets": _brackets,
    "frame": without_frame,
    "period": without_end,
}
"""In the order in which they are tried; the steps of an option's letter belong to its matcher."""
