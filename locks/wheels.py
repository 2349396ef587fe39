"""Which wheels the locked packages have, and whether every promised machine finds one.

    python -m locks.wheels           # compares the locks with wheels.json and prints the table
    python -m locks.wheels --write   # asks the index that pip and uv are set up with, and writes it
    python -m locks.wheels --live    # asks as well, and fails where the file is not what it says

A lock holds hashes and no file names, so that wheels.json names the wheels of each pinned version
beside a digest of its hashes: the file belongs to one lock and to no other. A pin is looked at
only where its marker admits a machine.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from packaging.markers import Marker
from packaging.tags import parse_tag
from packaging.utils import canonicalize_name

from locks.platforms import PLATFORMS, PYTHONS, Platform

ROOT: Final = Path(__file__).parents[1]
WHEELS: Final = Path(__file__).parent / "wheels.json"


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock, and where it promises to install: `platforms` and `pythons`.

    `source_only` names packages that are published without any wheel and need no compiler.
    """

    path: str
    source_only: frozenset[str] = frozenset()
    platforms: tuple[Platform, ...] = PLATFORMS
    pythons: tuple[tuple[int, int], ...] = PYTHONS


LOCKS: Final = (
    Lock("requirements.txt"),
    Lock("requirements-parquet.txt"),
    Lock("requirements-dev.txt"),
    # Pure Python that lm-eval needs, and that its authors publish as sources alone.
    Lock(
        "client/requirements-tools.txt",
        source_only=frozenset({"rouge-score", "sqlitedict", "word2number"}),
    ),
)


@dataclass(frozen=True, slots=True)
class Pin:
    """One locked version: `hashes` of all its files, `marker` of the machines that install it."""

    name: str
    version: str
    marker: Marker | None
    hashes: tuple[str, ...]

    @property
    def key(self) -> str:
        """Its name in wheels.json."""
        return f"{self.name}=={self.version}"

    @property
    def digest(self) -> str:
        """What tells this set of files from every other."""
        return hashlib.sha256("\n".join(sorted(self.hashes)).encode()).hexdigest()[:16]

    def wanted(self, platform: Platform, python: tuple[int, int]) -> bool:
        """Whether that machine installs it."""
        return self.marker is None or self.marker.evaluate(platform.markers(python))


@dataclass(frozen=True, slots=True)
class Lack:
    """A machine that a marker admits and that no wheel is for."""

    lock: str
    pin: str
    platform: str
    python: str

    def __str__(self) -> str:
        return f"{self.lock}: {self.pin} has no wheel for Python {self.python} on {self.platform}"


def pins_of(text: str) -> list[Pin]:
    """The pins of a lock's text."""
    pins = []
    for block in re.split(r"\n(?=[A-Za-z0-9])", text):
        head = block.partition("\\")[0].strip()
        found = re.match(r"([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;]+)\s*(?:;\s*(.+))?$", head)
        if found is None:
            continue
        marker = Marker(found[3]) if found[3] else None
        hashes = tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", block))
        pins.append(Pin(canonicalize_name(found[1]), found[2], marker, hashes))
    return pins


def read_pins(lock: Lock) -> list[Pin]:
    """The pins of a lock in this checkout."""
    return pins_of((ROOT / lock.path).read_text())


def read_wheels(path: Path = WHEELS) -> dict[str, dict[str, Any]]:
    """wheels.json: `name==version` → the digest of its hashes (`files`) and its `wheels` by tag."""
    held: dict[str, dict[str, Any]] = json.loads(path.read_text())
    return held


def lacking(lock: Lock, pins: Iterable[Pin], wheels: Mapping[str, Mapping[str, Any]]) -> list[Lack]:
    """Every pin and machine without a wheel. Raises `KeyError` for a pin that `wheels` lacks."""
    tags = {(one, python): one.tags(python) for one in lock.platforms for python in lock.pythons}
    lacks = []
    for pin in pins:
        if pin.name in lock.source_only:
            continue
        offered = frozenset(tag for one in wheels[pin.key]["wheels"] for tag in parse_tag(one))
        lacks += [
            Lack(lock.path, pin.key, platform.name, f"{python[0]}.{python[1]}")
            for (platform, python), accepted in tags.items()
            if pin.wanted(platform, python) and offered.isdisjoint(accepted)
        ]
    return lacks


def ask_index(lock: Lock) -> dict[str, dict[str, Any]]:
    """wheels.json's part for a lock, from the index that uv is set up with.

    Raises `ValueError` where the index has another set of files than the lock has hashes.
    """
    pins = {pin.key: pin for pin in read_pins(lock)}
    made = {}
    for package in _asked(lock)["packages"]:
        key = f"{canonicalize_name(package['name'])}=={package['version']}"
        names = {
            one["hashes"]["sha256"]: str(one["url"]).rpartition("/")[2]
            for one in package.get("wheels", [])
        }
        pin = pins.pop(key)
        if strange := names.keys() - set(pin.hashes):
            raise ValueError(f"{lock.path}: {key} has files that are not locked: {sorted(strange)}")
        made[key] = {"files": pin.digest, "wheels": _useful(names.values())}
    if pins:
        raise ValueError(f"{lock.path}: the index did not say what files {', '.join(pins)} has")
    return made


def _useful(names: Iterable[str]) -> list[str]:
    """The tags of the wheels that some promised machine takes, as their file names write them."""
    accepted = frozenset(tag for one in PLATFORMS for python in PYTHONS for tag in one.tags(python))
    tags = ("-".join(name.removesuffix(".whl").split("-")[-3:]) for name in names)
    return sorted({tag for tag in tags if not accepted.isdisjoint(parse_tag(tag))})


def _asked(lock: Lock) -> dict[str, Any]:
    """The lock as uv writes it in its long form, which names files."""
    pinned = "\n".join(
        f"{pin.key}{f' ; {pin.marker}' if pin.marker else ''}" for pin in read_pins(lock)
    )
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "pins.in", Path(folder) / "pylock.toml"
        source.write_text(pinned + "\n")
        command = [str(Path(sys.executable).parent / "uv"), "pip", "compile", "--universal"]
        command += ["--no-deps", "--python-version", "3.11", "--quiet", "--format", "pylock.toml"]
        subprocess.run(
            [*command, str(source), "-o", str(out)], check=True, stdout=subprocess.DEVNULL
        )
        return tomllib.loads(out.read_text())


def table(held: Mapping[str, Mapping[str, Any]]) -> tuple[list[str], list[Lack]]:
    """Lines that say how many pins each machine installs from wheels, and every lack."""
    lines, lacks = [], []
    for lock in LOCKS:
        pins = read_pins(lock)
        lacks += lacking(lock, pins, held)
        lines.append(lock.path)
        for platform in lock.platforms:
            told = []
            for python in lock.pythons:
                version = f"{python[0]}.{python[1]}"
                wanted = sum(pin.wanted(platform, python) for pin in pins)
                missing = sum(
                    (one.lock, one.platform, one.python) == (lock.path, platform.name, version)
                    for one in lacks
                )
                told.append(f"{version}: {wanted - missing} of {wanted}")
            lines.append(f"  {platform.name:14} {', '.join(told)}")
    return lines, lacks


def main() -> int:
    """Writes or checks wheels.json, and prints the table; 1 where something is lacking."""
    asked = argparse.ArgumentParser(description="The wheels of the locks, by machine.")
    asked.add_argument("--write", action="store_true", help="ask the index and write wheels.json")
    asked.add_argument("--live", action="store_true", help="ask the index and compare")
    options = asked.parse_args()
    if options.write or options.live:
        found = {key: said for lock in LOCKS for key, said in ask_index(lock).items()}
        if options.write:
            lines = (f"{json.dumps(key)}: {json.dumps(found[key])}" for key in sorted(found))
            WHEELS.write_text("{\n" + ",\n".join(lines) + "\n}\n")
        elif found != read_wheels():
            changed = [key for key in found if found[key] != read_wheels().get(key)]
            print(f"wheels.json is not what the index says: {', '.join(changed) or 'extra pins'}")
            return 1
    lines, lacks = table(read_wheels())
    print("\n".join([*lines, *map(str, lacks)]))
    return 1 if lacks else 0


if __name__ == "__main__":
    raise SystemExit(main())
