"""Every request of the contract as a value: what to send, and what comes back.

They know no network, so the client that blocks and the one that awaits are the same client.
"""

import dataclasses
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast
from urllib.parse import quote, urlencode

from candor_client.http.body import Body
from candor_client.results import (
    Benchmark,
    GuaranteedThreshold,
    Item,
    Leaderboard,
    Receipt,
    Submission,
)
from candor_client.tables.rows import rows_of

T = TypeVar("T")
Params = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that was good: what the caller's function reads."""

    status: int
    headers: Mapping[str, str]
    text: str

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[T]):
    """One request. `key` is its idempotency key; `in_memory`: its rows stand in no file; `version`
    is what its benchmark must be at."""

    method: str
    path: str
    read: Callable[[Reply], T]
    params: Params = ()
    body: Body | None = None
    json: Any = None
    accept: str = "application/json"
    key: str | None = None
    in_memory: bool = False
    version: int | None = None

    @property
    def target(self) -> str:
        """Path and query as they stand in the request."""
        return f"/api/v1{self.path}" + (f"?{urlencode(self.params)}" if self.params else "")


def get(path: str, read: Callable[[Reply], T], /, **params: Any) -> Call[T]:
    """A read."""
    return Call(method="GET", path=path, params=flat(params), read=read)


def post(path: str, body: Any, read: Callable[[Reply], T], /) -> Call[T]:
    """A small JSON request."""
    return Call(method="POST", path=path, json=body, read=read)


def as_json(reply: Reply) -> Any:
    """The JSON as it came."""
    return reply.json()


def as_text(reply: Reply) -> str:
    """The text as it came."""
    return reply.text


def as_lines(reply: Reply) -> list[Any]:
    """NDJSON as a list."""
    return [json.loads(line) for line in reply.text.splitlines() if line.strip()]


def at(call: Call[T], cursor: str | None) -> Call[T]:
    """The same list from a cursor on."""
    if cursor is None:
        return call
    return dataclasses.replace(call, params=(*call.params, ("cursor", cursor)))


def segment(text: str) -> str:
    """A path segment, percent-encoded."""
    return quote(text, safe="")


def benchmarks(*, archived: bool = False) -> Call[Any]:
    """A page of benchmarks in use, or of archived ones."""
    return get("/benchmarks", as_json, limit=1_000, archived=archived or None)


def benchmark(slug: str) -> Call[Benchmark]:
    """A benchmark's facts and policy."""
    return get(f"/benchmarks/{segment(slug)}", as_json)


def items(slug: str) -> Call[list[Item]]:
    """All questions of a benchmark."""
    call = get(f"/benchmarks/{segment(slug)}/items", as_lines)
    return dataclasses.replace(call, accept="application/x-ndjson")


def board(benchmark: str, **asked: Any) -> Call[Leaderboard]:
    """A board under one rule."""
    return get(f"/benchmarks/{segment(benchmark)}/leaderboard", as_json, **asked)


def board_text(benchmark: str, **asked: Any) -> Call[str]:
    """A board as CSV or Markdown."""
    call = get(f"/benchmarks/{segment(benchmark)}/leaderboard", as_text, **asked)
    return dataclasses.replace(call, accept="*/*")


def compare(a: str, b: str, **asked: Any) -> Call[dict[str, Any]]:
    """Two submissions on the same items."""
    return get("/compare", as_json, a=a, b=b, **asked)


def gate(candidate: Any, baseline: str | None, **asked: Any) -> Call[dict[str, Any]]:
    """A candidate, stored or as rows, against a baseline on the same items.

    None for either where `asked` names a model instead (candidate_model, baseline_model).
    """
    fields = {name: value for name, value in asked.items() if value is not None}
    if baseline is not None:
        fields["baseline"] = baseline
    if isinstance(candidate, str):
        fields["candidate"] = candidate
    elif candidate is not None:
        fields["predictions"] = list(rows_of(candidate))
    return post("/gate", fields, as_json)


def submission(submission_id: str) -> Call[Submission]:
    """One submission with everything that may be shown of it."""
    return get(f"/submissions/{segment(submission_id)}", as_json)


def threshold(submission_id: str, risk: float) -> Call[GuaranteedThreshold]:
    """From which stated confidence on a submission's risk is at most `risk`."""
    return get(f"/submissions/{segment(submission_id)}/threshold", as_json, risk=risk)


def submissions(benchmark: str, **asked: Any) -> Call[Any]:
    """A page of submissions."""
    return get(f"/benchmarks/{segment(benchmark)}/submissions", as_json, limit=1_000, **asked)


def predictions(submission_id: str) -> Call[Any]:
    """A page of what the model said."""
    return get(f"/submissions/{segment(submission_id)}/predictions", as_json, limit=1_000)


def prompt(benchmark: str, target: float | None, penalty: float | None) -> Call[str]:
    """The instruction to append to a question."""
    call = get(f"/benchmarks/{segment(benchmark)}/prompt", as_text, target=target, penalty=penalty)
    return dataclasses.replace(call, accept="text/plain")


def withdraw(submission_id: str, reason: str) -> Call[Submission]:
    """Takes a submission off its board."""
    return post(f"/submissions/{segment(submission_id)}/withdraw", {"reason": reason}, as_json)


def erase(submission_id: str, reason: str) -> Call[Submission]:
    """Erases the answers of a submission."""
    return post(f"/submissions/{segment(submission_id)}/erase", {"reason": reason}, as_json)


def change(slug: str, changes: Mapping[str, Any], version: int | None) -> Call[Benchmark]:
    """Changes words and policy of a benchmark; None clears."""
    path = f"/benchmarks/{segment(slug)}"
    return Call(method="PATCH", path=path, json=dict(changes), read=as_json, version=version)


def archive(slug: str, reason: str) -> Call[Benchmark]:
    """Makes a benchmark read-only and takes it off the list."""
    return post(f"/benchmarks/{segment(slug)}/archive", {"reason": reason}, as_json)


def unarchive(slug: str) -> Call[Benchmark]:
    """Puts an archived benchmark back on the list."""
    return post(f"/benchmarks/{segment(slug)}/unarchive", {}, as_json)


def delete(slug: str, reason: str) -> Call[bool]:
    """Deletes a benchmark with everything sent to it; whether nothing of it is left already."""
    params = flat({"reason": reason or None})
    path = f"/benchmarks/{segment(slug)}"
    return Call(method="DELETE", path=path, params=params, read=lambda reply: reply.status == 204)


def rules() -> Call[list[dict[str, Any]]]:
    """Every metric."""
    return get("/rules", lambda reply: cast(list[dict[str, Any]], reply.json()["data"]))


def read_receipt(reply: Reply) -> Receipt:
    """What a submission got; `replayed` where it was stored before."""
    replayed = reply.headers.get("idempotency-replayed") == "true"
    return cast(Receipt, {**reply.json(), "replayed": replayed})


def flat(fields: Mapping[str, Any]) -> Params:
    """Fields as query parameters: lists repeated, objects as JSON, None left out."""
    return tuple(_flat(fields))


def _flat(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in fields.items():
        if value is None:
            continue
        if isinstance(value, list | tuple):
            yield from ((name, str(one)) for one in value)
        elif isinstance(value, Mapping):
            yield name, json.dumps(value, ensure_ascii=False, sort_keys=True)
        else:
            yield name, str(value).lower() if isinstance(value, bool) else str(value)
