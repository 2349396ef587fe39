"""Real predictions of the reference data, straight into grades."""

import csv
import gzip
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from app.scoring.grades import NO_CONFIDENCE, Grades, Outcome

FOLDERS = (
    "czech-simpleqa",
    "lifeeval-boolq",
    "lifeeval-sciq",
    "plaut-arc-msp",
    "plaut-mmlu-msp",
    "squad2-prompt-abstention",
)
IN_SAMPLE = "lifeeval-boolq"
EVERYWHERE = (("sample", IN_SAMPLE), *(("whole", name) for name in FOLDERS))
"""Where predictions lie, for `reference`, and their folder there."""


def rows(folder: Path, stem: str) -> Iterator[dict[str, Any]]:
    """The rows of `<stem>.jsonl` or `<stem>.jsonl.gz`."""
    plain = folder / f"{stem}.jsonl"
    packed = folder / f"{stem}.jsonl.gz"
    text = plain.read_bytes() if plain.exists() else gzip.decompress(packed.read_bytes())
    return (json.loads(line) for line in text.splitlines())


@cache
def items(folder: Path) -> list[dict[str, Any]]:
    """The items of a folder, in order."""
    return list(rows(folder, "items"))


def runs(folder: Path) -> list[str]:
    """The names of a folder's runs."""
    names = {path.name.split(".jsonl")[0] for path in (folder / "predictions").iterdir()}
    return sorted(names)


def table(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(newline="") as lines:
        return list(csv.DictReader(lines))


def read_run(
    folder: Path, run: str, *, unparseable: Outcome = Outcome.UNGRADED, decimals: int = 9
) -> Grades:
    """One run, aligned with the items. A row without a verdict that is no abstention is `ungraded`,
    or what `unparseable` says of those that the source could not parse. Confidences are kept to
    so many decimals."""
    place = {item["id"]: ordinal for ordinal, item in enumerate(items(folder))}
    outcome = np.full(len(place), Outcome.MISSING, dtype=np.uint8)
    confidence = np.full(len(place), NO_CONFIDENCE, dtype=np.int32)
    for row in rows(folder / "predictions", run):
        at = place[row["item_id"]]
        outcome[at] = _outcome(row, unparseable)
        if row["confidence"] is not None:
            confidence[at] = round(row["confidence"] * 10**decimals) * 10 ** (9 - decimals)
    return Grades(outcome, confidence)


def _outcome(row: dict[str, Any], unparseable: Outcome) -> Outcome:
    if row["abstained"]:
        return Outcome.ABSTAINED
    if row["correct"] is None:
        return unparseable if row.get("source_status") == "unparseable" else Outcome.UNGRADED
    return Outcome.CORRECT if row["correct"] else Outcome.WRONG
