"""The codes of problems, with status and title; `/docs` and the OpenAPI document list them."""

from typing import Final

PROBLEM_CODES: Final[dict[str, tuple[int, str]]] = {
    "malformed": (400, "The request could not be read"),
    "unauthenticated": (401, "A valid key is needed"),
    "forbidden": (403, "This key may not do that"),
    "hidden-gold": (403, "The benchmark keeps this secret"),
    "not-found": (404, "There is nothing here"),
    "no-baseline": (404, "There is no earlier submission to compare with"),
    "no-candidate": (404, "There is no submission to judge"),
    "method-not-allowed": (405, "This address does not take that method"),
    "not-acceptable": (406, "No such representation"),
    "conflict": (409, "This is not possible now"),
    "gone": (410, "This was deleted"),
    "stale": (412, "The benchmark has changed since"),
    "too-large": (413, "The request is too large"),
    "uri-too-long": (414, "The address is too long"),
    "unsupported-media-type": (415, "This media type is not read here"),
    "invalid-request": (422, "The request is not valid"),
    "same-submission": (422, "A submission cannot be compared with itself"),
    "invalid-predictions": (422, "Nothing was stored"),
    "invalid-items": (422, "Nothing was published"),
    "idempotency-mismatch": (422, "The idempotency key belongs to another request"),
    "rate-limited": (429, "Too many requests"),
    "quota-exceeded": (429, "The quota of submissions is used up"),
    "headers-too-large": (431, "The headers are too large"),
    "internal": (500, "Something went wrong on our side"),
    "unavailable": (503, "Busy, try again"),
    "corrupt": (503, "Stored data failed its checksum"),
    "no-space": (507, "No space left to store this"),
}
"""code → (status, title). A code never changes its meaning; new ones may be added."""
