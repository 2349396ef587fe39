"""Charts: numbers in, SVG out. Classes and attributes only, never a style, so that the content
policy needs no exception; every chart is titled, described, and stands beside a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape


@dataclass(frozen=True, slots=True)
class Tally:
    """One model on a chart: shares of all items right and wrong, and the points it stands for."""

    name: str
    right: float
    wrong: float
    leads: int


def score_bar(value: float, low: float, high: float, *, floor: float, top: float) -> Markup:
    """A score as a bar from zero with its interval as a whisker; all rows share one scale.

    A bar that runs off the scale ends in a double chevron; its number stands beside it.
    """
    width, height = 150.0, 20.0
    scale = width / (top - floor)
    zero = -floor * scale

    def x(point: float) -> float:
        return min(max((point - floor) * scale, 0.0), width)

    left, right = sorted((zero, x(value)))
    side = "gain" if value >= 0 else "loss"
    bar = max(right - left, 0.5)
    parts = [
        f'<line class="axis" x1="{zero:.1f}" y1="0" x2="{zero:.1f}" y2="{height:.0f}"/>',
        f'<rect class="{side}" x="{left:.1f}" y="5" width="{bar:.1f}" height="10" rx="1.5"/>',
    ]
    if value < floor:
        parts.append('<path class="chevron" d="M7 7 4 10l3 3M12 7l-3 3 3 3"/>')
    elif low < high:
        parts.append(
            f'<line class="whisker" x1="{x(low):.1f}" y1="10" x2="{x(high):.1f}" y2="10"/>'
        )
    return _svg("score", width, height, "".join(parts))


def outcome_bar(shares: Sequence[tuple[str, float]]) -> Markup:
    """Right, wrong, don't know and the rest as one stacked bar of 100 %."""
    width, at, parts = 180.0, 0.0, []
    for kind, share in shares:
        if share <= 0:
            continue
        length = share * width
        height, top = (12, 0) if kind not in {"missing", "ungraded"} else (4, 4)
        fill = f'fill="url(#{kind})"' if kind in {"abstained", "missing", "ungraded"} else ""
        parts.append(
            f'<rect class="{kind}" {fill} x="{at:.2f}" y="{top}" width="{max(length, 0.6):.2f}" '
            f'height="{height}"/>'
        )
        at += length
    return _svg("outcomes", width, 12, "".join(parts), stretch='preserveAspectRatio="none" ')


def value_chart(models: Sequence[Tally], *, target: float) -> Markup:
    """Score at every target, drawn as (1 - t) times the points per 100.

    That makes a straight line of every model: from its accuracy at t = 0, falling by the share it
    answers, through zero at the share that is right when it answers.
    """
    width, height, left, top, bottom = 720.0, 360.0, 52.0, 26.0, 40.0
    highest = max([0.1, *(model.right for model in models)]) * 1.08
    lowest = max(-0.6, min([0.0, *(-model.wrong for model in models)]))
    x = _scale(0, 1, left, width - 16)
    y = _scale(lowest, highest, height - bottom, top)
    parts: list[str] = [_grid(x, y, lowest, highest, width)]
    parts.append(
        f'<rect class="under" x="{left}" y="{y(0):.1f}" width="{width - 16 - left:.1f}" '
        f'height="{height - bottom - y(0):.1f}" fill="url(#under)"/>'
        f'<text class="note" x="{left + 6}" y="{y(0) + 16:.1f}">worse than “I don’t know”</text>'
    )
    for model in sorted(models, key=lambda one: -one.leads):
        end, t = 0.0 - model.wrong, 1.0
        if end < lowest:
            t = (model.right - lowest) / (model.right + model.wrong)
            end = lowest
        kind = f"line line-{model.leads}" if model.leads else "line"
        parts.append(
            f'<path class="{kind}" d="M{x(0):.1f} {y(model.right):.1f}L{x(t):.1f} {y(end):.1f}">'
            f"<title>{escape(model.name)}</title></path>"
        )
    parts += _labels(models, x, y, width)
    parts.append(_pill(x(target), top, height - bottom, target))
    parts.append(
        f'<text class="tick" x="{(left + width) / 2:.0f}" y="{height - 4}" text-anchor="middle">'
        "confidence target t</text>"
    )
    title = "Score at every target"
    says = f"Lines of {len(models)} models; the higher line leads at that target."
    return _chart(title, says, width, height, "".join(map(str, parts)))


def scatter_chart(models: Sequence[Tally], *, target: float) -> Markup:
    """Right against wrong, with the line at which a model breaks even with silence."""
    width, height, left, top, bottom = 400.0, 360.0, 52.0, 26.0, 40.0
    most_wrong = max([0.1, *(model.wrong for model in models)]) * 1.1
    most_right = max([0.1, *(model.right for model in models)]) * 1.1
    x = _scale(0, most_wrong, left, width - 16)
    y = _scale(0, most_right, height - bottom, top)
    parts: list[str] = [_grid(x, y, 0, most_right, width, across=most_wrong)]
    penalty = target / (1 - target)
    if penalty > 0:
        wrong = min(most_wrong, most_right / penalty)
        parts.append(
            f'<path class="even" d="M{x(0):.1f} {y(0):.1f}L{x(wrong):.1f} '
            f'{y(wrong * penalty):.1f}"/>'
        )
    for model in models:
        kind = f"dot line-{model.leads}" if model.leads else "dot"
        parts.append(
            f'<circle class="{kind}" cx="{x(model.wrong):.1f}" cy="{y(model.right):.1f}" r="5">'
            f"<title>{escape(model.name)}</title></circle>"
        )
        if model.leads:
            anchor = "end" if x(model.wrong) > width * 0.6 else "start"
            shift = -9 if anchor == "end" else 9
            parts.append(
                f'<text class="name" x="{x(model.wrong) + shift:.1f}" '
                f'y="{y(model.right) + 4:.1f}" text-anchor="{anchor}">'
                f"{escape(_short(model.name))}</text>"
            )
    parts.append(
        f'<text class="tick" x="{(left + width) / 2:.0f}" y="{height - 4}" text-anchor="middle">'
        "answered wrong</text>"
    )
    title = "Right against wrong"
    says = "Each dot is a model; under the line it scores less than silence."
    return _chart(title, says, width, height, "".join(map(str, parts)))


class _Scale:
    """A linear scale from numbers to places."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self._low, self._start = low, start
        self._step = (end - start) / (high - low)

    def __call__(self, value: float) -> float:
        return self._start + (value - self._low) * self._step


def _scale(low: float, high: float, start: float, end: float) -> _Scale:
    return _Scale(low, high, start, end)


def _grid(
    x: _Scale, y: _Scale, low: float, high: float, width: float, *, across: float = 1.0
) -> Markup:
    lines = []
    step = 0.2 if high - low > 0.5 else 0.1 if high - low > 0.25 else 0.05
    value = -(-low // step) * step
    while value <= high + 1e-9:
        lines.append(
            f'<line class="grid" x1="{x(0):.1f}" x2="{width - 16}" y1="{y(value):.1f}" '
            f'y2="{y(value):.1f}"/><text class="tick" x="{x(0) - 8:.1f}" y="{y(value) + 4:.1f}" '
            f'text-anchor="end">{_whole(value)}</text>'
        )
        value += step
    ticks = (0, 0.25, 0.5, 0.75, 0.9, 1) if across == 1.0 else tuple(_ticks(across))
    for tick in ticks:
        label = "binary" if across == 1.0 and tick == 0 else f"{tick:g}"
        label = label if across == 1.0 else f"{tick * 100:.0f} %"
        lines.append(
            f'<text class="tick" x="{x(tick):.1f}" y="{y(low) + 18:.1f}" text-anchor="middle">'
            f"{label}</text>"
        )
    return Markup("".join(lines))


def _ticks(most: float) -> list[float]:
    step = 0.2 if most > 0.5 else 0.1 if most > 0.25 else 0.05
    return [n * step for n in range(int(most / step) + 1)]


def _whole(value: float) -> str:
    number = round(value * 100)
    return "0" if number == 0 else f"{'+' if number > 0 else chr(0x2212)}{abs(number)}"


def _labels(models: Sequence[Tally], x: _Scale, y: _Scale, width: float) -> list[str]:
    """Names of those that lead somewhere, beside the middle of the stretch they lead."""
    leaders = sorted((model for model in models if model.leads), key=lambda one: one.leads)
    out: list[str] = []
    used: list[float] = []
    for number, model in enumerate(leaders):
        t = (number + 0.6) / max(len(leaders), 1) * 0.85
        at = y(model.right - t * (model.right + model.wrong)) - 9
        while any(abs(at - other) < 15 for other in used):
            at -= 15
        used.append(at)
        place = min(x(t), width - 150)
        out.append(
            f'<text class="name line-{model.leads}" x="{place:.1f}" y="{at:.1f}">'
            f"{escape(_short(model.name))}</text>"
        )
    return out


def _pill(x: float, top: float, bottom: float, target: float) -> str:
    left = min(max(x - 34, 52), 720 - 84)
    return (
        f'<line class="here" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}"/>'
        f'<rect class="pill" x="{left:.1f}" y="4" width="68" height="20" rx="10"/>'
        f'<text class="pill-text" x="{left + 34:.1f}" y="18" text-anchor="middle">'
        f"t = {target:g}</text>"
    )


def _short(name: str) -> str:
    return name if len(name) <= 22 else name[:21] + "…"


def _svg(kind: str, width: float, height: float, body: str, *, stretch: str = "") -> Markup:
    # Markup of our own making: numbers and class names.
    return Markup(
        f'<svg class="{kind}" {stretch}viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" aria-hidden="true" focusable="false">{body}</svg>'
    )


def _chart(title: str, says: str, width: float, height: float, body: str) -> Markup:
    name = title.lower().replace(" ", "-")
    return Markup(
        f'<svg class="chart" role="img" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'aria-labelledby="{name}-title {name}-desc"><title id="{name}-title">{escape(title)}'
        f'</title><desc id="{name}-desc">{escape(says)}</desc>{body}</svg>'
    )
