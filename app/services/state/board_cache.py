"""Cache of boards: the profiles of a revision's submissions, read once and then updated.

Storage is asked only for what changed since the version at hand. Plain submissions are stacked, so
that any view of ten thousand of them is a few operations on arrays; those that a profile cannot
describe (partial credit, weights, clusters, several samples an item) keep their grades beside it.
"""

from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.problem import Problem
from app.scoring.assess import Assessed, assess, assess_profile
from app.scoring.grades import Grades, ItemFrame
from app.scoring.profile import unpack_profile
from app.scoring.score import Score
from app.scoring.stack import ProfileStack
from app.scoring.targets import Target
from app.services.state.locked_cache import LockedCache
from app.services.state.revision_cache import RevisionCache, RevisionData
from app.storage.benchmarks import Benchmark
from app.storage.database.session import ReadSession
from app.storage.gradings import BoardRow, board_rows, load_many_grades

UNSTATED: Final = -1
"""The stated target of a submission whose prompt announced none."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Facts:
    """What ranks are decided by, as arrays in the order of a board's rows.

    `created` is in microseconds since 1970, `stated` in units of 1e-9
    (`Target.confidence`) or UNSTATED.
    """

    model: NDArray[np.int64]
    stated: NDArray[np.int64]
    samples: NDArray[np.int64]
    created: NDArray[np.int64]
    withdrawn: NDArray[np.bool_]
    superseded: NDArray[np.bool_]
    erased: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Board:
    """One board's submissions in order of arrival, at one version; it never changes.

    `items` are the positions of its items where it is a category's. `facts` says of the rows what
    decides their ranks. `special` holds, by a row's index, what is not plain, and `row_figures`
    the figures that no view and no newer version changes. `tags` are all models'.
    """

    frame: ItemFrame
    items: NDArray[np.int64] | None
    version: int
    rows: list[BoardRow]
    facts: Facts
    stack: ProfileStack
    special: dict[int, Assessed]
    tags: frozenset[str]
    row_figures: dict[int, tuple[Score, dict[str, Score]]]

    def entry(self, index: int) -> Assessed:
        """What one submission scored, for the figures of a single row."""
        return self.special.get(index) or assess_profile(self.stack.profiles[index], self.frame)


def _blank(frame: ItemFrame, items: NDArray[np.int64] | None) -> Board:
    """A board without a submission, older than every version."""
    return Board(frame, items, -1, [], _facts([]), ProfileStack(), {}, frozenset(), {})


class _CurrentBoard:
    """A board that is kept up to date: `now` is replaced, never changed, so that readers need no
    lock; `lock` serialises updates."""

    def __init__(self, frame: ItemFrame, items: NDArray[np.int64] | None) -> None:
        self.now = _blank(frame, items)
        self.lock = Lock()
        self._indices: dict[int, int] = {}

    def holds(self, submission_id: int) -> bool:
        """Whether the submission is on the board."""
        return submission_id in self._indices

    def take(
        self, rows: list[tuple[BoardRow, Assessed]], *, version: int, anew: bool = False
    ) -> None:
        """Adds submissions, or replaces what is said about those already here; with `anew` the
        rows are all there are, and what was known of them is forgotten."""
        old = _blank(self.now.frame, self.now.items) if anew else self.now
        held, stack, special = list(old.rows), old.stack.copy(), dict(old.special)
        indices = {} if anew else dict(self._indices)
        marked: list[int] = []
        for row, entry in rows:
            known = indices.get(row.submission_id)
            if known is not None:
                # Grades never change within a revision: only the marks on the row can have.
                held[known] = row
                marked.append(known)
                continue
            indices[row.submission_id] = len(held)
            if not entry.plain:
                special[len(held)] = entry
            held.append(row)
            stack.append(entry.profile)
        self.now = replace(
            old,
            version=version,
            rows=held,
            facts=_grown(old.facts, held, marked),
            stack=stack,
            special=special,
            tags=old.tags.union(*(row.model.tags for row, _ in rows)),
        )
        self._indices = indices


class BoardCache:
    """The boards in memory. Safe to share between threads."""

    def __init__(self) -> None:
        self._boards = LockedCache[_CurrentBoard]()

    def current(
        self,
        session: ReadSession,
        revision_cache: RevisionCache,
        benchmark: Benchmark,
        *,
        category: str | None = None,
    ) -> Board:
        """The board at the benchmark's version as `session` sees it, or a little newer.

        Raises `not-found` for a category that no item has.
        """
        current = self._held(session, revision_cache, benchmark, category)
        if current.now.version < benchmark.version:
            with current.lock:
                if current.now.version < benchmark.version:
                    _catch_up(session, benchmark, current)
        return current.now

    def _held(
        self,
        session: ReadSession,
        revision_cache: RevisionCache,
        benchmark: Benchmark,
        category: str | None,
    ) -> _CurrentBoard:
        name = (benchmark.revision_id, category)
        current = self._boards.get(name)
        if current is not None:
            return current
        return self._boards.keep(name, _empty(revision_cache.of(session, benchmark), category))


def _empty(revision_data: RevisionData, category: str | None) -> _CurrentBoard:
    if category is None:
        return _CurrentBoard(revision_data.frame, None)
    if revision_data.frame.category is None or category not in revision_data.frame.category_names:
        raise Problem("not-found", "No item of this benchmark has that category.")
    code = revision_data.frame.category_names.index(category)
    items = np.flatnonzero(revision_data.frame.category == code)
    return _CurrentBoard(revision_data.frame.only(items), items)


def _catch_up(session: ReadSession, benchmark: Benchmark, current: _CurrentBoard) -> None:
    board = current.now
    changed = board_rows(session, benchmark.revision_id, since=board.version)
    # Grades change when answers are erased, and then what was known of them must go.
    anew = any(row.erased and current.holds(row.submission_id) for row in changed)
    if anew:
        changed = board_rows(session, benchmark.revision_id, since=-1)
    uniform = board.frame.uniform and board.items is None
    wanted = [row.submission_id for row in changed if not (uniform and _is_plain(row))]
    grades = load_many_grades(session, benchmark.revision_id, wanted) if wanted else {}
    taken = []
    for row in sorted(changed, key=lambda row: row.submission_id):
        if row.submission_id in grades:
            entry = assess(within(grades[row.submission_id], board.items), board.frame)
        else:
            entry = assess_profile(unpack_profile(row.profile), board.frame)
        taken.append((row, entry))
    version = max([benchmark.version, *(row.changed for row in changed)])
    current.take(taken, version=version, anew=anew)


def within(grades: Grades, items: NDArray[np.int64] | None) -> Grades:
    """The grades of a board's items: all of them, or its category's."""
    return grades if items is None else grades.only(items)


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _facts(rows: list[BoardRow]) -> Facts:
    return Facts(
        model=np.asarray([row.model.id for row in rows], dtype=np.int64),
        stated=np.asarray(
            [
                UNSTATED if row.stated_target is None else Target(row.stated_target).confidence
                for row in rows
            ],
            dtype=np.int64,
        ),
        samples=np.asarray([row.samples for row in rows], dtype=np.int64),
        created=np.asarray([microseconds(row.created_at) for row in rows], dtype=np.int64),
        withdrawn=np.asarray([row.withdrawn for row in rows], dtype=np.bool_),
        superseded=np.asarray([row.superseded for row in rows], dtype=np.bool_),
        erased=np.asarray([row.erased for row in rows], dtype=np.bool_),
    )


def _grown(old: Facts, rows: list[BoardRow], marked: list[int]) -> Facts:
    """The facts of `rows`: those of before, the marks on some rows anew, and the newcomers'."""
    new = _facts(rows[len(old.model) :])
    grown = {
        field.name: np.concatenate([getattr(old, field.name), getattr(new, field.name)])
        for field in fields(Facts)
    }
    for index in marked:
        grown["withdrawn"][index] = rows[index].withdrawn
        grown["superseded"][index] = rows[index].superseded
        grown["erased"][index] = rows[index].erased
    return Facts(**grown)


def _is_plain(row: BoardRow) -> bool:
    return row.samples == 1 and row.counts.partial == 0
