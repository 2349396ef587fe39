"""Stateless scoring: figures from rows, without reading or writing stored data."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Annotated, Final

from app.grading.answer_key import AnswerKey, check_key
from app.grading.from_options import read_options
from app.grading.grade import grade
from app.grading.options import GradingRules
from app.intake.columns import read_by_matcher
from app.intake.limits import Limits
from app.intake.scored import FACTS, NOTHING, ScoredColumns, not_scored
from app.intake.slots import by_slot
from app.problem import Problem, RowProblem
from app.reply_fields import FLAT, Doc
from app.scoring.profile import ProfileLevel
from app.scoring.rules import Mode
from app.scoring.score import Scores
from app.scoring.scorecard import Scorecard, scorecard
from app.scoring.targets import Target
from app.scoring.theory.singletons import SingletonBound
from app.services.state.revision_cache import frame_of, key_of
from app.services.submissions.card import null_reasons_of, option_figures, scores_of, singletons_of
from app.services.submissions.evaluate import (
    check_options,
    check_verdicts,
    named,
    warnings_about,
)
from app.storage.items import ItemRows
from app.wording import invalid

MISSING: Final = "\x1fmissing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """How rows are to be graded and scored; `missing` items more were not answered at all."""

    matcher: str
    tolerance: Decimal | None
    abstention_phrases: tuple[str, ...]
    missing: int
    targets: tuple[Target, ...]
    mode: Mode
    epsilon: float
    bins: int
    resamples: int
    rules: GradingRules
    training: dict[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredPredictions:
    """Every figure of rows that were scored; nothing was stored."""

    card: Annotated[Scorecard, FLAT]
    scores: Annotated[Scores, Doc("By metric id (GET /rules); `threshold_score` by target.")]
    profile: Annotated[
        tuple[ProfileLevel, ...],
        Doc("Answers by stated confidence, rising; unstated first. By hundredths where many."),
    ]
    singletons: Annotated[
        SingletonBound | None, Doc("The bound that `training` gives; null without.")
    ]
    null_reasons: Annotated[dict[str, str], Doc("Why parts are null, by field.")]
    warnings: Annotated[tuple[str, ...], Doc("What looks like a mistake in the answers.")]


def score(columns: ScoredColumns, wanted: Scoring, *, limits: Limits) -> ScoredPredictions:
    """Grades and scores rows. Raises `invalid-predictions` with the rows."""
    columns = replace(columns, items=read_by_matcher(columns.items, wanted.matcher))
    rows = _with_missing(columns, wanted.missing)
    said_rows = columns.predictions
    check_verdicts(said_rows, matcher=wanted.matcher, may_leave_ungraded=True)
    places = {key: at for at, key in enumerate(rows.key)}
    said = by_slot(said_rows, positions=places, keys=rows.key, limits=limits)
    key = key_of(
        rows,
        matcher=wanted.matcher,
        tolerance=wanted.tolerance,
        abstention_phrases=wanted.abstention_phrases,
        rules=wanted.rules,
    )
    _check_key(columns, key)
    check_options(said_rows, places=places, choices=key.choices)
    said, read = read_options(said, key)
    graded = grade(said, key)
    told = option_figures(said.options, key, samples=said.samples, bins=wanted.bins)
    card = scorecard(
        graded.grades,
        frame_of(rows),
        targets=wanted.targets,
        mode=wanted.mode,
        epsilon=wanted.epsilon,
        bins=wanted.bins,
        resamples=wanted.resamples,
        n_invalid=graded.n_invalid,
        validity=told.validity,
        option_scores=told.scores,
    )
    reasons = null_reasons_of(card)
    if wanted.training is None:
        reasons["singletons"] = "no-training-facts"
    return ScoredPredictions(
        card=card,
        scores=scores_of(card),
        profile=card.profile.by_level(),
        singletons=None if wanted.training is None else singletons_of(wanted.training),
        null_reasons=reasons,
        warnings=warnings_about(said, graded, read),
    )


def _with_missing(columns: ScoredColumns, missing: int) -> ItemRows:
    """The items of the rows, and after them those that no row is about."""
    items = columns.items
    n = items.n_items + missing
    facts = {name: getattr(items, name) + [NOTHING[name]] * missing for name in FACTS}
    return ItemRows(
        ordinal=list(range(n)),
        key=items.key + [f"{MISSING}{at}" for at in range(missing)],
        **facts,
        **not_scored(n),
    )


def _check_key(columns: ScoredColumns, key: AnswerKey) -> None:
    """Refuses accepted answers that the matcher could never accept, by the row that gave them."""
    items = columns.items
    bad = [
        RowProblem(
            columns.first_row[at],
            named(items.key[at]),
            pointer,
            "missing-field" if not items.accepted[at] else "invalid",
            detail,
        )
        for at, pointer, detail in check_key(key)
        if at < items.n_items
    ]
    if bad:
        rows = len({one.row for one in bad})
        raise Problem(
            "invalid-predictions",
            invalid(rows, of=columns.predictions.n_rows, noun="prediction"),
            rows=bad,
        )
