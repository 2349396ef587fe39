"""Delivery from inside a run: sends a log and says in a line what became of it, and never raises.

The run must not wait long for a server or fail with it, so there is little patience here; what
could not be sent is kept in the spool, and the line says how to send it later.
"""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from candor_client.client import Client
from candor_client.errors import CandorError, Kept, ServerFault, Unfinished, Unreachable
from candor_client.http import uploads
from candor_client.http.retries import Patience
from candor_client.importers import Options, read
from candor_client.pushing.push import Pushed, push_one, require_parity
from candor_client.record import Imported

HURRIED: Final = Patience(attempts=3, seconds=15.0, longest_wait=4.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What to do with a log: its board, and whether to make one that is not there."""

    benchmark: str | None = None
    publish: bool = False


def deliver(path: Path, delivery: Delivery, *, named: str | None = None) -> list[str]:
    """Sends everything in `path`; one line for each model in it. `named` is what people call it."""
    log = named or str(path)
    try:
        imported = read(path, options=Options(benchmark=delivery.benchmark))
        with Client(patience=HURRIED) as client:
            return [line for run in imported for line in _lines(client, run, delivery, log)]
    except CandorError as error:
        return [f"{log} was not pushed: {error}", f"Later: {_again(log, delivery)}"]


def _lines(client: Client, run: Imported, delivery: Delivery, log: str) -> Iterator[str]:
    try:
        require_parity(run)
        pushed = push_one(client, run, publish={} if delivery.publish else None)
        yield _said(pushed, client)
    except Kept as kept:
        yield f"{log} could not be sent and waits in {kept.file}. Later: candor flush"
        yield f"Or from the log: {_again(log, delivery)}"
    except (Unreachable, ServerFault) as error:
        yield f"{log} could not be sent ({error}) and waits in {_keep(client, run)}."
        yield f"Later: candor flush. Or from the log: {_again(log, delivery)}"
    except Unfinished as error:
        yield f"{log} was not pushed: {error}"
        yield f"A board from this run all the same: {_again(log, delivery)} --unfinished"
    except CandorError as error:
        yield f"{log} was not pushed: {error}"
        yield f"Then: {_again(log, delivery)}"


def _keep(client: Client, run: Imported) -> Path:
    """Keeps a submission whose benchmark could not be asked for: as the log judged it."""
    call = uploads.submit(run.slug, run.api_rows(), **run.api_fields())
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return client.spool.keep(call, url=client.account.url, since=since)


def _said(pushed: Pushed, client: Client) -> str:
    receipt = pushed.receipt
    counts: Mapping[str, object] = receipt["counts"] or {}
    outcomes = ", ".join(f"{number} {name}" for name, number in counts.items() if number)
    rank = f", rank {receipt['rank']}" if receipt["rank"] else ""
    address = f"{client.account.url}/benchmarks/{pushed.benchmark}"
    return f"{pushed.imported.model} on {pushed.benchmark}: {outcomes}{rank}. {address}"


def _again(log: str, delivery: Delivery) -> str:
    command = ["candor", "push", log]
    if delivery.benchmark:
        command += ["--benchmark", delivery.benchmark]
    if delivery.publish:
        command.append("--publish")
    return shlex.join(command)
