"""A submission with its rank, its neighbours and its categories at one target.

What `describe` gives is the submission alone, whatever the target; here it is seen among others,
under the rule, target and mode of a reader's choice. On a hidden benchmark every figure is made
from what the public may see.
"""

from dataclasses import dataclass, replace
from typing import Final

from app.scoring.assess import (
    Assessed,
    assess,
    attempted_shares,
)
from app.scoring.grades import Grades, Outcome
from app.scoring.metrics.rates import outcome_rate
from app.scoring.profile import ScoreProfile
from app.scoring.rules import ScoringView
from app.scoring.score import Score
from app.scoring.stack import score_under
from app.services.access.public_view import (
    STEPS,
    PublicView,
    check_public_view,
    public_score,
    public_shares,
)
from app.services.board.leaderboard import View, leaderboard
from app.services.board.schemas import Leaderboard, Standing, Unranked
from app.services.state.app_state import AppState
from app.storage.benchmarks import Benchmark
from app.storage.database.session import ReadSession
from app.storage.submissions import Submission, list_submissions

MOST_CATEGORIES: Final = 40
ATTEMPTS_SHOWN: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryPart:
    """A submission on the items of one category: shares of them by outcome, and the score."""

    category: str
    n_items: int
    right: float
    wrong: float
    abstained: float
    score: Score
    selective_accuracy: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionContext:
    """A submission among others under `terms`.

    `standing` is None where it has no place, and `unranked` says why. `above` and `below` are its
    neighbours. `profile` and `categories` are None on hidden benchmarks, the latter also
    where the benchmark names none.
    """

    terms: ScoringView
    score: Score
    shares: tuple[float, float]
    standing: Standing | None
    unranked: Unranked | None
    above: Standing | None
    below: Standing | None
    board: Leaderboard
    profile: ScoreProfile | None
    n_items: int
    categories: tuple[CategoryPart, ...] | None
    attempts: tuple[Submission, ...]


def submission_context(
    session: ReadSession,
    app_state: AppState,
    benchmark: Benchmark,
    submission: Submission,
    terms: ScoringView,
    grades: Grades,
) -> SubmissionContext:
    """The submission with these `grades` under `terms`.

    Raises `hidden-gold` or `invalid-request` for a view that a hidden benchmark does not show.
    """
    check_public_view(benchmark, terms)
    revision_data = app_state.revision_cache.of(session, benchmark)
    entry = assess(grades, revision_data.frame)
    is_open = PublicView.of(benchmark).exact_figures
    board, standing = _board(session, app_state, benchmark, submission, terms)
    above, below = _neighbours(board, submission)
    if is_open:
        shares = attempted_shares(entry, terms.target, terms.mode)
        score = score_under(entry, terms)
    else:
        public = public_shares(entry, target=terms.target, mode=terms.mode)
        shares = public.correct / STEPS, public.wrong / STEPS
        score = public_score(entry, public, terms)
    return SubmissionContext(
        terms=terms,
        score=score,
        shares=shares,
        standing=standing,
        unranked=next(
            (one for one in board.unranked if one.submission == submission.public_id), None
        ),
        above=above,
        below=below,
        board=board,
        profile=entry.profile if is_open else None,
        n_items=revision_data.n_items,
        categories=_categories(grades, entry, terms) if is_open else None,
        attempts=tuple(attempts_of_model(session, benchmark, submission)),
    )


def _board(
    session: ReadSession,
    app_state: AppState,
    benchmark: Benchmark,
    submission: Submission,
    terms: ScoringView,
) -> tuple[Leaderboard, Standing | None]:
    """The board with the submission's row in it, looked for a thousand rows at a time."""
    view = View.of(terms, limit=1_000)
    seen = replace(benchmark, version=max(benchmark.version, submission.changed))
    while True:
        board = leaderboard(session, app_state, seen, view)
        row = _row_of(board, submission)
        view = replace(view, offset=view.offset + view.limit)
        if row is not None or view.offset >= board.total:
            return board, row


def _row_of(board: Leaderboard, submission: Submission) -> Standing | None:
    return next((one for one in board.standings if one.submission == submission.public_id), None)


def _neighbours(
    board: Leaderboard, submission: Submission
) -> tuple[Standing | None, Standing | None]:
    rows = board.standings
    for at, row in enumerate(rows):
        if row.submission == submission.public_id:
            return (
                rows[at - 1] if at else None,
                rows[at + 1] if at + 1 < len(rows) else None,
            )
    return None, None


def _categories(
    grades: Grades, entry: Assessed, terms: ScoringView
) -> tuple[CategoryPart, ...] | None:
    frame = entry.items
    if frame.category is None:
        return None
    parts = []
    for code, name in enumerate(frame.category_names):
        items = (frame.category == code).nonzero()[0]
        if not len(items):
            continue
        part = assess(grades.only(items), frame.only(items))
        score = score_under(part, terms)
        right, wrong, silent = (
            outcome_rate(part, outcome).value or 0.0
            for outcome in (Outcome.CORRECT, Outcome.WRONG, Outcome.ABSTAINED)
        )
        parts.append(
            CategoryPart(
                category=name,
                n_items=len(items),
                right=right,
                wrong=wrong,
                abstained=silent,
                score=score,
                selective_accuracy=right / (right + wrong) if right + wrong else None,
            )
        )
    largest = sorted(parts, key=lambda part: -part.n_items)[:MOST_CATEGORIES]
    return tuple(largest)


def attempts_of_model(
    session: ReadSession, benchmark: Benchmark, submission: Submission
) -> list[Submission]:
    """Every attempt of the same model, newest first."""
    named = list_submissions(
        session,
        benchmark_id=benchmark.id,
        limit=1_000,
        model=submission.model.name,
        owner=submission.owner,
    )
    return [one for one in named if one.model.id == submission.model.id][:ATTEMPTS_SHOWN]
