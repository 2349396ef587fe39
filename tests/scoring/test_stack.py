"""A board's scores are those of its submissions one by one, to the last bit."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.assess import assess_profile
from app.scoring.grades import ItemFrame, Outcome
from app.scoring.profile import profile_of
from app.scoring.rules import Mode, Rule, ScoringView
from app.scoring.stack import ProfileStack, score_under
from app.scoring.targets import Target
from tests.scoring.test_laws import TARGETS, Slot, grades_of, slots

RULES: st.SearchStrategy[Rule] = st.sampled_from(["binary", "target", "quadratic", "bas"])
MODES: st.SearchStrategy[Mode] = st.sampled_from(["declared", "threshold"])
PLAIN = slots(Outcome.CORRECT, Outcome.WRONG, Outcome.ABSTAINED, Outcome.MISSING, Outcome.UNGRADED)


@given(st.lists(PLAIN, max_size=40), RULES, TARGETS, MODES)
def test_a_stack_scores_as_each_alone(
    board: list[list[Slot]], rule: Rule, target: Target, mode: Mode
) -> None:
    stack = ProfileStack()
    for rows in board:
        stack.append(profile_of(grades_of(rows)))
    view = ScoringView(rule=rule, target=target, mode=mode)
    scores = stack.board_scores(view)
    assert len(stack) == len(scores.value) == len(board)
    for place, rows in enumerate(board):
        entry = assess_profile(profile_of(grades_of(rows)), ItemFrame(len(rows)))
        standalone_svg = score_under(entry, view)
        assert scores.score(place) == standalone_svg
        if standalone_svg.value is None:
            assert math.isnan(scores.value[place])
        else:
            assert scores.value[place] == standalone_svg.value


def test_totals_are_counted_by_name() -> None:
    stack = ProfileStack()
    for n in range(1, 20):
        rows = [Slot(Outcome.CORRECT, 5_000, 1)] * n + [Slot(Outcome.MISSING, -1, 1)] * (20 - n)
        stack.append(profile_of(grades_of(rows)))
    assert np.array_equal(stack.total("correct"), np.arange(1, 20))
    assert np.array_equal(stack.total("missing"), 20 - np.arange(1, 20))
    assert int(stack.total("unstated").sum()) == 0
