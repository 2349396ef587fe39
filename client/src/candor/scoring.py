"""Scores of rows that are not stored: by the server's own arithmetic, here or over HTTP.

Where the distribution candor-server is installed it says through its entry point
`candor.score` how to score without a server; elsewhere `POST /score` does.
"""

from collections.abc import Callable, Sequence
from importlib.metadata import entry_points
from typing import Any, cast

from candor.client import Client
from candor.record import Imported

Scorer = Callable[[dict[str, Any]], dict[str, Any]]


def score_imported(
    imported: Imported,
    *,
    targets: Sequence[float] | None = None,
    mode: str | None = None,
    missing: int = 0,
    url: str | None = None,
) -> dict[str, Any]:
    """Every score of one run's rows, with the benchmark and the model they are of."""
    absent = sum(row.status == "missing" for row in imported.rows)
    asked: dict[str, Any] = {"predictions": _rows(imported), "missing": missing + absent}
    if targets:
        asked["targets"] = list(targets)
    if mode is not None:
        asked["mode"] = mode
    named = {"benchmark": imported.benchmark, "model": imported.model}
    offline = offline_scorer()
    if offline is not None and url is None:
        return named | offline(asked) | {"scored": "offline"}
    with Client(url) as client:
        rows = asked.pop("predictions")
        return named | client.score(rows, **asked) | {"scored": "server"}


def offline_scorer() -> Scorer | None:
    """The installed server's arithmetic, or None where there is no server."""
    for found in entry_points(group="candor.score"):
        return cast(Scorer, found.load())
    return None


def _rows(imported: Imported) -> list[dict[str, Any]]:
    rows = imported.api_rows("elsewhere")
    facts = {row.item: row for row in imported.rows}
    for row in rows:
        row.pop("answer", None)
        known = facts[row["item"]]
        row |= {
            name: getattr(known, name) for name in ("category", "cluster") if getattr(known, name)
        }
    return rows
