"""What every chart must keep, whatever numbers and names it is given."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from markupsafe import Markup

_PLACES = ("x", "x1", "x2", "cx", "y", "y1", "y2", "cy")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def check(chart: Markup) -> ET.Element:
    """Well-formed, titled, described, without styles, NaN or marks off the paper."""
    text = str(chart)
    root = ET.fromstring(text)
    assert root.attrib["role"] == "img"
    assert root.findtext("title")
    assert root.findtext("desc")
    assert "style=" not in text
    assert not re.search(r"\b(nan|inf)\b", text.split("<desc", maxsplit=1)[0])
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for x, y in _places(root, 0.0):
        assert -0.1 <= x <= width + 0.1, (x, width)
        assert -0.1 <= y <= height + 0.1, (y, height)
    return root


def _places(element: ET.Element, shift: float) -> Iterator[tuple[float, float]]:
    moved = shift
    if "transform" in element.attrib:
        moved += float(_NUMBER.findall(element.attrib["transform"])[0])
    values = {name: float(element.attrib[name]) for name in _PLACES if name in element.attrib}
    for across, upward in (("x", "y"), ("x1", "y1"), ("x2", "y2"), ("cx", "cy")):
        if across in values:
            # A pill is centred on its line and may stand half over the edge of the box.
            inner = values[across] if element.attrib.get("class") != "pill" else 0.0
            yield inner + moved, values[upward]
    if "d" in element.attrib:
        numbers = [float(one) for one in _NUMBER.findall(element.attrib["d"])]
        yield from zip(numbers[::2], numbers[1::2], strict=True)
    for child in element:
        yield from _places(child, moved)
