"""Requests that nobody sends in good faith: each is refused in words, and nothing is stored."""

import json
from collections.abc import Iterable
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from app.http.dependencies import address_of
from tests.served import Served, serve

NDJSON = {"Content-Type": "application/x-ndjson"}
CSV = {"Content-Type": "text/csv"}
ROWS = [{"item": f"q{n}", "answer": f"a{n}"} for n in range(10)]
GETS = (
    "/api/v1/openapi.json",
    "/api/v1/benchmarks",
    "/api/v1/benchmarks/ten",
    "/api/v1/benchmarks/ten/items",
    "/api/v1/benchmarks/ten/prompt",
    "/api/v1/benchmarks/ten/revisions",
    "/api/v1/benchmarks/ten/revisions/1",
    "/api/v1/benchmarks/ten/submissions",
    "/api/v1/benchmarks/ten/leaderboard",
    "/api/v1/benchmarks/ten/behaviour",
    "/api/v1/submissions/SUB",
    "/api/v1/submissions/SUB/predictions",
    "/api/v1/compare?a=SUB&b=SUB",
    "/api/v1/keys",
    "/api/v1/audit",
    "/benchmarks/ten",
    "/benchmarks/ten/about",
    "/benchmarks/ten/badge.svg",
    "/compare?a=SUB&b=SUB",
    "/submissions/SUB",
    "/submissions/SUB/items/q0",
    "/rules",
    "/session",
    "/desk",
    "/static/board.js",
)
QUERIES = (
    "target=9e999999",
    "target=-0",
    "target=1e-999999",
    "target=nan",
    "limit=%ff",
    "limit=99999999999999999999",
    "cursor=OTk5OTk5OTk5OTk5OTk5",
    "cursor=%ff",
    "revision=9223372036854775808",
    "as_of=0001-01-01T00:00:00%2b14:00",
    "as_of=1e400",
    "category=%ff%fe",
    "tag=" + "x" * 3_000,
    "&".join(f"tag={n}" for n in range(40)),
    "&&&&=",
    "after=99999999999999999999",
    "next=//elsewhere.example",
    "item=..%2f..%2fetc",
    "q=%27%3B--",
    "pick=x&pick=y&col=z&sort=w",
)
HEADERS: tuple[dict[str, str], ...] = (
    {"Accept": "image/png"},
    {"Accept": ";;,,q=", "Accept-Encoding": "zstd;q=9"},
    {"Accept": "text/html;q=nan"},
    {"Range": "bytes=9999999999-"},
    {"Range": "potatoes"},
    {"If-None-Match": '"'},
    {"If-Modified-Since": "Mon, 99 Foo 99999 00:00:00"},
    {"Cookie": "candor=" + "x" * 43},
    {"Cookie": ";;===, candor"},
    {"Authorization": "Bearer"},
    {"Authorization": "Basic Zm9v"},
    {"Host": "["},
    {"Origin": "http://["},
    {"X-Request-Id": "a" * 65},
)
METHODS = ("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")


def refused_in_words(reply: Any, what: object) -> None:
    """Whatever was asked: no failure of ours, and a refusal says why."""
    assert reply.status_code < 500, (what, reply.text)
    kind = reply.headers.get("content-type", "")
    if reply.status_code >= 400 and reply.request.method != "HEAD":
        assert kind.startswith(("application/problem+json", "text/html")), (what, reply.text)
    if kind == "application/problem+json" and reply.content:
        assert reply.json()["detail"], what


def ask_oddly(client: TestClient, paths: Iterable[str]) -> None:
    """Every odd query, header, method and ending at every path; each refusal in words."""
    for path in paths:
        joint = "&" if "?" in path else "?"
        for query in QUERIES:
            reply = client.get(f"{path}{joint}{query}", follow_redirects=False)
            refused_in_words(reply, (path, query))
        for headers in HEADERS:
            reply = client.get(path, headers=headers, follow_redirects=False)
            refused_in_words(reply, (path, headers))
        for method in METHODS:
            refused_in_words(client.request(method, path), (path, method))
        for end in ("/", "%2f..%2f", "%ff", "/%2e%2e", ";x=1", "x" * 4_200):
            reply = client.get(path.partition("?")[0] + end, follow_redirects=False)
            refused_in_words(reply, (path, end))


def test_odd_requests_are_refused_in_words(served: Served) -> None:
    served.publish()
    sent = served.submit(ROWS).json()["id"]
    ask_oddly(served.client, (path.replace("SUB", sent) for path in GETS))


def test_the_check_finds_a_crash_and_a_refusal_without_words(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.publish()
    path = "/api/v1/benchmarks/ten/leaderboard"
    with monkeypatch.context() as planted:
        planted.setattr("app.http.problem_responses.problem_response", silent)
        with pytest.raises(AssertionError):
            ask_oddly(served.client, [path])
    with monkeypatch.context() as planted:
        planted.setattr("app.api.leaderboards.open_board", crash)
        with pytest.raises(AssertionError):
            refused_in_words(served.client.get(path), path)
    ask_oddly(served.client, [path])


def silent(*_: object, **__: object) -> Response:
    return Response(status_code=400)


def crash(*_: object, **__: object) -> None:
    raise RuntimeError


def test_a_redirect_stays_on_this_host(served: Served) -> None:
    headers = {"Host": "elsewhere.example"}
    reply = served.client.get("/rules/", headers=headers, follow_redirects=False)
    assert (reply.status_code, reply.headers["location"]) == (307, "/rules")


def test_head_says_what_get_would_without_its_body(served: Served) -> None:
    for path, status in (("/healthz", 200), ("/api/v1/rules", 200), ("/api/v1/nowhere", 404)):
        got, head = served.client.get(path), served.client.head(path)
        assert (head.status_code, head.content) == (status, b"")
        assert head.headers["content-length"] == got.headers["content-length"]
    assert served.client.head("/api/v1/score").status_code == 405


def test_facts_of_a_run_are_shallow(served: Served) -> None:
    served.publish()
    for depth, status in ((14, 201), (17, 422), (600, 422), (950, 422)):
        run = f'{{"a": {"[" * depth}{"]" * depth}}}'
        body = f'{{"model": {{"name": "m"}}, "run": {run}, "predictions": {json.dumps(ROWS)}}}'
        reply = served.request(
            "POST",
            "/benchmarks/ten/submissions",
            content=body,
            headers={"Content-Type": "application/json"},
        )
        assert reply.status_code == status, (depth, reply.text)
    assert reply.json()["errors"][0]["pointer"] == "/run"
    params = {"model": "m", "run": '{"a": ' + "[" * 600 + "]" * 600 + "}"}
    content = "\n".join(json.dumps(row) for row in ROWS)
    path = "/benchmarks/ten/submissions"
    reply = served.request("POST", path, params=params, content=content, headers=NDJSON)
    assert reply.status_code == 422


def test_half_a_character_in_a_cell_is_refused(served: Served) -> None:
    for name, cell in (("accepted", '"[""\\ud800""]"'), ("tags", '"{""k"": ""\\udfff""}"')):
        content = f"key,accepted,{name}\r\nq,b,{cell}\r\n".replace("accepted,accepted", "accepted")
        content = content.replace("q,b,", "q,") if name == "accepted" else content
        params = {"slug": "half", "matcher": "text"}
        reply = served.request("POST", "/benchmarks", params=params, content=content, headers=CSV)
        assert reply.status_code == 422, reply.text
        assert "surrogate" in reply.json()["errors"][0]["detail"]
    assert served.read("/benchmarks")["data"] == []


@pytest.mark.parametrize(
    ("weight", "status"), [(5e-324, 422), (1e-200, 422), (1e-12, 200), (1e12, 200), (1.1e12, 422)]
)
def test_weights_stay_where_their_squares_are_numbers(
    served: Served, weight: float, status: int
) -> None:
    rows = [
        {"verdict": "correct" if n % 2 else "wrong", "confidence": 0.5, "weight": weight}
        for n in range(6)
    ]
    reply = served.client.post("/api/v1/score", json={"predictions": rows, "resamples": 50})
    assert reply.status_code == status, reply.text


def test_an_epsilon_that_vanishes_is_refused(served: Served) -> None:
    rows = [{"verdict": "wrong", "confidence": 1}, {"verdict": "correct", "confidence": 1}]
    for epsilon, status in ((5e-324, 422), (1e-17, 422), (1e-12, 200)):
        body = {"predictions": rows, "epsilon": epsilon, "resamples": 0}
        reply = served.client.post("/api/v1/score", json=body)
        assert reply.status_code == status, reply.text


def test_an_expiry_at_the_ends_of_time_is_refused_and_one_without_a_zone_is_utc(
    served: Served,
) -> None:
    body: dict[str, Any] = {"owner": "acme", "scopes": ["submit"]}
    for when in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        reply = served.request("POST", "/keys", json=body | {"expires_at": when})
        assert reply.status_code == 422, reply.text
        assert "years 1 to 9999" in reply.json()["detail"]
    reply = served.request("POST", "/keys", json=body | {"expires_at": "2099-01-01T12:00:00"})
    assert reply.json()["expires_at"] == "2099-01-01T12:00:00Z"


def test_what_a_key_opened_is_kept_by_nobody_in_between(served: Served) -> None:
    served.publish(slug="open")
    served.publish(slug="closed", visibility="private")
    board = served.request("GET", "/benchmarks/closed/leaderboard")
    about = served.request("GET", "/benchmarks/closed")
    for reply in (board, about, served.request("GET", "/benchmarks/open/items")):
        assert reply.status_code == 200
        assert reply.headers["cache-control"] == "private, no-store"
        assert "authorization" in reply.headers["vary"].lower()
    for path, tag in (("/leaderboard", board.headers["etag"]), ("", about.headers["etag"])):
        for known in (tag, "*"):
            stranger = served.client.get(
                f"/api/v1/benchmarks/closed{path}", headers={"If-None-Match": known}
            )
            assert stranger.status_code == 404
            assert "etag" not in stranger.headers
            assert stranger.headers["cache-control"] == "no-store"
    public = served.client.get("/api/v1/benchmarks/open")
    assert public.headers["cache-control"] == "no-cache"
    page = served.client.get("/benchmarks/closed", headers=bearer(served.admin))
    assert page.headers["cache-control"] == "private, no-store"


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_idempotency_keys_belong_to_one_owner_benchmark_and_request(served: Served) -> None:
    for slug in ("ten", "twin"):
        served.publish(slug=slug)
    once = {"Idempotency-Key": "run-1"}
    acme, other = served.new_key("acme", "submit"), served.new_key("other", "submit")
    second = served.new_key("acme", "submit")
    bound = served.new_key("acme", "submit", benchmark="twin")

    # A request that failed has spent nothing.
    assert served.submit([{"item": "none"}], headers=once, key=acme).status_code == 422
    first = served.submit(ROWS, headers=once, key=acme)
    assert first.status_code == 201

    # On another benchmark it is another key, which a key bound to that one reads and may take.
    elsewhere = served.submit(ROWS, slug="twin", headers=once, key=bound)
    assert (elsewhere.status_code, elsewhere.json()["id"] != first.json()["id"]) == (201, True)
    replayed = served.submit(ROWS, slug="twin", headers=once, key=acme)
    assert (replayed.status_code, replayed.json()["id"]) == (200, elsewhere.json()["id"])
    assert served.submit(ROWS[:9], headers=once, key=acme).status_code == 422
    assert served.submit(ROWS, model="quoll", headers=once, key=acme).status_code == 422

    # Another key of the same owner is the same sender; one bound elsewhere may not look.
    again = served.submit(ROWS, headers=once, key=second)
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    assert served.submit(ROWS, headers=once, key=bound).status_code == 403
    # Another owner's key of that name is another key.
    theirs = served.submit(ROWS, headers=once, key=other)
    assert (theirs.status_code, theirs.json()["id"] != first.json()["id"]) == (201, True)
    # Other routes do not know it: the scores are of what was sent.
    scored = served.client.post(
        "/api/v1/score",
        json={"predictions": [{"verdict": "wrong"}], "resamples": 0},
        headers=once | bearer(acme),
    )
    assert scored.json()["scores"]["accuracy"]["value"] == 0
    assert len(served.read("/benchmarks/ten/submissions")["data"]) == 2
    assert len(served.read("/benchmarks/twin/submissions")["data"]) == 1


def test_reads_are_counted_by_key_and_by_address(
    database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with serve(database_url, tmp_path_factory.mktemp("reads"), reads_per_minute=5) as served:
        key = served.new_key("acme", "submit")
        mine = [served.request("GET", "/rules", key=key).status_code for _ in range(6)]
        assert mine == [200] * 5 + [429]
        rows = {"predictions": [{"verdict": "correct"}], "resamples": 0}
        strange = [served.client.post("/api/v1/score", json=rows).status_code for _ in range(6)]
        assert strange == [200] * 5 + [429]


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "testclient"),
    ],
)
def test_an_ipv6_network_counts_as_one_address(host: str, counted: str) -> None:
    assert address_of(Request({"type": "http", "client": (host, 1)})) == counted


def test_metrics_are_not_for_whom_a_proxy_lets_in(served: Served) -> None:
    assert served.client.get("/metrics").status_code == 200
    for name in ("X-Forwarded-For", "Forwarded", "Via"):
        reply = served.client.get("/metrics", headers={name: "203.0.113.9"})
        assert reply.status_code == 403
    headers = {"X-Forwarded-For": "203.0.113.9"} | bearer(served.admin)
    assert served.client.get("/metrics", headers=headers).status_code == 200
