"""Published tables, printed again from counts and rates to their last digit."""

import math
from pathlib import Path

import numpy as np
import pytest

from app.scoring.assess import Assessed, threshold_score
from app.scoring.metrics.rates import rates
from app.scoring.score import Score
from app.scoring.statistics.sign_flip import exact_sign_flip
from app.scoring.targets import Target
from tests.scoring.golden import from_counts
from tests.scoring.real import table

HALF = Target(5_000)


@pytest.fixture(scope="module")
def tables(shared: Path) -> Path:
    return shared / "data" / "published-tables"


def percent(score: Score, *, factor: float) -> tuple[str, str]:
    assert score.value is not None
    assert score.se is not None
    return f"{100 * score.value:.2f}", f"{100 * factor * score.se:.2f}"


def from_shares(correct: str, wrong: str, abstained: str) -> Assessed:
    """A submission of a thousand times so many percent of items."""
    return from_counts(*(round(float(share) * 1_000) for share in (correct, wrong, abstained)))


def test_evaluate_idk_gpqa_diamond(tables: Path) -> None:
    """Accuracy and the +1 / 0 / -1 score with their standard errors, all eleven rows.

    The counts follow from the printed rates of 198 items; its extraction failures are wrong.
    """
    rows = table(tables / "evaluate-idk-gpqa-diamond.csv")
    assert len(rows) == 11
    for row in rows:
        n = int(row["n_items"])
        right = round(float(row["trad_score_pct"]) * n / 100)
        wrong = right - round(float(row["idk_score_pct"]) * n / 100)
        silent = round(float(row["idk_freq_pct"]) * n / 100)
        neither = n - right - wrong - silent
        # Ensembles score what they could not read 0 instead: it is in N and nowhere else.
        a = from_counts(right, wrong, silent + neither)
        # Their errors divide by N, the models' by N - 1 as ours do.
        factor = math.sqrt((n - 1) / n) if row["model"].startswith("ensemble") else 1.0
        for kind, target in (("trad", Target(0)), ("idk", HALF)):
            score = threshold_score(a, target, "declared")
            printed = tuple(f"{float(row[f'{kind}_score_{what}']):.2f}" for what in ("pct", "se"))
            assert percent(score, factor=factor) == printed, row["model"]


def test_simpleqa_f_scores(tables: Path) -> None:
    for row in table(tables / "simpleqa-paper.csv"):
        a = from_shares(row["correct"], row["incorrect"], row["not_attempted"])
        f1 = rates(a)["simpleqa_f1"].value
        assert f1 is not None
        assert f"{100 * f1:.1f}" == f"{float(row['f_score_published']):.1f}", row["model"]


def test_chinese_simpleqa_within_its_rounding(tables: Path) -> None:
    for row in table(tables / "chinese-simpleqa.csv"):
        a = from_shares(row["correct"], row["incorrect"], row["not_attempted"])
        found = rates(a)
        # Published from unrounded counts: shares of one decimal carry it to 0.1.
        for name, key in (
            ("simpleqa_f1", "f_score"),
            ("selective_accuracy", "correct_given_attempted"),
        ):
            assert 100 * (found[name].value or 0) == pytest.approx(float(row[key]), abs=0.101)


def test_aa_omniscience_identity(tables: Path) -> None:
    """Index = A - H (100 - A) / 100, where a row prints all three."""
    rows = [
        row
        for row in table(tables / "aa-omniscience.csv")
        if row["omniscience_index"] and row["hallucination_rate_pct"]
    ]
    assert rows
    for row in rows:
        accuracy, rate = float(row["accuracy_pct"]), float(row["hallucination_rate_pct"])
        wrong = rate * (100 - accuracy) / 100
        a = from_counts(accuracy * 1_000, wrong * 1_000, (100 - accuracy - wrong) * 1_000)
        found = rates(a)
        index, again = found["omniscience_index"].value, found["hallucination_rate"].value
        assert index is not None
        assert again is not None
        assert 100 * again == pytest.approx(rate, abs=1e-2)
        whole = accuracy.is_integer() and rate.is_integer()
        assert index == pytest.approx(float(row["omniscience_index"]), abs=1.7 if whole else 0.1)


def test_the_identity_finds_a_triple_of_mixed_sources() -> None:
    a = from_counts(22_000, 0.67 * 78_000, 78_000 - 0.67 * 78_000)
    assert rates(a)["omniscience_index"].value == pytest.approx(-30.26, abs=0.01)


def test_openai_triples_change_places(tables: Path) -> None:
    """o4-mini leads on accuracy; from t = 0.04 on the humbler model does."""
    rows = {
        row["model"]: row for row in table(tables / "simpleqa-gpt5-thinking-mini-vs-o4-mini.csv")
    }
    humble, bold = (
        from_shares(row["accuracy_pct"], row["error_pct"], row["abstention_pct"])
        for row in (rows["gpt-5-thinking-mini"], rows["o4-mini"])
    )
    leads = [
        (threshold_score(humble, t, "declared").value or 0)
        > (threshold_score(bold, t, "declared").value or 0)
        for t in (Target(0), Target(392), Target(393), HALF)
    ]
    assert leads == [False, False, True, True]


@pytest.mark.parametrize(
    ("only_left", "only_right", "p"),
    [(18, 18, "1.000"), (33, 31, "0.901"), (37, 31, "0.545"), (26, 25, "1.000"), (31, 28, "0.795")],
)
def test_swe_bench_pairs(only_left: int, only_right: int, p: str) -> None:
    table = np.array([[300, only_left, 0], [only_right, 100, 0], [0, 0, 0]])
    assert f"{exact_sign_flip(table, Target(0)):.3f}" == p
