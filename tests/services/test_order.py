"""The order of a board, by arrays, against the same rules said one submission at a time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.assess import assess
from app.scoring.grades import Grades, ItemFrame, Outcome
from app.scoring.profile import Counts, pack_profile
from app.scoring.rules import BINARY_VIEW, ScoringView
from app.scoring.targets import Target
from app.services.board.ranking import View, attempts_of, counting_series, figures_of, order_of
from app.services.state.board_cache import Board, _CurrentBoard
from app.storage.benchmarks import Benchmark
from app.storage.gradings import BoardRow
from app.storage.models import ModelRow
from tests.confidences import confidences

N = 6
START = datetime(2026, 11, 24, tzinfo=UTC)
Outcomes = list[Outcome]

MARKS = [(False, False, False)] * 6 + [
    (True, False, False),
    (False, True, False),
    (True, False, True),
]
"""Withdrawn, superseded, erased (and so withdrawn too)."""

submissions = st.tuples(
    st.integers(1, 4),  # model
    st.sampled_from(
        [None, 0, 5_000, 7_500, 9_000, Target.of_penalty(2_000).units]
    ),  # stated target
    st.lists(st.sampled_from([*list(Outcome)[:4], Outcome.UNGRADED]), min_size=N, max_size=N),
    st.sampled_from(MARKS),
    st.sampled_from([(), ("a",), ("a", "b")]),  # tags
)


def benchmark(ranked_attempt: str, missing_limit: float) -> Benchmark:
    known: dict[str, Any] = dict.fromkeys(Benchmark.__dataclass_fields__)
    known |= {"slug": "x", "mode": "open", "default_target": 5_000, "default_mode": "declared"}
    known |= {"fixed_targets": (5_000,), "missing_limit": missing_limit, "ungraded_limit": 0.2}
    return Benchmark(**known | {"ranked_attempt": ranked_attempt})


def board_of(rows: list[Any]) -> Board:
    current = _CurrentBoard(ItemFrame(N), None)
    for number, (model, stated, outcomes, marks, tags) in enumerate(rows):
        grades = Grades(np.asarray(outcomes, np.uint8), confidences([9_000] * N))
        entry = assess(grades, ItemFrame(N))
        profile = entry.profile
        counts = Counts(profile.n_correct, profile.n_wrong, 0, profile.abstained,
                        profile.missing, profile.ungraded)  # fmt: skip
        row = BoardRow(
            number, f"sub_{number}", 1, stated, 1, None, False, START + timedelta(hours=number),
            *marks, number, counts, pack_profile(profile),
            ModelRow(model, 1, "o", f"m{model}", None, None, None, tags),
        )  # fmt: skip
        # One at a time, and the first again with its marks, as a board in use grows.
        current.take([(row, entry)], version=number)
    return current.now


def fit(units: int | None, t: Target) -> tuple[int, float]:
    if units is None:
        return 1, 0
    stated = Target(units)
    if stated == t:
        return 0, 0
    return (2, t.value - stated.value) if stated.value < t.value else (3, stated.value)


def expected(board: Board, known: Benchmark, view: View) -> tuple[list[int], dict[int, str]]:
    """Who is ranked, in order of place, and why the others are not."""
    may: dict[int, dict[int | None, list[int]]] = {}
    why: dict[int, str] = {}
    for place, row in enumerate(board.rows):
        if not set(view.tags) <= set(row.model.tags):
            continue
        if view.as_of is not None and row.created_at > view.as_of:
            continue
        if row.erased:
            why[place] = "erased"
        elif row.withdrawn:
            why[place] = "withdrawn"
        elif row.superseded:
            why[place] = "superseded"
        elif row.counts.missing > known.missing_limit * N:
            why[place] = "missing"
        elif row.counts.ungraded > known.ungraded_limit * N:
            why[place] = "ungraded"
        else:
            may.setdefault(row.model.id, {}).setdefault(row.stated_target, []).append(place)
    at_default = figures_of(board, known, ScoringView(target=Target(5_000), mode="declared"))
    pick = {
        "first": min,
        "latest": max,
        "best": lambda places: max(places, key=lambda at: (at_default.values[at], -at)),
    }[known.ranked_attempt]
    chosen = []
    for series in may.values():
        best = min(series, key=lambda stated: fit(stated, view.target))
        counts = pick(series[best])
        chosen.append(counts)
        for stated, places in series.items():
            reason = "attempt" if stated == best else "stated-target"
            why |= {place: reason for place in places if place != counts}
    return sorted(chosen), why


@given(
    rows=st.lists(submissions, max_size=14),
    ranked_attempt=st.sampled_from(["latest", "first", "best"]),
    missing_limit=st.sampled_from([0.0, 0.5, 1.0]),
    units=st.sampled_from([0, 2_500, 5_000, 7_500, 9_900, Target.of_penalty(2_000).units]),
    tags=st.sampled_from([(), ("a",), ("b", "a")]),
    hours=st.none() | st.integers(0, 14),
)
@settings(deadline=None, max_examples=150)
def test_arrays_say_what_a_loop_says(
    rows: list[Any],
    ranked_attempt: str,
    missing_limit: float,
    units: int,
    tags: tuple[str, ...],
    hours: int | None,
) -> None:
    board, known = board_of(rows), benchmark(ranked_attempt, missing_limit)
    as_of = None if hours is None else START + timedelta(hours=hours)
    view = View(target=Target(units), mode="declared", tags=tags, as_of=as_of)
    figures = figures_of(board, known, view)
    binary = figures_of(board, known, BINARY_VIEW)
    order = order_of(board, known, view, figures, binary)
    chosen, why = expected(board, known, view)
    values = figures.values
    assert sorted(order.places) == [place for place in chosen if not np.isnan(values[place])]
    assert order.places == sorted(order.places, key=lambda place: (-values[place], place))
    for at, place in enumerate(order.places):
        assert order.ranks[at] == 1 + sum(values[other] > values[place] for other in order.places)
    undefined = {place: "no-graded-items" for place in chosen if np.isnan(values[place])}
    assert dict(order.unranked) == why | undefined
    assert len(order.unranked) == len(dict(order.unranked))


@given(rows=st.lists(submissions, min_size=1, max_size=14))
@settings(deadline=None, max_examples=60)
def test_attempts_and_series(rows: list[Any]) -> None:
    board, known = board_of(rows), benchmark("latest", 1.0)
    for place, row in enumerate(board.rows):
        mine = (row.model.id, row.stated_target)
        alike = [one for one in board.rows if (one.model.id, one.stated_target) == mine]
        assert attempts_of(board, place) == len(alike)
    for model, series in counting_series(board, known).items():
        for stated, place in series.items():
            view = View(target=stated, mode="declared")
            assert place in expected(board, known, view)[0]
            assert board.rows[place].model.id == model


def test_a_board_in_hand_does_not_change() -> None:
    rows = [(1, None, [Outcome.CORRECT] * N, (False, False, False), ())] * 3
    current = _CurrentBoard(ItemFrame(N), None)
    source = board_of(rows)
    pairs = [(row, source.entry(place)) for place, row in enumerate(source.rows)]
    current.take(pairs[:1], version=1)
    before = current.now
    figures = figures_of(before, benchmark("latest", 0), BINARY_VIEW)  # fmt: skip
    current.take(pairs[1:], version=2)
    current.take([(replace(pairs[0][0], withdrawn=True), pairs[0][1])], version=3)
    assert (len(before.rows), len(before.stack), len(before.facts.model)) == (1, 1, 1)
    assert not before.rows[0].withdrawn
    assert not before.facts.withdrawn[0]
    assert current.now.facts.withdrawn.tolist() == [True, False, False]
    assert (current.now.version, len(current.now.rows), len(current.now.stack)) == (3, 3, 3)
    assert len(figures.values) == 1
