"""A model's reply read back: answer, abstention, confidence, or what was wrong with the form.

The labelled lines of `candor_client.prompt`, as real models write them: bold, in lists, in code
fences, in other languages, after a long thought, with the label repeated (the last block counts),
with percents, decimal commas or fractions. What cannot be read is a `problem`, never an abstention:
the sender decides with `row` whether it is *ungraded* or an *invalid* attempt.
"""

import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Final, Literal

from candor_client.errors import UsageError
from candor_client.prompts.reply_words import ABSTAIN, ANSWER, BLANK, CONFIDENCE, DECLINING, NO, YES

Policy = Literal["invalid", "ungraded"]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a reply says. `confidence` is a share from 0 to 1, or None where unstated.

    `problem` says what was wrong with the form; where it concerns the confidence alone, the answer
    or the abstention still stands.
    """

    answer: str | None
    abstained: bool
    confidence: float | None
    problem: str | None = None

    def row(self, item: str, *, sample: int = 1, unreadable: Policy = "invalid") -> dict[str, Any]:
        """The prediction to submit. An unreadable reply is `invalid`, a wrong attempt, or
        `ungraded`, which leaves the score provisional; it never counts as an abstention."""
        if unreadable not in {"invalid", "ungraded"}:
            raise UsageError("unreadable is 'invalid' or 'ungraded'.")
        fields: dict[str, Any] = {"item": item}
        if sample != 1:
            fields["sample"] = sample
        if self.answer is None and not self.abstained:
            verdict = {"abstained": False} if unreadable == "invalid" else {"status": "ungraded"}
            return fields | verdict
        if self.confidence is not None:
            fields["confidence"] = self.confidence
        return fields | ({"abstained": True} if self.abstained else {"answer": self.answer})


_MARKS: Final = "*_`#>~ \t"
_KINDS: Final = {
    **dict.fromkeys(ANSWER, "answer"),
    **dict.fromkeys(ABSTAIN, "abstain"),
    **dict.fromkeys(CONFIDENCE, "confidence"),
}
_LABELS: Final = "|".join(sorted((re.escape(label) for label in _KINDS), key=len, reverse=True))
_LINE: Final = re.compile(
    rf"^[\s*_`#>~•\-]*(?:\d{{1,2}}[.)]\s*)?[*_`]*({_LABELS})"
    r"(?:\s*\([^)]{0,40}\))?[*_`]*\s*[:：=]\s*(.*)$",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:[.,]\d+)?)\s*([%％٪]|percent|prozent|pour cent)?"
)
_RANGE: Final = re.compile(
    r"(\d{1,3}(?:[.,]\d+)?)\s*[%％]?\s*(?:-|–|—|~|to|and|bis|und|à|a|et|y)\s*(\d{1,3}(?:[.,]\d+)?)\s*[%％]?"
)
_THOUGHT: Final = re.compile(r"<(think|thinking|reasoning)>.*?</\1>", re.DOTALL | re.IGNORECASE)


def parse_reply(text: str) -> Reply:
    """Reads the labelled lines of a reply; the last block of them counts.

    `Abstain: yes` abstains, whatever stands beside it. An empty or missing answer without it is a
    `problem`; so is a confidence that is no number, though the answer beside it still stands.
    """
    found = _last_block(_THOUGHT.sub("\n", unicodedata.normalize("NFC", text)))
    if not found:
        return Reply(None, False, None, "no line begins with Answer:, Abstain: or Confidence:")
    confidence, unclear = _confidence(found.get("confidence"))
    abstain = _abstain(found.get("abstain"))
    if abstain == "unclear":
        return Reply(None, False, None, "the Abstain line says neither yes nor no")
    answer = found.get("answer")
    words = None if answer is None else _folded(answer)
    if abstain == "yes" or (abstain is None and words in DECLINING):
        return Reply(None, True, confidence, unclear)
    fault = _no_answer(words, abstain)
    if fault is not None:
        return Reply(None, False, None, fault)
    return Reply(answer, False, confidence, unclear)


def _no_answer(words: str | None, abstain: str | None) -> str | None:
    """Why there is no answer to submit, or None where there is one."""
    if words is None:
        return "there is no Answer line"
    if words in DECLINING:
        return "Abstain says no, and the answer says that it is not known"
    if words in BLANK:
        no_line = "the answer is empty, and no Abstain line says why"
        return no_line if abstain is None else "Abstain says no, and the answer is empty"
    return None


def _last_block(text: str) -> dict[str, str]:
    """Label → value; a label that comes again begins anew, so that thoughts do not count."""
    block: dict[str, str] = {}
    lines = text.splitlines()
    for number, line in enumerate(lines):
        match = _LINE.match(line)
        if match is None:
            continue
        kind = _KINDS[match[1].lower()]
        if kind in block and (
            kind == "answer" or set(block) == {"answer", "abstain", "confidence"}
        ):
            block = {}
        value = _stripped(match[2])
        if not value and kind == "answer":
            value = _next_line(lines[number + 1 :])
        block[kind] = value
    return block


def _next_line(lines: list[str]) -> str:
    """An answer may stand on the line below its label."""
    for line in lines[:2]:
        if _LINE.match(line):
            return ""
        if _stripped(line):
            return _stripped(line)
    return ""


def _stripped(text: str) -> str:
    """Without Markdown's emphasis around it; inside it stays."""
    value = text.strip().strip(_MARKS).strip()
    boxed = re.fullmatch(r"\$?\\boxed\{(.*)\}\$?", value)
    return boxed[1].strip() if boxed else value


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
    return plain.strip().rstrip(".!。 ").strip("\"'«»“” ")


def _abstain(value: str | None) -> Literal["yes", "no", "unclear"] | None:
    if value is None or _folded(value) in BLANK:
        return None
    word = re.split(r"[\s,.;:(（。，]", _folded(value), maxsplit=1)[0]
    if word in YES:
        return "yes"
    return "no" if word in NO else "unclear"


def _confidence(value: str | None) -> tuple[float | None, str | None]:
    """A share, and what is wrong: percents divided by 100, a range at its middle.

    The prompt asks for percent, so only a figure with decimals, up to 1, is taken for a share.
    """
    if value is None or _folded(value) in BLANK:
        return None, None
    text = unicodedata.normalize("NFKC", value).replace("٪", "%")
    span, single = _RANGE.search(text), _NUMBER.search(text)
    over = re.search(r"(\d+(?:[.,]\d+)?)\s*/\s*(\d+)", text)
    if over is not None:
        share = _float(over[1]) / max(int(over[2]), 1)
    elif span is not None:
        low, high = _float(span[1]), _float(span[2])
        share = (low + high) / (200 if "%" in text or high > 1 else 2)
    elif single is not None and not re.search(r"[-−]\s*\d", text):
        figure = _float(single[1])
        fraction = single[2] is None and figure <= 1 and bool(re.search(r"[.,]\d", single[1]))
        share = figure if fraction else figure / 100
    else:
        share = math.nan
    if 0 <= share <= 1:
        return share, None
    return None, "the Confidence line holds no number from 0 to 100"


def _float(text: str) -> float:
    return float(text.replace(",", "."))
