"""The gate on 500 simulated pairs of runs: few false alarms, and the power that it prints.

Items differ in difficulty and both runs see the same ones, so the pairs are correlated, as real
ones are. A 5 % test alarms on more than 37 of 500 equal pairs once in a hundred times.
"""

from collections import Counter

import numpy as np
import pytest

from app.scoring.comparison.gate import Gate, decide

PAIRS = 500
N_ITEMS = 1_500
MOST_ALARMS = 37


def runs(
    generator: np.random.Generator, *, target: float, loss: float
) -> tuple[np.ndarray, np.ndarray]:
    """Item scores of a candidate and a baseline; the candidate is worse by `loss` an item.

    A right answer turned into an abstention costs 1 point, so that share of items is turned.
    """
    penalty = target / (1 - target)
    difficulty = generator.beta(2.0, 1.0, N_ITEMS)

    def one(turned: float) -> np.ndarray:
        draw = generator.random(N_ITEMS)
        declines = generator.random(N_ITEMS) < 0.3 * (1 - difficulty) if target else False
        points = np.where(draw < difficulty, 1.0, -penalty)
        points = np.where(declines, 0.0, points)
        # Of the right answers (a share `right`), so many turn that the mean falls by `turned`.
        right = float(np.mean(difficulty * np.where(target > 0, 1 - 0.3 * (1 - difficulty), 1.0)))
        turn = (points == 1.0) & (generator.random(N_ITEMS) < turned / right)
        return np.where(turn, 0.0, points)

    return one(loss), one(0.0)


def decided(*, target: float, loss: float, largest_loss: float) -> list[Gate]:
    generator = np.random.default_rng([2026, int(target * 100), int(loss * 1000)])
    return [
        decide(
            *runs(generator, target=target, loss=loss),
            largest_loss=largest_loss,
            most_an_item_can_differ=1 / (1 - target),
        )
        for _ in range(PAIRS)
    ]


@pytest.mark.parametrize("target", [0.0, 0.5, 0.75])
def test_equal_pairs_seldom_alarm(target: float) -> None:
    gates = decided(target=target, loss=0.0, largest_loss=0.0)
    said = Counter(gate.decision for gate in gates)
    assert said["fail"] <= MOST_ALARMS, said
    assert said["pass"] <= MOST_ALARMS, said
    generous = Counter(gate.decision for gate in decided(target=target, loss=0, largest_loss=0.02))
    assert generous["fail"] <= MOST_ALARMS, generous


@pytest.mark.parametrize("target", [0.0, 0.5, 0.75])
@pytest.mark.parametrize("largest_loss", [0.0, 0.02])
def test_the_printed_power_is_the_power(target: float, largest_loss: float) -> None:
    gates = decided(target=target, loss=0.05, largest_loss=largest_loss)
    failed = sum(gate.decision == "fail" for gate in gates) / PAIRS
    printed = np.mean(
        [next(one.fails for one in gate.chances if one.loss == 0.05) for gate in gates]
    )
    assert failed == pytest.approx(float(printed), abs=0.05)


@pytest.mark.parametrize("target", [0.0, 0.75])
def test_the_printed_chance_to_pass_is_the_chance(target: float) -> None:
    gates = decided(target=target, loss=0.0, largest_loss=0.05)
    passed = sum(gate.decision == "pass" for gate in gates) / PAIRS
    printed = np.mean([gate.power for gate in gates if gate.power is not None])
    assert passed == pytest.approx(float(printed), abs=0.05)
