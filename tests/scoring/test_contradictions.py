"""Published figures that cannot stand together are found, and those that can are left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.published_figures import contradictions, half_unit

COUNTS = st.tuples(*[st.integers(0, 60)] * 4).filter(lambda counts: sum(counts) > 0)


@given(COUNTS, st.integers(1, 5))
def test_true_figures_never_contradict_each_other(
    counts: tuple[int, int, int, int], digits: int
) -> None:
    right, wrong, silent, missing = counts
    n = sum(counts)
    figures = {"accuracy": right / n, "error_rate": wrong / n, "abstention_rate": silent / n,
               "missing_rate": missing / n, "coverage": (right + wrong) / n,
               "simpleqa_f1": 2 * right / (n + right + wrong)}  # fmt: skip
    if right + wrong:
        figures["selective_accuracy"] = right / (right + wrong)
        figures["selective_risk"] = wrong / (right + wrong)
    if n > right:
        figures["hallucination_rate"] = wrong / (n - right)
    printed = {name: round(value, digits) for name, value in figures.items()}
    printed["omniscience_index"] = round(100 * (right - wrong) / n, digits)
    assert contradictions(printed | {"n_items": float(n)}) == ()


@pytest.mark.parametrize(
    ("figures", "says"),
    [
        # AA-Omniscience: 22.0, 67.0 and -39.5 were printed of one model; it is -30.3.
        ({"accuracy": 0.22, "hallucination_rate": 0.67, "omniscience_index": -39.5}, "omniscience"),
        # SimpleQA: 38.0 accuracy given attempted was printed where the row gives 38.6.
        ({"accuracy": 0.3822, "coverage": 0.9901, "selective_accuracy": 0.3803}, "y / coverage"),
        ({"accuracy": 0.61, "error_rate": 0.52}, "more than 1"),
        ({"accuracy": 0.51, "error_rate": 0.21, "abstention_rate": 0.21, "missing_rate": 0.01},
         "less than 1"),
        ({"accuracy": 0.373, "n_items": 20}, "no share of 20 items: 7 are 0.35, 8 are 0.4"),
        ({"accuracy": 137.3}, "send it from 0 to 1"),
        ({"accuracy": 0.5, "n_items": 10.5}, "no number of items"),
        ({"selective_risk": 0.21, "selective_accuracy": 0.71}, "1 - selective_accuracy"),
        ({"simpleqa_f1": 0.9, "accuracy": 0.4, "coverage": 0.5}, "2 accuracy / (1 + coverage)"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named(figures: dict[str, float], says: str) -> None:
    assert any(says in sentence for sentence in contradictions(figures)), contradictions(figures)


def test_what_is_not_known_is_not_looked_at() -> None:
    assert contradictions({}) == ()
    assert contradictions({"elo": 1200.0, "n_items": 7}) == ()
    assert contradictions({"accuracy": 0.0, "coverage": 0.0, "selective_accuracy": 0.5}) == ()


def test_a_number_is_known_to_half_a_unit() -> None:
    assert [half_unit(value) for value in (0.5, 0.53, 12.0, 1e-4)] == [
        pytest.approx(0.05), pytest.approx(0.005), pytest.approx(0.05), pytest.approx(5e-5),
    ]  # fmt: skip


def test_rounding_is_given_the_benefit_of_the_doubt() -> None:
    assert contradictions({"accuracy": 0.6, "error_rate": 0.5}) == ()
    assert contradictions({"accuracy": 0.33, "n_items": 3.0}) == ()
    assert contradictions({"accuracy": 33.3, "n_items": 3.0, "error_rate": 66.7}) == ()
