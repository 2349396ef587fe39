"""Boards in memory: every submission's profile of a revision, read once and then kept up to date.

Storage is asked only for what changed since the version at hand. Plain submissions are stacked, so
that any view of ten thousand of them is a few operations on arrays; those that a profile cannot
describe (partial credit, weights, clusters, several samples an item) keep their grades beside it.
"""

from collections import OrderedDict
from threading import Lock
from typing import Final

import numpy as np

from app.problem import Problem
from app.scoring.assess import Assessed, assess, assess_profile
from app.scoring.grades import Grades, ItemFrame
from app.scoring.profile import unpack_profile
from app.scoring.stack import ProfileStack
from app.services.sheets import AnswerSheet, AnswerSheets
from app.storage.benchmarks import Benchmark
from app.storage.gradings import BoardRow, board_rows, load_many_grades
from app.storage.session import ReadSession

KEPT: Final = 256
"""Boards kept in memory; the least used leaves first."""


class Board:
    """One board's submissions in order of arrival. `special` holds, by place, what is not plain."""

    def __init__(self, frame: ItemFrame, items: np.ndarray | None) -> None:
        self.frame = frame
        self.items = items
        self.version = -1
        self.rows: list[BoardRow] = []
        self.stack = ProfileStack()
        self.special: dict[int, Assessed] = {}
        self.lock = Lock()
        self._place: dict[int, int] = {}

    def take(self, row: BoardRow, entry: Assessed) -> None:
        """Adds a submission, or replaces what is said about one already here."""
        known = self._place.get(row.submission_id)
        if known is not None:
            # Grades never change within a revision: only the marks on the row can have.
            self.rows[known] = row
            return
        self._place[row.submission_id] = len(self.rows)
        if not entry.plain:
            self.special[len(self.rows)] = entry
        self.rows.append(row)
        self.stack.append(entry.profile)

    def entry(self, place: int) -> Assessed:
        """What one submission scored, for the figures of a single row."""
        return self.special.get(place) or assess_profile(self.stack.profiles[place], self.frame)


class Boards:
    """The boards in memory. Safe to share between threads."""

    def __init__(self) -> None:
        self._boards: OrderedDict[tuple[int, str | None], Board] = OrderedDict()
        self._lock = Lock()

    def current(
        self,
        session: ReadSession,
        sheets: AnswerSheets,
        benchmark: Benchmark,
        *,
        category: str | None = None,
    ) -> Board:
        """The board at the benchmark's version as `session` sees it, or a little newer.

        Raises `not-found` for a category that no item has.
        """
        board = self._held(session, sheets, benchmark, category)
        if board.version >= benchmark.version:
            return board
        with board.lock:
            if board.version < benchmark.version:
                _catch_up(session, sheets, benchmark, board)
        return board

    def _held(
        self,
        session: ReadSession,
        sheets: AnswerSheets,
        benchmark: Benchmark,
        category: str | None,
    ) -> Board:
        name = (benchmark.revision_id, category)
        with self._lock:
            board = self._boards.get(name)
            if board is not None:
                self._boards.move_to_end(name)
                return board
        board = _empty(sheets.of(session, benchmark), category)
        with self._lock:
            while len(self._boards) >= KEPT:
                self._boards.popitem(last=False)
            return self._boards.setdefault(name, board)


def _empty(sheet: AnswerSheet, category: str | None) -> Board:
    if category is None:
        return Board(sheet.frame, None)
    if sheet.frame.category is None or category not in sheet.frame.category_names:
        raise Problem("not-found", "No item of this benchmark has that category.")
    code = sheet.frame.category_names.index(category)
    items = np.flatnonzero(sheet.frame.category == code)
    return Board(sheet.frame.only(items), items)


def _catch_up(
    session: ReadSession, sheets: AnswerSheets, benchmark: Benchmark, board: Board
) -> None:
    changed = board_rows(session, benchmark.revision_id, since=board.version)
    uniform = board.frame.uniform and board.items is None
    wanted = [row.submission_id for row in changed if not (uniform and _is_plain(row))]
    grades = load_many_grades(session, benchmark.revision_id, wanted) if wanted else {}
    for row in sorted(changed, key=lambda row: row.submission_id):
        if row.submission_id in grades:
            entry = assess(_within(grades[row.submission_id], board.items), board.frame)
        else:
            entry = assess_profile(unpack_profile(row.profile), board.frame)
        board.take(row, entry)
    board.version = max([benchmark.version, *(row.changed for row in changed)])


def _is_plain(row: BoardRow) -> bool:
    return row.samples == 1 and row.counts.partial == 0


def _within(grades: Grades, items: np.ndarray | None) -> Grades:
    return grades if items is None else grades.only(items)
