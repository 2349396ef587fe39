"""`pytest --quick`: the tests that answer within three minutes on two quiet cores.

What is pure, storage, services and the API; no browser, no tool, no command in a process of its
own. Every kind of database runs where storage itself is tested; elsewhere SQLite stands for both.
"""

import os
from pathlib import Path
from typing import Final

import pytest
from hypothesis import settings

FOLDERS: Final = ("api", "demo", "grading", "intake", "scoring", "services", "storage", "walk")
ON_POSTGRESQL: Final = ("services", "storage")
"""Folders whose tests run on PostgreSQL too."""
TOO_SLOW: Final = (
    "api/test_authorisation.py",
    "api/test_every_input.py",
    "api/test_schema.py",
    "scoring/test_gate_simulation.py",
    "services/test_pinning.py",
    "storage/test_migrations.py",
    "walk/test_by_hand.py",
)
"""Simulations, long walks and whole tables, which the whole suite makes."""
EXAMPLES: Final = 10
"""Of each law; CANDOR_EXAMPLES says otherwise."""
_HERE: Final = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--quick", action="store_true", help="run the quick tier alone (make quick)")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--quick") and "CANDOR_EXAMPLES" not in os.environ:
        settings.register_profile("quick", settings.get_profile("candor"), max_examples=EXAMPLES)
        settings.load_profile("quick")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--quick"):
        return
    kept = [item for item in items if is_quick(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


def is_quick(item: pytest.Item) -> bool:
    """Whether a test is of the quick tier."""
    path = item.path.relative_to(_HERE).as_posix()
    folder = path.partition("/")[0]
    marks = {mark.name for mark in item.iter_markers()}
    return (
        folder in FOLDERS
        and path not in TOO_SLOW
        and not (path.startswith("walk/test_real_") and "sample" not in item.name)
        and marks.isdisjoint({"browser", "tools"})
        and ("postgresql" not in marks or folder in ON_POSTGRESQL)
    )
