"""Rule, target and mode of a page as links, form fields and text.

All settings are in the address, so a copied link shows the same view.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query

from app.http.query_params import RevisionQuery
from app.scoring.rules import Mode, ScoringView
from app.scoring.targets import Target
from app.storage.benchmarks import Benchmark
from app.web.board.choices import MODES, Offer, mode_offers, target_offers, turns_freely
from app.web.rendering import format as words


@dataclass(frozen=True, slots=True)
class DialChoice:
    """A link that sets one thing and keeps the others."""

    label: str
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDial:
    """The dial of a page: `kept` are the fields that turning it does not change; `fixed` says that
    it stands at the offered targets only."""

    action: str
    kept: tuple[tuple[str, str], ...]
    target: str
    shown: str
    price: str | None
    pays: str
    idle: bool
    fixed: bool
    presets: tuple[DialChoice, ...]
    modes: tuple[DialChoice, ...]


def dial_of(
    action: str,
    benchmark: Benchmark,
    terms: ScoringView,
    *,
    kept: Mapping[str, str] | None = None,
    modes: Sequence[Mode] = MODES,
) -> ReportDial:
    """The dial at `action`, with the fields in `kept` beside the terms; `modes` to choose."""
    fields = dict(kept or {})
    at = terms.target
    idle = terms.rule in {"quadratic", "bas"}
    if idle:
        at = Target(benchmark.default_target)
    now = {"rule": terms.rule} if idle else {"target": str(at)}

    def choice(offer: Offer) -> DialChoice:
        changed = fields | now | {"mode": terms.mode} | offer.changes
        params = {name: value for name, value in changed.items() if value is not None}
        return DialChoice(offer.label, f"{action}?{urlencode(params)}", offer.chosen)

    return ReportDial(
        action=action,
        kept=(*fields.items(), ("mode", terms.mode)),
        target=str(at),
        shown=_shown(terms, idle=idle),
        price=None if idle else words.penalty(terms.target.penalty),
        pays=words.pays(terms.rule, terms.target),
        idle=idle,
        fixed=not turns_freely(benchmark, terms.mode),
        presets=tuple(choice(offer) for offer in target_offers(benchmark, terms)),
        modes=tuple(choice(offer) for offer in mode_offers(benchmark, terms, modes=modes)),
    )


def _shown(terms: ScoringView, *, idle: bool) -> str:
    if terms.rule == "quadratic":
        return "all t"
    return terms.rule if idle else words.target_value(terms.target.value)


@dataclass(frozen=True, slots=True)
class BoardRef:
    """The part of a board's view that pages of submissions hand on in their links: the revision,
    under which they show the submission, and the category, to which only the board returns."""

    revision: RevisionQuery = None
    category: Annotated[str | None, Query(max_length=256)] = None

    def fields(self) -> dict[str, str]:
        """Those that are set, as parameters of an address."""
        named = {"revision": self.revision, "category": self.category or None}
        return {name: str(value) for name, value in named.items() if value is not None}


BoardRefParams = Annotated[BoardRef, Depends()]


def query_of(terms: ScoringView, board: BoardRef = BoardRef()) -> str:
    """The terms, and what of the board goes with them, as the query of a link to another page."""
    if terms.rule == "target":
        fields = {"target": str(terms.target), "mode": terms.mode}
    else:
        fields = {"rule": terms.rule, "mode": terms.mode}
    return urlencode({**fields, **board.fields()})


def at_words(terms: ScoringView) -> str:
    """Where a figure holds: "at t = 0.75", "under binary grading", "over all thresholds"."""
    if terms.rule == "quadratic":
        return "over all thresholds"
    if terms.rule == "bas":
        return "under BAS"
    if terms.target.units == 0:
        return "under binary grading"
    return f"at {words.at_target(terms.target)}"
