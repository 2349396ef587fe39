"""The frame of a chart: its paper, its axes, and the pill that marks the target.

Numbers in, markup out. Marks carry classes and SVG attributes, never a style, so that the content
policy needs no exception. Every place is kept inside the paper, whatever the numbers are.

Untrusted names on charts: unprintable characters removed, widths estimated.

Characters that have no shape of their own (controls, bidi marks, halves of a pair) would break the
XML or turn the line around, so they are left out; how wide a name runs is estimated, as nothing is
measured on the server.
"""

import math
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup, escape

from app.web.rendering.format import ELLIPSIS, MINUS

_JOINER = "\u200d"
_WIDE, _NARROW, _THIN = 13.0, 7.3, 3.9


def legible(text: str) -> str:
    """The text without characters that have no shape; emoji keep their joiners."""
    return "".join(char for char in text if _has_shape(char)).strip() or "?"


def _has_shape(char: str) -> bool:
    if char == _JOINER:
        return True
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def text_width(text: str) -> float:
    """About how many units a name takes at the size of a chart's letters."""
    return sum(_width(char) for char in text)


def _width(char: str) -> float:
    if unicodedata.combining(char) or char == _JOINER:
        return 0.0
    if unicodedata.east_asian_width(char) in "WF" or ord(char) >= 0x1F000:
        return _WIDE
    if char in "ijlft.,:;'|!() Ir-":
        return _THIN
    return 11.0 if char in "mMW@%" else _NARROW


def fitted(text: str, width: float) -> str:
    """The legible name, cut with an ellipsis where it would run wider than `width`."""
    clean = legible(text)
    if text_width(clean) <= width:
        return clean
    prefix = ""
    room = width - _width(ELLIPSIS)
    for char in clean:
        room -= _width(char)
        if room < 0:
            break
        prefix += char
    return prefix.rstrip() + ELLIPSIS


QUARTERS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Ticks of an axis of shares."""
Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Size:
    """The paper: `name` says on which screens it is shown."""

    name: Literal["wide", "narrow", "any"]
    width: float
    height: float


BROAD = Size("wide", 720, 400)
HALF = Size("wide", 540, 340)
NARROW = Size("narrow", 358, 330)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """The box that numbers are drawn in. `x` and `y` are the ranges of its axes."""

    left: float
    top: float
    right: float
    bottom: float
    x: tuple[float, float]
    y: tuple[float, float]

    def at_x(self, value: float) -> float:
        """The x coordinate of a number, clamped to the axis."""
        return _between(value, self.x, self.left, self.right)

    def at_y(self, value: float) -> float:
        """The y coordinate of a number, clamped to the axis."""
        return _between(value, self.y, self.bottom, self.top)

    def path(self, points: Sequence[Point]) -> str:
        """The `d` of a line through points, given as numbers."""
        steps = [f"{self.at_x(x):.1f} {self.at_y(y):.1f}" for x, y in points]
        return f"M{'L'.join(steps)}" if steps else ""


def _between(value: float, ends: tuple[float, float], start: float, end: float) -> float:
    low, high = ends
    # An axis may run downwards (places do), so only an empty range is none at all.
    share = (value - low) / (high - low) if high != low else 0.0
    return start + min(max(share, 0.0), 1.0) * (end - start)


def both(draw: Callable[[Size], Markup], wide: Size, narrow: Size) -> Markup:
    """A chart in a wide and a narrow size; the stylesheet shows the one that fits the screen."""
    return draw(wide) + draw(narrow)


def svg(
    size: Size, *, name: str, title: str, says: str, body: Sequence[str], plot: Plot | None = None
) -> Markup:
    """A finished chart with its title and description; `plot` is embedded for the dial's script."""
    key = f"{name}-{size.name}"
    # An image has no parts for assistive technology; a chart with links has.
    role = "group" if any(part.startswith("<a ") for part in body) else "img"
    box = ""
    if plot is not None:
        numbers = (plot.left, plot.top, plot.right, plot.bottom, *plot.x, *plot.y)
        box = f' data-plot="{" ".join(f"{number:g}" for number in numbers)}"'
    return Markup(
        f'<svg class="chart {name} {size.name}" role="{role}" viewBox="0 0 {size.width:g} '
        f'{size.height:g}" aria-labelledby="{key}-title" aria-describedby="{key}-desc"{box}>'
        f'<title id="{key}-title">{escape(legible(title))}</title>'
        f'<desc id="{key}-desc">{escape(legible(says))}</desc>{"".join(body)}</svg>'
    )


def text(label: str, x: float, y: float, *, kind: str = "tick", anchor: Anchor = "start") -> str:
    """A text element; untrusted text is made legible and escaped."""
    at = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}"{at}>{escape(legible(label))}</text>'


def line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    """A straight mark."""
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def linked(mark: str, href: str, title: str) -> str:
    """The mark with what a pointer at rest on it is told, and a link where there is one.

    Links are for the pointer: a reader with a keyboard has the same ones in the tables.
    """
    said = f"<title>{escape(legible(title))}</title>" if title else ""
    if href:
        return f'<a href="{escape(href)}" tabindex="-1">{said}{mark}</a>'
    return f"<g>{said}{mark}</g>" if said else mark


def rows(plot: Plot, ticks: Sequence[float], spell: Callable[[float], str]) -> list[str]:
    """Lines across at the ticks of the upward axis, with their labels on the left."""
    out = []
    for tick in ticks:
        y = plot.at_y(tick)
        out.append(line("grid", plot.left, y, plot.right, y))
        out.append(text(spell(tick), plot.left - 8, y + 4, anchor="end"))
    return out


def columns(plot: Plot, ticks: Sequence[float], spell: Callable[[float], str]) -> list[str]:
    """Labels under the ticks of the axis across."""
    return [text(spell(tick), plot.at_x(tick), plot.bottom + 18, anchor="middle") for tick in ticks]


def names(plot: Plot, size: Size, *, across: str, upward: str) -> list[str]:
    """What the two axes measure: across under the box, upward over its left corner."""
    return [
        text(across, (plot.left + plot.right) / 2, size.height - 4, anchor="middle"),
        text(upward, 2, 14),
    ]


TARGETS = (0.0, 0.25, 0.5, 0.75, 0.9, 1.0)


def target_axis(plot: Plot) -> list[str]:
    """The axis of targets: binary, 0.25, … 1."""
    return columns(plot, TARGETS, lambda t: "binary" if t == 0 else f"{t:g}")


def pill(plot: Plot, target: float) -> str:
    """The mark of the target: a line down the box under a pill. One group, moved by `transform`."""
    x = plot.at_x(target)
    top = plot.top - 4
    return (
        f'<g class="at-target" transform="translate({x:.1f} 0)">'
        f"{line('here', 0, top, 0, plot.bottom)}"
        f'<rect class="pill" x="-32" y="{top - 18:.1f}" width="64" height="20" rx="10"/>'
        f"{text(f't = {target:.2f}', 0, top - 4, kind='pill-text', anchor='middle')}</g>"
    )


def ticks_of(low: float, high: float, *, most: int = 6) -> list[float]:
    """Round numbers from low to high, at most `most` of them."""
    span = high - low
    if span <= 0:
        return [low]
    rough = span / max(most - 1, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def percents(value: float) -> str:
    """A share in percent, whole where it is: "25 %", "2.5 %"."""
    return f"{round(value * 100, 2):g} %"


def points(value: float) -> str:
    """Points per 100 with their sign, whole where they are: "+50", "−2.5", "0"."""
    number = round(value * 100, 1)
    if number == 0:
        return "0"
    return f"{'+' if number > 0 else MINUS}{abs(number):g}"


@dataclass(slots=True)
class Labels:
    """Labels already placed on a chart, so that the next one does not overlap them."""

    plot: Plot
    taken: list[tuple[float, float, float, float]]

    def block(self, x: float, y: float, reach: float) -> None:
        """Keeps names off a round mark."""
        self.taken.append((x - reach, y - reach, x + reach, y + reach))

    def place(self, label: str, spots: Sequence[tuple[float, float, Anchor]], kind: str) -> str:
        """The name at the first spot where it fits; nothing where it fits nowhere."""
        width = text_width(label)
        for x, y, anchor in spots:
            start = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
            box = (start, y - 11, start + width, y + 4)
            inside = start >= self.plot.left - 4 and start + width <= self.plot.right + 8
            if inside and box[1] >= 0 and not any(_overlap(box, other) for other in self.taken):
                self.taken.append(box)
                return text(label, x, y, kind=kind, anchor=anchor)
        return ""


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
