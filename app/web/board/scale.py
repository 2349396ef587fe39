"""The common scale of a board's bars, in points per 100, and its head.

The best interval fits, also where the best score is below zero. On the other side the scale ends at
three and a half times that (or 75): one very bad model must not flatten the others; bars that run
off it end in a double chevron, whiskers in a single one.
`static/row.js` does the same arithmetic.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.web.rendering.format import MINUS

WIDTH = 150.0


@dataclass(frozen=True, slots=True)
class Scale:
    """From `floor` (negative or 0) to `top`, both whole points per 100."""

    floor: int
    top: int

    def head(self) -> Markup:
        """The scale's ends and zero, drawn over the bars."""
        zero = -self.floor * (WIDTH / (self.top - self.floor))
        texts = []
        if self.floor < 0 and zero > 44:
            texts.append(f'<text x="0" y="12">{MINUS}{-self.floor}</text>')
        anchor = "start" if zero < 8 else "middle"
        texts.append(f'<text x="{zero:.1f}" y="12" text-anchor="{anchor}">0</text>')
        if WIDTH - zero > 30:
            texts.append(f'<text x="{WIDTH:.0f}" y="12" text-anchor="end">+{self.top}</text>')
        return Markup(
            f'<svg class="scale" viewBox="0 0 {WIDTH:.0f} 16" width="{WIDTH:.0f}" height="16" '
            f'aria-hidden="true" focusable="false">{"".join(texts)}</svg>'
        )


def scale_of(lows: Sequence[float], highs: Sequence[float]) -> Scale:
    """The scale for intervals given as points an item."""
    top = max(5, _fives(max([0.0, *highs])))
    low = _fives(-min([0.0, *lows]))
    # Where all are below zero the best one is told by its upper end.
    best = _fives(-min(0.0, max(highs, default=0.0)))
    return Scale(-min(low, max(_fives(max(top, best) * 0.035), 75)), top)


def _fives(points: float) -> int:
    return math.ceil(points * 100 / 5) * 5
