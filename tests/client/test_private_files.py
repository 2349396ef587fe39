"""Files for their owner alone: whole or absent, whatever happens while they are written."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from candor_client.private_files import write_private


def test_a_file_is_private_in_a_private_folder(tmp_path: Path) -> None:
    path = write_private(tmp_path / "new" / "file", [b"a", b"b"])
    assert path.read_bytes() == b"ab"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_what_breaks_off_leaves_the_earlier_file_and_no_other(tmp_path: Path) -> None:
    path = write_private(tmp_path / "file", [b"before"])

    def breaks() -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_private(path, breaks())
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]
