"""The ribbon under the dial: the leading model at each target, hatched where no score is positive.

Drawn in percent of its width and inset by half a thumb, so that a segment lies under the thumb of
the slider whatever the screen; names are shown only where they fit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from app.web.charts.frame import fitted, text_width

WIDE, PHONE = 700.0, 310.0
"""About how wide the ribbon is shown, for choosing which names fit."""

HEIGHT = 26

_READABLE = 56.0
"""The beginning of a name stands only where it says something."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Steps `first` to `last` of the dial, led by `name`; `leads` numbers the leaders from 1, 0
    is always abstaining."""

    name: str
    leads: int
    first: int
    last: int


def segments(
    leaders: Sequence[int], names: Sequence[str], numbers: dict[int, int]
) -> list[Segment]:
    """Runs of equal leaders by step. `leaders` holds indices into `names`, -1 for none."""
    out: list[Segment] = []
    start = 0
    for step in range(1, len(leaders) + 1):
        if step == len(leaders) or leaders[step] != leaders[start]:
            who = leaders[start]
            name = "none" if who < 0 else names[who]
            out.append(Segment(name, numbers.get(who, 0) if who >= 0 else -1, start, step - 1))
            start = step
    return out


def ribbon(found: Sequence[Segment], *, steps: int) -> Markup:
    """The segments as one SVG, 100 % wide, with what it says in words."""
    parts = [_segment(segment, steps) for segment in found]
    says = "; ".join(
        f"{segment.first / 100:.2f} to {segment.last / 100:.2f}: "
        f"{'no model scores above 0' if segment.leads < 0 else segment.name}"
        for segment in found
    )
    return Markup(
        f'<svg class="ribbon" role="img" aria-label="Highest score at each target. {escape(says)}" '
        f'width="100%" height="{HEIGHT}">{"".join(parts)}</svg>'
    )


def _segment(segment: Segment, steps: int) -> str:
    last = steps - 1
    left = max(segment.first - 0.5, 0) / last
    width = min(segment.last + 0.5, last) / last - left
    box = f'x="{left * 100:.3f}%" width="{width * 100:.3f}%" height="{HEIGHT}"'
    if segment.leads < 0:
        return f'<svg {box}><rect width="100%" height="100%" fill="url(#under)"/></svg>'
    kind = f"line-{segment.leads}" if segment.leads else "line-other"
    body = (
        '<rect class="ground" width="100%" height="100%"/>'
        '<rect class="edge" width="2" height="100%"/>'
    )
    return f'<svg class="{kind}" {box}>{body}{_names(segment.name, width)}</svg>'


def _names(name: str, width: float) -> str:
    """The whole name, its first word or its beginning, for wide screens and for phones."""
    wide, phone = _fit(name, width * WIDE), _fit(name, width * PHONE)
    if wide and wide == phone:
        return _text(wide, "")
    return _text(wide, "wide") + _text(phone, "narrow")


def _fit(name: str, room: float) -> str:
    for label in (fitted(name, 1000), fitted(name, 1000).split()[0]):
        if text_width(label) * 1.08 + 14 <= room:
            return label
    room = (room - 14) / 1.08
    return fitted(name, room) if room >= _READABLE else ""


def _text(said: str, kind: str) -> str:
    return f'<text class="{kind}" x="8" y="17.5">{escape(said)}</text>' if said else ""
