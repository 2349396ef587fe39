"""The singleton rate: a lower bound on the error rate from facts seen once in training.

With sr the share of the N training examples whose prompt was seen exactly once and answered,

    err >= sr - 2 / min|E_c| - (35 + 6 ln N) / sqrt(N) - delta          with probability 99 %
    some efficient calibrated algorithm has  err <= sr - sr / (max|E_c| + 1) + 13 / sqrt(N)

sr is also the Good-Turing estimate of the missing mass. It counts training draws: the share of
*benchmark items* that are singletons is another thing and must not be put in its place.

Kalai, Nachum, Vempala, Zhang (2025), Theorem 2; Good (1953); Kalai and Vempala (2024).
"""

import math
from dataclasses import dataclass
from typing import Annotated, Final

from app.reply_fields import Doc

CONDITIONS: Final = (
    "Arbitrary facts: each prompt's answer is uniform over its responses, independent of others.",
    "Each fact can be written in one way only.",
    "The lower bound holds with probability 99 % over the draw of the training data.",
    "delta, the model's miscalibration at the threshold, is taken as given.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SingletonBound:
    """Theorem 2 (arXiv 2509.04664) from the benchmark's training facts."""

    singleton_rate: Annotated[
        float, Doc("Share of the training examples whose fact was seen exactly once.")
    ]
    lower_bound: Annotated[float, Doc("Of the error rate, with probability 99 %; may be negative.")]
    lower_bound_reported: Annotated[float, Doc("max(0, lower_bound).")]
    informative: Annotated[
        bool,
        Doc("Whether the bound is above 0: at a rate of 0.2, from some 3e5 examples."),
    ]
    upper_bound_calibrated_algorithm: Annotated[
        float, Doc("Error that some efficient calibrated algorithm does not exceed.")
    ]
    conditions: Annotated[tuple[str, ...], Doc("What the theorem takes for granted.")] = CONDITIONS


def singleton_bound(
    *,
    n_train: int,
    n_singleton: int,
    min_error_set: int,
    max_error_set: int | None = None,
    delta: float = 0.0,
) -> SingletonBound:
    """The bounds from N, |S| and min|E_c|; max|E_c| is taken equal where it is not given.

    Raises ValueError unless 0 <= |S| <= N, N >= 1, 1 <= min|E_c| <= max|E_c| and 0 <= delta <= 1.
    """
    largest = min_error_set if max_error_set is None else max_error_set
    if not (n_train >= 1 and 0 <= n_singleton <= n_train):
        raise ValueError("the singletons must be from 0 to the number of training examples")
    if not 1 <= min_error_set <= largest:
        raise ValueError("the smallest error set must have at least 1 member, the largest no fewer")
    if not 0 <= delta <= 1:
        raise ValueError("delta must be from 0 to 1")
    rate, root = n_singleton / n_train, math.sqrt(n_train)
    lower = rate - 2 / min_error_set - (35 + 6 * math.log(n_train)) / root - delta
    return SingletonBound(
        singleton_rate=rate,
        lower_bound=lower,
        lower_bound_reported=max(0.0, lower),
        informative=lower > 0,
        upper_bound_calibrated_algorithm=rate - rate / (largest + 1) + 13 / root,
    )
