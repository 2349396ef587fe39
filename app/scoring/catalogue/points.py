"""The catalogue of rates and of points an item: figures over all N items."""

from typing import Final

from app.scoring.catalogue.metric import (
    BAS,
    KALAI,
    MOVER,
    NO_ANSWERS,
    NO_ITEMS,
    NONE,
    OMNISCIENCE,
    SIMPLEQA,
    STUDENT,
    WILSON,
    Metric,
)

RATES: Final = (
    Metric("accuracy", "Accuracy", "C / N; with credit or weights sum(v g) / sum(v)", "[0, 1]",
           "up", NO_ITEMS, "textbook", WILSON),
    Metric("strict_accuracy", "Share fully right", "C / N", "[0, 1]", "up",
           "Given where answers carry credit or items carry weights.", "textbook", STUDENT),
    Metric("error_rate", "Wrong answers", "W / N; at a target w_t / N", "[0, 1]", "down", NO_ITEMS,
           "OpenAI system cards, as \"hallucination rate\"", WILSON),
    Metric("abstention_rate", "Abstentions", "a / N", "[0, 1]", "none", NO_ITEMS, SIMPLEQA, WILSON),
    Metric("missing_rate", "Items without a row", "m / N", "[0, 1]", "down", NO_ITEMS, "textbook",
           WILSON),
    Metric("coverage", "Share answered", "(C + W) / N", "[0, 1]", "none",
           NO_ITEMS + " Partly right answers are answers.", "El-Yaniv, Wiener 2010", WILSON),
    Metric("selective_accuracy", "Right when it answers", "C / (C + W)", "[0, 1]", "up",
           NO_ANSWERS, SIMPLEQA + ", accuracy given attempted", WILSON),
    Metric("selective_risk", "Wrong when it answers", "W / (C + W)", "[0, 1]", "down", NO_ANSWERS,
           "El-Yaniv, Wiener 2010", WILSON),
    Metric("simpleqa_f1", "SimpleQA F-score", "2C / (N + C + W)", "[0, 1]", "up",
           "0 when C = 0. Never ranks: one more guess pays as soon as its chance exceeds F / 2.",
           SIMPLEQA, "Student's t, linearised"),
    Metric("hallucination_rate", "AA-Omniscience hallucination rate", "W / (N - C)", "[0, 1]",
           "down", "Null when C = N. Partly right answers are not right.", OMNISCIENCE, WILSON),
    Metric("omniscience_index", "AA-Omniscience Index", "100 (C - W) / N", "[-100, 100]", "up",
           NO_ITEMS + " Partly right answers are in N only.", OMNISCIENCE, MOVER),
)  # fmt: skip

AT_TARGETS: Final = (
    Metric("threshold_score", "Score at confidence target t", "(c_t - L w_t) / N, L = t / (1 - t)",
           "[-L, 1]", "up", NO_ITEMS + " t from 0 to 0.99; at t = 0 it is accuracy.",
           KALAI + ", section 4.2", MOVER),
    Metric("normalised_threshold_score", "The same on one axis for all t", "(1 - t) S_t",
           "[-t, 1 - t]", "up", NO_ITEMS + " For plotting only.", "this service", MOVER),
    Metric("attempted_rate", "Share attempted at t", "(c_t + w_t) / N", "[0, 1]", "none",
           NO_ITEMS + " In threshold mode it cannot rise with t.", KALAI, WILSON),
    Metric("n_at_threshold", "Answers with p exactly t", "count of answers with p = t", "[0, N]",
           "none", "Not attempted at t: the paper says more than t confident.", KALAI, NONE),
    Metric("below_target", "Selective accuracy is under the stated target",
           "upper Wilson limit of c_t / (c_t + w_t) < t", "true or false", "none",
           "Declared mode only. " + NO_ANSWERS, KALAI + ", behavioural calibration", NONE),
    Metric("design_effect", "What clusters do to the variance", "(SE clustered / SE)^2",
           "[0, inf)", "none", "Given where items are clustered.", "Miller 2024, arXiv 2411.00640",
           NONE),
    Metric("credited_threshold_score", "S_t with a point for a correct silence",
           "(c_t + silent on items without an answer - L w_t) / N", "[-L, 1]", "up",
           "Given where items have no answer: the policy credit_correct_abstention.",
           "SQuAD 2.0, arXiv 1806.03822", MOVER),
)  # fmt: skip

ALL_TARGETS: Final = (
    Metric("quadratic_score", "All targets, weight 2(1 - t)",
           "mean of 2pg - p^2 on answers, 0 elsewhere = accuracy - Brier over N", "[-1, 1]", "up",
           NO_ITEMS + " Strictly proper. An unstated confidence counts as 1 (flag "
           "confidence_imputed).", "this service; RLCR, arXiv 2507.16806", STUDENT),
    Metric("bas", "All targets, equal weight",
           "mean of m + (1 - g) ln(1 - m), m = min(p, 1 - epsilon), epsilon 0.0001",
           "[-8.2104, 0.9999]", "up", "Null where an answer states no confidence.", BAS, STUDENT),
    Metric("n_eff", "Effective number of items", "(sum v)^2 / sum v^2", "[1, N]", "none",
           "Given where items carry weights.", "Kish 1965", NONE),
)  # fmt: skip

UNANSWERABLE: Final = (
    Metric("abstention_precision", "Silence on items without an answer, of all silence",
           "abstained and unanswerable / abstained", "[0, 1]", "up",
           "Null where nothing was abstained on.", "AbstentionBench, arXiv 2506.09038", WILSON),
    Metric("abstention_recall", "Silence on items without an answer, of all those",
           "abstained and unanswerable / unanswerable", "[0, 1]", "up",
           "Null where every item has an answer.", "AbstentionBench, arXiv 2506.09038", WILSON),
    Metric("abstention_f1", "Their harmonic mean", "2 both / (abstained + unanswerable)", "[0, 1]",
           "up", "Null where nothing was abstained on and every item has an answer.",
           "AbstentionBench, arXiv 2506.09038", "Student's t, linearised"),
    Metric("oracle_best_threshold", "SQuAD 2.0 best score over thresholds",
           "max over c of mean of g where p >= c, and 1 for silence on items without an answer",
           "[0, 1]", "up", "Given where items have no answer, on open benchmarks only. c is chosen "
           "on the answers it is scored on: optimistic, never ranks. Null under item weights, with "
           "several samples, and (confidence-missing) where an answer states no confidence.",
           "SQuAD 2.0 evaluation script", NONE),
)  # fmt: skip

BETWEEN_RULES: Final = (
    Metric("tau_b", "Kendall's tau-b between two orders of a board",
           "(P - Q) / sqrt((P + Q + T_x) (P + Q + T_y)) over pairs of submissions, by binary "
           "accuracy and by the board's rule", "[-1, 1]", "none",
           "Given in a board's `agreement` once its rank ranges are there. Null (all-tied) where "
           "a rule ties everybody.", "Kendall 1945",
           "normal, from 2,000 bootstrap draws of items"),
)  # fmt: skip
