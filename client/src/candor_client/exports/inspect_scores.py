"""Verdicts for Inspect's viewer: the rows that its `precomputed_scores` scorer reads.

One JSON line for each item and epoch: `{id, epoch, value, answer, metadata}`, the value being
`C`, `I`, `P`, `N` or, where nothing could be judged, no line at all.
"""

import json
from pathlib import Path
from typing import Any, Final

from candor_client.record import Imported, Row

_VALUE: Final = {"correct": "C", "wrong": "I", "partial": "P", "abstained": "N"}


def write_inspect_scores(imported: Imported, file: Path) -> int:
    """Writes the judged rows and returns how many there are."""
    lines = [_line(row) for row in imported.rows if row.outcome in _VALUE]
    file.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    file.write_text(text, encoding="utf-8")
    return len(lines)


def _line(row: Row) -> dict[str, Any]:
    metadata: dict[str, Any] = {"abstained": row.outcome == "abstained"}
    if row.confidence is not None:
        metadata["confidence"] = row.confidence
    if row.outcome == "partial":
        metadata["credit"] = row.credit
    return {
        "id": row.item,
        "epoch": row.sample,
        "value": _VALUE[row.outcome or ""],
        "answer": row.answer or "",
        "metadata": metadata,
    }
