"""Redraws: the intervals and tests that take thousands of resamples, made later and kept.

Grades under a revision never change, so what was redrawn once stays true. A reader gets every
closed form at once, and the redrawn parts as soon as they are there.
"""

from dataclasses import replace

from app.scoring.grades import Grades, ItemFrame
from app.scoring.rules import Mode
from app.scoring.scorecard import Scorecard, scorecard
from app.services.state.background_jobs import BackgroundJobs
from app.services.state.results import ResampledFigures


def resampled_figures(
    jobs: BackgroundJobs[ResampledFigures],
    name: tuple[int, int],
    grades: Grades,
    items: ItemFrame,
    *,
    mode: Mode,
    seconds: float,
) -> ResampledFigures | None:
    """The redraws of the submission and revision of `name`, waited for at most `seconds`.

    None while they are still being made.
    """

    def make() -> ResampledFigures:
        card = scorecard(grades, items, targets=(), mode=mode)
        return ResampledFigures(
            card.scores, card.coverage_at_risk, card.accuracy_at_coverage, card.calibration_tests
        )

    return jobs.ask(name, make) or jobs.wait(name, seconds=seconds)


def with_resampled(card: Scorecard, resampled: ResampledFigures) -> Scorecard:
    """The card with its redrawn intervals and tests."""
    return replace(
        card,
        scores=resampled.scores,
        coverage_at_risk=resampled.coverage_at_risk,
        accuracy_at_coverage=resampled.accuracy_at_coverage,
        calibration_tests=resampled.calibration_tests,
    )
