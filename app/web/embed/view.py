"""Builds the SVG of the badge and of the shareable picture of a board."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from app.services.board.schemas import Leaderboard, Standing
from app.web.charts.frame import Size, fitted, line, svg, text, text_width
from app.web.rendering import format as words
from app.wording import counted

WIDTH: Final = 1200.0
HEIGHT: Final = 630.0
_ROWS: Final = 7
_TOP: Final = 150.0
_STEP: Final = 48.0
_LINE: Final = 500.0
"""Width of the summary, in the units of `text_width`: it is set in letters of 22."""
_LINES: Final = 2
_TITLE: Final = 185.0
"""Width of the title before the target's pill, in the same units: it is set in letters of 46."""
_NAME: Final = 162.0
"""Width of a model's name before its score, in the same units: it is set in letters of 25."""


def badge(board: Leaderboard) -> tuple[Markup, float, float]:
    """Who leads at the board's target, as a small label; with its width and height."""
    at = words.at_target(board.target or 0.0)
    label = fitted(f"{board.title} · {at}", 260)
    message = _leading(board)
    # The reader's font may be wider than ours, so there is some slack.
    left, right = text_width(label) * 1.12 + 18, text_width(message) * 1.18 + 20
    width = left + right
    filled = (
        f'<path class="value" d="M{left:.1f} 0H{width - 6:.1f}Q{width:.1f} 0 {width:.1f} 6V18'
        f'Q{width:.1f} 24 {width - 6:.1f} 24H{left:.1f}Z"/>'
    )
    body = [
        f'<rect class="label" width="{width:.1f}" height="24" rx="6"/>',
        filled,
        text(label, left / 2, 16.5, kind="label-text", anchor="middle"),
        text(message, left + right / 2, 16.5, kind="value-text", anchor="middle"),
    ]
    says = f"At {at}: {message}, in points per 100 questions."
    return svg(Size("wide", width, 24), name="badge", title=label, says=says, body=body), width, 24


def _leading(board: Leaderboard) -> str:
    """The leader with its score and half its interval; how many share the place; or that no score
    is above 0, which is clear only where every interval lies below it."""
    if not board.standings:
        return "no models yet"
    first, summary = board.standings[0], board.summary
    if (first.score.value or 0.0) <= 0:
        return "no model above 0" if summary.n_below == board.total else "no model clearly above 0"
    score = f"{words.points(first.score.value)} {words.reach(first.score)}".rstrip()
    if summary.n_first > 1:
        return f"{counted(summary.n_first, 'model')} tied at {score}"
    return f"{fitted(first.model.name, 190)} {score}"


@dataclass(frozen=True, slots=True)
class _Scale:
    """The bars' common scale, from `floor` to `top`, drawn from x = 730 to 1140."""

    floor: float
    top: float

    def x(self, value: float) -> float:
        share = (value - self.floor) / (self.top - self.floor)
        return 730 + 410 * min(max(share, 0.0), 1.0)


def share_picture(board: Leaderboard, says: Sequence[str]) -> Markup:
    """The board at its target as a picture: the first rows, always abstaining among them, and the
    sentences of the summary."""
    rows = _shown(board.standings)
    scale = _scale(rows)
    at = words.at_target(board.target or 0.0)
    pill = at if at.startswith("penalty") else f"t = {board.target or 0.0:.2f}"
    cost = words.penalty(board.penalty or 0.0)
    price = f"right +1, wrong {cost}, “I don’t know” 0"
    facts = f"{counted(board.n_items, 'question')} · {_models(len(rows), board.total)} · {price}"
    body = [
        f'<rect class="ground" x="0.5" y="0.5" width="{WIDTH - 1:g}" height="{HEIGHT - 1:g}"/>',
        _sized(text(fitted(board.title, _TITLE), 56, 82, kind="bold"), 46),
        _sized(text(facts, 56, 118, kind="quiet"), 21),
        '<rect class="value" x="980" y="46" width="164" height="48" rx="24"/>',
        _sized(text(pill, 1062, 79, kind="value-text", anchor="middle"), 26),
        line("axis", scale.x(0), _TOP - 2, scale.x(0), _TOP + _STEP * (len(rows) + 1) - 6),
    ]
    y, silent = _TOP, False
    for row in rows:
        if not silent and (row.score.value or 0.0) < 0:
            body += _silence(y)
            y, silent = y + _STEP, True
        body += _row(row, y, scale)
        y += _STEP
    if not silent:
        body += _silence(y)
    body += [
        *(
            _sized(text(part, 56, HEIGHT - 62 + 28 * at, kind="semi"), 22)
            for at, part in enumerate(_whole_sentences(says))
        ),
        _sized(text("Candor", WIDTH - 56, HEIGHT - 36, kind="quiet bold", anchor="end"), 22),
    ]
    spoken = "; ".join(
        f"{row.rank}. {row.model.name} {words.points(row.score.value)}" for row in rows
    )
    return svg(
        Size("wide", WIDTH, HEIGHT),
        name="share-picture",
        title=f"{board.title} at {at}",
        says=f"{' '.join(says)} {spoken}.",
        body=body,
    )


def _models(shown: int, total: int) -> str:
    """How many there are, and how many of them are drawn where that is not all."""
    if shown < total:
        return f"{shown} of {counted(total, 'model')}"
    return counted(total, "model") if total else "no model yet"


def _whole_sentences(says: Sequence[str]) -> list[str]:
    """As many sentences as fit on two lines at their size; the first cut where it alone is longer,
    so that no half of a statement is left."""
    shown: list[str] = []
    for end in range(1, len(says) + 1):
        lines = _wrapped(" ".join(says[:end]))
        if len(lines) > _LINES and shown:
            break
        shown = lines
    rest = " ".join(shown[_LINES - 1 :])
    return shown[: _LINES - 1] + ([fitted(rest, _LINE)] if rest else [])


def _wrapped(says: str) -> list[str]:
    """Lines of at most the width, broken between words."""
    lines = [""]
    for word in says.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer) > _LINE:
            lines.append(word)
        else:
            lines[-1] = longer
    return [fitted(full, _LINE) for full in lines]


def _sized(mark: str, size: int) -> str:
    """A text at a size of its own, as an attribute: the sheet sets none."""
    return mark.replace("<text ", f'<text font-size="{size}" ', 1)


def _shown(standings: Sequence[Standing]) -> list[Standing]:
    """The first rows; where the leader on accuracy is not among them, it takes the last place."""
    rows = list(standings[:_ROWS])
    crowned = min(standings, key=lambda row: (row.accuracy_rank, row.rank), default=None)
    if crowned is not None and crowned not in rows:
        rows[-1] = crowned
    return rows


def _scale(rows: Sequence[Standing]) -> _Scale:
    values = [row.score.value or 0.0 for row in rows]
    reaches = [row.score.interval for row in rows if row.score.interval is not None]
    top = max([0.1, *values, *(reach.high for reach in reaches)])
    floor = min([-0.05, *values, *(reach.low for reach in reaches)])
    # One very bad model must not flatten the others: its bar runs off and ends in a chevron.
    # Where all are below zero the best of them says how far the scale must go.
    best = -min(0.0, max(values, default=0.0))
    return _Scale(max(floor * 1.08, -2.2 * max(top, best)), top * 1.04)


def _row(row: Standing, y: float, scale: _Scale) -> list[str]:
    value = row.score.value or 0.0
    change = row.rank_change
    moved = "" if change == 0 else f"{'▲' if change > 0 else '▼'} {abs(change)}"
    side = "gain" if value >= 0 else "loss"
    left, right = sorted((scale.x(0), scale.x(value)))
    bar = (
        f'<rect class="{side}" x="{left:.1f}" y="{y + 9:.1f}" '
        f'width="{max(right - left, 1):.1f}" height="22" rx="3"/>'
    )
    moving = text(moved, 112, y + 28, kind="gain" if change > 0 else "loss")
    out = [
        _sized(text(f"{row.rank}", 88, y + 29, kind="bold", anchor="end"), 25),
        _sized(moving, 18) if moved else "",
        _sized(text(fitted(row.model.name, _NAME), 180, y + 29, kind="semi"), 25),
        _sized(text(words.points(row.score.value), 690, y + 29, kind="bold", anchor="end"), 25),
        bar,
    ]
    interval = row.score.interval
    if interval is not None and interval.high > scale.floor:
        out.append(line("reach", scale.x(interval.low), y + 20, scale.x(interval.high), y + 20))
    if value < scale.floor:
        x, top = left + 12, y + 14
        chevrons = f"M{x:.0f} {top:.0f}l-6 6 6 6M{x + 9:.0f} {top:.0f}l-6 6 6 6"
        out.append(f'<path class="cut" d="{chevrons}"/>')
    elif interval is not None and interval.low < scale.floor:
        out.append(f'<path class="reach" fill="none" d="M737 {y + 14:.0f}l-6 6 6 6"/>')
    return out


def _silence(y: float) -> list[str]:
    return [
        f'<rect fill="url(#under)" x="56" y="{y + 4:.1f}" width="1088" height="34"/>',
        line("silence-edge", 56, y + 4, 1144, y + 4),
        line("silence-edge", 56, y + 38, 1144, y + 38),
        _sized(text("0 · always “I don’t know”", 68, y + 28, kind="bold"), 20),
    ]
