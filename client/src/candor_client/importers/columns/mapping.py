"""The mapping of a table: our field → its column, decided over the whole of it, and told.

What the caller says with `--column FIELD=HEADER` or a mapping file goes before what is read off
the table; `--column FIELD=` leaves the field out.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from candor_client.errors import UsageError
from candor_client.importers.columns import names
from candor_client.importers.columns.abstentions import Abstentions, abstentions_of
from candor_client.importers.columns.answers import answers_of
from candor_client.importers.columns.names import by_name, first_named, normal
from candor_client.importers.columns.table import Table, cell
from candor_client.importers.columns.verdicts import Judgement, Vocabulary, judgement_of
from candor_client.importers.reading.numbers import Unit, decimal_comma, number_of, unit_of
from candor_client.importers.reading.options import Options
from candor_client.importers.reading.values import is_missing
from candor_client.record import Ambiguous, ImportProblem

_VOCABULARIES: Final = ("simpleqa", "inspect", "yes-no", "pass-fail", "true-false", "words")
_UNSURE_SAMPLES: Final = frozenset(
    {"run", "attempt", "trial_id", "repeat_id", "completion_id", "sample_index", "replicate"}
)
_FAILED: Final = frozenset(
    {"error", "errored", "failed", "failure", "ungraded", "unscored", "timeout", "crashed"}
)
_FINE: Final = frozenset(
    {"ok", "success", "succeeded", "completed", "complete", "done", "finished"}
)
_LEAST_TELLING: Final = ("benchmark", "stated_target")


@dataclass(frozen=True, slots=True)
class TableMapping:
    """Which column is which field, and how its cells are read.

    `columns`: our field → header. `reply` is the header of the whole reply where the answer was
    taken out of it. `first_sample` is what repeats count from. `ignored` are headers that nothing
    is read from.
    """

    columns: Mapping[str, str]
    judgement: Judgement
    abstentions: Abstentions
    unit: Unit
    reply: str | None = None
    first_sample: int = 1
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def how(self) -> dict[str, str]:
        """By field, how its cells are read where that had to be decided."""
        described: dict[str, str] = {}
        if "verdict" in self.columns and self.judgement.vocabulary != "words":
            described["verdict"] = self.judgement.vocabulary
        if "confidence" in self.columns:
            described["confidence"] = self.unit.word
            if self.unit.comma:
                described["confidence"] += ", decimal comma"
        if "abstained" in self.columns and self.abstentions.inverse:
            described["abstained"] = "where it is false"
        if "sample" in self.columns and self.first_sample != 1:
            described["sample"] = f"counts from {self.first_sample}"
        if "item" not in self.columns:
            described["item"] = "by its question"
        return described


def mapping_of(table: Table, options: Options) -> TableMapping:
    """The mapping of a table. Raises `Ambiguous` where it can be read in two ways, `ImportProblem`
    where a column that the caller names is not there, `UsageError` for an unknown field."""
    wished, vocabulary = _wished(table, options)
    headers = by_name(table.headers)
    _refuse_doubles(table, headers, wished)
    judgement = judgement_of(table, headers, wished)
    if vocabulary is not None and judgement.header is not None:
        judgement = Judgement(judgement.header, vocabulary)
    columns = _plain_columns(table, headers, wished)
    if judgement.header is not None:
        columns["verdict"] = judgement.header
    abstentions = abstentions_of(table, headers, wished)
    if abstentions.header is not None:
        columns["abstained"] = abstentions.header
    _add_confidence(table, headers, wished, columns)
    comma = _decimal(table, options, columns)
    answers = answers_of(
        table,
        headers,
        wished,
        more_keys=judgement.keys,
        wrong=_wrong(table, judgement),
        says_more=not {"verdict", "abstained", "confidence", "sample"}.isdisjoint(columns),
    )
    for field, header in (("answer", answers.answer), ("accepted", answers.accepted)):
        if header is not None:
            columns[field] = header
    _add_error_and_status(table, headers, wished, columns)
    _item(table, headers, wished, columns)
    _add_what_tells_apart(table, headers, wished, columns)
    confidence = columns.get("confidence")
    values = [] if confidence is None else list(table.values(confidence))
    unit = unit_of(
        table.path,
        values,
        wished=options.confidence_unit,
        comma=comma,
        percent=confidence is not None and names.names_percent(confidence),
    )
    used = {*columns.values(), answers.reply}
    return TableMapping(
        columns=columns,
        judgement=judgement if "verdict" in columns else Judgement(),
        abstentions=abstentions,
        unit=unit,
        reply=answers.reply,
        first_sample=_first_sample(table, columns, comma=comma),
        ignored=tuple(header for header in table.headers if header not in used),
        notes=(answers.why,) if answers.why else (),
    )


def _wished(table: Table, options: Options) -> tuple[dict[str, str], Vocabulary | None]:
    """What the caller says of columns, checked; and the vocabulary of the verdict."""
    wished: dict[str, str] = {}
    vocabulary: Vocabulary | None = None
    for field, header in options.columns.items():
        if field not in names.FIELDS:
            raise UsageError(f"--column {field}: our fields are {', '.join(names.FIELDS)}.")
        known, _, word = header.rpartition(":")
        if field == "verdict" and known in table.headers:
            for candidate in _VOCABULARIES:
                if candidate == word:
                    vocabulary, header = candidate, known  # noqa: PLW2901
        if header and header not in table.headers and not _has_path(table, header):
            there = ", ".join(map(str, table.headers))
            raise ImportProblem(
                f"{table.path}: --column {field}: no column is named {header!r}; there are {there}."
            )
        wished[field] = header
    return wished, vocabulary


def _has_path(table: Table, header: str) -> bool:
    return "." in header and any(cell(line.cells, header) is not None for line in table.lines)


def _refuse_doubles(
    table: Table, headers: Mapping[str, list[str]], wished: Mapping[str, str]
) -> None:
    """Two headers that are one name, such as `Answer` and `answer`."""
    for name, those in headers.items():
        if len(those) > 1 and not set(those) & set(wished.values()):
            listed = ", ".join(map(repr, those))
            raise Ambiguous(
                table.path,
                f"the columns {listed} have one name, {name!r}.",
                {f"--column FIELD={candidate}": "this one" for candidate in those},
            )


def _plain_columns(
    table: Table, headers: Mapping[str, list[str]], wished: Mapping[str, str]
) -> dict[str, str]:
    """Fields that a name alone decides."""
    columns = {}
    taken = set(wished.values())
    for field, known in {**names.OTHERS, "model": names.MODEL}.items():
        if field in wished:
            if wished[field]:
                columns[field] = wished[field]
            continue
        matching = [
            candidate for candidate in first_named(known, headers) if candidate not in taken
        ]
        matching = [
            candidate for candidate in matching if field != "sample" or _counts(table, candidate)
        ]
        if matching:
            columns[field] = matching[0]
    return columns


def _counts(table: Table, header: str) -> bool:
    """Whether a column numbers repeats; `sample` itself is taken at its word."""
    if normal(header) not in _UNSURE_SAMPLES:
        return True
    numbers = [number_of(value, comma=False) for value in table.values(header)]
    return all(number is not None and number >= 0 and number == int(number) for number in numbers)


def _wrong(table: Table, judgement: Judgement) -> frozenset[int]:
    matching = set()
    for line in table.lines:
        try:
            verdict, _ = judgement.read(cell(line.cells, judgement.header or ""))
        except ValueError:
            continue
        if verdict == "wrong":
            matching.add(line.number)
    return frozenset(matching)


def _add_confidence(
    table: Table,
    headers: Mapping[str, list[str]],
    wished: Mapping[str, str],
    columns: dict[str, str],
) -> None:
    if "confidence" in wished:
        if wished["confidence"]:
            columns["confidence"] = wished["confidence"]
        return
    taken = {*wished.values(), *columns.values()}
    matching = [
        candidate
        for candidate in names.confidences(headers)
        if candidate not in taken and table.stated(candidate)
    ]
    exact = [candidate for candidate in matching if normal(candidate) == "confidence"]
    if len(matching) > 1 and not exact:
        listed = ", ".join(map(repr, matching))
        raise Ambiguous(
            table.path,
            f"the columns {listed} could each be the confidence.",
            {f"--column confidence={candidate}": "the confidence" for candidate in matching},
        )
    if matching:
        columns["confidence"] = (exact or matching)[0]


def _decimal(table: Table, options: Options, columns: Mapping[str, str]) -> bool:
    numeric = [
        columns[candidate]
        for candidate in ("confidence", "credit", "verdict")
        if candidate in columns
    ]
    return decimal_comma(
        table.path,
        [table.stated(header) for header in numeric],
        wished=options.decimal,
        delimiter=table.delimiter,
    )


def _add_error_and_status(
    table: Table,
    headers: Mapping[str, list[str]],
    wished: Mapping[str, str],
    columns: dict[str, str],
) -> None:
    if "error" in wished:
        if wished["error"]:
            columns["error"] = wished["error"]
    else:
        matching = [
            candidate for candidate in first_named(names.ERROR, headers) if table.stated(candidate)
        ]
        if matching:
            columns["error"] = matching[0]
    status = columns.get("status")
    if status is None or "status" in wished:
        return
    words = {str(value).strip().lower() for value in table.stated(status)}
    if words <= _FAILED | _FINE:
        return
    if words & {"error", "ungraded"}:
        other = sorted(words - _FAILED - _FINE)[0]
        raise Ambiguous(
            table.path,
            f"the column {status!r} holds error or ungraded, and {other!r}.",
            {
                f"--column status={status}": "rows in error are ungraded, other words are refused",
                "--column status=": "it says nothing about how a row went",
            },
        )
    del columns["status"]


def failed_status(value: Any) -> bool | None:
    """Whether a status says that a row failed; None for a word that says neither."""
    word = str(value).strip().lower()
    return True if word in _FAILED else False if word in _FINE else None


def _item(
    table: Table,
    headers: Mapping[str, list[str]],
    wished: Mapping[str, str],
    columns: dict[str, str],
) -> None:
    """Finds the item's column. A place in a list names an item only where nothing else does."""
    if "item" in wished:
        if wished["item"]:
            columns["item"] = wished["item"]
            if "question" not in columns and normal(wished["item"]) in names.OTHERS["question"]:
                columns["question"] = wished["item"]
        return
    taken = {*wished.values(), *columns.values()}
    matching = [
        candidate for candidate in first_named(names.ITEM, headers) if candidate not in taken
    ]
    telling = [
        candidate
        for candidate in matching
        if len(table.lines) < 2 or not _is_constant(table, candidate)
    ]
    if matching:
        columns["item"] = (telling or matching)[0]
        return
    positions = [
        candidate for candidate in first_named(names.PLACES, headers) if candidate not in taken
    ]
    if positions and "question" not in columns:
        columns["item"] = positions[0]


def _is_constant(table: Table, header: str) -> bool:
    return len({str(value) for value in table.values(header)}) == 1


def _add_what_tells_apart(
    table: Table,
    headers: Mapping[str, list[str]],
    wished: Mapping[str, str],
    columns: dict[str, str],
) -> None:
    """Columns of benchmarks and stated targets, where repeated items need them: a column called
    `threshold` or `dataset` says nothing to rows that are apart already."""
    for field, known in (
        ("benchmark", names.BENCHMARK),
        ("stated_target", names.STATED_TARGET),
    ):
        if field in wished:
            if wished[field]:
                columns[field] = wished[field]
            continue
        taken = {*wished.values(), *columns.values()}
        matching = [
            candidate for candidate in first_named(known, headers) if candidate not in taken
        ]
        always = [
            candidate for candidate in matching if normal(candidate) in {field, f"{field}_name"}
        ]
        if always:
            columns[field] = always[0]
            continue
        for header in matching:
            if _repeats(table, columns) and not _repeats(table, {**columns, field: header}):
                columns[field] = header
                break


def _repeats(table: Table, columns: Mapping[str, str]) -> bool:
    known = "item" if "item" in columns else "question"
    fields = (known, "sample", "model", "provider", "version", *_LEAST_TELLING)
    told = [columns[candidate] for candidate in fields if candidate in columns]
    seen = Counter(
        tuple(str(cell(line.cells, candidate)) for candidate in told) for line in table.lines
    )
    return any(times > 1 for times in seen.values())


def _first_sample(table: Table, columns: Mapping[str, str], *, comma: bool) -> int:
    """What repeats count from: 0 where the least of the file is 0, else 1."""
    if "sample" not in columns:
        return 1
    values = [value for value in table.values(columns["sample"]) if not is_missing(value)]
    numbers = [number for value in values if (number := number_of(value, comma=comma)) is not None]
    return 0 if numbers and min(numbers) == 0 else 1
