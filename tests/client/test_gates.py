"""Parts of a gate that no server is asked for: addresses, Markdown, exit codes of several runs."""

from pathlib import Path
from typing import Any

import pytest

from candor_client.commands.output.summary import failure
from candor_client.errors import Unreachable, UsageError
from candor_client.gates.gate import Gate, pair_url
from candor_client.gates.pipeline import (
    Decision,
    Outcome,
    exit_code,
    require_different_models,
    worst,
)
from candor_client.importers import read
from candor_client.record import Imported, Row
from tests.client.ran import jsonl

TERMS: dict[str, Any] = {"rule": "target", "target": 0.75, "mode": "declared"}


def test_the_page_of_a_pair_keeps_the_path_of_the_server() -> None:
    here = pair_url("https://example.org/candor", "sub_a", "sub_b", TERMS)
    assert here == ("https://example.org/candor/compare?a=sub_a&b=sub_b&target=0.75&mode=declared")
    binary = pair_url("https://example.org", "sub_a", "sub_b", TERMS | {"rule": "binary"})
    assert binary.endswith("/compare?a=sub_a&b=sub_b&rule=binary&mode=declared")


def test_nothing_in_a_summary_is_markup_of_others() -> None:
    said = failure(UsageError("a | b\n# <script> @everyone [x](y) `z` *w*"))
    line = said.split("\n\n")[1]
    assert line == (r"a \| b \# &lt;script> &#64;everyone \[x\](y) \`z\` \*w\*")


def outcome(decision: Decision | None, *, passes: bool = False, broken: bool = False) -> Outcome:
    imported = Imported(
        format="candor", source="a", benchmark="b", model="m", rows=(Row(item="i"),)
    )
    error = Unreachable("gone") if broken else None
    return Outcome(imported=imported, decision=decision, passes=passes, error=error)


@pytest.mark.parametrize(
    ("outcomes", "code", "said"),
    [
        ([outcome(None, passes=True)], 0, None),
        ([outcome("pass", passes=True)], 0, "pass"),
        ([outcome("fail"), outcome("pass", passes=True)], 1, "fail"),
        ([outcome("cannot-tell"), outcome("fail")], 1, "fail"),
        ([outcome("cannot-tell")], 6, "cannot-tell"),
        ([outcome("cannot-tell", passes=True)], 0, "cannot-tell"),
        ([outcome("first-run")], 7, "first-run"),
        ([outcome("first-run", passes=True), outcome("cannot-tell")], 6, "cannot-tell"),
        ([outcome("fail"), outcome(None, broken=True)], 4, None),
    ],
)
def test_what_a_step_of_several_runs_ends_with(
    outcomes: list[Outcome], code: int, said: str | None
) -> None:
    assert (exit_code(outcomes), worst(outcomes)) == (code, said)


def test_the_best_is_of_a_model() -> None:
    with pytest.raises(UsageError, match="--against best"):
        Gate(baseline="sub_a", against="best").asked()
    asked = Gate(baseline="quill", max_loss=2).asked()
    assert (asked["baseline_model"], asked["largest_loss"]) == ("quill", 0.02)


def test_one_run_of_a_model_at_a_time(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "a.jsonl", [{"item": "q", "verdict": "correct", "model": "m"}])
    with pytest.raises(UsageError, match="twice"):
        require_different_models([*read(path), *read(path)])
