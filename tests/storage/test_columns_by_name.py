"""Rows become values by the names of their columns: no order of a SELECT can misassign one."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy

import app.storage
from app.services.state.app_state import AppState
from tests.served import Served
from tests.waiting import CEILING

STORAGE = Path(app.storage.__file__).parent
ROW_NAMES = {"row", "rows", "values", "columns", "facts"}


def by_position(source: str) -> list[str]:
    """The expressions of a module that take a row of the database by position."""
    return [
        ast.unparse(node)
        for node in ast.walk(ast.parse(source))
        if (
            isinstance(node, ast.Subscript)
            and isinstance(node.value, ast.Name)
            and node.value.id in ROW_NAMES
            and isinstance(node.slice, ast.Constant | ast.Slice | ast.UnaryOp)
            and not (isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str))
        )
        or (
            isinstance(node, ast.Call)
            and any(
                isinstance(argument, ast.Starred) and "row" in ast.unparse(argument).lower()
                for argument in node.args
            )
            and ast.unparse(node.func) != "zip"
        )
        or (isinstance(node, ast.Assign) and _unpacks_a_row(node))
    ]


def _unpacks_a_row(node: ast.Assign) -> bool:
    return (
        isinstance(node.targets[0], ast.Tuple)
        and isinstance(node.value, ast.Name)
        and node.value.id == "row"
    )


@pytest.mark.parametrize("path", sorted(STORAGE.rglob("*.py")), ids=lambda path: path.stem)
def test_no_row_is_taken_by_position(path: Path) -> None:
    found = by_position(path.read_text())
    assert not found, f"{path.name}: take the columns by name: {found}"


@pytest.mark.parametrize(
    "source", ["Item(*row)", "values[12]", "row[:11]", "columns[0]", "row[-1]", "a, b = row"]
)
def test_a_row_taken_by_position_is_found(source: str) -> None:
    assert by_position(source)


def _storage_modules() -> Iterator[ModuleType]:
    for name, module in sorted(sys.modules.items()):
        if name.startswith("app.storage.") and hasattr(module, "select"):
            yield module


def _replies(served: Served, submission: str) -> list[Any]:
    ten, mine = "/benchmarks/ten", f"/submissions/{submission}"
    paths = [
        "/benchmarks",
        ten,
        f"{ten}/items",
        f"{ten}/revisions",
        f"{ten}/submissions",
        f"{ten}/submissions?model=quill&owner=admin",
        f"{ten}/leaderboard",
        f"{ten}/leaderboard?target=0.5&mode=threshold",
        f"{ten}/invitations",
        mine,
        f"{mine}/predictions",
        "/keys",
        "/audit",
    ]
    replies = [served.request("GET", path) for path in paths]
    assert {reply.status_code for reply in replies} == {200}
    return [(path, reply.text) for path, reply in zip(paths, replies, strict=True)]


def _wait_for_background_work(served: Served) -> None:
    app: Any = served.client.app
    state: AppState = app.state.context.app_state
    for jobs in (state.ranges, state.resampled, state.uses):
        assert jobs.settle(seconds=CEILING)


def test_the_order_of_a_select_changes_nothing(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    served.publish(description="Of numbers", source="https://example.org", quota={"total": 9})
    served.new_key("lab", "submit", benchmark="ten")
    served.request("POST", "/benchmarks/ten/invitations", json={"label": "to a friend"})
    rows = [{"item": f"q{n}", "answer": f"a{n % 7}", "confidence": n / 10} for n in range(10)]
    model = {"name": "quill", "provider": "press", "version": "2", "tags": ["small"]}
    body = {"model": model, "predictions": rows, "external_id": "run-1"}
    made = served.request("POST", "/benchmarks/ten/submissions", json=body)
    assert made.status_code == 201, made.text
    submission = made.json()["id"]
    _replies(served, submission)
    _wait_for_background_work(served)
    before = _replies(served, submission)

    def reversed_select(*columns: Any) -> Any:
        return sqlalchemy.select(*reversed(columns))

    modules = list(_storage_modules())
    assert len(modules) > 8
    for module in modules:
        monkeypatch.setattr(module, "select", reversed_select)
    assert _replies(served, submission) == before
