"""The floors hold, and every kind of breach is refused."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

BREACHES = {
    "scoring knows SQL": ("app/scoring/rules.py", "import sqlalchemy"),
    "grading knows pydantic": ("app/grading/grade.py", "import pydantic"),
    "scoring reads a clock": ("app/scoring/rates.py", "import time"),
    "the API knows the pages": ("app/api/rules.py", "import app.web.pages"),
    "storage calls a service": ("app/storage/items.py", "import app.services.rank"),
    "a service knows HTTP": ("app/services/rank.py", "import fastapi"),
    "a service reads settings": ("app/services/desk.py", "import app.settings"),
    "a service writes SQL": ("app/services/publish.py", "import sqlalchemy"),
    "intake calls storage": ("app/intake/slots.py", "import app.storage.items"),
    "a circle": ("app/scoring/score.py", "import app.scoring.assess"),
    "a room without a name": ("app/utils.py", '"""Things."""'),
    "the client knows the server": ("client/src/candor/errors.py", "import app.problem"),
    "the server knows the client": ("app/problem.py", "import candor.errors"),
    "the client needs numpy": ("client/src/candor/errors.py", "import numpy"),
}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    shutil.copytree(
        ROOT / "app", tmp_path / "app", ignore=shutil.ignore_patterns("__pycache__", "static")
    )
    shutil.copytree(
        ROOT / "client", tmp_path / "client", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def kept(house: Path) -> bool:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=house,
        env={"PYTHONPATH": f"{house}:{house}/client/src", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=False,
        text=True,
    )
    assert (
        "Contracts" in done.stdout
        or "not a valid" in done.stdout + done.stderr
        or ("utils" in done.stdout + done.stderr)
    ), done.stdout + done.stderr
    return done.returncode == 0


def test_the_house_stands(house: Path) -> None:
    assert kept(house)


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_refused(house: Path, name: str) -> None:
    path, line = BREACHES[name]
    file = house / path
    text = file.read_text() if file.exists() else ""
    file.write_text(f"{text}\n{line}\n")
    assert not kept(house)
