"""Doctor: what is well with an installation, and what is not."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from app.problem import Problem
from app.storage.engines import WAL_SAFE, sqlite_module
from app.storage.session import open_database, probe


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    well: bool
    says: str


def examine(url: str, *, data_dir: Path) -> list[Finding]:
    """Looks at SQLite's version, the folder, the space left and the database."""
    findings = []
    if url.startswith("sqlite"):
        module = sqlite_module()
        safe = module.sqlite_version_info >= WAL_SAFE
        says = f"{module.sqlite_version} ({module.__name__})"
        findings.append(Finding("SQLite", safe, says if safe else f"{says}: no WAL"))
        findings.append(_folder(data_dir))
    return [*findings, _space(data_dir), _database(url)]


def _folder(data_dir: Path) -> Finding:
    if not data_dir.is_dir():
        return Finding("data folder", False, f"{data_dir} is not there; `serve` makes it")
    writable = os.access(data_dir, os.W_OK)
    return Finding("data folder", writable, f"{data_dir}{'' if writable else ' is read-only'}")


def _space(data_dir: Path) -> Finding:
    place = data_dir if data_dir.exists() else Path()
    free = shutil.disk_usage(place).free
    return Finding("free space", free > 1 << 30, f"{free / (1 << 30):.1f} GiB")


def _database(url: str) -> Finding:
    try:
        database = open_database(url)
    except (ValueError, Problem) as error:
        return Finding("database", False, str(error))
    try:
        health = probe(database)
    finally:
        database.dispose()
    return Finding("database", health.migrated and health.writable, health.detail)
