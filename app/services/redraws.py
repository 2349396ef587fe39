"""Redraws: the intervals and tests that take thousands of resamples, made later and kept.

Grades under a revision never change, so what was redrawn once stays true. A reader gets every
closed form at once, and the redrawn parts as soon as they are there.
"""

from dataclasses import dataclass, replace

from app.scoring.grades import Grades, ItemFrame
from app.scoring.resample import CalibrationTest
from app.scoring.rules import Mode
from app.scoring.score import Score
from app.scoring.scorecard import Scorecard, scorecard
from app.services.later import Later


@dataclass(frozen=True, slots=True)
class Redraws:
    """What a scorecard gains by resampling; some tens of kilobytes, whatever the submission."""

    scores: dict[str, Score]
    coverage_at_risk: dict[int, Score]
    accuracy_at_coverage: dict[int, Score]
    calibration_tests: dict[str, CalibrationTest]


def redraws_of(
    later: Later[Redraws],
    name: tuple[int, int],
    grades: Grades,
    items: ItemFrame,
    *,
    mode: Mode,
    seconds: float,
) -> Redraws | None:
    """The redraws of the submission and revision of `name`, waited for at most `seconds`.

    None while they are still being made.
    """

    def make() -> Redraws:
        card = scorecard(grades, items, targets=(), mode=mode)
        return Redraws(
            card.scores, card.coverage_at_risk, card.accuracy_at_coverage, card.calibration_tests
        )

    return later.ask(name, make) or later.wait(name, seconds=seconds)


def with_redraws(card: Scorecard, redraws: Redraws) -> Scorecard:
    """The card with its redrawn intervals and tests."""
    return replace(
        card,
        scores=redraws.scores,
        coverage_at_risk=redraws.coverage_at_risk,
        accuracy_at_coverage=redraws.accuracy_at_coverage,
        calibration_tests=redraws.calibration_tests,
    )
