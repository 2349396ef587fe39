"""Bars in a table's row: a score on a common scale, and answers as shares of a whole.

They repeat the numbers beside them, so they are hidden from screen readers.
"""

from collections.abc import Sequence

from markupsafe import Markup

_HATCHED = frozenset({"abstained", "missing", "ungraded"})
_THIN = frozenset({"missing", "ungraded"})


def score_bar(value: float, low: float, high: float, *, floor: float, top: float) -> Markup:
    """A score as a bar from zero with its interval as a whisker; all rows share one scale.

    A bar that runs off the scale ends in a double chevron, a whisker in a single one; the numbers
    are printed beside it.
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
    if low < high and high > floor:
        parts.append(
            f'<line class="whisker" x1="{x(low):.1f}" y1="10" x2="{x(high):.1f}" y2="10"/>'
        )
    if value < floor:
        parts.append('<path class="chevron" d="M7 7 4 10l3 3M12 7l-3 3 3 3"/>')
    elif low < floor:
        parts.append('<path class="clipped" d="M5 6 1 10l4 4"/>')
    return _bar("score", width, height, "".join(parts))


def outcome_bar(shares: Sequence[tuple[str, float]]) -> Markup:
    """Right, wrong, don't know and the rest as one stacked bar of 100 %."""
    width, at, parts = 180.0, 0.0, []
    for kind, share in shares:
        if share <= 0:
            continue
        length = share * width
        height, top = (4, 4) if kind in _THIN else (12, 0)
        fill = f'fill="url(#{kind})" ' if kind in _HATCHED else ""
        parts.append(
            f'<rect class="{kind}" {fill}x="{at:.2f}" y="{top}" width="{max(length, 0.6):.2f}" '
            f'height="{height}"/>'
        )
        at += length
    return _bar("outcomes", width, 12, "".join(parts), stretch='preserveAspectRatio="none" ')


def _bar(kind: str, width: float, height: float, body: str, *, stretch: str = "") -> Markup:
    return Markup(
        f'<svg class="{kind}" {stretch}viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        f'height="{height:.0f}" aria-hidden="true" focusable="false">{body}</svg>'
    )
