"""Stateless scoring: figures from rows, without reading or writing stored data."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.grading.answer_key import AnswerKey, check_key
from app.grading.grade import Graded, grade
from app.grading.responses import Responses
from app.intake.limits import Limits
from app.intake.scored import ScoredColumns
from app.intake.slots import place
from app.problem import Problem, RowProblem
from app.scoring.assess import assess
from app.scoring.counts import counts_of
from app.scoring.rules import Mode
from app.scoring.scorecard import scorecard
from app.scoring.targets import Target
from app.services.state.revision_cache import frame_of, key_of
from app.services.submissions.card import Card, validity_of
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


@dataclass(frozen=True, slots=True)
class Scored:
    """The figures of the rows, and warnings about likely mistakes."""

    card: Card
    warnings: tuple[str, ...]


def score(columns: ScoredColumns, wanted: Scoring, *, limits: Limits) -> Scored:
    """Grades and scores rows. Raises `invalid-predictions` with the rows."""
    rows = _with_missing(columns, wanted.missing)
    said_rows = columns.predictions
    check_verdicts(said_rows, matcher=wanted.matcher, may_leave_ungraded=True)
    places = {key: at for at, key in enumerate(rows.key)}
    said = place(said_rows, places=places, keys=rows.key, limits=limits)
    key = key_of(
        rows,
        matcher=wanted.matcher,
        tolerance=wanted.tolerance,
        abstention_phrases=wanted.abstention_phrases,
    )
    _check_key(columns, key)
    check_options(said_rows, places=places, choices=key.choices)
    graded = grade(said, key)
    return Scored(_card(said, graded, key, rows, wanted), warnings_about(said, graded))


def _card(said: Responses, graded: Graded, key: AnswerKey, rows: ItemRows, wanted: Scoring) -> Card:
    frame = frame_of(rows)
    return Card(
        scores=scorecard(
            graded.grades,
            frame,
            targets=wanted.targets,
            mode=wanted.mode,
            epsilon=wanted.epsilon,
            bins=wanted.bins,
            resamples=wanted.resamples,
        ),
        counts=counts_of(assess(graded.grades, frame).profile),
        n_invalid=graded.n_invalid,
        validity=validity_of(said.options, key, samples=said.samples),
    )


def _with_missing(columns: ScoredColumns, missing: int) -> ItemRows:
    """The items of the rows, and after them those that no row is about."""
    items = columns.items
    n = items.n_items + missing
    return ItemRows(
        ordinal=list(range(n)),
        key=items.key + [f"{MISSING}{at}" for at in range(missing)],
        question=[None] * n,
        accepted=items.accepted + [[] for _ in range(missing)],
        choices=items.choices + [None] * missing,
        category=items.category + [None] * missing,
        cluster=items.cluster + [None] * missing,
        weight=items.weight + [1.0] * missing,
        answerable=items.answerable + [True] * missing,
        tags=[{}] * n,
        occurrences=items.occurrences + [None] * missing,
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
