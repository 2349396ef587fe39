"""A stored submission for other tools.

| as              | what                                                                     |
|-----------------|--------------------------------------------------------------------------|
| jsonl           | predictions as `submit` takes them, each with its `outcome`              |
| csv             | the same, as cells; text that a spreadsheet could run gets an apostrophe |
| inspect-scores  | what Inspect's `precomputed_scores` reads                                |
| every-eval-ever | an aggregate and its instance rows, for the datastore                    |
"""

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from candor_client.client import Client
from candor_client.errors import UsageError
from candor_client.exports import stored, write_every_eval_ever, write_inspect_scores
from candor_client.results import Prediction, Submission

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
INSPECT: Final = "inspect-scores"
EVERY_EVAL_EVER: Final = "every-eval-ever"


def write_export(
    kind: str, submission: str, client: Client, *, out: Path | None, organisation: str | None
) -> tuple[int, list[str]]:
    """Writes a submission's rows to `out`, or to standard output; how many, and the files.

    Raises `UsageError` for another kind, or where a folder or an organisation is needed.
    """
    if kind in _WRITERS:
        facts, rows = client.submission(submission), client.predictions(submission)
        text = _WRITERS[kind](facts, rows)
        if out is None:
            sys.stdout.write(text)
            return len(rows), []
        out.write_text(text, encoding="utf-8")
        return len(rows), [str(out)]
    if kind not in {INSPECT, EVERY_EVAL_EVER}:
        raise UsageError(f"--as is one of {', '.join((*_WRITERS, INSPECT, EVERY_EVAL_EVER))}.")
    if out is None:
        raise UsageError(f"{kind} needs --out, a file (inspect-scores) or a folder.")
    imported = stored(client, submission)
    if kind == INSPECT:
        return write_inspect_scores(imported, out), [str(out)]
    if organisation is None:
        raise UsageError("every-eval-ever asks who evaluated: say --organisation.")
    aggregate = write_every_eval_ever(imported, out, organisation=organisation)
    return len(imported.rows), [str(aggregate)]


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
}
