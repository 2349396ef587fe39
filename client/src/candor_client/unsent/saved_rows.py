"""Rows of refused submissions: saved in a file, with the command that sends them.

The rows of a run that was paid for must not be lost with the process that made them. The spool
keeps what an unreachable server could not take; this is for a refusal (no such benchmark, a wrong
key, a bad row), where the same request would be refused again.
"""

import gzip
import hashlib
import json
import shlex
import tempfile
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from candor_client.errors import CandorError, Kept, ProblemError
from candor_client.http.body import NDJSON, Body
from candor_client.http.calls import Call
from candor_client.private_files import write_private
from candor_client.unsent.spool import Spool

_OPTIONS: Final = {
    "model": "--model",
    "provider": "--provider",
    "version": "--version",
    "organisation": "--organisation",
    "tags": "--tag",
    "stated_target": "--stated-target",
    "stated_penalty": "--stated-penalty",
    "confidence_source": "--confidence-source",
    "external_id": "--external-id",
}
"""By query parameter of a submission, the option of `candor submit` that sets it."""


def kept_for_later(call: Call[Any], error: CandorError, spool: Spool, *, url: str) -> CandorError:
    """What to raise where a submission cannot be sent now: `Kept`, once it stands in the spool; or
    `error` itself where that cannot be written, and the rows stand elsewhere."""
    since = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    try:
        return Kept(spool.keep(call, url=url, since=since), error)
    except OSError:
        keep_refused(call, error, spool.folder)
        return error


def keep_refused(call: Call[Any], error: CandorError, folder: Path) -> None:
    """Keeps the rows of a submission that was refused, where they are in memory alone, and tells
    `error`: its `rows_kept` names the file, its `send_line` the line that sends it."""
    if not call.in_memory or call.body is None:
        return
    content = _content(call.body)
    params = call.params or _params_in(content)
    error.rows_kept = _write(content, file_of(call, folder).name, folder)
    absent = isinstance(error, ProblemError) and error.status == 404
    error.send_line = send_line(benchmark_of(call), error.rows_kept, params, publish=absent)
    error.add_note(f"The rows are kept in {error.rows_kept}. Send them with: {error.send_line}")


def keep_rows(rows: Iterable[Mapping[str, Any]], slug: str, folder: Path) -> Path:
    """Writes rows as JSON lines into `folder`, else into the current or the temporary one.

    What is no JSON is written as text. Raises OSError where none of the three can be written.
    """
    text = "".join(json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rows)
    content = text.encode(errors="backslashreplace")
    return _write(content, _name(slug, hashlib.sha256(content).hexdigest(), ".jsonl"), folder)


def forget_refused(call: Call[Any], folder: Path) -> None:
    """Takes away an earlier copy of rows that have now been sent."""
    if call.body is not None:
        file_of(call, folder).unlink(missing_ok=True)


def send_line(
    slug: str,
    file: Path,
    params: Iterable[tuple[str, str]],
    *,
    publish: bool = False,
    private: bool = False,
) -> str:
    """The command that sends a file of rows; with `publish` it makes the benchmark from them."""
    named = [(_OPTIONS[name], value) for name, value in params if name in _OPTIONS]
    if publish:
        taken = ("--model", "--provider", "--version")
        words = ["candor", "push", str(file), "--benchmark", slug]
        words += [word for pair in named if pair[0] in taken for word in pair]
        return shlex.join([*words, "--publish", *(["--private"] if private else [])])
    words = ["candor", "submit", slug, str(file), *(word for pair in named for word in pair)]
    percent = ("confidence_unit", "percent") in set(params)
    return shlex.join([*words, *(["--percent"] if percent else [])])


def benchmark_of(call: Call[Any]) -> str:
    """The benchmark that a submission goes to."""
    return call.path.split("/")[2]


def file_of(call: Call[Any], folder: Path) -> Path:
    """Where the rows of a submission are kept: the same rows are the same file."""
    assert call.body is not None
    suffix = ".jsonl" if call.body.media == NDJSON else ".json"
    return folder / _name(benchmark_of(call), call.body.digest, suffix)


def _params_in(content: bytes) -> list[tuple[str, str]]:
    """What a document says beside its rows and an option says too."""
    document = json.loads(content)
    model = document.pop("model", {})
    named = {**document, **model, "model": model.get("name")}
    return [
        (name, str(item))
        for name, value in named.items()
        for item in (value if isinstance(value, list) else [value])
        if value is not None and (name in _OPTIONS or name == "confidence_unit")
    ]


def _name(slug: str, digest: str, suffix: str) -> str:
    plain = "".join(char if char.isalnum() or char in "-_" else "-" for char in slug[:60])
    return f"rows-{plain}-{digest[:12]}{suffix}"


def _content(body: Body) -> bytes:
    held = b"".join(body.chunks())
    return gzip.decompress(held) if body.encoding == "gzip" else held


def _write(content: bytes, name: str, folder: Path) -> Path:
    """A file for its owner alone, in the first of three folders that can be written."""
    problem: OSError | None = None
    for parent in (folder, Path.cwd(), Path(tempfile.gettempdir())):
        try:
            return write_private(parent / name, [content])
        except OSError as error:
            problem = error
    assert problem is not None
    raise problem
