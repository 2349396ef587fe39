"""What a scorecard carries besides its figures.

The theorems' self-check and the scores of option probabilities, the reasons of nulls, and parity:
the headline that an evaluation tool reported, compared with our figure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

import numpy as np

from app.grading.answer_key import AnswerKey
from app.reply_fields import Doc
from app.scoring.metrics.binning import BINS
from app.scoring.metrics.honest_confidences import why_not_recalibrated
from app.scoring.metrics.option_scores import OptionScores, option_scores
from app.scoring.options import OptionProbs
from app.scoring.published_figures import ITEMS, contradictions, half_unit
from app.scoring.score import Score, Scores, with_family
from app.scoring.scorecard import Scorecard
from app.scoring.theory.singletons import SingletonBound, singleton_bound
from app.scoring.theory.validity import NOT_CHECKED, Validity, check_validity

NO_OPTIONS: Final = (
    "Not computable: no row says what the model gave each choice; send option_probs."
)
NO_SINGLE_ANSWER: Final = (
    "Not computable: the theorem is about items with exactly one valid choice, and none of the "
    "items with option_probs states one."
)

NOT_STATED: Final = "not-stated"
"""The reason of a part that the items say nothing for: no categories, no unanswerable items …"""


def scores_of(card: Scorecard) -> Scores:
    """The scores of a card by id, `threshold_score` by target among them."""
    return with_family(
        card.scores, {target: at.threshold_score for target, at in card.thresholds.items()}
    )


def null_reasons_of(card: Scorecard) -> dict[str, str]:
    """Why parts of a card are null, by field."""
    optional = ("n_eff", "categories", "answerability", "occurrences", "option_scores")
    reasons = {name: NOT_STATED for name in optional if getattr(card, name) is None}
    if card.honest_confidences is None:
        reasons["honest_confidences"] = why_not_recalibrated(card.profile)
    return reasons


def singletons_of(training: Mapping[str, int]) -> SingletonBound:
    """The bound that facts of training data give; `max_error_set` may be absent."""
    return singleton_bound(
        n_train=training["n_examples"],
        n_singleton=training["n_singletons"],
        min_error_set=training["min_error_set"],
        max_error_set=training.get("max_error_set"),
    )


@dataclass(frozen=True, slots=True)
class OptionFigures:
    """What a card tells of option probabilities."""

    validity: Validity
    scores: OptionScores | None


def option_figures(
    options: OptionProbs | None, key: AnswerKey, *, samples: int, bins: int = BINS
) -> OptionFigures:
    """The theorems and the scores on the first sample of every item that has one valid choice."""
    if options is None or len(options) == 0:
        has_choices = any(one is not None for one in key.choices)
        if not has_choices:
            return OptionFigures(NOT_CHECKED, None)
        return OptionFigures(Validity(check=None, left_out=0, reason=NO_OPTIONS), None)
    _, first = np.unique(options.slot // samples, return_index=True)
    rows = options.rows()
    probabilities: list[list[float]] = []
    answers: list[int] = []
    for row in first.tolist():
        place = int(options.slot[row]) // samples
        answer = valid_option(key, place)
        # A later revision may have other choices than the probabilities were given to.
        if answer is not None and len(rows[row]) == len(key.choices[place] or ()):
            probabilities.append(rows[row])
            answers.append(answer)
    left_out = len(first) - len(answers)
    if not answers:
        validity = Validity(check=None, left_out=left_out, reason=NO_SINGLE_ANSWER)
        return OptionFigures(validity, None)
    return OptionFigures(
        Validity(check=check_validity(probabilities, answers), left_out=left_out, reason=None),
        option_scores(probabilities, answers, bins=bins),
    )


def valid_option(key: AnswerKey, place: int) -> int | None:
    """The one choice of an item that is accepted; None where none or several are."""
    options = key.options_of(place)
    named = {options.named(answer) for answer in key.accepted[place]}
    return named.pop() if len(named) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parity:
    """The headline that the evaluation tool printed, beside the figure computed here."""

    metric: Annotated[str, Doc("The id of the metric.")]
    reported: Annotated[float, Doc("What the tool printed.")]
    ours: Annotated[float | None, Doc("The same figure here; null where `reason` says why.")]
    difference: Annotated[float | None, Doc("Reported minus ours.")]
    agrees: Annotated[bool | None, Doc("Equal to the digits that were reported.")]
    reason: Annotated[
        str | None,
        Doc(
            "Why there is no figure of ours: none of that id, or null; `percent` where what was "
            "reported is a percentage: a hundredth of it is compared."
        ),
    ]


def reported_figures(reported: dict[str, Any] | None) -> dict[str, float]:
    """What a tool printed, by metric, the headline first; of a metric named twice the first."""
    if reported is None:
        return {}
    figures: dict[str, float] = {}
    for figure in (reported, *reported.get("others", ())):
        figures.setdefault(str(figure["metric"]), float(figure["value"]))
    return figures


def parities_of(
    reported: dict[str, Any] | None, scores: Scores, *, n_items: int
) -> tuple[Parity, ...]:
    """Each reported figure beside ours, the headline first."""
    return tuple(
        _parity(metric, value, scores, n_items=n_items)
        for metric, value in reported_figures(reported).items()
    )


def _parity(metric: str, value: float, scores: Scores, *, n_items: int) -> Parity:
    score = scores.get(metric)
    ours = score.value if isinstance(score, Score) else None
    if metric == ITEMS:
        ours = float(n_items)
    if ours is None:
        reason = score.reason if isinstance(score, Score) else "no-such-metric"
        return Parity(
            metric=metric, reported=value, ours=None, difference=None, agrees=None, reason=reason
        )
    # Half a unit of the last reported digit, and the noise of doubles.
    half = half_unit(value)
    percent = value > 1 >= ours and abs(value / 100 - ours) <= half / 100 + 1e-12
    difference = (value / 100 if percent else value) - ours
    return Parity(
        metric=metric,
        reported=value,
        ours=ours,
        difference=difference,
        agrees=percent or abs(difference) <= half + 1e-12,
        reason="percent" if percent else None,
    )


def reported_warnings(
    reported: dict[str, Any] | None, scores: Scores, *, n_items: int, whole: bool
) -> tuple[str, ...]:
    """What is wrong with the figures that came with the rows: those that the rows contradict, and,
    where answers are right or wrong and items weigh alike (`whole`), those that contradict each
    other."""
    differing = (
        parity
        for parity in parities_of(reported, scores, n_items=n_items)
        if parity.agrees is False
    )
    return (
        *(
            f"{parity.metric} {parity.reported:g} was reported, but the rows give "
            f"{parity.ours:.6g}."
            for parity in differing
        ),
        *(contradictions(reported_figures(reported)) if whole else ()),
    )
