"""Is-It-Valid bounds: the generation error is bounded below by the classification error.

    Theorem 1     err >= 2 err_iiv - max|V_c| / min|E_c| - delta
    Corollary 1   the same without prompts: |V| / |E|
    Theorem 3     err >= 2 (1 - 1/C) min over tau of err_iiv(tau)      one valid answer, no IDK

err is the chance that a *sampled* answer is an error. err_iiv(tau) is the error of calling an
answer valid iff the model gives it more than tau, on a 50/50 mix of valid answers and uniformly
drawn errors. delta = |phat(A) - p(A)| on the answers A above the threshold. With the uploaded
items taken as the prompt distribution the theorems hold exactly on the uploaded numbers, so a
breach means that the upload or this code is wrong.

Kalai, Nachum, Vempala, Zhang (2025), Why Language Models Hallucinate, section 3.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
from numpy.typing import NDArray

from app.reply_fields import Doc
from app.scoring.options import misses_one

Floats = NDArray[np.float64]

_ROUNDING: Final = 1e-9
"""How far rounding alone may put an error rate under its bound; sums off 1 add to it."""

CONDITIONS: Final = (
    "The uploaded items are taken as the distribution of prompts; nothing is said about others.",
    "Every item has exactly one valid option and no option to abstain.",
    "The error rate is that of sampling from the option probabilities, not of the likeliest one.",
    "The bounds are theorems about base models: others may sit under Theorem 1 by a large delta.",
)
UNEQUAL_OPTIONS: Final = (
    "Items have unequal numbers of options: C is the fewest wrong options + 1, and the errors of "
    "the Is-It-Valid mix are drawn uniformly inside each item."
)
NOT_COMPUTABLE: Final = (
    "Not computable for open-ended answers: the bound needs the probabilities of sampled errors "
    "and delta from draws of the training distribution, which a scoring service does not have."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidityCheck:
    """Is-It-Valid (arXiv 2509.04664, section 3) on the upload; rates from 0 to 1.

    A bound below 0 says nothing.
    """

    n_items: Annotated[int, Doc("Items that were checked.")]
    n_choices: Annotated[int, Doc("C, the fewest wrong choices of an item + 1.")]
    generation_error: Annotated[float, Doc("Chance that a sampled answer is an error.")]
    err_iiv_best: Annotated[float, Doc("The least Is-It-Valid error over all thresholds.")]
    best_threshold: Annotated[float, Doc("The lowest threshold that has it.")]
    theorem3_lower_bound: Annotated[float, Doc("2 (1 - 1 / C) err_iiv_best.")]
    theorem1_threshold: Annotated[float, Doc("1 over the fewest wrong choices of an item.")]
    theorem1_err_iiv: Annotated[float, Doc("The Is-It-Valid error at `theorem1_threshold`.")]
    theorem1_delta: Annotated[float, Doc("The calibration gap at `theorem1_threshold`.")]
    theorem1_lower_bound: Annotated[
        float, Doc("2 theorem1_err_iiv - theorem1_threshold - theorem1_delta.")
    ]
    explained: Annotated[
        float | None,
        Doc(
            "Theorem 3's bound over the error: the share of it that failing to recognise validity "
            "accounts for; null at error 0."
        ),
    ]
    holds: Annotated[
        bool,
        Doc(
            "Neither bound exceeds the error. False means a defective upload, or a defect of ours."
        ),
    ]
    conditions: Annotated[tuple[str, ...], Doc("What the theorems take for granted.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """The theorems' self-check; `check` is null where `reason` says why."""

    check: Annotated[ValidityCheck | None, Doc("The two theorems on the upload.")]
    left_out: Annotated[
        int,
        Doc("Items with option_probs but without one valid choice, or with other choices by now."),
    ]
    reason: Annotated[str | None, Doc("Why they cannot be checked.")]


NOT_CHECKED: Final = Validity(check=None, left_out=0, reason=NOT_COMPUTABLE)


def check_validity(
    option_probs: Sequence[Sequence[float]], answer_index: Sequence[int]
) -> ValidityCheck:
    """Checks Theorems 1 and 3 on the option probabilities of multiple-choice items.

    Raises ValueError, naming the item by its place from 0, for probabilities that are not finite,
    not in [0, 1] or do not sum to 1, an answer outside the options, or fewer than two options.
    The order of the items changes nothing.
    """
    valid, wrong, share = _split(option_probs, answer_index)
    fewest = round(1 / float(share.max()))
    tau = 1 / fewest
    n, error = len(valid), 1 - math.fsum(valid) / len(valid)
    slack = _ROUNDING + 2 * max(abs(math.fsum(probs) - 1) for probs in option_probs)
    best, best_tau = _best_err_iiv(valid, wrong, share)
    at_tau = err_iiv(valid, wrong, share, tau)
    mass = math.fsum(valid[valid > tau]) + math.fsum(wrong[wrong > tau])
    delta = abs(mass - int(np.sum(valid > tau))) / n
    bound3 = theorem3_bound(fewest + 1, best)
    bound1 = theorem1_bound(at_tau, most_valid=1, fewest_errors=fewest, delta=delta)
    unequal = bool(share.min() != share.max())
    return ValidityCheck(
        n_items=n,
        n_choices=fewest + 1,
        generation_error=error,
        err_iiv_best=best,
        best_threshold=best_tau,
        theorem3_lower_bound=bound3,
        theorem1_threshold=tau,
        theorem1_err_iiv=at_tau,
        theorem1_delta=delta,
        theorem1_lower_bound=bound1,
        explained=bound3 / error if error > _ROUNDING else None,
        holds=max(bound1, bound3) <= error + slack,
        conditions=(*CONDITIONS, UNEQUAL_OPTIONS) if unequal else CONDITIONS,
    )


def theorem1_bound(
    err_iiv: float, *, most_valid: int, fewest_errors: int, delta: float = 0.0
) -> float:
    """2 err_iiv - max|V_c| / min|E_c| - delta; Corollary 1 where there is a single prompt."""
    return 2 * err_iiv - most_valid / fewest_errors - delta


def theorem3_bound(n_choices: int, opt: float) -> float:
    """2 (1 - 1/C) opt: with C = 2 and opt = 1/2 (Corollary 2, trigrams) the error is 1/2."""
    return 2 * (1 - 1 / n_choices) * opt


def err_iiv(valid: Floats, wrong: Floats, share: Floats, tau: float) -> float:
    """1/2 the share of valid answers at or below tau + 1/2 the share of errors above it.

    `share` is 1 over the number of wrong options of the item that each of `wrong` belongs to.
    """
    missed = int(np.sum(valid <= tau))
    return (missed + math.fsum(share[wrong > tau])) / (2 * len(valid))


def _best_err_iiv(valid: Floats, wrong: Floats, share: Floats) -> tuple[float, float]:
    """The least err_iiv over all thresholds, and the lowest threshold that has it."""
    order = np.lexsort((share, wrong))
    falling = np.r_[np.cumsum(share[order][::-1])[::-1], 0.0]
    # The threshold -1 lies below every probability: all answers are called valid.
    taus = np.unique(np.r_[-1.0, valid, wrong])
    missed = np.searchsorted(np.sort(valid), taus, side="right")
    accepted = falling[np.searchsorted(wrong[order], taus, side="right")]
    tau = float(taus[int(np.argmin(np.round(missed + accepted, 9)))])
    return err_iiv(valid, wrong, share, tau), max(tau, 0.0)


def _split(
    option_probs: Sequence[Sequence[float]], answer_index: Sequence[int]
) -> tuple[Floats, Floats, Floats]:
    """Probabilities of the valid option an item, of every wrong option, and 1 / |E| of those."""
    if len(option_probs) != len(answer_index) or not option_probs:
        raise ValueError("give the option probabilities and the answer of at least one item")
    valid: list[float] = []
    wrong: list[float] = []
    share: list[float] = []
    for item, (probs, answer) in enumerate(zip(option_probs, answer_index, strict=True)):
        problem = _defect(probs, answer)
        if problem is not None:
            raise ValueError(f"item {item}: {problem}")
        valid.append(probs[answer])
        wrong.extend(p for option, p in enumerate(probs) if option != answer)
        share.extend([1 / (len(probs) - 1)] * (len(probs) - 1))
    return np.array(valid), np.array(wrong), np.array(share)


def _defect(probs: Sequence[float], answer: int) -> str | None:
    if len(probs) < 2:
        return "it needs the probabilities of at least two options"
    if not 0 <= answer < len(probs):
        return f"its answer is option {answer}, but it has {len(probs)} options"
    if not all(math.isfinite(p) and 0 <= p <= 1 for p in probs):
        return "a probability is not a number from 0 to 1"
    if misses_one(probs):
        return f"its probabilities sum to {math.fsum(probs):.6g}, not to 1"
    return None
