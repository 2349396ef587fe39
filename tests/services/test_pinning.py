"""Submissions while the key changes: every receipt is true under the revision that it names."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event, Semaphore

from app.services.benchmarks.regrade import regrade
from app.services.benchmarks.revise import NewRevision, revise
from app.services.submissions.submit import StoredSubmission
from app.storage.database.session import Database
from app.storage.gradings import board_rows
from app.storage.revisions import list_revisions
from tests.services.regraded import SLUG, again, desk_on, keyed, published, submitted
from tests.waiting import CEILING

N, EDITS, STREAMS = 5, 4, 2


def test_every_row_is_graded_by_exactly_the_revision_it_names(database: Database) -> None:
    """Revision r takes place + r - 1; a run that answers place + s is right in it iff s = r - 1."""
    app_state = desk_on(database)
    caller = published(app_state, n_items=N)
    shift: dict[str, int] = {}
    edited = Event()
    arrived = Semaphore(0)

    def stream(first: int) -> list[tuple[int, StoredSubmission]]:
        own = desk_on(database)
        found = []
        number = first
        while not edited.wait(0.02):
            said = number % (EDITS + 1)
            answers = [str(place + said) for place in range(N)]
            found.append((said, submitted(own, caller, f"m{number}", answers)))
            arrived.release()
            number += 1
        return found

    with ThreadPoolExecutor(STREAMS) as pool:
        streams = [pool.submit(stream, 10_000 * at) for at in range(STREAMS)]
        try:
            for edit in range(1, EDITS + 1):
                # A slow machine may otherwise make all edits before the first submission is in.
                while arrived.acquire(blocking=False):
                    pass
                assert arrived.acquire(timeout=CEILING), "nothing was submitted before this edit"
                items = keyed([str(place + edit) for place in range(N)])
                whole = NewRevision(items_are="whole")
                made = again(partial(revise, app_state, caller, SLUG, whole, items))[1]
                assert regrade(app_state, made.id, stopped=lambda: False)
        finally:
            edited.set()
        receipts = [one for found in streams for one in found.result()]
    named = set()
    for said, receipt in receipts:
        shift[receipt.submission.public_id] = said
        named.add(receipt.benchmark.revision)
        assert receipt.submission.revision == receipt.benchmark.revision
        right = N if said == receipt.benchmark.revision - 1 else 0
        assert receipt.counts.correct == right, (said, receipt.benchmark.revision)
    assert len(named) > 1, "nothing was submitted between two revisions"
    with database.reading() as session:
        revisions = list_revisions(session, 1)
        assert [one.complete for one in revisions] == [True] * (EDITS + 1)
        for one in revisions:
            rows = board_rows(session, one.id, since=-1)
            for row in rows:
                right = N if shift[row.public_id] == one.number - 1 else 0
                assert row.counts.correct == right
        assert len(rows) == len(receipts)
