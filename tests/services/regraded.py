"""A benchmark with submissions, and the check that a revision's board holds them all, right."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from app.demo.bundle import item_columns
from app.intake.columns import ItemColumns, prediction_columns
from app.problem import Problem
from app.services.access.callers import Caller
from app.services.access.keys import demo_caller
from app.services.benchmarks.publish import NewBenchmark, publish
from app.services.benchmarks.revise import NewRevision, revise
from app.services.board.schemas import Model
from app.services.state.app_state import AppState
from app.services.state.board_cache import BoardCache
from app.services.state.revision_cache import RevisionCache
from app.services.submissions.submit import NewSubmission, StoredSubmission, submit
from app.storage.benchmarks import find_benchmark
from app.storage.database.session import Database
from app.storage.gradings import board_rows
from app.storage.revisions import Revision
from tests.confidences import confidences

SLUG = "places"
Result = TypeVar("Result")


def desk_on(database: Database) -> AppState:
    """A desk of its own, as another process would have."""
    return AppState(database, RevisionCache(most_bytes=1 << 26), BoardCache(), 1_000_000)


def keyed(answers: Sequence[str]) -> ItemColumns:
    """Items q0, q1, … with one accepted answer each."""
    n = len(answers)
    return item_columns(
        [f"q{place}" for place in range(n)],
        questions=[None] * n,
        accepted=[[answer] for answer in answers],
        categories=[None] * n,
    )


def published(app_state: AppState, *, n_items: int) -> Caller:
    """Publishes items whose answers are their places; the caller who may do all."""
    with app_state.database.writing() as session:
        caller = demo_caller(session)
        new = NewBenchmark(slug=SLUG, matcher="exact", missing_limit=1)
        publish(session, caller, new, keyed([str(place) for place in range(n_items)]))
    return caller


def send(app_state: AppState, caller: Caller, number: int, *, n_items: int) -> str:
    """A submission of model `number`: right on its first `number` items, else one too many."""
    answers = [str(place + (place >= number % (n_items + 1))) for place in range(n_items)]
    return submitted(app_state, caller, f"m{number}", answers).submission.public_id


def submitted(
    app_state: AppState, caller: Caller, model: str, answers: list[str]
) -> StoredSubmission:
    """One model's answers, all at the same confidence."""
    columns = prediction_columns(
        item=[f"q{place}" for place in range(len(answers))],
        answer=list(answers),
        confidence=confidences([9_000] * len(answers)),
        digest=f"{model}{answers}".encode(),
    )
    new = NewSubmission(model=Model(model))
    return again(lambda: submit(app_state, caller, SLUG, new, columns))


def again(work: Callable[[], Result]) -> Result:
    """What a client does with 503: it sends the same request again."""
    for _ in range(20):
        try:
            return work()
        except Problem as problem:
            if problem.code != "unavailable":
                raise
    return work()


def corrected(app_state: AppState, caller: Caller, *, n_items: int) -> Revision:
    """A revision under which every answer is its place plus one."""
    items = keyed([str(place + 1) for place in range(n_items)])
    new = NewRevision(items_are="whole", note="One too few.")
    return again(lambda: revise(app_state, caller, SLUG, new, items))[1]


def wrong_or_missing(database: Database, sent: dict[str, int], *, n_items: int) -> list[str]:
    """What is wrong with the newest board, which should be the second revision's."""
    with database.reading() as session:
        benchmark = find_benchmark(session, SLUG)
        assert benchmark is not None
        rows = board_rows(session, benchmark.revision_id, since=-1)
    faults = [] if benchmark.revision == 2 else [f"revision {benchmark.revision} is shown"]
    found = {row.public_id: row.counts.correct for row in rows}
    faults += [f"{name} is missing" for name in sent if name not in found]
    faults += [f"{name} is not ours" for name in found if name not in sent]
    faults += [
        f"{name} has {found[name]} right"
        for name, number in sent.items()
        if name in found and found[name] != n_items - number % (n_items + 1)
    ]
    return faults
