"""Laws: a figure keeps to the range of the catalogue, and so does its interval, which holds it.

Student's interval of few items or clusters would: two clusters, one right and one wrong, gave an
accuracy of 0.5 an interval from -5.85 to 6.85.
"""

import re
from collections.abc import Iterator

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.scoring.assess import accuracy, assess
from app.scoring.catalogue.metrics import CATALOGUE
from app.scoring.grades import NO_CONFIDENCE, Grades, ItemFrame, Outcome
from app.scoring.score import Score
from app.scoring.scorecard import Scorecard, scorecard
from app.scoring.targets import Target, parse_target
from tests.confidences import confidences

RANGES = {metric.id: metric.range for metric in CATALOGUE}
TARGETS = tuple(Target(units) for units in (0, 5_000, 7_500, 9_000, 9_900))
PRINTED = 5e-5  # the catalogue states the ends to four decimals
OUTCOMES = tuple(Outcome)


def range_of(name: str, target: Target | None = None) -> tuple[float, float] | None:
    """The range in the catalogue's own words; None where it names no two ends."""
    found = re.fullmatch(r"\[(.+), (.+)\]", RANGES[name])
    if found is None:
        return None
    words: dict[str, float] = {}
    if target is not None:
        words = {"-L": -target.penalty, "-t": -target.value, "1 - t": 1 - target.value}
    low, high = (words[end] if end in words else float(end) for end in found.groups())
    return low, high


def held(card: Scorecard) -> Iterator[tuple[str, Score, tuple[float, float] | None]]:
    """Every score of a card with its range."""
    for name, score in card.scores.items():
        yield name, score, range_of(name)
    for score in card.accuracy_at_coverage.values():
        yield "accuracy_at_coverage", score, range_of("accuracy_at_coverage")
    for target, at in card.thresholds.items():
        for name in ("threshold_score", "normalised_threshold_score", "attempted_rate",
                     "selective_accuracy", "error_rate"):  # fmt: skip
            yield name, getattr(at, name), range_of(name, target)
    if card.categories is not None:
        for scores in (card.categories.micro, card.categories.macro):
            for name, score in scores.items():
                if not isinstance(score, dict):
                    yield name, score, range_of(name)
            for target, score in scores["threshold_score"].items():
                yield "threshold_score", score, range_of("threshold_score", parse_target(target))


def held_by_parts(card: Scorecard) -> Iterator[tuple[str, Score, tuple[float, float] | None]]:
    """Scores of kinds of items, with their ranges."""
    if card.answerability is not None:
        found = card.answerability
        for name in ("abstention_precision", "abstention_recall", "abstention_f1"):
            yield name, getattr(found, name), range_of(name)
        for target, score in found.credited_threshold_score.items():
            yield "credited_threshold_score", score, range_of("threshold_score", target)
        for one in (found.answerable, found.should_abstain):
            for name in ("accuracy", "error_rate", "abstention_rate", "coverage"):
                yield name, getattr(one, name), range_of(name)
    if card.occurrences is not None:
        for row in card.occurrences.buckets:
            yield "error_rate", row.error_rate, range_of("error_rate")
            for target, score in row.threshold_score.items():
                yield "threshold_score", score, range_of("threshold_score", target)


@st.composite
def submissions(draw: st.DrawFn) -> tuple[Grades, ItemFrame]:
    """A few items of every kind, alone or in clusters, weighted or not, asked once or twice."""
    n, samples = draw(st.integers(1, 12)), draw(st.sampled_from([1, 2]))
    slots = n * samples
    outcome = draw(st.lists(st.sampled_from(OUTCOMES), min_size=slots, max_size=slots))
    said = st.sampled_from([0, 3_000, 7_500, 9_900, 10_000])
    if draw(st.booleans()):
        said = st.one_of(st.just(NO_CONFIDENCE), said)
    confidence = draw(st.lists(said, min_size=slots, max_size=slots))
    credit = None
    if Outcome.PARTIAL in outcome:
        earned = draw(st.lists(st.integers(1, 9_999), min_size=slots, max_size=slots))
        credit = np.where(np.array(outcome) == Outcome.PARTIAL, earned, 0).astype(np.int16)
    grades = Grades(np.array(outcome, np.uint8), confidences(confidence), credit, samples=samples)
    codes = st.lists(st.integers(0, 2), min_size=n, max_size=n)
    weights = st.lists(st.sampled_from([0.1, 1.0, 5.0]), min_size=n, max_size=n)
    return grades, ItemFrame(
        n,
        weight=np.array(draw(weights)) if draw(st.booleans()) else None,
        cluster=np.array(draw(codes), np.int64) if draw(st.booleans()) else None,
        category=np.array(draw(codes), np.int64),
        category_names=("a", "b", "c"),
        answerable=np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n))),
        occurrences=np.array(draw(codes), np.int64),
    )


TWO_CLUSTERS = (
    Grades(
        np.array([Outcome.CORRECT, Outcome.CORRECT, Outcome.PARTIAL, Outcome.WRONG], np.uint8),
        confidences([9_000, 9_000, 9_000, 9_900]),
        np.array([0, 0, 1, 0], np.int16),
    ),
    ItemFrame(
        4,
        cluster=np.array([0, 0, 1, 1]),
        category=np.array([0, 0, 1, 1]),
        category_names=("a", "b"),
    ),
)


@settings(deadline=None)
@example(TWO_CLUSTERS)
@given(submissions())
def test_a_figure_and_its_interval_are_inside_its_range(
    submission: tuple[Grades, ItemFrame],
) -> None:
    grades, items = submission
    card = scorecard(grades, items, targets=TARGETS, mode="threshold", resamples=0)
    for name, score, ends in (*held(card), *held_by_parts(card)):
        if ends is not None and score.value is not None:
            assert ends[0] - PRINTED <= score.value <= ends[1] + PRINTED, name
        if score.interval is None:
            continue
        assert score.value is not None
        assert score.interval.low <= score.value <= score.interval.high, name
        assert score.interval.low < score.interval.high, name
        if ends is not None:
            low, high = ends
            assert low - PRINTED <= score.interval.low, name
            assert score.interval.high <= high + PRINTED, name


def test_two_clusters_say_next_to_nothing() -> None:
    grades, items = TWO_CLUSTERS
    interval = accuracy(assess(grades, items)).interval
    assert interval is not None
    assert 0 <= interval.low < 0.01
    assert 0.99 < interval.high <= 1
    assert interval.method == "wilson-cluster"
