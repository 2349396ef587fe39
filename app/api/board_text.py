"""A board as CSV and as Markdown: the same values that the JSON reply is made of."""

import csv
import io
from dataclasses import astuple
from typing import Final

from app.http.encode import moment
from app.scoring.targets import parse_target
from app.services.board.schemas import Leaderboard, Standing

_COLUMNS: Final = (
    "rank",
    "owner",
    "model",
    "provider",
    "version",
    "organisation",
    "score",
    "score_se",
    "score_low",
    "score_high",
    "accuracy",
    "accuracy_rank",
    "rank_change",
    "coverage",
    "selective_accuracy",
    "quadratic_score",
    "ece_levels",
    "correct",
    "wrong",
    "partial",
    "abstained",
    "missing",
    "ungraded",
    "n_items",
    "attempt",
    "attempts",
    "stated_target",
    "confidence_source",
    "self_reported",
    "provisional",
    "submission",
    "created_at",
    "rank_low",
    "rank_high",
    "tie_group",
    "bootstrap_first_share",
    "excess_miscalibration",
    "miscalibration",
    "miscalibration_expected",
)


def board_csv(board: Leaderboard) -> bytes:
    """RFC 4180 with a header; text that a spreadsheet could run is quoted with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for standing in board.standings:
        writer.writerow([_spelled(cell) for cell in _cells(standing)])
    return out.getvalue().encode()


def _spelled(cell: object) -> object:
    """What a cell holds: nothing for None, and no negative zero."""
    if cell is None:
        return ""
    return cell + 0.0 if isinstance(cell, float) else cell


def _cells(standing: Standing) -> list[object]:
    model, score, counts = standing.model, standing.score, standing.counts
    interval = score.interval
    tallies: list[object] = [None] * 6
    if counts is not None:
        tallies = list(astuple(counts))
    return [
        standing.rank,
        inert(standing.owner),
        inert(model.name),
        inert(model.provider),
        inert(model.version),
        inert(model.organisation),
        score.value,
        score.se,
        None if interval is None else interval.low,
        None if interval is None else interval.high,
        standing.accuracy.value,
        standing.accuracy_rank,
        standing.rank_change,
        standing.coverage,
        standing.selective_accuracy,
        standing.quadratic_score,
        standing.ece_levels,
        *tallies,
        score.n_items,
        standing.attempt,
        standing.attempts,
        standing.stated_target,
        standing.confidence_source,
        str(standing.self_reported).lower(),
        str(standing.provisional).lower(),
        standing.submission,
        moment(standing.created_at),
        *(standing.rank_range or (None, None)),
        standing.tie_group,
        standing.bootstrap_first_share,
        standing.excess_miscalibration,
        standing.miscalibration,
        standing.miscalibration_expected,
    ]


def inert(text: str | None) -> str | None:
    """Text that no spreadsheet takes for a formula (OWASP: leading = + - @ tab CR)."""
    return "'" + text if text and text[0] in "=+-@\t\r\n\0" else text


def board_markdown(board: Leaderboard) -> bytes:
    """A table for a README, scores in points per 100."""
    rule = f"{_at(board)}, {board.mode}" if board.rule == "target" else board.rule
    lines = [
        f"**{_plain(board.title)}** ({rule}; {board.n_items} items)",
        "",
        "| # | model | score /100 | 95 % interval | accuracy % | answered % | miscalibration |",
        "|--:|:------|-----------:|:-------------:|-----------:|-----------:|---------------:|",
    ]
    silence = ['| | *always "I don\'t know"* | 0.0 | | 0.0 | 0.0 | |']
    for standing in board.standings:
        if silence and (standing.score.value or 0.0) < 0:
            lines.append(silence.pop())
        interval = standing.score.interval
        reach = "–"
        if interval is not None:
            reach = f"{_points(interval.low)} to {_points(interval.high)}"
        lines.append(
            f"| {standing.rank} | {_plain(standing.model.name)} | {_points(standing.score.value)} "
            f"| {reach} | {_points(standing.accuracy.value)} | {_points(standing.coverage)} "
            f"| {_thousandths(standing.excess_miscalibration)} |"
        )
    return ("\n".join(lines + silence) + "\n").encode()


def _at(board: Leaderboard) -> str:
    if parse_target(board.target or 0.0).by_penalty:
        return f"penalty {board.penalty:g}"
    return f"t = {board.target:g}"


def _points(value: float | None) -> str:
    """Points per 100 with a real minus sign; an en dash where undefined."""
    if value is None:
        return "–"
    return f"{value * 100:z.1f}".replace("-", "−")


def _thousandths(value: float | None) -> str:
    """A part of the Brier score, from 0 to 1."""
    return "–" if value is None else f"{value:z.3f}".replace("-", "−")


def _plain(text: str) -> str:
    """Text that Markdown leaves alone."""
    return "".join("\\" + char if char in "\\`*_{}[]<>()#|!~&" else char for char in text)
