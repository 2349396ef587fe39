"""The scorecard: all metrics of one submission.

Single-number figures are in `scores` by their ids of the catalogue; what depends on a target, a
risk or a coverage is keyed by that. Intervals are closed forms; calibration tests cost thousands
of redraws: `resamples=0` leaves them out. All redraws come from generators seeded by the SHA-256
of the packed profile, so that the same grades have the same card everywhere.
"""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

import numpy as np

from app.reply_fields import Doc, Sent
from app.scoring.assess import Assessed, assess, bas, quadratic_score
from app.scoring.calibration_test import DRAWS, CalibrationTest, calibration_test_of
from app.scoring.grades import Grades, ItemFrame
from app.scoring.levels import levels_of
from app.scoring.metrics.answerability import SEVERAL_SAMPLES, Answerability, answerability
from app.scoring.metrics.binning import BINS
from app.scoring.metrics.compat import IDS, hle_scores, no_hle_scores
from app.scoring.metrics.confidence import (
    PARTIAL_CREDIT,
    WEIGHTED,
    accuracy_figure,
    conditional_score,
    coverage_figure,
    figures,
    thin,
)
from app.scoring.metrics.curves import Curves, reliability, risk_coverage
from app.scoring.metrics.guaranteed import GuaranteedThreshold, guaranteed_thresholds
from app.scoring.metrics.honest_confidences import HonestConfidences, honest_confidences
from app.scoring.metrics.occurrences import Occurrences, by_occurrence
from app.scoring.metrics.option_scores import OptionScores
from app.scoring.metrics.rates import rates
from app.scoring.metrics.strata import Strata, strata
from app.scoring.metrics.thresholds import ThresholdScores, threshold_scores
from app.scoring.profile import Counts, ScoreProfile, counts_of, pack_profile
from app.scoring.rules import EPSILON, Mode
from app.scoring.score import Score
from app.scoring.seeded import generator_for
from app.scoring.statistics.effective import FEW_CLUSTERS
from app.scoring.targets import UNITS, Target
from app.scoring.theory.validity import NOT_CHECKED, Validity

RISKS: Final = (100, 500, 1_000, 2_000)
"""Risks at which the card says how much could be answered, in 1e-4."""

COVERAGES: Final = (5_000, 8_000, 9_000, 9_500)
"""Coverages at which the card says how accurate the most confident answers are, in 1e-4."""

TESTED: Final = ("miscalibration", "ece_levels", "smooth_ece")
"""Calibration errors that are tested against redraws of a calibrated submission."""


Flag = Literal["confidence_imputed", "provisional", "few_clusters"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scorecard:
    """Every figure that a set of grades has.

    `scores` by id; where it is sent, `threshold_score` by target is among them.
    """

    n_items: Annotated[int, Doc("Items of the benchmark.")]
    n_eff: Annotated[
        float | None,
        Doc("Kish's effective number of weighted items; null where all weigh the same."),
    ]
    mode: Annotated[Mode, Doc("How it is decided what counts as attempted.")]
    epsilon: Annotated[float, Doc("Where BAS and log loss stop.")]
    bins: Annotated[int, Doc("Of every ece_equal_… among the scores.")]
    counts: Annotated[Counts, Doc("Slots by outcome, as declared.")]
    n_invalid: Annotated[int, Doc("Attempts without an answer that can be read.")]
    scores: dict[str, Score]
    thresholds: Annotated[dict[Target, ThresholdScores], Doc("All figures at a target, by target.")]
    coverage_at_risk: Annotated[
        dict[int, Score], Sent(units=UNITS), Doc("How much could be answered, by risk.")
    ]
    accuracy_at_coverage: Annotated[
        dict[int, Score],
        Sent(units=UNITS),
        Doc("How accurate the most confident answers are, by coverage."),
    ]
    guaranteed_thresholds: Annotated[
        dict[int, GuaranteedThreshold],
        Sent(units=UNITS),
        Doc("From which stated confidence on the risk is at most r, with 95 %, by risk."),
    ]
    calibration_test: Annotated[
        dict[str, CalibrationTest],
        Doc(
            "Whether a calibration error is more than noise, by metric id; without `ece_levels` "
            "where levels are too thin for it."
        ),
    ]
    curves: Annotated[Curves, Doc("Curves over the answers that state a confidence.")]
    honest_confidences: Annotated[
        HonestConfidences | None,
        Doc(
            "What it would score with recalibrated confidences; null where an answer states none, "
            "or there are fewer than two."
        ),
    ]
    categories: Annotated[Strata | None, Doc("By category; null where items name none.")]
    answerability: Annotated[
        Answerability | None, Doc("By class; null where every item has an answer.")
    ]
    occurrences: Annotated[
        Occurrences | None, Doc("By training occurrences; null where items state none.")
    ]
    validity: Annotated[Validity, Doc("The self-check of the theorems.")]
    option_scores: Annotated[
        OptionScores | None,
        Doc("Scores of whole probability vectors; null where no row gave `option_probs`."),
    ]
    profile: ScoreProfile
    flags: Annotated[
        tuple[Flag, ...],
        Doc(
            "`confidence_imputed`: some answers state no confidence; `provisional`: some are "
            "ungraded; `few_clusters`: items come in fewer than 20 clusters, too few to know how "
            "much they correlate."
        ),
    ]


def scorecard(
    grades: Grades,
    items: ItemFrame,
    *,
    targets: tuple[Target, ...],
    mode: Mode,
    epsilon: float = EPSILON,
    bins: int = BINS,
    resamples: int = DRAWS,
    only: frozenset[str] | None = None,
    n_invalid: int = 0,
    validity: Validity = NOT_CHECKED,
    option_scores: OptionScores | None = None,
) -> Scorecard:
    """Scores the grades of a submission, its calibration errors by bin over `bins` of them.

    `only` names the ids wanted in `scores`; None is all of them. With `resamples=0` no calibration
    is tested. `n_invalid`, `validity` and `option_scores` are
    what grading and the option probabilities say, for the card to carry.
    """
    a = assess(grades, items)
    levels = levels_of(a)
    known = figures(epsilon=epsilon, bins=bins)
    named = {name: figure for name, figure in known.items() if _wanted(name, only)}
    at_risk = {f"risk {x}": coverage_figure(risk=x) for x in RISKS}
    at_coverage = {f"coverage {x}": accuracy_figure(coverage=x) for x in COVERAGES}
    found = {
        name: conditional_score(a, figure, levels)
        for name, figure in (named | at_risk | at_coverage).items()
    }
    scores = {name: figure for name, figure in _closed(a, epsilon).items() if _wanted(name, only)}
    scores |= {name: found[name] for name in named}
    if any(_wanted(name, only) for name in IDS):
        scores |= {
            name: figure for name, figure in _compat(a, grades).items() if _wanted(name, only)
        }
    return Scorecard(
        n_items=items.n_items,
        n_eff=_effective_items(items),
        mode=mode,
        epsilon=epsilon,
        bins=bins,
        counts=counts_of(a.profile),
        n_invalid=n_invalid,
        scores=scores,
        thresholds={target: threshold_scores(a, target, mode) for target in targets},
        coverage_at_risk={x: found[f"risk {x}"] for x in RISKS},
        accuracy_at_coverage={x: found[f"coverage {x}"] for x in COVERAGES},
        guaranteed_thresholds=dict(
            zip(RISKS, guaranteed_thresholds(a, [x / UNITS for x in RISKS]), strict=True)
        ),
        calibration_test=_tests(a, resamples) if resamples else {},
        curves=Curves(
            reliability=reliability(levels, independent=a.plain),
            risk_coverage=risk_coverage(levels),
        ),
        honest_confidences=honest_confidences(a, levels, targets),
        categories=strata(grades, items, targets=targets, mode=mode),
        answerability=answerability(grades, items, targets=targets, mode=mode),
        occurrences=by_occurrence(grades, items, targets=targets, mode=mode),
        validity=validity,
        option_scores=option_scores,
        profile=a.profile,
        flags=_flags(a),
    )


def _wanted(name: str, only: frozenset[str] | None) -> bool:
    return only is None or name in only


def _closed(a: Assessed, epsilon: float) -> dict[str, Score]:
    return rates(a) | {"quadratic_score": quadratic_score(a), "bas": bas(a, epsilon=epsilon)}


def _compat(a: Assessed, grades: Grades) -> dict[str, Score]:
    """HLE's headline, which knows neither weights nor credits nor samples."""
    if a.items.weight is not None:
        return no_hle_scores(a.items.n_items, WEIGHTED)
    if a.profile.n_partial:
        return no_hle_scores(a.items.n_items, PARTIAL_CREDIT)
    if grades.samples > 1:
        return no_hle_scores(a.items.n_items, SEVERAL_SAMPLES)
    return hle_scores(grades)


def _tests(a: Assessed, resamples: int) -> dict[str, CalibrationTest]:
    """The calibration tests that are defined, each over draws of its own."""
    tests = {}
    for name in TESTED:
        figure = figures()[name]
        if figure.by_level and thin(a, levels_of(a)):
            continue
        generator = generator_for(name.encode() + pack_profile(a.profile))
        test = calibration_test_of(a, figure.compute, generator=generator, draws=resamples)
        if test is not None:
            tests[name] = test
    return tests


def _effective_items(items: ItemFrame) -> float | None:
    """(sum v)^2 / sum v^2."""
    if items.weight is None or items.n_items == 0:
        return None
    v = np.sort(items.weight)
    return float(v.sum() ** 2 / (v * v).sum())


def _few_clusters(items: ItemFrame) -> bool:
    return items.cluster is not None and len(np.unique(items.cluster)) < FEW_CLUSTERS


def _flags(a: Assessed) -> tuple[Flag, ...]:
    flags: dict[Flag, bool] = {
        "confidence_imputed": a.profile.n_unstated > 0,
        "provisional": a.profile.ungraded > 0,
        "few_clusters": _few_clusters(a.items),
    }
    return tuple(name for name, raised in flags.items() if raised)
