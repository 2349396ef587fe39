"""Behavioural calibration: right as often as asked, answering less as the price rises."""

from dataclasses import replace

import numpy as np
import pytest

from app.scoring.score import Interval, Score
from app.scoring.statistics.intervals import wilson
from app.scoring.targets import Target
from app.scoring.theory.behaviour import StatedRun, audit_behaviour, untold


def share(value: float | None, high: float = 1.0) -> Score:
    if value is None:
        return Score(value=None, n_items=0, reason="nothing-answered")
    return Score(value=value, n_items=100, interval=Interval(0.0, high, 0.95, "wilson"))


def run(units: int, right: Score, coverage: float) -> StatedRun:
    answered = Score(coverage, n_items=100, interval=wilson(100 * coverage, 100))
    return StatedRun(Target(units), right, answered)


def test_a_model_that_keeps_its_targets() -> None:
    audit = audit_behaviour(
        [
            replace(answering(9000, 40), selective_accuracy=share(0.93, 0.96)),
            replace(answering(0, 100), selective_accuracy=share(0.6, 0.7)),
            replace(answering(5000, 80), selective_accuracy=share(0.7)),
        ]
    )
    assert [row.target.units for row in audit.rows] == [0, 5000, 9000]
    assert [row.below_target for row in audit.rows] == [False, False, False]
    assert audit.trend.answers_less_as_price_rises is True
    assert audit.trend.rises == ()
    assert audit.rows[2].shortfall == pytest.approx(-0.03)


def test_below_target_needs_the_whole_interval_below() -> None:
    audit = audit_behaviour([run(7500, share(0.7, 0.76), 1.0), run(9000, share(0.7, 0.76), 0.9)])
    assert [row.below_target for row in audit.rows] == [False, True]


def answering(units: int, count: int, n: int = 100) -> StatedRun:
    """A run that answers the first `count` of n items."""
    answered = (np.arange(n) < count).astype(np.float64)
    return replace(run(units, share(0.6), count / n), answered=answered)


def test_a_rise_in_coverage_is_named() -> None:
    audit = audit_behaviour([answering(0, 70), answering(5000, 95), answering(9000, 20)])
    assert audit.trend.answers_less_as_price_rises is False
    assert audit.trend.rises == ((Target(0), Target(5000)),)


def test_a_rise_within_noise_is_none() -> None:
    audit = audit_behaviour([answering(0, 90), answering(5000, 95), answering(9000, 20)])
    assert audit.trend.rises == ()
    assert audit.trend.answers_less_as_price_rises is True
    assert untold(audit.trend) is None


def test_answering_just_as_much_cannot_be_told() -> None:
    audit = audit_behaviour([answering(0, 90), answering(9000, 90)])
    assert audit.trend.answers_less_as_price_rises is None
    assert untold(audit.trend) == "within-noise"
    assert audit.trend.rises == ()


def test_coverages_alone_tell_nothing() -> None:
    """Of which items were answered the error depends: 60 and 50 of 100, inside each other."""
    paired = audit_behaviour([answering(0, 60), answering(9000, 50)])
    assert paired.trend.answers_less_as_price_rises is True
    alone = audit_behaviour([run(0, share(0.6), 0.6), run(9000, share(0.6), 0.5)])
    assert alone.trend.answers_less_as_price_rises is None
    assert untold(alone.trend) == "hidden"


def test_a_model_that_does_not_heed_the_price_is_rarely_said_to_rise() -> None:
    """Five runs that answer each item with chance 0.6, whatever the price: a rise somewhere in at
    most 5 % of 400 samples, and seldom more or less at the end."""
    generator = np.random.default_rng(3)
    rises = ends = 0
    for _ in range(400):
        runs = [
            replace(run(units, share(0.6), float(x.mean())), answered=x)
            for units in (0, 2500, 5000, 7500, 9000)
            for x in [(generator.random(60) < 0.6).astype(np.float64)]
        ]
        audit = audit_behaviour(runs)
        rises += bool(audit.trend.rises)
        ends += audit.trend.answers_less_as_price_rises is True
    assert rises <= 20
    assert ends <= 18


def test_nothing_answered_has_no_verdict() -> None:
    audit = audit_behaviour([run(9000, share(None), 0.0)])
    assert audit.rows[0].below_target is None
    assert audit.rows[0].shortfall is None
    assert audit.trend.answers_less_as_price_rises is None


def test_one_run_a_target() -> None:
    with pytest.raises(ValueError, match="same target"):
        audit_behaviour([run(0, share(0.5), 1.0), run(0, share(0.5), 1.0)])


def test_a_run_without_items_is_refused() -> None:
    empty = StatedRun(Target(0), share(None), Score(value=None, n_items=0, reason="no-items"))
    with pytest.raises(ValueError, match="no coverage"):
        audit_behaviour([empty, run(5000, share(0.5), 1.0)])
