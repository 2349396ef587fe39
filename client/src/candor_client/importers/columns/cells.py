"""Rows by their mapping: every cell read, every fault collected with its place."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from candor_client.importers.columns.answers import shown
from candor_client.importers.columns.mapping import TableMapping
from candor_client.importers.columns.outcomes import Cells, Outcomes
from candor_client.importers.columns.table import Line, Table, cell
from candor_client.importers.reading.fields import texts
from candor_client.importers.reading.keys import (
    content_key,
    item_key,
    label,
    question_text,
)
from candor_client.importers.reading.numbers import UNSTATED, number_of
from candor_client.importers.reading.options import Options
from candor_client.importers.reading.values import is_missing
from candor_client.record import ImportProblem, Row, Verdict
from candor_client.wording import counted

SHOWN_FAULTS: Final = 10


class _Fault(Exception):
    """What is wrong with one cell."""


@dataclass(slots=True)
class Read:
    """One row with the groups that it belongs to: a benchmark, a model and a stated target."""

    row: Row
    benchmark: str | None
    model: str | None
    provider: str | None
    version: str | None
    stated_target: float | None


@dataclass(slots=True)
class Reading:
    """The rows that were read, what was counted on the way, and every fault."""

    rows: list[Read] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    bad: int = 0


def read_cells(table: Table, mapping: TableMapping, options: Options) -> Reading:
    """Every row of the table. Raises `ImportProblem` that names each place with a fault."""
    reader = _Reader(table, mapping, options)
    for line in table.lines:
        reader.add(line)
    result = reader.reading
    if result.faults:
        listed = "".join(f"\n  {fault}" for fault in result.faults[:SHOWN_FAULTS])
        more = len(result.faults) - SHOWN_FAULTS
        listed += f"\n  … {len(result.faults):,} in all." if more > 0 else ""
        verb = "is" if result.bad == 1 else "are"
        raise ImportProblem(
            f"{table.path}: {result.bad:,} of {counted(len(table.lines), 'row')} {verb} "
            f"invalid; nothing was sent.{listed}"
        )
    return result


class _Reader:
    """Reads rows of one table, counting repeats of items that carry no number."""

    def __init__(self, table: Table, mapping: TableMapping, options: Options) -> None:
        self._table, self._mapping, self._options = table, mapping, options
        self._seen: Counter[tuple[object, ...]] = Counter()
        self.reading = Reading()
        self._outcomes = Outcomes(table, mapping, options, self.reading.counts)

    def add(self, line: Line) -> None:
        """Reads a row, or notes what is wrong with it."""
        try:
            self.reading.rows.append(self._read(line))
        except _Fault as fault:
            self.reading.bad += 1
            for detail in fault.args:
                self.reading.faults.append(f"{line.location}: {detail}.")

    def _read(self, line: Line) -> Read:
        faults: list[str] = []
        fields = {
            name: value
            for name, header in self._mapping.columns.items()
            if not is_missing(value := cell(line.cells, header)) or name == "answer"
        }
        question = question_text(_text(fields.get("question")))
        item = self._item(fields, question, faults)
        confidence = self._confidence(fields, faults)
        abstained = self._abstained(fields, faults)
        verdict, credit = self._verdict(fields, faults)
        target = self._target(fields, faults)
        outcome = self._outcomes.of(Cells(line, fields, faults), verdict, abstained=abstained)
        group = [_text(fields.get(name)) for name in ("benchmark", "model", "provider", "version")]
        sample = self._sample(fields, (*group, target, item), faults)
        if faults:
            raise _Fault(*faults)
        row = Row(
            item=item,
            sample=sample,
            answer=outcome.answer,
            abstained=outcome.verdict == "abstained",
            confidence=confidence,
            verdict=outcome.verdict
            if self._outcomes.judged or outcome.verdict != "abstained"
            else None,
            credit=credit if outcome.verdict == "partial" else None,
            status=outcome.status,
            status_reason=outcome.reason,
            category=label(fields.get("category")),
            cluster=label(fields.get("cluster")),
            question=question,
            accepted=_accepted(fields.get("accepted")),
            choices=_choices(fields.get("choices")),
            source_row=line.number,
        )
        benchmark, model, provider, version = group
        return Read(row, benchmark, model, provider, version, target)

    def _item(self, fields: Mapping[str, Any], question: str | None, faults: list[str]) -> str:
        own = fields.get("item")
        if own is not None and not isinstance(own, list | dict):
            return item_key(int(own) if isinstance(own, float) and own.is_integer() else own)
        if own is not None:
            faults.append(f"the item {shown(own)} is no text and no number")
        elif "item" in self._mapping.columns:
            faults.append("the item is missing")
        elif question is None:
            faults.append("the item is missing, and so is the question to know it by")
        return content_key(question)

    def _confidence(self, fields: Mapping[str, Any], faults: list[str]) -> float | None:
        value = fields.get("confidence")
        try:
            share = self._mapping.unit.share(value)
        except ValueError as error:
            faults.append(str(error))
            return None
        stated = number_of(value, comma=self._mapping.unit.comma)
        self.reading.counts["unstated"] += stated == UNSTATED
        return share

    def _abstained(self, fields: Mapping[str, Any], faults: list[str]) -> bool | None:
        try:
            return self._mapping.abstentions.read(fields.get("abstained"))
        except ValueError as error:
            faults.append(str(error))
            return None

    def _verdict(
        self, fields: Mapping[str, Any], faults: list[str]
    ) -> tuple[Verdict | None, float | None]:
        value = fields.get("verdict")
        comma = self._mapping.unit.comma
        if (
            comma
            and isinstance(value, str)
            and (number := number_of(value, comma=True)) is not None
        ):
            value = number
        try:
            verdict, credit = self._mapping.judgement.read(value)
        except ValueError as error:
            faults.append(str(error))
            return None, None
        if verdict == "partial" and credit is None:
            credit = number_of(fields.get("credit"), comma=comma)
            if credit is None or not 0 <= credit <= 1:
                faults.append("a partial verdict needs a credit from 0 to 1")
        return verdict, credit

    def _target(self, fields: Mapping[str, Any], faults: list[str]) -> float | None:
        value = fields.get("stated_target")
        if value is None:
            return None
        text = value.strip() if isinstance(value, str) else value
        percent = isinstance(text, str) and text.endswith("%")
        number = number_of(text.removesuffix("%") if percent else text, comma=True)
        number = number_of(text, comma=False) if number is None and not percent else number
        target = None if number is None else round(number / 100 if percent else number, 6)
        if target is None or not 0 <= target <= 0.99 or round(target, 4) != target:
            faults.append(f"the stated target is {shown(value)}; it is from 0 to 0.99")
        return target

    def _sample(
        self, fields: Mapping[str, Any], slot: tuple[object, ...], faults: list[str]
    ) -> int:
        value = fields.get("sample")
        if value is None:
            return self._numbered(slot, fields)
        number = number_of(value, comma=False)
        first = self._mapping.first_sample
        if number is None or number < first or number != int(number):
            faults.append(f"the sample is {shown(value)}; samples are numbered from 1")
            return 1
        return int(number) + 1 - first

    def _numbered(self, slot: tuple[object, ...], fields: Mapping[str, Any]) -> int:
        """The sample of a row whose item is its question: repeats are numbered in order. Rows with
        ids of their own that stand twice are refused later."""
        columns = self._mapping.columns
        if "item" in columns and columns["item"] != columns.get("question"):
            return 1
        self._seen[slot] += 1
        return self._seen[slot]


def _text(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("name")
    return None if is_missing(value) else str(value)


def _accepted(value: Any) -> tuple[str, ...] | None:
    return None if is_missing(value) else texts(value)


def _choices(value: Any) -> tuple[str, ...] | None:
    return texts(value) if isinstance(value, list | tuple) else None
