"""The charts: pure drawings that hold their numbers, their names and their paper."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.assess import assess, assess_profile, threshold_score
from app.scoring.grades import NO_CONFIDENCE, Grades, ItemFrame, Outcome
from app.scoring.levels import levels_of_profile
from app.scoring.metrics.curves import reliability
from app.scoring.profile import ScoreProfile
from app.scoring.targets import CONFIDENCE_UNITS, Target
from app.web.board.ribbon import Segment, ribbon
from app.web.charts import (
    BROAD,
    HALF,
    NARROW,
    PAPER,
    Gap,
    Group,
    Pile,
    Reach,
    Reached,
    Recalibration,
    Size,
    Tally,
    categories_chart,
    categories_table,
    confidence_chart,
    confidence_table,
    coverage_chart,
    coverage_table,
    difference_chart,
    difference_table,
    flip,
    rank_chart,
    rank_table,
    reliability_chart,
    reliability_table,
    runs,
    scatter_chart,
    scatter_table,
    single_chart,
    single_table,
    stretches,
    value_chart,
    value_table,
    worth,
)
from app.web.charts.frame import Plot, fitted, legible, points, text_width, ticks_of
from app.web.submission import charts as submission_charts
from tests.confidences import confidences
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
    assert rank_table(BOARD, target=0.5).rows[0] == ("Guesser", "1", "2", "2", "3", "3")
    assert [row[-1] for row in scatter_table(BOARD, target=0.75).rows] == [
        "−60.0", "+50.0", "0.0",
    ]  # fmt: skip


def test_leaders_are_named_in_place() -> None:
    root = check(value_chart(BOARD, target=0.5))
    said = {text.text for text in root.iter("{*}text")} | {text.text for text in root.iter("text")}
    assert {"Guesser", "Humble", "t = 0.50"} <= said


def test_a_thousand_models_stay_a_drawing() -> None:
    many = [Tally(f"m{n}", n / 1000, 1 - n / 1000, 1 if n == 999 else 0) for n in range(1_000)]
    root = check(rank_chart(many, target=0.5))
    assert len([1 for path in root.iter("path")]) <= 31


def test_a_leader_is_named_beside_its_neighbour() -> None:
    board = [Tally("Barn Owl", 0.22, 0.02, 1), Tally("Quill mini", 0.206, 0.049, 0),
             Tally("Far away", 0.1, 0.66, 0), Tally("Lodestar nano", 0.22, 0.11, 0),
             Tally("High", 0.71, 0.29, 2)]  # fmt: skip
    for size in (PAPER, NARROW):
        root = check(scatter_chart(board, target=0.75, size=size))
        assert {"Barn Owl", "High"} <= {text.text for text in root.iter("text")}


def test_long_names_on_the_ribbon_are_cut_not_left_out() -> None:
    long = "claude-3-5-sonnet-20240620-preview"
    drawn = str(ribbon([Segment(long, 1, 0, 20), Segment("nobody", -1, 21, 99)], steps=100))
    said = re.findall(r"<text[^>]*>([^<]+)</text>", drawn)
    assert said
    assert all(long.startswith(name.rstrip("…")) and name.endswith("…") for name in said)
    # A sliver stays without a name.
    assert "<text" not in str(ribbon([Segment(long, 1, 0, 2)], steps=100))


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


@st.composite
def profiles(draw: st.DrawFn) -> ScoreProfile:
    """Profiles of up to forty levels, with and without everything else."""
    levels = sorted(draw(st.sets(st.integers(0, CONFIDENCE_UNITS), max_size=40)))
    counts = st.integers(0, 30)
    right = [draw(counts) for _ in levels]
    wrong = [draw(counts) if kept else draw(counts) + 1 for kept in right]
    nothing = np.zeros(len(levels), dtype=np.int64)
    rest = [draw(counts) for _ in range(5)]
    return ScoreProfile(
        levels=np.asarray(levels, dtype=np.int64),
        correct=np.asarray(right, dtype=np.int64),
        wrong=np.asarray(wrong, dtype=np.int64),
        partial=nothing,
        credit=nothing,
        credit_squares=nothing,
        unstated_correct=rest[0],
        unstated_wrong=rest[1],
        unstated_partial=0,
        unstated_credit=0,
        unstated_credit_squares=0,
        abstained=rest[2],
        missing=rest[3],
        ungraded=rest[4],
    )


halves = st.sampled_from([HALF, NARROW])


@given(profiles(), st.integers(0, 9_900), halves)
def test_report_charts_draw_any_profile(profile: ScoreProfile, units: int, size: Size) -> None:
    target = Target(units)
    curve = reliability(levels_of_profile(profile))
    groups, piles = submission_charts.groups_of(profile, curve), submission_charts.piles_of(profile)
    steps = submission_charts.steps_of(profile)
    check(reliability_chart(groups, submission_charts.recalibration_of(curve), size=size))
    check(confidence_chart(piles, target=target.value, size=size))
    check(coverage_chart(steps, at_target=submission_charts.step_at(profile, target), size=size))
    declared, above = (
        submission_charts.declared_tally("m", profile),
        submission_charts.threshold_tally("m", profile),
    )
    check(single_chart(declared, above=above, others=[declared], target=target.value, size=size))
    stated = profile.n_answered - profile.n_unstated
    assert sum(group.n for group in groups) == stated
    assert sum(pile.total for pile in piles) == stated
    assert len(steps) == len(profile.levels)


@given(profiles(), st.integers(0, 9_900))
def test_the_dashed_line_is_the_threshold_score(profile: ScoreProfile, units: int) -> None:
    target = Target(units)
    entry = assess_profile(profile, ItemFrame(profile.n_slots))
    for mode, tally in (
        ("declared", submission_charts.declared_tally("m", profile)),
        ("threshold", submission_charts.threshold_tally("m", profile)),
    ):
        score = threshold_score(entry, target, mode)  # type: ignore[arg-type]
        if score.value is not None:
            expected = (1 - target.value) * score.value
            assert tally.value(target.value) == pytest.approx(expected, abs=1e-9)


def test_an_answer_with_confidence_zero_counts_at_binary_alone() -> None:
    right = Tally("m", 1.0, 0.0, 0, ((0.0, 1.0), (0.0, 1.0), (0.0, 0.0), (1.0, 0.0)))
    assert (right.value(0.0), right.value(0.01)) == (1.0, 0.0)


bounded = st.floats(-100, 1)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40), st.integers(0, 9_900))
def test_charts_draw_the_scores_of_scoring(right: int, wrong: int, rest: int, units: int) -> None:
    whole, target = max(right + wrong + rest, 1), Target(units)
    outcomes = [Outcome.CORRECT] * right + [Outcome.WRONG] * wrong
    outcomes += [Outcome.ABSTAINED] * (whole - right - wrong)
    unstated = np.full(whole, NO_CONFIDENCE, dtype=np.int32)
    entry = assess(Grades(np.array(outcomes, np.uint8), unstated), ItemFrame(n_items=whole))
    exact = threshold_score(entry, target, "declared").value
    assert exact is not None
    model = Tally("m", right / whole, wrong / whole, 0)
    assert flip.score(model, target.value) == pytest.approx(exact, rel=1e-9, abs=1e-11)
    scaled = pytest.approx((1 - target.value) * exact, rel=1e-9, abs=1e-11)
    assert model.value(target.value) == scaled
    printed = scatter_table([model], target=target.value).rows[0][3].replace("−", "-")
    assert float(printed) == pytest.approx(100 * exact, abs=0.0501)
    if right + wrong == whole:
        assert worth.worth(right / whole, target.value) == pytest.approx(exact, rel=1e-9, abs=1e-11)


@st.composite
def gaps(draw: st.DrawFn) -> list[Gap]:
    found = []
    for step in range(draw(st.integers(0, 12))):
        value, reach = draw(bounded), draw(st.one_of(st.none(), st.floats(0, 100)))
        ends = (None, None) if reach is None else (value - reach, value + reach)
        found.append(Gap(step / 12.2, value, *ends))
    return found


@given(gaps(), targets, names, st.sampled_from([BROAD, NARROW]))
def test_differences_draw_anything(found: list[Gap], target: float, name: str, size: Size) -> None:
    check(difference_chart(found, left=name, right="other", target=target, size=size))
    assert all(len(row) == 4 for row in difference_table(found).rows)


@given(st.lists(st.tuples(names, bounded, st.floats(0, 50)), max_size=9), halves)
def test_categories_draw_anything(found: list[tuple[str, float, float]], size: Size) -> None:
    reaches = [
        Reach(name=name, n_items=10, value=value, low=value - reach, high=value + reach)
        for name, value, reach in found
    ]
    whole = Reach(name="All", n_items=90, value=0.0, low=None, high=None)
    check(categories_chart(reaches, whole=whole, title="By category", size=size))
    assert len(categories_table(reaches, whole=whole, caption="c").rows) == len(reaches) + 1


def test_stretches_without_a_clear_difference_are_told_apart() -> None:
    found = [Gap(0.0, -2, -3, -1), Gap(0.3, -1, -2, 0.5), Gap(0.6, 1, -1, 3), Gap(0.9, 2, 1, 3)]
    assert runs(found) == [(-1, 0.0, 0.0), (0, 0.3, 0.6), (1, 0.9, 0.9)]


def test_small_groups_are_hollow() -> None:
    groups = [
        Group(stated=0.5, actual=0.4, n=9, recalibrated=0.45, low=0.2, high=0.6),
        Group(stated=0.9, actual=0.95, n=10, recalibrated=0.95),
    ]
    root = check(reliability_chart(groups, Recalibration(line=[(0.5, 0.45), (0.9, 0.95)])))
    kinds = [circle.attrib["class"] for circle in root.iter("{*}circle")] or [
        circle.attrib["class"] for circle in root.iter("circle")
    ]
    assert kinds == ["ball hollow", "ball"]
    assert reliability_table(groups).rows == (
        ("50.0 %", "9", "40.0 %", "45.0 %", "20.0 to 60.0 %"),
        ("90.0 %", "10", "95.0 %", "95.0 %", "–"),
    )


def test_the_reliability_diagram_draws_the_line_and_the_band() -> None:
    """Both axes are the same shares; the band closes, of one confidence it is a bar."""
    drawn = Recalibration(line=[(0.0, 0.25), (1.0, 0.75)], band=[(0.0, 0.0, 0.1), (1.0, 0.9, 1.0)])
    plot = Plot(left=54, top=28, right=540 - 16, bottom=340 - 44, x=(0, 1), y=(0, 1))
    root = check(reliability_chart([], drawn))
    paths = {path.attrib["class"]: path.attrib["d"] for path in root.iter() if "d" in path.attrib}
    assert paths["curve"] == plot.path(drawn.line)
    around = [(0.0, 0.1), (1.0, 1.0), (1.0, 0.9), (0.0, 0.0)]
    assert paths["expected"] == plot.path(around) + "Z"
    single = check(reliability_chart([], Recalibration(line=[(0.5, 0.4)], band=[(0.5, 0.3, 0.7)])))
    (bar,) = [one for one in single.iter() if one.attrib.get("class") == "expected"]
    assert float(bar.attrib["y"]) == pytest.approx(plot.at_y(0.7), abs=0.05)
    assert float(bar.attrib["height"]) == pytest.approx(plot.at_y(0.3) - plot.at_y(0.7), abs=0.05)


def test_report_tables_hold_the_drawn_numbers() -> None:
    piles = [Pile(start=0.9, right=3, wrong=1), Pile(start=0.95, right=0, wrong=0)]
    assert confidence_table(piles).rows == (("90 to 95 %", "4", "3", "1"),)
    assert coverage_table([Reached(0.9, 0.5, 0.25)]).rows == (("90 %", "50.0 %", "25.0 %"),)
    tally = Tally("m", 0.6, 0.4, 0)
    assert single_table(tally, None).rows == (("As answered", "+60", "+35", "+10", "−15", "−30"),)


def test_a_target_exactly_at_a_level_holds_that_level_back() -> None:
    profile = replace_counts([7_500, 9_000], right=[2, 3], wrong=[1, 0])
    spot = submission_charts.step_at(profile, Target(7_500))
    assert spot is not None
    assert spot.coverage == pytest.approx(3 / 6)
    assert submission_charts.threshold_tally("m", profile).value(0.75) == pytest.approx(
        0.25 * 3 / 6
    )


def replace_counts(levels: list[int], *, right: list[int], wrong: list[int]) -> ScoreProfile:
    nothing = np.zeros(len(levels), dtype=np.int64)
    return ScoreProfile(
        levels=confidences(levels).astype(np.int64),
        correct=np.asarray(right), wrong=np.asarray(wrong),
        partial=nothing, credit=nothing, credit_squares=nothing, unstated_correct=0,
        unstated_wrong=0, unstated_partial=0, unstated_credit=0, unstated_credit_squares=0,
        abstained=0, missing=0, ungraded=0,
    )  # fmt: skip


def test_charts_of_many_levels_are_no_longer_than_those_of_few() -> None:
    """Token probabilities: nearly as many levels as answers."""
    draw = np.random.default_rng(1)
    levels = np.unique(draw.integers(1, CONFIDENCE_UNITS, 5_000))
    right = (draw.random(len(levels)) < levels / CONFIDENCE_UNITS).astype(np.int64)
    nothing = np.zeros(len(levels), dtype=np.int64)
    profile = ScoreProfile(
        levels=levels, correct=right, wrong=1 - right,
        partial=nothing, credit=nothing, credit_squares=nothing, unstated_correct=0,
        unstated_wrong=0, unstated_partial=0, unstated_credit=0, unstated_credit_squares=0,
        abstained=0, missing=0, ungraded=0,
    )  # fmt: skip
    steps = submission_charts.steps_of(profile)
    assert len(steps) == submission_charts.MOST_STEPS
    assert steps[-1].coverage == 1
    assert steps[-1].risk == pytest.approx(1 - right.mean())
    tally = submission_charts.threshold_tally("m", profile)
    assert len(tally.curve) <= 402
    for units in (0, 2_500, 7_500, 9_000):
        target = Target(units)
        earned, lost = profile.attempted(target, "threshold")
        expected = (1 - target.value) * (earned - target.penalty * lost) / len(levels)
        assert tally.value(target.value) == pytest.approx(expected, abs=1e-12)
        spot = submission_charts.step_at(profile, target)
        assert spot is not None
        assert spot.coverage == pytest.approx((earned + lost) / len(levels))
        assert spot.risk == pytest.approx(lost / (earned + lost))
