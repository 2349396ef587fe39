"""ci: a pipeline's one step; gates what a tool wrote, pushes what may pass, and says so."""

from pathlib import Path
from typing import Annotated, Any, cast

import typer

from candor_client.commands.options import (
    Against,
    Benchmark,
    Json,
    MappingFile,
    MaxLoss,
    Mode,
    ModelName,
    Penalty,
    Target,
    Url,
    one_of,
    require_one,
)


def ci(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders of a tool's output.")],
    baseline: Annotated[
        str | None,
        typer.Option(
            "--baseline",
            help="A submission's id, or a model's name: its newest submission before the candidate "
            "(--against best: its best). No gate where absent.",
        ),
    ] = None,
    against: Against = "newest",
    max_loss: MaxLoss = 2.0,
    order: Annotated[
        str,
        typer.Option(
            callback=one_of("gate-first", "push-first"),
            help="gate-first pushes only what passes; push-first stores it, then decides.",
        ),
    ] = "gate-first",
    first_run: Annotated[
        str,
        typer.Option(
            callback=one_of("pass", "fail"), help="Where there is no baseline yet: pass or fail."
        ),
    ] = "pass",
    cannot_tell: Annotated[
        str,
        typer.Option(
            callback=one_of("pass", "fail"), help="Where the items do not decide: pass or fail."
        ),
    ] = "fail",
    benchmark: Benchmark = None,
    model: ModelName = None,
    mapping: MappingFile = None,
    target: Target = None,
    penalty: Penalty = None,
    mode: Mode = None,
    publish: Annotated[
        bool, typer.Option("--publish", help="Make the benchmark where there is none.")
    ] = False,
    unfinished: Annotated[
        bool,
        typer.Option("--unfinished", help="With --publish: also from a run that broke off."),
    ] = False,
    accept_mismatch: Annotated[
        bool, typer.Option("--accept-mismatch", help="Send though the tool's figure differs.")
    ] = False,
    summary: Annotated[
        Path | None, typer.Option(help="A file to add a summary to, in Markdown.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="A file to add decision and submissions to, for a workflow.")
    ] = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Gate and push in one step: only what passes reaches the board, and a summary says why.

    Ends as gate does: 0, 1 failed, 6 cannot tell, 7 no baseline yet; a summary is always written.
    """
    from candor_client.commands.ci_report import Files, print_outcomes
    from candor_client.commands.output.messages import emit
    from candor_client.gates.gate import Gate
    from candor_client.gates.pipeline import Plan, exit_code
    from candor_client.importers import options_with

    require_one(target, penalty)
    gate = None
    if baseline is not None:
        gate = Gate(
            baseline=baseline,
            against=cast(Any, against),
            max_loss=max_loss,
            target=target,
            penalty=penalty,
            mode=mode,
        )
        gate.asked()  # what can never be asked is said before anything is read or sent
    plan = Plan(
        gate=gate,
        order=cast(Any, order),
        first_run=cast(Any, first_run),
        cannot_tell=cast(Any, cannot_tell),
        publish={} if publish else None,
        unfinished=unfinished,
        accept_mismatch=accept_mismatch,
    )
    files = Files(summary=summary, output=output)
    outcomes, address = files.kept(
        paths, options_with(mapping, benchmark=benchmark, model=model), plan, url
    )
    if as_json:
        emit(files.as_json(outcomes, address))
    else:
        print_outcomes(outcomes, address)
    raise typer.Exit(exit_code(outcomes))
