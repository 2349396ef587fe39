"""A submission's rows for other tools: ours, CSV, Inspect's precomputed scores.

| as             | each row                                                                 |
|----------------|--------------------------------------------------------------------------|
| jsonl          | a prediction as `submit` takes it, and its `outcome`                       |
| csv            | the same, as cells; text that a spreadsheet could run gets an apostrophe |
| inspect-scores | id, epoch, value (C, I, P, N), answer, metadata                          |
"""

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from candor.errors import UsageError
from candor.results import Prediction, Submission

_COLUMNS: Final = (
    "item",
    "sample",
    "answer",
    "abstained",
    "confidence",
    "verdict",
    "credit",
    "outcome",
)
_INSPECT_VALUE: Final = {"correct": "C", "wrong": "I", "partial": "P", "abstained": "N"}


def write_export(
    kind: str, facts: Submission, rows: Sequence[Prediction], *, out: Path | None
) -> list[str]:
    """Writes rows to `out`, or to standard output; the files written.

    Raises `UsageError` for another kind.
    """
    if kind not in _WRITERS:
        raise UsageError(f"--as is one of {', '.join(_WRITERS)}.")
    text = _WRITERS[kind](facts, rows)
    if out is None:
        sys.stdout.write(text)
        return []
    out.write_text(text)
    return [str(out)]


def _jsonl(facts: Submission, rows: Iterable[Prediction]) -> str:
    said = _as_judged if facts["self_reported"] else _as_said
    return "".join(json.dumps(said(row), ensure_ascii=False) + "\n" for row in rows)


def _csv(_facts: Submission, rows: Iterable[Prediction]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in _COLUMNS])
    return out.getvalue()


def _inspect(facts: Submission, rows: Iterable[Prediction]) -> str:
    lines = []
    for row in rows:
        value = _INSPECT_VALUE.get(row["outcome"] or "")
        if value is None:  # ungraded, or not shown to us: no score is better than a wrong one
            continue
        metadata = {"candor": facts["id"], "confidence": row["confidence"], "credit": row["credit"]}
        score = {"id": row["item"], "epoch": row["sample"], "value": value, "answer": row["answer"]}
        kept = {name: one for name, one in metadata.items() if one is not None}
        lines.append(json.dumps(score | {"metadata": kept}, ensure_ascii=False) + "\n")
    return "".join(lines)


def _as_judged(row: Prediction) -> dict[str, Any]:
    """A row of a benchmark graded elsewhere: its verdict says everything."""
    return _stated(row) | {
        name: value
        for name, value in (
            ("answer", None if row["abstained"] else row["answer"]),
            ("verdict", row["verdict"] or row["outcome"]),
            ("credit", row["credit"]),
            ("outcome", row["outcome"]),
        )
        if value is not None
    }


def _as_said(row: Prediction) -> dict[str, Any]:
    """A row that the server grades: what the model said, as it would be submitted."""
    said: dict[str, Any] = {"answer": row["answer"]}
    if row["abstained"]:
        said = {"abstained": True}
    elif not row["answer"]:
        said = {"status": "ungraded"} if row["outcome"] == "ungraded" else {"abstained": False}
    elif row["outcome"] == "ungraded":
        said["status"] = "ungraded"
    return _stated(row) | said | ({"outcome": row["outcome"]} if row["outcome"] else {})


def _stated(row: Prediction) -> dict[str, Any]:
    kept: dict[str, Any] = {"item": row["item"]}
    if row["sample"] != 1:
        kept["sample"] = row["sample"]
    if row["confidence"] is not None:
        kept["confidence"] = row["confidence"]
    return kept


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return f"'{value}"
    return value


_WRITERS: Final[dict[str, Callable[[Submission, Sequence[Prediction]], str]]] = {
    "jsonl": _jsonl,
    "csv": _csv,
    "inspect-scores": _inspect,
}
