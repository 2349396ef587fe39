"""What a row says of how it went: an answer, a verdict, an abstention, a failure, or nothing."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from candor_client.importers.columns.answers import shown
from candor_client.importers.columns.mapping import TableMapping, failed_status
from candor_client.importers.columns.table import Line, Table
from candor_client.importers.reading.assemble import LONGEST_ANSWER
from candor_client.importers.reading.declining import declines
from candor_client.importers.reading.fields import texts
from candor_client.importers.reading.keys import answer_text, label
from candor_client.importers.reading.options import Options
from candor_client.importers.reading.values import is_missing, is_nan
from candor_client.record import Ambiguous, Status, Verdict

_FAILED_ANSWER: Final = re.compile(
    r"\[(?:api[ _])?error\b[^\]]*\]|<error>|(?:api )?error: .*", re.IGNORECASE | re.DOTALL
)
_NO_ERROR: Final = frozenset({"false", "0", "no"})


@dataclass(frozen=True, slots=True)
class Cells:
    """A row under our names, and what was found wrong with it so far."""

    line: Line
    fields: Mapping[str, Any]
    faults: list[str]

    @property
    def answer(self) -> str | None:
        """The answer as text; None where there is none, or NaN."""
        raw_answer = self.fields.get("answer")
        return None if is_nan(raw_answer) else answer_text(raw_answer)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is stored of how a row went."""

    answer: str | None
    verdict: Verdict | None
    status: Status
    reason: str | None


_ABSTAINED: Final = Outcome(None, "abstained", "ok", None)
_INVALID: Final = Outcome(None, None, "ok", None)
"""Something was said and nothing could be read from it: a wrong attempt, not silence."""


class Outcomes:
    """Reads how rows of one table went. `judged` where the file brings verdicts; `counts` is told
    of what a reader should know."""

    def __init__(
        self, table: Table, mapping: TableMapping, options: Options, counts: Counter[str]
    ) -> None:
        self._table, self._mapping, self._options = table, mapping, options
        self._counts = counts
        self.judged = _any_verdict(table, mapping)

    def of(self, cells: Cells, verdict: Verdict | None, *, abstained: bool | None) -> Outcome:
        """What a row says of how it went."""
        failed, reason = self._failed(cells, verdict)
        if failed:
            return Outcome(None, None, "error", reason)
        if abstained and verdict in {"correct", "partial"}:
            cells.faults.append(
                "the row abstains and is judged correct; leave one out with --column abstained= or "
                "--column verdict="
            )
        if abstained or verdict == "abstained":
            return _ABSTAINED
        if verdict == "ungraded" or (verdict is None and self.judged):
            return Outcome(cells.answer or None, None, "unscored", _reason(cells.fields))
        if verdict is not None:
            return self._judged(cells, verdict)
        answer = cells.answer
        if answer is None or not answer.strip() or self._is_nan_text(answer):
            return self._silent(cells, abstained=abstained)
        self._require_fitting(answer, cells.faults)
        return Outcome(answer, None, "ok", None)

    def _judged(self, cells: Cells, verdict: Verdict) -> Outcome:
        """A row with a verdict; one that is wrong may hold words of declining."""
        if verdict == "wrong" and self._declines(cells.answer, cells.fields):
            self._counts["declined"] += 1
            return _ABSTAINED
        return Outcome(cells.answer or None, verdict, "ok", None)

    def _silent(self, cells: Cells, *, abstained: bool | None) -> Outcome:
        """A row without an answer, a verdict or an abstention."""
        if abstained is False:
            return _INVALID
        header = self._mapping.columns.get("answer")
        if header is None or (not self._table.is_text and header not in cells.line.cells):
            cells.faults.append(
                "it says nothing: no answer, no abstention, no verdict. A model that declined says "
                'abstained, one that failed status "ungraded"'
            )
            return _INVALID
        return self._empty(cells)

    def _empty(self, cells: Cells) -> Outcome:
        """An empty reply, by the caller's policy. A null answer in JSON abstains, as on the wire,
        where the model said nothing else. Raises `Ambiguous` for NaN."""
        raw_answer, policy = cells.fields.get("answer"), self._options.empty
        if policy is None and (is_nan(raw_answer) or self._is_nan_text(cells.answer)):
            raise Ambiguous(
                f"{self._table.path}, {cells.line.location}",
                "the answer is NaN, which is no answer.",
                {
                    "--empty wrong": "an empty reply, a wrong attempt",
                    "--empty abstained": "the model declined",
                    "--empty ungraded": "the model or the harness failed",
                },
            )
        is_null = raw_answer is None and not self._table.is_text
        if policy is None and is_null and not self._has_reply(cells.line):
            return _ABSTAINED
        self._counts["empty"] += 1
        if policy == "ungraded":
            return Outcome(None, None, "unscored", "no_response")
        return _ABSTAINED if policy == "abstained" else _INVALID

    def _has_reply(self, line: Line) -> bool:
        """Whether the model said something that no answer was found in."""
        header = self._mapping.reply
        return header is not None and not is_missing(line.cells.get(header))

    def _is_nan_text(self, answer: str | None) -> bool:
        """pandas writes NaN for a missing cell; in a text table the word is all that is left."""
        if answer is None or not self._table.is_text:
            return False
        return answer.strip() in {"nan", "NaN", "<NA>"}

    def _declines(self, answer: str | None, fields: Mapping[str, Any]) -> bool:
        if answer is None or not self._mapping.abstentions.looked_for:
            return False
        if self._mapping.abstentions.header is not None or not declines(answer):
            return False
        return not any(declines(text) for text in texts(fields.get("accepted")) or ())

    def _failed(self, cells: Cells, verdict: Verdict | None) -> tuple[bool, str | None]:
        """Whether the model or harness failed, and why."""
        fields, answer = cells.fields, cells.answer
        status = fields.get("status")
        if status is not None:
            failed = failed_status(status)
            if failed is None:
                cells.faults.append(f"the status {shown(status)} is no known word")
            elif failed:
                return True, label(fields.get("ungraded_reason")) or label(
                    fields.get("error")
                ) or str(status)
        if answer is not None and _FAILED_ANSWER.fullmatch(answer.strip()):
            return True, "error"
        error = fields.get("error")
        if error is None or error is False or str(error).strip().lower() in _NO_ERROR:
            return False, None
        if answer and verdict in {"correct", "wrong"} and "error" not in self._options.columns:
            raise Ambiguous(
                self._table.path,
                f"rows such as item {fields.get('item')!r} have an error ({shown(error)}), an "
                f"answer and the verdict {verdict}.",
                {
                    f"--column error={self._mapping.columns['error']}": "they failed: ungraded",
                    "--column error=": "the verdict counts",
                },
            )
        return True, label(error) or "error"

    def _require_fitting(self, answer: str, faults: list[str]) -> None:
        if len(answer) > LONGEST_ANSWER:
            faults.append(
                f"the answer has {len(answer):,} characters and at most {LONGEST_ANSWER:,} are "
                "graded; send the core of it, or rows with a verdict"
            )


def _any_verdict(table: Table, mapping: TableMapping) -> bool:
    header = mapping.columns.get("verdict")
    return header is not None and bool(table.stated(header))


def _reason(fields: Mapping[str, Any]) -> str | None:
    return label(fields.get("ungraded_reason")) or "unscored"
