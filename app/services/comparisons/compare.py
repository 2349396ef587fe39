"""Compare: two submissions on the same items, paired, under one rule of the reader's choice.

Both are read under one revision: the newest that both were graded under, or the one named. On a
hidden benchmark the items stay aligned only in here; the public gets the difference of the rounded
shares, and the reason why the paired test is withheld.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.problem import Problem
from app.scoring.assess import CONFIDENCE_MISSING, assess
from app.scoring.comparison.difference import curve_of_shares, difference_curve
from app.scoring.comparison.paired import Comparison
from app.scoring.comparison.paired import compare as compare_grades
from app.scoring.grades import Grades, ItemFrame
from app.scoring.rules import BINARY_VIEW, ScoringView
from app.scoring.score import HIDDEN, Score
from app.scoring.stack import score_under
from app.scoring.targets import Target
from app.services.access.callers import Caller
from app.services.access.permissions import (
    readable_benchmark,
    readable_submission,
    require_unerased,
)
from app.services.access.public_view import (
    STEPS,
    PublicShares,
    PublicView,
    check_public_view,
    public_score,
    public_shares,
)
from app.services.comparisons.discordant_items import by_category, computable, discordant_items
from app.services.comparisons.schemas import (
    CategoryPair,
    DifferenceCurve,
    DiscordantItems,
    OutcomeTable,
    PairedComparison,
    Side,
)
from app.services.state.app_state import AppState
from app.services.state.revision_cache import RevisionData
from app.services.submissions.schemas import SubmissionRow
from app.storage.benchmarks import Benchmark
from app.storage.database.session import ReadSession
from app.storage.gradings import graded_revisions, load_grading
from app.storage.submissions import Submission


@dataclass(frozen=True, slots=True)
class Aligned:
    """Two submissions under one revision of their benchmark."""

    benchmark: Benchmark
    left: Submission
    right: Submission


def align(
    session: ReadSession, caller: Caller | None, a: str, b: str, *, revision: int | None = None
) -> Aligned:
    """The two submissions and the benchmark at a revision that both were graded under.

    Raises `not-found`, `gone` (erased), `invalid-request` (two benchmarks) or `conflict` (no common
    revision).
    """
    left, benchmark = readable_submission(session, caller, a)
    right, other = readable_submission(session, caller, b)
    if benchmark.id != other.id:
        raise Problem(
            "invalid-request",
            f"a was sent to {benchmark.slug} and b to {other.slug}; "
            "only submissions to one benchmark can be compared item by item.",
        )
    require_unerased(left)
    require_unerased(right)
    common = graded_revisions(session, left.id) & graded_revisions(session, right.id)
    if not common or (revision is not None and revision not in common):
        which = "one revision" if revision is None else f"revision {revision}"
        raise Problem(
            "conflict", f"The two were not both graded under {which}, so they cannot be compared."
        )
    number = max(common) if revision is None else revision
    return Aligned(
        readable_benchmark(session, caller, benchmark.slug, revision=number), left, right
    )


def compare_submissions(
    session: ReadSession,
    app_state: AppState,
    aligned: Aligned,
    terms: ScoringView,
    *,
    offset: int = 0,
    limit: int = 100,
) -> PairedComparison:
    """Compares the two; `offset` and `limit` page through the discordant items.

    Raises `hidden-gold` or `invalid-request` for a view that a hidden benchmark does not show.
    """
    benchmark = aligned.benchmark
    check_public_view(benchmark, terms)
    revision_data = app_state.revision_cache.of(session, benchmark)
    left, right = (
        load_grading(session, submission.id, benchmark.revision_id).grades
        for submission in (aligned.left, aligned.right)
    )
    if not PublicView.of(benchmark).exact_figures:
        return _public_pair(aligned, terms, left, right, revision_data.frame)
    with app_state.heavy_work.acquire():
        return _open_pair(aligned, terms, left, right, revision_data, offset=offset, limit=limit)


_TESTED: Final = (
    "p_value",
    "test",
    "exchange_p_value",
    "exchange_test",
    "outcomes",
    "minimum_detectable_difference",
)

STANDINGS: Final = ("correct", "wrong", "not_attempted")
"""Rows (a) and columns (b) of an outcome table, by their codes in `scoring.comparison.paired`."""


def _open_pair(
    aligned: Aligned,
    terms: ScoringView,
    left: Grades,
    right: Grades,
    revision_data: RevisionData,
    *,
    offset: int,
    limit: int,
) -> PairedComparison:
    sides = [
        _side(submission, grades, revision_data.frame, terms)
        for submission, grades in ((aligned.left, left), (aligned.right, right))
    ]
    paired = pair_grades(left, right, revision_data.frame, terms)
    curve = difference_curve(left, right, revision_data.frame, mode=terms.mode)
    return _comparison(
        aligned,
        terms,
        sides,
        paired,
        categories=by_category(left, right, revision_data.frame, terms),
        curve=DifferenceCurve.of(curve),
        items=discordant_items(left, right, revision_data, terms, offset=offset, limit=limit),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedTest:
    """The paired difference of two submissions and its tests, with its reasons for nulls.

    `compared` is None where nothing but the difference can be told.
    """

    difference: Score
    compared: Comparison | None
    null_reasons: dict[str, str]

    @property
    def outcomes(self) -> OutcomeTable | None:
        """The 3 x 3 counts, None where items are more than one outcome or nothing was compared."""
        if self.compared is None or self.compared.table is None:
            return None
        return OutcomeTable(STANDINGS, tuple(map(tuple, self.compared.table.tolist())))


def _comparison(
    aligned: Aligned,
    terms: ScoringView,
    sides: list[Side],
    paired: PairedTest,
    *,
    categories: tuple[CategoryPair, ...] | None,
    curve: DifferenceCurve | None,
    items: DiscordantItems | None,
) -> PairedComparison:
    shown, tests = terms.shown_target, paired.compared
    return PairedComparison(
        benchmark=aligned.benchmark.slug,
        revision=aligned.benchmark.revision,
        rule=terms.rule,
        target=None if shown is None else shown.value,
        penalty=None if shown is None else shown.penalty,
        mode=terms.mode,
        a=sides[0],
        b=sides[1],
        difference=paired.difference,
        p_value=None if tests is None else tests.p_value,
        test=None if tests is None else tests.test,
        exchange_p_value=None if tests is None else tests.exchange_p_value,
        exchange_test=None if tests is None else tests.exchange_test,
        outcomes=paired.outcomes,
        minimum_detectable_difference=None if tests is None else tests.minimum_detectable,
        plans=() if tests is None else tests.plans,
        categories=categories,
        curve=curve,
        items=items,
        null_reasons=paired.null_reasons,
    )


def pair_grades(left: Grades, right: Grades, frame: ItemFrame, terms: ScoringView) -> PairedTest:
    """The paired test of two submissions' grades under `terms`, with its reasons for nulls."""
    if not computable(left, right, terms):
        return PairedTest(
            difference=Score(None, n_items=frame.n_items, reason=CONFIDENCE_MISSING),
            compared=None,
            null_reasons=dict.fromkeys(_TESTED, CONFIDENCE_MISSING),
        )
    found = compare_grades(
        left,
        right,
        frame,
        terms,
        generator=_generator(left, right),
    )
    reasons: dict[str, str] = {}
    if found.p_value is None:
        few = "too-few-items" if found.difference.n_items else "no-common-items"
        reasons = dict.fromkeys(("p_value", "test", "minimum_detectable_difference"), few)
    if found.exchange_p_value is None:
        reasons |= dict.fromkeys(("exchange_p_value", "exchange_test"), "no-common-items")
    if found.table is None:
        reasons["outcomes"] = "not-plain" if terms.rule in {"binary", "target"} else "not-counts"
    return PairedTest(
        difference=found.difference,
        compared=found,
        null_reasons=reasons,
    )


def _generator(left: Grades, right: Grades) -> np.random.Generator:
    """Seeded by the pair, in either order, so that a p-value is reproducible."""
    digests = sorted(
        hashlib.sha256(grades.outcome.tobytes() + grades.confidence.tobytes()).digest()
        for grades in (left, right)
    )
    return np.random.default_rng(int.from_bytes(hashlib.sha256(b"".join(digests)).digest()))


def _side(submission: Submission, grades: Grades, frame: ItemFrame, terms: ScoringView) -> Side:
    entry = assess(grades, frame)
    return Side(
        submission=SubmissionRow.of(submission),
        score=score_under(entry, terms),
        accuracy=score_under(entry, BINARY_VIEW),
    )


_WITHHELD: Final = (*_TESTED, "categories", "items")
"""What would tell of single items, or of how the two overlap on them."""


def _public_pair(
    aligned: Aligned, terms: ScoringView, left: Grades, right: Grades, frame: ItemFrame
) -> PairedComparison:
    """The comparison that follows from the rounded shares alone."""
    sides, shares_of = [], []
    for submission, grades in ((aligned.left, left), (aligned.right, right)):
        entry = assess(grades, frame)
        shares = public_shares(entry, target=terms.target, mode=terms.mode)
        declared = public_shares(entry, target=Target(0), mode="declared")
        shares_of.append(declared)
        sides.append(
            Side(
                submission=SubmissionRow.of(submission),
                score=public_score(entry, shares, terms),
                accuracy=declared.accuracy,
                shares=declared.as_dict(),
            )
        )
    reasons = dict.fromkeys(_WITHHELD, HIDDEN)
    curve = None
    if terms.mode == "declared":
        curve = _public_curve(*shares_of)
    else:
        reasons["curve"] = HIDDEN
    paired = PairedTest(
        difference=_public_difference(sides[0].score, sides[1].score),
        compared=None,
        null_reasons=reasons,
    )
    return _comparison(aligned, terms, sides, paired, categories=None, curve=curve, items=None)


def _public_difference(left: Score, right: Score) -> Score:
    """The difference of two public figures; a paired error would tell how they overlap."""
    if left.value is None or right.value is None:
        return Score(None, n_items=left.n_items, reason=left.reason or right.reason)
    return Score(left.value - right.value, n_items=left.n_items)


def _public_curve(left: PublicShares, right: PublicShares) -> DifferenceCurve:
    curve = curve_of_shares(
        left.correct / STEPS - right.correct / STEPS, left.wrong / STEPS - right.wrong / STEPS
    )
    return DifferenceCurve.of(curve)
