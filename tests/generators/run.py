"""Makes clients from docs/openapi.json with two foreign generators and uses them: make generators

Each client publishes a benchmark, submits NDJSON and reads a board of a server of this code. Any
warning of a generator is a failure. The packages come from the indexes, at the versions in
requirements.txt and package.json, and go into a folder that is removed afterwards.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from app.storage.database.migrate import upgrade
from tests.faults.process import serving
from tests.served import first_key

HERE = Path(__file__).parent
DOCUMENT = HERE.parents[1] / "docs" / "openapi.json"


def main() -> None:
    """Raises CalledProcessError where a generator warns, a type is wrong or a call fails."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder}/candor.db"
        upgrade(url)
        key = first_key(url)
        with serving(folder, url) as (address, _):
            python_client(folder / "python", address, key)
            typescript_client(folder / "typescript", address, key)


def python_client(folder: Path, url: str, key: str) -> None:
    """openapi-python-client: generates a package, and uses it."""
    run(sys.executable, "-m", "venv", folder)
    python = folder / "bin" / "python"
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    run(*pip, "-r", HERE / "requirements.txt")
    run(
        folder / "bin" / "openapi-python-client",
        "generate",
        "--fail-on-warning",
        "--path",
        DOCUMENT,
        "--config",
        HERE / "python-client.yaml",
        "--meta",
        "none",
        "--output-path",
        folder / "made" / "candor_generated",
        env={"PATH": f"{folder / 'bin'}:{os.environ['PATH']}"},
    )
    script = HERE / "use_python_client.py"
    run(python, script, url, key, env={"PYTHONPATH": str(folder / "made")})


def typescript_client(folder: Path, url: str, key: str) -> None:
    """openapi-typescript: generates types, checks a script against them with tsc, and runs it."""
    folder.mkdir()
    for name in ("package.json", "tsconfig.json", "use-typescript.mts"):
        shutil.copy(HERE / name, folder)
    run("npm", "install", "--silent", "--no-audit", "--no-fund", cwd=folder)
    tools = folder / "node_modules" / ".bin"
    run(tools / "openapi-typescript", DOCUMENT, "-o", "schema.ts", cwd=folder)
    run(tools / "tsc", "--project", folder, cwd=folder)
    run("node", folder / "use-typescript.mjs", url, key, cwd=folder)


def run(*command: str | Path, cwd: Path | None = None, env: dict[str, str] | None = None) -> None:
    """Runs a command. Raises CalledProcessError where it fails."""
    subprocess.run(command, cwd=cwd, env=os.environ | (env or {}), check=True)


if __name__ == "__main__":
    main()
