"""What is sent to the API to see what each of its inputs does: a world to read from, and requests
that differ in one input alone.

An effect is a difference between two replies (or between what is read after two requests), with
ids, moments and the names of benchmarks left out. Where a field decides something (`Acts`) its
echo in the benchmark's reply is left out too: a setting that is stored and given back and does
nothing else has no effect.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from app.http.dependencies import AppContext
from tests.served import Served
from tests.waiting import CEILING

_IDS = re.compile(r"\b(sub|bm|key|req|own|evt|rev|aud|inv)_[0-9A-Za-z]{16,}")
_MOMENTS = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+Z?")


def seen(status: int, body: Any, *, without: frozenset[str] = frozenset(), slug: str = "") -> str:
    """A reply as it is compared: what is new in each reply left out, and members of `without`."""
    text = json.dumps(_left(body, without), sort_keys=True)
    if slug:
        text = text.replace(f'"{slug}"', '"SLUG"').replace(f"/{slug}", "/SLUG")
    return f"{status} " + _MOMENTS.sub("WHEN", _IDS.sub("ID", text))


def _left(body: Any, without: frozenset[str]) -> Any:
    if isinstance(body, list):
        return [_left(one, without) for one in body]
    if isinstance(body, dict):
        return {name: _left(one, without) for name, one in body.items() if name not in without}
    return body


def body_of(reply: Any) -> Any:
    """The JSON of a reply, or its text."""
    try:
        return reply.json()
    except ValueError:
        return reply.text


ITEMS: list[dict[str, Any]] = [
    {"key": f"q{n}", "accepted": [f"a{n}"], "category": f"c{n % 2}"} for n in range(6)
]


def answers(right: int, **more: Any) -> list[dict[str, Any]]:
    """Six answers, the first ones right, at rising confidences, and one abstention."""
    rows = [
        {"item": f"q{n}", "answer": f"a{n}" if n < right else "?", "confidence": 0.3 + n / 10}
        for n in range(5)
    ]
    return [*rows, {"item": "q5", "abstained": True} | more]


@dataclass
class World:
    """A benchmark with submissions, revisions and keys, to read from."""

    served: Served
    ids: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        served = self.served
        served.publish(slug="world", items=ITEMS, missing_limit=1)
        served.publish(slug="other", items=ITEMS[:3], default_target=0.5, missing_limit=1)
        acme = served.new_key("acme", "submit")
        for n, (model, tags, target, key) in enumerate(
            [("red", ["big"], None, None), ("red", ["big"], None, None), ("blue", [], 0.5, acme),
             ("blue", [], 0.75, acme), ("green", ["small"], 0.5, acme)]
        ):  # fmt: skip
            body = {
                "model": {"name": model, "tags": tags},
                "stated_target": target,
                "predictions": answers(n + 1),
            }
            sent = served.request("POST", "/benchmarks/world/submissions", key=key, json=body)
            assert sent.status_code == 201, sent.text
            self.ids.append(sent.json()["id"])
        revised = served.request(
            "POST",
            "/benchmarks/world/revisions",
            json={"items": [{"key": "q4", "accepted": ["?"]}]},
        )
        assert revised.json()["state"] == "complete", revised.text
        elsewhere = served.submit(answers(1)[:3], slug="other", model="red")
        assert elsewhere.status_code == 201, elsewhere.text
        self.ids.append(elsewhere.json()["id"])
        for _ in range(2):
            assert (
                served.request("POST", "/benchmarks/world/invitations", json={}).status_code == 201
            )

    def read(self, path: str, params: dict[str, Any]) -> tuple[int, Any]:
        """A read with the admin's key, once everything that comes later has come."""
        app: Any = self.served.client.app
        context: AppContext = app.state.context
        # Twice: what one reading asks for may wait for what another has made.
        for _ in range(2):
            self.served.request("GET", path, params=params)
            assert context.app_state.ranges.settle(seconds=CEILING)
            assert context.app_state.resampled.settle(seconds=CEILING)
        reply = self.served.request("GET", path, params=params)
        return reply.status_code, body_of(reply)

    def cursor(self, path: str, **params: Any) -> str:
        """Where the second page of one row begins."""
        reply = self.served.request("GET", path, params={"limit": 1, **params}).json()
        found: str = (reply.get("items") or reply)["next_cursor"]
        assert found
        return found


def reads(world: World) -> dict[tuple[str, str], tuple[str, dict[str, Any], str | dict[str, Any]]]:
    """By operation and parameter: a path, the parameters it is read with, and what is changed:
    another path, or parameters that are added."""
    one, two, three, _, _, elsewhere = world.ids
    board = "/benchmarks/world/leaderboard"
    listed = "/benchmarks/world/submissions"
    said = f"/submissions/{one}/predictions"
    pair = {"a": one, "b": three}
    found: dict[tuple[str, str], tuple[str, dict[str, Any], str | dict[str, Any]]] = {}
    for operation, path, other in (
        ("readBenchmark", "/benchmarks/world", "/benchmarks/other"),
        ("listItems", "/benchmarks/world/items", "/benchmarks/other/items"),
        ("readPrompt", "/benchmarks/world/prompt", "/benchmarks/other/prompt"),
        ("listRevisions", "/benchmarks/world/revisions", "/benchmarks/other/revisions"),
        ("readRevision", "/benchmarks/world/revisions/1", "/benchmarks/other/revisions/1"),
        ("listSubmissions", listed, "/benchmarks/other/submissions"),
        ("readLeaderboard", board, "/benchmarks/other/leaderboard"),
        ("readBehaviour", "/benchmarks/world/behaviour", "/benchmarks/other/behaviour"),
        ("listInvitations", "/benchmarks/world/invitations", "/benchmarks/other/invitations"),
    ):
        found[operation, "slug"] = (path, {}, other)
    found["readRevision", "number"] = (
        "/benchmarks/world/revisions/1", {}, "/benchmarks/world/revisions/2",
    )  # fmt: skip
    found["readSubmission", "submission_id"] = (
        f"/submissions/{one}", {}, f"/submissions/{elsewhere}",
    )  # fmt: skip
    allowed = {"risk": 0.99}
    found["readGuaranteedThreshold", "submission_id"] = (
        f"/submissions/{one}/threshold", allowed, f"/submissions/{elsewhere}/threshold",
    )  # fmt: skip
    found["listPredictions", "submission_id"] = (said, {}, f"/submissions/{two}/predictions")
    for operation, path in (
        ("listBenchmarks", "/benchmarks"), ("listItems", "/benchmarks/world/items"),
        ("listSubmissions", listed), ("listPredictions", said), ("readLeaderboard", board),
        ("readBehaviour", "/benchmarks/world/behaviour"), ("listKeys", "/keys"),
        ("listAudit", "/audit"), ("listInvitations", "/benchmarks/world/invitations"),
    ):  # fmt: skip
        found[operation, "limit"] = (path, {}, {"limit": 1})
        found[operation, "cursor"] = (path, {"limit": 1}, {"cursor": world.cursor(path)})
    found["compareSubmissions", "limit"] = ("/compare", pair, {"limit": 1})
    found["compareSubmissions", "cursor"] = (
        "/compare", pair | {"limit": 1}, {"cursor": world.cursor("/compare", **pair)},
    )  # fmt: skip
    for operation, path, base, changes in (
        ("listBenchmarks", "/benchmarks", {}, {"archived": True}),
        ("listItems", "/benchmarks/world/items", {}, {"revision": 1}),
        ("readPrompt", "/benchmarks/world/prompt", {}, {"target": 0.5, "penalty": 2}),
        ("listSubmissions", listed, {}, {"model": "red", "owner": "acme"}),
        ("readSubmission", f"/submissions/{one}", {},
         {"target": 0.33, "penalty": 2, "mode": "threshold", "revision": 1}),
        ("readGuaranteedThreshold", f"/submissions/{one}/threshold", {}, {"risk": 0.9}),
        ("readGuaranteedThreshold", f"/submissions/{one}/threshold", allowed, {"revision": 1}),
        ("listPredictions", said, {},
         {"item": "q1", "outcome": "wrong", "order": "confidence", "revision": 1}),
        ("readLeaderboard", board, {},
         {"format": "csv", "rule": "quadratic", "target": 0.5, "penalty": 2, "mode": "threshold",
          "category": "c1", "tag": "big", "revision": 1, "as_of": "2001-01-01T00:00:00Z"}),
        ("readLeaderboard", board, {"target": 0.33}, {"ranges": "compute"}),
        ("readBehaviour", "/benchmarks/world/behaviour", {}, {"revision": 1}),
        ("compareSubmissions", "/compare", pair,
         {"rule": "quadratic", "target": 0.5, "penalty": 2, "mode": "threshold", "revision": 1}),
        ("compareSubmissions", "/compare", {"a": one, "b": three}, {"a": two, "b": two}),
    ):  # fmt: skip
        for name, value in changes.items():
            found[operation, name] = (path, dict(base), {name: value})
    return found


POLICY: dict[str, tuple[dict[str, Any], Any, Any]] = {
    # By field: the policy beside it, and two values.
    "visibility": ({}, "public", "private"),
    "matcher": ({}, "text", "exact"),
    "tolerance": (
        {"matcher": "number", "items": [{"key": f"q{n}", "accepted": [f"{n}"]} for n in range(6)]},
        0, 9,
    ),
    "abstention_phrases": ({}, [], ["A0"]),
    "mode": ({}, "open", "hidden"),
    "default_target": ({}, 0.5, 0.75),
    "default_penalty": ({}, 2, 4),
    "default_mode": ({}, "declared", "threshold"),
    "fixed_targets": ({}, [0.5], [0.9]),
    "fixed_penalties": ({}, [2], [4]),
    "missing_limit": ({}, 0, 0.5),
    "ungraded_limit": ({}, 0, 0.5),
    "ranked_attempt": ({}, "latest", "first"),
    "quota": ({}, None, {"total": 2}),
    "quota/total": ({}, {"per_day": 9}, {"per_day": 9, "total": 2}),
    "quota/per_day": ({}, {"total": 9}, {"total": 9, "per_day": 2}),
    "items": ({}, ITEMS, ITEMS[:5]),
}  # fmt: skip
TRAINING = {"n_examples": 1_000, "n_singletons": 50, "min_error_set": 3, "max_error_set": 9}
POLICY["training"] = ({}, None, TRAINING)
POLICY |= {
    f"training/{name}": ({}, TRAINING, TRAINING | {name: value})
    for name, value in {
        "n_examples": 2_000, "n_singletons": 60, "min_error_set": 2, "max_error_set": 8,
    }.items()
}  # fmt: skip
SHOWN_POLICY = {"slug": "named", "title": "Title", "description": "What.", "source": "CC BY"}
"""Facts for people: they are shown, and decide nothing."""

CHOICES: dict[str, Any] = {
    "matcher": "choice",
    "items": [{"key": f"q{n}", "accepted": ["A0"], "choices": ["A0", "?"]} for n in range(6)],
}


def _one_item(matcher: str, accepted: list[str], **more: Any) -> dict[str, Any]:
    """A benchmark of one item."""
    choices = more.pop("choices", None)
    item = {"key": "q0", "accepted": accepted} | ({} if choices is None else {"choices": choices})
    return {"matcher": matcher, "items": [item], **more}


GRADING: dict[str, tuple[dict[str, Any], str, Any, Any]] = {
    # By option: a benchmark, an answer, and two values under which it is graded differently.
    "unwrap": (_one_item("text", ["Lima"]), "**Lima**", [], ["emphasis"]),
    "listed_abstentions": (_one_item("text", ["Lima"]), "I don't know", False, True),
    "tolerance_kind": (
        _one_item("number", ["100"], tolerance=0.1), "105", "absolute", "relative",
    ),
    "decimal": (_one_item("number", ["1234"]), "1.234", "either", "comma"),
    "percent": (_one_item("number", ["20"]), "20 %", "share", "unit"),
    "units": (_one_item("number", ["42"]), "42 km", ["mi"], ["km"]),
    "credit": (
        _one_item("choices", ["A", "B"], choices=["red", "blue", "green"]), "red",
        "exact", "partial",
    ),
}  # fmt: skip
ITEM: dict[str, tuple[dict[str, Any], Any]] = {
    # By field of the first item: the policy beside it, and the value that is changed to.
    "key": ({}, "q9"),
    "accepted": ({}, ["b0"]),
    "choices": (CHOICES, ["?", "A0"]),
    "category": ({}, "c7"),
    "cluster": ({}, "together"),
    "weight": ({}, 3),
    "answerable": ({}, False),
    "occurrences": ({}, 7),
}
SHOWN_ITEM: dict[str, Any] = {"question": "Why?", "tags": {"level": "3"}}

VERDICTS: dict[str, Any] = {
    "matcher": "verdicts", "items": [{"key": f"q{n}"} for n in range(6)], "missing_limit": 1,
}  # fmt: skip
ROW: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    # By field of a row: the policy, and two rows.
    "item": ({}, {"item": "q0", "answer": "a0"}, {"item": "q1", "answer": "a0"}),
    "sample": ({}, {"item": "q0", "answer": "a0"}, {"item": "q0", "answer": "a0", "sample": 2}),
    "answer": ({}, {"item": "q0", "answer": "a0"}, {"item": "q0", "answer": "?"}),
    "abstained": ({}, {"item": "q0", "abstained": True}, {"item": "q0", "abstained": False}),
    "confidence": ({}, {"item": "q0", "answer": "a0", "confidence": 0.2},
                   {"item": "q0", "answer": "a0", "confidence": 0.9}),
    "status": ({}, {"item": "q0", "answer": "a0"},
               {"item": "q0", "answer": "a0", "status": "ungraded"}),
    "verdict": (VERDICTS, {"item": "q0", "verdict": "correct"}, {"item": "q0", "verdict": "wrong"}),
    "credit": (VERDICTS, {"item": "q0", "verdict": "partial", "credit": 0.25},
               {"item": "q0", "verdict": "partial", "credit": 0.5}),
    "option_probs": (CHOICES, {"item": "q0", "answer": "A0"},
                     {"item": "q0", "answer": "A0", "option_probs": [0.7, 0.3]}),
}  # fmt: skip

MODEL = {"provider": "p", "version": "v", "organisation": "o", "tags": ["t"], "name": "other"}
SUBMISSION: dict[str, Any] = {
    "stated_target": 0.5,
    "stated_penalty": 2,
    "confidence_source": "stated",
    "confidence_unit": "percent",
    "external_id": "run-1",
    "run": {"harness": "x"},
    "reported": {"metric": "accuracy", "value": 0.5},
    "predictions": answers(2),
} | {f"model/{name}": value for name, value in MODEL.items()}
