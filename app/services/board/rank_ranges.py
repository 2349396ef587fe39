"""Rank intervals of a leaderboard: the ranks of each submission that the data cannot rule out.

They are of the whole board, whatever a reader filters, and compare its first `MOST`. On a hidden
benchmark they follow from the published figures, because a covariance of items would tell about
single answers. Numbers are drawn from a generator keyed by what is compared, so that every process
and every database finds the same.

Rank intervals of one submission and of the board under a view.
"""

import hashlib
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from app.scoring.comparison.agreement import DRAWS, order_agreement, order_flips, tau_b
from app.scoring.comparison.ranks import RankRanges, rank_ranges
from app.scoring.comparison.unpaired import unpaired_rank_ranges
from app.scoring.grades import Grades
from app.scoring.points import item_points, widest_difference
from app.scoring.rules import BINARY_VIEW
from app.scoring.score import HIDDEN, Score
from app.scoring.seeded import generator_for
from app.scoring.targets import Target
from app.services.access.public_view import PublicView
from app.services.board.ranking import Figures, View, figures_of, order_of
from app.services.board.schemas import FlippedPair, RangesNote, RuleAgreement
from app.services.state.background_jobs import PENDING
from app.services.state.board_cache import Board, within
from app.services.state.results import Agreement, BoardRankRanges, ViewKey
from app.storage.benchmarks import Benchmark
from app.storage.database.session import Database
from app.storage.gradings import load_many_grades

Floats = NDArray[np.float64]

MOST: Final = 200
"""At most so many submissions are compared, the first ones; time grows with the square."""

MOST_CELLS: Final = 8_000_000
"""Items times submissions compared at once: 64 MB a copy. On larger benchmarks fewer compete."""

MOST_RESAMPLED: Final = 50_000
"""Beyond so many items the orders of two rules are compared without an interval."""

FEWER_DRAWS_BEYOND: Final = 1_000_000
"""Items times submissions beyond which 500 resamples of the items do instead of 2,000: an error of
3 % in a standard error, for a quarter of the time."""

NORMAL_95: Final = 1.959963984540054

_BINARY_VIEW: Final = View.of(BINARY_VIEW)


def view_key(view: View) -> ViewKey:
    """The part of a view that its ranges depend on. At t = 0 the rule is binary in any mode."""
    as_of = "" if view.as_of is None else view.as_of.isoformat()
    if view.rule == "target" and view.target.units:
        return "target", view.target.units, view.mode, as_of
    return ("binary" if view.rule == "target" else view.rule), 0, "declared", as_of


def usual_views(benchmark: Benchmark) -> tuple[View, ...]:
    """The views whose ranges every board has: binary, the quadratic score, and in the default mode
    the default target and the fixed ones."""
    default, mode = Target(benchmark.default_target), benchmark.default_mode
    targets = sorted({Target(0), default, *map(Target, benchmark.fixed_targets)})
    by_target = [View(target=target, mode=mode) for target in targets]
    return (*by_target, View(rule="quadratic", target=default, mode=mode))


def compute_ranges(
    database: Database,
    benchmark: Benchmark,
    board: Board,
    views: Sequence[View],
    *,
    stopped: Callable[[], bool],
) -> dict[ViewKey, BoardRankRanges] | None:
    """The ranges of several views of one board. Reads the grades of those compared in one query.

    None where `stopped` said so between two views, or a submission was deleted in the meantime.
    """
    ranked = {view_key(view): _ranked(benchmark, board, view) for view in views}
    if not PublicView.of(benchmark).exact_figures:
        return {name: _from_public(benchmark, board, at) for name, at in ranked.items()}
    found: dict[ViewKey, BoardRankRanges] = {}
    wanted = sorted({board.rows[p].submission_id for at in ranked.values() for p in at.places})
    with database.reading() as session:
        grades = load_many_grades(session, benchmark.revision_id, wanted)
    if len(grades) < len(wanted):
        return None
    seen: dict[bytes, RankRanges] = {}
    for name, at in ranked.items():
        if stopped():
            return None
        found[name] = _from_grades(board, at, grades, seen)
    return found


@dataclass(frozen=True, slots=True)
class _Ranked:
    """The places compared, in order of submission, and how many were ranked."""

    view: View
    places: list[int]
    total: int
    figures: Figures
    binary: Figures

    def ids(self, board: Board) -> tuple[str, ...]:
        return tuple(board.rows[place].public_id for place in self.places)


def _ranked(benchmark: Benchmark, board: Board, view: View) -> _Ranked:
    whole = replace(view, tags=())
    figures = figures_of(board, benchmark, view)
    binary = figures_of(board, benchmark, BINARY_VIEW)
    places = order_of(board, benchmark, whole, figures, binary).places
    most = min(MOST, MOST_CELLS // max(board.frame.n_items, 1))
    # By submission, not by place: two processes may have learnt of two submissions in either order.
    compared = sorted(places[:most], key=lambda place: board.rows[place].submission_id)
    return _Ranked(view, compared, len(places), figures, binary)


def _from_grades(
    board: Board, at: _Ranked, grades: dict[int, Grades], seen: dict[bytes, RankRanges]
) -> BoardRankRanges:
    empty = _nothing(board, at, "paired")
    if empty is not None:
        return empty
    own = _item_scores(board, at, grades, at.view)
    plain = _item_scores(board, at, grades, _BINARY_VIEW)
    tested = _test(board, own, at.view, seen)
    same = view_key(at.view)[0] == "binary"
    return BoardRankRanges(
        submissions=at.ids(board),
        total=at.total,
        method="paired",
        tested=tested,
        agreement=None
        if same
        else _agreement(board, plain, own, _test(board, plain, _BINARY_VIEW, seen), tested),
        agreement_reason="same-rule" if same else None,
    )


def _nothing(
    board: Board, at: _Ranked, method: Literal["paired", "unpaired"]
) -> BoardRankRanges | None:
    """The ranges of a board on which there is nothing to compare, and why."""
    reason = None
    if at.total == 0:
        reason = "no-standings"
    elif len(at.places) < min(2, at.total):
        reason = "too-large"
    if reason is None:
        return None
    return BoardRankRanges(
        submissions=at.ids(board),
        total=at.total,
        method=method,
        tested=None,
        agreement=None,
        reason=reason,
        agreement_reason=reason,
    )


def _item_scores(board: Board, at: _Ranked, grades: dict[int, Grades], view: View) -> Floats:
    """Items by submissions, in points."""
    return np.column_stack(
        [
            item_points(within(grades[board.rows[place].submission_id], board.items), view)
            for place in at.places
        ]
    )


def _test(board: Board, scores: Floats, view: View, seen: dict[bytes, RankRanges]) -> RankRanges:
    """The ranges of these scores; the same scores are tested once."""
    digest, widest = _digest(scores), widest_difference(view)
    key = digest + struct.pack("<d", widest)
    if key not in seen:
        seen[key] = rank_ranges(
            scores,
            widest=widest,
            generator=generator_for(b"ranges" + digest),
            weight=board.frame.weight,
            cluster=board.frame.cluster,
        )
    return seen[key]


def _agreement(
    board: Board, plain: Floats, own: Floats, binary: RankRanges, tested: RankRanges
) -> Agreement:
    if len(own) > MOST_RESAMPLED:
        tau = _tau_alone(binary.mean, tested.mean, len(own))
    else:
        tau = order_agreement(
            plain,
            own,
            draws=500 if own.size > FEWER_DRAWS_BEYOND else DRAWS,
            generator=generator_for(b"agreement" + _digest(own)),
            weight=board.frame.weight,
            cluster=board.frame.cluster,
        )
    return Agreement(tau, order_flips(binary, tested))


def _tau_alone(binary: Floats, own: Floats, n_items: int) -> Score:
    value = tau_b(binary, own)
    return Score(value, n_items=n_items, reason="all-tied" if value is None else None)


def _from_public(benchmark: Benchmark, board: Board, at: _Ranked) -> BoardRankRanges:
    """Ranges from the published, rounded figures and intervals alone."""
    empty = _nothing(board, at, "unpaired")
    if empty is not None:
        return empty
    tested = _test_public(at, at.figures)
    binary = _test_public(at, at.binary)
    reason = HIDDEN if tested is None or binary is None else None
    if reason is None and view_key(at.view)[0] == "binary":
        reason = "same-rule"
    agreement = None
    if reason is None and tested is not None and binary is not None:
        tau = _tau_alone(binary.mean, tested.mean, board.frame.n_items)
        agreement = Agreement(tau, order_flips(binary, tested))
    return BoardRankRanges(
        submissions=at.ids(board),
        total=at.total,
        method="unpaired",
        tested=tested,
        agreement=agreement,
        reason=HIDDEN if tested is None else None,
        agreement_reason=reason,
    )


def _test_public(at: _Ranked, figures: Figures) -> RankRanges | None:
    """None where a score is published without an interval."""
    scores = [figures.score(place) for place in at.places]
    reach = [score.interval.high - score.interval.low for score in scores if score.interval]
    if len(reach) < len(scores):
        return None
    mean = figures.values[at.places]
    se = np.asarray(reach) / (2 * NORMAL_95)
    generator = generator_for(b"unpaired" + _digest(np.stack([mean, se])))
    return unpaired_rank_ranges(mean, se, n_items=scores[0].n_items, generator=generator)


def _digest(scores: Floats) -> bytes:
    return hashlib.sha256(np.ascontiguousarray(scores + 0.0).tobytes()).digest()


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
    place, tested = ranges.index_of(submission), ranges.tested
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


def apart_from(ranges: BoardRankRanges | None, submission: str) -> Callable[[str], bool] | None:
    """Whether another submission is told apart from this one; None where that is not known."""
    place = None if ranges is None else ranges.index_of(submission)
    if ranges is None or ranges.tested is None or place is None:
        return None
    tested = ranges.tested
    tied = {ranges.submissions[other] for other in tested.tied_with(place)}
    compared = set(ranges.submissions)
    # As in `_highest_rank`: those that were not compared score below all that were.
    beyond = bool(tested.better[place, int(np.argmin(tested.mean))])
    return lambda other: other not in tied if other in compared else beyond


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
