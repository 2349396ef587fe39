"""How fast is scoring, told as ratios of one run, so that the machine cancels out?

    python -m bench.scoring

1. A million predictions over the 10,001 levels of 1e-4, scored whole but for bootstraps, against
   one `numpy.bincount` pass over the same rows, by outcome and confidence: at most 5 times.
2. A million token probabilities, nearly as many levels, against one argsort: at most 100 times.
3. A board of 10,000 profiles at one target, ranked, against a plain numpy sum of its totals: at
   most 10 times.

Each side is the best processor time of several runs, taken in turns, so that other work on the
machine does not count. Ends with 1 where a ratio is over its bound.
"""

import sys
import time
from collections.abc import Callable
from typing import Final

import numpy as np

from app.scoring.catalogue.metrics import CATALOGUE
from app.scoring.comparison.ranks import competition_ranks
from app.scoring.grades import Grades, ItemFrame, Outcome
from app.scoring.metrics.compat import IDS
from app.scoring.profile import profile_of
from app.scoring.rules import ScoringView
from app.scoring.scorecard import scorecard
from app.scoring.stack import ProfileStack
from app.scoring.targets import CONFIDENCE_STEP, CONFIDENCE_UNITS, UNITS, Target

ROWS: Final = 1_000_000
SUBMISSIONS: Final = 10_000
ROUNDS: Final = 15
TARGETS: Final = tuple(Target(t) for t in (0, 5_000, 7_500, 9_000))
TOTALS: Final = ("correct", "wrong", "partial", "abstained", "missing", "ungraded", "unstated")
EVERY: Final = frozenset(metric.id for metric in CATALOGUE)


def best(*sides: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """The best processor time of each side in milliseconds, all sides in turns."""
    times: list[list[float]] = [[] for _ in sides]
    for _ in range(rounds):
        for side, taken in zip(sides, times, strict=True):
            start = time.process_time()
            side()
            taken.append(time.process_time() - start)
    return [1_000 * min(taken) for taken in times]


def a_million(*, step: int = CONFIDENCE_STEP) -> Grades:
    """Answers at every level of a model that is too sure, as models are; a tenth abstained. Levels
    are whole numbers of `step` units of confidence."""
    draw = np.random.default_rng(1)
    confidence = (draw.integers(0, CONFIDENCE_UNITS // step + 1, ROWS) * step).astype(np.int32)
    right = draw.random(ROWS) < 0.3 + 0.5 * confidence / CONFIDENCE_UNITS
    outcome = np.where(right, Outcome.CORRECT, Outcome.WRONG)
    outcome = np.where(draw.random(ROWS) < 0.1, Outcome.ABSTAINED, outcome)
    return Grades(outcome.astype(np.uint8), confidence)


def ten_thousand() -> ProfileStack:
    """Profiles of a thousand items at eleven levels."""
    draw = np.random.default_rng(2)
    stack = ProfileStack()
    for skill in draw.random(SUBMISSIONS):
        confidence = (draw.integers(0, 11, 1_000) * (CONFIDENCE_UNITS // 10)).astype(np.int32)
        right = draw.random(1_000) < skill
        stack.append(
            profile_of(
                Grades(np.where(right, Outcome.CORRECT, Outcome.WRONG).astype(np.uint8), confidence)
            )
        )
    return stack


def score_ratio() -> tuple[float, float]:
    """Milliseconds of one pass, and of the whole scorecard."""
    grades = a_million()
    frame = ItemFrame(ROWS)
    # HLE's bins sort all rows by definition: timed on their own, below.
    wanted = EVERY - set(IDS)
    levels = grades.confidence // CONFIDENCE_STEP
    bare, passed, scored, whole = best(
        lambda: np.bincount(levels, minlength=UNITS + 1),
        lambda: np.bincount(grades.outcome * np.int64(UNITS + 2) + levels + 1),
        lambda: scorecard(
            grades, frame, targets=TARGETS, mode="threshold", resamples=0, only=wanted
        ),
        lambda: scorecard(grades, frame, targets=TARGETS, mode="threshold", resamples=0),
    )
    print(f"a million rows: one bincount pass {passed:.2f} ms, scored {scored:.2f} ms")
    print(f"  counting the confidences alone: {bare:.2f} ms, {scored / bare:.1f} times of which")
    print(f"  with HLE's figures, which sort all rows: {whole:.2f} ms")
    return passed, scored


def fine_ratio() -> tuple[float, float]:
    """Milliseconds of one sort, and of the whole scorecard, of a million token probabilities."""
    grades = a_million(step=1)
    frame = ItemFrame(ROWS)
    wanted = EVERY - set(IDS)
    ordered, scored = best(
        lambda: np.argsort(grades.confidence),
        lambda: scorecard(
            grades, frame, targets=TARGETS, mode="threshold", resamples=0, only=wanted
        ),
        rounds=3,
    )
    print(f"a million fine rows: argsort {ordered:.2f} ms, scored {scored:.2f} ms")
    return ordered, scored


def board_ratio() -> tuple[float, float]:
    """Milliseconds of a sum of totals, and of a ranked board."""
    stack = ten_thousand()
    totals = np.stack([stack.total(name) for name in TOTALS], axis=1)
    summed, ranked = best(
        lambda: totals.sum(axis=1),
        lambda: competition_ranks(
            stack.board_scores(ScoringView(target=TARGETS[2], mode="threshold")).value
        ),
    )
    print(f"10,000 profiles: totals summed {summed:.3f} ms, board ranked {ranked:.3f} ms")
    return summed, ranked


def main() -> int:
    """Prints the ratios; 1 where one is over its bound."""
    failed = False
    for name, bound, (plain, ours) in (
        ("scoring / bincount", 5, score_ratio()),
        ("fine scoring / argsort", 100, fine_ratio()),
        ("board / sum", 10, board_ratio()),
    ):
        print(f"{name}: {ours / plain:.1f}, at most {bound}")
        failed |= ours > bound * plain
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
