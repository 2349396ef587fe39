"""What stands beside the rows of a document: the model's name, and totals to check them with."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from candor_client.importers.reading.values import finite
from candor_client.record import Parity, Row

_MODELS: Final = ("model", "model_name", "sampler_model", "model_id", "llm", "evaluated_model")
_SHARES: Final = ("correct_rate", "accuracy", "acc", "overall_accuracy", "is_correct")
_CORRECT: Final = ("correct", "n_correct", "num_correct", "correct_count", "total_correct")
_TOTAL: Final = ("total", "n", "n_total", "num_total", "total_count", "n_samples", "num_samples")


def model_beside(beside: Mapping[str, Any]) -> str | None:
    """The model that a document names beside its rows."""
    for holder in _holders(beside):
        for name in _MODELS:
            value = holder.get(name)
            if isinstance(value, Mapping):
                value = value.get("name")
            if isinstance(value, str) and value:
                return value
    return None


def parity_beside(beside: Mapping[str, Any], rows: Iterable[Row]) -> Parity | None:
    """A document's own share of correct rows against that of its rows; None where it names none,
    or the rows are yet to be graded. A figure that was rounded is held to its own digits."""
    points = [row.points for row in rows]
    outcomes = [row.outcome for row in rows]
    if not outcomes or None in outcomes:
        return None
    ours = sum(point or 0.0 for point in points) / len(points)
    for holder in _holders(beside):
        for name in _SHARES:
            reported = finite(holder.get(name))
            if reported is not None and not isinstance(holder.get(name), bool):
                percent = reported > 1
                share = reported / 100 if percent else reported
                return Parity(name, share, ours, within=_rounding(reported, percent=percent))
        correct = next((finite(holder[name]) for name in _CORRECT if name in holder), None)
        total = next((finite(holder[name]) for name in _TOTAL if name in holder), None)
        if correct is not None and total:
            return Parity("correct", correct / total, ours)
    return None


def _rounding(reported: float, *, percent: bool) -> float:
    digits = len(repr(reported).partition(".")[2])
    return max(1e-9, 0.5000001 * 10.0**-digits / (100 if percent else 1))


def _holders(beside: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield beside
    for value in beside.values():
        if isinstance(value, Mapping):
            yield value
