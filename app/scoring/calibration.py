"""Calibration: does what was stated come true? Over answered slots that state a confidence."""

import math

from app.scoring.assess import CONFIDENCE_MISSING, NO_ANSWERS, Assessed
from app.scoring.score import Score
from app.scoring.targets import UNITS


def ece_levels(a: Assessed) -> Score:
    """Sum over distinct levels of n_k/n |y_k - p_k|: exact, without bins; [0, 1], down.

    Biased up where levels are thin. Null without answers, and where one states no confidence.
    """
    profile = a.profile
    if profile.n_unstated:
        return Score(None, profile.n_answered, reason=CONFIDENCE_MISSING)
    n = profile.n_answered
    if n == 0:
        return Score(None, 0, reason=NO_ANSWERS)
    earned = profile.correct * UNITS + profile.credit
    held = profile.correct + profile.wrong + profile.partial
    gaps = abs(earned - held * profile.levels)
    return Score(math.fsum(gaps.tolist()) / (n * UNITS), n)
