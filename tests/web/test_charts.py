"""The charts: pure drawings that hold their numbers, their names and their paper."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.charts import (
    BROAD,
    NARROW,
    PAPER,
    Size,
    Tally,
    rank_chart,
    rank_table,
    scatter_chart,
    scatter_table,
    stretches,
    value_chart,
    value_table,
)
from app.web.charts.frame import points, ticks_of
from app.web.charts.lettering import fitted, legible, text_width
from tests.web.drawn import check

shares = st.floats(0, 1)
targets = st.floats(0, 0.99)
sizes = st.sampled_from([BROAD, NARROW, PAPER])
names = st.text(max_size=40)


@st.composite
def tallies(draw: st.DrawFn) -> list[Tally]:
    given_ = draw(st.lists(st.tuples(names, shares, shares), max_size=12))
    return [
        Tally(name, right, (1 - right) * wrong, place % 4)
        for place, (name, right, wrong) in enumerate(given_)
    ]


@given(tallies(), targets, sizes)
def test_board_charts_draw_anything(models: list[Tally], target: float, size: Size) -> None:
    for chart in (value_chart, rank_chart, scatter_chart):
        check(chart(models, target=target, size=size))


BOARD = [
    Tally("Guesser", 0.6, 0.4, 1),
    Tally("Humble", 0.5, 0.0, 2),
    Tally("Mute", 0.0, 0.0, 0),
]


def test_who_leads_where() -> None:
    found = stretches(BOARD)
    assert [one.model and one.model.name for one in found] == ["Guesser", "Humble", None]
    # (1-t) 0.6 - 0.4 t = (1-t) 0.5 at t = 0.2; at t = 1 nothing is worth more than silence.
    assert found[0].end == pytest.approx(0.2, abs=0.01)


def test_a_curve_is_read_between_its_points() -> None:
    model = Tally("one", 0.5, 0.5, 1, curve=((0.0, 0.5), (0.5, 0.1), (1.0, 0.0)))
    assert [model.value(t) for t in (0, 0.25, 0.5, 1)] == pytest.approx([0.5, 0.3, 0.1, 0.0])


def test_the_tables_hold_the_charts_numbers() -> None:
    table = value_table(BOARD)
    assert table.rows[0][1:] == ("+60.0", "+35.0", "+10.0", "−15.0", "−30.0", "0.60")
    assert table.rows[2][-1] == "–"
    assert rank_table(BOARD, target=0.5).rows[0] == ("Guesser", "1", "2", "2", "4", "4")
    assert [row[-1] for row in scatter_table(BOARD, target=0.75).rows] == [
        "behind", "ahead", "level",
    ]  # fmt: skip


def test_leaders_are_named_in_place() -> None:
    root = check(value_chart(BOARD, target=0.5))
    said = {text.text for text in root.iter("{*}text")} | {text.text for text in root.iter("text")}
    assert {"Guesser", "Humble", "t = 0.50"} <= said


def test_a_thousand_models_stay_a_drawing() -> None:
    many = [Tally(f"m{n}", n / 1000, 1 - n / 1000, 1 if n == 999 else 0) for n in range(1_000)]
    root = check(rank_chart(many, target=0.5))
    assert len([1 for path in root.iter("path")]) <= 31


def test_names_lose_what_has_no_shape() -> None:
    assert legible("a\u202eb\x00c\ud800") == "abc"
    assert legible("\u200b") == "?"
    assert legible("👩\u200d🔬") == "👩\u200d🔬"
    assert fitted("W" * 300, 100).endswith("…")
    assert text_width(fitted("W" * 300, 100)) <= 100


@given(st.floats(-99, 1), st.floats(0.001, 99))
def test_ticks_are_round_and_inside(low: float, span: float) -> None:
    ticks = ticks_of(low, low + span)
    assert 1 <= len(ticks) <= 7
    assert all(low - span / 100 <= tick <= low + span * 1.01 for tick in ticks)
    assert all(math.isfinite(tick) and points(tick) for tick in ticks)
