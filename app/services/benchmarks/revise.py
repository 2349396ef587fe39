"""Revise: a corrected answer key or item set becomes the benchmark's next revision.

A revision is stored whole in one transaction, incomplete: it is shown once every submission has
been graded under it (`app/services/benchmarks/regrade.py`). What was graded before stays as it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, Literal

from app.grading.options import (
    RULES,
    CreditKind,
    DecimalSign,
    GradingOptions,
    GradingRules,
    PercentSign,
    ToleranceKind,
    misplaced_options,
    newest_rules,
)
from app.intake.columns import ItemColumns, read_by_matcher
from app.intake.items import FIELDS as ITEM_FIELDS
from app.problem import Problem, RowProblem
from app.services.access.callers import Caller, spend_write
from app.services.access.permissions import maintained_benchmark, require_not_archived
from app.services.benchmarks.publish import item_faults
from app.services.state.app_state import AppState
from app.storage.audit_log import add_event
from app.storage.benchmarks import Benchmark
from app.storage.database.session import ReadSession, WriteSession
from app.storage.items import ItemRows, item_keys, load_items, write_items
from app.storage.revisions import Revision, add_revision, list_revisions, lock_benchmark
from app.wording import counted, verb

_FIELDS: Final = tuple(name for name in ITEM_FIELDS if name != "key")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRevision:
    """What changes. None keeps what was.

    With `items_are` "changed" an item that is sent changes those of its fields that are sent, or is
    new, and `removed` keys leave; with "whole" the items sent are all there are.
    """

    note: str = ""
    items_are: Literal["changed", "whole"] = "changed"
    removed: tuple[str, ...] = ()
    matcher: str | None = None
    tolerance: Decimal | None = None
    abstention_phrases: tuple[str, ...] | None = None
    unwrap: tuple[str, ...] | None = None
    listed_abstentions: bool | None = None
    tolerance_kind: ToleranceKind | None = None
    decimal: DecimalSign | None = None
    percent: PercentSign | None = None
    units: tuple[str, ...] | None = None
    credit: CreditKind | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    """The items of the revision, and how many keys the benchmark knew before them."""

    rows: ItemRows
    known: int
    matcher: str
    tolerance: str | None
    phrases: tuple[str, ...]
    rules: GradingRules


def revise(
    app_state: AppState,
    caller: Caller,
    slug: str,
    new: NewRevision,
    items: ItemColumns,
    *,
    expected: Sequence[str] | None = None,
) -> tuple[Benchmark, Revision]:
    """Stores the next revision, incomplete; the benchmark as it was before, and the revision.

    `expected` are the tags of `If-Match`: one of them must name the benchmark's state. Problems,
    each with nothing stored: `not-found`, `forbidden`, `invalid-request`, `invalid-items`,
    `stale` (the benchmark has changed), `conflict` (the last revision is still being graded, or the
    benchmark is archived).
    """
    with app_state.database.reading() as session:
        benchmark = maintained_benchmark(session, caller, slug)
        require_not_archived(benchmark)
        _require(session, benchmark, benchmark.version, expected)
        plan = _planned(session, benchmark, new, items)
    now = datetime.now(UTC)
    with app_state.database.writing() as writer:
        version = lock_benchmark(writer, benchmark.id)
        require_not_archived(maintained_benchmark(writer, caller, slug))
        _require(writer, benchmark, version, expected)
        revision = _store(writer, benchmark, new, plan, now)
        add_event(
            writer,
            actor=caller.owner,
            key=caller.key,
            action="benchmark.revise",
            subject=benchmark.public_id,
            detail={
                "slug": slug,
                "revision": revision.number,
                "items": revision.n_items,
                "sent": items.n_items,
                "removed": len(new.removed),
            },
            request_id=caller.request_id,
            at=now,
        )
        spend_write(writer, app_state, caller)
    return benchmark, revision


def version_tag(version: int) -> str:
    """The entity tag of a benchmark: changes with every submission."""
    return f'"v{version}"'


def revisions_tag(revisions: Sequence[Revision]) -> str:
    """The entity tag of a benchmark's revisions: changes when one is added or completed."""
    last = revisions[-1]
    return f'"r{last.number}-{"complete" if last.complete else "grading"}"'


def _require(
    session: ReadSession, benchmark: Benchmark, version: int, expected: Sequence[str] | None
) -> None:
    """The benchmark is where the plan was made from, at a state the caller has seen."""
    revisions = list_revisions(session, benchmark.id)
    tags = {version_tag(version), revisions_tag(revisions), "*"}
    if expected is not None and not tags & set(expected):
        raise Problem(
            "stale",
            f"The benchmark is at revision {benchmark.revision}, version {version}; "
            "read it again and send its ETag.",
        )
    last = revisions[-1]
    if not last.complete:
        raise Problem(
            "conflict", f"Revision {last.number} is still being graded; wait until it is complete."
        )
    if last.id != benchmark.revision_id:
        raise Problem("conflict", "Another revision came first; read the benchmark again.")


def _planned(
    session: ReadSession, benchmark: Benchmark, new: NewRevision, items: ItemColumns
) -> _Plan:
    matcher = new.matcher or benchmark.matcher
    items = read_by_matcher(items, matcher)
    _check_request(benchmark, new, items, matcher)
    keys = item_keys(session, benchmark.id)
    current = load_items(session, benchmark.revision_id)
    merged = _merged(current, new, items)
    ordinals = {key: ordinal for ordinal, key in enumerate(keys)}
    for key in merged:
        ordinals.setdefault(key, len(ordinals))
    rows = _rows(merged, ordinals)
    tolerance = new.tolerance
    if tolerance is None and matcher == "number" and benchmark.tolerance is not None:
        tolerance = Decimal(benchmark.tolerance)
    rules = _rules(benchmark, new, matcher)
    _check_items(benchmark, rows, items, matcher=matcher, tolerance=tolerance, rules=rules)
    plan = _Plan(
        rows=rows,
        known=len(keys),
        matcher=matcher,
        tolerance=None if tolerance is None else str(tolerance),
        phrases=benchmark.abstention_phrases
        if new.abstention_phrases is None
        else new.abstention_phrases,
        rules=rules,
    )
    _require_change(benchmark, current, plan)
    return plan


def _chosen(new: NewRevision) -> dict[str, Any]:
    """The options of grading that a request names."""
    every = {option.name: getattr(new, option.name) for option in fields(GradingOptions)}
    return {name: value for name, value in every.items() if value is not None}


def _rules(benchmark: Benchmark, new: NewRevision, matcher: str) -> GradingRules:
    """The newest rules, with the options of the revision before where none are named. What belongs
    to another matcher than the new one falls back to its default."""
    before = GradingOptions.of(benchmark.grading)
    if benchmark.grading.rules == 1:
        before = GradingOptions()
    elif matcher != benchmark.matcher:
        usual = {
            name: getattr(GradingOptions(), name)
            for name, _ in misplaced_options(before, matcher=matcher)
        }
        before = replace(before, **usual, unwrap=None)
    options = replace(before, **_chosen(new))
    for name, detail in misplaced_options(options, matcher=matcher):
        raise _problem(f"/{name}", detail)
    return newest_rules(options, matcher=matcher)


def _require_change(benchmark: Benchmark, current: ItemRows, plan: _Plan) -> None:
    """A correction that was sent twice is found here, so that it makes one revision."""
    before = (
        current,
        benchmark.matcher,
        benchmark.tolerance,
        benchmark.abstention_phrases,
        benchmark.grading,
    )
    if before == (plan.rows, plan.matcher, plan.tolerance, plan.phrases, plan.rules):
        raise Problem(
            "invalid-request",
            f"Nothing would change: revision {benchmark.revision} says all this already.",
        )


def _check_request(
    benchmark: Benchmark, new: NewRevision, items: ItemColumns, matcher: str
) -> None:
    if matcher != benchmark.matcher and "verdicts" in {matcher, benchmark.matcher}:
        raise _problem(
            "/matcher",
            "What is graded elsewhere stays so, and what is graded here too: publish a new "
            "benchmark instead.",
        )
    if new.tolerance is not None and matcher != "number":
        raise _problem("/tolerance", "tolerance belongs to matcher `number`; leave it out.")
    if new.items_are == "whole" and new.removed:
        raise _problem("/removed", "With items_are=whole leave the removed items out of items.")
    if new.items_are == "whole" and not items.n_items:
        raise _problem("/items", "With items_are=whole send every item.")
    grading = (new.matcher, new.tolerance, new.abstention_phrases)
    named = grading != (None, None, None) or bool(_chosen(new))
    newer = benchmark.grading.rules < RULES
    if not items.n_items and not new.removed and not named and not newer:
        raise Problem(
            "invalid-request",
            "Nothing would change; send items, removed, matcher, tolerance, abstention_phrases or "
            "an option of grading.",
        )


def _problem(pointer: str, detail: str) -> Problem:
    row = RowProblem(None, None, pointer, "not-allowed", detail)
    return Problem("invalid-request", detail, rows=[row])


Fields = dict[str, Any]


def _merged(current: ItemRows, new: NewRevision, items: ItemColumns) -> dict[str, Fields]:
    """The fields of every item of the revision by its key."""
    if new.items_are == "whole":
        return {key: _fields(items, at) for at, key in enumerate(items.key)}
    merged = {key: _fields(current, at) for at, key in enumerate(current.key)}
    unknown = [key for key in new.removed if key not in merged]
    if unknown:
        n = len(unknown)
        detail = (
            f"{counted(n, 'removed key')} {verb(n, 'is no item', 'are not items')} of this "
            f"revision; leave {verb(n, 'it', 'them')} out."
        )
        rows = [RowProblem(None, key, "/removed", "unknown-item", detail) for key in unknown[:100]]
        raise Problem("invalid-request", detail, rows=rows, total=len(unknown))
    for key in new.removed:
        merged.pop(key, None)
    removed = set(new.removed)
    for at, key in enumerate(items.key):
        if key in removed:
            raise _problem("/removed", f"The item {key} is both sent and removed; do one.")
        sent = _fields(items, at)
        if key in merged and items.given is not None:
            sent = {name: value for name, value in sent.items() if name in items.given[at]}
        merged[key] = merged.get(key, {}) | sent
    if not merged:
        raise _problem("/removed", "A benchmark has at least one item; this would remove all.")
    return merged


def _fields(rows: ItemRows | ItemColumns, at: int) -> Fields:
    return {name: getattr(rows, name)[at] for name in _FIELDS}


def _rows(merged: Mapping[str, Fields], ordinals: Mapping[str, int]) -> ItemRows:
    """In order of ordinal, which an item keeps for the life of its benchmark."""
    keys = sorted(merged, key=ordinals.__getitem__)
    columns: dict[str, list[Any]] = {name: [merged[key][name] for key in keys] for name in _FIELDS}
    return ItemRows(ordinal=[ordinals[key] for key in keys], key=keys, **columns)


def _check_items(
    benchmark: Benchmark,
    rows: ItemRows,
    items: ItemColumns,
    *,
    matcher: str,
    tolerance: Decimal | None,
    rules: GradingRules,
) -> None:
    """Every item of the revision must suit its matcher, those that are not sent too."""
    bad = item_faults(rows, matcher=matcher, tolerance=tolerance, rules=rules, mode=benchmark.mode)
    if not bad:
        return
    sent = {key: at for at, key in enumerate(items.key)}
    count = f"{counted(len(bad), 'item')} {verb(len(bad), 'is', 'are')}"
    raise Problem(
        "invalid-items",
        f"{count} not valid; nothing was changed.",
        rows=[
            RowProblem(
                sent.get(problem.item or ""),
                problem.item,
                problem.pointer,
                problem.code,
                problem.detail,
            )
            for problem in bad
        ],
    )


def _store(
    session: WriteSession, benchmark: Benchmark, new: NewRevision, plan: _Plan, now: datetime
) -> Revision:
    revision = add_revision(
        session,
        benchmark_id=benchmark.id,
        matcher=plan.matcher,
        tolerance=plan.tolerance,
        abstention_phrases=plan.phrases,
        grading=plan.rules,
        note=new.note,
        n_items=len(plan.rows.key),
        complete=False,
        created_at=now,
    )
    write_items(
        session,
        benchmark_id=benchmark.id,
        revision_id=revision.id,
        rows=plan.rows,
        known=plan.known,
    )
    return revision
