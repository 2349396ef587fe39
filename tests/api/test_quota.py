"""A benchmark's quota: what it says holds, at once and for everybody, or it is refused."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from app.services.submissions import quota as submission_quota
from app.storage.database.session import Database, WriteSession, open_database
from app.storage.database.tables import submission, submission_count
from app.storage.quotas import SubmissionCount, count_submission, submission_counts
from tests.served import Served

HTML = {"Accept": "text/html"}
MIDNIGHT = "T00:00:00Z"


def rows(right: int = 10) -> list[dict[str, Any]]:
    return [{"item": f"q{n}", "answer": f"a{n}" if n < right else "?"} for n in range(10)]


def stored(served: Served, slug: str = "ten") -> int:
    return len(served.read(f"/benchmarks/{slug}/submissions", limit=1_000)["data"])


def set_clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Clock":
            return cls.fromtimestamp(at.timestamp(), tz)

    monkeypatch.setattr("app.services.submissions.submit.datetime", Clock)
    monkeypatch.setattr("app.services.submissions.quota.datetime", Clock)


@pytest.mark.parametrize(
    ("quota", "pointer", "says"),
    [
        ({}, "/quota", "give total, per_day or both"),
        ({"total": None, "per_day": None}, "/quota", "give total, per_day or both"),
        ({"total": 0}, "/quota/total", "greater than or equal to 1"),
        ({"total": -3}, "/quota/total", "greater than or equal to 1"),
        ({"per_day": 0}, "/quota/per_day", "greater than or equal to 1"),
        ({"per_day": 1_000_001}, "/quota/per_day", "less than or equal to 1000000"),
        ({"total": "3"}, "/quota/total", "valid integer"),
        ({"total": True}, "/quota/total", "valid integer"),
        ({"total": 2.0}, "/quota/total", "valid integer"),
        ({"total": [3]}, "/quota/total", "valid integer"),
        ({"per_owner": 3, "total": 10}, "/quota/per_owner", "not known; remove it"),
        ({"submissions_per_day": 1}, "/quota/submissions_per_day", "not known; remove it"),
        (3, "/quota", "must be a JSON object"),
        ([], "/quota", "must be a JSON object"),
        ("much", "/quota", "must be a JSON object"),
    ],
)
def test_a_quota_that_would_limit_nothing_is_refused(
    served: Served, quota: Any, pointer: str, says: str
) -> None:
    body = {"slug": "ten", "matcher": "text", "items": [{"key": "q", "accepted": ["a"]}]}
    reply = served.request("POST", "/benchmarks", json=body | {"quota": quota})
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid-request")
    faults = {error["pointer"]: error["detail"] for error in reply.json()["errors"]}
    assert says in faults[pointer]
    assert served.client.get("/api/v1/benchmarks/ten").status_code == 404


def test_the_total_is_counted_and_refused_for_good(served: Served) -> None:
    made = served.publish(quota={"total": 2})
    assert made["quota"] == {"total": 2, "per_day": None}
    assert made["quota_left"] == {"total": 2, "today": None, "resets_at": None}
    assert made["quota_words"] == "Each owner may make 2 submissions in all."
    left = [served.submit(rows(n)).json()["quota_left"]["total"] for n in (1, 2)]
    assert left == [1, 0]
    refused = served.submit(rows(3))
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (429, "quota-exceeded")
    assert refused.headers["content-type"] == "application/problem+json"
    assert "retry-after" not in refused.headers
    assert "2 submissions in all" in problem["detail"]
    assert "none is left" in problem["detail"]
    assert problem["quota"] == {"total": 2, "per_day": None}
    assert problem["quota_left"] == {"total": 0, "today": None, "resets_at": None}
    assert stored(served) == 2


def test_the_day_is_the_utc_day_and_comes_back(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    evening = datetime(2031, 5, 6, 23, 59, 0, tzinfo=UTC)
    set_clock(monkeypatch, evening)
    served.publish(quota={"total": 5, "per_day": 2})
    first = served.submit(rows(1)).json()["quota_left"]
    assert first == {"total": 4, "today": 1, "resets_at": f"2031-05-07{MIDNIGHT}"}
    assert served.submit(rows(2)).status_code == 201
    refused = served.submit(rows(3))
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    problem = refused.json()
    assert problem["quota_left"] == {"total": 3, "today": 0, "resets_at": f"2031-05-07{MIDNIGHT}"}
    for said in ("2 submissions a day", "3 of 5 are left in all", "2031-05-07 00:00 UTC"):
        assert said in problem["detail"]
    assert stored(served) == 2

    served.publish(slug="other", quota={"total": 2, "per_day": 1})
    assert served.submit(rows(1), slug="other").status_code == 201
    assert " 1 of 2 is left in all." in served.submit(rows(2), slug="other").json()["detail"]

    set_clock(monkeypatch, evening + timedelta(seconds=60))
    own = served.request("GET", "/benchmarks/ten").json()
    assert own["quota_left"] == {"total": 3, "today": 2, "resets_at": f"2031-05-08{MIDNIGHT}"}
    assert [served.submit(rows(n)).status_code for n in (3, 4, 5)] == [201, 201, 429]
    set_clock(monkeypatch, evening + timedelta(days=3))
    last = served.submit(rows(5)).json()["quota_left"]
    assert last == {"total": 0, "today": 0, "resets_at": f"2031-05-10{MIDNIGHT}"}
    assert "retry-after" not in served.submit(rows(6)).headers


def test_what_counts_and_what_does_not(served: Served) -> None:
    """Every stored submission of the owner does, of any model or key, withdrawn or superseded."""
    served.publish(quota={"total": 4})
    served.publish(slug="other", quota={"total": 1})
    one, two = served.new_key("acme", "submit"), served.new_key("acme", "submit")
    first = served.submit(rows(1), key=one, external_id="run").json()
    again = served.submit(rows(1), key=one, external_id="run")
    assert (again.status_code, again.json()["quota_left"]["total"]) == (200, 3)
    assert served.submit([{"item": "none", "answer": "x"}], key=one).status_code == 422
    assert served.submit(rows(2), key=one, model="quill-2").status_code == 201
    assert served.submit(rows(3), key=two, external_id="run").status_code == 201
    withdrawn = served.request("POST", f"/submissions/{first['id']}/withdraw", key=one, json={})
    assert withdrawn.status_code == 200
    assert served.submit(rows(4), key=two).json()["quota_left"]["total"] == 0
    assert served.submit(rows(5), key=one).status_code == 429
    # What is stored already is found as before, also when nothing is left.
    assert served.submit(rows(4), key=two).status_code == 200
    # Others have their own, the benchmark's owner too, and so has every benchmark.
    assert served.submit(rows(5), key=served.new_key("bee", "submit")).status_code == 201
    assert served.submit(rows(6)).json()["quota_left"]["total"] == 3
    assert served.submit(rows(6), slug="other", key=one).status_code == 201
    assert served.submit(rows(7), slug="other", key=one).status_code == 429
    assert served.submit(rows(7), slug="other").json()["quota_left"]["total"] == 0


def test_each_sees_what_it_has_left_and_a_stranger_the_quota_alone(served: Served) -> None:
    served.publish(quota={"total": 20, "per_day": 3})
    key = served.new_key("acme", "submit")
    assert served.submit(rows(1), key=key).status_code == 201
    stranger = served.read("/benchmarks/ten")
    assert (stranger["quota"], stranger["quota_left"]) == ({"total": 20, "per_day": 3}, None)
    for path in ("/benchmarks/ten", "/benchmarks"):
        found = served.request("GET", path, key=key).json()
        left = found.get("data", [found])[0]["quota_left"]
        assert (left["total"], left["today"]) == (19, 2)
    words = "Each owner may make 20 submissions in all and 3 a day (UTC)."
    assert stranger["quota_words"] == words
    page = served.client.get("/benchmarks/ten/about", headers=HTML).text
    assert words in page
    assert "You have" not in page
    mine = HTML | {"Authorization": f"Bearer {key}"}
    page = served.client.get("/benchmarks/ten/about", headers=mine).text
    assert "You have 19 submissions in all, 2 of them today (UTC) left." in page
    served.publish(slug="free")
    free = served.request("GET", "/benchmarks/free", key=key).json()
    assert (free["quota"], free["quota_left"], free["quota_words"]) == (None, None, None)


def test_a_quota_in_the_address_and_at_the_desk(served: Served) -> None:
    sent = {
        "params": {"slug": "lines", "matcher": "text", "quota": '{"per_day": 7}'},
        "content": b'{"key": "q", "accepted": ["a"]}\n',
        "headers": {"Content-Type": "application/x-ndjson"},
    }
    reply = served.request("POST", "/benchmarks", **sent)
    assert (reply.status_code, reply.json()["quota"]) == (201, {"total": None, "per_day": 7})
    sent["params"] |= {"slug": "more", "quota": '{"per_hour": 7}'}
    assert served.request("POST", "/benchmarks", **sent).status_code == 422


K, STREAMS = 7, 24


def test_many_at_once_store_exactly_the_quota(served: Served) -> None:
    served.publish(quota={"per_day": K})
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda n: served.submit(rows(5), model=f"m{n}"), range(STREAMS)))
    assert sorted(reply.status_code for reply in replies) == [201] * K + [429] * (STREAMS - K)
    assert stored(served) == K
    left = {reply.json()["quota_left"]["today"] for reply in replies if reply.status_code == 201}
    assert left == set(range(K))


def test_the_check_finds_a_count_outside_the_transaction(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: what is stored is counted in a snapshot before, and nothing in the transaction."""

    def looked_up_before(
        session: WriteSession, caller: Any, benchmark_id: int, *, at: datetime
    ) -> Any:
        count_submission(session, benchmark_id=benchmark_id, owner_id=caller.owner_id, at=at)

    monkeypatch.setattr("app.services.submissions.submit.spend_quota", looked_up_before)
    gate = submission_quota.require_quota
    all_have_looked = Barrier(4)

    def slow(*wanted: Any) -> None:
        gate(*wanted)
        all_have_looked.wait(60)

    monkeypatch.setattr("app.services.submissions.submit.require_quota", slow)
    served.publish(quota={"per_day": 1})
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: served.submit(rows(5), model=f"m{n}"), range(4)))
    assert stored(served) > 1


def counts_agree(database: Database) -> None:
    with database.reading() as session:
        columns = submission_count.c
        kept = session.run(select(columns.benchmark_id, columns.owner_id, columns.total)).all()
        made = session.run(
            select(submission.c.benchmark_id, submission.c.owner_id, func.count()).group_by(
                submission.c.benchmark_id, submission.c.owner_id
            )
        ).all()
    assert sorted(map(tuple, kept)) == sorted(map(tuple, made))


def test_what_is_stored_without_a_quota_counts_too(served: Served) -> None:
    """So that a quota which is set later holds for what was there before."""
    served.publish()
    for n in range(3):
        assert served.submit(rows(n), key=served.new_key(f"o{n % 2}", "submit")).status_code == 201
    database = open_database(served.database_url)
    counts_agree(database)
    database.dispose()


def test_a_clock_that_is_set_back_does_not_lock_anybody_out(served: Served) -> None:
    served.publish()
    assert served.submit(rows(1)).status_code == 201
    database = open_database(served.database_url)
    noon = datetime(2031, 1, 2, 12, tzinfo=UTC)
    try:
        with database.reading() as session:
            benchmark_id, owner_id = session.run(
                select(submission_count.c.benchmark_id, submission_count.c.owner_id)
            ).one()

        def count(days: float) -> SubmissionCount:
            at = noon + timedelta(days=days)
            with database.writing() as session:
                return count_submission(
                    session, benchmark_id=benchmark_id, owner_id=owner_id, at=at
                )

        assert [count(0).today, count(0).today, count(1).today] == [1, 2, 1]
        # A process whose clock is a little late does not begin the day anew.
        assert [count(0.6).today, count(1).today] == [2, 3]
        # A clock that ran a year ahead and was set right does.
        assert [count(366).today, count(1).today, count(1).today] == [1, 1, 2]
        with database.reading() as session:
            at = noon + timedelta(days=1)
            found = submission_counts(session, [benchmark_id], owner_id=owner_id, at=at)
        assert found == {benchmark_id: SubmissionCount(total=9, today=2)}
    finally:
        database.dispose()
