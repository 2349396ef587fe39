"""compare and gate: two submissions on the same items."""

from pathlib import Path
from typing import Annotated, Literal, cast

import typer

from candor_client.commands.options import (
    Against,
    Benchmark,
    Json,
    MappingFile,
    MaxLoss,
    Mode,
    Penalty,
    Rule,
    Target,
    Url,
    require_terms,
)
from candor_client.errors import CANNOT_TELL, GATE_FAILED

_WHO = "A submission's id (sub_…), or with --benchmark a model's name: its newest that counts."
_FILES = {".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".eval", ".gz", ".zst", ".parquet"}
"""What a file's name ends in; the names of models end in other ways."""
EXIT_OF = {"pass": 0, "fail": GATE_FAILED, "cannot-tell": CANNOT_TELL}


def compare(
    a: Annotated[str, typer.Argument(help=_WHO)],
    b: Annotated[str, typer.Argument(help=_WHO)],
    benchmark: Benchmark = None,
    target: Target = None,
    penalty: Penalty = None,
    mode: Mode = None,
    rule: Rule = "target",
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Compare two submissions item by item; differences are a minus b, positive favours a."""
    from candor_client.commands.clients import reading
    from candor_client.commands.output.messages import emit
    from candor_client.commands.output.pair_tables import print_pair
    from candor_client.gates.candidates import two_named

    require_terms(rule, target, penalty)
    with reading(url) as client:
        ids = two_named(client, a, b, benchmark)
        pair = client.compare(*ids, target=target, penalty=penalty, mode=mode, rule=rule)
        address = client.account.url
    if as_json:
        emit(pair)
    else:
        print_pair(pair, address=address)


def gate(
    candidate: Annotated[
        str, typer.Argument(help=f"{_WHO} Or a file: any supported tool's output, not stored.")
    ],
    baseline: Annotated[
        str,
        typer.Option(
            "--baseline",
            help="A submission's id, or a model's name: its newest submission before the candidate "
            "(--against best: its best).",
        ),
    ],
    max_loss: MaxLoss = 2.0,
    against: Against = "newest",
    benchmark: Benchmark = None,
    mapping: MappingFile = None,
    target: Target = None,
    penalty: Penalty = None,
    mode: Mode = None,
    rule: Rule = "target",
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Decide whether a candidate may replace a baseline: pass (0), fail (1), cannot tell (6).

    Where the baseline's model has no earlier submission that counts, it ends with 7.
    """
    from candor_client.commands.clients import reading
    from candor_client.commands.output.messages import emit
    from candor_client.commands.output.pair_tables import print_gate
    from candor_client.errors import InvalidData
    from candor_client.gates.candidates import run_in
    from candor_client.gates.gate import Gate, decide_rows, decide_stored

    require_terms(rule, target, penalty)
    policy = Gate(
        baseline=baseline,
        against=cast(Literal["newest", "best"], against),
        max_loss=max_loss,
        target=target,
        penalty=penalty,
        mode=mode,
        rule=rule,
    )
    with reading(url) as client:
        if Path(candidate).exists():
            decided = decide_rows(client, run_in(Path(candidate), benchmark, mapping), policy)
        elif Path(candidate).suffix in _FILES:
            raise InvalidData(f"{candidate} does not exist.")
        else:
            decided = decide_stored(client, candidate, benchmark, policy)
        address = client.account.url
    if as_json:
        emit(decided)
    else:
        print_gate(decided, address=address)
    raise typer.Exit(EXIT_OF[decided["decision"]])
