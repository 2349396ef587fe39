"""What an Inspect score says: verdict, credit, abstention, confidence, or why there is none.

| Inspect                                             | ours                              |
|-----------------------------------------------------|-----------------------------------|
| `C`, `I`, `P`; true, false; 1, 0; a share           | correct, wrong, partial (0.5)     |
| `N`; dict key `abstained` or `refused`; reason      | abstained                         |
| `refusal` without an answer                         |                                   |
| NaN with a reason                                   | unscored                          |
| no score and an error; no score and a limit         | error; error, `limit_exceeded`    |
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from candor_client.importers.reading.values import finite, flag, judged, stated_number
from candor_client.record import ImportProblem, Status, Verdict

LETTERS: Final[dict[str, float]] = {"C": 1.0, "P": 0.5, "I": 0.0, "N": 0.0}
_CORRECT: Final = ("correct", "score", "accuracy")
_ABSTAINED: Final = ("abstained", "refused")
_CONFIDENCE: Final = ("confidence", "p_correct", "probability")


@dataclass(frozen=True, slots=True)
class Read:
    """One score, read."""

    verdict: Verdict | None = None
    credit: float | None = None
    status: Status = "ok"
    reason: str | None = None


def read_score(
    sample: Mapping[str, Any], score: Mapping[str, Any] | None, part: str | None
) -> Read:
    """What `score` says about `sample`; `part` names the key of a dict value that judges."""
    if score is None:
        return _unscored(sample)
    value, reason = score.get("value"), score.get("reason")
    if _declined(value, score):
        return Read("abstained", reason=reason)
    single = part_of(value, part)
    if is_nan(single):
        return Read(status="unscored", reason=str(reason or "unscored"))
    if single in LETTERS and isinstance(single, str):
        verdict, credit = judged(LETTERS[single])
        return Read(verdict, credit, reason=reason)
    verdict, credit = _graded(single)
    if verdict is None:
        raise ImportProblem(
            f"sample {sample.get('id')!r}: the score {str(single)[:60]!r} is neither C, I, P, N, "
            "true or false nor from 0 to 1; choose another scorer."
        )
    return Read(verdict, credit, reason=reason)


def part_of(value: Any, part: str | None) -> Any:
    """The single value that judges: the value itself, or one key of a dict."""
    if isinstance(value, list):
        raise ImportProblem("the score is a list, which is no verdict; choose another scorer.")
    if not isinstance(value, dict):
        return value
    name = part if part in value else next((key for key in _CORRECT if key in value), None)
    if name is None:
        raise ImportProblem(
            f"the score has the parts {', '.join(map(str, value))} and none of them is "
            f"{', '.join(_CORRECT)}; say which with the metric."
        )
    return value[name]


def as_number(value: Any) -> float | None:
    """A score as Inspect's `accuracy` and `mean` count it; None where unscored."""
    if isinstance(value, str) and value in LETTERS:
        return LETTERS[value]
    if isinstance(value, str) and value.lower() in {"yes", "true", "no", "false"}:
        return float(value.lower() in {"yes", "true"})
    return finite(value)


def stated_confidence(sample: Mapping[str, Any], score: Mapping[str, Any] | None) -> Any:
    """The confidence as written beside the score, in its parts, in the store or in the sample's
    metadata; None where it is nowhere."""
    score = score or {}
    for place in (
        score.get("metadata"),
        score.get("value"),
        _store(sample),
        sample.get("metadata"),
    ):
        if isinstance(place, Mapping):
            for name in _CONFIDENCE:
                if stated_number(place.get(name)) is not None:
                    return place[name]
    return None


def letter_mass(sample: Mapping[str, Any], score: Mapping[str, Any] | None) -> float | None:
    """Probability of the chosen letter among the choices' letters, from the last answer token."""
    answer = str((score or {}).get("answer") or "").strip()
    letters = [chr(ord("A") + place) for place in range(len(sample.get("choices") or ()))]
    if answer not in letters:
        return None
    for token in reversed(_tokens(sample)):
        if str(token.get("token", "")).strip(" ()") != answer:
            continue
        mass: dict[str, float] = {}
        for told in token.get("top_logprobs") or ():
            letter, logprob = str(told.get("token", "")).strip(" ()"), finite(told.get("logprob"))
            if letter in letters and logprob is not None:
                mass[letter] = mass.get(letter, 0.0) + math.exp(logprob)
        total = math.fsum(mass.values())
        return mass[answer] / total if len(mass) > 1 and answer in mass and total > 0 else None
    return None


def _unscored(sample: Mapping[str, Any]) -> Read:
    if sample.get("error"):
        return Read(status="error", reason="error")
    if sample.get("limit"):
        return Read(status="error", reason="limit_exceeded")
    return Read(status="unscored", reason="unscored")


def _graded(value: Any) -> tuple[Verdict | None, float | None]:
    number = as_number(value)
    return (None, None) if number is None else judged(number)


def is_nan(value: Any) -> bool:
    """Whether a score was left open: NaN, or nothing at all."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def _declined(value: Any, score: Mapping[str, Any]) -> bool:
    if isinstance(value, dict):
        return any(flag(value.get(name)) for name in _ABSTAINED)
    if value == "N":
        return True
    return score.get("reason") == "refusal" and not score.get("answer")


def _store(sample: Mapping[str, Any]) -> dict[str, Any]:
    """The sample's store under plain names: a typed store writes `Name:confidence`."""
    store = sample.get("store")
    if not isinstance(store, Mapping):
        return {}
    return {str(name).rpartition(":")[2]: value for name, value in store.items()}


def _tokens(sample: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    choices = (sample.get("output") or {}).get("choices") or [{}]
    content = (choices[0].get("logprobs") or {}).get("content") or []
    return [token for token in content if isinstance(token, Mapping)]
