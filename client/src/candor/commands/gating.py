"""compare and gate: two submissions on the same items."""

from pathlib import Path
from typing import Annotated, Any

import typer

from candor.commands.options import Benchmark, Json, Mode, Rule, Target, Url

_WHO = "A submission's id (sub_…), or with --benchmark a model's name."
_FILES = {".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".eval", ".gz", ".zst", ".parquet"}
"""What a file's name ends in; the names of models end in other ways."""
EXIT_OF = {"pass": 0, "fail": 1, "cannot-tell": 6}


def compare(
    a: Annotated[str, typer.Argument(help=_WHO)],
    b: Annotated[str, typer.Argument(help=_WHO)],
    benchmark: Benchmark = None,
    target: Target = None,
    mode: Mode = None,
    rule: Rule = "target",
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Compare two submissions item by item; differences are a minus b, positive favours a."""
    from candor.commands.caller import reading
    from candor.commands.pair_tables import print_pair
    from candor.commands.say import emit
    from candor.contenders import submission_named

    with reading(url) as client:
        pair = client.compare(
            submission_named(client, a, benchmark),
            submission_named(client, b, benchmark),
            target=target,
            mode=mode,
            rule=rule,
        )
    if as_json:
        emit(pair)
    else:
        print_pair(pair)


def gate(
    candidate: Annotated[
        str, typer.Argument(help=f"{_WHO} Or a file: any supported tool's output, not stored.")
    ],
    baseline: Annotated[str, typer.Option("--baseline", help=_WHO)],
    max_loss: Annotated[
        float, typer.Option("--max-loss", min=0, help="The largest loss that passes, per 100.")
    ] = 0.0,
    benchmark: Benchmark = None,
    target: Target = None,
    mode: Mode = None,
    rule: Rule = "target",
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Decide whether a candidate may replace a baseline: pass (0), fail (1), cannot tell (6)."""
    from candor.commands.caller import reading
    from candor.commands.pair_tables import print_gate
    from candor.commands.say import emit
    from candor.contenders import rows_for, submission_named
    from candor.errors import InvalidData

    # A float of 2 / 100 carries no more digits than the caller typed.
    asked: dict[str, Any] = {"largest_loss": round(max_loss / 100, 12)}
    asked |= {"target": target, "mode": mode, "rule": rule}
    with reading(url) as client:
        if Path(candidate).exists():
            imported, rows = rows_for(client, Path(candidate), benchmark)
            held = submission_named(client, baseline, benchmark or imported)
            decided = client.gate(rows, held, **asked)
        elif Path(candidate).suffix in _FILES:
            raise InvalidData(f"{candidate} does not exist.")
        else:
            decided = client.gate(
                submission_named(client, candidate, benchmark),
                submission_named(client, baseline, benchmark),
                **asked,
            )
    if as_json:
        emit(decided)
    else:
        print_gate(decided)
    raise typer.Exit(EXIT_OF[decided["decision"]])
