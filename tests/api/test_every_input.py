"""Every input that the OpenAPI document names has an effect that can be seen, and a new one that
nobody has held to its effect fails here.

`tests/api/inputs.py` says what is sent. Where this finds a field without an effect, make it do what
it says or take it away.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from app.api.openapi.request_bodies import ITEM as ITEM_ROW
from app.api.openapi.request_bodies import ROW as PREDICTION_ROW
from app.http.requests.benchmarks import QuotaIn
from app.intake.scored import FACTS
from tests.api.inputs import (
    CHOICES,
    GRADING,
    ITEM,
    ITEMS,
    POLICY,
    ROW,
    SHOWN_ITEM,
    SHOWN_POLICY,
    SUBMISSION,
    TRAINING,
    World,
    answers,
    body_of,
    reads,
    seen,
)
from tests.served import Served

QUOTA = frozenset({"quota", "quota_left", "quota_words"})
FRESH = count()


def differs(field: str, first: str, second: str) -> None:
    assert first != second, f"{field} has no effect that can be seen"


def test_every_parameter_of_a_read_has_an_effect(served: Served) -> None:
    world = World(served)
    table = reads(world)
    for (operation, name), (path, base, change) in table.items():
        before = seen(*world.read(path, base))
        if isinstance(change, str):
            after = seen(*world.read(change, base))
        else:
            after = seen(*world.read(path, base | change))
        differs(f"{operation} {name}", before, after)
        assert after.startswith("200"), (operation, name, after)
        # Ranges that were computed on request stay for the next reader.
        if name != "ranges":
            assert before == seen(*world.read(path, base)), f"{path} is another by itself"
    parameters = [
        (operation, parameter)
        for operation, described in operations(served)
        if described["method"] == "get"
        for parameter in described.get("parameters", [])
    ]
    named = {(read, known["name"]) for read, known in parameters if known["in"] != "header"}
    assert named == table.keys()
    headers = {(read, known["name"]) for read, known in parameters if known["in"] == "header"}
    assert headers == {("readLeaderboard", "If-None-Match")}
    board = "/api/v1/benchmarks/world/leaderboard"
    tag = served.client.get(board).headers["etag"]
    assert served.client.get(board, headers={"If-None-Match": tag}).status_code == 304


def published(
    served: Served, policy: dict[str, Any], field: str, *, change: dict[str, Any] | None = None
) -> str:
    """What comes of a policy: submissions, their board and figures, without the field's echo.

    `change` is what is changed of it once it is published.
    """
    slug = f"made-{next(FRESH)}"
    echo = QUOTA if field.startswith("quota") else frozenset({field.partition("/")[0], "slug"})
    whole = {"slug": slug, "matcher": "text", "items": ITEMS} | policy
    reply = served.request("POST", "/benchmarks", json=whole)
    told = [seen(reply.status_code, body_of(reply), without=echo, slug=slug)]
    if reply.status_code != 201:
        return told[0]
    where = f"/benchmarks/{slug}"
    if change is not None:
        changed = served.request("PATCH", where, json=change)
        assert changed.status_code == 200, changed.text
    told.append(str(served.client.get(f"/api/v1{where}").status_code))
    rows = answers(2, item="q5")
    rows[0] = {"item": "q0", "answer": "A0", "confidence": 0.9}
    if whole["matcher"] == "choice":
        rows[0] = {"item": "q0", "answer": "A"}
    if whole["matcher"] == "number":
        rows = [{"item": f"q{n}", "answer": f"{n + 1}"} for n in range(6)]
    without = frozenset(QUOTA) if field.startswith("quota") else frozenset({"slug"})
    ungraded = {"item": "q4", "answer": "x", "status": "ungraded"}
    for sent in (rows, rows[1:], [*rows[:4], ungraded, rows[5]]):
        stored = served.submit(sent, slug=slug, model="quill")
        told.append(seen(stored.status_code, body_of(stored), without=without, slug=slug))
        if stored.status_code == 201:
            read = served.request("GET", f"/submissions/{stored.json()['id']}")
            told.append(seen(read.status_code, _steady(body_of(read)), without=without, slug=slug))
    for path, params in (
        ("leaderboard", {}),
        ("leaderboard", {"mode": "threshold", "target": 0.5}),
    ):
        board = served.request("GET", f"{where}/{path}", params=params)
        told.append(seen(board.status_code, _steady(body_of(board)), without=without, slug=slug))
    return "\n".join(told)


def _steady(body: Any) -> Any:
    """What does not come later: without ranges, redraws and their reasons."""
    late = {"rank_range", "tied_with", "tie_group", "bootstrap_first_share", "ranges",
            "null_reasons", "agreement",
            "calibration_test", "interval", "curves"}  # fmt: skip
    if isinstance(body, list):
        return [_steady(one) for one in body]
    if isinstance(body, dict):
        return {name: _steady(one) for name, one in body.items() if name not in late}
    return body


@pytest.mark.parametrize("field", POLICY)
def test_every_field_of_a_policy_decides_something(served: Served, field: str) -> None:
    beside, one, two = POLICY[field]
    name = field.partition("/")[0]
    first, again = (published(served, beside | {name: one}, field) for _ in range(2))
    assert first == again, "the comparison itself is not steady"
    differs(field, first, published(served, beside | {name: two}, field))


@pytest.mark.parametrize("field", GRADING)
def test_every_option_of_grading_decides_something(served: Served, field: str) -> None:
    """When it is published with, when it is revised to, and where nothing is stored."""
    policy, answer, one, two = GRADING[field]
    (item,) = policy["items"]
    row = {"item": "q0", "answer": answer}
    facts = {name: value for name, value in item.items() if name != "key"}
    unstored = {name: value for name, value in policy.items() if name != "items"}

    def counts(slug: str) -> Any:
        (standing,) = served.read(f"/benchmarks/{slug}/leaderboard")["data"]
        return standing["counts"]

    graded, scored_alone = [], []
    for value in (one, two):
        slug = f"made-{next(FRESH)}"
        served.publish(**policy, slug=slug, **{field: value})
        assert served.submit([row], slug=slug, model="quill").status_code == 201
        graded.append(counts(slug))
        reply = served.client.post(
            "/api/v1/score",
            json={"predictions": [row | facts], "resamples": 0, field: value} | unstored,
        )
        assert reply.status_code == 200, reply.text
        scored_alone.append(reply.json()["counts"])
    assert graded[0] != graded[1], f"{field} has no effect that can be seen"
    assert scored_alone == graded
    slug = f"made-{next(FRESH)}"
    served.publish(**policy, slug=slug, **{field: one})
    assert served.submit([row], slug=slug, model="quill").status_code == 201
    revised_to = served.request("POST", f"/benchmarks/{slug}/revisions", json={field: two})
    assert revised_to.status_code == 201, revised_to.text
    assert counts(slug) == graded[1]


CHANGES = [
    name
    for name in POLICY
    if name.partition("/")[0] not in {"matcher", "tolerance", "abstention_phrases", "mode", "items"}
]
"""What may be changed of a benchmark that is published."""


@pytest.mark.parametrize("field", CHANGES)
def test_every_change_of_a_policy_decides_something(served: Served, field: str) -> None:
    name = field.partition("/")[0]
    _, one, two = POLICY[field]
    as_it_was = published(served, {name: one}, field)
    differs(field, as_it_was, published(served, {name: one}, field, change={name: two}))


def test_facts_of_a_benchmark_are_changed_and_reasons_are_told(served: Served) -> None:
    world = World(served)
    facts = {name: value for name, value in SHOWN_POLICY.items() if name != "slug"}
    for name, value in facts.items():
        changed = served.request("PATCH", "/benchmarks/world", json={name: value})
        assert changed.json()[name] == value
        assert served.read("/benchmarks/world")[name] == value
    for method, path in (
        ("POST", f"/submissions/{world.ids[0]}/erase"), ("POST", "/benchmarks/world/archive"),
    ):  # fmt: skip
        done = served.request(method, path, json={"reason": "Asked to."})
        assert done.status_code == 200, done.text
        assert "Asked to." in str(served.request("GET", "/audit").json()["data"][0])


def test_the_check_finds_a_quota_that_is_only_stored(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted: what this service did until it counted submissions."""
    monkeypatch.setattr("app.services.submissions.submit.require_quota", lambda *_: None)
    monkeypatch.setattr("app.services.submissions.submit.spend_quota", lambda *_, **__: None)
    with pytest.raises(AssertionError, match="quota has no effect"):
        test_every_field_of_a_policy_decides_something(served, "quota")


def test_facts_of_a_benchmark_are_shown(served: Served) -> None:
    served.publish(**SHOWN_POLICY, items=[ITEMS[0] | SHOWN_ITEM])
    told = served.read("/benchmarks/named")
    assert {name: told[name] for name in SHOWN_POLICY} == SHOWN_POLICY
    (item,) = served.read("/benchmarks/named/items")["data"]
    assert {name: item[name] for name in SHOWN_ITEM} == SHOWN_ITEM
    page = served.client.get("/benchmarks/named/about", headers={"Accept": "text/html"}).text
    assert all(str(value) in page for value in SHOWN_POLICY.values())


@pytest.mark.parametrize("field", ITEM)
def test_every_field_of_an_item_decides_something(served: Served, field: str) -> None:
    beside, value = ITEM[field]
    items = beside.get("items", ITEMS)
    changed = items[0] | {field: value} | ({"accepted": []} if field == "answerable" else {})
    first = published(served, beside | {"items": items}, "items")
    differs(field, first, published(served, beside | {"items": [changed, *items[1:]]}, "items"))


def submitted(served: Served, policy: dict[str, Any], sent: dict[str, Any]) -> str:
    """What is told of one submission to a benchmark of its own."""
    slug = f"made-{next(FRESH)}"
    served.publish(**({"slug": slug, "items": ITEMS, "missing_limit": 1} | policy))
    body = {"model": {"name": "quill"}} | sent
    reply = served.request("POST", f"/benchmarks/{slug}/submissions", json=body)
    told = [seen(reply.status_code, body_of(reply), slug=slug)]
    if reply.status_code == 201:
        where = f"/submissions/{reply.json()['id']}"
        for path in (where, f"{where}/predictions"):
            read = served.request("GET", path)
            told.append(seen(read.status_code, _steady(body_of(read)), slug=slug))
    return "\n".join(told)


@pytest.mark.parametrize("field", ROW)
def test_every_field_of_a_row_decides_something(served: Served, field: str) -> None:
    policy, one, two = ROW[field]
    first, second = (submitted(served, policy, {"predictions": [row]}) for row in (one, two))
    assert first.startswith("201"), first
    assert second.startswith("201"), second
    differs(field, first, second)


def test_every_fact_of_a_submission_is_told(served: Served) -> None:
    base = {"predictions": answers(3)}
    first = submitted(served, {}, base)
    assert first == submitted(served, {}, base), "the comparison itself is not steady"
    for field, value in SUBMISSION.items():
        outer, _, inner = field.partition("/")
        sent = base | ({"model": {"name": "quill", inner: value}} if inner else {outer: value})
        differs(field, first, submitted(served, {}, sent))


def revised(served: Served, sent: dict[str, Any], **headers: str) -> str:
    """What is told of a revision, of its board and its items."""
    slug = f"made-{next(FRESH)}"
    number = {"key": "q5", "accepted": ["5"]}
    policy = {"matcher": "number", "items": [number]} if "tolerance" in sent else {}
    served.publish(**({"slug": slug, "items": ITEMS} | policy))
    for right in (1, 3):
        rows = answers(right) if not policy else [{"item": "q5", "answer": f"{5 + right}"}]
        assert served.submit(rows, slug=slug, model=f"m{right}").status_code == 201
    reply = served.request("POST", f"/benchmarks/{slug}/revisions", json=sent, headers=headers)
    told = [seen(reply.status_code, _steady(body_of(reply)), slug=slug)]
    for path in ("items", "leaderboard", "revisions"):
        read = served.request("GET", f"/benchmarks/{slug}/{path}")
        told.append(seen(read.status_code, _steady(body_of(read)), slug=slug))
    return "\n".join(told)


WRONG_KEY = {"items": [{"key": "q0", "accepted": ["?"]}]}
REVISION: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "note": (WRONG_KEY, WRONG_KEY | {"note": "A typing error."}),
    "items_are": (WRONG_KEY, WRONG_KEY | {"items_are": "whole"}),
    "removed": (WRONG_KEY, WRONG_KEY | {"removed": ["q1"]}),
    "matcher": ({"matcher": "exact"}, {"matcher": "text"}),
    "tolerance": ({"tolerance": 1}, {"tolerance": 5}),
    "abstention_phrases": (WRONG_KEY, WRONG_KEY | {"abstention_phrases": ["?"]}),
    "items": (WRONG_KEY, {"items": [{"key": "q1", "accepted": ["?"]}]}),
}


@pytest.mark.parametrize("field", REVISION)
def test_every_field_of_a_revision_decides_something(served: Served, field: str) -> None:
    differs(field, *(revised(served, sent) for sent in REVISION[field]))


def test_headers_decide_something(served: Served) -> None:
    differs(
        "if-match", revised(served, WRONG_KEY), revised(served, WRONG_KEY, **{"If-Match": '"v"'})
    )
    served.publish(items=ITEMS)
    once = {"Idempotency-Key": "one"}
    codes = [served.submit(answers(n), headers=once).status_code for n in (1, 2)]
    assert codes == [201, 422]


SCORE: dict[str, tuple[dict[str, Any], Any]] = {
    "matcher": ({"predictions": [{"answer": "A", "accepted": ["a"]}], "matcher": "text"}, "exact"),
    "tolerance": ({"predictions": [{"answer": "1", "accepted": ["2"]}], "matcher": "number"}, 1),
    "abstention_phrases": (
        {"predictions": [{"answer": "a", "accepted": ["b"]}], "matcher": "text"}, ["a"],
    ),
    "missing": ({}, 3),
    "targets": ({}, [0.2]),
    "penalties": ({}, [2]),
    "mode": ({}, "threshold"),
    "epsilon": ({}, 0.01),
    "bins": ({}, 2),
    "training": ({}, TRAINING),
    **{
        f"training/{name}": ({"training": TRAINING}, TRAINING | {name: value})
        for name, value in (("n_examples", 2_000), ("n_singletons", 60), ("min_error_set", 2),
                            ("max_error_set", 12))
    },
    "resamples": ({}, 50),
    "confidence_unit": ({}, "percent"),
    "predictions": ({}, [{"verdict": "wrong", "confidence": 1}]),
}  # fmt: skip
SCORED = [{"item": f"q{n}", "verdict": "correct" if n % 3 else "wrong", "confidence": n / 9}
          for n in range(10)]  # fmt: skip
SCORED_ROW: dict[str, dict[str, Any]] = {
    "category": {"category": "a"},
    "cluster": {"cluster": "a"},
    "weight": {"weight": 5},
    "answerable": {"answerable": False, "verdict": "wrong"},
    "occurrences": {"occurrences": 3},
}


def scored(served: Served, sent: dict[str, Any]) -> str:
    body = {"predictions": SCORED, "resamples": 0} | sent
    reply = served.client.post("/api/v1/score", json=body)
    return seen(reply.status_code, body_of(reply))


def test_every_field_of_a_scoring_decides_something(served: Served) -> None:
    for field, (base, value) in SCORE.items():
        differs(
            field, scored(served, base), scored(served, base | {field.partition("/")[0]: value})
        )
    for field, change in SCORED_ROW.items():
        known = {name: value for name, value in change.items() if name != field}
        first, second = (
            scored(served, {"predictions": [row | more for row in SCORED[:1]] + SCORED[1:]})
            for row, more in (({}, known), ({}, change))
            for row in [SCORED[0]]
        )
        differs(field, first, second)


def test_every_field_of_a_gate_decides_something(served: Served) -> None:
    world = World(served)
    base = {"baseline": world.ids[0], "candidate": world.ids[4], "largest_loss": 0.01}
    rows = {name: value for name, value in base.items() if name != "candidate"}
    changes: dict[str, Any] = {
        "baseline": world.ids[2], "candidate": world.ids[1], "largest_loss": 2, "rule": "binary",
        "target": 0.5, "penalty": 2, "mode": "threshold", "revision": 1,
    }  # fmt: skip

    def decided(sent: dict[str, Any]) -> str:
        reply = served.request("POST", "/gate", json=sent)
        return seen(reply.status_code, body_of(reply)) + str(reply.json().get("candidate"))

    for field, value in changes.items():
        differs(field, decided(base), decided(base | {field: value}))
    with_rows = [decided(rows | {"predictions": answers(n)}) for n in (1, 4)]
    differs("predictions", *with_rows)
    stated = rows | {"predictions": answers(4), "mode": "threshold", "target": 0.2}
    differs("confidence_unit", decided(stated), decided(stated | {"confidence_unit": "percent"}))
    once = {"Idempotency-Key": "key-1"}
    newest = served.submit(answers(0), slug="world", model="red", external_id="run-1", headers=once)
    assert newest.status_code == 201, newest.text
    named = {"benchmark": "world", "baseline_model": "red", "predictions": answers(4)}
    by_name: dict[str, Any] = {
        "benchmark": "other", "baseline_model": "blue", "against": "best",
        "candidate_key": "key-1", "external_id": "run-1",
    }  # fmt: skip
    for field, value in by_name.items():
        differs(field, decided(named), decided(named | {field: value}))
    blue = named | {"baseline_model": "blue"}
    differs("stated_target", decided(blue), decided(blue | {"stated_target": 0.5}))
    differs("stated_penalty", decided(blue), decided(blue | {"stated_penalty": 1}))
    stored = {name: value for name, value in named.items() if name != "predictions"}
    models = [decided(stored | {"candidate_model": name}) for name in ("blue", "green")]
    differs("candidate_model", *models)
    held = {*changes, *by_name, "predictions", "confidence_unit", "stated_target"}
    assert held | {"candidate_model", "stated_penalty"} == GATE


GATE = {
    "benchmark", "baseline", "baseline_model", "against", "candidate", "candidate_model",
    "candidate_key", "external_id", "stated_target", "stated_penalty", "largest_loss", "rule",
    "target", "penalty", "mode", "revision", "confidence_unit", "predictions",
}  # fmt: skip
KEY: dict[str, Any] = {
    "owner": "bee", "scopes": ["maintain"], "benchmark": "other", "label": "CI",
    "expires_at": (datetime.now(UTC) + timedelta(days=9)).isoformat(),
}  # fmt: skip


def test_every_field_of_a_key_and_of_a_withdrawal_has_an_effect(served: Served) -> None:
    world = World(served)
    base = {"owner": "acme", "scopes": ["submit"]}

    def used(sent: dict[str, Any]) -> str:
        """The key's facts, and what it may do."""
        issued = served.request("POST", "/keys", json=sent)
        told = {name: value for name, value in issued.json().items() if name != "token"}
        may = [
            served.submit(answers(1), slug="world", key=issued.json()["token"]).status_code,
            served.request("POST", "/benchmarks", key=issued.json()["token"], json={}).status_code,
        ]
        return seen(issued.status_code, told) + str(may)

    for field, value in KEY.items():
        differs(field, used(base), used(base | {field: value}))
    told = []
    for place, sent in enumerate([{}, {"reason": "A broken run."}]):
        there = f"/submissions/{world.ids[place]}/withdraw"
        assert served.request("POST", there, json=sent).status_code == 200
        told.append(seen(200, served.request("GET", "/audit").json()["data"][0]))
    differs("reason", *told)


INVITATION: dict[str, Any] = {
    "label": "for Bee",
    "expires_at": (datetime.now(UTC) + timedelta(days=30)).isoformat(),
}


def test_every_field_of_an_invitation_has_an_effect(served: Served) -> None:
    served.publish(items=ITEMS)

    def invited(sent: dict[str, Any]) -> Any:
        reply = served.request("POST", "/benchmarks/ten/invitations", json=sent)
        assert reply.status_code == 201, reply.text
        return reply.json()

    def accepted(sent: dict[str, Any]) -> str:
        reply = served.client.post("/api/v1/invitations/accept", json=sent)
        told = {name: value for name, value in body_of(reply).items() if name != "token"}
        return seen(reply.status_code, told)

    facts = ("label", "expires_at")
    plain = {name: invited({})[name] for name in facts}
    for field, value in INVITATION.items():
        told = invited({field: value})
        assert told[field] != plain[field], f"{field} has no effect that can be seen"
    one, two = (accepted({"token": invited({})["token"], "owner": name}) for name in ("bee", "cat"))
    differs("owner", one, two)
    differs("token", one, accepted({"token": "cdi_none", "owner": "bee"}))


REPORTED = ("metric", "value", "others", "others/metric", "others/value")
"""Held to an effect by tests/api/test_submission.py."""

HELD: dict[str, Callable[[], set[str]]] = {
    "publishBenchmark": lambda: (
        {*POLICY, *SHOWN_POLICY, *GRADING} | {f"items/{name}" for name in (*ITEM, *SHOWN_ITEM)}
    ),
    "reviseBenchmark": lambda: (
        {*REVISION, *GRADING} | {f"items/{name}" for name in (*ITEM, *SHOWN_ITEM)}
    ),
    "submitPredictions": lambda: (
        {*SUBMISSION, "model"}
        | {f"reported/{name}" for name in REPORTED}
        | {f"predictions/{name}" for name in ROW}
    ),
    "withdrawSubmission": lambda: {"reason"},
    "decideGate": lambda: GATE | {f"predictions/{name}" for name in ROW},
    "scorePredictions": lambda: (
        {*SCORE, *GRADING}
        | {f"predictions/{name}" for name in (*ROW, *SCORED_ROW, "accepted", "choices")}
    ),
    "createKey": lambda: {*KEY},
    "changeBenchmark": lambda: {*CHANGES, *SHOWN_POLICY} - {"slug"},
    "archiveBenchmark": lambda: {"reason"},
    "eraseSubmission": lambda: {"reason"},
    "createInvitation": lambda: {*INVITATION},
    "acceptInvitation": lambda: {"token", "owner"},
}
"""By operation, the members of its body that a test above holds to an effect."""


def operations(served: Served) -> Iterator[tuple[str, dict[str, Any]]]:
    for described in served.client.get("/api/v1/openapi.json").json()["paths"].values():
        for method, operation in described.items():
            yield operation["operationId"], operation | {"method": method}


def members(schema: dict[str, Any], components: dict[str, Any], before: str = "") -> Iterator[str]:
    """The members of a body, those of its objects and of its rows behind a slash."""
    for named in (schema, *schema.get("anyOf", [])):
        part = components[named["$ref"].rpartition("/")[2]] if "$ref" in named else named
        if part.get("type") == "array":
            yield from members(part.get("items", {}), components, before)
        for name, inner in part.get("properties", {}).items():
            yield f"{before}{name}"
            yield from members(inner, components, f"{before}{name}/")


def test_every_member_of_every_body_is_held_to_an_effect(served: Served) -> None:
    assert {*ROW} == set(PREDICTION_ROW["properties"])
    assert {*ITEM, *SHOWN_ITEM} == set(ITEM_ROW["properties"])
    assert set(SCORED_ROW) | {"accepted", "choices"} == set(FACTS)
    assert {f"quota/{name}" for name in QuotaIn.model_fields} <= POLICY.keys()
    assert CHOICES["matcher"] == "choice"
    components = served.client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    for operation, described in operations(served):
        content = described.get("requestBody", {}).get("content", {}).get("application/json")
        named = set() if content is None else set(members(content["schema"], components))
        assert named == HELD.get(operation, set)(), operation
