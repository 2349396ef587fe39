"""Published figures of one run held against each other: can they stand together?

A published figure is rounded, so it says that the true one lies within half a unit of its last
digit. Two kinds of contradiction are found:

    granularity   a share of n items is a whole number of n-ths (GRIM, Brown and Heathers 2017)
    identities    accuracy + error_rate + abstention_rate + missing_rate = 1, and what follows:
                  coverage, selective accuracy, SimpleQA's F-score, AA-Omniscience's two figures

An identity is broken where no values within the rounding satisfy it. They are those of answers that
are right or wrong: nothing is said of runs with partial credit or item weights.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

ITEMS: Final = "n_items"
"""The name under which the number of items is published."""

SHARES_OF_ITEMS: Final = (
    "accuracy", "error_rate", "abstention_rate", "missing_rate", "coverage",
)  # fmt: skip
PARTS: Final = SHARES_OF_ITEMS[:4]
"""Shares of all items that make them up."""

_SHARES: Final = (
    *SHARES_OF_ITEMS, "selective_accuracy", "selective_risk", "hallucination_rate", "simpleqa_f1",
)  # fmt: skip

_NOISE: Final = 1e-9


def half_unit(value: float) -> float:
    """Half a unit of the last printed digit of a number."""
    exponent = Decimal(repr(value)).as_tuple().exponent
    return 0.5 * 10.0 ** (exponent if isinstance(exponent, int) else 0)


@dataclass(frozen=True, slots=True)
class _Relation:
    """`metric` as a function of `of`, monotone in each of them."""

    metric: str
    of: tuple[str, ...]
    formula: Callable[..., float]
    words: str


_RELATIONS: Final = (
    _Relation("coverage", ("accuracy", "error_rate"), lambda a, w: a + w, "accuracy + error_rate"),
    _Relation("selective_risk", ("selective_accuracy",), lambda s: 1 - s, "1 - selective_accuracy"),
    _Relation(
        "selective_accuracy", ("accuracy", "error_rate"), lambda a, w: a / (a + w),
        "accuracy / (accuracy + error_rate)",
    ),
    _Relation(
        "selective_accuracy", ("accuracy", "coverage"), lambda a, c: a / c, "accuracy / coverage"
    ),
    _Relation(
        "hallucination_rate", ("error_rate", "accuracy"), lambda w, a: w / (1 - a),
        "error_rate / (1 - accuracy)",
    ),
    _Relation(
        "omniscience_index", ("accuracy", "error_rate"), lambda a, w: 100 * (a - w),
        "100 (accuracy - error_rate)",
    ),
    _Relation(
        "omniscience_index", ("accuracy", "hallucination_rate"),
        lambda a, h: 100 * (a - h * (1 - a)), "100 (accuracy - hallucination_rate (1 - accuracy))",
    ),
    _Relation(
        "simpleqa_f1", ("accuracy", "coverage"), lambda a, c: 2 * a / (1 + c),
        "2 accuracy / (1 + coverage)",
    ),
)  # fmt: skip


def contradictions(figures: Mapping[str, float]) -> tuple[str, ...]:
    """Why figures published of one run cannot all be right, in sentences; none where they can.

    Keys are metric ids, shares from 0 to 1 or in percent, and `n_items`. What is no such id is not
    looked at.
    """
    figures = {metric: _as_share(metric, value) for metric, value in figures.items()}
    return (*_out_of_range(figures), *_granularity(figures), *_sums(figures), *_identities(figures))


def _as_share(metric: str, value: float) -> float:
    """A percentage of a figure that is a share as that share, to the digits it was printed with."""
    return round(value / 100, 12) if metric in _SHARES and 1 < value <= 100 else value


def _out_of_range(figures: Mapping[str, float]) -> Iterator[str]:
    for metric in _SHARES:
        value = figures.get(metric)
        if value is not None and not 0 <= value <= 1:
            yield f"{metric} {value:g} is no share: send it from 0 to 1, or in percent."


def _granularity(figures: Mapping[str, float]) -> Iterator[str]:
    n = figures.get(ITEMS)
    if n is None:
        return
    if n < 1 or n != int(n):
        yield f"{ITEMS} {n:g} is no number of items."
        return
    for metric in SHARES_OF_ITEMS:
        value = figures.get(metric)
        if value is None or not 0 <= value <= 1:
            continue
        reach = half_unit(value) + _NOISE
        below, above = math.floor(value * n), math.ceil(value * n)
        if all(abs(count / n - value) > reach for count in (below, above)):
            yield (
                f"{metric} {value:g} is no share of {int(n):,} items: {below:,} are "
                f"{below / n:.6g}, {above:,} are {above / n:.6g}."
            )


def _sums(figures: Mapping[str, float]) -> Iterator[str]:
    parts = {metric: figures[metric] for metric in PARTS if metric in figures}
    if len(parts) < 2:
        return
    total = sum(parts.values())
    reach = sum(half_unit(value) for value in parts.values()) + _NOISE
    names = " + ".join(parts)
    if total > 1 + reach:
        yield f"{names} is {total:.6g}, more than 1."
    elif len(parts) == len(PARTS) and total < 1 - reach:
        yield f"{names} is {total:.6g}, less than 1."


def _identities(figures: Mapping[str, float]) -> Iterator[str]:
    for relation in _RELATIONS:
        if relation.metric not in figures or not all(name in figures for name in relation.of):
            continue
        try:
            low, high = _reach(relation, figures)
        except ZeroDivisionError:
            continue
        value = figures[relation.metric]
        reach = half_unit(value) + _NOISE
        if value + reach < low or value - reach > high:
            shown = f"{low:.6g}" if high - low < _NOISE else f"{low:.6g} to {high:.6g}"
            yield f"{relation.metric} {value:g} is not {relation.words}, which is {shown}."


def _reach(relation: _Relation, figures: Mapping[str, float]) -> tuple[float, float]:
    """The values that the relation can have within the rounding: those of the corners."""
    ends = []
    for name in relation.of:
        value, reach = figures[name], half_unit(figures[name])
        ends.append((max(value - reach, 0.0), min(value + reach, 1.0)))
    values = [relation.formula(*corner) for corner in itertools.product(*ends)]
    return min(values), max(values)
