"""An Inspect log on disk, old or new: its header and its samples, without inspect-ai installed.

`.eval` is a ZIP whose members are compressed with deflate (0.3.120 and earlier) or Zstandard
(method 93, which `zipfile` reads from Python 3.14 on); `.json` holds the same in one document.
Members nest where a sample's id holds a slash, so ids come from the samples, never from names.
"""

import json
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from zstandard import ZstdDecompressor, ZstdError

from candor_client.importers.reading.probe import Probe
from candor_client.record import ImportProblem

_ZSTANDARD: Final = 93
_HEADER: Final = "header.json"
_START: Final = "_journal/start.json"
_LOCAL_HEADER: Final = 30


def is_log(probe: Probe) -> bool:
    """Whether the file has an Inspect log's members."""
    if probe.kind == "zip":
        names = set(_names(probe.path))
        return _HEADER in names or _START in names
    return isinstance(probe.members.get("eval"), dict) and "plan" in probe.members


def header_of(probe: Probe) -> dict[str, Any]:
    """Status, spec, plan, results and stats. A log that lost its header (the run was killed)
    gives what was written at the start, with status `started`."""
    if probe.kind != "zip":
        return {name: value for name, value in probe.members.items() if name != "samples"}
    with _opened(probe.path) as archive:
        names = set(archive.namelist())
        name = _HEADER if _HEADER in names else _START
        header = _document(probe.path, archive, archive.getinfo(name))
    if not isinstance(header, dict):
        raise ImportProblem(f"{probe.path}: {name} is not a JSON object.")
    return {"status": "started", **header}


def samples_of(probe: Probe) -> Iterator[dict[str, Any]]:
    """The samples one by one, so that a large log never lies in memory whole."""
    if probe.kind != "zip":
        samples = probe.members.get("samples") or []
        yield from (sample for sample in samples if isinstance(sample, dict))
        return
    with _opened(probe.path) as archive:
        for info in archive.infolist():
            if info.filename.startswith("samples/") and info.filename.endswith(".json"):
                sample = _document(probe.path, archive, info)
                # A chunked layout keeps parts of a sample beside it; only the sample has an epoch.
                if isinstance(sample, dict) and "id" in sample and "epoch" in sample:
                    yield sample


def _names(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.namelist()
    except (zipfile.BadZipFile, OSError):
        raise ImportProblem(
            f"{path}: a ZIP archive that is cut short or damaged; copy it again from the run."
        ) from None


def _opened(path: Path) -> zipfile.ZipFile:
    _names(path)
    return zipfile.ZipFile(path)


def _document(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Any:
    try:
        return json.loads(_content(path, archive, info).decode("utf-8-sig"))
    except (zipfile.BadZipFile, ZstdError, EOFError, OSError, struct.error) as error:
        raise ImportProblem(f"{path}: {info.filename} cannot be unpacked ({error}).") from None
    except (ValueError, RecursionError) as error:
        raise ImportProblem(f"{path}: {info.filename} is not valid JSON ({error}).") from None


def _content(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    if info.compress_type != _ZSTANDARD:
        return archive.read(info)
    with path.open("rb") as file:
        file.seek(info.header_offset)
        local = file.read(_LOCAL_HEADER)
        name_length, extra_length = struct.unpack("<HH", local[26:_LOCAL_HEADER])
        file.seek(name_length + extra_length, 1)
        packed = file.read(info.compress_size)
    with ZstdDecompressor().stream_reader(packed) as stream:
        content: bytes = stream.read()
    if len(content) != info.file_size:
        raise EOFError("it ends too early")
    return content
