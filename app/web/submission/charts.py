"""The charts of a submission: each drawn twice, with its heading, a line on how to read it, and
the same numbers as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from app.scoring.profile import ScoreProfile
from app.scoring.targets import UNITS, Target
from app.services.board.schemas import Leaderboard, Standing
from app.services.comparisons.submission_context import SubmissionContext
from app.web.board.tallies import declared_tally_of
from app.web.charts import (
    HALF,
    NARROW,
    Table,
    Tally,
    both,
    confidence_chart,
    confidence_table,
    coverage_chart,
    coverage_table,
    reliability_chart,
    reliability_table,
    single_chart,
    single_table,
)
from app.web.rendering import format as words
from app.web.submission import curves


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart on a page; `chart` is None where there is nothing to draw: then `says` is the reason
    and `points` what a submission needs for it."""

    heading: str
    says: str
    chart: Markup | None = None
    table: Table | None = None
    points: tuple[str, ...] = ()


WITH_CONFIDENCES: Final = Drawing(
    "What confidences would add",
    "No answer states a confidence. With one in each row, this page also shows:",
    points=(
        "whether a stated 80 % is right 80 times in 100, and the calibration error",
        "what it would gain by withholding its least confident answers",
        "its score at every target from this one run, by “I don’t know” when confidence ≤ t",
        "its most confident mistakes first, and what each costs",
        "a fair score over all thresholds: an answer without a confidence counts as fully sure",
    ),
)


def _kept_back(targets: Sequence[int]) -> Drawing:
    at = ", ".join(words.target(units / UNITS) for units in targets)
    return Drawing(
        "What is hidden here",
        "The answers of this benchmark are hidden, so its public figures are few and coarse.",
        points=(
            "shown: the shares of right, wrong and “I don’t know”, to three decimals",
            "shown: every score that follows from them, as answered, at any target",
            f"shown: by confidence, the score at t = {at}"
            if at
            else "shown: nothing by confidence",
            "hidden: the stated confidences, and so calibration and risk",
            "hidden: single questions, mistakes and categories",
        ),
    )


def states_confidences(portrait: SubmissionContext) -> bool:
    """Whether some answer states a confidence; False on hidden benchmarks."""
    return portrait.profile is None or len(portrait.profile.levels) > 0


def drawings(
    name: str, portrait: SubmissionContext, *, fixed_targets: Sequence[int]
) -> list[Drawing]:
    """Score at every target, and where confidences may be seen the three charts about them.

    `fixed_targets` are a hidden benchmark's, in units.
    """
    single = _single(name, portrait)
    profile = portrait.profile
    if profile is None:
        return [single, _kept_back(fixed_targets)]
    if not states_confidences(portrait):
        return [single, WITH_CONFIDENCES]
    target = portrait.terms.target
    return [_reliability(profile), single, _coverage(profile, target), _use(profile, target)]


def _reliability(profile: ScoreProfile) -> Drawing:
    groups = curves.groups_of(profile)
    return Drawing(
        "Does confidence mean what it says?",
        "Dots on the diagonal are calibrated; a dot’s area is its number of answers, hollow under "
        "10; whiskers are 95 %.",
        both(lambda size: reliability_chart(groups, size=size), HALF, NARROW),
        reliability_table(groups),
    )


def _single(name: str, portrait: SubmissionContext) -> Drawing:
    profile = portrait.profile
    above = None
    says = "The answers it gave, from binary grading on. Grey: other models."
    if profile is None:
        row = portrait.standing
        declared = Tally(name, *portrait.shares, 0) if row is None else declared_tally_of(row)
    else:
        declared = curves.declared_tally(name, profile)
    if profile is not None and len(profile.levels):
        above = curves.threshold_tally(name, profile)
        says = (
            "Solid: the answers it gave. Dashed: had it answered only when its stated confidence "
            "was above t. Grey: other models."
        )
    others = _others(portrait.board, but=portrait.standing)
    return Drawing(
        "Score at every target",
        says,
        both(
            lambda size: single_chart(
                declared,
                above=above,
                others=others,
                target=portrait.terms.target.value,
                size=size,
            ),
            HALF,
            NARROW,
        ),
        single_table(declared, above),
    )


def _others(board: Leaderboard, *, but: Standing | None) -> list[Tally]:
    """The other models of the board as they answered."""
    return [
        declared_tally_of(row)
        for row in board.standings
        if but is None or row.submission != but.submission
    ]


def _coverage(profile: ScoreProfile, target: Target) -> Drawing:
    steps = curves.steps_of(profile)
    spot = curves.step_at(profile, target)
    return Drawing(
        "Risk–coverage",
        "Answering the most confident questions first, how often is it wrong? Dotted: a perfect "
        "ordering.",
        both(lambda size: coverage_chart(steps, at_target=spot, size=size), HALF, NARROW),
        coverage_table(steps),
    )


def _use(profile: ScoreProfile, target: Target) -> Drawing:
    piles = curves.piles_of(profile)
    return Drawing(
        "How it used confidence",
        "Right below, wrong on top. Answers left of the marker are not above the target.",
        both(lambda size: confidence_chart(piles, target=target.value, size=size), HALF, NARROW),
        confidence_table(piles),
    )
