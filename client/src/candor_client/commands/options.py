"""Options that commands share, and what their values may be."""

from collections.abc import Callable
from typing import Annotated

import typer

HIGHEST_TARGET = 0.99
HIGHEST_PENALTY = 99
RULES = ("target", "binary", "quadratic", "bas")
MODES = ("declared", "threshold")


def a_target(value: float | None) -> float | None:
    """A confidence target as it is. Raises `typer.BadParameter` for what is none."""
    if value is not None and not (0 <= value <= HIGHEST_TARGET and round(value, 4) == value):
        raise typer.BadParameter(
            f"a target is 0 to 0.99 with at most 4 decimals, such as 0.75, not {value:g}."
        )
    return value


def targets(values: list[float] | None) -> list[float] | None:
    """Several of them."""
    for value in values or ():
        a_target(value)
    return values


def a_penalty(value: float | None) -> float | None:
    """A penalty as it is. Raises `typer.BadParameter` for what is none."""
    if value is not None and not (0 <= value <= HIGHEST_PENALTY and round(value, 3) == value):
        raise typer.BadParameter(
            f"a penalty is 0 to 99 with at most 3 decimals, such as 2, not {value:g}."
        )
    return value


def penalties(values: list[float] | None) -> list[float] | None:
    """Several of them."""
    for value in values or ():
        a_penalty(value)
    return values


def a_loss(value: float) -> float:
    """A largest loss in points per 100. Raises `typer.BadParameter`."""
    if not 0 <= value <= 10_000:
        raise typer.BadParameter(f"points per 100, 0 or more, such as 2, not {value:g}.")
    return value


def one_of(*words: str) -> Callable[[str | None], str | None]:
    """A check that a word is one of `words`. It raises `typer.BadParameter` with the list."""

    def check(value: str | None) -> str | None:
        if value is not None and value not in words:
            raise typer.BadParameter(f"{', '.join(words[:-1])} or {words[-1]}, not {value!r}.")
        return value

    return check


def require_one(
    target: float | None, penalty: float | None, *, names: str = "--target or --penalty"
) -> None:
    """Raises `UsageError` for a target beside a penalty: each names the other."""
    if target is not None and penalty is not None:
        from candor_client.errors import UsageError

        raise UsageError(f"Give {names}, not both: a penalty L is the target L / (1 + L).")


def require_terms(rule: str, target: float | None, penalty: float | None) -> None:
    """Raises `UsageError` for a target beside its penalty, or beside a rule that has none."""
    require_one(target, penalty)
    if rule != "target" and (target, penalty) != (None, None):
        from candor_client.errors import UsageError

        option = "--penalty" if target is None else "--target"
        raise UsageError(
            f"{option} belongs to --rule target; --rule {rule} has none. Leave it out."
        )


Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines, and nothing else.")]
Url = Annotated[
    str | None, typer.Option("--url", help="The server; CANDOR_URL or what login kept.")
]
Target = Annotated[
    float | None,
    typer.Option(
        "--target",
        "-t",
        callback=a_target,
        help="Confidence target, 0 to 0.99; the benchmark's own.",
    ),
]
Penalty = Annotated[
    float | None,
    typer.Option(
        "--penalty",
        callback=a_penalty,
        help="Instead of --target: what a wrong answer costs, 0 to 99; 2 is t = 2/3.",
    ),
]
Mode = Annotated[
    str | None,
    typer.Option(
        "--mode",
        callback=one_of(*MODES),
        help="declared or threshold; the benchmark's own where absent.",
    ),
]
Rule = Annotated[
    str,
    typer.Option("--rule", callback=one_of(*RULES), help="target, binary, quadratic or bas."),
]
Against = Annotated[
    str,
    typer.Option(
        "--against",
        callback=one_of("newest", "best"),
        help="Which submission of a baseline's model: the newest before the candidate, or the "
        "best so far, which a slow slide cannot pass.",
    ),
]
MaxLoss = Annotated[
    float,
    typer.Option("--max-loss", callback=a_loss, help="The largest loss that passes, per 100."),
]
Benchmark = Annotated[str | None, typer.Option("--benchmark", "-b", help="The benchmark's slug.")]
ModelName = Annotated[str | None, typer.Option("--model", "-m", help="The model's name.")]
Provider = Annotated[str | None, typer.Option("--provider", help="Who serves the model.")]
Version = Annotated[str | None, typer.Option("--version", help="The model's version or date.")]
MappingFile = Annotated[
    str | None,
    typer.Option(
        "--mapping",
        help="How our rows are read: a JSON file, or a name that push --save-mapping gave one.",
    ),
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        help="Our rows: field=header, as answer=Reply or answer=result.text; field= leaves it out; "
        "repeatable.",
    ),
]
