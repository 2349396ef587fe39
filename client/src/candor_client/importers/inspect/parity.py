"""Inspect's own headline figure, made again from the samples as Inspect makes it.

Each item's epochs are reduced first (`mean`, `mode`, `median`, `max`, `at_least_k`), leaving out
unscored ones; `accuracy` and `mean` are the mean over the items that have any score.
"""

import re
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from candor_client.importers.inspect.scores import as_number
from candor_client.importers.reading.options import Options
from candor_client.importers.reading.values import finite, mean
from candor_client.record import Parity

_MEANS: Final = ("accuracy", "mean")


@dataclass(frozen=True, slots=True)
class Headline:
    """The figure at the top of Inspect's results; `part` is the key of a dict-valued score."""

    scorer: str
    part: str | None
    metric: str
    reducer: str
    value: float

    def check(self, scored: Sequence[tuple[str, Any]]) -> Parity | None:
        """Our figure from (item, value) pairs; None where the metric is not one of ours to make."""
        reduce = _reducer(self.reducer)
        if self.metric not in _MEANS or reduce is None:
            return None
        values: dict[str, list[float]] = {}
        for item, value in scored:
            number = as_number(value)
            if number is not None:
                values.setdefault(item, []).append(number)
        ours = mean(reduce(found) for found in values.values())
        return Parity(self.metric, self.value, ours)


def headline_of(header: Mapping[str, Any], options: Options) -> Headline | None:
    """The headline that the log names, or the first accuracy or mean of the wished-for scorer."""
    results = header.get("results")
    scores = results.get("scores") if isinstance(results, dict) else None
    if not isinstance(results, dict) or not scores:
        return None
    named = results.get("headline") or {}
    by_choice = options.scorer not in {None, named.get("scorer")} or options.metric is not None
    ordered = sorted(scores, key=lambda score: not by_choice and not _is_named(score, named))
    for score in ordered:
        if options.scorer not in {None, score.get("scorer")}:
            continue
        metrics = score.get("metrics") or {}
        if options.metric not in {None, score.get("name"), *metrics}:
            continue
        wanted = (named.get("metric"), *_MEANS) if not by_choice else (options.metric, *_MEANS)
        for metric in wanted:
            value = finite((metrics.get(metric) or {}).get("value"))
            if value is not None:
                return _headline(header, score, str(metric), value)
    return None


def _is_named(score: Mapping[str, Any], named: Mapping[str, Any]) -> bool:
    return (
        score.get("scorer") == named.get("scorer")
        and score.get("name") == named.get("score")
        and score.get("reducer") == named.get("reducer")
        and named.get("metric") in (score.get("metrics") or {})
    )


def _headline(
    header: Mapping[str, Any], score: Mapping[str, Any], metric: str, value: float
) -> Headline:
    scorer, name = str(score.get("scorer") or score.get("name")), score.get("name")
    config = (header.get("eval") or {}).get("config") or {}
    declared = config.get("epochs_reducer") or ["mean"]
    reducer = score.get("reducer") or declared[0]
    part = str(name) if name not in {None, scorer} else None
    return Headline(scorer, part, metric, str(reducer), value)


def _reducer(name: str) -> Callable[[list[float]], float] | None:
    simple: dict[str, Callable[[list[float]], float]] = {
        "mean": lambda found: mean(found) or 0.0,
        "median": statistics.median,
        "mode": statistics.mode,
        "max": max,
    }
    at_least = re.fullmatch(r"at_least_(\d+)", name)
    if at_least:
        least = int(at_least[1])
        return lambda found: float(sum(value >= 1.0 for value in found) >= least)
    return simple.get(name)
