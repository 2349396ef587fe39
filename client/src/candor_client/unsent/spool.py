"""The spool: a folder of submissions that could not be sent, each to be sent once later.

One file a submission, named by its idempotency key: a JSON line with its destination, then the
bytes of the request body. Files are written atomically, are private (0600), hold no API key, and
are deleted only after the server has confirmed the submission.
"""

import hashlib
import io
import json
import os
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any, Final

from candor_client.errors import InvalidData, ProblemError
from candor_client.http.body import Body
from candor_client.http.calls import Call, read_receipt
from candor_client.private_files import write_private

_SUFFIX: Final = ".candor"
_REFUSED: Final = ".refused"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A submission in the spool: its destination, since when it waits, and the call to repeat."""

    file: Path
    url: str
    since: str
    call: Call[Any]


def spool_folder() -> Path:
    """CANDOR_SPOOL, or a folder of this user's state."""
    named = os.environ.get("CANDOR_SPOOL")
    if named:
        return Path(named)
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "candor" / "spool"


class Spool:
    """A folder of submissions that wait to be sent."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or spool_folder()

    def keep(self, call: Call[Any], *, url: str, since: str) -> Path:
        """Writes the call to disk; the same submission kept twice is one file."""
        assert call.body is not None
        assert call.key is not None
        head = {
            "url": url,
            "since": since,
            "path": call.path,
            "params": call.params,
            "key": call.key,
            "media": call.body.media,
            "encoding": call.body.encoding,
            "digest": call.body.digest,
        }
        first_line = json.dumps(head, ensure_ascii=False).encode() + b"\n"
        return write_private(self._file(url, call.key), chain([first_line], call.body.chunks()))

    def waiting(self) -> list[Path]:
        """The files of waiting submissions, oldest first."""
        if not self.folder.is_dir():
            return []
        files = [path for path in self.folder.iterdir() if path.suffix == _SUFFIX]
        return sorted(files, key=lambda path: (path.stat().st_mtime, path.name))

    def read(self, path: Path) -> Waiting | None:
        """A waiting submission, or None where another process has sent it meanwhile.

        No lock: two that send it at once send the same key, and the server stores it once.
        Raises `InvalidData` for a file that no spool wrote, after setting it aside.
        """
        try:
            with path.open("rb") as file:
                return _read(path, file)
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            problem = InvalidData(f"{path} is no submission that was kept here ({error}).")
            self.set_aside(path, problem)
            raise problem from None

    def done(self, path: Path) -> None:
        """Deletes the file of a submission that the server has stored."""
        path.unlink(missing_ok=True)

    def forget(self, call: Call[Any], *, url: str) -> None:
        """Deletes an earlier copy of a submission that has now been sent."""
        if call.key is not None:
            self.done(self._file(url, call.key))

    def set_aside(self, path: Path, problem: ProblemError | InvalidData) -> Path:
        """Renames a submission that the server refused, and writes the reason beside it."""
        aside = path.with_suffix(_REFUSED)
        body = problem.body if isinstance(problem, ProblemError) else {"detail": str(problem)}
        aside.with_suffix(".problem.json").write_text(json.dumps(body, indent=1))
        path.replace(aside)
        return aside

    def _file(self, url: str, key: str) -> Path:
        name = hashlib.sha256(f"{url}\n{key}".encode()).hexdigest()[:32]
        return self.folder / f"{name}{_SUFFIX}"


def _read(path: Path, file: IO[bytes]) -> Waiting:
    head = json.loads(file.readline())
    content = io.BytesIO(file.read())
    call: Call[Any] = Call(
        method="POST",
        path=head["path"],
        params=tuple((str(name), str(value)) for name, value in head["params"]),
        body=Body(
            head["media"], head["encoding"], content.getbuffer().nbytes, head["digest"], content
        ),
        key=head["key"],
        read=read_receipt,
    )
    return Waiting(path, head["url"], head["since"], call)
