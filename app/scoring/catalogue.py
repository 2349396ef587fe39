"""The catalogue: every figure the service gives, in words a person can check.

`GET /rules` serves it, and `docs/scoring.md` is checked against it.
"""

from dataclasses import asdict, dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure. `direction` is up, down or none; `conditions` says when it is null."""

    id: str
    name: str
    formula: str
    range: str
    direction: str
    conditions: str
    source: str

    def as_dict(self) -> dict[str, str]:
        """The same as JSON."""
        return asdict(self)


_KALAI: Final = "Kalai, Nachum, Vempala, Zhang 2025, arXiv 2509.04664, section 4.2"
_SIMPLEQA: Final = "Wei et al. 2024, arXiv 2411.04368"
_OMNISCIENCE: Final = "Artificial Analysis 2025, arXiv 2511.13029"
_N: Final = "Null without graded items."

CATALOGUE: Final = (
    Metric("accuracy", "Accuracy", "C / N; with credit or weights sum(v g) / sum(v)", "[0, 1]",
           "up", _N, "textbook"),
    Metric("strict_accuracy", "Share fully right", "C / N", "[0, 1]", "up",
           "Given where answers carry credit or items carry weights.", "textbook"),
    Metric("error_rate", "Wrong answers", "W / N", "[0, 1]", "down", _N, "OpenAI system cards"),
    Metric("abstention_rate", "Abstentions", "a / N", "[0, 1]", "none", _N, _SIMPLEQA),
    Metric("missing_rate", "Items without a row", "m / N", "[0, 1]", "down", _N, "textbook"),
    Metric("coverage", "Share answered", "(C + W) / N", "[0, 1]", "none", _N,
           "selective prediction literature"),
    Metric("selective_accuracy", "Right when it answers", "C / (C + W)", "[0, 1]", "up",
           "Null where nothing was answered.", _SIMPLEQA),
    Metric("selective_risk", "Wrong when it answers", "W / (C + W)", "[0, 1]", "down",
           "Null where nothing was answered.", "selective prediction literature"),
    Metric("simpleqa_f1", "SimpleQA F-score", "2C / (N + C + W)", "[0, 1]", "up",
           "0 when C = 0. Never ranks: a guess pays above half the score.", _SIMPLEQA),
    Metric("hallucination_rate", "AA-Omniscience hallucination rate", "W / (N - C)", "[0, 1]",
           "down", "Null when C = N.", _OMNISCIENCE),
    Metric("omniscience_index", "AA-Omniscience Index", "100 (C - W) / N", "[-100, 100]", "up", _N,
           _OMNISCIENCE),
    Metric("threshold_score", "Score at confidence target t", "(c_t - L w_t) / N, L = t / (1 - t)",
           "[-L, 1]", "up", _N + " t from 0 to 0.99.", _KALAI),
    Metric("quadratic_score", "All targets, weight 2(1 - t)",
           "mean of 2pc - p^2 on answers = accuracy - Brier", "[-1, 1]", "up",
           _N + " An unstated confidence counts as 1.", "this service; RLCR, arXiv 2507.16806"),
    Metric("bas", "All targets, equal weight",
           "mean of m + (1 - c) ln(1 - m), m = min(p, 1 - 0.0001)", "[-8.2104, 0.9999]", "up",
           "Null where an answer states no confidence.", "BAS, arXiv 2604.03216"),
    Metric("ece_levels", "Calibration error by stated level", "sum n_k/n |y_k - p_k|", "[0, 1]",
           "down", "Null without answers, or where one states no confidence.",
           "Guo et al. 2017, without bins"),
)  # fmt: skip
"""Every metric by the order in which people should read them."""
