"""Behavioural calibration: right as often as asked, answering less as the price rises."""

import pytest

from app.scoring.score import Interval, Score
from app.scoring.targets import Target
from app.scoring.theory.behaviour import StatedRun, audit_behaviour


def share(value: float | None, high: float = 1.0) -> Score:
    if value is None:
        return Score(value=None, n_items=0, reason="nothing-answered")
    return Score(value=value, n_items=100, interval=Interval(0.0, high, 0.95, "wilson"))


def run(units: int, right: Score, coverage: float) -> StatedRun:
    return StatedRun(Target(units), right, share(coverage))


def test_a_model_that_keeps_its_targets() -> None:
    audit = audit_behaviour(
        [
            run(9000, share(0.93, 0.96), 0.4),
            run(0, share(0.6, 0.7), 1.0),
            run(5000, share(0.7), 0.8),
        ]
    )
    assert [row.target.units for row in audit.rows] == [0, 5000, 9000]
    assert [row.below_target for row in audit.rows] == [False, False, False]
    assert audit.answers_less_as_price_rises is True
    assert audit.rises == ()
    assert audit.rows[2].shortfall == pytest.approx(-0.03)


def test_below_target_needs_the_whole_interval_below() -> None:
    audit = audit_behaviour([run(7500, share(0.7, 0.76), 1.0), run(9000, share(0.7, 0.76), 0.9)])
    assert [row.below_target for row in audit.rows] == [False, True]


def test_a_rise_in_coverage_is_named() -> None:
    audit = audit_behaviour(
        [run(0, share(0.6), 0.9), run(5000, share(0.6), 0.95), run(9000, share(0.9), 0.2)]
    )
    assert audit.answers_less_as_price_rises is False
    assert audit.rises == ((Target(0), Target(5000)),)


def test_answering_just_as_much_is_not_answering_less() -> None:
    audit = audit_behaviour([run(0, share(0.6), 0.9), run(9000, share(0.6), 0.9)])
    assert audit.answers_less_as_price_rises is False
    assert audit.rises == ()


def test_nothing_answered_has_no_verdict() -> None:
    audit = audit_behaviour([run(9000, share(None), 0.0)])
    assert audit.rows[0].below_target is None
    assert audit.rows[0].shortfall is None
    assert audit.answers_less_as_price_rises is None


def test_one_run_a_target() -> None:
    with pytest.raises(ValueError, match="same target"):
        audit_behaviour([run(0, share(0.5), 1.0), run(0, share(0.5), 1.0)])


def test_a_run_without_items_is_refused() -> None:
    empty = StatedRun(Target(0), share(None), Score(value=None, n_items=0, reason="no-items"))
    with pytest.raises(ValueError, match="no coverage"):
        audit_behaviour([empty, run(5000, share(0.5), 1.0)])
