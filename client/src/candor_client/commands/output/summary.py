"""The summary of a pipeline's step as Markdown: verdict, why, what was lost, where to look."""

import re
from collections.abc import Sequence
from typing import Any, Final

from candor_client.client import Client
from candor_client.commands.output.board_table import points
from candor_client.commands.output.pair_tables import limits, loss, moved, short, signed
from candor_client.errors import CandorError
from candor_client.gates.pipeline import Decision, Outcome, Plan
from candor_client.wording import at_target, counted

HEADINGS: Final[dict[Decision, str]] = {
    "pass": "Pass",
    "fail": "Fail",
    "cannot-tell": "Cannot tell",
    "first-run": "First run",
}


def summary(outcomes: Sequence[Outcome], plan: Plan, client: Client) -> str:
    """Everything that happened to the runs, and the boards they are on."""
    address = client.account.url
    parts = [_about(outcome, plan, address) for outcome in outcomes]
    parts += [
        _board(client, slug, plan)
        for slug in dict.fromkeys(outcome.benchmark for outcome in outcomes)
    ]
    return "\n".join(part for part in parts if part)


def failure(error: BaseException) -> str:
    """The summary of a step that ended before any run was looked at."""
    what = str(error) or type(error).__name__
    return f"## Candor: the step failed\n\n{_text(what)}\n\nNothing was decided.\n"


def _about(outcome: Outcome, plan: Plan, address: str) -> str:
    name = f"{_text(outcome.imported.model)} on {_text(outcome.benchmark)}"
    if outcome.error is not None:
        heading = f"## Error: {name}\n\n{_text(str(outcome.error))}\n"
        return heading + (_pushed(outcome, address) if outcome.pushed is not None else "")
    if outcome.decision is None:
        return f"## {name}\n\n{_pushed(outcome, address)}"
    lines = [f"## {HEADINGS[outcome.decision]}: {name}", ""]
    if outcome.decided is None:
        lines += [_text(outcome.why), ""]
    else:
        lines += [f"**{_text(outcome.decided['says'])}**", "", *_figures(outcome, address), ""]
        lines += [*_lost(outcome.decided["items"]), *_link(outcome, address)]
    lines += [_consequence(outcome, plan), "", _pushed(outcome, address)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _figures(outcome: Outcome, address: str) -> list[str]:
    decided = outcome.decided
    assert decided is not None
    base, stored = decided["baseline"], decided["baseline"]["submission"]
    terms = decided["rule"]
    if decided["rule"] == "target":
        terms = f"{at_target(decided['target'])}, {decided['mode']}"
    when = str(stored["created_at"])[:10]
    who = f"{_text(stored['model']['name'])} of {when}"
    page = f"[{stored['id']}]({address}/submissions/{stored['id']})"
    return [
        "| in points per 100 | |",
        "|---|---|",
        f"| difference | **{signed(decided['difference']['value'])}**{limits(decided)} |",
        f"| largest loss that passes | {loss(decided)} |",
        f"| candidate | {points(decided['candidate']['score']['value'])} |",
        f"| baseline | {points(base['score']['value'])}, {who}, {page} |",
        f"| questions | {decided['difference']['n_items']:,}; {terms} |",
    ]


def _lost(items: dict[str, Any]) -> list[str]:
    if not items["lost"]:
        return []
    lost = counted(items["lost"], "question")
    return [
        f"Points lost on {lost}, gained on {items['gained']:,}; what cost most, in points per 100:",
        "",
        "| question | | baseline → candidate | cost |",
        "|---|---|---|---:|",
        *(
            f"| {_text(item['item'])} | {_text(short(item['question'], 100))} | {moved(item)} "
            f"| {signed(item['cost'])} |"
            for item in items["worst"]
        ),
        "",
    ]


def _link(outcome: Outcome, address: str) -> list[str]:
    page = outcome.comparison(address)
    if page is not None:
        return [f"[Compare the two question by question]({page})", ""]
    if outcome.passes:
        return []
    return [
        "The candidate is not stored, so no page compares the two; `candor push` stores it.",
        "",
    ]


def _consequence(outcome: Outcome, plan: Plan) -> str:
    if outcome.decision == "pass":
        return ""
    if outcome.decision == "first-run" and outcome.passes:
        return "A first run passes (`first-run: pass`) and becomes the baseline of the next."
    if outcome.decision == "first-run":
        return (
            "A first run fails (`first-run: fail`). Push a baseline by hand once: "
            "`candor push`, without a gate."
        )
    if outcome.decision == "cannot-tell" and outcome.passes:
        return "It passes all the same (`cannot-tell: pass`)."
    if plan.order == "gate-first":
        return "It was not pushed: the board and the next baseline are as before."
    return "It was pushed before the gate, so it is on the board."


def _pushed(outcome: Outcome, address: str) -> str:
    if outcome.pushed is None:
        return ""
    identity = outcome.pushed.receipt["id"]
    return f"Pushed as [{identity}]({address}/submissions/{identity}).\n"


def _board(client: Client, slug: str, plan: Plan) -> str:
    """The board as it is now; a server that does not answer is no reason to have no summary."""
    gate = plan.gate
    asked: dict[str, Any] = {}
    if gate is not None:
        asked = gate.terms()
    try:
        table = client.leaderboard_text(slug, format="markdown", **asked)
    except CandorError:
        return ""
    page = f"{client.account.url}/benchmarks/{slug}"
    return f"### Board\n\n{table}\n[The board]({page})\n"


def _text(text: str) -> str:
    """Text of others in one line of Markdown: nothing in it is markup, a cell or a mention."""
    line = " ".join(text.split())
    line = re.sub(r"([\\`*_\[\]|#~])", r"\\\1", line.replace("&", "&amp;"))
    return line.replace("<", "&lt;").replace("@", "&#64;")
