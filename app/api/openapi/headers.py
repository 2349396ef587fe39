"""Headers of requests and replies that the framework does not see, for the OpenAPI document."""

from typing import Any, Final

CONTENT_ENCODING: Final[dict[str, Any]] = {
    "name": "Content-Encoding",
    "in": "header",
    "required": False,
    "description": "How the body is compressed, `gzip` or `zstd`; plain where absent.",
    "schema": {"type": "string", "enum": ["gzip", "zstd", "identity"]},
}
IDEMPOTENCY_KEY: Final[dict[str, Any]] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Names the request, so that a repetition stores nothing and gets the first "
    "reply: 1 to 255 visible ASCII characters, no spaces. The same key with other predictions "
    "answers 422 `idempotency-mismatch`.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
}
IF_NONE_MATCH: Final[dict[str, Any]] = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "ETag of the board that the reader has; 304 without a body where it is current.",
    "schema": {"type": "string"},
}

COMPONENTS: Final[dict[str, Any]] = {
    "X-Request-Id": {
        "description": "The request's id, as the log and a problem's `request_id` name it; the "
        "caller's own where it sent 1 to 64 letters, digits, dots, dashes or underscores.",
        "schema": {"type": "string"},
    },
    "ETag": {
        "description": "Names what was read, for `If-Match` and `If-None-Match`.",
        "schema": {"type": "string"},
    },
    "Location": {
        "description": "The address of what was stored.",
        "schema": {"type": "string", "format": "uri-reference"},
    },
    "Retry-After": {
        "description": "Seconds after which to try again.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "WWW-Authenticate": {
        "description": 'How to authenticate: `Bearer realm="candor"`.',
        "schema": {"type": "string"},
    },
    "Idempotency-Replayed": {
        "description": "`true` where the request had been stored before.",
        "schema": {"type": "string", "const": "true"},
    },
    "Cache-Control": {
        "description": "Whether anybody may keep the reply; `no-store` where it holds a secret.",
        "schema": {"type": "string"},
    },
    "Vary": {
        "description": "The request headers that the reply depends on.",
        "schema": {"type": "string"},
    },
}
"""Response headers, for `components/headers`."""

ALWAYS: Final = ("X-Request-Id", "Cache-Control", "Vary")
"""Headers of every reply that is not a problem."""

OF_REPLY: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("publishBenchmark", "201"): ("Location",),
    ("readBenchmark", "200"): ("ETag",),
    ("changeBenchmark", "200"): ("ETag",),
    ("archiveBenchmark", "200"): ("ETag",),
    ("unarchiveBenchmark", "200"): ("ETag",),
    ("reviseBenchmark", "201"): ("Location", "ETag"),
    ("listRevisions", "200"): ("ETag",),
    ("submitPredictions", "201"): ("Location",),
    ("submitPredictions", "200"): ("Location", "Idempotency-Replayed"),
    ("readLeaderboard", "200"): ("ETag",),
    ("readLeaderboard", "304"): ("ETag",),
}
"""Headers of single replies, by operation and status."""


def headers_of(operation_id: str, status: str) -> dict[str, Any]:
    """The headers of a reply that is not a problem."""
    names = (*OF_REPLY.get((operation_id, status), ()), *ALWAYS)
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
