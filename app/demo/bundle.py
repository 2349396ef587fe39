"""A demo bundle: a benchmark with its submissions, as values that the services take."""

import hashlib
from dataclasses import dataclass

import numpy as np

from app.intake.columns import ItemColumns, PredictionColumns
from app.services.benchmarks.publish import NewBenchmark
from app.services.submissions.submit import NewSubmission


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything that a demo benchmark needs to be published and answered."""

    benchmark: NewBenchmark
    items: ItemColumns
    submissions: list[tuple[NewSubmission, PredictionColumns]]


def item_columns(
    keys: list[str],
    *,
    questions: list[str | None],
    accepted: list[list[str]],
    categories: list[str | None],
) -> ItemColumns:
    """Items that differ in question, answer and category alone."""
    n = len(keys)
    return ItemColumns(
        key=keys,
        question=questions,
        accepted=accepted,
        choices=[None] * n,
        category=categories,
        cluster=[None] * n,
        weight=[1.0] * n,
        answerable=[True] * n,
        tags=[{} for _ in range(n)],
        occurrences=[None] * n,
        digest=hashlib.sha256("\n".join(keys).encode()).digest(),
    )


def digest_of(name: str, verdicts: "np.ndarray | list[str | None]") -> bytes:
    """A digest of made-up predictions, so that loading twice is a replay."""
    return hashlib.sha256(f"{name}\n{list(verdicts)!r}".encode()).digest()
