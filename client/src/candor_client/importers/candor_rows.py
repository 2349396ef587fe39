"""Rows of any script, and our own: JSON lines, a JSON list, a document, CSV or Parquet.

The columns are told apart by the reading model (`importers/columns`): what can be read in two ways
is asked, what cannot be read is an error with its place.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from candor_client.importers.columns import names
from candor_client.importers.columns.cells import Read, Reading, read_cells
from candor_client.importers.columns.mapping import TableMapping, mapping_of
from candor_client.importers.columns.names import by_name, first_named
from candor_client.importers.columns.table import Line, Table, cell, headers_of
from candor_client.importers.reading.assemble import Draft, assemble
from candor_client.importers.reading.numbers import told
from candor_client.importers.reading.options import Options
from candor_client.importers.reading.probe import Probe
from candor_client.importers.reading.totals import model_beside, parity_beside
from candor_client.importers.reading.values import finite
from candor_client.record import Ambiguous, ColumnMapping, Imported, ImportProblem
from candor_client.wording import counted, counting

LOOKS_FOR: Final = (
    "rows (JSON lines, a JSON list, CSV, Parquet) with an item or a question, and an answer, "
    "verdict or abstention"
)
_SAYS: Final = (
    *names.PARSED,
    *names.REPLIES,
    *names.EITHER,
    *names.VERDICTS,
    *names.SCORES,
    *names.ABSTAINED,
    *names.CONFIDENCE,
)
_HOW_IT_WENT: Final = frozenset({"answer", "abstained", "verdict", "status"})
_QUESTIONS: Final = names.OTHERS["question"]
_EXAMPLES: Final = 3

_Group = tuple[str | None, str | None, str | None, str | None, float | None]


def claims(probe: Probe) -> bool:
    """Whether the first row has an item or a question, and says something about it."""
    if probe.kind in {"zip", "other"}:
        return False
    if isinstance(probe.members.get("predictions"), list):
        return True
    headers = by_name(map(str, probe.first))
    known = first_named((*names.ITEM, *names.PLACES, *_QUESTIONS), headers)
    return bool(known) and bool(first_named(_SAYS, headers) or names.other_answers(headers)[0])


def claims_with(probe: Probe, wished: Mapping[str, str]) -> bool:
    """Whether the caller's own word for its columns makes it ours."""
    if probe.kind in {"zip", "other"}:
        return False
    plain = [one.rpartition(":")[0] or one for one in wished.values() if one]
    return any(cell(probe.first, one) is not None or one in probe.first for one in plain)


def read(probe: Probe, options: Options) -> list[Imported]:
    """One `Imported` for each benchmark, model and stated target named in the file."""
    table = table_of(probe)
    mapping = mapping_of(table, options)
    _require_rows_that_say(table, mapping)
    reading = read_cells(table, mapping, options)
    groups: dict[_Group, list[Read]] = defaultdict(list)
    for one in reading.rows:
        groups[one.benchmark, one.model, one.provider, one.version, one.stated_target].append(one)
    _require_apart(table, mapping, groups)
    shown = _shown(table, mapping)
    warnings = _warnings(mapping, reading, options)
    return [
        _imported(probe, options, group, rows, warnings, shown) for group, rows in groups.items()
    ]


def _require_apart(
    table: Table, mapping: TableMapping, groups: Mapping[_Group, list[Read]]
) -> None:
    """Raises `Ambiguous` where items repeat, and columns that nothing is read from would tell the
    repeats apart."""
    repeated = {
        (group, key)
        for group, rows in groups.items()
        for key, times in Counter((read.row.item, read.row.sample) for read in rows).items()
        if times > 1
    }
    if not repeated:
        return
    lines = {line.number: line for line in table.lines}
    telling = []
    for header in mapping.ignored:
        seen = Counter(
            (group, read.row.item, read.row.sample, str(cell(lines[number].cells, header)))
            for group, rows in groups.items()
            for read in rows
            if (number := read.row.source_row) in lines
        )
        if max(seen.values()) == 1 and _tells_groups(table, header):
            telling.append(header)
    if telling:
        n = counting(len(repeated), "item", "stands")
        header = telling[0]
        raise Ambiguous(
            table.path,
            f"{n} there more than once, and {', '.join(map(repr, telling))} tells them apart.",
            {
                f"--column sample={header}": "it numbers repeats",
                f"--column benchmark={header}": "each value is a benchmark",
                f"--column model={header}": "each value is a model",
                f"--column stated_target={header}": "each value is a stated target",
            },
        )


def _tells_groups(table: Table, header: str) -> bool:
    """Whether a column has few values for many rows: one of its own for each row is a text."""
    return len({str(value) for value in table.values(header)}) <= max(2, len(table.lines) // 2)


def table_of(probe: Probe) -> Table:
    """The rows of a file as a table."""
    lines = [
        Line(number, probe.place_of(number), row)
        for number, row in _rows(probe)
        if any(value not in ("", None) for value in row.values())
    ]
    headers = list(map(str, probe.headers)) or headers_of(line.cells for line in lines)
    return Table(probe.path, lines, headers, probe.kind == "table", probe.delimiter)


def _rows(probe: Probe) -> Iterator[tuple[int, dict[str, Any]]]:
    predictions = probe.members.get("predictions")
    if not isinstance(predictions, list):
        yield from probe.rows()
        return
    for number, row in enumerate(predictions):
        if not isinstance(row, dict):
            raise ImportProblem(f"{probe.path}, row {number}: a row is a JSON object.")
        yield number, row


def _require_rows_that_say(table: Table, mapping: TableMapping) -> None:
    columns = mapping.columns
    known = "item" in columns or "question" in columns
    if known and _HOW_IT_WENT & set(columns):
        return
    what = "says how an item went" if known else "holds the item"
    field = "answer" if known else "item"
    there = ", ".join(map(str, table.headers))
    raise ImportProblem(
        f"{table.path}: no column {what}; there are {there}. Say which, as --column {field}=HEADER."
    )


def _imported(
    probe: Probe,
    options: Options,
    group: _Group,
    read: list[Read],
    warnings: list[str],
    shown: ColumnMapping,
) -> Imported:
    benchmark, model, provider, version, target = group
    rows = [one.row for one in read]
    document = _document_fields(probe)
    model = model or _model(probe) or model_beside(probe.beside)
    draft = Draft(
        format="candor",
        source=probe.path,
        benchmark=benchmark or probe.path.stem,
        names_benchmark=benchmark is not None,
        model=model or probe.label,
        provider=provider,
        rows=rows,
        confidence_source=str(probe.members.get("confidence_source") or "stated"),
        parity=parity_beside(probe.beside, rows),
        warnings=list(warnings),
        columns=shown,
        **{"version": version, "stated_target": target} | document,
    )
    return assemble(draft, options)


def _model(probe: Probe) -> str | None:
    if not isinstance(probe.members.get("predictions"), list):
        return None
    model = probe.members.get("model")
    if isinstance(model, dict):
        model = model.get("name")
    return str(model) if model else None


def _document_fields(probe: Probe) -> dict[str, Any]:
    """What a whole submission document says beside its rows."""
    document = probe.members if isinstance(probe.members.get("predictions"), list) else {}
    model = document.get("model")
    model = model if isinstance(model, dict) else {}
    fields = {
        "version": _text(model.get("version")),
        "external_id": _text(document.get("external_id")),
        "stated_target": _stated_target(document),
    }
    if isinstance(document.get("run"), dict):
        fields["run"] = document["run"]
    return {name: value for name, value in fields.items() if value is not None}


def _stated_target(document: Mapping[str, Any]) -> float | None:
    """The target that a document says its prompt announced, as such or by its penalty."""
    penalty = finite(document.get("stated_penalty"))
    if penalty is None or penalty < 0:
        return finite(document.get("stated_target"))
    return penalty / (1 + penalty)


def _text(value: Any) -> str | None:
    return None if value in (None, "") else str(value)


def _shown(table: Table, mapping: TableMapping) -> ColumnMapping:
    """The mapping with the first rows, as a dry run prints it."""
    columns = {one: mapping.columns[one] for one in names.FIELDS if one in mapping.columns}
    examples = [
        {field: _cut(cell(line.cells, header)) for field, header in columns.items()}
        for line in table.lines[:_EXAMPLES]
    ]
    return ColumnMapping(
        columns=columns,
        how=mapping.how,
        examples=tuple(examples),
        ignored=mapping.ignored,
        unit=mapping.unit.word if "confidence" in columns else None,
    )


def _cut(value: Any) -> Any:
    text = value if isinstance(value, str) else None
    return f"{text[:77]}…" if text is not None and len(text) > 78 else value


def _warnings(mapping: TableMapping, reading: Reading, options: Options) -> list[str]:
    counts = reading.counts
    warnings = told(mapping.unit, counts["unstated"], wished=options.confidence_unit)
    if mapping.first_sample == 0:
        warnings.append("Samples count from 0; 1 was added to each.")
    if counts["empty"]:
        policy = options.empty or "wrong"
        told_empty = f"{counting(counts['empty'], 'reply', 'is')} empty"
        told_empty = told_empty.replace("replys", "replies")
        warnings.append(f"{told_empty} and so {_count_as(counts['empty'])} as {policy} (--empty).")
    if counts["declined"]:
        n = counts["declined"]
        warnings.append(
            f"{counted(n, 'answer')} judged wrong {'says' if n == 1 else 'say'} that the model "
            "does not know: abstained (--column abstained= leaves them wrong)."
        )
    return warnings


def _count_as(number: int) -> str:
    return "counts" if number == 1 else "count"
