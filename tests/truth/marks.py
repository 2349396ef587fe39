"""Reads the marks of drawings back into numbers, through the labels of their own axes."""

import itertools
import math
import re
from collections.abc import Callable, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from tests.truth.sentences import Row

Scale = Callable[[float], float]
"""From a coordinate to the number that stands there."""


def number(label: str) -> float:
    """A label of an axis as a number: "+50", "−2.5", "25 %"."""
    return float(label.replace("−", "-").replace("%", "").replace("+", "").replace(",", ""))


def through(ticks: Sequence[tuple[float, float]]) -> Scale:
    """The line through the first and the last of some ticks: (coordinate, number)."""
    (from_x, from_value), *_, (to_x, to_value) = sorted(ticks)
    return lambda x: from_value + (x - from_x) * (to_value - from_value) / (to_x - from_x)


def texts(chart: ET.Element, kind: str) -> list[ET.Element]:
    return [one for one in chart.iter("text") if kind in one.attrib.get("class", "").split()]


def upward_axis(chart: ET.Element) -> Scale:
    """From the labels beside the box: those that end before its left side."""
    left = box(chart)[0]
    labels = [one for one in texts(chart, "tick") if float(one.attrib["x"]) == left - 8]
    return through([(float(one.attrib["y"]) - 4, number(one.text or "")) for one in labels])


def across_axis(chart: ET.Element) -> Scale:
    """From the labels under the box."""
    bottom = box(chart)[3]
    labels = [one for one in texts(chart, "tick") if float(one.attrib["y"]) == bottom + 18]
    return through([(float(one.attrib["x"]), number(one.text or "")) for one in labels])


def box(chart: ET.Element) -> list[float]:
    """Left, top, right and bottom of the box, then the ends of both axes."""
    return [float(one) for one in chart.attrib["data-plot"].split()]


def path_points(path: ET.Element) -> list[list[tuple[float, float]]]:
    """The pieces of a line, as points of the paper."""
    pieces = [piece for piece in path.attrib["d"].split("M") if piece]
    return [
        [(float(x), float(y)) for x, y in (pair.split() for pair in piece.split("L"))]
        for piece in pieces
    ]


def at_x(path: ET.Element, x: float) -> float | None:
    """The height of a line at a place across; None where it has no piece there."""
    for piece in path_points(path):
        for (x0, y0), (x1, y1) in itertools.pairwise(piece):
            if x0 - 0.051 <= x <= x1 + 0.051:
                share = 0.0 if x1 == x0 else (x - x0) / (x1 - x0)
                return y0 + min(max(share, 0.0), 1.0) * (y1 - y0)
    return None


def titled(chart: ET.Element) -> list[tuple[str, ET.Element]]:
    """What marks say where a pointer rests on them, each with the mark."""
    return [
        (group[0].text or "", group[1])
        for group in chart.iter()
        if group.tag in {"g", "a"} and len(group) and group[0].tag == "title"
    ]


def check_bar(bar: ET.Element, head: ET.Element, row: Row) -> None:
    """A score bar with its whisker: where they end, and marks where the scale cuts them."""
    labels = [(float(one.attrib["x"]), number(one.text or "")) for one in head.iter("text")]
    value_at = through(labels)
    step = abs(value_at(1) - value_at(0)) * 0.11
    floor, value = value_at(0), row["score"]["value"] * 100
    rect = next(bar.iter("rect"))
    zero, left = next(x for x, number_at in labels if number_at == 0), float(rect.attrib["x"])
    right = left + float(rect.attrib["width"])
    end = value_at(right if value >= 0 else left)
    kinds = {one.attrib.get("class") for one in bar}
    assert abs((left if value >= 0 else right) - zero) < 0.6
    assert abs(end - max(value, floor)) < step + 0.5 * step / 0.11, (end, value)
    assert ("chevron" in kinds) == (value < floor - 1e-9), (value, floor)
    interval = row["score"]["interval"]
    if interval is None:
        assert "whisker" not in kinds
        return
    low, high = interval["low"] * 100, interval["high"] * 100
    assert ("whisker" in kinds) == (high > floor), (high, floor)
    assert ("clipped" in kinds) == (low < floor - 1e-9 <= value - 1e-9), (low, floor)
    if "whisker" in kinds:
        whisker = next(one for one in bar if one.attrib.get("class") == "whisker")
        assert abs(value_at(float(whisker.attrib["x1"])) - max(low, floor)) < step
        assert abs(value_at(float(whisker.attrib["x2"])) - high) < step


def check_scatter(chart: ET.Element, rows: Sequence[Row], target: float) -> None:
    """A dot for every model at its shares; its words are its figures; the line is that of 0."""
    across, upward = across_axis(chart), upward_axis(chart)
    dots = titled(chart)
    assert len(dots) == len(rows) == len(list(chart.iter("circle")))
    by_name = {row["model"]["name"]: row for row in rows}
    for said, dot in dots:
        found = re.fullmatch(
            r"(.+): right ([\d.]+) %, wrong ([\d.]+) %, score (\S+) at t = (\S+)", said
        )
        assert found is not None, said
        right, wrong = declared_shares(by_name[found[1]])
        assert abs(float(found[2]) - right * 100) < 0.006
        assert abs(float(found[3]) - wrong * 100) < 0.006
        assert abs(upward(float(dot.attrib["cy"])) - right * 100) < 0.06
        assert abs(across(float(dot.attrib["cx"])) - wrong * 100) < 0.06
        assert float(found[5]) == target
        score = by_name[found[1]]["score"]["value"]
        assert abs(number(found[4]) - score * 100) < 0.051
    start = upward(box(chart)[3])
    if start > 0.5:
        assert f"answered right, from {start:.0f} %" in "".join(chart.itertext())
    even = next(one for one in chart.iter("path") if one.attrib["class"] == "even")
    penalty = target / (1 - target)
    for piece in path_points(even) if even.attrib["d"] else []:
        for x, y in piece:
            assert abs(upward(y) - penalty * across(x)) < 0.06 * max(penalty, 1) + 0.06


def declared_shares(row: Row) -> tuple[float, float]:
    """Right and wrong as answered, of what was graded, or the public shares."""
    if row["counts"] is None:
        return row["shares"]["correct"], row["shares"]["wrong"]
    counts = row["counts"]
    graded = sum(counts[name] for name in ("correct", "wrong", "abstained", "missing"))
    return counts["correct"] / graded, counts["wrong"] / graded


def rank_axis(chart: ET.Element) -> Scale:
    """Of the rank chart: linear, or logarithmic where its labels are 1, 2, 5, 10, …"""
    labels = [
        (float(one.attrib["y"]) + 3, float(one.text or "")) for one in texts(chart, "rank-tick")
    ]
    if len(labels) == 1:
        return lambda y: labels[0][1] + (y - labels[0][0]) / 20
    if [value for _, value in labels[:3]] == [1, 2, 5]:
        log = through([(y, math.log(value)) for y, value in labels])
        return lambda y: math.exp(log(y))
    return through(labels)


def check_ranks(chart: ET.Element, rows: Sequence[Row], target: float) -> int:
    """Every line's height at the target is the rank on the board; returns how many are drawn."""
    place = rank_axis(chart)
    left, _, right, *_ = box(chart)
    x = left + target / 0.99 * (right - left)
    by_name = {row["model"]["name"]: row["rank"] for row in rows}
    drawn = 0
    for said, line in titled(chart):
        y = at_x(line, x)
        assert y is not None, said
        if said.startswith("always"):
            below = sum(row["score"]["value"] >= 0 for row in rows)
            assert abs(place(y) - (below + 0.5)) < 0.02 * below + 0.1
            continue
        found = re.fullmatch(r"(.+): (\d+)\w\w at t = (\S+)", said)
        assert found is not None, said
        assert int(found[2]) == by_name[found[1]]
        assert abs(place(y) - by_name[found[1]]) < 0.02 * by_name[found[1]] + 0.1, said
        drawn += 1
    words = "".join(chart.itertext())
    assert f"rank among all {len(rows):,} models" in words
    assert (f"{drawn:,} of them drawn" in words) == (drawn < len(rows))
    return drawn


def check_values(chart: ET.Element, rows: Sequence[Row], target: float) -> int:
    """Every line's height at the target is the score times 1 - t; returns how many are drawn."""
    upward = upward_axis(chart)
    left, _, right, bottom, *_ = box(chart)
    x = left + target * (right - left)
    by_name = {row["model"]["name"]: row["score"]["value"] * 100 for row in rows}
    drawn = 0
    for said, line in titled(chart):
        found = re.fullmatch(r"(.+): score (\S+) at t = (\S+)", said)
        assert found is not None, said
        score = by_name[found[1]]
        assert abs(number(found[2]) - score) < 0.051, said
        y = at_x(line, x)
        wanted = (1 - target) * score
        if y is None:
            assert wanted < upward(bottom) + 0.2, said
        else:
            assert abs(upward(y) - wanted) < 0.2, said
        drawn += 1
    words = "".join(chart.itertext())
    assert (f"{drawn:,} of {len(rows):,} models" in words) == (drawn < len(rows))
    return drawn


def check_picture(picture: ET.Element, board: dict[str, Any]) -> None:
    """The bars of the share picture, measured by the longest that is whole; whiskers and cuts."""
    name = "{http://www.w3.org/2000/svg}"
    kinds = {}
    for one in picture.iter():
        kinds.setdefault(one.attrib.get("class", ""), []).append(one)
    zero = float(kinds["axis"][0].attrib["x1"])
    bars = [
        one for one in picture.iter(f"{name}rect") if one.attrib.get("class") in {"gain", "loss"}
    ]
    by_rank = sorted(bars, key=lambda bar: float(bar.attrib["y"]))
    shown = board["data"][: len(by_rank)]
    drawn = f"{len(shown)} of {board['total']:,} models"
    assert (drawn in "".join(picture.itertext())) == (len(shown) < board["total"])
    whole = []
    for bar, row in zip(by_rank, shown, strict=True):
        left = float(bar.attrib["x"])
        right = left + float(bar.attrib["width"])
        value = row["score"]["value"]
        end = right if value >= 0 else left
        cut = end <= 730.05
        assert (value < 0) == (bar.attrib["class"] == "loss")
        if not cut and abs(end - zero) > 20:
            whole.append((end - zero) / value)
    assert not whole or max(whole) - min(whole) < 0.02 * max(whole)
    assert whole
    lines = {one.attrib["y1"]: one for one in kinds.get("reach", []) if "y1" in one.attrib}
    cuts = [float(one.attrib["d"].split()[1].split("l")[0]) for one in kinds.get("reach", [])
            if "d" in one.attrib]  # fmt: skip
    for bar, row in zip(by_rank, shown, strict=True):
        top = float(bar.attrib["y"])
        low, high = (zero + row["score"]["interval"][end] * whole[0] for end in ("low", "high"))
        value = zero + row["score"]["value"] * whole[0]
        line = lines.get(f"{top + 11:.1f}")
        assert (line is not None) == (high > 730)
        if line is not None:
            assert abs(float(line.attrib["x1"]) - max(low, 730)) < 3
            assert abs(float(line.attrib["x2"]) - high) < 3
        if abs(low - 730) > 3 and abs(value - 730) > 3:
            assert (round(top + 5) in map(round, cuts)) == (low < 730 < value)
