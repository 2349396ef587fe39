"""Whatever stops a start is said in words, by every command: never a traceback, never status 0."""

import json
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import text

from app.storage.database.session import open_database
from tests.faults.as_account import COMMANDS
from tests.postgresql import Server

ROOT = os.geteuid() == 0
OTHER = pwd.getpwnam("nobody") if ROOT else pwd.getpwuid(os.geteuid())
Responses = dict[str, tuple[int, str, str]]


def newer(folder: Path) -> None:
    database = open_database(f"sqlite:///{folder / 'candor.db'}")
    with database.writing() as session:
        session.run(text("UPDATE alembic_version SET version_num = '0099'"))
    database.dispose()


def cut_short(folder: Path) -> None:
    size = (folder / "candor.db").stat().st_size
    os.truncate(folder / "candor.db", size // 2)


def damaged(folder: Path) -> None:
    """The whole file is there, and its schema's page is rubbish."""
    with (folder / "candor.db").open("r+b") as file:
        file.seek(100)
        file.write(b"\xff" * 3_000)


def no_file(folder: Path) -> None:
    (folder / "candor.db").unlink()
    (folder / "candor.db").mkdir()


def is_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.touch()


def not_creatable(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.parent.chmod(0o555)


FAULTS: dict[str, tuple[Callable[[Path], object], str]] = {
    "newer": (newer, "made by a newer Candor (schema 0099, this one knows up to"),
    "read-only folder": (lambda folder: folder.chmod(0o555), "cannot be written by account"),
    "read-only file": (
        lambda folder: (folder / "candor.db").chmod(0o400),
        "cannot be read and written by account",
    ),
    "no database": (
        lambda folder: (folder / "candor.db").write_text("Dear diary, " * 99),
        "is no SQLite database",
    ),
    "cut short": (cut_short, "is cut short"),
    "damaged": (damaged, "Put it back from a copy"),
    "no file": (no_file, "is no file"),
    "folder is a file": (is_file, "is a file. Set CANDOR_DATA_DIR"),
    "not creatable": (not_creatable, "cannot be made by account"),
}
OTHERS: dict[str, tuple[Callable[[Path], object], str]] = {
    "another's folder": (
        lambda folder: os.chown(folder, 0, 0),
        "because it belongs to root",
    ),
    "another's file": (
        lambda folder: os.chown(folder / "candor.db", 0, 0),
        "because it belongs to root",
    ),
}


@pytest.fixture(scope="module")
def said(sqlite_template: Path) -> Iterator[Responses]:
    """What every command says under every fault of a folder."""
    with TemporaryDirectory(prefix="candor-faults-") as top:
        Path(top).chmod(0o755)
        asked = {}
        for name, (spoil, _) in (FAULTS | (OTHERS if ROOT else {})).items():
            folder = Path(top) / name.replace(" ", "-").replace("'", "") / "data"
            folder.mkdir(parents=True, mode=0o700)
            shutil.copyfile(sqlite_template, folder / "candor.db")
            (folder / "candor.db").chmod(0o600)
            for path in (folder.parent, folder, folder / "candor.db"):
                os.chown(path, OTHER.pw_uid, OTHER.pw_gid)
            spoil(folder)
            asked[name] = {"CANDOR_DATA_DIR": str(folder)}
        account = [str(OTHER.pw_uid), str(OTHER.pw_gid)] if ROOT else []
        yield commands(asked, account=account)
        for name in asked:
            with suppress(FileNotFoundError):
                Path(asked[name]["CANDOR_DATA_DIR"]).parent.chmod(0o700)
                Path(asked[name]["CANDOR_DATA_DIR"]).chmod(0o700)


def commands(asked: dict[str, dict[str, str]], *, account: list[str]) -> Responses:
    """Runs every command with each of these settings, as that account."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.as_account", *account],
        input=json.dumps(asked),
        env={name: value for name, value in os.environ.items() if name != "COLUMNS"},
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    found: Responses = {name: tuple(one) for name, one in json.loads(done.stdout).items()}
    return found


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("fault", [*FAULTS, *OTHERS])
def test_a_folder_that_cannot_be_used(said: Responses, fault: str, words: tuple[str, ...]) -> None:
    if fault in OTHERS and not ROOT:
        pytest.skip("only root can give a file to another account")
    code, out, err = said[f"{fault}: {' '.join(words)}"]
    assert code == 1, (code, out, err)
    if fault == "not creatable" and words == ("doctor",):
        assert "cannot be made" in out
        return
    assert (FAULTS | OTHERS)[fault][1] in out + err


@pytest.mark.postgresql
def test_a_server_that_cannot_be_used(postgresql: Server, tmp_path: Path) -> None:
    postgresql.run("CREATE ROLE poor LOGIN")
    postgresql.create("rich")
    postgresql.run("REVOKE ALL ON SCHEMA public FROM PUBLIC")
    nobody = f"127.0.0.1:{postgresql.port}"
    asked = {
        "absent": ("postgresql://candor@127.0.0.1:1/candor", "PostgreSQL runs there"),
        "no database": (postgresql.url("nothing"), 'database "nothing" does not exist'),
        "no role": (f"postgresql://nobody_at_all@{nobody}/rich", "createuser"),
        "no host": ("postgresql://candor@no.such.host.invalid/x", "CANDOR_DATABASE_URL is right"),
        "no rights": (f"postgresql://poor@{nobody}/rich", None),
    }
    said = commands(
        {
            name: {"CANDOR_DATABASE_URL": url, "CANDOR_DATA_DIR": str(tmp_path)}
            for name, (url, _) in asked.items()
        },
        account=[],
    )
    for name, (_, expected) in asked.items():
        for words in COMMANDS:
            code, out, err = said[f"{name}: {' '.join(words)}"]
            assert code == 1, (name, words, out, err)
            if expected is not None:
                assert expected in out + err, (name, words, out, err)
    assert "permission denied" in said["no rights: migrate"][2]
