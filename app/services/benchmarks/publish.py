"""Publish a benchmark: its policy, its items and its first revision, in one transaction."""

from dataclasses import dataclass, fields
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import numpy as np

from app.grading.answer_key import AnswerKey, check_key
from app.grading.options import GradingOptions, GradingRules, misplaced_options, newest_rules
from app.intake.columns import ItemColumns, read_by_matcher
from app.intake.items import FIELDS as ITEM_FIELDS
from app.problem import Problem, RowProblem
from app.scoring.rules import Mode
from app.scoring.targets import Target
from app.services.access.callers import Caller
from app.services.access.permissions import require_scope
from app.services.access.public_view import shows_answers
from app.storage.audit_log import add_event
from app.storage.benchmarks import Benchmark, NewBenchmarkRow, add_benchmark, find_benchmark
from app.storage.database.rows import present
from app.storage.database.session import Conflict, WriteSession
from app.storage.items import ItemRows, write_items
from app.storage.quotas import Quota
from app.storage.revisions import add_revision
from app.wording import counted, verb

DEFAULT_FIXED_TARGETS: Final = (Target(5_000), Target(7_500), Target(9_000))


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What an owner may change of a benchmark. Limits are shares of its items, 0 to 1."""

    title: str = ""
    description: str = ""
    source: str = ""
    visibility: str = "public"
    default_target: Target = Target(7_500)
    default_mode: Mode = "declared"
    fixed_targets: tuple[Target, ...] = DEFAULT_FIXED_TARGETS
    missing_limit: float = 0.0
    ungraded_limit: float = 0.01
    ranked_attempt: str = "latest"
    quota: Quota | None = None
    training: dict[str, int] | None = None

    def columns(self) -> dict[str, Any]:
        """The policy as it is stored, by column: targets as `Target.units`."""
        return {field.name: getattr(self, field.name) for field in fields(Policy)} | {
            "default_target": self.default_target.units,
            "fixed_targets": tuple(target.units for target in sorted(set(self.fixed_targets))),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBenchmark(Policy, GradingOptions):
    """A benchmark to publish: its policy, and what is for good or changes with a revision."""

    slug: str
    matcher: str
    tolerance: Decimal | None = None
    abstention_phrases: tuple[str, ...] = ()
    mode: str = "open"
    demo: bool = False


def publish(
    session: WriteSession, caller: Caller, new: NewBenchmark, items: ItemColumns
) -> Benchmark:
    """Stores a benchmark whole, or raises a `Problem` and stores nothing.

    Problems: `forbidden` (scope), `invalid-request` (policy), `invalid-items` (an answer the
    matcher could never accept), `conflict` (the slug is taken).
    """
    require_scope(caller, "maintain")
    if caller.benchmark_id is not None:
        raise Problem("forbidden", "This key is bound to one benchmark and cannot publish another.")
    _check_policy(new)
    items = read_by_matcher(items, new.matcher)
    _check_items(new, items)
    now = datetime.now(UTC)
    try:
        benchmark_id = add_benchmark(session, _row(new, caller, now))
    except Conflict:
        raise Problem("conflict", f"The slug {new.slug} is taken; choose another.") from None
    revision = add_revision(
        session,
        benchmark_id=benchmark_id,
        matcher=new.matcher,
        tolerance=None if new.tolerance is None else str(new.tolerance),
        abstention_phrases=new.abstention_phrases,
        grading=newest_rules(new, matcher=new.matcher),
        note="",
        n_items=items.n_items,
        complete=True,
        created_at=now,
    )
    write_items(
        session, benchmark_id=benchmark_id, revision_id=revision.id, rows=item_rows(items), known=0
    )
    benchmark = present(find_benchmark(session, new.slug), new.slug)
    add_event(
        session,
        actor=caller.owner,
        key=caller.key,
        action="benchmark.publish",
        subject=benchmark.public_id,
        detail={"slug": new.slug, "items": items.n_items},
        request_id=caller.request_id,
        at=now,
    )
    return benchmark


def item_rows(items: ItemColumns) -> ItemRows:
    """The items as rows for storage, numbered in the order sent."""
    columns = {name: getattr(items, name) for name in ITEM_FIELDS}
    return ItemRows(ordinal=list(range(items.n_items)), **columns)


def _row(new: NewBenchmark, caller: Caller, now: datetime) -> NewBenchmarkRow:
    policy = new.columns() | {"title": new.title or new.slug}
    return NewBenchmarkRow(
        slug=new.slug,
        mode=new.mode,
        owner_id=caller.owner_id,
        demo=new.demo,
        created_at=now,
        **policy,
    )


def _check_policy(new: NewBenchmark) -> None:
    if new.tolerance is not None and new.matcher != "number":
        raise policy_problem(
            "/tolerance", "tolerance belongs to matcher `number`; leave it out or choose that one."
        )
    for name, detail in misplaced_options(new, matcher=new.matcher):
        raise policy_problem(f"/{name}", detail)
    if not shows_answers(new.mode) and new.matcher == "verdicts":
        raise policy_problem(
            "/mode", "A hidden benchmark grades its answers itself; choose a matcher, or mode open."
        )
    check_default_target(
        mode=new.mode,
        default_mode=new.default_mode,
        default_target=new.default_target,
        fixed_targets=new.fixed_targets,
    )


def check_default_target(
    *,
    mode: str,
    default_mode: str,
    default_target: Target,
    fixed_targets: tuple[Target, ...],
) -> None:
    """Raises `invalid-request` for a default view that the benchmark would not show."""
    in_threshold = not shows_answers(mode) and default_mode == "threshold"
    if in_threshold and default_target not in fixed_targets:
        shown = ", ".join(str(target) for target in fixed_targets)
        raise policy_problem(
            "/default_target",
            "A hidden benchmark in threshold mode shows its fixed targets only: "
            f"choose one of {shown}.",
        )


def policy_problem(pointer: str, detail: str) -> Problem:
    """The problem of one field of a policy."""
    return Problem(
        "invalid-request", detail, rows=[RowProblem(None, None, pointer, "not-allowed", detail)]
    )


def _check_items(new: NewBenchmark, items: ItemColumns) -> None:
    bad = item_faults(
        item_rows(items),
        matcher=new.matcher,
        tolerance=new.tolerance,
        rules=newest_rules(new, matcher=new.matcher),
        mode=new.mode,
    )
    if bad:
        count = f"{counted(len(bad), 'item')} {verb(len(bad), 'is', 'are')}"
        raise Problem("invalid-items", f"{count} not valid; nothing was published.", rows=bad)


def item_faults(
    items: ItemRows,
    *,
    matcher: str,
    tolerance: Decimal | None,
    rules: GradingRules,
    mode: str,
) -> list[RowProblem]:
    """What is wrong with the accepted answers of items; `row` counts them from 0."""
    key = AnswerKey(
        matcher=matcher,
        tolerance=tolerance,
        abstention_phrases=(),
        accepted=[tuple(answers) for answers in items.accepted],
        choices=[None if given is None else tuple(given) for given in items.choices],
        answerable=np.asarray(items.answerable, dtype=np.bool_),
        rules=rules,
    )
    bad = [
        RowProblem(index, items.key[index], pointer, "invalid", detail)
        for index, pointer, detail in check_key(key)
    ]
    if not shows_answers(mode):
        bad += [
            RowProblem(
                index,
                item,
                "/accepted",
                "not-allowed",
                "The item's key is its accepted answer; a hidden benchmark would give it away.",
            )
            for index, item in enumerate(items.key)
            if item in items.accepted[index]
        ]
    return bad
