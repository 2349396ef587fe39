"""`POST /score` without a server, for installations of this distribution.

The client finds it through the entry point `candor.score` and imports nothing of ours: bytes and
query parameters go in, an HTTP status and JSON come out, problems in the same shape as online.
"""

from collections.abc import Sequence

from app.api.scores import scored
from app.http.encode import json_bytes
from app.http.problem_responses import problem_response
from app.intake.limits import Limits
from app.intake.scored import ScoredReader
from app.problem import Problem


def score(
    body: bytes, *, media: str, encoding: str | None, query: Sequence[tuple[str, str]]
) -> tuple[int, bytes]:
    """Scores a body of rows; the status and the JSON that the server would have answered."""
    limits = Limits()
    try:
        reader = ScoredReader(media, content_encoding=encoding, limits=limits)
        reader.feed(body)
        return 200, json_bytes(scored(reader, list(query), limits=limits))
    except Problem as problem:
        refusal = problem_response(problem, instance="/api/v1/score", request_id="offline")
        return refusal.status_code, bytes(refusal.body)
