"""Doubts about an answer key, told to whom publishes or revises it."""

from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Final

from app.grading.key_warnings import WarningCode, key_warnings
from app.grading.options import newest_rules
from app.intake.columns import ItemColumns, read_by_matcher
from app.reply_fields import Doc
from app.services.benchmarks.publish import NewBenchmark, item_rows
from app.services.state.app_state import AppState
from app.services.state.revision_cache import key_of
from app.storage.benchmarks import benchmark_at
from app.storage.database.session import ReadSession

SHOWN: Final = 100
"""Warnings that a reply holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemWarning:
    """Something in an answer key that may be meant otherwise; it was published as it is."""

    item: Annotated[str, Doc("The item's key.")]
    pointer: Annotated[str, Doc("JSON pointer within the item.")]
    code: Annotated[WarningCode, Doc("What kind of doubt it is.")]
    detail: Annotated[str, Doc("What it is read as, and what to do if that is not meant.")]


def warnings_about_new(new: NewBenchmark, items: ItemColumns) -> tuple[ItemWarning, ...]:
    """The first doubts about the key of a benchmark that was published."""
    rows = item_rows(read_by_matcher(items, new.matcher))
    key = key_of(
        rows,
        matcher=new.matcher,
        tolerance=new.tolerance,
        abstention_phrases=new.abstention_phrases,
        rules=newest_rules(new, matcher=new.matcher),
    )
    return tuple(
        ItemWarning(
            item=rows.key[doubt.position],
            pointer=doubt.pointer,
            code=doubt.code,
            detail=doubt.detail,
        )
        for doubt in islice(key_warnings(key), SHOWN)
    )


def revision_warnings(
    session: ReadSession, app_state: AppState, revision_id: int
) -> tuple[ItemWarning, ...]:
    """The first doubts about the key of a stored revision; none of one that is gone."""
    benchmark = benchmark_at(session, revision_id)
    if benchmark is None:
        return ()
    data = app_state.revision_cache.of(session, benchmark)
    return tuple(
        ItemWarning(
            item=data.keys[doubt.position],
            pointer=doubt.pointer,
            code=doubt.code,
            detail=doubt.detail,
        )
        for doubt in islice(key_warnings(data.answers), SHOWN)
    )
