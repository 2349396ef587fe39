"""Bootstrap intervals and tests, computed in the background and cached.

Grades under a revision never change, so the results stay valid. A reader gets every closed form
immediately, and the resampled parts once they are computed.
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
    """The resampled figures of the submission and revision of `name`; waits at most `seconds`.

    None while they are still being made.
    """

    def make() -> ResampledFigures:
        card = scorecard(grades, items, targets=(), mode=mode)
        return ResampledFigures(
            card.scores, card.coverage_at_risk, card.accuracy_at_coverage, card.calibration_test
        )

    return jobs.ask(name, make) or jobs.wait(name, seconds=seconds)


def with_resampled(card: Scorecard, resampled: ResampledFigures) -> Scorecard:
    """The card with its resampled intervals and tests."""
    return replace(
        card,
        scores=resampled.scores,
        coverage_at_risk=resampled.coverage_at_risk,
        accuracy_at_coverage=resampled.accuracy_at_coverage,
        calibration_test=resampled.calibration_test,
    )
