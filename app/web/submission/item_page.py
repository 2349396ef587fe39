"""Page of one item: the question, the answer with confidence and grade, other models' answers.

Item keys may hold anything a person types, so the key is read from the path or from `?item=`.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import HTMLResponse, Response

from app.http.dependencies import Reading, StateDep
from app.http.query_params import PairParams
from app.problem import Problem
from app.scoring.grades import Outcome
from app.scoring.rules import ScoringView, is_attempted
from app.services.access.callers import Caller
from app.services.access.permissions import graded_submission
from app.services.access.public_view import PublicBenchmark
from app.services.state.app_state import AppState
from app.services.submissions.item_detail import ItemDetail, Reply, Rival, open_item
from app.storage.database.session import ReadSession
from app.web.board.scoring_view import BoardRef, BoardRefParams, at_words, query_of
from app.web.current_user import Visitor
from app.web.rendering import format as words
from app.web.rendering.render import page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

SubmissionPath = Annotated[str, Path(max_length=64)]
LONGEST_KEY = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyRow:
    """The response of one sample: outcome, confidence and points."""

    reply: Reply
    kind: str | None
    confidence: str
    points: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RivalRow:
    """Another model on the same question."""

    rival: Rival
    replies: list[ReplyRow]


@router.get("/submissions/{public_id}/items")
def show_item_named(
    session: Reading,
    app_state: StateDep,
    caller: Visitor,
    asked: PairParams,
    board_ref: BoardRefParams,
    public_id: SubmissionPath,
    item: Annotated[str, Query(max_length=LONGEST_KEY)],
) -> Response:
    """The answer to the item of that key."""
    return _item_page(session, app_state, caller, asked, board_ref, public_id, item)


@router.get("/submissions/{public_id}/items/{item:path}")
def show_item(
    session: Reading,
    app_state: StateDep,
    caller: Visitor,
    asked: PairParams,
    board_ref: BoardRefParams,
    public_id: SubmissionPath,
    item: Annotated[str, Path(max_length=LONGEST_KEY)],
) -> Response:
    """The answer to the item whose key is the rest of the path, percent-encoded."""
    return _item_page(session, app_state, caller, asked, board_ref, public_id, item)


def _item_page(
    session: ReadSession,
    app_state: AppState,
    caller: Caller | None,
    asked: PairParams,
    board_ref: BoardRef,
    public_id: str,
    key: str,
) -> Response:
    submission, benchmark = graded_submission(
        session, caller, public_id, revision=board_ref.revision
    )
    terms = asked.terms(benchmark)
    try:
        exhibit = open_item(session, app_state, caller, benchmark, submission, key)
    except Problem as problem:
        if problem.code != "hidden-gold":
            raise
        return page(
            "item_hidden.html",
            403,
            submission=submission,
            benchmark=PublicBenchmark.of(benchmark),
            query=query_of(terms, board_ref),
        )
    rivals = [_rival(rival, terms) for rival in exhibit.rivals]
    return page(
        "item.html",
        submission=submission,
        benchmark=PublicBenchmark.of(benchmark),
        exhibit=exhibit,
        item=exhibit.item,
        replies=[_row(reply, terms) for reply in exhibit.replies],
        rivals=sorted(rivals, key=_right_first),
        others=_others(exhibit),
        at=at_words(terms),
        query=query_of(terms, board_ref),
    )


def _row(reply: Reply, terms: ScoringView) -> ReplyRow:
    return ReplyRow(
        reply=reply,
        kind=None if reply.outcome is None else reply.outcome.name.lower(),
        confidence=words.DASH if reply.confidence is None else words.confidence(reply.confidence),
        points=_points(reply, terms),
    )


def _points(reply: Reply, terms: ScoringView) -> str:
    """The points of the answer under the terms, per question; a dash where hidden."""
    if terms.rule not in {"target", "binary"} or reply.outcome is None:
        return words.DASH
    tried = is_attempted(reply.confidence, terms.target, terms.mode)
    if reply.outcome is Outcome.CORRECT:
        return "+1" if tried else "0, not above the target"
    if reply.outcome is Outcome.WRONG:
        return words.penalty(terms.target.penalty) if tried else "0, not above the target"
    if reply.outcome in {Outcome.ABSTAINED, Outcome.MISSING}:
        return "0"
    return words.DASH


def _rival(rival: Rival, terms: ScoringView) -> RivalRow:
    return RivalRow(rival=rival, replies=[_row(reply, terms) for reply in rival.replies])


def _right_first(row: RivalRow) -> tuple[int, float]:
    order = {"correct": 0, "partial": 1, "abstained": 2, "wrong": 3, "missing": 4, "ungraded": 5}
    first = row.replies[0]
    return order.get(first.kind or "", 6), -(first.reply.confidence or 0.0)


def _others(exhibit: ItemDetail) -> str:
    """How the others did, in a sentence."""
    kinds = [reply.outcome for rival in exhibit.rivals for reply in rival.replies]
    if not kinds:
        return "No other model has answered this benchmark yet."
    right = sum(kind is Outcome.CORRECT for kind in kinds)
    wrong = sum(kind is Outcome.WRONG for kind in kinds)
    silent = sum(kind is Outcome.ABSTAINED for kind in kinds)
    what = "answers of others" if len(kinds) > len(exhibit.rivals) else "other models"
    return f"Of {len(kinds)} {what}, {right} right, {wrong} wrong, {silent} said “I don’t know”."
