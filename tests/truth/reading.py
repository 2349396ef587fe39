"""What a page shows, as text and as drawings, read without a browser."""

import html
import re
from xml.etree import ElementTree as ET

SVG = re.compile(r"<svg\b.*?</svg>", re.S)


def text_of(markup: str) -> str:
    """The visible text of a piece of a page, spaces made single."""
    plain = re.sub(r"<[^>]+>", " ", SVG.sub(" ", markup))
    return " ".join(html.unescape(plain).split())


def story_of(page: str) -> str:
    """The sentence above the board."""
    found = re.search(r"<p[^>]*data-story[^>]*>(.*?)</p>", page, re.S)
    assert found is not None
    return html.unescape(re.sub(r"<[^>]+>", "", found[1]))


def drawings(page: str, kind: str) -> list[ET.Element]:
    """All drawings of a class on a page, which hold no other drawing."""
    markup = re.findall(rf'<svg class="[^"]*{kind}[^"]*".*?</svg>', page, re.S)
    found = [ET.fromstring(one) for one in markup]
    return [one for one in found if kind in one.attrib.get("class", "").split()]
