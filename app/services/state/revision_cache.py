"""Cache of a revision's items and answer keys, as grading and scoring need them.

A revision never changes, so an entry is never stale; the least recently used are evicted when the
cache exceeds its bytes (about 300 bytes an item, `BYTES_AN_ITEM`).
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.grading.answer_key import AnswerKey
from app.grading.options import GradingRules
from app.scoring.grades import ItemFrame
from app.services.state.locked_cache import LockedCache
from app.storage.benchmarks import Benchmark
from app.storage.database.session import ReadSession
from app.storage.items import ItemRows, load_items

BYTES_AN_ITEM: Final = 700
"""Keys, answers, choices and arrays of one item in memory, on the safe side."""


@dataclass(frozen=True, slots=True)
class RevisionData:
    """One revision: its items' keys, where each stands, what is accepted, how items weigh.

    Arrays and lists are in the revision's order; `ordinals` says where each item stands in its
    benchmark, which is what a stored prediction's slot counts from.
    """

    revision_id: int
    keys: list[str]
    positions: dict[str, int]
    ordinals: NDArray[np.int64]
    answers: AnswerKey
    frame: ItemFrame
    categories: list[str | None]

    @property
    def n_items(self) -> int:
        return len(self.keys)


def revision_data_of(benchmark: Benchmark, rows: ItemRows) -> RevisionData:
    """Builds the arrays of a revision from its rows."""
    return RevisionData(
        revision_id=benchmark.revision_id,
        keys=rows.key,
        positions={key: position for position, key in enumerate(rows.key)},
        ordinals=np.asarray(rows.ordinal, dtype=np.int64),
        answers=key_of(
            rows,
            matcher=benchmark.matcher,
            tolerance=None if benchmark.tolerance is None else Decimal(benchmark.tolerance),
            abstention_phrases=tuple(benchmark.abstention_phrases),
            rules=benchmark.grading,
        ),
        frame=frame_of(rows),
        categories=rows.category,
    )


def key_of(
    rows: ItemRows,
    *,
    matcher: str,
    tolerance: Decimal | None,
    abstention_phrases: tuple[str, ...],
    rules: GradingRules,
) -> AnswerKey:
    """The answer key of some items."""
    return AnswerKey(
        matcher=matcher,
        tolerance=tolerance,
        abstention_phrases=abstention_phrases,
        rules=rules,
        accepted=[tuple(answers) for answers in rows.accepted],
        choices=[None if given is None else tuple(given) for given in rows.choices],
        answerable=_unless_all(rows.answerable, usual=True, kind=np.bool_),
    )


def frame_of(rows: ItemRows) -> ItemFrame:
    """The items as an `ItemFrame`; a column without information becomes None."""
    names = tuple(sorted({name for name in rows.category if name is not None}))
    number = {name: code for code, name in enumerate(names)}
    codes = [-1 if name is None else number[name] for name in rows.category]
    category = np.asarray(codes, dtype=np.int64)
    return ItemFrame(
        n_items=len(rows.key),
        weight=_unless_all(rows.weight, usual=1.0, kind=np.float64),
        cluster=_cluster_codes(rows.cluster),
        category=category if names else None,
        category_names=names,
        answerable=_unless_all(rows.answerable, usual=True, kind=np.bool_),
        occurrences=_occurrences(rows.occurrences),
    )


def _unless_all(values: list, *, usual: object, kind: type) -> NDArray | None:  # type: ignore[type-arg]
    return None if all(value == usual for value in values) else np.asarray(values, dtype=kind)


def _cluster_codes(names: list[str | None]) -> NDArray[np.int64] | None:
    """Items that name no cluster are each their own."""
    if all(name is None for name in names):
        return None
    codes: dict[str, int] = {}
    return np.asarray(
        [
            codes.setdefault(f"\x00{position}" if name is None else name, len(codes))
            for position, name in enumerate(names)
        ],
        dtype=np.int64,
    )


def _occurrences(counts: list[int | None]) -> NDArray[np.int64] | None:
    if all(count is None for count in counts):
        return None
    return np.asarray([-1 if count is None else count for count in counts], dtype=np.int64)


class RevisionCache:
    """The revisions in memory. Safe to share between threads."""

    def __init__(self, *, most_bytes: int) -> None:
        self._revisions = LockedCache[RevisionData](
            most=most_bytes, size_of=lambda revision_data: revision_data.n_items * BYTES_AN_ITEM
        )

    def of(self, session: ReadSession, benchmark: Benchmark) -> RevisionData:
        """The data of the benchmark's revision, read through `session` if it is not cached."""
        revision_data = self._revisions.get(benchmark.revision_id)
        if revision_data is not None:
            return revision_data
        revision_data = revision_data_of(benchmark, load_items(session, benchmark.revision_id))
        return self._revisions.keep(benchmark.revision_id, revision_data)
