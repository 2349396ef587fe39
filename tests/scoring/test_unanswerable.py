"""Silence where there is no answer: precision, recall, F1, the SQuAD 2.0 policy and its oracle."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.grades import NO_CONFIDENCE, Grades, ItemFrame, Outcome
from app.scoring.metrics.answerability import (
    abstained_share,
    abstention_scores,
    best_threshold,
    credited_threshold_score,
    oracle_best_threshold,
)
from app.scoring.targets import Target
from tests.confidences import confidences

A, R, W, M, U = (
    Outcome.ABSTAINED,
    Outcome.CORRECT,
    Outcome.WRONG,
    Outcome.MISSING,
    Outcome.UNGRADED,
)


def grades(*outcomes: Outcome, samples: int = 1) -> Grades:
    return Grades(
        np.array(outcomes, dtype=np.uint8),
        confidences([NO_CONFIDENCE] * len(outcomes)),
        samples=samples,
    )


def frame(answerable: str, **more: np.ndarray) -> ItemFrame:
    """One letter an item: y has an answer, n has none."""
    flags = np.array([letter == "y" for letter in answerable], dtype=np.bool_)
    return ItemFrame(n_items=len(flags), answerable=flags, **more)


def harmonic_mean(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def test_precision_recall_and_f1() -> None:
    scores = abstention_scores(grades(A, A, W, M, A, R, U), frame("nnnnyyy"))
    assert scores.precision.value == 2 / 3
    assert scores.recall.value == 2 / 4
    assert scores.f1.value == pytest.approx(harmonic_mean(2 / 3, 1 / 2), abs=1e-15)
    assert (scores.precision.n_items, scores.recall.n_items) == (3, 4)
    assert scores.precision.interval is not None
    assert scores.precision.interval.method == "wilson"
    assert scores.f1.interval is not None
    assert 0 <= scores.f1.interval.low <= scores.f1.interval.high <= 1


def test_empty_denominators_are_null_with_a_reason() -> None:
    silentless = abstention_scores(grades(R, W), frame("yn"))
    assert (silentless.precision.value, silentless.precision.reason) == (None, "no-abstention")
    assert silentless.recall.value == 0
    assert silentless.f1.value == 0
    answerable = abstention_scores(grades(A, R), frame("yy"))
    assert answerable.precision.value == 0
    assert (answerable.recall.value, answerable.recall.reason) == (None, "no-unanswerable-item")
    assert abstention_scores(grades(R), frame("y")).f1.value is None
    unsaid = abstention_scores(grades(A), ItemFrame(n_items=1))
    assert unsaid.recall.value is None


def test_samples_count_by_their_share() -> None:
    sampled = grades(A, A, A, W, R, A, samples=2)
    assert abstained_share(sampled).tolist() == [1, 0.5, 0.5]
    scores = abstention_scores(sampled, frame("nny"))
    assert scores.recall.value == 0.75
    assert scores.precision.value == 0.75
    assert scores.precision.interval is not None
    assert scores.precision.interval.method == "wilson"


def test_weights_and_clusters() -> None:
    one = abstention_scores(grades(A, W, A), frame("nny", weight=np.array([3.0, 1.0, 1.0])))
    assert one.recall.value == 0.75
    assert one.precision.value == 0.75
    paired = abstention_scores(
        grades(A, A, W, W), frame("nnnn", cluster=np.array([0, 0, 1, 1], dtype=np.int64))
    )
    assert paired.recall.value == 0.5
    assert paired.recall.se == pytest.approx(0.5)


@given(st.lists(st.tuples(st.sampled_from([A, R, W, M, U]), st.booleans()), max_size=30))
def test_f1_is_the_harmonic_mean(items: list[tuple[Outcome, bool]]) -> None:
    scores = abstention_scores(
        grades(*(outcome for outcome, _ in items)),
        frame("".join("y" if answerable else "n" for _, answerable in items)),
    )
    if scores.precision.value is not None and scores.recall.value is not None:
        expected = harmonic_mean(scores.precision.value, scores.recall.value)
        assert scores.f1.value == pytest.approx(expected, abs=1e-12)


def test_credit_for_a_correct_abstention() -> None:
    """SQuAD 2.0's exact score at t = 0; a missing item is not silence, and no answer is right."""
    said = grades(A, A, W, M, R)
    items = frame("nynny")
    binary = credited_threshold_score(said, items, target=Target(0), mode="declared")
    assert binary.value == (1 + 1) / 5
    assert binary.interval is not None
    assert binary.interval.method == "mover-wilson"
    priced = credited_threshold_score(said, items, target=Target(7500), mode="declared")
    assert priced.value == (1 + 1 - 3) / 5
    assert priced.se == pytest.approx(np.std([1, 0, -3, 0, 1], ddof=1) / np.sqrt(5))
    nowhere = credited_threshold_score(grades(U), frame("n"), target=Target(0), mode="declared")
    assert (nowhere.value, nowhere.reason) == (None, "no-graded-items")


def test_an_answer_below_the_target_is_silence_in_threshold_mode() -> None:
    said = Grades(np.array([W, W], dtype=np.uint8), confidences([3000, 9000]))
    by_mode = {
        mode: credited_threshold_score(said, frame("nn"), target=Target(5000), mode=mode).value
        for mode in ("declared", "threshold")
    }
    assert by_mode == {"declared": -1, "threshold": 0}


def test_credit_with_samples_is_the_mean_item() -> None:
    said = grades(A, W, A, A, samples=2)
    score = credited_threshold_score(said, frame("ny"), target=Target(5000), mode="declared")
    assert score.value == ((1 - 1) / 2 + 0) / 2
    assert score.interval is not None
    assert score.interval.method == "mover-wilson"


def official(has: list[bool], prob: list[float], score: list[float]) -> tuple[float, float]:
    """The published walk, for probabilities without ties."""
    current = best = float(sum(not h for h in has))
    threshold = 0.0
    for k in sorted(range(len(has)), key=lambda k: prob[k]):
        current += score[k] if has[k] else -1
        if current > best:
            best, threshold = current, prob[k]
    return best / len(has), threshold


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=20), st.randoms())
def test_the_oracle_is_the_official_walk(items: list[tuple[bool, bool]], random) -> None:  # type: ignore[no-untyped-def]
    prob = random.sample([k / 20 for k in range(20)], len(items))
    has, right = [h for h, _ in items], [float(r) for _, r in items]
    best = oracle_best_threshold(
        has_answer=np.array(has), no_answer_prob=np.array(prob), score=np.array(right)
    )
    assert (best.value, best.threshold) == official(has, prob, right)


@given(st.permutations(range(6)))
def test_equal_probabilities_are_answered_together(order: list[int]) -> None:
    has = np.array([True, False, True, False, True, True])[order]
    prob = np.array([0.1, 0.1, 0.1, 0.5, 0.5, 0.9])[order]
    best = oracle_best_threshold(has_answer=has, no_answer_prob=prob, score=np.ones(6))
    assert (best.value, best.threshold) == (4 / 6, 0.9)


def test_silence_on_everything_is_worth_the_unanswerable_share() -> None:
    best = oracle_best_threshold(
        has_answer=np.array([True, False, False]),
        no_answer_prob=np.array([0.2, 0.1, 0.3]),
        score=np.zeros(3),
    )
    assert (best.value, best.threshold) == (2 / 3, 0.0)
    unsaid = oracle_best_threshold(
        has_answer=np.array([True, False]),
        no_answer_prob=np.array([0.5, 0.1]),
        score=np.ones(2),
        predicted=np.array([True, False]),
    )
    assert (unsaid.value, unsaid.threshold) == (1.0, 0.5)
    with pytest.raises(ValueError, match="at least one item"):
        oracle_best_threshold(
            has_answer=np.zeros(0, dtype=np.bool_),
            no_answer_prob=np.zeros(0),
            score=np.zeros(0),
        )


OUTCOMES = st.sampled_from([R, W, A, M, U])


@given(st.lists(st.tuples(OUTCOMES, st.booleans(), st.integers(0, 10)), min_size=1, max_size=12))
def test_the_best_threshold_is_the_best_of_all(slots: list[tuple[Outcome, bool, int]]) -> None:
    """Held against every threshold there is, and against silence on everything."""
    said = Grades(
        np.array([outcome for outcome, _, _ in slots], np.uint8),
        confidences([tenths * 1_000 for _, _, tenths in slots]),
    )
    has = [answerable or outcome == R for outcome, answerable, _ in slots]
    found = best_threshold(said, ItemFrame(len(slots), answerable=np.array(has)))
    graded = [
        (outcome, with_answer, tenths)
        for (outcome, _, tenths), with_answer in zip(slots, has, strict=True)
        if outcome != U
    ]

    def points(least: float) -> int:
        right = 0
        for outcome, with_answer, tenths in graded:
            answers = outcome in {R, W} and tenths / 10 >= least
            right += outcome == R if answers else outcome != M and not with_answer
        return right

    if not graded:
        assert found.reason == "no-graded-items"
        return
    best = max(points(tenths / 10) for tenths in range(12))
    assert found.value == best / len(graded)
    assert points(found.confidence if found.confidence is not None else 1.1) == best


def test_a_best_threshold_that_is_not_defined_says_why() -> None:
    frame_of = ItemFrame(2, answerable=np.array([True, False]))
    outcome = np.array([R, A], np.uint8)
    unstated = Grades(outcome, confidences([NO_CONFIDENCE, NO_CONFIDENCE]))
    assert best_threshold(unstated, frame_of).reason == "confidence-missing"
    stated = Grades(outcome, confidences([9_000, NO_CONFIDENCE]))
    assert best_threshold(stated, frame_of).value == 1.0
    weighted = replace(frame_of, weight=np.array([1.0, 2.0]))
    assert best_threshold(stated, weighted).reason == "weighted"
    several = Grades(np.array([R, A, R, A], np.uint8), confidences([9_000] * 4), samples=2)
    assert best_threshold(several, frame_of).reason == "several-samples"


@pytest.mark.parametrize(
    ("prompt", "recall", "attempted"), [("explicit", 0.864, 0.784), ("implicit", 0.55, 0.966)]
)
def test_published_abstention_rates_on_squad2(
    prompt: str, recall: float, attempted: float, shared: Path
) -> None:
    folder = shared / "data" / "squad2-prompt-abstention"
    with gzip.open(folder / "items.jsonl.gz", "rt", encoding="utf-8") as lines:
        items = [json.loads(line) for line in lines]
    run = folder / "predictions" / f"llama3-8b@{prompt}.jsonl.gz"
    with gzip.open(run, "rt", encoding="utf-8") as lines:
        said = {row["item_id"]: row["abstained"] for row in map(json.loads, lines)}
    scores = abstention_scores(
        grades(*(A if said[item["id"]] else U for item in items)),
        frame("".join("y" if item["gold"] else "n" for item in items)),
    )
    assert scores.recall.value == recall
    assert scores.precision.value == pytest.approx(
        500 * recall / (500 * recall + 500 * (1 - attempted)), abs=1e-12
    )
