"""A model's reply read back: answer, abstention, confidence, or what was wrong with the form.

The labelled lines of `candor_client.prompt`, as real models write them: bold, in lists, in code
fences, on one line, as JSON, in forty languages, after a long thought, with the block repeated (the
last one counts), with percents, decimal commas, fractions or on a scale. What cannot be read is a
`problem`, never an abstention: the sender decides with `row` whether it is *ungraded* or an
*invalid* attempt.
"""

import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, Final, Literal

from candor_client.errors import UsageError
from candor_client.prompts.declining import declines
from candor_client.prompts.reply_lines import Block, json_block, labelled, last_block
from candor_client.prompts.reply_words import BLANK, NO, UNDECIDED, YES, folded, visible

Policy = Literal["invalid", "ungraded"]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a reply says. `confidence` is a share from 0 to 1, or None where unstated.

    `problem` says what was wrong with the form; where it concerns the confidence or the Abstain
    line alone, the answer or the abstention still stands.
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


_NUMBER: Final = re.compile(
    r"(?<![\d.,])(\d{1,3}(?:[.,]\d+)?)\s*(%|percent|per cent|prozent|pour cent|por ciento|"
    r"por cento|per cento|procent|процент|パーセント|퍼센트)?"
)
_RANGE: Final = re.compile(
    r"(\d{1,3}(?:[.,]\d+)?)\s*%?\s*(?:-|–|—|~|to|and|bis|und|à|a|et|y|до|到|至|から)\s*"
    r"(\d{1,3}(?:[.,]\d+)?)\s*%?"
)
_OVER: Final = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(?:/|out of|of|von|auf|sur|de|di|su|van de|van|av|af|z|ze|из|з|od|din|"
    r"ből|από|üzerinden)\s*(?:a\s+)?(\d+)(?![\d.,%])"
)
_SCALE: Final = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*[,(\[]?\s*(?:on|auf|sur|en|in|su|op|på|по|na|em)\s+(?:a|the|einer|der|une|"
    r"l'|una|uma|een|en)?\s*(?:scale|skala|échelle|escala|scala|schaal|шкале|stupnici|skali)\s*(?:of|from|"
    r"von|de|da|di|van|från|от|od|:)?\s*(?:[01]\s*(?:-|–|to|bis|à|a|do|до)\s*)?(\d+)"
)
_TENTHS: Final = re.compile(r"(\d{1,2})\s*割|(\d{1,2})\s*成")
_BOUNDS: Final = re.compile(r"[(\[]\s*0\s*(?:-|–|to|bis|à)\s*(?:1|100)\s*%?\s*[)\]]")
_THOUGHT: Final = "think|thinking|thought|thoughts|reasoning|reflection|scratchpad|analysis"
_TAG: Final = re.compile(rf"[<\[◁](/?)(?:{_THOUGHT})[>\]▷]", re.IGNORECASE)
_CHANNELS: Final = re.compile(r"<\|channel\|>analysis.*?(?=<\|channel\|>final|$)", re.DOTALL)


def parse_reply(text: str) -> Reply:
    """Reads the labelled lines of a reply, or a JSON object with the same members; the last block
    of them counts, and a thought that is closed or not counts for nothing.

    `Abstain: yes` abstains, whatever stands beside it; so does an answer that is a phrase such as
    "I don't know" and nothing else. An empty or missing answer without either is a `problem`; so is
    a confidence that is no number, though the answer beside it still stands.
    """
    found = _found(_without_thoughts(visible(text)))
    if not found:
        return Reply(None, False, None, "no line begins with Answer:, Abstain: or Confidence:")
    confidence, unclear = _confidence(found.get("confidence"))
    abstain = _abstain(found.get("abstain"))
    if abstain == "undecided":
        return Reply(None, False, None, "the Abstain line says neither yes nor no")
    answer = found.get("answer")
    if abstain == "yes" or (abstain != "no" and answer is not None and declines(answer)):
        return Reply(None, True, confidence, unclear)
    fault = _no_answer(answer, abstain)
    if fault is not None:
        return Reply(None, False, None, fault)
    if abstain == "unclear":
        unclear = unclear or "the Abstain line says neither yes nor no"
    return Reply(answer, False, confidence, unclear)


def _without_thoughts(text: str) -> str:
    """What was said after thinking; of a thought that was cut off nothing was, and what comes
    before a lone closing tag was thought."""
    text = _CHANNELS.sub("", text)
    said, at, thinking = "", 0, False
    for tag in _TAG.finditer(text):
        if tag[1]:
            said = f"{said}\n" if thinking else ""
            at, thinking = tag.end(), False
        elif not thinking:
            said += text[at : tag.start()]
            thinking = True
    return said if thinking else said + text[at:]


def _found(text: str) -> Block:
    """The values of the last block by label, from labelled lines or from JSON."""
    as_json = json_block(text)
    if as_json is not None:
        block, end = as_json
        if not any(kind == "answer" for kind, _ in labelled(text[end:])):
            return block
    return last_block(labelled(text))


def _no_answer(answer: str | None, abstain: str | None) -> str | None:
    """Why there is no answer to submit, or None where there is one."""
    if answer is None:
        return "there is no Answer line"
    if folded(answer) in _BLANK:
        no_line = "the answer is empty, and no Abstain line says why"
        return no_line if abstain != "no" else "Abstain says no, and the answer is empty"
    if declines(answer):
        # A bare word may be an answer that the model stands by.
        if abstain == "no" and " " not in answer.strip():
            return None
        return "Abstain says no, and the answer says that it is not known"
    return None


_YES: Final = frozenset(map(folded, YES))
_NO: Final = frozenset(map(folded, NO))
_UNDECIDED: Final = frozenset(map(folded, UNDECIDED))
_BLANK: Final = frozenset(map(folded, BLANK)) | BLANK


def _abstain(value: str | None) -> Literal["yes", "no", "undecided", "unclear"] | None:
    if value is None:
        return None
    plain = folded(value)
    first = re.split(r"[,.;:(（。，、\-–—]", plain, maxsplit=1)[0].strip()
    for words in (plain, first, *first.split(None, 1)[:1]):
        if words in _NO:
            return "no"
        if words in _BLANK or value.strip() in _BLANK:
            return None
        if words in _YES:
            return "yes"
        if words in _UNDECIDED:
            return "undecided"
    return "unclear"


def _confidence(value: str | None) -> tuple[float | None, str | None]:
    """A share, and what is wrong: percents divided by 100, a range at its middle, a figure on a
    scale by its top.

    The prompt asks for percent, so only a figure with decimals, up to 1, is taken for a share. A
    figure with a percent sign goes before one without.
    """
    if value is None or folded(value) in _BLANK:
        return None, None
    text = unicodedata.normalize("NFKC", value).casefold().replace("٪", "%").replace("٫", ".")
    text = "".join(
        str(unicodedata.decimal(one)) if unicodedata.category(one) == "Nd" else one for one in text
    )
    share = _share(_BOUNDS.sub(" ", text))
    if 0 <= share <= 1:
        return share, None
    return None, "the Confidence line holds no number from 0 to 100"


def _share(text: str) -> float:
    if re.search(r"(?<![\d%\s])\s*[-−]\s*\d", text) and re.match(r"\W*[-−]\s*\d", text):
        return math.nan
    span = _RANGE.search(text)
    if span is not None and ("%" in text or _over(text) is None):
        low, high = _float(span[1]), _float(span[2])
        return (low + high) / (200 if "%" in text or high > 1 else 2)
    percents = [match for match in _NUMBER.finditer(text) if match[2] is not None]
    if percents:
        return _float(percents[0][1]) / 100
    over = _over(text)
    if over is not None:
        return over
    single = _NUMBER.search(text)
    if single is None or re.search(r"[-−]\s*\d", text):
        return math.nan
    figure = _float(single[1])
    return figure if figure <= 1 and re.search(r"[.,]\d", single[1]) else figure / 100


def _over(text: str) -> float | None:
    """A figure divided by the top of its scale: 9/10, 9 out of 10, 8 on a scale of 10, 9割."""
    tenths = _TENTHS.search(text)
    if tenths is not None:
        return int(tenths[1] or tenths[2]) / 10
    found = _SCALE.search(text) or _OVER.search(text)
    if found is None:
        return None
    return _float(found[1]) / max(int(found[2]), 1)


def _float(text: str) -> float:
    return float(text.replace(",", "."))
