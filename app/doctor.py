"""`candor-server doctor`: read-only checks of an installation."""

import json
import shutil
import socket
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app import folder
from app.problem import Problem
from app.storage.database.engines import WAL_SAFE, sqlite_module
from app.storage.database.errors import faults_told
from app.storage.database.session import file_fault, open_database, probe


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    what: str
    well: bool
    says: str


def examine(
    url: str, *, location: str, data_dir: Path, database_file: Path | None, host: str, port: int
) -> list[Finding]:
    """Looks at SQLite's version, the folder, the space left, the database and the port.

    `location` is the database in words; `database_file` is None for a server's.
    """
    findings = []
    there = True
    if database_file is not None:
        findings.append(_sqlite())
        findings.append(_folder(data_dir, database_file))
        there = findings[-1].well and database_file.exists()
    findings.append(_space(data_dir))
    if there:
        findings.append(_database(url, location))
    elif findings[1].well:
        findings.append(Finding("database", True, f"{location} is not there yet; `serve` makes it"))
    return [*findings, _port(host, port)]


def _sqlite() -> Finding:
    """Which SQLite serves, and whether its WAL is used. Well either way: many platforms have no
    newer SQLite, and with a rollback journal nothing is at risk."""
    module = sqlite_module()
    if module.sqlite_version_info >= WAL_SAFE:
        journal = "its WAL has the fix of 3.51.3"
    else:
        journal = (
            "its WAL lacks the fix of 3.51.3, so a rollback journal is used: as safe, but readers "
            "wait for a write"
        )
    return Finding("SQLite", True, f"{module.sqlite_version} ({module.__name__}): {journal}")


def _folder(data_dir: Path, database_file: Path) -> Finding:
    try:
        fault = folder.folder_fault(data_dir) or folder.file_fault(database_file)
        if fault is None and not data_dir.exists():
            return Finding("data folder", True, f"{data_dir} is not there yet; `serve` makes it")
        message = fault or " ".join(folder.exposures(data_dir, database_file))
    except OSError as error:
        message = f"{error.filename} cannot be looked at ({error.strerror})."
    return Finding("data folder", not message, message or str(data_dir))


def _space(data_dir: Path) -> Finding:
    existing = next(path for path in (data_dir, *data_dir.absolute().parents) if path.exists())
    free = shutil.disk_usage(existing).free
    return Finding("free space", free > 1 << 30, f"{free / (1 << 30):.1f} GiB")


def _database(url: str, location: str) -> Finding:
    try:
        database = open_database(url)
    except (ValueError, Problem) as error:
        return Finding("database", False, str(error))
    try:
        # The probe has no location and no driver's words: a first look has them.
        with faults_told(location), database.reading():
            pass
        fault = file_fault(database)
        if fault is not None:
            return Finding("database", False, f"{location} is damaged: {fault}")
        health = probe(database)
    except Problem as problem:
        return Finding("database", False, problem.detail)
    finally:
        database.dispose()
    return Finding("database", health.migrated and health.writable, health.detail)


def _port(host: str, port: int) -> Finding:
    """Free, or taken by a Candor that answers; by anything else `serve` could not listen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            why = error.strerror
        else:
            return Finding("port", True, f"{host}:{port} is free")
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    with suppress(OSError, ValueError, KeyError):
        request = urllib.request.Request(f"http://{shown}:{port}/readyz")
        with urllib.request.urlopen(request, timeout=5) as reply:
            start = json.load(reply)["start"]
        return Finding("port", True, f"a Candor answers at {host}:{port} (start {start})")
    return Finding(
        "port", False, f"Cannot listen on {host}:{port} ({why}). Set CANDOR_HOST or CANDOR_PORT."
    )
