"""Words and charts: what a page says, without a browser."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.charts import Tally, outcome_bar, scatter_chart, score_bar, value_chart
from app.web.rendering import format as words

SPELLED = [(0.27, "+27.0"), (-0.537, "−53.7"), (0.0, "0.0"), (-0.0001, "0.0"), (None, "–")]


@pytest.mark.parametrize(("value", "text"), SPELLED)
def test_points(value: float | None, text: str) -> None:
    assert words.points(value) == text


def test_ordinals() -> None:
    assert [words.ordinal(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111)] == [
        "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "101st", "111th",
    ]  # fmt: skip


def test_targets_and_prices() -> None:
    assert [words.target(t) for t in (0.0, 0.5, 0.75, 0.9)] == ["0", "0.5", "0.75", "0.9"]
    assert (words.penalty(3.0), words.penalty(0.0)) == ("−3.00", "0")


HOSTILE = '<script>alert("x")</script>&'


def test_names_in_charts_are_text() -> None:
    models = [Tally(HOSTILE, 0.6, 0.3, 1), Tally("b" * 300, 0.2, 0.7, 0)]
    for chart in (value_chart(models, target=0.75), scatter_chart(models, target=0.75)):
        root = ET.fromstring(str(chart))
        assert root.find("title") is not None
        assert root.find("desc") is not None
        assert "<script" not in chart
        assert "style=" not in chart


shares = st.floats(0, 1)


@given(st.lists(st.tuples(shares, shares), max_size=20), st.floats(0, 0.99))
def test_charts_draw_anything(points: list[tuple[float, float]], target: float) -> None:
    models = [
        Tally(f"m{n}", right * (1 - wrong), wrong, n % 4) for n, (right, wrong) in enumerate(points)
    ]
    for chart in (value_chart(models, target=target), scatter_chart(models, target=target)):
        assert "nan" not in chart
        ET.fromstring(str(chart))


@given(st.floats(-99, 1), st.floats(0, 1))
def test_bars_stay_inside(value: float, half: float) -> None:
    bar = ET.fromstring(str(score_bar(value, value - half, value + half, floor=-1.5, top=1.0)))
    rect = bar.find("rect")
    assert rect is not None
    assert 0 <= float(rect.attrib["x"]) <= 150
    assert float(rect.attrib["x"]) + float(rect.attrib["width"]) <= 151


def test_outcomes_fill_the_bar() -> None:
    bar = ET.fromstring(str(outcome_bar([("correct", 0.5), ("wrong", 0.25), ("abstained", 0.25)])))
    assert sum(float(rect.attrib["width"]) for rect in bar.iter("rect")) == pytest.approx(180)
