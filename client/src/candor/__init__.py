"""Candor for pipelines: submit predictions, read boards, gate a release.

    import candor
    receipt = candor.Client().submit("rare-facts", "results.jsonl", model="gpt-5")

Names load when they are first used: a pytest run or `candor --help` pays for nothing else.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from candor.async_client import AsyncClient as AsyncClient
    from candor.client import Client as Client
    from candor.client import Flushed as Flushed
    from candor.errors import CandorError as CandorError
    from candor.errors import Conflict as Conflict
    from candor.errors import InvalidData as InvalidData
    from candor.errors import InvalidRequest as InvalidRequest
    from candor.errors import Kept as Kept
    from candor.errors import ParityMismatch as ParityMismatch
    from candor.errors import ProblemError as ProblemError
    from candor.errors import Refused as Refused
    from candor.errors import ServerFault as ServerFault
    from candor.errors import Unreachable as Unreachable
    from candor.errors import UsageError as UsageError
    from candor.prompts import prompt as prompt
    from candor.prompts import with_prompt as with_prompt
    from candor.pushing import Pushed as Pushed
    from candor.pushing import push as push
    from candor.replies import Reply as Reply
    from candor.replies import parse_reply as parse_reply
    from candor.retries import Patience as Patience
    from candor.spool import Spool as Spool

_HOME = {
    "AsyncClient": "candor.async_client",
    "CandorError": "candor.errors",
    "Client": "candor.client",
    "Conflict": "candor.errors",
    "Flushed": "candor.client",
    "InvalidData": "candor.errors",
    "InvalidRequest": "candor.errors",
    "Kept": "candor.errors",
    "ParityMismatch": "candor.errors",
    "Patience": "candor.retries",
    "ProblemError": "candor.errors",
    "Pushed": "candor.pushing",
    "Refused": "candor.errors",
    "Reply": "candor.replies",
    "ServerFault": "candor.errors",
    "Spool": "candor.spool",
    "Unreachable": "candor.errors",
    "UsageError": "candor.errors",
    "parse_reply": "candor.replies",
    "prompt": "candor.prompts",
    "push": "candor.pushing",
    "with_prompt": "candor.prompts",
}

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
