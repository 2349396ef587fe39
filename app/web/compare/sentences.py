"""Sentences of the comparison page: the verdict, and the targets at which either is ahead."""

from collections.abc import Sequence

from app.scoring.rules import ScoringView
from app.scoring.score import Score
from app.services.access.public_view import PublicView
from app.services.comparisons.schemas import PairedComparison
from app.services.submissions.schemas import SubmissionRow
from app.storage.benchmarks import Benchmark
from app.web.board.scoring_view import at_words
from app.web.board.summary import Pieces
from app.web.charts import Gap, runs
from app.web.rendering import format as words


def names_of(left: SubmissionRow, right: SubmissionRow) -> tuple[str, str]:
    """What the two are called; attempts of one model by their number."""
    if left.model.name != right.model.name:
        return left.model.name, right.model.name
    if left.owner != right.owner:
        return f"{left.model.name} ({left.owner})", f"{right.model.name} ({right.owner})"
    return (
        f"{left.model.name} attempt {left.attempt}",
        f"{right.model.name} attempt {right.attempt}",
    )


def verdict(pair: PairedComparison, terms: ScoringView, names: tuple[str, str]) -> Pieces:
    difference = pair.difference
    start = at_words(terms)
    start = f"{start[0].upper()}{start[1:]}, "
    if difference.value is None:
        return [("plain", f"{start}the two cannot be compared: "),
                ("plain", f"{words.reason(difference.reason or 'undefined')}.")]  # fmt: skip
    ahead = names[0] if difference.value >= 0 else names[1]
    by = f"{abs(difference.value) * 100:.1f}"
    if by == "0.0" and not _clear(difference):
        return [("plain", f"{start}there is "), ("strong", "no difference"), ("plain", ".")]
    if difference.interval is None:
        return [
            ("plain", start),
            ("strong", ahead),
            ("plain", " scores "),
            ("strong", by),
            ("plain", " points per 100 more; whether that is clear cannot be told here."),
        ]
    if not _clear(difference):
        return [
            ("plain", f"{start}there is "),
            ("strong", "no clear difference"),
            ("plain", f" ({ahead} +{by})."),
        ]
    return [
        ("plain", start),
        ("strong", ahead),
        ("plain", " scores "),
        ("strong", by),
        ("plain", " points per 100 more."),
    ]


def _clear(difference: Score) -> bool:
    interval = difference.interval
    return interval is not None and (interval.low > 0 or interval.high < 0)


def under_the_verdict(
    pair: PairedComparison, gaps: Sequence[Gap], names: tuple[str, str]
) -> list[str]:
    """The lines under the verdict: interval, both scores, p-value, and who is ahead where."""
    lines = []
    interval = pair.difference.interval
    if interval is not None:
        lines.append(f"95 % interval {words.points(interval.low)} to {words.points(interval.high)}")
    for name, side in zip(names, (pair.a, pair.b), strict=True):
        lines.append(f"{name} {words.points(side.score.value)}")
    if pair.p_value is not None:
        lines.append("p < 0.001" if pair.p_value < 0.001 else f"p = {pair.p_value:.3f}")
    if pair.minimum_detectable_difference is not None:
        seen = f"{pair.minimum_detectable_difference * 100:.1f}"
        lines.append(f"a difference of {seen} or more would show with 80 % power")
    ahead = who_is_ahead(gaps, names)
    return [*lines, ahead] if ahead else lines


def who_is_ahead(gaps: Sequence[Gap], names: tuple[str, str]) -> str:
    """Who is clearly ahead where, in one phrase."""
    if not gaps or all(gap.low is None for gap in gaps):
        return ""
    stretches = runs(gaps)
    last = gaps[-1].target
    if len(stretches) == 1 and stretches[0][0] == 0:
        return "no clear difference at any target"
    parts = []
    for side, start, end in stretches:
        if side == 0:
            continue
        name = names[0] if side > 0 else names[1]
        if start == 0 and end == last:
            return f"{name} is ahead at every target"
        if start == 0:
            parts.append(f"{name} is ahead up to t = {end:g}")
        elif end == last:
            parts.append(f"{name} from t = {start:g}")
        else:
            parts.append(f"{name} from t = {start:g} to {end:g}")
    between = [side for side, _, _ in stretches] in ([1, 0, -1], [-1, 0, 1])
    return ", ".join([*parts, f"no clear difference {'in between' if between else 'elsewhere'}"])


def chart_says(benchmark: Benchmark) -> str:
    if not PublicView.of(benchmark).answers:
        return (
            "From the rounded shares. The paired interval would tell of single answers, which are "
            "hidden here."
        )
    return (
        "Drawn is the difference times (1 − t). The band is its 95 % paired interval at each "
        "target; where it holds zero there is no clear difference there."
    )


def parted_says(pair: PairedComparison, names: tuple[str, str]) -> str:
    discordant = pair.items
    if discordant is None:
        return ""
    return (
        f"{discordant.total:,} questions; {names[0]} earns more on {discordant.a_better:,}, "
        f"{names[1]} on {discordant.b_better:,}."
    )
