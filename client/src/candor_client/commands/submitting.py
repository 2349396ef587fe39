"""submit and score: our own rows, as they stand, to a board or to be scored and forgotten."""

from pathlib import Path
from typing import Annotated, Any

import typer

from candor_client.commands.options import (
    Json,
    MappingFile,
    Mode,
    Provider,
    Url,
    Version,
    a_penalty,
    a_target,
    one_of,
    penalties,
    require_one,
    targets,
)
from candor_client.prompts.instruction import MATCHERS

_FILE_HELP = "JSONL, JSON, CSV or Parquet, also .gz; - reads JSONL from standard input."


def submit(
    benchmark: Annotated[str, typer.Argument(help="The benchmark's slug.")],
    file: Annotated[Path, typer.Argument(help=_FILE_HELP, allow_dash=True)],
    model: Annotated[str, typer.Option("--model", "-m", help="The model's name.")],
    provider: Provider = None,
    version: Version = None,
    organisation: Annotated[str | None, typer.Option(help="Who made the model.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="A tag of the model; repeatable.")] = None,
    stated_target: Annotated[
        float | None,
        typer.Option(callback=a_target, help="The target that the prompt announced, 0 to 0.99."),
    ] = None,
    stated_penalty: Annotated[
        float | None,
        typer.Option(callback=a_penalty, help="Or the price of a wrong answer that it announced."),
    ] = None,
    confidence_source: Annotated[
        str | None,
        typer.Option(
            callback=one_of("stated", "logprob", "vote_share", "external"),
            help="stated, logprob, vote_share or external.",
        ),
    ] = None,
    percent: Annotated[
        bool, typer.Option("--percent", help="Confidences run from 0 to 100.")
    ] = False,
    external_id: Annotated[
        str | None, typer.Option(help="Your id of the run; a newer one supersedes an older.")
    ] = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Submit a file of predictions: stored whole with its scores, or not at all."""
    from candor_client.commands.clients import writing
    from candor_client.commands.output.messages import emit, progress_bar
    from candor_client.commands.output.receipts import print_receipt

    require_one(stated_target, stated_penalty, names="--stated-target or --stated-penalty")
    named: dict[str, Any] = {"name": model, "provider": provider, "version": version}
    named |= {"organisation": organisation, "tags": tag or []}
    with writing(url) as client, progress_bar(quiet=as_json) as bar:
        receipt = client.submit(
            benchmark,
            _rows(file),
            model=named,
            stated_target=stated_target,
            stated_penalty=stated_penalty,
            confidence_source=confidence_source,
            confidence_unit="percent" if percent else None,
            external_id=external_id,
            progress=None if bar is None else bar(f"{model} → {benchmark}"),
        )
        address = client.account.url
    if as_json:
        emit(receipt)
    else:
        print_receipt(receipt, model=model, url=address)


def score(
    path: Annotated[
        Path, typer.Argument(help="A tool's output, or rows with a verdict or accepted answers.")
    ],
    target: Annotated[
        list[float] | None,
        typer.Option("--target", "-t", callback=targets, help="A target; repeatable."),
    ] = None,
    penalty: Annotated[
        list[float] | None,
        typer.Option("--penalty", callback=penalties, help="A target by its penalty; repeatable."),
    ] = None,
    mode: Mode = None,
    matcher: Annotated[
        str | None,
        typer.Option(
            callback=one_of(*MATCHERS), help="For rows with answers and what is accepted."
        ),
    ] = None,
    missing: Annotated[int, typer.Option(min=0, help="Items that have no row.")] = 0,
    mapping: MappingFile = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Score judged rows, stored nowhere: offline where candor-server is there, else by --url."""
    from candor_client.commands.clients import say_retries
    from candor_client.commands.output.messages import emit
    from candor_client.commands.output.receipts import print_scores
    from candor_client.importers import options_with, read
    from candor_client.scoring import score_imported

    say_retries()
    scored = [
        score_imported(
            one,
            targets=target,
            penalties=penalty,
            mode=mode,
            matcher=matcher,
            missing=missing,
            url=url,
        )
        for one in read(path, options=options_with(mapping))
    ]
    if as_json:
        emit({"data": scored})
    else:
        for one in scored:
            print_scores(one)


def _rows(file: Path) -> Any:
    if str(file) != "-":
        return file
    import json
    import sys

    from candor_client.errors import InvalidData

    try:
        # JSONL is UTF-8, whatever the terminal's encoding is.
        text = sys.stdin.buffer.read().decode("utf-8-sig")
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    except ValueError as error:
        raise InvalidData(f"Standard input is not JSONL: {error}.") from None
