"""Owners put things right: change, archive and delete a benchmark, erase a submission's answers."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from app.api.openapi.request_bodies import PATCH as EXAMPLE
from app.main import create_app
from app.scoring.targets import Target
from app.services.benchmarks import delete, regrade
from app.services.benchmarks import erasure as erasures
from app.services.benchmarks.erasure import resume_erasures
from app.services.benchmarks.schemas import Benchmark
from app.services.board.leaderboard import leaderboard
from app.services.board.ranking import View
from app.services.board.threshold_sweep import sweep_for
from app.services.submissions import submit as submitting
from app.services.submissions.schemas import SubmissionDetail, SubmissionRow
from app.settings import Settings
from app.storage.benchmarks import find_benchmark
from app.storage.database.session import open_database
from tests.conforming import assert_conforms
from tests.served import Served
from tests.waiting import CEILING

ROWS = [{"item": f"q{n}", "answer": f"a{n}", "confidence": 0.9} for n in range(10)]
CANARY = "zanzibar-canary-8151"
OPEN = ("title", "description", "source", "default_target", "default_mode", "fixed_targets")


def patch(served: Served, body: Any, *, slug: str = "ten", **wanted: Any) -> httpx2.Response:
    return served.request("PATCH", f"/benchmarks/{slug}", json=body, **wanted)


def settled(served: Served) -> None:
    """Waits until what was deleted and erased has left the tables."""
    app: Any = served.client.app
    assert app.state.context.app_state.erasures.settle(seconds=CEILING)


def deleted(served: Served, slug: str = "ten", *, reason: str = "x", **wanted: Any) -> None:
    """Deletes a benchmark, which must succeed, and waits until nothing of it is left."""
    reply = served.request(
        "DELETE", f"/benchmarks/{slug}", params={"reason": reason} if reason else {}, **wanted
    )
    assert reply.status_code in {202, 204}, reply.text
    settled(served)


def erased(served: Served, submission: str, **wanted: Any) -> httpx2.Response:
    """Erases a submission's answers and waits until none is left; the reply whatever it is."""
    body = {"reason": wanted.pop("reason", "")}
    reply = served.request("POST", f"/submissions/{submission}/erase", json=body, **wanted)
    settled(served)
    return reply


def actions(served: Served) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = served.request("GET", "/audit").json()["data"]
    return found


def rows_of(database_url: str, table: str) -> int:
    database = open_database(database_url)
    try:
        with database.reading() as session:
            return int(session.run(text(f"SELECT count(*) FROM {table}")).scalar_one())
    finally:
        database.dispose()


@contextmanager
def another_process(served: Served) -> Iterator[TestClient]:
    """A second application on the same database, with caches of its own."""
    app = create_app(Settings(database_url=served.database_url, reads_per_minute=100_000))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


# Change


def test_a_patch_changes_what_it_names_and_keeps_the_rest(served: Served) -> None:
    before = served.publish(description="Ten questions.", training={
        "n_examples": 10, "n_singletons": 2, "min_error_set": 1})  # fmt: skip
    wanted = {"title": "Ten facts", "default_target": 0.9, "default_mode": "threshold",
              "missing_limit": 0.5, "ranked_attempt": "best", "source": "a book",
              "fixed_targets": [0.9, 0.5]}  # fmt: skip
    reply = patch(served, wanted)
    assert reply.status_code == 200, reply.text
    after = reply.json()
    assert_conforms(Benchmark, after)
    changed = {name for name in before if before[name] != after.get(name, None)}
    assert changed == {*wanted, "version"}
    assert after["fixed_targets"] == [0.5, 0.9]
    assert after["description"] == "Ten questions."
    assert reply.headers["etag"] == served.client.get("/api/v1/benchmarks/ten").headers["etag"]
    event = actions(served)[0]
    assert (event["action"], event["subject"]) == ("benchmark.change", before["id"])
    assert event["detail"]["slug"] == "ten"
    assert event["detail"]["before"]["title"] == before["title"]
    assert event["detail"]["after"]["default_target"] == 0.9
    assert set(event["detail"]["after"]) == set(wanted)
    board = served.read("/benchmarks/ten/leaderboard")
    assert (board["target"], board["mode"]) == (0.9, "threshold")


def test_null_clears_and_members_merge(served: Served) -> None:
    served.publish(title="Ten", source="a book", training={
        "n_examples": 10, "n_singletons": 2, "min_error_set": 1})  # fmt: skip
    body = {"title": None, "source": None, "training": {"n_singletons": 3}}
    after = patch(served, body, headers={"Content-Type": "application/merge-patch+json"}).json()
    assert (after["title"], after["source"]) == ("ten", "")
    assert after["training"] == {"n_examples": 10, "n_singletons": 3, "min_error_set": 1}
    assert patch(served, {"training": None}).json()["training"] is None


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "Nothing would change"),
        ([], "Nothing would change"),
        ({"titel": "x"}, "not known"),
        ({"mode": "hidden"}, "publish a new benchmark"),
        ({"matcher": "exact"}, "revision"),
        ({"abstention_phrases": ["no"]}, "revision"),
        ({"items": []}, "revision"),
        ({"slug": "eleven"}, "address for good"),
        ({"owner": "me"}, "cannot be set"),
        ({"archived_at": None}, "/archive"),
        ({"visibility": None}, "cannot be cleared"),
        ({"default_target": None}, "cannot be cleared"),
        ({"visibility": "secret"}, "/visibility"),
        ({"default_target": 1}, "/default_target"),
        ({"missing_limit": 2}, "/missing_limit"),
        ({"title": "x\u0000"}, "/title"),
        ({"training": {"n_singletons": 1}}, "/training"),
    ],
)
def test_what_cannot_be_changed_is_said_in_words(served: Served, body: Any, says: str) -> None:
    before = served.publish()
    reply = patch(served, body)
    assert reply.status_code == 422
    assert says in reply.text
    assert served.read("/benchmarks/ten") == before


def test_every_fault_of_a_patch_is_told_at_once(served: Served) -> None:
    served.publish()
    reply = patch(served, {"mode": "hidden", "titel": "x", "visibility": None})
    assert [one["pointer"] for one in reply.json()["errors"]] == ["/mode", "/titel", "/visibility"]
    assert patch(served, "{", headers={"Content-Type": "text/plain"}).status_code == 415


def test_a_hidden_benchmark_keeps_its_targets(served: Served) -> None:
    served.publish(mode="hidden", fixed_targets=[0.5, 0.75])
    assert "fixed when it is published" in patch(served, {"fixed_targets": [0.5]}).text
    assert patch(served, {"default_mode": "threshold", "default_target": 0.9}).status_code == 422
    assert patch(served, {"default_mode": "threshold", "default_target": 0.5}).status_code == 200
    assert patch(served, {"default_target": 0.6}).status_code == 422


def test_if_match_names_the_state_that_was_seen(served: Served) -> None:
    served.publish()
    seen = served.client.get("/api/v1/benchmarks/ten").headers["etag"]
    assert patch(served, {"title": "A"}, headers={"If-Match": seen}).status_code == 200
    stale = patch(served, {"title": "B"}, headers={"If-Match": seen})
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    assert served.read("/benchmarks/ten")["title"] == "A"
    for method, path in (("POST", "/archive"), ("POST", "/unarchive"), ("DELETE", "")):
        reply = served.request(method, f"/benchmarks/ten{path}", headers={"If-Match": seen})
        assert reply.status_code == 412
    assert patch(served, {"title": "B"}, headers={"If-Match": f'"v0", {stale_now(served)}'})


def stale_now(served: Served) -> str:
    tag: str = served.client.get("/api/v1/benchmarks/ten").headers["etag"]
    return tag


def test_of_two_patches_of_one_state_one_wins(served: Served) -> None:
    served.publish()
    for turn in range(6):
        seen = stale_now(served)
        with ThreadPoolExecutor(2) as pool:
            sent = [
                pool.submit(patch, served, {"title": f"{turn}-{n}"}, headers={"If-Match": seen})
                for n in range(2)
            ]
            got = sorted(one.result().status_code for one in sent)
        assert got == [200, 412]


def test_a_patch_that_says_what_is_so_changes_nothing(served: Served) -> None:
    before = served.publish()
    assert patch(served, {"title": before["title"]}).json() == served.read("/benchmarks/ten")
    assert served.read("/benchmarks/ten")["version"] == before["version"]
    assert actions(served)[0]["action"] == "benchmark.publish"


def test_the_example_of_the_document_is_taken(served: Served) -> None:
    served.publish()
    assert patch(served, EXAMPLE).status_code == 200


PUBLIC = [
    "/api/v1/benchmarks/ten",
    "/api/v1/benchmarks/ten/items",
    "/api/v1/benchmarks/ten/prompt",
    "/api/v1/benchmarks/ten/leaderboard",
    "/api/v1/benchmarks/ten/submissions",
    "/api/v1/benchmarks/ten/revisions",
    "/api/v1/benchmarks/ten/revisions/1",
    "/api/v1/benchmarks/ten/behaviour",
    "/api/v1/submissions/{sub}",
    "/api/v1/submissions/{sub}/predictions",
    "/api/v1/compare?a={sub}&b={sub}",
    "/benchmarks/ten",
    "/benchmarks/ten/about",
    "/benchmarks/ten/dial.json",
    "/benchmarks/ten/badge.svg",
    "/benchmarks/ten/share.svg",
    "/benchmarks/ten/chart.svg",
    "/submissions/{sub}",
    "/submissions/{sub}/mistakes",
    "/submissions/{sub}/items/q0",
    "/compare?a={sub}&b={sub}",
]


def told(client: TestClient, sub: str, **headers: str) -> dict[str, int]:
    return {path: client.get(path.format(sub=sub), headers=headers).status_code for path in PUBLIC}


def body_like_absent(client: TestClient, sub: str) -> None:
    """Every address answers a stranger as one that never was, in every word but its own name."""
    none, shape = "sub_" + "0" * 26, re.compile(r"req_\w+|Nov|\bten\b|\bnil\b|sub_\w+")
    for path in PUBLIC:
        here = client.get(path.format(sub=sub))
        there = client.get(path.replace("/ten", "/nil").format(sub=none))
        assert here.status_code == there.status_code == 404, path
        assert shape.sub("", here.text) == shape.sub("", there.text), path
        known = {name for name in here.headers if name not in {"x-request-id", "server-timing"}}
        assert known == {n for n in there.headers if n not in {"x-request-id", "server-timing"}}


def test_what_becomes_private_is_gone_for_strangers_everywhere_at_once(served: Served) -> None:
    served.publish()
    sub = served.submit(ROWS).json()["id"]
    with another_process(served) as other:
        assert set(told(served.client, sub).values()) == {200}
        assert set(told(other, sub).values()) == {200}
        tag = other.get("/api/v1/benchmarks/ten/leaderboard").headers["etag"]
        badge = other.get("/benchmarks/ten/badge.svg").headers["etag"]
        assert patch(served, {"visibility": "private"}).status_code == 200
        for client in (served.client, other):
            body_like_absent(client, sub)
            assert "ten" not in {
                one["slug"] for one in client.get("/api/v1/benchmarks").json()["data"]
            }
            assert "/benchmarks/ten" not in client.get("/").text
            for path, seen in (("/api/v1/benchmarks/ten/leaderboard", tag),
                               ("/benchmarks/ten/badge.svg", badge)):  # fmt: skip
                assert client.get(path, headers={"If-None-Match": seen}).status_code == 404
        own = {"Authorization": f"Bearer {served.admin}"}
        assert set(told(other, sub, **own).values()) == {200}
        reply = other.get("/api/v1/benchmarks/ten/leaderboard", headers=own)
        assert reply.headers["cache-control"] == "private, no-store"
        assert patch(served, {"visibility": "public"}).status_code == 200
        assert set(told(other, sub).values()) == {200}


def test_other_processes_rank_by_the_new_policy(served: Served) -> None:
    served.publish(missing_limit=0.5)
    served.submit(ROWS, model="whole")
    served.submit(ROWS[:6], model="part")
    with another_process(served) as other:
        path = "/api/v1/benchmarks/ten/leaderboard"
        first = other.get(path)
        assert len(first.json()["data"]) == 2
        patch(served, {"missing_limit": 0, "default_target": 0.5})
        then = other.get(path, headers={"If-None-Match": first.headers["etag"]})
        assert then.status_code == 200
        assert [row["model"]["name"] for row in then.json()["data"]] == ["whole"]
        assert then.json()["target"] == 0.5
        assert other.get("/benchmarks/ten/dial.json").text.count("part") == 0


def test_rank_ranges_follow_the_policy(served: Served) -> None:
    served.publish(missing_limit=0.5)
    served.submit(ROWS, model="whole")
    served.submit(ROWS[:6], model="part")
    served.read("/benchmarks/ten/leaderboard")
    served.settle()
    assert len(served.read("/benchmarks/ten/leaderboard")["data"][0]["tied_with"] or []) <= 1
    patch(served, {"missing_limit": 0, "default_target": 0.6})
    served.read("/benchmarks/ten/leaderboard")
    served.settle()
    board = served.read("/benchmarks/ten/leaderboard")
    assert [row["rank_range"] for row in board["data"]] == [[1, 1]]


ACTS: list[tuple[str, str, Any]] = [
    ("PATCH", "/benchmarks/ten", {"title": "x"}),
    ("POST", "/benchmarks/ten/archive", {}),
    ("POST", "/benchmarks/ten/unarchive", {}),
    ("DELETE", "/benchmarks/ten?reason=x", None),
]


def test_a_reader_who_holds_the_older_policy_leaves_nothing_behind(served: Served) -> None:
    """One that read the benchmark before it was changed, and its board afterwards."""
    served.publish(missing_limit=0.5)
    served.submit(ROWS, model="whole")
    served.submit(ROWS[:6], model="part")
    app: Any = served.client.app
    app_state = app.state.context.app_state
    with app_state.database.reading() as session:
        old = find_benchmark(session, "ten")
    assert old is not None
    patch(served, {"missing_limit": 0})
    with app_state.database.reading() as session:
        new = find_benchmark(session, "ten")
        assert new is not None
        app_state.boards.current(session, app_state.revision_cache, new)
        view = View(target=Target(7_500), mode="declared")
        leaderboard(session, app_state, old, view)
        board = app_state.boards.current(session, app_state.revision_cache, old)
        assert len(sweep_for(app_state.sweeps, board, old, view).indices) == 2
    served.settle()
    assert len(served.client.get("/benchmarks/ten/dial.json").json()["models"]) == 1
    served.read("/benchmarks/ten/leaderboard")
    served.settle()
    found = served.read("/benchmarks/ten/leaderboard")
    assert [row["rank_range"] for row in found["data"]] == [[1, 1]]


def test_only_the_maintainer_changes(served: Served) -> None:
    served.publish()
    for scopes in (("submit",), ("maintain", "submit")):
        key = served.new_key("somebody", *scopes)
        for method, path, body in ACTS:
            assert served.request(method, path, key=key, json=body).status_code == 403
    for method, path, body in ACTS:
        assert served.client.request(method, f"/api/v1{path}", json=body).status_code == 401


def test_a_private_benchmark_is_as_absent_to_strangers(served: Served) -> None:
    served.publish(visibility="private")
    key = served.new_key("somebody", "maintain", "submit")
    for method, path, body in ACTS:
        here = served.request(method, path, key=key, json=body)
        there = served.request(method, path.replace("ten", "nil"), key=key, json=body)
        assert here.status_code == there.status_code == 404
        assert here.json()["detail"] == there.json()["detail"]


# Archive


def test_an_archived_benchmark_is_read_only_and_off_the_list(served: Served) -> None:
    served.publish()
    sub = served.submit(ROWS, headers={"Idempotency-Key": "once"}).json()["id"]
    reply = served.request("POST", "/benchmarks/ten/archive", json={"reason": "Saturated."})
    assert reply.status_code == 200, reply.text
    assert reply.json()["archived_reason"] == "Saturated."
    again = served.request("POST", "/benchmarks/ten/archive", json={"reason": "Other."})
    assert again.json() == reply.json()
    assert served.read("/benchmarks")["data"] == []
    assert [one["slug"] for one in served.read("/benchmarks", archived=True)["data"]] == ["ten"]
    assert served.read("/benchmarks/ten/leaderboard")["data"][0]["submission"] == sub
    refused = [
        served.submit(ROWS, model="late"),
        patch(served, {"title": "x"}),
        served.request("POST", "/benchmarks/ten/revisions", json={"removed": ["q0"]}),
        served.request("POST", f"/submissions/{sub}/withdraw", json={}),
    ]
    assert [one.status_code for one in refused] == [409] * 4
    assert all("archived since" in one.json()["detail"] for one in refused)
    replay = served.submit(ROWS, headers={"Idempotency-Key": "once"})
    assert (replay.status_code, replay.json()["id"]) == (200, sub)
    back = served.request("POST", "/benchmarks/ten/unarchive")
    assert (back.status_code, back.json()["archived_at"]) == (200, None)
    assert served.submit(ROWS, model="late").status_code == 201
    assert [one["slug"] for one in served.read("/benchmarks")["data"]] == ["ten"]
    found = [one["action"] for one in actions(served)]
    assert found.count("benchmark.archive") == found.count("benchmark.unarchive") == 1


def test_a_submission_cannot_slip_into_an_archive(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Archived while it was being graded: refused in the same words, and nothing is stored."""
    served.publish()
    grade = submitting.evaluate_rows

    def slowly(*args: Any) -> Any:
        served.request("POST", "/benchmarks/ten/archive", json={})
        return grade(*args)

    monkeypatch.setattr(submitting, "evaluate_rows", slowly)
    assert served.submit(ROWS).status_code == 409
    assert rows_of(served.database_url, "submission") == rows_of(served.database_url, "prediction")


# Delete


def test_a_deleted_benchmark_leaves_a_tombstone_and_nothing_else(served: Served) -> None:
    served.publish(description=CANARY)
    sub = served.submit(ROWS).json()["id"]
    bound = served.new_key("guest", "submit", benchmark="ten")
    deleted(served, reason="It was a test.")
    for table in ("submission", "prediction", "grading", "revision", "revision_item", "item",
                  "model", "option_probs"):  # fmt: skip
        assert rows_of(served.database_url, table) == 0, table
    with another_process(served) as other:
        for client in (served.client, other):
            assert set(told(client, sub).values()) == {410}
            said = client.get("/api/v1/benchmarks/ten").json()
            assert said["code"] == "gone"
            assert re.fullmatch(
                r"ten was deleted on \d{4}-\d\d-\d\d: It was a test\.", said["detail"]
            )
            assert client.get("/api/v1/benchmarks").json()["data"] == []
    assert served.submit(ROWS).status_code == 410
    assert patch(served, {"title": "x"}).status_code == 410
    assert served.request("DELETE", "/benchmarks/ten").status_code == 410
    taken = served.request("POST", "/benchmarks", json={
        "slug": "ten", "matcher": "text", "items": [{"key": "q", "accepted": ["a"]}]})  # fmt: skip
    assert taken.status_code == 409
    assert served.request("GET", "/benchmarks", key=bound).status_code == 401
    event = actions(served)[0]
    assert (event["action"], event["detail"]["reason"]) == ("benchmark.delete", "It was a test.")


def test_a_private_one_is_as_absent_after_as_before(served: Served) -> None:
    served.publish(visibility="private")
    sub = served.submit(ROWS).json()["id"]
    deleted(served)
    body_like_absent(served.client, sub)
    own = {"Authorization": f"Bearer {served.admin}"}
    assert set(told(served.client, sub, **own).values()) == {410}


def test_who_may_delete(served: Served) -> None:
    house = served.new_key("house", "maintain", "submit")
    body = {"slug": "own", "matcher": "text", "items": [{"key": "q0", "accepted": ["a0"]}]}
    served.request("POST", "/benchmarks", key=house, json=body)
    guest = served.new_key("guest", "submit")
    sub = served.submit(ROWS[:1], slug="own", key=guest).json()["id"]
    served.request("POST", f"/submissions/{sub}/withdraw", key=guest, json={})
    refused = served.request("DELETE", "/benchmarks/own?reason=x", key=house)
    assert refused.status_code == 409
    assert "1 submission of others" in refused.json()["detail"]
    silent = served.request("DELETE", "/benchmarks/own")
    assert (silent.status_code, "Say why" in silent.json()["detail"]) == (422, True)
    deleted(served, "own")
    served.request("POST", "/benchmarks", key=house, json=body | {"slug": "mine"})
    served.submit(ROWS[:1], slug="mine", key=house)
    deleted(served, "mine", reason="", key=house)


def test_deleting_while_others_submit_leaves_nothing_half(served: Served) -> None:
    for turn in range(4):
        slug = f"race-{turn}"
        served.publish(slug=slug)
        with ThreadPoolExecutor(4) as pool:
            sent = [pool.submit(served.submit, ROWS, slug=slug, model=f"m{n}") for n in range(6)]
            gone = pool.submit(served.request, "DELETE", f"/benchmarks/{slug}?reason=x")
        assert gone.result().status_code in {202, 204}
        assert {one.result().status_code for one in sent} <= {201, 410}
    settled(served)
    for table in ("submission", "prediction", "grading", "revision", "item", "model"):
        assert rows_of(served.database_url, table) == 0, table


def test_what_a_dead_process_left_is_erased_by_the_next(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.publish()
    erased = served.submit(ROWS, model="erased").json()["id"]
    served.publish(slug="other")
    served.submit(ROWS, slug="other")
    monkeypatch.setattr(delete, "ask_erasure", lambda *_: None)
    assert served.request("DELETE", "/benchmarks/other?reason=x").status_code == 202
    assert served.request("POST", f"/submissions/{erased}/erase", json={}).status_code == 200
    assert rows_of(served.database_url, "prediction") == 20
    detail = served.client.get("/api/v1/benchmarks/other").json()["detail"]
    assert "being erased" in detail
    assert served.request("GET", f"/submissions/{erased}/predictions").status_code == 410
    with another_process(served) as other:
        assert other.app.state.context.app_state.erasures.settle(seconds=CEILING)  # type: ignore[attr-defined]
        assert other.get("/api/v1/benchmarks/other").status_code == 410
    assert rows_of(served.database_url, "prediction") == 0
    assert rows_of(served.database_url, "item") == 10


def test_erasing_goes_by_small_steps(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.storage.erasure.ROWS", 3)
    served.publish()
    sub = served.submit(ROWS).json()["id"]
    seen: list[int] = []
    step = erasures._step

    def watched(*args: Any) -> bool:
        more = step(*args)
        seen.append(rows_of(served.database_url, "prediction"))
        return more

    monkeypatch.setattr(erasures, "_step", watched)
    erased(served, sub)
    assert seen == [7, 4, 1, 0, 0]
    deleted(served)
    assert rows_of(served.database_url, "revision_item") == 0


def test_small_submissions_go_together(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.storage.erasure.ROWS", 25)
    served.publish()
    for n in range(5):
        served.submit(ROWS, model=f"m{n}")
    seen: list[int] = []
    step = erasures._step

    def watched(*args: Any) -> bool:
        more = step(*args)
        seen.append(rows_of(served.database_url, "prediction"))
        return more

    monkeypatch.setattr(erasures, "_step", watched)
    deleted(served)
    assert seen[:4] == [30, 10, 0, 0]


def test_a_regrade_under_way_ends_with_its_benchmark(served: Served) -> None:
    served.publish()
    for n in range(5):
        served.submit(ROWS, model=f"m{n}")
    with ThreadPoolExecutor(2) as pool:
        body = {"items": [{"key": "q0", "accepted": ["b0"]}]}
        revised = pool.submit(served.request, "POST", "/benchmarks/ten/revisions", json=body)
        gone = pool.submit(served.request, "DELETE", "/benchmarks/ten?reason=x")
    assert gone.result().status_code in {202, 204}
    assert revised.result().status_code in {201, 404, 410}
    settled(served)
    app: Any = served.client.app
    assert app.state.context.app_state.regrades.settle(seconds=CEILING)
    for table in ("submission", "prediction", "grading", "revision", "revision_item", "item"):
        assert rows_of(served.database_url, table) == 0, table


# Erase


def test_erased_answers_are_gone_and_their_place_is_marked(served: Served) -> None:
    served.publish()
    key = served.new_key("acme", "submit")
    rows = [row | {"answer": f"{CANARY}{n}"} if n > 4 else row for n, row in enumerate(ROWS)]
    facts = {"run": {"note": CANARY}, "external_id": CANARY,
             "reported": {"metric": "accuracy", "value": 0.5}}  # fmt: skip
    sub = served.submit(rows, key=key, model="erased", **facts).json()["id"]
    kept = served.submit(ROWS, model="kept").json()["id"]
    with another_process(served) as other:
        path = "/api/v1/benchmarks/ten/leaderboard"
        assert len(other.get(path).json()["data"]) == 2
        reply = erased(served, sub, key=key, reason="PII")
        assert reply.status_code == 200, reply.text
        left = reply.json()
        assert_conforms(SubmissionRow, left)
        assert left["erased_at"] is not None
        assert (left["model"]["name"], left["attempt"], left["external_id"]) == ("erased", 1, None)
        for client in (served.client, other):
            board = client.get(path).json()
            assert [row["submission"] for row in board["data"]] == [kept]
            assert [(one["submission"], one["reason"]) for one in board["unranked"]] == [
                (sub, "erased")
            ]
            assert CANARY not in client.get(f"/submissions/{sub}").text
            assert "erased" in client.get(f"/submissions/{sub}").text
            view = client.get(f"/api/v1/submissions/{sub}").json()
            assert_conforms(SubmissionDetail, view)
            assert (view["scores"], view["counts"], view["run"]) == ({}, None, {})
            assert view["null_reasons"]["counts"] == "erased"
            gone = [f"/api/v1/submissions/{sub}/predictions", f"/submissions/{sub}/mistakes",
                    f"/submissions/{sub}/items/q7", f"/api/v1/compare?a={sub}&b={kept}",
                    f"/compare?a={kept}&b={sub}"]  # fmt: skip
            assert {client.get(one).status_code for one in gone} == {410}
            assert CANARY not in client.get(f"/submissions/{kept}/items/q7").text
    gate = {"baseline": sub, "candidate": kept, "largest_loss": 0.1}
    assert served.request("POST", "/gate", json=gate).status_code == 410
    listed = served.read("/benchmarks/ten/submissions")["data"]
    assert [one["id"] for one in listed if one["erased_at"]] == [sub]
    event = actions(served)[0]
    assert (event["action"], event["detail"]) == (
        "submission.erase",
        {"benchmark": "ten", "reason": "PII"},
    )
    again = served.request("POST", f"/submissions/{sub}/erase", key=key, json={})
    assert again.json()["erased_at"] == reply.json()["erased_at"]
    replay = served.submit(rows, key=key, model="erased", **facts)
    assert replay.status_code == 410
    assert served.submit(rows, key=key, model="erased").json()["attempt"] == 2


def test_an_erased_submission_is_graded_by_no_later_revision(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Marked, and its rows are still there.
    monkeypatch.setattr(delete, "ask_erasure", lambda *_: None)
    served.publish()
    sub = served.submit(ROWS).json()["id"]
    served.submit(ROWS, model="kept")
    served.request("POST", f"/submissions/{sub}/erase", json={})
    body = {"items": [{"key": "q0", "accepted": ["b0"]}]}
    revised = served.request("POST", "/benchmarks/ten/revisions", json=body).json()
    assert (revised["state"], revised["n_compared"]) == ("complete", 1)
    for revision in (1, 2):
        board = served.read("/benchmarks/ten/leaderboard", revision=revision)
        assert len(board["data"]) == 1
        assert board["unranked"][0]["reason"] == "erased"
    assert served.read(f"/submissions/{sub}")["counts"] is None
    assert rows_of(served.database_url, "prediction") == 20
    database = open_database(served.database_url)
    with database.reading() as session:
        graded = session.run(text("SELECT n_correct FROM grading ORDER BY n_correct")).scalars()
        assert list(graded) == [0, 0, 9, 10]
    database.dispose()


def test_a_regrade_that_had_read_the_answers_keeps_none_of_them(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.publish()
    sub = served.submit(ROWS).json()["id"]
    # The one that grades still reads, so that the log cannot be emptied under its eyes.
    monkeypatch.setattr(delete, "_ANSWERS_SECONDS", 0.0)
    graded = regrade._graded
    done: list[int] = []

    def then_erased(*args: Any) -> Any:
        found = graded(*args)
        if not done:
            done.append(1)
            served.request("POST", f"/submissions/{sub}/erase", json={})
        return found

    monkeypatch.setattr(regrade, "_graded", then_erased)
    body = {"items": [{"key": "q0", "accepted": ["b0"]}]}
    assert served.request("POST", "/benchmarks/ten/revisions", json=body).status_code == 201
    app: Any = served.client.app
    assert app.state.context.app_state.regrades.settle(seconds=CEILING)
    database = open_database(served.database_url)
    with database.reading() as session:
        found = session.run(text("SELECT n_correct, n_missing FROM grading")).all()
    database.dispose()
    assert [tuple(row) for row in found] == [(0, 10), (0, 10)]


def test_who_may_erase(served: Served) -> None:
    house = served.new_key("house", "maintain", "submit")
    body = {"slug": "own", "matcher": "text", "items": [{"key": "q0", "accepted": ["a0"]}]}
    served.request("POST", "/benchmarks", key=house, json=body)
    guest, bound = served.new_key("guest", "submit"), served.new_key("guest", "submit")
    other = served.new_key("other", "submit")
    sub = served.submit(ROWS[:1], slug="own", key=guest).json()["id"]
    path = f"/submissions/{sub}/erase"
    assert served.client.post(f"/api/v1{path}", json={}).status_code == 401
    assert served.request("POST", path, key=other, json={}).status_code == 403
    assert served.request("POST", path, key=house, json={}).status_code == 403
    assert served.request("POST", path, json={}).status_code == 422
    # Its submitter may, also where the maintainer has made the benchmark private since.
    patch(served, {"visibility": "private"}, slug="own", key=house)
    here = served.request("POST", path, key=other, json={})
    none = served.request("POST", "/submissions/sub_none/erase", key=other, json={})
    assert (here.status_code, here.json()["detail"]) == (404, none.json()["detail"])
    assert served.request("POST", path, key=bound, json={}).status_code == 200
    settled(served)
    assert rows_of(served.database_url, "prediction") == 0


def test_answers_of_an_archived_benchmark_can_be_erased(served: Served) -> None:
    served.publish()
    sub = served.submit(ROWS).json()["id"]
    served.request("POST", "/benchmarks/ten/archive", json={})
    assert served.request("POST", f"/submissions/{sub}/erase", json={}).status_code == 200


# In the file


def test_the_file_holds_nothing_of_what_was_erased(
    served: Served, request: pytest.FixtureRequest
) -> None:
    if not served.database_url.startswith("sqlite"):
        pytest.skip("PostgreSQL keeps dead rows until its vacuum has been there")
    folder = request.getfixturevalue("tmp_path")

    def found(word: str) -> dict[str, int]:
        return {
            path.name: n
            for path in folder.glob("candor.db*")
            if (n := path.read_bytes().count(word.encode()))
        }

    question, key, said, kept = "q-canary-1", "k-canary-2", "s-canary-3", "kept-canary-4"
    items = [
        {"key": f"{key}-{n}", "question": f"{question} {n}" * 9, "accepted": [f"{key}-a{n}"]}
        for n in range(400)
    ]

    def rows(word: str) -> list[dict[str, Any]]:
        return [{"item": f"{key}-{n}", "answer": f"{word}-{n}" * 7} for n in range(400)]

    served.publish(slug="can", items=items)
    sent = [
        served.submit(rows(said if n % 2 else kept), slug="can", model=f"m{n}").json()["id"]
        for n in range(8)
    ]
    assert found(said)
    for one in sent[1::2]:
        assert erased(served, one).status_code == 200
    assert found(said) == {}
    assert found(kept)
    deleted(served, "can")
    for word in (question, key, said, kept):
        assert found(word) == {}, word


def test_a_start_looks_for_what_is_left(served: Served) -> None:
    app: Any = served.client.app
    app_state = app.state.context.app_state
    resume_erasures(app_state)
    assert app_state.erasures.settle(seconds=CEILING)
