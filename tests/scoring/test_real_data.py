"""Real predictions score what independent code says they score, and what their authors published.

`reference-scores.csv` was computed by exact rational arithmetic elsewhere; `checks.csv` of every
folder holds what the source printed.
"""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.scoring.assess import assess
from app.scoring.grades import Grades, ItemFrame, Outcome
from app.scoring.levels import Levels, levels_of
from app.scoring.metrics import binning, discrimination
from app.scoring.metrics import proper_scores as proper
from app.scoring.metrics.answerability import answerability
from app.scoring.scorecard import scorecard
from app.scoring.targets import Target, parse_target
from tests.reference import reference
from tests.scoring import real

TARGETS = tuple(parse_target(t) for t in ("0", "0.5", "0.75", "0.9"))


@pytest.fixture(scope="module")
def data(shared: Path) -> Path:
    return shared / "data"


def figures(grades: Grades) -> dict[str, float | None]:
    """The figures of a row of `reference-scores.csv`."""
    frame = ItemFrame(grades.n_items)
    declared, threshold = (
        scorecard(grades, frame, targets=TARGETS, mode=mode, resamples=0)
        for mode in ("declared", "threshold")
    )
    levels = levels_of(assess(grades, frame))
    profile = declared.profile
    found: dict[str, float | None] = {
        "n_rows": profile.n_slots,
        "n_right": profile.n_correct,
        "n_wrong": profile.n_wrong,
        "n_abstained": profile.abstained,
        "n_ungraded": profile.ungraded,
        "n_confidence": int(levels.n),
        "ece10_right_closed": float(binning.ece_equal_width(levels, bins=10)),
        "ece10_left_closed": float(binning.ece_equal_width_left_closed(levels, bins=10)),
    }
    for mode, card in (("declared", declared), ("threshold", threshold)):
        for target in TARGETS:
            found[f"{mode}_t{target}"] = card.thresholds[target].threshold_score.value
    return found | {name: score.value for name, score in threshold.scores.items()}


@pytest.mark.parametrize(("where", "name"), real.EVERYWHERE)
def test_every_run_scores_as_the_reference_says(
    request: pytest.FixtureRequest, where: str, name: str
) -> None:
    data = reference(request, where)
    expected = [row for row in real.table(data / "reference-scores.csv") if row["dataset"] == name]
    assert {row["run"] for row in expected} == set(real.runs(data / name))
    for row in expected:
        # The reference is of confidences kept to 1e-4.
        found = figures(real.read_run(data / name, row["run"], decimals=4))
        for key, text in row.items():
            if key in {"dataset", "run"} or text == "":
                continue
            assert found[key] == pytest.approx(float(text), abs=1e-9), (row["run"], key)


@pytest.mark.parametrize("name", ["lifeeval-sciq", "lifeeval-boolq"])
def test_lifeeval_prints_what_its_authors_print(data: Path, name: str) -> None:
    """On the items that all models answered; its bins are (lo, hi]."""
    common = np.flatnonzero([item["in_common_set"] for item in real.items(data / name)])
    for row in real.table(data / name / "checks.csv"):
        whole = real.read_run(data / name, row["model"])
        a = assess(whole, ItemFrame(whole.n_items))
        graded = proper.brier(levels_of(a))
        assert a.profile.n_answered == int(row["graded"])
        assert a.profile.abstained == int(row["abstained"])
        assert round(float(graded), 6) == float(row["brier_graded"])
        levels = levels_of(assess(whole.only(common), ItemFrame(len(common))))
        assert int(levels.n) == int(row["pub_n"])
        printed = {
            "pub_accuracy": levels.accuracy,
            "pub_mean_confidence": proper.mean_confidence(levels),
            "pub_ece": binning.ece_equal_width(levels, bins=10),
        }
        six = {key: round(float(value), 6) for key, value in printed.items()}
        differing = {key for key, value in six.items() if value != float(row[key])}
        stated = common_answers(data / name, row["model"], common)
        # One stated confidence is 0.5 plus its last bit: over the edge of its bin.
        noisy = any(p != round(p, 4) for p, _ in stated)
        assert differing <= ({"pub_ece"} if noisy else set()), row["model"]
        assert round(ten_bins(stated), 6) == float(row["pub_ece"])


def common_answers(folder: Path, run: str, common: NDArray[np.int64]) -> list[tuple[float, bool]]:
    """Unrounded confidence and verdict of the graded answers on some items."""
    listed = real.items(folder)
    kept = {listed[ordinal]["id"] for ordinal in common}
    return [
        (row["confidence"], row["correct"])
        for row in real.rows(folder / "predictions", run)
        if row["item_id"] in kept and row["correct"] is not None
    ]


def ten_bins(stated: list[tuple[float, bool]]) -> float:
    """The ECE over ten bins (lo, hi] of unrounded doubles with edges k * 0.1, as its authors do."""
    p = np.array([confidence for confidence, _ in stated])
    right = np.array([correct for _, correct in stated], dtype=np.float64)
    place = np.maximum(np.searchsorted(np.arange(11) * 0.1, p, side="left") - 1, 0)
    gaps = np.bincount(place, weights=right - p, minlength=10)
    return float(np.abs(gaps).sum() / len(p))


@pytest.mark.parametrize("name", ["plaut-arc-msp", "plaut-mmlu-msp"])
def test_plaut_prints_what_its_authors_print(data: Path, name: str) -> None:
    """AUROC and Mann-Whitney U of the confidences to their last digit, unreadable answers wrong.

    Of every distinct confidence as a level of its own, and as the service keeps them.
    """
    for row in real.table(data / name / "checks.csv"):
        levels = exact_levels(data / name, row["model"])
        area = float(discrimination.auroc(levels))
        u = area * float(levels.right.sum()) * float(levels.wrong.sum())
        assert area == pytest.approx(float(row["auroc_unparseable_as_wrong"]), abs=5.1e-7)
        kept = real.read_run(data / name, row["model"], unparseable=Outcome.WRONG)
        assert float(discrimination.auroc(levels_of(assess(kept, ItemFrame(kept.n_items))))) == area
        graded = real.read_run(data / name, row["model"])
        assert float(levels_of(assess(graded, ItemFrame(graded.n_items))).accuracy) == (
            pytest.approx(float(row["accuracy"]), abs=5.1e-7)
        )
        if row["pub_auroc"]:
            assert round(area, 6) == float(row["pub_auroc"])
        if row["pub_u"]:
            assert u == pytest.approx(float(row["pub_u"]), rel=1e-12)


def exact_levels(folder: Path, run: str) -> Levels:
    """Levels of a run by its unrounded confidences, numbered by rank."""
    rows = list(real.rows(folder / "predictions", run))
    stated = np.array([row["confidence"] for row in rows])
    right = np.array([row["correct"] is True for row in rows], dtype=np.float64)
    distinct, place = np.unique(stated, return_inverse=True)
    held = np.bincount(place).astype(np.float64)
    correct = np.bincount(place, weights=right)
    return Levels(
        units=np.arange(len(distinct)),
        mass=held,
        right=correct,
        squares=correct,
        total=float(len(rows)),
    )


def test_squad2_is_silent_where_its_authors_say_it_is(data: Path) -> None:
    folder = data / "squad2-prompt-abstention"
    answerable = np.array([item["answerable"] for item in real.items(folder)])
    items = ItemFrame(len(answerable), answerable=answerable)
    for row in real.table(folder / "checks.csv"):
        grades = answers_as_wrong(real.read_run(folder, f"{row['model']}@{row['condition']}"))
        found = answerability(grades, items, targets=(Target(0),), mode="declared")
        assert found is not None
        assert found.should_abstain.n_items == int(row["n_unanswerable"])
        assert found.should_abstain.abstention_rate.value == float(row["pub_abstention_rate"])
        assert found.should_abstain.error_rate.value == float(row["pub_hallucination_rate"])
        assert found.answerable.coverage.value == float(row["pub_answer_attempt_rate"])
        assert found.abstention_recall.value == float(row["pub_abstention_rate"])
        silent = int((grades.outcome == Outcome.ABSTAINED).sum())
        met = round(500 * float(row["pub_abstention_rate"]))
        assert found.abstention_precision.value == pytest.approx(met / silent)
        assert found.abstention_f1.value == pytest.approx(2 * met / (silent + 500))
        credited = found.credited_threshold_score[Target(0)].value
        assert credited == pytest.approx(met / 1000)


def answers_as_wrong(grades: Grades) -> Grades:
    """The source judges no answer; on an item without an answer every answer is wrong."""
    outcome = np.where(grades.outcome == Outcome.UNGRADED, Outcome.WRONG, grades.outcome)
    return Grades(outcome.astype(np.uint8), grades.confidence)


def test_czech_simpleqa_prints_its_f_scores(data: Path) -> None:
    folder = data / "czech-simpleqa"
    for row in real.table(folder / "checks.csv"):
        grades = real.read_run(folder, row["model"])
        card = scorecard(
            grades, ItemFrame(grades.n_items), targets=(), mode="declared", resamples=0
        )
        percent = {
            "f_score_pct": card.scores["simpleqa_f1"],
            "correct_pct": card.scores["accuracy"],
            "incorrect_pct": card.scores["error_rate"],
            "not_attempted_pct": card.scores["abstention_rate"],
            "accuracy_given_attempted_pct": card.scores["selective_accuracy"],
        }
        for key, score in percent.items():
            assert score.value is not None
            assert round(100 * score.value, 2) == float(row[key]), (row["model"], key)
        assert round(100 * (card.scores["simpleqa_f1"].value or 0), 1) == float(
            row["published_score"]
        )
