"""Which problems each operation can answer with, by status, for the OpenAPI document."""

from typing import Any, Final

from app.api.openapi.schema import reference
from app.http.problem_codes import PROBLEM_CODES
from app.http.problem_responses import ProblemDetails

EVERYWHERE: Final = (
    "malformed",
    "unauthenticated",
    "uri-too-long",
    "rate-limited",
    "headers-too-large",
    "internal",
    "unavailable",
)
"""What the request itself, its key or the machine can cause, whatever is asked for."""

OF_OPERATION: Final[dict[str, tuple[str, ...]]] = {
    "publishBenchmark": ("invalid-items", "conflict"),
    "listBenchmarks": (),
    "readBenchmark": (),
    "listItems": ("not-acceptable",),
    "readPrompt": (),
    "changeBenchmark": ("conflict",),
    "archiveBenchmark": ("conflict",),
    "unarchiveBenchmark": (),
    "deleteBenchmark": ("conflict",),
    "reviseBenchmark": ("invalid-items", "conflict"),
    "listRevisions": (),
    "readRevision": (),
    "submitPredictions": (
        "invalid-predictions",
        "idempotency-mismatch",
        "quota-exceeded",
        "conflict",
    ),
    "listSubmissions": (),
    "readSubmission": ("corrupt",),
    "readGuaranteedThreshold": ("hidden-gold", "gone", "corrupt"),
    "listPredictions": ("hidden-gold", "not-acceptable", "corrupt"),
    "withdrawSubmission": ("forbidden", "conflict", "corrupt"),
    "eraseSubmission": ("forbidden", "conflict"),
    "readLeaderboard": ("hidden-gold", "not-acceptable", "corrupt"),
    "readBehaviour": ("corrupt",),
    "compareSubmissions": ("hidden-gold", "not-found", "gone", "conflict", "corrupt"),
    "decideGate": (
        "hidden-gold",
        "not-found",
        "no-baseline",
        "no-candidate",
        "gone",
        "conflict",
        "same-submission",
        "invalid-predictions",
        "corrupt",
    ),
    "scorePredictions": ("invalid-predictions",),
    "createKey": ("not-found",),
    "listKeys": (),
    "revokeKey": ("forbidden",),
    "listAudit": (),
    "createInvitation": ("conflict",),
    "listInvitations": (),
    "revokeInvitation": (),
    "acceptInvitation": ("forbidden", "not-found", "conflict"),
    "listRules": (),
    "readLimits": (),
}
"""Codes of each operation besides those that its parameters, body and key imply."""

_STORING: Final = frozenset({"post", "put", "patch", "delete"})
_STORES_NOTHING: Final = frozenset({"scorePredictions", "decideGate"})


def problems_of(operation: dict[str, Any], *, method: str, needs_scope: bool) -> list[str]:
    """The codes that `operation` can answer with, in the order of their statuses."""
    name = operation["operationId"]
    codes = {*EVERYWHERE, *OF_OPERATION[name]}
    parameters = operation.get("parameters", [])
    in_path = {parameter["name"] for parameter in parameters if parameter["in"] == "path"}
    if needs_scope:
        codes.add("forbidden")
    if in_path:
        codes.add("not-found")
    if in_path & {"slug", "submission_id"}:
        codes.add("gone")
    if any(parameter["in"] == "query" for parameter in parameters) or "number" in in_path:
        codes.add("invalid-request")
    if any(parameter["name"].lower() == "if-match" for parameter in parameters):
        codes |= {"stale", "invalid-request"}
    if "requestBody" in operation:
        codes |= {"too-large", "unsupported-media-type", "invalid-request"}
    if method in _STORING and name not in _STORES_NOTHING:
        codes.add("no-space")
    return [code for code in PROBLEM_CODES if code in codes]


def responses_of(codes: list[str]) -> dict[str, dict[str, Any]]:
    """Responses by status, each naming the codes that it may carry."""
    by_status: dict[str, list[str]] = {}
    for code in codes:
        by_status.setdefault(str(PROBLEM_CODES[code][0]), []).append(code)
    return {status: _response(status, group) for status, group in by_status.items()}


def _response(status: str, codes: list[str]) -> dict[str, Any]:
    headers = {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}}
    if status == "401":
        headers["WWW-Authenticate"] = {"$ref": "#/components/headers/WWW-Authenticate"}
    if status in {"429", "503"}:
        headers["Retry-After"] = {"$ref": "#/components/headers/Retry-After"}
    return {
        "description": "\n\n".join(f"`{code}`: {PROBLEM_CODES[code][1]}." for code in codes),
        "headers": headers,
        "content": {"application/problem+json": {"schema": reference(ProblemDetails)}},
    }
