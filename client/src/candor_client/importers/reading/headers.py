"""The headers of our own rows: which column of a file is which of our fields."""

from collections.abc import Mapping
from typing import Any, Final

from candor_client.errors import UsageError
from candor_client.record import ImportProblem

_ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "item": ("item", "item_id", "id", "key", "question_id", "qid", "example_id", "instance_id"),
    "sample": ("sample", "epoch", "repeat", "repetition", "trial"),
    "answer": ("answer", "prediction", "predicted", "model_answer", "response", "output"),
    "abstained": ("abstained", "abstain", "abstention", "declined", "refused", "not_attempted"),
    "confidence": ("confidence", "conf", "probability", "prob", "p_correct", "p"),
    "verdict": ("verdict", "outcome", "grade", "correct", "is_correct", "result", "score"),
    "credit": ("credit", "partial_credit"),
    "status": ("status",),
    "category": ("category", "subject", "topic"),
    "cluster": ("cluster", "cluster_id", "passage"),
    "question": ("question", "prompt", "problem", "input"),
    "accepted": ("accepted", "target", "gold", "reference", "expected", "label", "ideal"),
    "choices": ("choices", "options"),
    "model": ("model", "model_name"),
    "provider": ("provider",),
}


def columns_of(row: Mapping[str, Any], wished: Mapping[str, str]) -> dict[str, str]:
    """Our field → the file's own header, by the first alias that it has."""
    headers = {
        str(header).strip().lower().replace(" ", "_").replace("-", "_"): header
        for header in row
        if header is not None
    }
    columns = {
        name: headers[alias]
        for name, aliases in _ALIASES.items()
        for alias in reversed(aliases)
        if alias in headers
    }
    for name, header in wished.items():
        if name not in _ALIASES:
            raise UsageError(f"--column {name}: our fields are {', '.join(_ALIASES)}.")
        if header not in row:
            there = ", ".join(map(str, row))
            raise ImportProblem(
                f"--column {name}: no column is named {header!r}; there are {there}."
            )
        columns[name] = header
    return columns
