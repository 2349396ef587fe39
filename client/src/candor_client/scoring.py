"""Scores of rows that are not stored: by the server's own arithmetic, here or over HTTP.

Where the distribution candor-server is installed, its metadata name an entry point `candor.score`
that scores without a server; elsewhere `POST /score` does. Both answer the very same JSON.
"""

import json
from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from typing import Any, cast

from candor_client.client import Client
from candor_client.errors import InvalidData, problem_of
from candor_client.http.calls import Call
from candor_client.http.uploads import score as score_call
from candor_client.record import Imported

Offline = Callable[..., tuple[int, bytes]]


def score_imported(
    imported: Imported,
    *,
    targets: Sequence[float] | None = None,
    penalties: Sequence[float] | None = None,
    mode: str | None = None,
    matcher: str | None = None,
    missing: int = 0,
    url: str | None = None,
) -> dict[str, Any]:
    """Every score of one run's rows. With `url` the server there scores, whatever is installed."""
    _require_judgement(imported)
    absent = sum(row.status == "missing" for row in imported.rows)
    here = imported.graded == "here"
    call = score_call(
        _rows(imported),
        missing=missing + absent,
        targets=list(targets) if targets else None,
        penalties=list(penalties) if penalties else None,
        mode=mode,
        matcher=matcher or ("text" if here else None),
    )
    named = {"benchmark": imported.benchmark, "model": imported.model}
    offline = None if url is not None else offline_scorer()
    if offline is not None:
        return named | _scored_here(offline, call) | {"scored": "offline"}
    with Client(url) as client:
        return named | client.send(call) | {"scored": "server"}


def _require_judgement(imported: Imported) -> None:
    """Raises `InvalidData` where nothing says which answers are right."""
    if imported.graded == "here" and not any(row.accepted for row in imported.rows):
        raise InvalidData(
            f"{imported.source}: no row says what is right. Score rows that hold a verdict, or an "
            "answer beside what is accepted; to grade by a benchmark's answers, candor submit."
        )


def offline_scorer() -> Offline | None:
    """The installed server's arithmetic, or None where it is not installed."""
    for entry in entry_points(group="candor.score"):
        return cast(Offline, entry.load())
    return None


def _scored_here(offline: Offline, call: Call[dict[str, Any]]) -> dict[str, Any]:
    assert call.body is not None
    status, reply = offline(
        b"".join(call.body.chunks()),
        media=call.body.media,
        encoding=call.body.encoding,
        query=call.params,
    )
    body: dict[str, Any] = json.loads(reply)
    if status >= 300:
        raise problem_of(status, body)
    return body


def _rows(imported: Imported) -> list[dict[str, Any]]:
    """Rows as the server scores them: with their verdict, or with the answers that count."""
    facts = {row.item: row for row in imported.rows}
    rows = imported.api_rows()
    for row in rows:
        known = facts[row["item"]]
        for name in ("category", "cluster"):
            if getattr(known, name):
                row[name] = getattr(known, name)
        if imported.graded == "elsewhere":
            row.pop("answer", None)
        elif known.accepted:
            row["accepted"] = list(known.accepted)
    return rows
