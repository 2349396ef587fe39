"""Every mark of a board's page and picture, read back through the axes, against the rows."""

import copy
import re
from xml.etree import ElementTree as ET

import pytest

from app.web.charts import rank_chart
from app.web.charts.rank import ranks_among
from app.web.charts.tally import Tally
from tests.served import Served
from tests.truth.boards import BOARDS
from tests.truth.marks import (
    check_bar,
    check_picture,
    check_ranks,
    check_scatter,
    check_values,
    declared_shares,
)
from tests.truth.reading import drawings
from tests.truth.test_sentences import page_of, read

TARGETS = ("0.5", "0.75", "0.9")


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("slug", BOARDS)
def test_bars_and_whiskers_end_where_the_values_are(filled: Served, slug: str, target: str) -> None:
    board = read(filled, slug, {"target": target})
    page = page_of(filled, slug, {"target": target, "limit": "1000"})
    [head] = drawings(page, "scale")
    bars = drawings(page, "score")
    assert len(bars) == board["total"]
    for bar, row in zip(bars, board["data"], strict=True):
        check_bar(bar, head, row)


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("slug", BOARDS)
def test_charts_draw_all_models_or_say_how_many(filled: Served, slug: str, target: str) -> None:
    board = read(filled, slug, {"target": target})
    page, at = page_of(filled, slug, {"target": target}), float(target)
    for chart in drawings(page, "scatter-chart"):
        check_scatter(chart, board["data"], at)
    for chart in drawings(page, "rank-chart"):
        drawn = check_ranks(chart, board["data"], at)
        assert drawn >= min(board["total"], 20)
    for chart in drawings(page, "value-chart"):
        lines = check_values(chart, board["data"], at)
    told = f"{lines:,} of {board['total']:,} models are drawn" in page
    assert told == (lines < board["total"])


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("slug", BOARDS)
def test_the_picture_draws_the_values(filled: Served, slug: str, target: str) -> None:
    board = read(filled, slug, {"target": target})
    view = {"target": target}
    picture = filled.client.get(f"/benchmarks/{slug}/share.svg", params=view).text
    check_picture(ET.fromstring(picture), board)
    for kind, check in (("rank", check_ranks), ("value", check_values), ("scatter", check_scatter)):
        reply = filled.client.get(
            f"/benchmarks/{slug}/chart.svg", params={**view, "chart": kind}
        ).text
        assert " href=" not in reply
        bare = re.sub(r' xmlns="[^"]*"|<style>.*?</style>', "", reply, flags=re.S)
        check(ET.fromstring(bare), board["data"], float(target))


def test_planted_marks_are_caught(filled: Served) -> None:
    board = read(filled, "sixty", {"target": "0.9"})
    page = page_of(filled, "sixty", {"target": "0.9", "limit": "1000"})
    [head], bars = drawings(page, "scale"), drawings(page, "score")
    clipped = [
        (bar, row)
        for bar, row in zip(bars, board["data"], strict=True)
        if any(one.attrib.get("class") == "clipped" for one in bar)
    ]
    assert clipped
    bar, row = clipped[0]
    silent = copy.deepcopy(bar)
    silent.remove(next(one for one in silent if one.attrib.get("class") == "clipped"))
    moved = copy.deepcopy(bar)
    next(moved.iter("rect")).attrib["width"] = "1.0"
    next(moved.iter("rect")).attrib["x"] = "149"
    for planted in (silent, moved):
        with pytest.raises(AssertionError):
            check_bar(planted, head, row)


def test_ranks_among_those_drawn_are_caught(filled: Served) -> None:
    rows = read(filled, "sixty", {"target": "0.75"})["data"]
    some = [Tally(row["model"]["name"], *declared_shares(row), 0) for row in rows[20:40]]
    chart = ET.fromstring(str(rank_chart(some, target=0.75, ranks=ranks_among(some))))
    with pytest.raises(AssertionError):
        check_ranks(chart, rows, 0.75)


def test_dots_left_out_are_caught(filled: Served) -> None:
    board = read(filled, "sixty", {"target": "0.75"})
    page = page_of(filled, "sixty", {"target": "0.75"})
    chart = drawings(page, "scatter-chart")[0]
    check_scatter(chart, board["data"], 0.75)
    for group in [one for one in chart if one.tag == "a"][:5]:
        chart.remove(group)
    with pytest.raises(AssertionError):
        check_scatter(chart, board["data"], 0.75)
