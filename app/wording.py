"""Counts with nouns and verbs in the right number, for messages and pages."""


def counted(n: int, noun: str) -> str:
    """`1 answer`, `2 answers`, `1,000 answers`."""
    return f"{n:,} {noun if n == 1 else noun + 's'}"


def verb(n: int, singular: str, plural: str) -> str:
    """What so many of them do: `counts`, `count`."""
    return singular if n == 1 else plural


def invalid(n: int, *, of: int, noun: str) -> str:
    """`1 of 3 predictions is invalid.`"""
    return f"{n:,} of {counted(of, noun)} {verb(n, 'is', 'are')} invalid."
