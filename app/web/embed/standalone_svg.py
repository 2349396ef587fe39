"""Standalone charts: an SVG file with its own colours and hatches, for a README.

Nothing is fetched: letters are the reader's own, colours follow the reader's ground, and there is
no script. The style's digest goes into the file's content policy.
"""

import base64
import hashlib
import re
from pathlib import Path
from typing import Final

from markupsafe import Markup

_STATIC: Final = Path(__file__).parents[1] / "static"
_MARKS: Final = "/* Marks"
_MARGIN: Final = 16.0


def _style() -> str:
    """The stylesheet inside the file: the marks of charts and the colours."""
    charts = (_STATIC / "charts.css").read_text()
    revision_cache = charts[charts.index(_MARKS) :] + (_STATIC / "embed.css").read_text()
    return re.sub(r"\s*\n\s*", "", re.sub(r"/\*.*?\*/", "", revision_cache, flags=re.DOTALL))


STYLE: Final = _style()
_DIGEST: Final = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
POLICY: Final = f"default-src 'none'; style-src 'sha256-{_DIGEST}'"
"""The content policy of such a file: its own style, and nothing else."""

HATCHES: Final = (
    '<defs><pattern id="under" width="7" height="7" patternUnits="userSpaceOnUse">'
    '<path class="under-hatch" d="M-1 1l2-2M0 7l7-7M6 8l2-2"/></pattern></defs>'
)


def standalone_svg(chart: Markup, *, width: float, height: float) -> str:
    """The chart as a file of its own."""
    text = str(chart)
    size = f'xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}"'
    whole = text.replace("<svg ", f"<svg {size} ", 1)
    # Title and description come first, or readers that look for them there miss them.
    named = whole.index("</desc>") + len("</desc>")
    return f"{whole[:named]}<style>{STYLE}</style>{HATCHES}{whole[named:]}"


def card_svg(chart: Markup, *, width: float, height: float) -> str:
    """The same with a margin, on a card of its own ground."""
    wide, high = width + 2 * _MARGIN, height + 2 * _MARGIN
    card = (
        f'<rect class="ground" x="{0.5 - _MARGIN:g}" y="{0.5 - _MARGIN:g}" width="{wide - 1:g}" '
        f'height="{high - 1:g}" rx="10"/>'
    )
    box = f'viewBox="{-_MARGIN:g} {-_MARGIN:g} {wide:g} {high:g}"'
    padded = Markup(re.sub(r'viewBox="[^"]*"', box, str(chart), count=1))
    return standalone_svg(padded, width=wide, height=high).replace("</defs>", f"</defs>{card}", 1)
