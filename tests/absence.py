"""What a machine may lack, how it gets it, and how many tests were left out for want of it."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import pytest

REQUIRE_ALL = bool(os.environ.get("CANDOR_REQUIRE_ALL"))
HOW: Final = {
    "PostgreSQL": "install it (Debian: apt install postgresql), or put its initdb on the PATH",
    "Chromium": "install it (Debian: apt install chromium)",
    "nginx": "install it (Debian: apt install nginx-light)",
    "openssl": "install it (Debian: apt install openssl)",
    "the evaluation tools": "make tools",
    "a package index": "connect this machine to one",
    "the reference data": "tests/README.md says what they are, where they come from and where "
    "they go; the sample in tests/data ran",
}
"""What may be absent, and how it comes."""
_ABSENT: Final = re.compile(r"Skipped: (.+?) is absent")


def absent(what: str, *, required: bool = True) -> None:
    """Skips with the way to get it; fails where everything must run and it is `required`."""
    told = f"{what} is absent: {HOW[what]}" if what in HOW else f"{what} is absent"
    if REQUIRE_ALL and required:
        pytest.fail(f"{told} (CANDOR_REQUIRE_ALL is set)")
    pytest.skip(told)


def left_out(reasons: list[str]) -> str:
    """One line: how many tests were skipped for want of what, and how to get it."""
    found = [_ABSENT.search(reason) for reason in reasons]
    counts = Counter(one[1] for one in found if one)
    parts = [
        f"{n} for want of {what}" + (f" ({HOW[what]})" if what in HOW else "")
        for what, n in sorted(counts.items())
    ]
    if other := found.count(None):
        parts.append(f"{other} for other reasons")
    return f"Left out: {'; '.join(parts)}." if parts else "Nothing was left out."


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: Any) -> Iterator[None]:
    """Prints that line after all others."""
    yield
    skipped = terminalreporter.stats.get("skipped", [])
    terminalreporter.write_line(left_out([str(report.longrepr) for report in skipped]))
