"""The floors hold, and every kind of breach is refused."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FLOORS = "Floors: a file imports"
PURE = "Scoring and grading know no database"
ROOMS = "Rooms of the services"
CLIENT = "The server and the client share no module"
INSIDE = "client/src/candor_client"
LAYERS = "Client layers:"
BREACHES = {
    "scoring knows SQL": ("app/scoring/rules.py", "import sqlalchemy", PURE),
    "grading knows pydantic": ("app/grading/grade.py", "import pydantic", PURE),
    "scoring reads a clock": ("app/scoring/metrics/rates.py", "import time", PURE),
    "the API knows the pages": ("app/api/rules.py", "import app.web.pages", FLOORS),
    "storage calls a service": (
        "app/storage/items.py",
        "import app.services.board.leaderboard",
        FLOORS,
    ),
    "a service knows HTTP": ("app/services/board/leaderboard.py", "import fastapi", "know HTTP"),
    "a service reads settings": (
        "app/services/state/app_state.py",
        "import app.settings",
        "Settings are read where",
    ),
    "a service writes SQL": ("app/services/benchmarks/publish.py", "import sqlalchemy", "know SQL"),
    "intake calls storage": ("app/intake/slots.py", "import app.storage.items", FLOORS),
    "memory asks the board": (
        "app/services/state/board_cache.py",
        "import app.services.board.ranking",
        ROOMS,
    ),
    "a submission knows the gate": (
        "app/services/submissions/card.py",
        "import app.services.comparisons.gate",
        ROOMS,
    ),
    "a flat service": ("app/services/things.py", '"""Things."""', ROOMS),
    "a circle of folders": (
        "app/scoring/statistics/means.py",
        "import app.scoring.metrics.rates",
        "No circles",
    ),
    "a circle": ("app/scoring/score.py", "import app.scoring.assess", "No circles"),
    "a room without a name": ("app/utils.py", '"""Things."""', FLOORS),
    "the client knows the server": (
        f"{INSIDE}/errors.py",
        "import app.problem",
        CLIENT,
    ),
    "the server knows the client": ("app/problem.py", "import candor_client.errors", CLIENT),
    "an importer knows the network": (
        f"{INSIDE}/importers/helm.py",
        "import candor_client.client",
        LAYERS,
    ),
    "a request knows the spool": (
        f"{INSIDE}/http/calls.py",
        "import candor_client.unsent.spool",
        LAYERS,
    ),
    "the client knows the gates": (
        f"{INSIDE}/client.py",
        "import candor_client.gates.gate",
        LAYERS,
    ),
    "a module of the client in no layer": (f"{INSIDE}/utils.py", '"""Things."""', LAYERS),
    "a command knows another": (
        f"{INSIDE}/commands/boards.py",
        "import candor_client.commands.gating",
        "Client commands:",
    ),
    "output knows a command": (
        f"{INSIDE}/commands/output/receipts.py",
        "import candor_client.commands.clients",
        "Client commands:",
    ),
    "an importer knows another": (
        f"{INSIDE}/importers/helm.py",
        "import candor_client.importers.promptfoo",
        "Client importers:",
    ),
    "what importers share knows one of them": (
        f"{INSIDE}/importers/reading/values.py",
        "import candor_client.importers.hle",
        "Client importers:",
    ),
    "a circle of the client": (
        f"{INSIDE}/http/body.py",
        "import candor_client.http.uploads",
        "No circles inside the client",
    ),
    "the client needs numpy": (
        f"{INSIDE}/errors.py",
        "import numpy",
        "The client needs no",
    ),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of both packages, to plant breaches in."""
    folder = tmp_path_factory.mktemp("house")
    unread = shutil.ignore_patterns("__pycache__", "static", "templates")
    shutil.copytree(ROOT / "app", folder / "app", ignore=unread)
    shutil.copytree(ROOT / "client" / "src", folder / "client" / "src", ignore=unread)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def verdict(house: Path) -> tuple[bool, str]:
    """Whether every contract is kept, and what was said of those that are not."""
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=house,
        env={"PYTHONPATH": f"{house}:{house}/client/src", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=False,
        text=True,
    )
    said = " ".join((done.stdout + done.stderr).split())
    return done.returncode == 0, said


def test_the_house_stands(house: Path) -> None:
    kept, said = verdict(house)
    assert kept, said
    assert "0 broken" in said


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_refused(house: Path, name: str) -> None:
    path, line, contract = BREACHES[name]
    file = house / path
    text = file.read_text() if file.exists() else None
    file.write_text(f"{text or ''}\n{line}\n")
    try:
        kept, said = verdict(house)
    finally:
        if text is None:
            file.unlink()
        else:
            file.write_text(text)
    assert not kept
    found = re.search(re.escape(contract) + ".*?(KEPT|BROKEN)", said)
    assert found is not None, said
    assert found[1] == "BROKEN", said
