"""Options that commands share."""

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines, and nothing else.")]
Url = Annotated[
    str | None, typer.Option("--url", help="The server; CANDOR_URL or what login kept.")
]
Target = Annotated[
    float | None,
    typer.Option("--target", "-t", help="Confidence target, 0 to 0.99; the benchmark's own."),
]
Mode = Annotated[
    str | None,
    typer.Option("--mode", help="declared or threshold; the benchmark's own where absent."),
]
Rule = Annotated[str, typer.Option("--rule", help="target, binary, quadratic or bas.")]
Benchmark = Annotated[str | None, typer.Option("--benchmark", "-b", help="The benchmark's slug.")]
ModelName = Annotated[str | None, typer.Option("--model", "-m", help="The model's name.")]
Provider = Annotated[str | None, typer.Option("--provider", help="Who serves the model.")]
Version = Annotated[str | None, typer.Option("--version", help="The model's version or date.")]
