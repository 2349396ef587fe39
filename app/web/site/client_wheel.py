"""The client's wheel for download: the one packed with the server or, in a checkout, one built
from its sources."""

import hashlib
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

PACKED: Final = Path(__file__).parents[2] / "_client"
SOURCES: Final = Path(__file__).parents[3] / "client"


@dataclass(frozen=True, slots=True)
class Wheel:
    """A wheel: its file name, its bytes and the hexadecimal SHA-256 of them."""

    name: str
    content: bytes
    sha256: str


@cache
def client_wheel() -> Wheel | None:
    """The wheel, read or built once a process; None where there is neither one nor its sources,
    or nothing to build it with."""
    packed = sorted(PACKED.glob("candor_client-*.whl"))
    if packed:
        return _read(packed[-1])
    if not (SOURCES / "pyproject.toml").is_file():
        return None
    try:
        from hatchling.builders.wheel import WheelBuilder  # noqa: PLC0415  in a checkout alone
    except ImportError:
        return None
    with tempfile.TemporaryDirectory() as folder:
        # Reproducible: every process builds the same bytes from the same sources.
        [built] = WheelBuilder(str(SOURCES)).build(directory=folder, versions=["standard"])
        return _read(Path(built))


def install_line(home: str) -> str:
    """The one line that installs the client: from the server at `home`, else from the sources."""
    wheel = client_wheel()
    return "pip install ./client" if wheel is None else f"pip install {home}/client/{wheel.name}"


def _read(path: Path) -> Wheel:
    content = path.read_bytes()
    return Wheel(path.name, content, hashlib.sha256(content).hexdigest())
