"""The labelled lines of a reply: which text stands after "Answer:", "Abstain:", "Confidence:"."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final, Literal

from candor_client.prompts.reply_words import ABSTAIN, ANSWER, CONFIDENCE, folded

Kind = Literal["answer", "abstain", "confidence"]
Block = dict[Kind, str]

_WORDS: Final[dict[Kind, frozenset[str]]] = {
    "answer": ANSWER,
    "abstain": ABSTAIN,
    "confidence": CONFIDENCE,
}
_KINDS: Final[dict[str, Kind]] = {
    folded(form): kind
    for kind, words in _WORDS.items()
    for word in words
    for form in (word, word.upper())
}
_LABELS: Final = "|".join(
    sorted(
        {re.escape(form) for words in _WORDS.values() for word in words
         for form in (word, word.upper(), word.casefold(), word.title())},
        key=len,
        reverse=True,
    )
)  # fmt: skip
_AFTER_LABEL: Final = r"(?:\s*\([^)]{0,40}\))?[*_`\"]*\s*[:：﹕=]\s*"
_LINE: Final = re.compile(
    rf"[\s*_`#>~•|\-]*(?:\d{{1,2}}[.)]\s*)?[*_`\"]*({_LABELS}){_AFTER_LABEL}(.*)$", re.IGNORECASE
)
_WITHIN: Final = re.compile(
    rf"(?:[\s|;,；，/(（]|(?<=[。.]))[*_`(]*({_LABELS}){_AFTER_LABEL}", re.IGNORECASE
)
_MARKS: Final = "*_`#>~ \t"


def labelled(text: str) -> list[tuple[Kind, str]]:
    """Every label of a text with its value, in order; several may stand on one line."""
    values: list[tuple[Kind, str]] = []
    lines = text.splitlines()
    for number, line in enumerate(lines):
        match = _LINE.match(line)
        if match is None:
            continue
        kind, (value, *more) = _KINDS[folded(match[1])], _split(match[2])
        if not value and kind == "answer" and not more:
            value = _next_line(lines[number + 1 :])
        values += [(kind, stripped(value)), *((name, stripped(rest)) for name, rest in more)]
    return values


_LONGEST_LINE: Final = 1_000
"""Characters of a line in which further labels are looked for."""


def _split(value: str) -> tuple[str, *tuple[tuple[Kind, str], ...]]:
    """A value and the labels that stand behind it on the same line, each with its own."""
    if len(value) > _LONGEST_LINE:
        return (value,)
    cuts = [
        (match.start(), match.end(), _KINDS[folded(match[1])]) for match in _WITHIN.finditer(value)
    ]
    cuts = [cut for cut in cuts if _is_said(cut[2], value[cut[1] :])]
    if not cuts:
        return (value,)
    ends = [cut[0] for cut in cuts[1:]] + [len(value)]
    rest = [(kind, value[at:end]) for (_, at, kind), end in zip(cuts, ends, strict=True)]
    first = value[: cuts[0][0]].rstrip(" |;,；，/(（")
    return (first, *((kind, text.strip().rstrip("|;,；，)） ")) for kind, text in rest))


def _is_said(kind: Kind, value: str) -> bool:
    """Whether a label inside a line is one: a number follows, or a yes or no, or an answer."""
    if kind == "confidence":
        return re.match(r"[*_`~≈\s]*\d", value) is not None
    return bool(value.strip())


def _next_line(lines: list[str]) -> str:
    """An answer may stand on the line below its label."""
    for line in lines[:2]:
        if _LINE.match(line):
            return ""
        if stripped(line):
            return stripped(line)
    return ""


def stripped(text: str) -> str:
    """Without Markdown's emphasis around it; inside it stays."""
    value = text.strip().strip(_MARKS).strip()
    boxed = re.fullmatch(r"\$?\\boxed\{(.*)\}\$?", value)
    return boxed[1].strip() if boxed else value


def last_block(lines: list[tuple[Kind, str]]) -> Block:
    """The values of the last block. Only an answer begins a new one: what else is said again after
    a full block is a remark, or belongs to the answer that follows."""
    block: Block = {}
    later: Block = {}
    for kind, value in lines:
        if kind == "answer" and kind in block:
            block, later = later | {kind: value}, {}
        elif kind in block:
            later[kind] = value
        else:
            block[kind] = value
    return block


def json_block(text: str) -> tuple[Block, int] | None:
    """The last JSON object of a text that has an answer or an abstention among its members, and
    where it ends."""
    values = None
    for value, end in _objects(text):
        block: Block = {}
        for name, member in value.items():
            kind = _KINDS.get(folded(str(name).replace("_", " ")))
            if kind is not None and kind not in block:
                block[kind] = _spelled(member)
        if "answer" in block or "abstain" in block:
            values = block, end
    return values


def _objects(text: str) -> Iterator[tuple[dict[str, Any], int]]:
    decoder, at = json.JSONDecoder(), text.find("{")
    for _ in range(200):
        if at < 0:
            return
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at = text.find("{", at + 1)
            continue
        if isinstance(value, dict):
            yield value, end
        at = text.find("{", end)


def _spelled(member: Any) -> str:
    if member is None:
        return ""
    if isinstance(member, bool):
        return "yes" if member else "no"
    if isinstance(member, str):
        return stripped(member)
    return json.dumps(member, ensure_ascii=False)
