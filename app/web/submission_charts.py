"""The charts of a submission: each drawn twice, with its heading, a line on how to read it, and
the same numbers as a table."""

from dataclasses import dataclass

from markupsafe import Markup

from app.services.board import Leaderboard, Standing
from app.services.portray import Portrait
from app.web import curves
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
from app.web.tallies import declared_tally_of


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart on a page; `chart` is None where there is nothing to draw, and `says` why."""

    heading: str
    says: str
    chart: Markup | None
    table: Table | None


def drawings(name: str, portrait: Portrait) -> list[Drawing]:
    """Score at every target, and where confidences may be seen the three charts about them."""
    single = _single(name, portrait)
    profile = portrait.profile
    if profile is None:
        why = "Answers are hidden here, so what was stated at which confidence is kept back too."
        return [single, Drawing("Does confidence mean what it says?", why, None, None)]
    if not len(profile.levels):
        why = "No answer states a confidence, so there is nothing to hold it to."
        return [single, Drawing("Does confidence mean what it says?", why, None, None)]
    return [_reliability(portrait), single, _coverage(portrait), _use(portrait)]


def _reliability(portrait: Portrait) -> Drawing:
    assert portrait.profile is not None
    groups = curves.groups_of(portrait.profile)
    return Drawing(
        "Does confidence mean what it says?",
        "Dots on the diagonal are calibrated; a dot’s area is its number of answers, hollow under "
        "10; whiskers are 95 %.",
        both(lambda size: reliability_chart(groups, size=size), HALF, NARROW),
        reliability_table(groups),
    )


def _single(name: str, portrait: Portrait) -> Drawing:
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


def _coverage(portrait: Portrait) -> Drawing:
    assert portrait.profile is not None
    steps = curves.steps_of(portrait.profile)
    spot = curves.step_at(portrait.profile, portrait.terms.target)
    return Drawing(
        "What silence buys",
        "Answering the most confident questions first, how often is it wrong? Dotted: a perfect "
        "ordering.",
        both(lambda size: coverage_chart(steps, at_target=spot, size=size), HALF, NARROW),
        coverage_table(steps),
    )


def _use(portrait: Portrait) -> Drawing:
    assert portrait.profile is not None
    piles = curves.piles_of(portrait.profile)
    target = portrait.terms.target.value
    return Drawing(
        "How it used confidence",
        "Right below, wrong on top. Answers left of the marker are not above the target.",
        both(lambda size: confidence_chart(piles, target=target, size=size), HALF, NARROW),
        confidence_table(piles),
    )
