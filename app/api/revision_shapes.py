"""The shapes of replies about revisions, for the OpenAPI document; a test holds them in step."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from app.http.shapes import ModelOut, Shape


class RevisionFacts(Shape):
    """One state of a benchmark's items and accepted answers; it never changes."""

    benchmark: str
    revision: int
    state: Literal["complete", "grading"] = Field(description="Its board is shown once complete.")
    note: str
    n_items: int
    matcher: str
    tolerance: float | None
    abstention_phrases: list[str]
    created_at: datetime


class RanksOut(Shape):
    """A place under the revision before and under this one; null where it is not ranked."""

    before: int | None
    after: int | None


class ScoresOut(Shape):
    """A score under the revision before and under this one, in points an item."""

    before: float | None
    after: float | None


class MoveOut(Shape):
    """A submission whose place or score is another, at the default target and mode."""

    submission: str
    owner: str
    model: ModelOut
    rank: RanksOut
    score: ScoresOut


class RevisionOut(RevisionFacts):
    """A revision, how far its grading is, and who moved by it."""

    graded: int = Field(description="Submissions graded under it so far.")
    submissions: int
    n_compared: int | None
    n_moved: int | None
    moved: list[MoveOut] | None = Field(description="The furthest 100.")
    null_reasons: dict[str, str]


class RevisionPage(Shape):
    """All revisions of a benchmark."""

    data: list[RevisionFacts]
    next_cursor: str | None
