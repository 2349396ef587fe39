"""The record that every evaluation tool's output maps to: one row is one attempt at one item.

An importer turns a file into `Imported` values, one for each model and benchmark in it. Nothing
here knows a tool or the network; `api_rows` says what travels, `api_items` what to publish.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Literal

from candor_client.errors import AMBIGUOUS, InvalidData

OUTCOMES: Final = ("correct", "wrong", "partial", "abstained", "missing", "ungraded")

Verdict = Literal["correct", "wrong", "partial", "abstained", "ungraded"]
Status = Literal["ok", "error", "unscored", "missing"]
Graded = Literal["elsewhere", "here"]


class ImportProblem(InvalidData):
    """Why a file cannot be imported: complete, names the file and the fix."""


class UnknownFormat(ImportProblem):
    """There is something in it, and no format that is read here."""


class NothingToRead(ImportProblem):
    """A tool's file without a row in it: of a run that failed before its first, or was sent away.

    In a folder it is passed over and told.
    """


class PassedOver(ImportProblem):
    """Files of a folder that could not be read; all others were."""


class Ambiguous(ImportProblem):
    """A file that can be read in two ways: nothing is chosen for its sender.

    `saw` says in words what stands there; `readings` holds each way to read it with the option that
    chooses it.
    """

    exit_code: ClassVar[int] = AMBIGUOUS

    def __init__(self, source: object, saw: str, readings: Mapping[str, str]) -> None:
        self.saw, self.readings = saw, dict(readings)
        ways = "".join(f"\n  {option}: {means}" for option, means in self.readings.items())
        super().__init__(f"{source}: {saw} Say which:{ways}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a model did with one item, once.

    `confidence` is a share from 0 to 1, or None where unstated; on an abstained row it is the
    chance that the withheld answer would have been right. `verdict` is None where the server is
    to grade. `status` says why there is no verdict: `error` (model or harness failed), `unscored`
    (the grader failed) or `missing` (never attempted, and so never sent).
    """

    item: str
    sample: int = 1
    answer: str | None = None
    abstained: bool = False
    confidence: float | None = None
    verdict: Verdict | None = None
    credit: float | None = None
    status: Status = "ok"
    status_reason: str | None = None
    category: str | None = None
    cluster: str | None = None
    question: str | None = None
    accepted: tuple[str, ...] | None = None
    choices: tuple[str, ...] | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    source_row: int | None = None

    @property
    def outcome(self) -> str | None:
        """One of `OUTCOMES`, or None while the server has yet to judge the answer."""
        if self.status == "missing":
            return "missing"
        if self.verdict is not None:
            return self.verdict
        if self.abstained:
            return "abstained"
        return None if self.status == "ok" else "ungraded"

    @property
    def points(self) -> float | None:
        """Credit under binary grading, 0 to 1; None where there is nothing to count."""
        outcome = self.outcome
        if outcome in {None, "missing", "ungraded"}:
            return None
        if outcome == "partial":
            return self.credit
        return 1.0 if outcome == "correct" else 0.0


@dataclass(frozen=True, slots=True)
class Parity:
    """The tool's own headline figure beside the same figure made anew from the rows that are sent.

    `within` is how far the two may lie apart: 1e-9, or half a digit of a figure that was rounded.
    `board` is the share of correct answers that a board will show of these rows, where it can be
    told from them: it leaves out what is ungraded, which some tools count as wrong.
    """

    metric: str
    reported: float
    ours: float | None
    within: float = 1e-9
    board: float | None = None

    @property
    def agrees(self) -> bool:
        """Whether the rows give the tool's figure."""
        return self.ours is not None and abs(self.reported - self.ours) <= self.within


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """How a table was read, for a dry run: our field → its column, how its cells are read where
    that had to be decided, the first rows, and the columns that were left alone. `unit` is the
    `--confidence-unit` that reads the confidences so again."""

    columns: Mapping[str, str]
    how: Mapping[str, str]
    examples: tuple[Mapping[str, Any], ...]
    ignored: tuple[str, ...]
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """One model's rows on one benchmark, with what the file says about the run.

    `benchmark` and `model` are suggestions that a command may replace. `run` has at most 16
    members. `reported` is the tool's headline as (metric, value), `parity` our check of it.
    `graded` says where the judgement is made: `elsewhere` where the rows bring verdicts.
    `unfinished` says in words that the tool's own log tells of a run that did not end well.
    `columns` is the mapping of a table. `nameless` where `benchmark` is only the name of a file
    that says nothing of its contents, such as `results.json`.
    """

    format: str
    source: str
    benchmark: str
    model: str
    rows: tuple[Row, ...]
    provider: str | None = None
    version: str | None = None
    external_id: str | None = None
    stated_target: float | None = None
    confidence_source: str | None = None
    run: Mapping[str, Any] = field(default_factory=dict)
    reported: tuple[str, float] | None = None
    parity: Parity | None = None
    warnings: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    graded: Graded = "elsewhere"
    unfinished: str | None = None
    columns: ColumnMapping | None = None
    nameless: bool = False

    @property
    def slug(self) -> str:
        """The slug of the benchmark."""
        return slug_of(self.benchmark)

    @property
    def broken_off(self) -> str | None:
        """Why this is no whole run, in words: what its log says, or that most rows failed."""
        if self.unfinished is not None:
            return self.unfinished
        failed = sum(row.outcome in {"missing", "ungraded"} for row in self.rows)
        if 2 * failed > len(self.rows):
            return f"{failed:,} of its {len(self.rows):,} rows have no outcome"
        return None

    @property
    def sent(self) -> tuple[Row, ...]:
        """The rows that travel: all but the missing ones."""
        return tuple(row for row in self.rows if row.status != "missing")

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each outcome; rows that the server has yet to grade are in none."""
        counts = Counter(row.outcome for row in self.rows)
        return {outcome: counts[outcome] for outcome in OUTCOMES}

    @property
    def to_grade(self) -> int:
        """How many answers the server has yet to grade."""
        return sum(row.outcome is None for row in self.rows)

    @property
    def items(self) -> int:
        """How many distinct items there are."""
        return len({row.item for row in self.rows})

    @property
    def confidences(self) -> int:
        """How many rows state a confidence."""
        return sum(row.confidence is not None for row in self.rows)

    def api_rows(self, graded: Graded | None = None) -> list[dict[str, Any]]:
        """Rows as `POST …/submissions` takes them: `elsewhere` for a benchmark whose matcher is
        `verdicts`, `here` for one that grades answers itself."""
        api_row = _row_with_verdict if (graded or self.graded) == "elsewhere" else _row_with_answer
        return [api_row(row) for row in self.sent]

    def api_items(self, graded: Graded | None = None) -> list[dict[str, Any]]:
        """Items as `POST /benchmarks` takes them, each once, in the order of the file."""
        items: dict[str, dict[str, Any]] = {}
        for row in self.rows:
            if row.item not in items:
                items[row.item] = _item(row, graded or self.graded)
        return list(items.values())

    def api_fields(self) -> dict[str, Any]:
        """What stands beside the predictions in `POST …/submissions`."""
        model = {"name": self.model, "provider": self.provider, "version": self.version}
        fields: dict[str, Any] = {"model": {k: v for k, v in model.items() if v is not None}}
        for name in ("external_id", "stated_target"):
            if getattr(self, name) is not None:
                fields[name] = getattr(self, name)
        if self.confidence_source is not None and self.confidences:
            fields["confidence_source"] = self.confidence_source
        if self.run:
            fields["run"] = dict(self.run)
        if self.reported is not None:
            fields["reported"] = {"metric": self.reported[0], "value": self.reported[1]}
        return fields


def slug_of(raw: object) -> str:
    """A benchmark's slug: lower case letters, digits and dashes, at most 64."""
    text = unicodedata.normalize("NFKD", str(raw)).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", text).strip("-")[:64].strip("-")
    return slug or "benchmark"


def _base(row: Row) -> dict[str, Any]:
    fields: dict[str, Any] = {"item": row.item}
    if row.sample != 1:
        fields["sample"] = row.sample
    if row.confidence is not None:
        fields["confidence"] = row.confidence
    return fields


def _row_with_verdict(row: Row) -> dict[str, Any]:
    outcome = row.outcome
    if outcome is None:
        raise ImportProblem(
            f"Item {row.item!r} has no verdict, and this benchmark is graded elsewhere. "
            "Say which metric judges it, or push to a benchmark that grades answers itself."
        )
    fields = _base(row)
    if row.answer and outcome != "abstained":
        fields["answer"] = row.answer
    fields["verdict"] = outcome
    if outcome == "partial":
        fields["credit"] = row.credit
    return fields


def _row_with_answer(row: Row) -> dict[str, Any]:
    fields = _base(row)
    if row.abstained or row.verdict == "abstained":
        fields["abstained"] = True
    elif row.status in {"error", "unscored"} and not row.answer:
        fields["status"] = "ungraded"
    elif row.answer:
        fields["answer"] = row.answer
    else:
        # Something was said and nothing could be read from it: a wrong attempt, not silence.
        fields["abstained"] = False
    return fields


def _item(row: Row, graded: Graded) -> dict[str, Any]:
    item: dict[str, Any] = {"key": row.item}
    for name in ("question", "category", "cluster"):
        if getattr(row, name):
            item[name] = getattr(row, name)
    if row.choices:
        item["choices"] = list(row.choices)
    if graded == "here" or row.accepted:
        if not row.accepted:
            raise ImportProblem(
                f"The file does not say which answer item {row.item!r} accepts, so a benchmark "
                "cannot be made from it. Give its row `accepted`, or let verdicts judge: "
                "candor publish --matcher verdicts."
            )
        item["accepted"] = list(row.accepted)
    if row.tags:
        item["tags"] = dict(row.tags)
    return item
