"""Files for their owner alone: a configuration with a key, submissions that wait, saved rows."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path


def write_private(path: Path, chunks: Iterable[bytes]) -> Path:
    """Writes a file of mode 0600 atomically: whole under its name, or not at all.

    Missing folders are made (0700). Raises `OSError` where that fails.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".candor-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path
