"""The gate: alarms no more often than it says, and has the power it prints."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from app.scoring.comparison.gate import Gate, decide
from app.scoring.comparison.paired import paired_difference

PAIRS = 500
HIGHEST_ALARMS = 37
"""The 99 % bound of 500 tests at 5 %."""


def pair(draw: np.random.Generator, *, n: int, loss: float) -> tuple[np.ndarray, np.ndarray]:
    """Item scores at t = 0.75 of two models on items of mixed ease; the first loses `loss`."""
    ease = draw.beta(2, 1, size=n)
    models = []
    for right in (ease - loss / 4, ease):
        chance = draw.random(n)
        models.append(np.where(chance < right, 1.0, -3.0))
    return models[0], models[1]


def judged(*, largest_loss: float, loss: float, n: int = 1_000) -> list[Gate]:
    draw = np.random.default_rng(20260101)
    return [
        decide(*pair(draw, n=n, loss=loss), largest_loss=largest_loss, most_an_item_can_differ=4.0)
        for _ in range(PAIRS)
    ]


def share(gates: list[Gate], decision: str) -> float:
    return sum(gate.decision == decision for gate in gates) / len(gates)


@pytest.mark.parametrize("largest_loss", [0.0, 0.05])
def test_equal_pairs_alarm_in_at_most_five_percent(largest_loss: float) -> None:
    gates = judged(largest_loss=largest_loss, loss=0)
    assert share(gates, "fail") * PAIRS <= HIGHEST_ALARMS


@pytest.mark.parametrize(("largest_loss", "loss"), [(0.0, 0.1), (0.05, 0.1), (0.1, 0.2)])
def test_the_printed_power_is_the_share_that_fails(largest_loss: float, loss: float) -> None:
    gates = judged(largest_loss=largest_loss, loss=loss)
    printed = {
        chance.loss: np.mean([gate.chances[k].fails for gate in gates])
        for k, chance in enumerate(gates[0].chances)
    }
    assert share(gates, "fail") == pytest.approx(printed[loss], abs=0.05)
    assert share(gates, "pass") <= HIGHEST_ALARMS / PAIRS


def test_five_points_worse_at_binary_grading() -> None:
    draw = np.random.default_rng(5)
    gates = []
    for _ in range(PAIRS):
        ease = draw.beta(2, 1, size=2_000) * 0.9 + 0.05
        models = [(draw.random(2_000) < ease - lost).astype(np.float64) for lost in (0.05, 0)]
        gates.append(decide(*models, largest_loss=0.02, most_an_item_can_differ=1.0))
    printed = np.mean([{c.loss: c.fails for c in gate.chances}[0.05] for gate in gates])
    assert share(gates, "fail") == pytest.approx(printed, abs=0.05)


def test_the_printed_power_is_the_share_of_equal_pairs_that_pass() -> None:
    gates = judged(largest_loss=0.2, loss=0)
    assert share(gates, "pass") == pytest.approx(np.mean([gate.power for gate in gates]), abs=0.05)


def test_a_loss_at_the_limit_passes_in_at_most_five_percent() -> None:
    gates = judged(largest_loss=0.1, loss=0.1)
    assert share(gates, "pass") * PAIRS <= HIGHEST_ALARMS
    assert share(gates, "fail") * PAIRS <= HIGHEST_ALARMS


def test_items_needed_give_four_fifths() -> None:
    few = judged(largest_loss=0.2, loss=0)
    needed = int(np.median([gate.items_needed for gate in few]))
    assert share(judged(largest_loss=0.2, loss=0, n=needed), "pass") == pytest.approx(0.8, abs=0.06)


def test_the_same_run_twice_passes_when_the_items_suffice() -> None:
    """Agreement on five items rules little out, agreement on a thousand does."""
    for n, decision in ((5, "cannot-tell"), (1_000, "pass")):
        same = np.ones(n)
        gate = decide(same, same, largest_loss=0.02, most_an_item_can_differ=4.0)
        assert gate.decision == decision


@given(st.integers(0, 5), st.integers(0, 5), st.integers(20, 60))
def test_a_handful_of_items_never_alarms(lost: int, won: int, n: int) -> None:
    """Three items lost and none won is a one-sided sign test of 1/8: no alarm at 5 %."""
    d = np.array([-1.0] * min(lost, 3) + [1.0] * won + [0.0] * n)
    gate = decide(d, np.zeros_like(d), largest_loss=0.0, most_an_item_can_differ=1.0)
    assert gate.decision != "fail"


def test_chances_fall_and_rise_with_the_loss() -> None:
    gate = decide(
        *pair(np.random.default_rng(1), n=300, loss=0),
        largest_loss=0.03,
        most_an_item_can_differ=4.0,
    )
    assert [chance.loss for chance in gate.chances] == [0, 0.01, 0.02, 0.03, 0.05, 0.06, 0.1]
    for first, second in itertools.pairwise(gate.chances):
        assert first.passes > second.passes
        assert first.fails < second.fails
    at = {chance.loss: chance for chance in gate.chances}
    assert gate.power == at[0].passes == pytest.approx(at[0.06].fails)
    # At the limit: less than 5 %, by what is added for errors that were not seen.
    assert 0.04 < at[0.03].passes == at[0.03].fails <= 0.05


def test_without_room_no_number_of_items_would_tell() -> None:
    gate = decide(
        *pair(np.random.default_rng(1), n=300, loss=0), largest_loss=0, most_an_item_can_differ=4.0
    )
    assert gate.items_needed is None
    assert gate.power is not None
    assert 0.04 < gate.power <= 0.05
    assert gate.items_at_difference is not None


def test_one_item_cannot_tell() -> None:
    gate = decide(np.ones(1), np.zeros(1), largest_loss=0.1, most_an_item_can_differ=1.0)
    assert (gate.decision, gate.power, gate.chances) == ("cannot-tell", None, ())
    nothing = decide(np.full(3, np.nan), np.zeros(3), largest_loss=0.1, most_an_item_can_differ=1.0)
    assert nothing.difference.reason == "no-common-items"


def test_clusters_are_the_units() -> None:
    d = np.repeat([-1.0, -1.0, -1.0, 0.0, 0.0], 100)
    plain = decide(d, np.zeros(500), largest_loss=0.1, most_an_item_can_differ=1.0)
    clustered = decide(
        d,
        np.zeros(500),
        largest_loss=0.1,
        most_an_item_can_differ=1.0,
        cluster=np.repeat(np.arange(5), 100),
    )
    assert (plain.decision, clustered.decision) == ("fail", "cannot-tell")


@pytest.mark.parametrize("loss", [-0.01, float("nan"), float("inf")])
def test_a_largest_loss_is_zero_or_more(loss: float) -> None:
    with pytest.raises(ValueError, match="largest loss"):
        decide(np.ones(2), np.ones(2), largest_loss=loss, most_an_item_can_differ=1.0)


def test_items_are_what_the_normal_formula_says() -> None:
    """But for the degrees of freedom and what is added, which many items make small."""
    draw = np.random.default_rng(3)
    candidate, baseline = pair(draw, n=5_000, loss=0.0)
    gate = decide(candidate, baseline, largest_loss=0.1, most_an_item_can_differ=4.0)
    assert gate.difference.se is not None
    assert gate.difference.value is not None
    told = (stats.norm.isf(0.05) + stats.norm.ppf(0.8)) * gate.difference.se
    assert gate.items_needed == pytest.approx(5_000 * (told / 0.1) ** 2, rel=0.01)
    assert gate.items_at_difference == pytest.approx(
        5_000 * (told / (gate.difference.value + 0.1)) ** 2, rel=0.01
    )


def test_gate_and_interval_agree() -> None:
    """The limits that decide are those of the 90 % interval of the same difference."""
    candidate, baseline = pair(np.random.default_rng(4), n=300, loss=0.1)
    gate = decide(candidate, baseline, largest_loss=0.1, most_an_item_can_differ=4.0)
    wide = paired_difference(candidate, baseline, widest=4.0, level=0.9).interval
    assert wide is not None
    assert (gate.low, gate.high) == (wide.low, wide.high)


@pytest.mark.parametrize(("target", "n"), [(0.75, 50), (0.75, 100), (0.9, 100), (0.9, 300)])
def test_the_printed_power_holds_where_errors_are_rare(target: float, n: int) -> None:
    penalty = target / (1 - target)
    draw = np.random.default_rng(30)
    gates = []
    for _ in range(400):
        z = np.sqrt(0.5) * (draw.normal(size=(n, 1)) + draw.normal(size=(n, 2)))
        x = np.where(z > stats.norm.ppf(0.1), 1.0, 0.0)
        x[z < stats.norm.ppf(0.02)] = -penalty
        gates.append(
            decide(x[:, 0], x[:, 1], largest_loss=0.1, most_an_item_can_differ=1 + penalty)
        )
    printed = float(np.mean([gate.power for gate in gates]))
    assert share(gates, "pass") == pytest.approx(printed, abs=0.04)
