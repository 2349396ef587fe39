"""The data with which the browser computes a board at any target: counts, so that it is exact.

The reply names its fields in one or two letters because a thousand models travel in it; the reader
is `static/standings.js`, and both are held together by `tests/web/test_dial.py`.

    z       the quantile of 95 % intervals; usual, the target of rules that have none
    models  for each model, which row counts from which step on: [[step, row], …]
    rows    i id, n name, o note, w what right and wrong are out of, m items,
            c right and wrong attempted from which step on: [[step, right, wrong], …],
            s declared right, wrong, abstained, partial, missing, ungraded, and their sum,
            q quadratic score with its interval,
            e excess miscalibration, miscalibration and what chance shows of it
"""

from typing import Any, Final, TypeVar

import numpy as np

from app.http.encode import json_bytes
from app.scoring import assess as assessing
from app.scoring.assess import Assessed
from app.scoring.metrics.confidence import EXCESS, calibration_of
from app.scoring.score import Score
from app.scoring.statistics.intervals import LEVEL, normal_quantile
from app.scoring.targets import CONFIDENCE_STEP, Target
from app.services.access.public_view import STEPS as THOUSANDTHS
from app.services.access.public_view import PublicView, public_quadratic, public_shares
from app.services.board.ranking import attempts_of
from app.services.state.board_cache import Board
from app.services.state.results import Sweep
from app.storage.benchmarks import Benchmark
from app.web.rendering.format import standing_note

DECLARED: Final = Target(0)
Value = TypeVar("Value")


def dial_reply(board: Board, benchmark: Benchmark, sweep: Sweep) -> bytes:
    """The reply as JSON; only for a sweep that is exact."""
    used = sweep.used.tolist()
    number = {place: at for at, place in enumerate(used)}
    models = [
        [[step, number.get(place, -1)] for step, place in _changes(column)]
        for column in sweep.indices.tolist()
    ]
    right = np.stack([tallies.right for tallies in sweep.tallies], axis=1)
    wrong = np.stack([tallies.wrong for tallies in sweep.tallies], axis=1)
    rows = []
    for place in used:
        row = board.rows[place]
        pairs = zip(right[place].tolist(), wrong[place].tolist(), strict=True)
        rows.append(
            {
                "i": row.public_id,
                "n": row.model.name,
                "o": standing_note(
                    organisation=row.model.organisation,
                    owner=row.owner,
                    version=row.model.version,
                    tags=row.model.tags,
                    self_reported=row.self_reported,
                    provisional=PublicView.of(benchmark).exact_figures and row.counts.ungraded > 0,
                    attempt=row.attempt,
                    attempts=attempts_of(board, place),
                    stated_target=None if row.stated_target is None else Target(row.stated_target),
                ),
                "w": int(sweep.tallies[0].whole[place]),
                "c": [[step, int(c), int(w)] for step, (c, w) in _changes(list(pairs))],
                **_figures(board, benchmark, place),
            }
        )
    return json_bytes(
        {
            "z": normal_quantile(LEVEL),
            "hidden": not PublicView.of(benchmark).answers,
            "usual": Target(benchmark.default_target).confidence / CONFIDENCE_STEP,
            "models": models,
            "rows": rows,
        }
    )


def _changes(values: list[Value]) -> list[tuple[int, Value]]:
    """The values at which a list differs from the one before, with their places."""
    return [(at, value) for at, value in enumerate(values) if at == 0 or value != values[at - 1]]


def _figures(board: Board, benchmark: Benchmark, place: int) -> dict[str, Any]:
    entry = board.entry(place)
    if not PublicView.of(benchmark).exact_figures:
        shares = public_shares(entry, target=DECLARED, mode="declared")
        told = (shares.correct, shares.wrong, shares.abstained)
        rest = max(THOUSANDTHS - sum(told), 0)
        return {
            "m": entry.items.n_items,
            "s": [*told, 0, rest, 0, THOUSANDTHS],
            "q": _spread(public_quadratic(entry)),
            "e": None,
        }
    counts = board.rows[place].counts
    slots = [
        counts.correct,
        counts.wrong,
        counts.abstained,
        counts.partial,
        counts.missing,
        counts.ungraded,
    ]
    return {
        "m": board.frame.n_items,
        "s": [*slots, max(sum(slots), 1)],
        "q": _spread(assessing.quadratic_score(entry)),
        "e": _calibration(entry),
    }


def _calibration(entry: Assessed) -> list[float] | None:
    found = calibration_of(entry)
    values = [found[name].value for name in (EXCESS, "miscalibration", "miscalibration_expected")]
    told = [value for value in values if value is not None]
    return told if len(told) == len(values) else None


def _spread(score: Score) -> list[float] | None:
    if score.value is None:
        return None
    if score.interval is None:
        return [score.value]
    return [score.value, score.interval.low, score.interval.high]
