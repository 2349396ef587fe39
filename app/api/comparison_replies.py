"""Comparisons as JSON: the pair, its outcome table, its curve, the items where the two part."""

import math
from typing import Any, Final

from app.api.replies import counts_body, score_body
from app.api.submission_replies import submission_body
from app.scoring.comparison.difference import DifferenceCurve
from app.scoring.comparison.gate import Gate
from app.scoring.targets import UNITS
from app.services.comparisons.gate import Contender, GateReport
from app.services.comparisons.paired_comparison import (
    CategoryPair,
    DiscordantItem,
    DiscordantItems,
    PairedComparison,
    Side,
    Stand,
)

STANDINGS: Final = ("correct", "wrong", "not_attempted")
"""Rows (a) and columns (b) of the outcome table."""


def pair_body(pair: PairedComparison, next_cursor: str | None) -> dict[str, Any]:
    """Everything that may be shown of two submissions; differences are a minus b."""
    benchmark, terms = pair.benchmark, pair.terms
    at_target = terms.rule in {"target", "binary"}
    return {
        "benchmark": benchmark.slug,
        "revision": benchmark.revision,
        "rule": terms.rule,
        "target": terms.target.value if at_target else None,
        "penalty": terms.target.penalty if at_target else None,
        "mode": terms.mode,
        "a": _side_body(pair.left),
        "b": _side_body(pair.right),
        "difference": score_body(pair.difference),
        "p_value": pair.p_value,
        "test": pair.test,
        "outcomes": None
        if pair.table is None
        else {"order": list(STANDINGS), "table": [list(row) for row in pair.table]},
        "minimum_detectable_difference": pair.minimum_detectable,
        "categories": None
        if pair.categories is None
        else [_category_body(one) for one in pair.categories],
        "curve": None if pair.curve is None else curve_body(pair.curve),
        "items": None if pair.parted is None else _parted_body(pair.parted, next_cursor),
        "null_reasons": pair.null_reasons,
    }


def curve_body(curve: DifferenceCurve) -> dict[str, list[float | None]]:
    """The difference at every target, as columns; null where it has no error to show."""
    return {
        "targets": [units / UNITS for units in curve.targets.tolist()],
        "difference": _numbers(curve.difference.tolist()),
        "low": _numbers(curve.low.tolist()),
        "high": _numbers(curve.high.tolist()),
    }


def _numbers(values: list[float]) -> list[float | None]:
    return [None if math.isnan(value) else value for value in values]


def _side_body(side: Side) -> dict[str, Any]:
    return {
        "submission": submission_body(side.submission),
        "score": score_body(side.score),
        "accuracy": score_body(side.accuracy),
        "shares": side.shares,
    }


def _category_body(pair: CategoryPair) -> dict[str, Any]:
    return {
        "category": pair.category,
        "n_items": pair.n_items,
        "a": score_body(pair.left),
        "b": score_body(pair.right),
        "difference": score_body(pair.difference),
    }


def _parted_body(parted: DiscordantItems, next_cursor: str | None) -> dict[str, Any]:
    return {
        "total": parted.total,
        "a_better": parted.left_better,
        "b_better": parted.right_better,
        "data": [_item_body(item) for item in parted.items],
        "next_cursor": next_cursor,
    }


def _item_body(item: DiscordantItem) -> dict[str, Any]:
    return {
        "item": item.item,
        "category": item.category,
        "a": _stand_body(item.left),
        "b": _stand_body(item.right),
        "difference": item.difference,
    }


def _stand_body(stand: Stand) -> dict[str, Any]:
    return {
        "outcome": None if stand.outcome is None else stand.outcome.name.lower(),
        "confidence": stand.confidence,
        "points": stand.points,
    }


def gate_body(report: GateReport) -> dict[str, Any]:
    """A decision with its power; losses in points an item."""
    gate, terms = report.gate, report.terms
    at_target = terms.rule in {"target", "binary"}
    return {
        "decision": gate.decision,
        "says": report.says,
        "benchmark": report.benchmark.slug,
        "revision": report.benchmark.revision,
        "rule": terms.rule,
        "target": terms.target.value if at_target else None,
        "penalty": terms.target.penalty if at_target else None,
        "mode": terms.mode,
        "largest_loss": gate.largest_loss,
        "difference": score_body(gate.difference),
        "low": gate.low,
        "high": gate.high,
        "power": gate.power,
        "detectable_loss": gate.detectable_loss,
        "items_needed": gate.items_needed,
        "items_at_difference": gate.items_at_difference,
        "chances": [
            {"loss": one.loss, "passes": one.passes, "fails": one.fails} for one in gate.chances
        ],
        "items": {
            "lost": report.lost.lost,
            "gained": report.lost.gained,
            "worst": [
                {
                    "item": one.item,
                    "question": report.questions.get(one.item),
                    "category": one.category,
                    "baseline": _stand_body(one.right),
                    "candidate": _stand_body(one.left),
                    "difference": one.difference,
                    "cost": cost,
                }
                for one, cost in zip(report.lost.items, report.lost.costs, strict=True)
            ],
        },
        "candidate": _contender_body(report.candidate),
        "baseline": _contender_body(report.baseline),
        "null_reasons": _gate_reasons(gate),
    }


def _contender_body(contender: Contender) -> dict[str, Any]:
    stored = contender.submission
    return {
        "submission": None if stored is None else submission_body(stored),
        "score": score_body(contender.score),
        "counts": counts_body(contender.counts),
    }


def _gate_reasons(gate: Gate) -> dict[str, str]:
    if gate.power is None:
        names = ("low", "high", "power", "detectable_loss", "items_needed", "items_at_difference")
        return dict.fromkeys(names, "too-few-items")
    reasons = {}
    if gate.items_needed is None:
        reasons["items_needed"] = "no-number-would"
    if gate.items_at_difference is None:
        reasons["items_at_difference"] = "no-number-would"
    return reasons
