"""Choices of the dial: preset targets, the rule of all thresholds, and the two modes.

In threshold mode a hidden benchmark shows its fixed targets alone, so a link to another target
leads to the nearest of them, or back to declared mode.

The address of a view: it carries all settings, so that a copied link shows the same view.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from app.scoring.rules import Mode, ScoringView
from app.scoring.targets import Target
from app.services.access.public_view import PublicView
from app.storage.benchmarks import Benchmark
from app.web.rendering import format as words

MODES: Final[tuple[Mode, ...]] = ("declared", "threshold")
DECLARED_ONLY: Final[tuple[Mode, ...]] = ("declared",)
"""What is offered where no answer states a confidence, for then both modes are one."""

MODE_LABELS: Final[dict[Mode, str]] = {
    "declared": "as answered",
    "threshold": "when confidence ≤ t",
}
MOST_TARGETS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One choice: its label, its change of the address (None leaves a
    parameter out), whether it is chosen, and the one parameter that it is about."""

    label: str
    changes: dict[str, str | None]
    chosen: bool
    sets: str


def target_offers(benchmark: Benchmark, terms: ScoringView) -> list[Offer]:
    """Binary, the benchmark's fixed targets, and all thresholds at once."""
    at = terms.target if terms.rule in {"target", "binary"} else None
    fixed = (Target(units) for units in benchmark.fixed_targets if units)
    offers = [
        Offer(
            label=_name(target),
            changes={"rule": None, "target": str(target)},
            chosen=at == target,
            sets=f"target={target}",
        )
        for target in [Target(0), *fixed][:MOST_TARGETS]
    ]
    every: dict[str, str | None] = {"rule": "quadratic", "target": None}
    # Without a target the default one is counted at, which need not be shown in this mode.
    if not _shows(benchmark, Target(benchmark.default_target)) and terms.mode == "threshold":
        every["mode"] = "declared"
    chosen = terms.rule == "quadratic"
    return [
        *offers,
        Offer(label="All thresholds", changes=every, chosen=chosen, sets="rule=quadratic"),
    ]


def _name(target: Target) -> str:
    if target.units == 0:
        return "Binary"
    return words.at_target(target) if target.by_penalty else str(target)


def mode_offers(
    benchmark: Benchmark, terms: ScoringView, *, modes: Sequence[Mode] = MODES
) -> list[Offer]:
    """When "I don't know" counts; nothing where there is nothing to choose."""
    if terms.rule not in {"target", "binary"} and not _shows(benchmark, terms.target):
        modes = DECLARED_ONLY
    if terms.mode in modes and len(modes) == 1:
        return []
    return [
        Offer(
            label=MODE_LABELS[mode],
            changes=_towards(benchmark, terms, mode),
            chosen=terms.mode == mode,
            sets=f"mode={mode}",
        )
        for mode in MODES
    ]


def _towards(benchmark: Benchmark, terms: ScoringView, mode: Mode) -> dict[str, str | None]:
    if mode == "declared" or _shows(benchmark, terms.target):
        return {"mode": mode}
    return {"mode": mode, "target": str(nearest_shown(benchmark, terms.target))}


def turns_freely(benchmark: Benchmark, mode: Mode) -> bool:
    """Whether every target is shown in this mode, or only those that are offered."""
    return PublicView.of(benchmark).every_target(mode)


def nearest_shown(benchmark: Benchmark, target: Target) -> Target:
    """The target itself, or where threshold mode is not shown there the nearest where it is."""
    if _shows(benchmark, target):
        return target
    shown = (Target(0), *map(Target, benchmark.fixed_targets))
    return min(shown, key=lambda offered: abs(offered.confidence - target.confidence))


def _shows(benchmark: Benchmark, target: Target) -> bool:
    """Whether threshold mode is shown at a target; at 0 every answer counts in either mode."""
    return PublicView.of(benchmark).target_by_confidence(target)


Value = str | Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Address:
    """A path with its parameters; `href` changes some and keeps the others (None leaves out)."""

    path: str
    params: Mapping[str, Value]

    def href(self, **changes: Value) -> str:
        """The address with some parameters changed."""
        return self.at(self.path, **changes)

    def at(self, path: str, **changes: Value) -> str:
        """The same parameters, with changes, at another path."""
        pairs: list[tuple[str, str]] = []
        for name, value in {**self.params, **changes}.items():
            if isinstance(value, str):
                pairs.append((name, value))
            elif value is not None:
                pairs += [(name, item) for item in value]
        return f"{path}?{urlencode(pairs)}" if pairs else path


@dataclass(frozen=True, slots=True)
class Link:
    """A link that sets one thing and keeps the others; `sets` names it for the page's script."""

    label: str
    href: str
    chosen: bool
    sets: str = ""
