"""Both distributions as wheels: what is in them, and the client in an empty environment."""

import re
import subprocess
import sys
import venv
import zipfile
from email import message_from_string
from pathlib import Path

import pytest

from tests.conftest import absent

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both wheels, built by what is installed here: nothing is fetched."""
    folder = tmp_path_factory.mktemp("wheels")
    for source in (ROOT, ROOT / "client"):
        command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
        done = subprocess.run(
            [*command, "--no-build-isolation", "--wheel-dir", folder, source],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    return {path.name.partition("-")[0]: path for path in folder.glob("*.whl")}


def members(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def text_of(wheel: Path, ending: str) -> str:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(ending)]
        return archive.read(name).decode()


def test_the_servers_wheel_has_what_a_start_needs(wheels: dict[str, Path]) -> None:
    names = members(wheels["candor_server"])
    assert {name.partition("/")[0] for name in names if "dist-info" not in name} == {"app"}
    for needed in ("app/_migrations/env.py", "app/web/templates/base.html", "app/offline.py"):
        assert needed in names, needed
    assert not any(name.endswith((".pyc", ".db")) for name in names)
    # The client that a running server hands out is the one that is built from the same sources.
    [packed] = [name for name in names if name.startswith("app/_client/")]
    with zipfile.ZipFile(wheels["candor_server"]) as archive:
        assert archive.read(packed) == wheels["candor_client"].read_bytes()
    assert "candor-server = app.cli:main" in text_of(wheels["candor_server"], "entry_points.txt")


def test_the_clients_wheel_is_small_and_typed(wheels: dict[str, Path]) -> None:
    names = members(wheels["candor_client"])
    assert {name.partition("/")[0] for name in names if "dist-info" not in name} == {
        "candor_client"
    }
    assert "candor_client/py.typed" in names
    assert wheels["candor_client"].stat().st_size < 300_000
    points = text_of(wheels["candor_client"], "entry_points.txt")
    for line in ("candor = candor_client.__main__:main", "candor = candor_client.pytest_plugin"):
        assert line in points
    needs = message_from_string(text_of(wheels["candor_client"], "METADATA")).get_all(
        "Requires-Dist", []
    )
    for heavy_work in ("numpy", "scipy", "fastapi", "sqlalchemy", "candor-server", "pandas"):
        assert not any(line.startswith(heavy_work) and "extra" not in line for line in needs)


def test_the_client_lives_in_an_empty_environment(wheels: dict[str, Path], tmp_path: Path) -> None:
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"

    def run(*words: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            list(map(str, words)), cwd=tmp_path, capture_output=True, text=True, check=False
        )

    installed = run(python, "-m", "pip", "install", "--quiet", wheels["candor_client"])
    if installed.returncode:
        absent("a package index")
    listed = run(python, "-m", "pip", "list", "--format=freeze").stdout
    names = set(re.findall(r"^([\w.-]+)==", listed, flags=re.M))
    assert "candor-client" in names
    assert names.isdisjoint({"numpy", "scipy", "fastapi", "sqlalchemy", "candor-server"})
    assert run(python.parent / "candor", "version").stdout.strip()
    assert "75%" in run(python.parent / "candor", "prompt", "--target", "0.75").stdout
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"item": "a", "verdict": "correct", "model": "m"}\n')
    plan = run(python.parent / "candor", "push", rows, "--dry-run", "--json")
    assert plan.returncode == 0, plan.stderr
    every = (
        "import pkgutil, importlib, candor_client\n"
        "for found in pkgutil.walk_packages(candor_client.__path__, 'candor_client.'):\n"
        "    if found.name not in ('candor_client.__main__', 'candor_client.pytest_plugin') and "
        "'inspect_hook' not in found.name:\n"
        "        importlib.import_module(found.name)\n"
        "[getattr(candor_client, name) for name in candor_client.__all__]\n"
    )
    imported = run(python, "-W", "error", "-c", every)
    assert imported.returncode == 0, imported.stderr
    # The index has a package `candor` that is another project: beside it, both are themselves.
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout
    other = Path(site.strip()) / "candor"
    other.mkdir()
    (other / "__init__.py").write_text("OTHER = True\n")
    (other / "__main__.py").write_text("raise SystemExit('the other project')\n")
    both = run(python, "-c", "import candor, candor_client; candor.OTHER, candor_client.Client")
    assert both.returncode == 0, both.stderr
    assert run(python.parent / "candor", "version").stdout.strip()
