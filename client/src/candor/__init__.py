"""Candor for pipelines: submit predictions, read boards, gate a release.

import candor
receipt = candor.Client().submit("rare-facts", "results.jsonl", model="gpt-5")

Names load when they are first used: a pytest run or `candor --help` pays for nothing else.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from candor.errors import CandorError as CandorError

_HOME = {
    "CandorError": "candor.errors",
}

__all__ = ["CandorError"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
