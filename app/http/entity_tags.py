"""Entity tags in requests: `If-None-Match` (is it still the same?) and `If-Match` (RFC 9110, 8.8.3
and 13.1)."""

import re
from typing import Final

from fastapi import Request

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
    return [found.group() for found in _TAG.finditer(header)]
