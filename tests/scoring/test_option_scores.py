"""Multi-class scores equal closed forms, and see no order of items."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.metrics.option_scores import option_scores


def drawn(n: int, k: int, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(seed)
    return draw.dirichlet(np.ones(k), n), draw.integers(0, k, n)


@pytest.mark.parametrize("k", [2, 4, 11])
def test_they_equal_closed_forms(k: int) -> None:
    probs, valid = drawn(10_000, k)
    found = option_scores(probs.tolist(), valid.tolist())
    assert found is not None
    hit = np.eye(k)[valid]
    assert found.brier == pytest.approx(np.mean(((probs - hit) ** 2).sum(axis=1)), abs=1e-12)
    assert found.log_loss == pytest.approx(
        -np.mean(np.log(np.take_along_axis(probs, valid[:, None], axis=1))), abs=1e-12
    )
    gaps = (np.cumsum(probs, axis=1) - np.cumsum(hit, axis=1))[:, :-1]
    assert found.ranked_probability_score == pytest.approx(
        np.mean((gaps**2).sum(axis=1)), abs=1e-12
    )
    assert found.accuracy == np.mean(probs.argmax(axis=1) == valid)
    top, right = probs.max(axis=1), probs.argmax(axis=1) == valid
    assert found.top_label_ece == pytest.approx(ece(top, right), abs=1e-12)
    by_class = [ece(probs[:, place], hit[:, place]) for place in range(k)]
    assert found.class_wise_ece == pytest.approx(np.mean(by_class), abs=1e-12)


def ece(p: np.ndarray, right: np.ndarray, bins: int = 15) -> float:
    """sum over bins (lo, hi] of |sum of right - sum of p| / n."""
    at = np.maximum(np.ceil(np.round(p, 9) * bins).astype(int) - 1, 0)
    gap = np.bincount(at, weights=right - np.round(p, 9), minlength=bins)
    return float(np.abs(gap).sum() / len(p))


def test_by_hand() -> None:
    found = option_scores([[0.5, 0.3, 0.2], [0.25, 0.75]], [1, 1])
    assert found is not None
    assert found.brier == pytest.approx((0.25 + 0.49 + 0.04 + 0.0625 * 2) / 2)
    assert found.log_loss == pytest.approx(-(math.log(0.3) + math.log(0.75)) / 2)
    # Cumulative: 0.5 - 0 and 0.8 - 1; then 0.25 - 0.
    assert found.ranked_probability_score == pytest.approx((0.25 + 0.04 + 0.0625) / 2)
    assert found.accuracy == 0.5


def test_a_certain_error_has_an_infinite_loss() -> None:
    found = option_scores([[1.0, 0.0]], [1])
    assert found is not None
    assert (found.log_loss, found.brier, found.top_label_ece) == (None, 2.0, 1.0)
    assert option_scores([], []) is None


def test_what_is_near_one_in_sum_counts_as_one() -> None:
    exact, near = option_scores([[0.6, 0.4]], [0]), option_scores([[0.603, 0.402]], [0])
    assert exact is not None
    assert near is not None
    assert near.brier == pytest.approx(exact.brier, abs=1e-12)


@given(st.integers(0, 2**32 - 1))
def test_the_order_of_the_items_changes_nothing(seed: int) -> None:
    probs, valid = drawn(50, 3)
    shuffle = np.random.default_rng(seed).permutation(50)
    assert option_scores(probs.tolist(), valid.tolist()) == option_scores(
        probs[shuffle].tolist(), valid[shuffle].tolist()
    )
