"""A board as JSON, CSV and Markdown: the same standings in three dresses."""

import csv
import io
from typing import Any, Final

import msgspec

from app.api.replies import counts_body, model_body, moment, score_body
from app.services.board.schemas import Disagreement, Leaderboard, RangesNote, Standing, Unranked

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
    "on_top",
)


def board_json(board: Leaderboard, *, next_cursor: str | None) -> bytes:
    """The reply of the contract, as bytes."""
    return msgspec.json.encode(
        {
            "benchmark": board.benchmark,
            "title": board.title,
            "demo": board.demo,
            "revision": board.revision,
            "version": board.version,
            "rule": board.rule,
            "target": board.target,
            "penalty": board.penalty,
            "mode": board.mode,
            "category": board.category,
            "tags": list(board.tags),
            "n_items": board.n_items,
            "ranked_attempt": board.ranked_attempt,
            "total": board.total,
            "ranges": _ranges_body(board.ranges),
            "agreement": _agreement_body(board.agreement),
            "data": [standing_body(standing) for standing in board.standings],
            "references": [
                {"name": reference.name, "score": reference.score}
                | ({"reason": reference.reason} if reference.reason else {})
                for reference in board.references
            ],
            "unranked": [unranked_body(row) for row in board.unranked],
            "next_cursor": next_cursor,
        }
    )


def _ranges_body(note: RangesNote) -> dict[str, Any]:
    return {
        "compared": note.compared,
        "method": note.method,
        "level": note.level,
        "reason": note.reason,
    }


def _agreement_body(found: Disagreement) -> dict[str, Any]:
    return {
        "tau_b": None if found.tau_b is None else score_body(found.tau_b),
        "n_flips": found.n_flips,
        "flips": [
            {
                "ahead_binary": pair.ahead_binary,
                "ahead_here": pair.ahead_here,
                "binary_lead": pair.binary_lead,
                "lead": pair.lead,
            }
            for pair in found.flips
        ],
        "reason": found.reason,
    }


def standing_body(standing: Standing) -> dict[str, Any]:
    """One row of a board."""
    return {
        "rank": standing.rank,
        "rank_range": None if standing.rank_range is None else list(standing.rank_range),
        "tied_with": None if standing.tied_with is None else list(standing.tied_with),
        "tie_group": standing.tie_group,
        "on_top": standing.on_top,
        "owner": standing.owner,
        "model": model_body(standing.model),
        "submission": standing.submission,
        "attempt": standing.attempt,
        "attempts": standing.attempts,
        "stated_target": standing.stated_target,
        "score": score_body(standing.score),
        "accuracy": score_body(standing.accuracy),
        "accuracy_rank": standing.accuracy_rank,
        "rank_change": standing.rank_change,
        "counts": None if standing.counts is None else counts_body(standing.counts),
        "shares": standing.shares,
        "attempted": standing.attempted,
        "coverage": standing.coverage,
        "selective_accuracy": standing.selective_accuracy,
        "quadratic_score": standing.quadratic_score,
        "ece_levels": standing.ece_levels,
        "null_reasons": standing.null_reasons,
        "confidence_source": standing.confidence_source,
        "self_reported": standing.self_reported,
        "provisional": standing.provisional,
        "created_at": moment(standing.created_at),
    }


def unranked_body(row: Unranked) -> dict[str, Any]:
    """A submission without a place."""
    body: dict[str, Any] = {
        "submission": row.submission,
        "reason": row.reason,
        "owner": row.owner,
        "model": model_body(row.model),
    }
    if row.score is not None:
        body["score"] = score_body(row.score)
    return body


def board_csv(board: Leaderboard) -> bytes:
    """RFC 4180 with a header; text that a spreadsheet could run is quoted with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for standing in board.standings:
        writer.writerow(["" if cell is None else cell for cell in _cells(standing)])
    return out.getvalue().encode()


def _cells(standing: Standing) -> list[object]:
    model, score, counts = standing.model, standing.score, standing.counts
    interval = score.interval
    tallies: list[object] = [None] * 6
    if counts is not None:
        tallies = list(counts_body(counts).values())
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
        standing.on_top,
    ]


def inert(text: str | None) -> str | None:
    """Text that no spreadsheet takes for a formula (OWASP: leading = + - @ tab CR)."""
    return "'" + text if text and text[0] in "=+-@\t\r\n\0" else text


def board_markdown(board: Leaderboard) -> bytes:
    """A table for a README, scores in points per 100."""
    rule = f"t = {board.target:g}, {board.mode}" if board.rule == "target" else board.rule
    lines = [
        f"**{_plain(board.title)}** ({rule}; {board.n_items} items)",
        "",
        "| # | model | score /100 | 95 % interval | accuracy % | answered % |",
        "|--:|:------|-----------:|:-------------:|-----------:|-----------:|",
    ]
    silence = ['| | *always "I don\'t know"* | 0.0 | | 0.0 | 0.0 |']
    for standing in board.standings:
        if silence and (standing.score.value or 0.0) < 0:
            lines.append(silence.pop())
        interval = standing.score.interval
        reach = "–"
        if interval is not None:
            reach = f"{_points(interval.low)} to {_points(interval.high)}"
        lines.append(
            f"| {standing.rank} | {_plain(standing.model.name)} | {_points(standing.score.value)} "
            f"| {reach} | {_points(standing.accuracy.value)} | {_points(standing.coverage)} |"
        )
    return ("\n".join(lines + silence) + "\n").encode()


def _points(value: float | None) -> str:
    """Points per 100 with a real minus sign; an en dash where undefined."""
    if value is None:
        return "–"
    return f"{value * 100 + 0.0:.1f}".replace("-", "−").replace("−0.0", "0.0")


def _plain(text: str) -> str:
    """Text that Markdown leaves alone."""
    return "".join("\\" + char if char in "\\`*_{}[]<>()#|!~&" else char for char in text)
