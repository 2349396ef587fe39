"""The data folder: private to its account whatever was there before, and never half written."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import folder
from app.cli import main
from app.storage.database.session import open_database
from tests.commands import Ran, run_here


@pytest.fixture(autouse=True)
def _open_umask() -> Iterator[None]:
    """The least careful umask there is."""
    before = os.umask(0)
    yield
    os.umask(before)


def run(data: Path, *words: str) -> Ran:
    return run_here(main, *words, environment=os.environ | {"CANDOR_DATA_DIR": str(data)})


def modes(data: Path) -> dict[str, str]:
    """The modes of the folder and of everything in it."""
    found = {path.name: path for path in data.iterdir()} | {".": data}
    return {name: f"{path.stat().st_mode & 0o777:o}" for name, path in found.items()}


def writing(data: Path) -> dict[str, str]:
    """The modes while a connection is open, so that the log and its index are there too."""
    database = open_database(f"sqlite:///{data / 'candor.db'}")
    try:
        with database.reading():
            return modes(data)
    finally:
        database.dispose()


PRIVATE = {".": "700", "candor.db": "600", "candor.db-wal": "600", "candor.db-shm": "600"}


def test_a_new_folder_is_private(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert run(data, "migrate").err == ""
    assert writing(data) == PRIVATE


def test_an_empty_folder_becomes_private(tmp_path: Path) -> None:
    data = tmp_path / "volume"
    data.mkdir(mode=0o755)
    run(data, "migrate")
    assert writing(data) == PRIVATE


def test_what_was_open_is_closed_and_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    data = tmp_path / "data"
    run(data, "migrate")
    (data / "admin.key").write_text("cdr_")
    for path in (data, data / "candor.db", data / "admin.key"):
        path.chmod(0o777 if path == data else 0o644)
    run(data, "key", "list")
    assert writing(data) == PRIVATE | {"admin.key": "600"}
    for name in ("candor.db", "admin.key", "data"):
        assert f"{name} was open to other accounts" in caplog.text
    caplog.clear()
    run(data, "key", "list")
    assert caplog.text == ""


def test_a_folder_with_other_things_in_it_stays_open(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    data = tmp_path / "shared"
    data.mkdir(mode=0o777)
    (data / "somebody.txt").write_text("else's")
    run(data, "migrate")
    assert writing(data) == PRIVATE | {".": "777", "somebody.txt": "666"}
    assert "Other accounts may write in the data folder" in caplog.text
    caplog.clear()
    data.chmod(0o755)
    run(data, "migrate")
    assert caplog.text == ""


def test_doctor_says_what_is_open_and_leaves_it(tmp_path: Path) -> None:
    data = tmp_path / "data"
    run(data, "migrate")
    (data / "candor.db").chmod(0o640)
    asked = os.environ | {"CANDOR_DATA_DIR": str(data), "COLUMNS": "400"}
    examined = run_here(main, "doctor", environment=asked)
    assert examined.code == 1
    assert "candor.db can be read by other accounts" in " ".join(examined.out.split())
    assert modes(data)["candor.db"] == "640"


def test_a_file_is_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "admin.key"
    folder.write_private(path, "first")
    path.chmod(0o644)

    def fail(_: int) -> None:
        raise OSError("no space")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="no space"):
            folder.write_private(path, "second")
    assert path.read_text() == "first"
    folder.write_private(path, "third")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("third", 0o600)
    assert [one.name for one in tmp_path.iterdir()] == ["admin.key"]
