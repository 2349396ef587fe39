"""The summary of a pipeline's step as Markdown: verdict, why, what was lost, where to look."""

import re
from collections.abc import Sequence
from typing import Any, Final

from candor_client.client import Client
from candor_client.commands.output.board_table import points
from candor_client.commands.output.pair_tables import limits, loss, moved, short, signed
from candor_client.errors import CandorError
from candor_client.gates.pipeline import Decision, Outcome, Plan
from candor_client.wording import counted

HEADINGS: Final[dict[Decision, str]] = {
    "pass": "Pass",
    "fail": "Fail",
    "cannot-tell": "Cannot tell",
    "first-run": "First run",
}


def summary(outcomes: Sequence[Outcome], plan: Plan, client: Client) -> str:
    """Everything that happened to the runs, and the boards they are on."""
    address = client.account.url
    parts = [_about(one, plan, address) for one in outcomes]
    parts += [
        _board(client, slug, plan) for slug in dict.fromkeys(one.benchmark for one in outcomes)
    ]
    return "\n".join(part for part in parts if part)


def failure(error: BaseException) -> str:
    """The summary of a step that ended before any run was looked at."""
    what = str(error) or type(error).__name__
    return f"## Candor: the step failed\n\n{_text(what)}\n\nNothing was decided.\n"


def _about(one: Outcome, plan: Plan, address: str) -> str:
    name = f"{_text(one.imported.model)} on {_text(one.benchmark)}"
    if one.error is not None:
        heading = f"## Error: {name}\n\n{_text(str(one.error))}\n"
        return heading + (_pushed(one, address) if one.pushed is not None else "")
    if one.decision is None:
        return f"## {name}\n\n{_pushed(one, address)}"
    lines = [f"## {HEADINGS[one.decision]}: {name}", ""]
    if one.decided is None:
        lines += [_text(one.why), ""]
    else:
        lines += [f"**{_text(one.decided['says'])}**", "", *_figures(one, address), ""]
        lines += [*_lost(one.decided["items"]), *_link(one, address)]
    lines += [_consequence(one, plan), "", _pushed(one, address)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))


def _figures(one: Outcome, address: str) -> list[str]:
    decided = one.decided
    assert decided is not None
    base, stored = decided["baseline"], decided["baseline"]["submission"]
    terms = decided["rule"]
    if decided["rule"] == "target":
        terms = f"t = {decided['target']:g}, {decided['mode']}"
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
            f"| {_text(one['item'])} | {_text(short(one['question'], 100))} | {moved(one)} "
            f"| {signed(one['cost'])} |"
            for one in items["worst"]
        ),
        "",
    ]


def _link(one: Outcome, address: str) -> list[str]:
    page = one.comparison(address)
    if page is not None:
        return [f"[Compare the two question by question]({page})", ""]
    if one.passes:
        return []
    return [
        "The candidate is not stored, so no page compares the two; `candor push` stores it.",
        "",
    ]


def _consequence(one: Outcome, plan: Plan) -> str:
    if one.decision == "pass":
        return ""
    if one.decision == "first-run" and one.passes:
        return "A first run passes (`first-run: pass`) and becomes the baseline of the next."
    if one.decision == "first-run":
        return (
            "A first run fails (`first-run: fail`). Push a baseline by hand once: "
            "`candor push`, without a gate."
        )
    if one.decision == "cannot-tell" and one.passes:
        return "It passes all the same (`cannot-tell: pass`)."
    if plan.order == "gate-first":
        return "It was not pushed: the board and the next baseline are as before."
    return "It was pushed before the gate, so it is on the board."


def _pushed(one: Outcome, address: str) -> str:
    if one.pushed is None:
        return ""
    identity = one.pushed.receipt["id"]
    return f"Pushed as [{identity}]({address}/submissions/{identity}).\n"


def _board(client: Client, slug: str, plan: Plan) -> str:
    """The board as it is now; a server that does not answer is no reason to have no summary."""
    gate = plan.gate
    asked: dict[str, Any] = {}
    if gate is not None:
        asked = {"rule": gate.rule, "target": gate.target, "mode": gate.mode}
    try:
        table = client.leaderboard_text(slug, format="markdown", **asked)
    except CandorError:
        return ""
    page = f"{client.account.url}/benchmarks/{slug}"
    return f"### Board\n\n{table}\n[The board]({page})\n"


def _text(said: str) -> str:
    """Text of others in one line of Markdown: nothing in it is markup, a cell or a mention."""
    line = " ".join(said.split())
    line = re.sub(r"([\\`*_\[\]|#~])", r"\\\1", line.replace("&", "&amp;"))
    return line.replace("<", "&lt;").replace("@", "&#64;")
