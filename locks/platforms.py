"""The machines that a lock is for: what their markers say, and which wheels they take."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms

PYTHONS: Final = ((3, 11), (3, 12), (3, 13), (3, 14))
"""The versions of Python that `requires-python` of both distributions admits."""

GLIBC: Final = 28
"""Minor version of the oldest glibc 2 looked at: Debian 10, Ubuntu 20.04, RHEL 8."""


@dataclass(frozen=True, slots=True)
class Platform:
    """One kind of machine. `wheels` are the platform tags it takes, best first."""

    name: str
    sys_platform: str
    system: str
    machine: str
    wheels: tuple[str, ...]

    def markers(self, python: tuple[int, int]) -> dict[str, str]:
        """What CPython `python` says there of itself, for a marker to be held against."""
        version = f"{python[0]}.{python[1]}"
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{version}.0",
            "os_name": "nt" if self.sys_platform == "win32" else "posix",
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": self.system,
            "platform_version": "",
            "python_full_version": f"{version}.0",
            "python_version": version,
            "sys_platform": self.sys_platform,
            "extra": "",
        }

    def tags(self, python: tuple[int, int]) -> frozenset[Tag]:
        """Every tag of a wheel that CPython `python` can install there."""
        own = cpython_tags(python, [f"cp{python[0]}{python[1]}"], self.wheels)
        shared = compatible_tags(python, f"cp{python[0]}{python[1]}", self.wheels)
        return frozenset([*own, *shared])


def _manylinux(machine: str) -> Iterator[str]:
    for minor in range(GLIBC, 4, -1):
        yield f"manylinux_2_{minor}_{machine}"
    for old in ("manylinux2014", "manylinux2010", "manylinux1"):
        yield f"{old}_{machine}"


def _linux(machine: str) -> Platform:
    return Platform(f"Linux {machine}", "linux", "Linux", machine, tuple(_manylinux(machine)))


def _mac(machine: str, oldest: int) -> Platform:
    wheels = tuple(mac_platforms((oldest, 0), machine))
    return Platform(f"macOS {machine}", "darwin", "Darwin", machine, wheels)


PLATFORMS: Final = (
    _linux("x86_64"),
    _linux("aarch64"),
    _mac("arm64", 12),
    _mac("x86_64", 12),
    Platform("Windows", "win32", "Windows", "AMD64", ("win_amd64",)),
)
"""The machines that both distributions promise to install on without a compiler."""
