"""Confidence out of lm-eval's choice log-likelihoods: a softmax, normalised as the metric is.

`acc` compares the log-likelihoods as they are, `acc_norm` divides each by its choice's length,
`acc_bytes` by its bytes, `acc_mutual_info` subtracts the log-likelihood without the question.
A verdict and a confidence must come from the same comparison, or they speak of two answers.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from candor_client.importers.reading.declining import declines
from candor_client.importers.reading.values import finite


@dataclass(frozen=True, slots=True)
class Chosen:
    """The option with the highest score. `confidence` is its mass, or, where the option is an
    explicit "I don't know", the mass of the best real one: what an answer would have risked."""

    options: tuple[str, ...]
    place: int
    confidence: float
    declined: bool


def chosen(row: Mapping[str, Any], metric: str, *, delimiter: str) -> Chosen | None:
    """The choice that `metric` judged; None where the row is no multiple choice."""
    likelihoods = _likelihoods(row.get("filtered_resps"))
    options = _options(row, delimiter)
    if likelihoods is None or len(likelihoods) != len(options):
        return None
    count = len(options)
    if "acc_mutual_info" in row and count % 2 == 0:
        count //= 2
    if count < 2:
        return None
    scores = _scores(likelihoods, options[:count], metric)
    masses = _softmax(scores)
    best = max(range(count), key=scores.__getitem__)
    real = [place for place in range(count) if not declines(options[place])]
    declined = best not in real and bool(real) and _gold(row) != best
    mass = max(masses[place] for place in real) if declined else masses[best]
    return Chosen(options[:count], best, mass, declined)


def _gold(row: Mapping[str, Any]) -> int | None:
    number = finite(row.get("target"))
    return None if number is None else int(number)


def _scores(likelihoods: list[float], options: tuple[str, ...], metric: str) -> list[float]:
    count = len(options)
    if metric == "acc_norm":
        pairs = zip(likelihoods[:count], options, strict=True)
        return [value / max(len(text), 1) for value, text in pairs]
    if metric == "acc_bytes":
        pairs = zip(likelihoods[:count], options, strict=True)
        return [value / max(len(text.encode()), 1) for value, text in pairs]
    if metric == "acc_mutual_info" and len(likelihoods) == 2 * count:
        pairs_of = zip(likelihoods[:count], likelihoods[count:], strict=True)
        return [with_question - without for with_question, without in pairs_of]
    return likelihoods[:count]


def _softmax(scores: list[float]) -> list[float]:
    top = max(scores)
    weights = [math.exp(score - top) for score in scores]
    total = math.fsum(weights)
    return [weight / total for weight in weights]


def _likelihoods(responses: Any) -> list[float] | None:
    """The log-likelihoods, which are written as text beside whether the choice was greedy."""
    if not isinstance(responses, list) or len(responses) < 2:
        return None
    found: list[float] = []
    for pair in responses:
        likelihood = finite(pair[0]) if isinstance(pair, list | tuple) and pair else None
        if likelihood is None:
            return None
        found.append(likelihood)
    return found


def _options(row: Mapping[str, Any], delimiter: str) -> tuple[str, ...]:
    """The choices as they were put to the model, in the order of the responses."""
    return tuple(
        str(choice).removeprefix(delimiter) for _, choice in arguments_of(row.get("arguments"))
    )


def arguments_of(arguments: Any) -> list[tuple[Any, Any]]:
    """(prompt, continuation) of each request: objects, or pairs in older files."""
    if isinstance(arguments, Mapping):
        found = [one for one in arguments.values() if isinstance(one, Mapping)]
        return [(one.get("arg_0", ""), one.get("arg_1", "")) for one in found]
    if isinstance(arguments, list):
        return [(one[0], one[1]) for one in arguments if isinstance(one, list) and len(one) > 1]
    return []
