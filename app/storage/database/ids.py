"""Public ids: a prefix that says what it is, and a ULID that sorts by time."""

from ulid import ULID


def public_id(prefix: str) -> str:
    """A fresh id such as `sub_01K…`."""
    return f"{prefix}_{ULID()}"
