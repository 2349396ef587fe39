"""Writes the next migration: python -m migrations.new_migration item_difficulty (make migration).

The file is made from the difference between `app/storage/database/tables.py` and a scratch
database at the newest migration. docs/migrations.md has the rules; read the file before use.
"""

import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command

from app.storage.database.engines import open_engines
from app.storage.database.migrate import HEAD, config, upgrade

NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")


def write(name: str) -> Path:
    """The path of the new file.

    Raises `ValueError` for a name that is not lower-case words joined by underscores.
    """
    if not NAME.fullmatch(name):
        raise ValueError(
            f"NAME={name!r} is no name of a migration; write lower-case words joined by "
            "underscores, such as NAME=item_difficulty."
        )
    with TemporaryDirectory() as scratch:
        url = f"sqlite:///{scratch}/scratch.db"
        upgrade(url)
        engines = open_engines(url)
        try:
            with engines.writer.begin() as connection:
                wanted = config(connection)
                wanted.set_main_option("file_template", "%%(rev)s_%%(slug)s")
                made = command.revision(
                    wanted,
                    message=name.replace("_", " ").capitalize(),
                    rev_id=f"{int(HEAD) + 1:04d}",
                    autogenerate=True,
                )
        finally:
            engines.reader.dispose()
            engines.writer.dispose()
    if made is None or isinstance(made, list):
        raise RuntimeError("Alembic wrote no file; run it again with a clean checkout.")
    path = Path(made.path)
    ruff = Path(sys.executable).with_name("ruff")
    if ruff.exists():
        subprocess.run([ruff, "check", "--fix", "--quiet", path], check=False)
        subprocess.run([ruff, "format", "--quiet", path], check=False)
    return path


def main() -> None:
    """Prints the file and what to do with it."""
    try:
        path = write(sys.argv[1] if len(sys.argv) > 1 else "")
    except ValueError as error:
        raise SystemExit(str(error)) from None
    print(path.read_text(encoding="utf-8"))
    print(f"# {path}: read it, then run pytest tests/storage/test_migrations.py")


if __name__ == "__main__":
    main()
