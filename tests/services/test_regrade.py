"""Regrading beside submissions, beside itself, and after it was stopped: no row is ever missing."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from typing import Any

import pytest
from sqlalchemy import event, func, select

from app.problem import Problem
from app.services.benchmarks import regrade as regrading
from app.services.benchmarks.regrade import regrade, regrade_unfinished
from app.services.submissions import submit as submitting
from app.storage.audit_log import list_events
from app.storage.benchmarks import BoardVersion
from app.storage.database.session import Database
from app.storage.database.tables import grading
from app.storage.revisions import count_graded, find_revision
from tests.services.regraded import corrected, desk_on, published, send, wrong_or_missing
from tests.waiting import CEILING

N = 12


def going_on() -> bool:
    return False


def after(calls: int) -> Callable[[], bool]:
    """A stop that comes after so many looks."""
    left = iter(range(calls))
    return lambda: next(left, None) is None


def test_it_goes_on_where_it_stopped(database: Database) -> None:
    app_state = desk_on(database)
    caller = published(app_state, n_items=N)
    sent = {send(app_state, caller, number, n_items=N): number for number in range(9)}
    revision = corrected(app_state, caller, n_items=N)
    assert regrade(app_state, revision.id, stopped=after(4)) is False
    with database.reading() as session:
        assert count_graded(session, revision) == (4, 9)
        first = session.run(
            select(grading.c.created_at).where(grading.c.revision_id == revision.id)
        ).all()
    assert wrong_or_missing(database, sent, n_items=N)[0] == "revision 1 is shown"
    other = desk_on(database)
    assert regrade_unfinished(other) == 1
    assert wrong_or_missing(database, sent, n_items=N) == []
    with database.reading() as session:
        kept = session.run(
            select(grading.c.created_at)
            .where(grading.c.revision_id == revision.id)
            .order_by(grading.c.created_at)
            .limit(4)
        ).all()
        assert sorted(kept) == sorted(first)
    assert regrade_unfinished(other) == 0


def test_two_at_once_do_it_once(database: Database) -> None:
    app_state = desk_on(database)
    caller = published(app_state, n_items=N)
    sent = {send(app_state, caller, number, n_items=N): number for number in range(25)}
    revision = corrected(app_state, caller, n_items=N)
    desks = [desk_on(database) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        done = list(pool.map(lambda one: regrade(one, revision.id, stopped=going_on), desks))
    assert done == [True] * 3
    assert wrong_or_missing(database, sent, n_items=N) == []
    with database.reading() as session:
        actions = [one.action for one in list_events(session, limit=100)]
        rows = session.run(select(func.count()).select_from(grading)).scalar_one()
    assert actions.count("revision.complete") == 1
    assert rows == 50


def test_submissions_that_arrive_meanwhile_are_on_the_new_board(database: Database) -> None:
    app_state = desk_on(database)
    caller = published(app_state, n_items=N)
    sent = {send(app_state, caller, number, n_items=N): number for number in range(10)}

    def stream(first: int) -> dict[str, int]:
        own = desk_on(database)
        numbers = range(first, first + 12)
        return {send(own, caller, number, n_items=N): number for number in numbers}

    with ThreadPoolExecutor(4) as pool:
        streams = [pool.submit(stream, first) for first in (100, 200, 300)]
        revision = corrected(app_state, caller, n_items=N)
        assert regrade(app_state, revision.id, stopped=going_on)
        for one in streams:
            sent |= one.result()
    assert len(sent) == 46
    assert wrong_or_missing(database, sent, n_items=N) == []


def graded_before_and_stored_after(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """A submission graded under the old key that takes its place when the new board is shown."""
    app_state = desk_on(database)
    caller = published(app_state, n_items=N)
    sent = {send(app_state, caller, 1, n_items=N): 1}
    judged, shown, real = Event(), Event(), submitting.evaluate_rows

    def held(*given: Any) -> Any:
        found = real(*given)
        judged.set()
        assert shown.wait(CEILING)
        return found

    monkeypatch.setattr(submitting, "evaluate_rows", held)
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(send, app_state, caller, 5, n_items=N)
        assert judged.wait(CEILING)
        revision = corrected(desk_on(database), caller, n_items=N)
        assert regrade(desk_on(database), revision.id, stopped=going_on)
        shown.set()
        sent[late.result()] = 5
    return wrong_or_missing(database, sent, n_items=N)


def test_the_latest_of_all_is_graded_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert graded_before_and_stored_after(database, monkeypatch) == []


def test_the_check_finds_a_submission_that_did_not_look(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without the second look at the revision the row would be missing."""
    real = submitting.board_version

    def blind(*given: Any) -> BoardVersion | None:
        seen = real(*given)
        return None if seen is None else replace(seen, revision=1)

    monkeypatch.setattr(submitting, "board_version", blind)
    faults = graded_before_and_stored_after(database, monkeypatch)
    assert [fault.partition(" ")[2] for fault in faults] == ["is missing"]


def test_newcomers_without_end_do_not_keep_it_from_ending(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    app_state = desk_on(database)
    caller = published(app_state, n_items=N)
    sent = {send(app_state, caller, 0, n_items=N): 0}
    real = regrading._left

    def and_one_more(*given: Any) -> Any:
        """Whenever nothing is left somebody submits."""
        left = real(*given)
        if not left:
            number = len(sent)
            sent[send(app_state, caller, number, n_items=N)] = number
        return left

    monkeypatch.setattr(regrading, "_left", and_one_more)
    revision = corrected(app_state, caller, n_items=N)
    assert regrade(app_state, revision.id, stopped=going_on)
    assert len(sent) == regrading.PATIENCE + 1
    assert wrong_or_missing(database, sent, n_items=N) == []


def test_a_database_that_fails_for_a_while_is_waited_for(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.state.retries.PAUSE_SECONDS", 0.0)
    app_state = desk_on(database)
    caller = published(app_state, n_items=N)
    sent = {send(app_state, caller, number, n_items=N): number for number in range(4)}
    revision = corrected(app_state, caller, n_items=N)
    failures = iter(range(5))

    def fail(_: object) -> None:
        if next(failures, None) is not None:
            raise Problem("unavailable", "the database restarts", retry_after=1)

    event.listen(database.engine, "commit", fail)
    assert regrade(app_state, revision.id, stopped=going_on)
    event.remove(database.engine, "commit", fail)
    assert next(failures, None) is None
    assert wrong_or_missing(database, sent, n_items=N) == []
    with database.reading() as session:
        found = find_revision(session, revision.id)
    assert found is not None
    assert found.complete
