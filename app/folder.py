"""The data folder: created, private to its account, and locked by one start at a time.

It holds accepted answers and hashes of keys, so nothing in it is for other accounts of the machine.
"""

import logging
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.problem import Problem

KEY_NAME: Final = "admin.key"
_BESIDE: Final = ("", "-wal", "-shm", "-journal")
"""What SQLite keeps beside a database, by the end of its name."""
_LOCK_NAME: Final = ".candor.lock"
"""Held on Windows, where a folder itself cannot be locked."""
_SQLITE: Final = b"SQLite format 3\0"
_OTHERS: Final = 0o077

log = logging.getLogger("candor.folder")


def prepare(folder: Path, database: Path) -> None:
    """Makes the data folder where need be, and what lies in it private.

    Raises `unavailable` in words where the folder or the database file cannot be used.
    """
    _make(folder)
    fault = folder_fault(folder) or file_fault(database)
    if fault is not None:
        raise Problem("unavailable", fault)
    if os.name == "nt":
        return
    for path in _files(folder, database):
        _make_private(path, 0o600)
    if _is_all_ours(folder, database):
        _make_private(folder, 0o700)
    for warning in exposures(folder, database):
        log.warning(warning)


def folder_fault(folder: Path) -> str | None:
    """Why nothing can be stored in a folder; None where it can, and where it can be made."""
    if not folder.exists():
        existing = next(parent for parent in folder.absolute().parents if parent.exists())
        usable = existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)
        return None if usable else _not_made(folder, f"{existing} cannot be written")
    if not folder.is_dir():
        return f"The data folder {folder} is a file. Set CANDOR_DATA_DIR to a folder."
    if os.access(folder, os.W_OK | os.X_OK):
        return None
    return (
        f"The data folder {folder} cannot be written by {_account()}{_of(folder)}. "
        "Give it to this account, or set CANDOR_DATA_DIR to another folder."
    )


def file_fault(database: Path) -> str | None:
    """Why a database file cannot be used; None where it can, and where there is none yet."""
    try:
        if not database.exists():
            return None
        if not database.is_file():
            return f"{database} is no file, so it cannot hold the database. Move it away."
        if os.access(database, os.R_OK | os.W_OK):
            return _content_fault(database)
    except PermissionError as error:
        return f"{error.filename} cannot be looked at by {_account()} ({error.strerror})."
    return (
        f"The database {database} cannot be read and written by {_account()}{_of(database)}. "
        "Run Candor as its owner, or give the file to this account."
    )


def exposures(folder: Path, database: Path) -> list[str]:
    """What other accounts of this machine can read or replace; empty where nothing."""
    warnings = [
        f"{path} can be read by other accounts{_of(path)}; its mode should be 0600."
        for path in _files(folder, database)
        if _mode(path) & _OTHERS
    ]
    mode = _mode(folder)
    if mode & 0o022 and not mode & stat.S_ISVTX:
        warnings.append(
            f"Other accounts may write in the data folder {folder}{_of(folder)}, and so replace "
            "the database. Make its mode 0700, or give Candor a folder of its own."
        )
    return warnings


@contextmanager
def taken(folder: Path) -> Iterator[None]:
    """Holds the folder: others that want it wait until the block ends, or its process does."""
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415

        with (folder / _LOCK_NAME).open("ab") as file:
            while True:
                try:
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    break
                except OSError:  # it gives up after ten seconds
                    continue
            yield
            msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
        return
    import fcntl  # noqa: PLC0415  not on Windows

    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            log.warning("another process prepares %s; waiting for it", folder)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def write_private(path: Path, text: str) -> None:
    """Writes a file that this account alone can read: the whole of it, or nothing."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(handle)
    new.replace(path)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except FileExistsError:
        return  # a file, which `folder_fault` names
    except OSError as error:
        raise Problem("unavailable", _not_made(folder, error.strerror)) from None


def _not_made(folder: Path, why: str | None) -> str:
    return (
        f"The data folder {folder} cannot be made by {_account()} ({why}). "
        "Make it for this account, or set CANDOR_DATA_DIR to another folder."
    )


def _content_fault(database: Path) -> str | None:
    """A file that is no database, or whose end is missing."""
    with database.open("rb") as file:
        head = file.read(100)
    if not head:
        return None
    if not head.startswith(_SQLITE):
        return (
            f"{database} is no SQLite database. Put the database back from a copy, or move the "
            "file away to start with an empty one."
        )
    page = int.from_bytes(head[16:18])
    wanted = (65_536 if page == 1 else page) * int.from_bytes(head[28:32])
    there = database.stat().st_size
    waiting = Path(f"{database}-wal")
    # The WAL may hold the missing end.
    if there >= wanted or (waiting.exists() and waiting.stat().st_size):
        return None
    return (
        f"The database {database} is cut short: {there} of {wanted} bytes are there. "
        "Put it back from a copy."
    )


def _files(folder: Path, database: Path) -> list[Path]:
    """The files of ours that are there."""
    named = [Path(f"{database}{end}") for end in _BESIDE] + [folder / KEY_NAME]
    return [path for path in named if path.is_file()]


def _is_all_ours(folder: Path, database: Path) -> bool:
    """Whether nothing but ours lies in the folder: a shared one is not ours to close."""
    if _mode(folder) & stat.S_ISVTX:
        return False
    ours = (database.name, KEY_NAME, _LOCK_NAME)
    return all(path.name.startswith(ours) for path in folder.iterdir())


def _make_private(path: Path, mode: int) -> None:
    """Takes other accounts' rights away where the owner is this account, and says so."""
    had = _mode(path)
    if had & _OTHERS and os.geteuid() in {0, path.stat().st_uid}:
        path.chmod(mode)
        log.warning("%s was open to other accounts (%04o); its mode is now %04o", path, had, mode)


def _mode(path: Path) -> int:
    return 0 if os.name == "nt" else stat.S_IMODE(path.stat().st_mode)


def _account() -> str:
    """The account that runs this process, in words."""
    return "this account" if os.name == "nt" else f"account {_name_of(os.geteuid())}"


def _of(path: Path) -> str:
    """Whose a path is, where it is not this account's."""
    if os.name == "nt":
        return ""
    owner = path.stat().st_uid
    return "" if owner == os.geteuid() else f", because it belongs to {_name_of(owner)}"


def _name_of(number: int) -> str:
    import pwd  # noqa: PLC0415  not on Windows

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"number {number}"
