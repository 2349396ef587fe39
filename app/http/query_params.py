"""Query and path parameters that the API and the pages share.

A view of a board, the terms on which two submissions are compared, and what stands in the path of
an address.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Path, Query

from app.http.field_types import Moment, refuse_both
from app.problem import Problem
from app.scoring.rules import Mode, Rule, ScoringView
from app.scoring.targets import Target, parse_penalty, parse_target
from app.services.board.leaderboard import View
from app.storage.benchmarks import Benchmark

AskedTarget = Annotated[
    str | None,
    Query(max_length=32, description="Confidence target, 0 to 0.99, at most 4 decimals."),
]
AskedPenalty = Annotated[
    str | None,
    Query(
        max_length=32,
        description="Instead of target: the points a wrong answer costs, 0 to 99, at most 3 "
        "decimals. A penalty L is the target L / (1 + L), exactly.",
    ),
]
AskedMode = Annotated[
    Mode | None,
    Query(description="Abstentions as given, or attempted only above the target."),
]


RevisionQuery = Annotated[
    int | None,
    Query(ge=1, le=2**31 - 1, description="A revision's number; the newest where absent."),
]


@dataclass(frozen=True, slots=True)
class BoardQuery:
    """What a reader asks of a board, by the names that the API and the page share."""

    rule: Annotated[
        Rule,
        Query(description="Which rule ranks; `target` takes a target."),
    ] = "target"
    target: AskedTarget = None
    penalty: AskedPenalty = None
    mode: AskedMode = None
    category: Annotated[
        str | None,
        Query(max_length=256, description="The board over the items of this category alone."),
    ] = None
    tag: Annotated[list[str], Query(max_length=16, description="Model tags, all of them.")] = ()  # type: ignore[assignment]
    revision: RevisionQuery = None
    as_of: Annotated[
        Moment | None,
        Query(description="Only submissions up to then; UTC where no zone is given."),
    ] = None
    ranges: Annotated[
        Literal["usual", "compute"],
        Query(
            description="`compute` starts the rank ranges of this very view; read again for them."
        ),
    ] = "usual"
    limit: Annotated[int, Query(ge=1, le=1_000, description="Rows a page.")] = 100

    @property
    def asked_target(self) -> Target | None:
        """The target, or that of the penalty; None for the benchmark's. Raises
        `invalid-request`."""
        return target_of(self.target, self.penalty)

    def view(self, benchmark: Benchmark, *, offset: int = 0) -> View:
        """The view asked for, with the benchmark's defaults. Raises `invalid-request`."""
        terms = terms_of(benchmark, rule=self.rule, target=self.asked_target, mode=self.mode)
        return View.of(
            terms,
            category=self.category,
            tags=tuple(self.tag),
            as_of=self.as_of,
            ranges=self.ranges,
            limit=self.limit,
            offset=offset,
        )


BoardParams = Annotated[BoardQuery, Depends()]


@dataclass(frozen=True, slots=True)
class PairQuery:
    """How a reader wants two submissions compared, by the names of the API and the page."""

    rule: Annotated[
        Rule,
        Query(description="Which rule scores; `target` takes a target."),
    ] = "target"
    target: AskedTarget = None
    penalty: AskedPenalty = None
    mode: AskedMode = None

    def terms(self, benchmark: Benchmark) -> ScoringView:
        """The terms asked for, with the benchmark's defaults. Raises `invalid-request`."""
        asked = target_of(self.target, self.penalty)
        return terms_of(benchmark, rule=self.rule, target=asked, mode=self.mode)


PairParams = Annotated[PairQuery, Depends()]


def terms_of(
    benchmark: Benchmark, *, rule: Rule, target: Target | None, mode: Mode | None
) -> ScoringView:
    """The terms asked for, with the benchmark's defaults. Raises `invalid-request`."""
    if rule != "target" and target is not None:
        raise Problem("invalid-request", f"target and penalty belong to rule=target, not {rule}.")
    if rule == "binary":
        target = Target(0)
    return ScoringView(
        rule=rule,
        target=Target(benchmark.default_target) if target is None else target,
        mode=mode or benchmark.default_mode,
    )


def target_of(target: str | None, penalty: str | None) -> Target | None:
    """A target from a query string, as such or by its penalty; None where neither is given.

    Raises `invalid-request` with the fix, also where both are.
    """
    try:
        refuse_both(target, penalty)
        if penalty is not None:
            return parse_penalty(penalty)
        return None if target is None else parse_target(target)
    except ValueError as error:
        raise Problem("invalid-request", f"{error}.") from None


def targets_of(targets: list[str], penalties: list[str]) -> tuple[Target, ...]:
    """Several, of either kind. Raises `invalid-request` with the fix."""
    asked = [target_of(text, None) for text in targets]
    asked += [target_of(None, text) for text in penalties]
    return tuple(target for target in asked if target is not None)


SlugPath = Annotated[str, Path(description="The benchmark's slug.", examples=["rare-facts"])]
SubmissionPath = Annotated[str, Path(description="The submission's id, `sub_…`.")]
KeyPath = Annotated[str, Path(description="The key's id, `key_…`.")]
InvitationPath = Annotated[str, Path(description="The invitation's id, `inv_…`.")]
