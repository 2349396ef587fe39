"""Small sets worked out by hand, where a slip of one in the core would hide in larger ones."""

import math
from decimal import Decimal

import numpy as np
import pytest
from scipy import stats

from app.grading.matchers import Number
from app.grading.options import GradingRules
from app.scoring.assess import assess, assess_profile, attempted_shares, quadratic_score
from app.scoring.comparison.agreement import order_flips
from app.scoring.comparison.gate import decide
from app.scoring.comparison.ranks import RankRanges, rank_ranges
from app.scoring.grades import Grades, ItemFrame, Outcome
from app.scoring.levels import levels_of
from app.scoring.metrics.confidence import PARTIAL_CREDIT, conditional_score, figures
from app.scoring.metrics.discrimination import delong
from app.scoring.metrics.proper_scores import brier_skill_score
from app.scoring.points import slot_points
from app.scoring.profile import profile_of
from app.scoring.rules import ScoringView
from app.scoring.stack import ProfileStack
from app.scoring.statistics.sign_flip import sign_flip
from app.scoring.targets import Target
from tests.confidences import confidences
from tests.scoring.test_figures import grades_of, levels


def any_numbers() -> np.random.Generator:
    return np.random.default_rng(20_261_125)


def test_the_quadratic_score_of_five_has_pseudo_answers_for_what_was_not_seen() -> None:
    """z^2 of them, half right and half wrong, at the five confidences, or none of them."""
    answers = [(9_000, True), (5_000, False), (5_000, True), (2_000, False), (7_000, True)]
    points = np.array([2 * p * c - p * p for p, c in ((a / 10_000, right) for a, right in answers)])
    score = quadratic_score(assess(grades_of(answers), ItemFrame(5)))
    se = float(points.std(ddof=1)) / math.sqrt(5)
    assert (score.value, score.se) == (pytest.approx(points.mean()), pytest.approx(se))
    z2 = stats.norm.ppf(0.975) ** 2
    other = np.array([2 * p * c - p * p for p in (0.9, 0.5, 0.5, 0.2, 0.7) for c in (0, 1)])
    every = np.concatenate([points, other])
    mass = np.concatenate([np.ones(5), np.full(10, z2 / 10)])
    centre = np.average(every, weights=mass)
    spread = np.average((every - centre) ** 2, weights=mass) / (5 + z2 - 1)
    reach = stats.t.ppf(0.975, 7) * math.sqrt(spread)
    assert score.interval is not None
    # Of the five alone Student's t reaches further, up to where the range ends.
    bare = stats.t.ppf(0.975, 4) * se
    assert score.interval.low == pytest.approx(min(centre - reach, points.mean() - bare))
    assert score.interval.high == pytest.approx(min(1.0, points.mean() + bare))
    assert score.interval.method == "adjusted-t"


def test_the_quadratic_score_ends_at_minus_one() -> None:
    score = quadratic_score(
        assess(grades_of([(10_000, False)] * 2 + [(10_000, True)]), ItemFrame(3))
    )
    assert score.interval is not None
    assert score.interval.low == -1.0


def test_what_is_not_credited_is_lost() -> None:
    outcome = np.array(
        [Outcome.PARTIAL, Outcome.CORRECT, Outcome.ABSTAINED, Outcome.WRONG], np.uint8
    )
    credit = np.array([2_500, 0, 0, 0], np.int16)
    partial = assess(Grades(outcome, confidences([9_000] * 4), credit), ItemFrame(4))
    assert attempted_shares(partial, Target(0), "declared") == pytest.approx((1.25 / 4, 1.75 / 4))


def test_partial_credit_has_just_the_figures_that_allow_it() -> None:
    outcome = np.array([Outcome.PARTIAL, Outcome.CORRECT, Outcome.WRONG, Outcome.CORRECT], np.uint8)
    credit = np.array([5_000, 0, 0, 0], np.int16)
    confidence = confidences([6_000, 9_000, 3_000, 7_000])
    a = assess(Grades(outcome, confidence, credit), ItemFrame(4))
    for name, figure in figures().items():
        refused = conditional_score(a, figure, levels_of(a)).reason == PARTIAL_CREDIT
        assert refused == (figure.needs in {"outcomes", "independent outcomes"}), name


def test_two_right_and_two_wrong_are_enough_for_an_error() -> None:
    two = levels([(9_000, True), (6_000, True), (7_000, False), (1_000, False)])
    se = delong(two, 0.75)
    # Placements of the right 1 and 1/2, of the wrong 1/2 and 1: variance 1/8 of each, over 2.
    assert se == pytest.approx(math.sqrt(1 / 16 + 1 / 16))
    one = levels([(9_000, True), (7_000, False), (1_000, False)])
    assert delong(one, 1.0) is None


def test_the_least_loss_that_a_gate_would_find() -> None:
    random = any_numbers()
    candidate, baseline = random.integers(0, 2, (2, 60)).astype(float)
    found = decide(candidate, baseline, largest_loss=0.02, most_an_item_can_differ=4.0)
    d = candidate - baseline
    se = d.std(ddof=1) / math.sqrt(60)
    adjusted = math.sqrt(se**2 + 2 * (4 / 60) ** 2)
    reach = stats.t.isf(0.05, 59) * adjusted + stats.norm.ppf(0.8) * se
    assert found.detectable_loss == pytest.approx(0.02 + reach)


def test_a_wrong_answer_is_free_under_binary_grading() -> None:
    graded = grades_of([(9_000, False), (9_000, True)])
    points = slot_points(graded, ScoringView(rule="binary", target=Target(7_500), mode="threshold"))
    assert points.tolist() == [0.0, 1.0]


def test_one_right_and_one_wrong_have_a_skill() -> None:
    assert brier_skill_score(levels([(5_000, True), (5_000, False)])) == pytest.approx(0.0)
    assert math.isnan(brier_skill_score(levels([(5_000, True), (5_000, True)])))


def test_two_items_are_enough_to_compare() -> None:
    scores = np.array([[1.0, 0.0], [1.0, 0.5]])
    assert rank_ranges(scores, widest=1, generator=any_numbers(), draws=99).critical_value > 0
    assert rank_ranges(scores[:1], widest=1, generator=any_numbers(), draws=99).critical_value == 0


def test_sign_flips_are_counted_from_the_first_draw() -> None:
    # Both signs of one difference are as extreme as it is; hardly any of sixty.
    assert sign_flip(np.array([1.0]), generator=any_numbers(), draws=99) == 1.0
    assert sign_flip(np.ones(60), generator=any_numbers(), draws=99) == 1 / 100


def test_a_stack_keeps_its_profiles_apart() -> None:
    one, other = [(9_000, True), (3_000, False)], [(3_000, True), (6_000, False), (9_000, False)]
    stack = ProfileStack()
    for answers in (one, other, one):
        stack.append(profile_of(grades_of(answers)))
    right, wrong = stack.attempted(Target(5_000), "threshold")
    assert (right.tolist(), wrong.tolist()) == ([1, 0, 1], [0, 2, 0])
    standalone_svg = assess_profile(profile_of(grades_of(other)), ItemFrame(3)).profile
    assert standalone_svg.attempted(Target(5_000), "threshold") == (0, 2)


def test_numbers_far_apart_are_subtracted_exactly() -> None:
    near = Number([("1e400",)], Decimal("1e400"), GradingRules())
    assert near(0, "1e-400")
    assert not near(0, "-1e-400")


def test_the_widest_flip_comes_first() -> None:
    def ranges(mean: list[float], *better: tuple[int, int]) -> RankRanges:
        told = np.zeros((3, 3), dtype=np.bool_)
        for pair in better:
            told[pair] = True
        ones = np.ones(3, dtype=np.int64)
        return RankRanges(
            mean=np.array(mean), low=ones, high=3 * ones, better=told, group=ones,
            bootstrap_first_share=np.full(3, 1 / 3), critical_value=2.0, n_items=9, level=0.95,
        )  # fmt: skip

    binary = ranges([0.9, 0.5, 0.4], (0, 1), (0, 2))
    target = ranges([0.1, 0.2, 0.6], (1, 0), (2, 0))
    flips = order_flips(binary, target)
    assert [(one.ahead_target, round(one.target_lead, 9)) for one in flips] == [(2, 0.5), (1, 0.1)]
