"""Scores by training occurrence: every known item in one bucket, each bucket scored alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.grades import NO_CONFIDENCE, Grades, ItemFrame, Outcome
from app.scoring.metrics.occurrences import BUCKETS, bucket_of, by_occurrence
from app.scoring.targets import Target
from tests.confidences import confidences

HALF = Target(5000)


@pytest.mark.parametrize(
    ("count", "bucket"),
    [
        (-1, None),
        (0, "0"),
        (1, "1"),
        (2, "2-5"),
        (5, "2-5"),
        (6, "6-20"),
        (20, "6-20"),
        (21, "21+"),
    ],
)
def test_buckets_meet_without_gaps(count: int, bucket: str | None) -> None:
    place = int(bucket_of(np.array([count]))[0])
    assert (None if place == -1 else BUCKETS[place]) == bucket


@given(st.lists(st.tuples(st.integers(-1, 30), st.sampled_from([1, 2, 3])), max_size=30))
def test_rows_add_up_to_the_known_items(slots: list[tuple[int, int]]) -> None:
    counts = np.array([count for count, _ in slots], dtype=np.int64)
    grades = Grades(
        np.array([outcome for _, outcome in slots], dtype=np.uint8),
        confidences([NO_CONFIDENCE] * len(slots)),
    )
    found = by_occurrence(
        grades,
        ItemFrame(len(slots), occurrences=counts),
        targets=(Target(7500),),
        mode="declared",
    )
    assert found is not None
    rows = found.buckets
    assert sum(row.n_items for row in rows) == int(np.sum(counts >= 0))
    wrong = sum((row.error_rate.value or 0) * row.n_items for row in rows)
    assert round(wrong) == int(np.sum((counts >= 0) & (grades.outcome == Outcome.WRONG)))


def test_a_bucket_is_scored_like_a_submission() -> None:
    outcome = [Outcome.WRONG, Outcome.ABSTAINED, Outcome.CORRECT, Outcome.CORRECT]
    grades = Grades(np.array(outcome, dtype=np.uint8), confidences([NO_CONFIDENCE] * 4))
    items = ItemFrame(4, occurrences=np.array([1, 1, 1, 40]))
    found = by_occurrence(grades, items, targets=(HALF, Target(0)), mode="declared")
    assert found is not None
    once, often = found.buckets
    assert (once.bucket, often.bucket) == ("1", "21+")
    assert once.error_rate.value == once.abstention_rate.value == 1 / 3
    assert once.selective_accuracy.value == 1 / 2
    assert once.threshold_score[HALF].value == 0
    assert once.error_rate.interval is not None
    assert once.error_rate.interval.method == "wilson"
    assert often.threshold_score[HALF].value == 1
    assert once.threshold_score[Target(0)].value == 1 / 3
    assert by_occurrence(grades, ItemFrame(4), targets=(HALF,), mode="declared") is None
