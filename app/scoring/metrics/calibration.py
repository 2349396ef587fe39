"""ECE by stated level, over answered slots that state a confidence."""

from app.scoring.assess import Assessed
from app.scoring.metrics import binning
from app.scoring.metrics.confidence import Figure, conditional_score
from app.scoring.score import Score


def ece_levels(a: Assessed) -> Score:
    """Sum over distinct levels of n_k/n |y_k - p_k|: exact, without bins; [0, 1], down.

    Biased up where levels are thin. Null without answers, and where one states no confidence.
    """
    return conditional_score(a, Figure(compute=binning.ece_levels))
