"""The locks install without a compiler wherever `requires-python` and their markers promise it.

Everything here reads files of the checkout; `make lock-check` asks the package index the same.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from locks import wheels
from locks.platforms import PLATFORMS, PYTHONS
from locks.wheels import LOCKS, Lock, lacking, pins_of, read_pins, read_wheels

ROOT = Path(__file__).parents[2]
by_path = pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.path)


def project(path: str) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / path).read_text())["project"]
    return found


@by_path
def test_every_pin_has_a_wheel_for_every_machine_that_its_marker_admits(lock: Lock) -> None:
    assert lacking(lock, read_pins(lock), read_wheels()) == []


@by_path
def test_the_list_of_wheels_is_of_these_very_files(lock: Lock) -> None:
    held = read_wheels()
    for pin in read_pins(lock):
        assert held[pin.key]["files"] == pin.digest, f"{pin.key}: run make lock"
        assert pin.hashes, pin.key


def test_the_list_of_wheels_has_nothing_else() -> None:
    assert set(read_wheels()) == {pin.key for lock in LOCKS for pin in read_pins(lock)}


def test_a_marker_that_admits_too_much_is_found() -> None:
    """The marker that promised Linux on aarch64 a wheel of pysqlite3, which there is none of."""
    [pin] = [pin for pin in read_pins(LOCKS[0]) if pin.name == "pysqlite3"]
    hashes = " ".join(f"--hash=sha256:{one}" for one in pin.hashes)
    wide = (
        f"{pin.key} ; implementation_name == 'cpython' and sys_platform == 'linux' and "
        f"(platform_machine == 'x86_64' or platform_machine == 'aarch64') \\\n {hashes}\n"
    )
    found = lacking(LOCKS[0], pins_of(wide), read_wheels())
    assert {(one.platform, one.python) for one in found} == {
        ("Linux aarch64", f"{major}.{minor}") for major, minor in PYTHONS
    }
    assert "pysqlite3==0.6.1 has no wheel for Python 3.11 on Linux aarch64" in str(found[0])
    # And without any marker: nowhere but on Linux x86_64.
    bare = pins_of(f"{pin.key} \\\n {hashes}\n")
    assert len(lacking(LOCKS[0], bare, read_wheels())) == (len(PLATFORMS) - 1) * len(PYTHONS)


def test_requirements_are_told_apart() -> None:
    text = (
        "one==1.0 \\\n    --hash=sha256:" + "a" * 64 + "\n    # via x\n"
        "two[extra]==2.0 ; python_full_version < '3.12' \\\n    --hash=sha256:" + "b" * 64 + "\n"
    )
    one, two = pins_of(text)
    assert (one.key, one.marker, one.hashes) == ("one==1.0", None, ("a" * 64,))
    assert (two.key, two.wanted(PLATFORMS[0], (3, 11))) == ("two==2.0", True)
    assert not two.wanted(PLATFORMS[0], (3, 12))
    assert one.digest != two.digest


@pytest.mark.parametrize("path", ["pyproject.toml", "client/pyproject.toml"])
def test_no_python_is_promised_that_the_locks_do_not_serve(path: str) -> None:
    admitted = SpecifierSet(project(path)["requires-python"])
    versions = [(3, minor) for minor in range(20) if admitted.contains(f"3.{minor}.5")]
    assert tuple(versions) == PYTHONS
    assert not admitted.contains("4.0")


def test_the_oldest_versions_that_the_client_admits_are_the_ones_locked_to_test_it() -> None:
    pins = {
        pin.name: pin.version
        for pin in pins_of((ROOT / "client" / "requirements-lowest.txt").read_text())
    }
    for line in project("client/pyproject.toml")["dependencies"]:
        wanted = Requirement(line)
        [oldest] = [one.version for one in wanted.specifier if one.operator == ">="]
        assert SpecifierSet(f"=={oldest}").contains(pins[wanted.name]), line


def test_an_extra_is_locked_too() -> None:
    locked = {pin.name for pin in read_pins(Lock("requirements-parquet.txt"))}
    for line in project("pyproject.toml")["optional-dependencies"]["parquet"]:
        assert Requirement(line).name in locked
    makefile, image = (ROOT / "Makefile").read_text(), (ROOT / "Dockerfile").read_text()
    assert "requirements-parquet.txt" in makefile
    assert re.search(r"--require-hashes -r requirements-\$EXTRAS\.txt", image)


def test_the_table_counts_what_each_machine_installs() -> None:
    lines, lacks = wheels.table(read_wheels())
    assert lacks == []
    assert f"  {'Linux x86_64':14} 3.11: " in "\n".join(lines)
    assert len(lines) == len(LOCKS) * (1 + len(PLATFORMS))
