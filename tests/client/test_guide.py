"""What docs/integrations.md names is there: commands, options, names in Python."""

import ast
import re
from pathlib import Path
from typing import Any

import typer

import candor_client
from candor_client.commands.root import app
from candor_client.presets import PRESETS, preset

GUIDE = (Path(__file__).parents[2] / "docs" / "integrations.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE, flags=re.M | re.S)


def options_of(command: Any) -> set[str]:
    return {name for parameter in command.params for name in parameter.opts}


def test_every_command_and_option_of_the_guide_exists() -> None:
    group: Any = typer.main.get_command(app)
    seen = set()
    for line in "\n".join(blocks("bash")).splitlines():
        for call in re.findall(r"(?:^|[;&] )candor ([^;#]*)", line):
            name, *words = call.split()
            assert name in group.commands, line
            seen.add(name)
            options = {word for word in words if re.match(r"-{1,2}[a-z]", word)}
            assert options <= options_of(group.commands[name]), line
    assert seen >= {
        "push",
        "publish",
        "submit",
        "leaderboard",
        "gate",
        "score",
        "export",
        "presets",
    }
    inline = set(re.findall(r"`(--[a-z-]+)", GUIDE)) - {"--json", "--publish"}
    known = set().union(*(options_of(command) for command in group.commands.values()))
    plugin = {"--install-completion"}
    assert {name for name in inline if not name.startswith("--candor-")} <= known | plugin
    for command in group.commands.values():
        assert "--json" in options_of(command) or command.name == "version"


def test_the_python_of_the_guide_is_python_and_names_what_there_is() -> None:
    for block in blocks("python"):
        for node in ast.walk(ast.parse(block)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                owner = {
                    "candor_client": candor_client,
                    "client": candor_client.Client,
                    "reply": candor_client.Reply,
                }.get(node.value.id)
                known = owner is None or hasattr(owner, node.attr) or node.attr == "record"
                assert known, f"{node.value.id}.{node.attr}"


def test_presets_are_policies_without_questions() -> None:
    for one in PRESETS.values():
        policy = one.policy("a-slug")
        assert "items" not in policy
        assert 0 <= policy["default_target"] <= 0.99
        assert policy["matcher"] in {"exact", "text", "choice", "number", "set", "verdicts"}
        assert one.abstaining
        assert one.source
    assert preset("SQuAD 2.0") is preset("squad2") is preset("squad-v2")
    assert preset("SWE-bench Verified").name == "swe-bench"
