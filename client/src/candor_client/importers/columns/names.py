"""Headers of result files by field, in the spelling of scikit-learn, pandas and published files.

Headers are compared in lower case with `_` for blanks, dashes and dots; `modelAnswer` is
`model_answer`. What a name says of a field is only where the reading begins: the other columns
and the values decide.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final


def _names(words: str) -> tuple[str, ...]:
    return tuple(words.split())


ITEM: Final = _names(
    "item item_id question_id qid example_id instance_id task_id case_id problem_id record_id "
    "sample_id doc_id test_id prompt_id query_id unique_id id key uid uuid"
)
"""Names of items, the most particular first."""

PLACES: Final = _names("index idx original_index row row_id row_number no number n unnamed_0 #")
"""Names of a row's place in some list: an item's name only where nothing else is."""

PARSED: Final = _names(
    "prediction pred predicted predicted_answer predicted_label predicted_letter predicted_option "
    "predicted_choice predicted_value pred_answer model_answer model_prediction model_choice "
    "extracted_answer parsed_answer model_pred model_letter llm_answer given_answer "
    "submitted_answer student_answer candidate_answer hypothesis y_pred yhat y_hat"
)
"""What a model answered, taken out of its reply."""

REPLIES: Final = _names(
    "response reply output model_output model_outputs model_response model_reply completion "
    "generation generated generated_answer generated_text generated_response llm_output "
    "llm_response llm_reply raw_output raw_response full_response actual_output prediction_text"
)
"""What a model said, as it said it."""

EITHER: Final = _names("answer answers final_answer actual choice selected")
"""The model's answer or the key: which of them, the other columns say."""

KEYS: Final = _names(
    "accepted accepted_answers gold gold_answer gold_answers gold_label golden golden_answer "
    "ground_truth ground_truths groundtruth ground_truth_answer gt truth true_answer true_label "
    "reference reference_answer references reference_output expected expected_answer "
    "expected_output correct_answer correct_answers correct_letter correct_option correct_label "
    "correct_choice right_answer answer_key key_answer target target_answer targets label ideal "
    "standard_answer y_true possible_answers aliases"
)
"""What counts as right."""

KEY_PLACES: Final = _names("answer_index answer_idx correct_index correct_idx gold_index gold_idx")
"""The place of the right option: a column `answer` beside it is the key."""

VERDICTS: Final = _names(
    "verdict outcome is_correct correct correctness is_right passed is_passed pass is_pass grade "
    "judgement judgment judge_verdict judged_correct is_match resolved solved success"
)
"""Names of a judgement."""

SCORES: Final = _names("score result reward accuracy acc exact_match em match points f1 f1_score")
"""Names of a figure that may be a judgement."""

ABSTAINED: Final = _names(
    "abstained abstain abstention is_abstention did_abstain declined refused refusal is_refusal "
    "not_attempted is_not_attempted withheld no_answer unanswered"
)
ATTEMPTED: Final = _names("attempted is_attempted answered is_answered did_answer")
"""The opposite of an abstention."""
DECISIONS: Final = _names("action decision")
"""Columns that may say in a word whether the model answered."""

CONFIDENCE: Final = _names(
    "confidence conf stated_confidence verbal_confidence verbalized_confidence "
    "verbalised_confidence reported_confidence self_confidence model_confidence answer_confidence "
    "predicted_confidence confidence_score confidence_percent confidence_pct confidence_level "
    "probability prob p_correct p_true p certainty predicted_probability y_prob"
)
STATED_TARGET: Final = _names(
    "stated_target stated_threshold confidence_target target_confidence confidence_threshold "
    "abstention_threshold threshold"
)
BENCHMARK: Final = _names(
    "benchmark benchmark_name dataset dataset_name data_set qset question_set test_set eval_set "
    "task_set suite set task task_name"
)
MODEL: Final = _names("model model_name model_id llm llm_name llm_model")
ERROR: Final = _names("error errors error_message exception err exception_info failure_reason")

OTHERS: Final[dict[str, tuple[str, ...]]] = {
    "sample": _names(
        "sample epoch repeat repetition repeat_id trial trial_id run attempt sample_index "
        "completion_id replicate"
    ),
    "credit": _names("credit partial_credit"),
    "status": _names("status"),
    "ungraded_reason": _names("ungraded_reason status_reason"),
    "category": _names("category subject topic domain subdomain"),
    "cluster": _names("cluster cluster_id passage passage_id"),
    "question": _names(
        "question question_text problem query user_input prompt problem_statement input instruction"
    ),
    "choices": _names("choices options"),
    "provider": _names("provider"),
    "version": _names("model_version"),
}

FIELDS: Final = (
    "item",
    "sample",
    "answer",
    "abstained",
    "confidence",
    "verdict",
    "credit",
    "status",
    "error",
    "ungraded_reason",
    "category",
    "cluster",
    "question",
    "accepted",
    "choices",
    "benchmark",
    "model",
    "provider",
    "version",
    "stated_target",
)
"""Our fields, as `--column` and a mapping file name them."""

_JUDGES: Final = frozenset({"judge", "grader", "evaluator", "reviewer"})
_ENDINGS: Final = frozenset(
    {"answer", "answers", "response", "reply", "prediction", "pred", "output", "completion"}
)
_KEY_WORDS: Final = frozenset(
    {"gold", "golden", "correct", "true", "right", "reference", "expected", "target", "ideal"}
)
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_SEPARATORS: Final = re.compile(r"[\s\-./:()\[\]%]+")


def normal(header: object) -> str:
    """A header as names are compared."""
    text = _CAMEL.sub("_", str(header).strip().lstrip("\ufeff"))
    return _SEPARATORS.sub("_", text.lower()).strip("_")


def by_name(headers: Iterable[str]) -> dict[str, list[str]]:
    """The headers by their normal name."""
    headers_by_name: dict[str, list[str]] = {}
    for header in headers:
        headers_by_name.setdefault(normal(header), []).append(header)
    return headers_by_name


def first_named(names: Iterable[str], headers: Mapping[str, list[str]]) -> list[str]:
    """The headers that have one of these names, in the order of the names."""
    return [header for name in names for header in headers.get(name, ())]


def other_answers(headers: Mapping[str, list[str]]) -> tuple[list[str], list[str]]:
    """Headers of answers under names of their own, such as `gpt_4_answer`: those that may be a
    model's, and those that name a key, such as `correct_letter_answer`."""
    known = {*PARSED, *REPLIES, *EITHER, *KEYS}
    answers: list[str] = []
    keys: list[str] = []
    for name, those in headers.items():
        parts = name.split("_")
        if name in known or len(parts) < 2 or parts[-1] not in _ENDINGS or _JUDGES & set(parts):
            continue
        (keys if parts[0] in _KEY_WORDS else answers).extend(those)
    return answers, keys


def confidences(headers: Mapping[str, list[str]]) -> list[str]:
    """Headers of a confidence: known names, and others that end in one."""
    headers_by_name = first_named(CONFIDENCE, headers)
    for name, those in headers.items():
        parts = name.split("_")
        ends = parts[-1] in {"confidence", "conf"} or name.endswith("_confidence_score")
        if ends and _JUDGES.isdisjoint(parts):
            headers_by_name += [header for header in those if header not in headers_by_name]
    return headers_by_name


def names_percent(header: str) -> bool:
    """Whether a header says that its numbers are percentages."""
    return "%" in header or not {"percent", "pct", "percentage"}.isdisjoint(
        normal(header).split("_")
    )
