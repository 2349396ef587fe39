"""prompt: the instruction to append to a question."""

from typing import Annotated

import typer

from candor_client.commands.options import Json, Penalty, Target, Url, one_of, require_one
from candor_client.prompts.instruction import MATCHERS


def prompt(
    benchmark: Annotated[
        str | None, typer.Argument(help="A benchmark's slug; without it no server is asked.")
    ] = None,
    target: Target = None,
    penalty: Penalty = None,
    matcher: Annotated[
        str,
        typer.Option(
            callback=one_of(*MATCHERS), help="Without a benchmark: how answers will be matched."
        ),
    ] = "text",
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Print the instruction to append to each question: the price, and the form of a reply."""
    from candor_client.commands.output.messages import emit

    require_one(target, penalty)
    if benchmark is None:
        from candor_client.errors import UsageError
        from candor_client.prompts.instruction import prompt as made

        if target is None and penalty is None:
            raise UsageError("Say --target, such as 0.75, or --penalty, or name a benchmark.")
        text = made(target, penalty=penalty, matcher=matcher)
    else:
        from candor_client.commands.clients import reading

        with reading(url) as client:
            text = client.prompt(benchmark, target, penalty=penalty)
    if as_json:
        emit({"benchmark": benchmark, "target": target, "penalty": penalty, "prompt": text})
    else:
        print(text, end="")
