"""Explanations of the figures on pages: meaning and limits."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class FigureExplanation:
    """One figure: its id in the catalogue of rules, its meaning, its pitfalls."""

    id: str
    name: str
    means: str
    beware: str


FIGURES: Final = (
    FigureExplanation(
        "threshold_score",
        "Score at a target",
        "Mean points a question, printed per 100: right +1, wrong −t/(1−t), “I don’t know” 0."
        "Above zero the model does better than always abstaining.",
        "At high targets it rests on few wrong answers, so its interval is wide. Read the ± first.",
    ),
    FigureExplanation(
        "accuracy",
        "Binary accuracy",
        "Right answers out of all questions: what most leaderboards rank by. It is the score "
        "at t = 0.",
        "A guess never costs anything, so it rewards a model for never saying “I don’t know”.",
    ),
    FigureExplanation(
        "selective_accuracy",
        "Right when it answers",
        "Right answers out of the answered ones. The target at which the model’s score "
        "crosses zero.",
        "One sure answer and 999 abstentions make it 100 %. Read it with the share answered; "
        "it never ranks.",
    ),
    FigureExplanation(
        "coverage",
        "Share answered",
        "How many questions got an answer, right or wrong.",
        "Neither high nor low is good by itself.",
    ),
    FigureExplanation(
        "quadratic_score",
        "All thresholds",
        "The score averaged over every target with weight 2(1−t), from stated confidences: "
        "accuracy minus Brier score. Honest confidences maximise it, and only they do.",
        "An answer without a confidence counts as fully sure. Abstaining and answering with "
        "confidence 0 are worth the same.",
    ),
    FigureExplanation(
        "bas",
        "BAS",
        "The same with equal weight on every target up to 0.9999.",
        "One wrong answer stated with certainty costs 8.2 points; a handful of them decides a"
        " board.",
    ),
    FigureExplanation(
        "excess_miscalibration",
        "Miscalibration",
        "What recalibrating its stated confidences would save of the Brier score, less what chance "
        "alone would show of a calibrated model. About 0 or below if calibrated, lower is better.",
        "Always stating one’s average accuracy gives 0 without knowing anything. Read it with"
        " AUROC.",
    ),
    FigureExplanation(
        "brier",
        "Brier score",
        "Mean squared distance between stated confidence and outcome, over the answers. Lower"
        " is better.",
        "It mixes calibration with how easy the questions were; only answered questions enter.",
    ),
    FigureExplanation(
        "auroc",
        "AUROC",
        "The chance that a right answer carries a higher confidence than a wrong one. 0.5 is "
        "a coin.",
        "It looks at the order alone: confidences of 0.98 and 0.99 may be perfect here and "
        "useless at any target.",
    ),
    FigureExplanation(
        "aurc",
        "Area under risk and coverage",
        "The share wrong among the most confident answers, averaged over how many of them are"
        " kept.",
        "Ties are averaged here. Tools that break ties by row order print other numbers for "
        "the same answers.",
    ),
    FigureExplanation(
        "hallucination_rate",
        "“Hallucination rate”",
        "Three different things carry this name in public: wrong out of all, wrong out of "
        "those not right, wrong out of the answered. Candor prints the id, never the bare "
        "words.",
        "Compare only figures with the same denominator.",
    ),
)
"""In the order of the page; every id is one of the catalogue's."""
