"""How many, in words: numbers and their nouns agree; and how targets are named."""


def counted(number: int, noun: str) -> str:
    """`1 row`, `2 rows`, `1,000 rows`."""
    return f"{number:,} {noun if number == 1 else noun + 's'}"


def counting(number: int, noun: str, verb: str) -> str:
    """With what they do: `1 row counts`, `2 rows count`; `verb` is that of one."""
    return f"{counted(number, noun)} {verb if number == 1 else _PLURAL.get(verb, verb[:-1])}"


def at_target(target: float) -> str:
    """A target with its name: `t = 0.75`, or `penalty 2` where it has more than four decimals, as
    targets do that a penalty names."""
    if abs(target - round(target, 4)) < 1e-9:
        return f"t = {target:g}"
    return f"penalty {round(target / (1 - target), 3):g}"


def target_text(target: float) -> str:
    """A target as requests and addresses take it, to nine places."""
    return f"{target:.9f}".rstrip("0").rstrip(".")


_PLURAL = {"is": "are", "has": "have"}
