"""prompt: the instruction to append to a question."""

from typing import Annotated

import typer

from candor_client.commands.options import Json, Target, Url, one_of
from candor_client.prompts.instruction import MATCHERS


def prompt(
    benchmark: Annotated[
        str | None, typer.Argument(help="A benchmark's slug; without it no server is asked.")
    ] = None,
    target: Target = None,
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

    if benchmark is None:
        from candor_client.errors import UsageError
        from candor_client.prompts.instruction import prompt as made

        if target is None:
            raise UsageError("Say --target, such as 0.75, or name a benchmark.")
        text = made(target, matcher=matcher)
    else:
        from candor_client.commands.clients import reading

        with reading(url) as client:
            text = client.prompt(benchmark, target)
    if as_json:
        emit({"benchmark": benchmark, "target": target, "prompt": text})
    else:
        print(text, end="")
