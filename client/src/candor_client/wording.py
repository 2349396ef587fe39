"""How many, in words: numbers and their nouns agree."""


def counted(number: int, noun: str) -> str:
    """`1 row`, `2 rows`, `1,000 rows`."""
    return f"{number:,} {noun if number == 1 else noun + 's'}"


def counting(number: int, noun: str, verb: str) -> str:
    """With what they do: `1 row counts`, `2 rows count`; `verb` is that of one."""
    return f"{counted(number, noun)} {verb if number == 1 else _PLURAL.get(verb, verb[:-1])}"


_PLURAL = {"is": "are", "has": "have"}
