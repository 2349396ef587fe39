"""The terms of a page: rule, target and mode as links and fields, and what they mean in words.

Everything a reader can set is in the address, so a copied link is the view.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from app.services.pair import Terms
from app.storage.benchmarks import Benchmark
from app.web import words

PRESETS = ("0", "0.5", "0.75", "0.9")


@dataclass(frozen=True, slots=True)
class Choice:
    """A link that sets one thing and keeps the others."""

    label: str
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Dial:
    """The dial of a page: `kept` are the fields that turning it does not change."""

    action: str
    kept: tuple[tuple[str, str], ...]
    target: str
    shown: str
    price: str | None
    pays: str
    idle: bool
    presets: tuple[Choice, ...]
    modes: tuple[Choice, ...]


def dial_of(
    action: str, benchmark: Benchmark, terms: Terms, *, kept: Mapping[str, str] | None = None
) -> Dial:
    """The dial at `action`, with the fields in `kept` beside the terms."""
    fields = dict(kept or {})
    at = words.target(terms.target.value)
    idle = terms.rule in {"quadratic", "bas"}
    if idle:
        at = words.target(benchmark.default_target / 10_000)

    def link(**changes: str) -> str:
        return f"{action}?{urlencode(fields | changes)}"

    binary = terms.rule == "binary" or (terms.rule == "target" and terms.target.units == 0)
    chosen = "0" if binary else at
    presets = [
        Choice(
            "Binary" if preset == "0" else preset,
            link(target=preset, mode=terms.mode),
            chosen=not idle and chosen == preset,
        )
        for preset in PRESETS
    ]
    presets.append(
        Choice(
            "All thresholds",
            link(rule="quadratic", mode=terms.mode),
            chosen=terms.rule == "quadratic",
        )
    )
    now = {"rule": terms.rule} if idle else {"target": at}
    modes = tuple(
        Choice(label, link(**now, mode=mode), chosen=terms.mode == mode)
        for label, mode in (("as answered", "declared"), ("when confidence ≤ t", "threshold"))
    )
    return Dial(
        action=action,
        kept=(*fields.items(), ("mode", terms.mode)),
        target=at,
        shown="all t" if terms.rule == "quadratic" else terms.rule if idle else f"{float(at):.2f}",
        price=None if idle else words.penalty(terms.target.penalty),
        pays=_pays(terms),
        idle=idle,
        presets=tuple(presets),
        modes=modes,
    )


def query_of(terms: Terms) -> str:
    """The terms as the query of a link to another page."""
    if terms.rule == "target":
        return urlencode({"target": words.target(terms.target.value), "mode": terms.mode})
    return urlencode({"rule": terms.rule, "mode": terms.mode})


def at_words(terms: Terms) -> str:
    """Where a figure holds: "at t = 0.75", "under binary grading", "over all thresholds"."""
    if terms.rule == "quadratic":
        return "over all thresholds"
    if terms.rule == "bas":
        return "under BAS"
    if terms.target.units == 0:
        return "under binary grading"
    return f"at t = {words.target(terms.target.value)}"


def _pays(terms: Terms) -> str:
    if terms.rule == "quadratic":
        return "Every target at once: saying how sure one is pays best."
    if terms.rule == "bas":
        return "Every target at once, equally; false certainty costs most."
    if terms.target.units == 0:
        return "A wrong answer costs nothing, so guessing always pays."
    return f"Answering pays only when you are more than {terms.target.value * 100:g} % sure."
