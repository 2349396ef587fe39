"""The spool: what could not be sent stands on disk until it can, and is then sent once.

One file a submission, named by its idempotency key: a JSON line that says where it goes, then the
bytes as they would have been sent. Files appear whole or not at all, are for their owner alone
(0600), hold no key, and go only after the server has said that it has them.
"""

import hashlib
import io
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from candor_client.body import Body
from candor_client.calls import Call, read_receipt
from candor_client.errors import InvalidData, ProblemError

_SUFFIX: Final = ".candor"
_REFUSED: Final = ".refused"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A submission that waits: where it goes, since when, and its call to make again."""

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
    """A folder of submissions that wait."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or spool_folder()

    def keep(self, call: Call[Any], *, url: str, since: str) -> Path:
        """Writes the call to disk; the same submission kept twice is one file."""
        assert call.body is not None
        assert call.key is not None
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
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
        path = self._file(url, call.key)
        handle, name = tempfile.mkstemp(dir=self.folder, prefix=".")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(json.dumps(head, ensure_ascii=False).encode() + b"\n")
                for chunk in call.body.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return path

    def waiting(self) -> list[Path]:
        """What waits, oldest first."""
        if not self.folder.is_dir():
            return []
        files = [path for path in self.folder.iterdir() if path.suffix == _SUFFIX]
        return sorted(files, key=lambda path: (path.stat().st_mtime, path.name))

    def read(self, path: Path) -> Waiting | None:
        """One that waits, or None where another process has sent it meanwhile.

        No lock: two that send it at once send the same key, and the server stores it once.
        Raises `InvalidData` for a file that is none of ours, which is set aside.
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
        """Takes away what the server has."""
        path.unlink(missing_ok=True)

    def forget(self, call: Call[Any], *, url: str) -> None:
        """Takes away an earlier copy of a submission that has now been sent."""
        if call.key is not None:
            self.done(self._file(url, call.key))

    def set_aside(self, path: Path, problem: ProblemError | InvalidData) -> Path:
        """Moves what the server will never take out of the way, with its reason beside it."""
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
    held = io.BytesIO(file.read())
    call: Call[Any] = Call(
        method="POST",
        path=head["path"],
        params=tuple((str(name), str(value)) for name, value in head["params"]),
        body=Body(head["media"], head["encoding"], held.getbuffer().nbytes, head["digest"], held),
        key=head["key"],
        read=read_receipt,
    )
    return Waiting(path, head["url"], head["since"], call)
