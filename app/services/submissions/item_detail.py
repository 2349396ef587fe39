"""Item detail: the responses and grades of each model on one item.

Only an open benchmark shows everything. On a hidden one the submitter and the maintainer read
the submitter's own answers and confidences, without outcomes and without what is accepted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.problem import Problem
from app.scoring.grades import NO_CONFIDENCE, Grades, Outcome
from app.scoring.targets import CONFIDENCE_UNITS
from app.services.access.callers import Caller
from app.services.access.permissions import require_answers, require_unerased
from app.services.access.public_view import PublicItem, PublicView
from app.services.board.leaderboard import model_name
from app.services.board.schemas import Model
from app.services.state.app_state import AppState
from app.services.state.board_cache import Board
from app.services.state.revision_cache import RevisionData
from app.storage.benchmarks import Benchmark
from app.storage.database.session import ReadSession
from app.storage.gradings import BoardRow, load_grading, load_many_grades
from app.storage.items import Item, find_item, items_at
from app.storage.predictions import Prediction, predictions_at
from app.storage.submissions import Submission

RIVALS: Final = 100
"""At most this many other submissions are read to say how they did on a question."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The response of one submission to an item in one sample; no row was sent where `sent` is
    false.

    `outcome` is None where it may not be shown.
    """

    sample: int
    sent: bool
    answer: str | None
    confidence: float | None
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Mistake:
    """A wrong answer, and how many of the others that were graded on the item had it right."""

    item: PublicItem
    sample: int
    answer: str | None
    confidence: float | None
    others_right: int
    others: int


@dataclass(frozen=True, slots=True)
class Mistakes:
    """The wrong answers in descending confidence, and how many there are."""

    shown: tuple[Mistake, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Rival:
    """Another submission on the same item."""

    submission: str
    model: Model
    owner: str
    replies: tuple[Reply, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDetail:
    """One item and the responses to it; `open` says whether answers and outcomes may be shown."""

    open: bool
    item: PublicItem
    replies: tuple[Reply, ...]
    rivals: tuple[Rival, ...]
    before: str | None
    after: str | None


def rivals_of(board: Board, submission: Submission) -> list[BoardRow]:
    """The newest standing submission of every other model, at most `RIVALS` of them, by arrival."""
    newest: dict[int, BoardRow] = {}
    for row in board.rows:
        if row.withdrawn or row.superseded or row.model.id == submission.model.id:
            continue
        newest[row.model.id] = row
    return sorted(newest.values(), key=lambda row: row.submission_id)[-RIVALS:]


def confident_mistakes(
    session: ReadSession,
    app_state: AppState,
    benchmark: Benchmark,
    submission: Submission,
    grades: Grades,
    *,
    limit: int = 8,
    offset: int = 0,
) -> Mistakes | None:
    """The wrong answers among the grades of a submission, by falling confidence, and how the others
    of its board did on them; None on a hidden benchmark.

    Answers without a confidence come last, in order of the items.
    """
    view = PublicView.of(benchmark)
    if not view.outcomes:
        return None
    revision_data = app_state.revision_cache.of(session, benchmark)
    wrong = np.flatnonzero(grades.outcome == Outcome.WRONG)
    by_confidence = wrong[np.argsort(-grades.confidence[wrong].astype(np.int64), kind="stable")]
    chosen = by_confidence[offset : offset + limit].tolist()
    places = [slot // grades.samples for slot in chosen]
    ordinals = [int(revision_data.ordinals[place]) for place in places]
    items = items_at(session, benchmark.revision_id, ordinals)
    slots = [
        ordinal * grades.samples + slot % grades.samples
        for ordinal, slot in zip(ordinals, chosen, strict=True)
    ]
    said = predictions_at(session, [submission.id], slots)
    board = app_state.boards.current(session, app_state.revision_cache, benchmark)
    others = rivals_of(board, submission)
    right, graded = _how_others_did(session, benchmark, others, places)
    shown = [
        Mistake(
            item=PublicItem.of(items[ordinal], view),
            sample=slot % grades.samples + 1,
            answer=_answer(said.get((submission.id, stored))),
            confidence=_confidence(int(grades.confidence[slot])),
            others_right=right[number],
            others=graded[number],
        )
        for number, (ordinal, slot, stored) in enumerate(zip(ordinals, chosen, slots, strict=True))
    ]
    return Mistakes(tuple(shown), len(wrong))


def open_item(
    session: ReadSession,
    app_state: AppState,
    caller: Caller | None,
    benchmark: Benchmark,
    submission: Submission,
    key: str,
) -> ItemDetail:
    """One item with the responses of the submission and of the others.

    Raises `not-found` for an item that the revision does not have, and `hidden-gold` on a hidden
    benchmark for all but the submitter and the maintainer.
    """
    require_unerased(submission)
    require_answers(caller, benchmark, submission)
    view = PublicView.of(benchmark)
    item = find_item(session, benchmark.revision_id, key)
    if item is None:
        raise Problem("not-found", "This benchmark has no such item.")
    revision_data = app_state.revision_cache.of(session, benchmark)
    place = revision_data.positions[key]
    grades = load_grading(session, submission.id, benchmark.revision_id).grades
    replies = _replies(session, submission.id, item, place, grades, outcomes=view.outcomes)
    rivals: tuple[Rival, ...] = ()
    if view.outcomes:
        board = app_state.boards.current(session, app_state.revision_cache, benchmark)
        rivals = _rivals(session, benchmark, rivals_of(board, submission), item, place)
    return ItemDetail(
        open=view.outcomes,
        item=PublicItem.of(item, view),
        replies=replies,
        rivals=rivals,
        before=_neighbour(revision_data, place - 1),
        after=_neighbour(revision_data, place + 1),
    )


def _neighbour(revision_data: RevisionData, place: int) -> str | None:
    return revision_data.keys[place] if 0 <= place < revision_data.n_items else None


def answers_to(
    session: ReadSession,
    benchmark: Benchmark,
    submissions: Sequence[Submission],
    items: Sequence[Item],
) -> dict[tuple[str, str], str | None]:
    """What plain submissions (one sample an item) answered, by submission's id and item's key."""
    slot_of = {item.ordinal: item.key for item in items}
    public_id = {submission.id: submission.public_id for submission in submissions}
    said = predictions_at(session, list(public_id), list(slot_of))
    return {(public_id[who], slot_of[slot]): row.answer for (who, slot), row in said.items()}


def items_named(
    session: ReadSession, app_state: AppState, benchmark: Benchmark, keys: Sequence[str]
) -> dict[str, Item]:
    """Some items of the benchmark's revision by their keys."""
    revision_data = app_state.revision_cache.of(session, benchmark)
    ordinals = [int(revision_data.ordinals[revision_data.positions[key]]) for key in keys]
    return {item.key: item for item in items_at(session, benchmark.revision_id, ordinals).values()}


def _how_others_did(
    session: ReadSession,
    benchmark: Benchmark,
    rivals: Sequence[BoardRow],
    places: Sequence[int],
) -> tuple[list[int], list[int]]:
    """Of the rivals graded on each item, how many had it right (in every sample), and how many."""
    right, graded = [0] * len(places), [0] * len(places)
    ids = [row.submission_id for row in rivals]
    for grades in load_many_grades(session, benchmark.revision_id, ids).values():
        outcome = grades.outcome.reshape(-1, grades.samples)
        for number, place in enumerate(places):
            graded[number] += not bool((outcome[place] == Outcome.UNGRADED).any())
            right[number] += bool((outcome[place] == Outcome.CORRECT).all())
    return right, graded


def _rivals(
    session: ReadSession,
    benchmark: Benchmark,
    rows: Sequence[BoardRow],
    item: Item,
    place: int,
) -> tuple[Rival, ...]:
    grades = load_many_grades(session, benchmark.revision_id, [row.submission_id for row in rows])
    return tuple(
        Rival(
            row.public_id,
            model_name(row),
            row.owner,
            _replies(session, row.submission_id, item, place, grades[row.submission_id]),
        )
        for row in rows
        if row.submission_id in grades
    )


def _replies(
    session: ReadSession,
    submission_id: int,
    item: Item,
    place: int,
    grades: Grades,
    *,
    outcomes: bool = True,
) -> tuple[Reply, ...]:
    slots = [item.ordinal * grades.samples + sample for sample in range(grades.samples)]
    said = predictions_at(session, [submission_id], slots)
    found = []
    for sample, slot in enumerate(slots):
        row = said.get((submission_id, slot))
        outcome = Outcome(int(grades.outcome[place * grades.samples + sample]))
        found.append(
            Reply(
                sample=sample + 1,
                sent=row is not None,
                answer=_answer(row),
                confidence=_confidence(NO_CONFIDENCE if row is None else row.confidence),
                outcome=outcome if outcomes else None,
            )
        )
    return tuple(found)


def _answer(row: Prediction | None) -> str | None:
    return None if row is None else row.answer


def _confidence(units: int | None) -> float | None:
    return None if units is None or units == NO_CONFIDENCE else units / CONFIDENCE_UNITS
