"""A score profile as the points of charts: groups, piles and steps of stated confidence."""

from typing import Final

import numpy as np

from app.scoring.profile import ScoreProfile
from app.scoring.rules import value_of
from app.scoring.statistics.intervals import wilson
from app.scoring.targets import UNITS, Target
from app.web.charts import Group, Pile, Reached, Tally
from app.web.charts.frame import Point

FEW_LEVELS: Final = 12
"""Up to this many stated levels each is a group of its own; more are grouped by tenths."""
_PILES: Final = 20


def groups_of(profile: ScoreProfile) -> list[Group]:
    """Answers by stated confidence: by level where these are few, else by tenths (lo, hi]."""
    held = _held(profile)
    earned = profile.correct + profile.credit / UNITS
    if len(profile.levels) <= FEW_LEVELS:
        place = np.arange(len(profile.levels))
    else:
        place = np.maximum((profile.levels * 10 - 1) // UNITS, 0)
    groups = []
    for number in np.unique(place).tolist():
        here = place == number
        n, right = int(held[here].sum()), float(earned[here].sum())
        interval = wilson(right, n)
        assert interval is not None
        groups.append(
            Group(
                stated=float((held[here] * profile.levels[here]).sum()) / (n * UNITS),
                actual=right / n,
                n=n,
                low=interval.low,
                high=interval.high,
            )
        )
    return groups


def piles_of(profile: ScoreProfile) -> list[Pile]:
    """Answers in twenty piles of five points, (lo, hi], the first closed at 0."""
    place = np.maximum((profile.levels * _PILES - 1) // UNITS, 0)

    def count(kind: np.ndarray) -> list[int]:
        found: list[int] = np.bincount(place, weights=kind, minlength=_PILES).astype(int).tolist()
        return found

    counts = zip(count(profile.correct), count(profile.wrong), count(profile.partial), strict=True)
    return [
        Pile(start=number / _PILES, right=right, wrong=wrong, partial=partial)
        for number, (right, wrong, partial) in enumerate(counts)
    ]


def steps_of(profile: ScoreProfile) -> list[Reached]:
    """Coverage and risk down to every stated level, by descending confidence."""
    held = _held(profile)
    lost = held - profile.correct - profile.credit / UNITS
    answered, wrong = np.cumsum(held[::-1]), np.cumsum(lost[::-1])
    n = max(profile.n_graded, 1)
    return [
        Reached(float(level) / UNITS, float(k) / n, float(e) / float(k))
        for level, k, e in zip(profile.levels[::-1], answered, wrong, strict=True)
    ]


def step_at(profile: ScoreProfile, target: Target) -> Reached | None:
    """Coverage and risk of the answers above the target; None where there are none."""
    above = [
        step for step in steps_of(profile) if target.units == 0 or step.confidence > target.value
    ]
    return above[-1] if above else None


def declared_tally(name: str, profile: ScoreProfile) -> Tally:
    """The model as it answered."""
    right, wrong, n = _shares(profile, 0)
    return Tally(name, right / n, wrong / n, 0)


def threshold_tally(name: str, profile: ScoreProfile) -> Tally:
    """The model had it answered only above the target: a curve that steps at every level."""
    right, wrong, n = _shares(profile, 0)
    curve: list[Point] = [(0.0, right / n)]
    for place, units in enumerate(profile.levels.tolist()):
        t = units / UNITS
        if t >= 1:
            break
        for first in (place, place + 1):
            right, wrong, n = _shares(profile, first)
            curve.append((t, value_of(right / n, wrong / n, t)))
    right, wrong, n = _shares(profile, int(np.searchsorted(profile.levels, UNITS)))
    curve.append((1.0, 0.0 - wrong / n))
    whole, lost, n = _shares(profile, 0)
    return Tally(name, whole / n, lost / n, 0, tuple(curve))


def _shares(profile: ScoreProfile, first: int) -> tuple[float, float, int]:
    """Right and wrong answers from the level at place `first` up, the unstated among them; N."""
    right = profile.correct[first:].sum() + profile.credit[first:].sum() / UNITS
    lost = _held(profile)[first:].sum() - right
    unstated = profile.unstated_correct + profile.unstated_credit / UNITS
    return (
        float(right + unstated),
        float(lost + profile.n_unstated - unstated),
        max(profile.n_graded, 1),
    )


def _held(profile: ScoreProfile) -> np.ndarray:
    return profile.correct + profile.wrong + profile.partial
