"""Reading revisions: the progress of their regrade, and the rank changes they caused."""

from dataclasses import dataclass

from app.problem import Problem
from app.services.benchmarks.regrade import ask_regrade
from app.services.board.rank_movements import Moves, moves_between
from app.services.state.app_state import AppState
from app.storage.benchmarks import Benchmark, benchmark_at
from app.storage.database.rows import present
from app.storage.database.session import ReadSession
from app.storage.revisions import Revision, count_graded, list_revisions


@dataclass(frozen=True, slots=True)
class RevisionView:
    """A revision; `graded` of `submissions` are graded under it, and while it is not complete its
    board is not shown. `moves` is None before it is complete, and of the first revision."""

    revision: Revision
    graded: int
    submissions: int
    moves: Moves | None


def revisions_of(session: ReadSession, app_state: AppState, benchmark: Benchmark) -> list[Revision]:
    """All revisions, oldest first; one that a process left half graded is taken up again."""
    revisions = list_revisions(session, benchmark.id)
    for revision in revisions:
        if not revision.complete:
            ask_regrade(app_state, revision.id)
    return revisions


def revision_view(
    session: ReadSession, app_state: AppState, benchmark: Benchmark, number: int
) -> RevisionView:
    """One revision, with who moved once it is complete. Raises `not-found`."""
    by_number = {
        revision.number: revision for revision in revisions_of(session, app_state, benchmark)
    }
    if number not in by_number:
        raise Problem("not-found", "There is no benchmark with that revision at this address.")
    revision = by_number[number]
    graded, submissions = count_graded(session, revision)
    moves = None
    if revision.complete and number - 1 in by_number:
        before, after = (
            present(benchmark_at(session, known.id), f"Revision {known.number} of {benchmark.slug}")
            for known in (by_number[number - 1], revision)
        )
        moves = moves_between(session, app_state, before, after)
    return RevisionView(revision, graded, submissions, moves)
