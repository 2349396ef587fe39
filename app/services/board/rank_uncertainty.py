"""Rank intervals of one submission and of the board under a view."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np

from app.scoring.comparison.ranks import RankRanges
from app.services.board.schemas import FlippedPair, RangesNote, RuleAgreement
from app.services.state.results import BoardRankRanges

PENDING: Final = "pending"
BEYOND: Final = "not-compared"
"""The reason of a submission below those that take part in the test."""

FLIPS_SHOWN: Final = 100
_FIELDS: Final = ("rank_range", "tied_with", "tie_group", "bootstrap_first_share")


@dataclass(frozen=True, slots=True, kw_only=True)
class RankUncertainty:
    """The places of one submission that cannot be ruled out, or why they are not known."""

    rank_range: tuple[int, int] | None = None
    tied_with: tuple[str, ...] | None = None
    tie_group: int | None = None
    bootstrap_first_share: float | None = None
    null_reasons: dict[str, str] = field(default_factory=dict)


def rank_uncertainty_of(ranges: BoardRankRanges | None, submission: str) -> RankUncertainty:
    """The rank interval of a submission from `ranges`; None means that they are pending."""
    if ranges is None:
        return RankUncertainty(null_reasons=dict.fromkeys(_FIELDS, PENDING))
    place, tested = ranges.place(submission), ranges.tested
    if tested is None or place is None:
        return RankUncertainty(null_reasons=dict.fromkeys(_FIELDS, ranges.reason or BEYOND))
    return RankUncertainty(
        rank_range=(int(tested.low[place]), _highest_rank(ranges, tested, place)),
        tied_with=tuple(ranges.submissions[other] for other in tested.tied_with(place)),
        tie_group=int(tested.group[place]),
        bootstrap_first_share=float(tested.bootstrap_first_share[place]),
    )


def _highest_rank(ranges: BoardRankRanges, tested: RankRanges, place: int) -> int:
    """The upper end of a rank range on the whole board.

    Submissions that were not compared score below all that were: they are told apart from one that
    is significantly better than the last of those compared, and from no other.
    """
    last = int(np.argmin(tested.mean))
    uncompared = 0 if tested.better[place, last] else ranges.total - len(ranges.submissions)
    return int(tested.high[place]) + uncompared


def note_of(ranges: BoardRankRanges | None) -> RangesNote:
    """How the ranges came about."""
    if ranges is None:
        return RangesNote(None, None, None, PENDING)
    if ranges.tested is None:
        return RangesNote(None, None, None, ranges.reason)
    return RangesNote(len(ranges.submissions), ranges.method, ranges.tested.level, None)


def agreement_of(ranges: BoardRankRanges | None) -> RuleAgreement:
    """Whether the board's rule and binary grading part beyond noise."""
    if ranges is None:
        return RuleAgreement(reason=PENDING)
    found = ranges.agreement
    if found is None:
        return RuleAgreement(reason=ranges.agreement_reason)
    names = ranges.submissions
    flips = tuple(
        FlippedPair(
            ahead_binary=names[flip.ahead_binary],
            ahead_here=names[flip.ahead_target],
            binary_lead=flip.binary_lead,
            lead=flip.target_lead,
        )
        for flip in found.flips[:FLIPS_SHOWN]
    )
    return RuleAgreement(tau_b=found.tau_b, n_flips=len(found.flips), flips=flips)
