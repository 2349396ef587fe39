"""Every place that speaks of matchers agrees with the registry, and its failure names the file."""

from pathlib import Path
from typing import get_args

import pytest

from app.grading import registry
from app.grading.registry import MATCHERS
from candor_client.prompts import instruction
from tests.served import Served

ROOT = Path(__file__).parents[2]
ITEMS = {
    "choice": {"key": "q0", "accepted": ["a"], "choices": ["a", "b"]},
    "choices": {"key": "q0", "accepted": ["a", "b"], "choices": ["a", "b", "c"]},
    "number": {"key": "q0", "accepted": ["1"]},
    "set": {"key": "q0", "accepted": ['["a"]']},
    "verdicts": {"key": "q0"},
}


def test_requests_take_every_name() -> None:
    assert set(get_args(registry.MatcherName)) == set(MATCHERS)


def test_the_client_knows_every_name() -> None:
    missing = set(MATCHERS) ^ set(instruction.MATCHERS)
    assert not missing, f"MATCHERS of client/src/candor_client/prompts/instruction.py: {missing}"
    for name, entry in MATCHERS.items():
        asked = f"Answer: {entry.reply} (leave it empty"
        assert asked in instruction.prompt(0.5, matcher=name), (
            f"_FORMS of client/src/candor_client/prompts/instruction.py: {name}"
        )


@pytest.mark.parametrize("name", MATCHERS)
def test_it_is_documented(name: str) -> None:
    row = f"| `{name}` | {MATCHERS[name].summary} |"
    assert row in (ROOT / "docs" / "benchmarks.md").read_text(), f"docs/benchmarks.md: {row}"


@pytest.mark.parametrize("name", MATCHERS)
def test_it_is_judged_somewhere(name: str) -> None:
    cases = (ROOT / "tests" / "grading" / "test_matchers.py").read_text()
    assert name == "verdicts" or f'("{name}", ' in cases, f"tests/grading/test_matchers.py: {name}"


@pytest.mark.parametrize("name", MATCHERS)
def test_a_benchmark_with_it_can_be_published_and_shown(served: Served, name: str) -> None:
    served.publish(matcher=name, items=[ITEMS.get(name, {"key": "q0", "accepted": ["a"]})])
    assert served.read("/benchmarks/ten")["matcher"] == name
    page = served.client.get("/benchmarks/ten/about")
    assert page.status_code == 200
    assert MATCHERS[name].summary in page.text
    assert MATCHERS[name].reply.split('"')[0] in page.text
