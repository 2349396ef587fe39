"""Candor for pipelines: submit predictions, read boards, gate a release.

    import candor_client
    receipt = candor_client.Client().submit("rare-facts", "results.jsonl", model="gpt-5")

Names load when they are first used: a pytest run or `candor --help` pays for nothing else.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from candor_client.async_client import AsyncClient as AsyncClient
    from candor_client.client import Client as Client
    from candor_client.client import Flushed as Flushed
    from candor_client.errors import CandorError as CandorError
    from candor_client.errors import Conflict as Conflict
    from candor_client.errors import InvalidData as InvalidData
    from candor_client.errors import InvalidRequest as InvalidRequest
    from candor_client.errors import Kept as Kept
    from candor_client.errors import ParityMismatch as ParityMismatch
    from candor_client.errors import ProblemError as ProblemError
    from candor_client.errors import Refused as Refused
    from candor_client.errors import ServerFault as ServerFault
    from candor_client.errors import Unreachable as Unreachable
    from candor_client.errors import UsageError as UsageError
    from candor_client.http.retries import Patience as Patience
    from candor_client.prompts.instruction import prompt as prompt
    from candor_client.prompts.instruction import with_prompt as with_prompt
    from candor_client.prompts.replies import Reply as Reply
    from candor_client.prompts.replies import parse_reply as parse_reply
    from candor_client.pushing.push import Pushed as Pushed
    from candor_client.pushing.push import push as push
    from candor_client.unsent.spool import Spool as Spool

_HOME = {
    "AsyncClient": "candor_client.async_client",
    "CandorError": "candor_client.errors",
    "Client": "candor_client.client",
    "Conflict": "candor_client.errors",
    "Flushed": "candor_client.client",
    "InvalidData": "candor_client.errors",
    "InvalidRequest": "candor_client.errors",
    "Kept": "candor_client.errors",
    "ParityMismatch": "candor_client.errors",
    "Patience": "candor_client.http.retries",
    "ProblemError": "candor_client.errors",
    "Pushed": "candor_client.pushing.push",
    "Refused": "candor_client.errors",
    "Reply": "candor_client.prompts.replies",
    "ServerFault": "candor_client.errors",
    "Spool": "candor_client.unsent.spool",
    "Unreachable": "candor_client.errors",
    "UsageError": "candor_client.errors",
    "parse_reply": "candor_client.prompts.replies",
    "prompt": "candor_client.prompts.instruction",
    "push": "candor_client.pushing.push",
    "with_prompt": "candor_client.prompts.instruction",
}

__all__ = list(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
