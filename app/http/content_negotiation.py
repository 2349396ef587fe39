"""Content negotiation and conditional requests.

Which representation a caller wants: `format=` first, then `Accept`. Entity tags: `If-None-Match`
(is it still the same?) and `If-Match` (RFC 9110, 8.8.3 and 13.1).
"""

import re
from typing import Final

from fastapi import Request

from app.problem import Problem


def wants(request: Request, offers: tuple[str, ...]) -> str:
    """The offered media type that `Accept` likes best; the first offer where it has no wish.

    Raises `not-acceptable` where none will do.
    """
    lines = request.headers.getlist("accept")
    accept = ",".join(lines) if lines else "*/*"
    best, best_quality = offers[0], 0.0
    for offer in offers:
        quality = _quality(accept, offer)
        if quality > best_quality:
            best, best_quality = offer, quality
    if best_quality == 0.0:
        raise Problem("not-acceptable", f"This address answers as {', '.join(offers)}.")
    return best


def _quality(accept: str, offer: str) -> float:
    """How much `accept` likes `offer`; the most specific range decides."""
    kind = offer.partition("/")[0]
    specific, quality = -1, 0.0
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        rank = {offer: 2, f"{kind}/*": 1, "*/*": 0}.get(name, -1)
        if rank > specific:
            specific, quality = rank, _weight(parameters)
    return quality


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(max(float(value), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0


_TAG: Final = re.compile(r'(?P<weak>W/)?(?P<tag>"[\x21\x23-\x7e\x80-\xff]*")')
_ANY: Final = "*"


def is_current(request: Request, tag: str) -> bool:
    """Whether the caller has what `tag` names, so that the reply is 304.

    Compared weakly: `W/"a"` is `"a"`. `*` is whatever there is.
    """
    names = _names(",".join(request.headers.getlist("if-none-match")))
    return _ANY in names or tag in {name.removeprefix("W/") for name in names}


def expected_tags(if_match: str | None) -> list[str] | None:
    """The tags that `If-Match` names, `*` among them; None where the request has no such header.

    Compared strongly: a weak tag, which is none of ours, matches nothing.
    """
    return None if if_match is None else _names(if_match)


def _names(header: str) -> list[str]:
    """The tags of a list, weak ones with their `W/`; what is no tag names nothing."""
    if header.strip() == _ANY:
        return [_ANY]
    return [tag.group() for tag in _TAG.finditer(header)]
