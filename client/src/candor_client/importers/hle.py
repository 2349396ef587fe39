"""HLE: judged predictions as its script writes them, `{question id: {response, judge_response}}`.

The script takes `yes` anywhere in the judge's `correct` for right. Its judge is told to write 100
where the response states no confidence, so a 100 that the response does not state is unstated. An
answer in the words of declining abstains. A question without a judgement, or whose judge failed
(the script writes "no" at confidence 0), is ungraded here; the script counts it as wrong.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from candor_client.importers.reading.assemble import Draft, assemble
from candor_client.importers.reading.declining import declines
from candor_client.importers.reading.fields import first_of, object_at
from candor_client.importers.reading.keys import answer_text, item_key, label
from candor_client.importers.reading.numbers import Stated, shares
from candor_client.importers.reading.options import Options
from candor_client.importers.reading.probe import Probe
from candor_client.importers.reading.values import stated_number
from candor_client.record import Imported, Row, Status, Verdict
from candor_client.wording import counted

LOOKS_FOR: Final = "judged HLE predictions: a JSON object of question ids with judge_response"
_STATED: Final = re.compile(
    r"confiden\w*\W{0,20}(?:(?:is|of|level|score|about|around|roughly|approximately)\W{0,5}){0,3}\d"
    r"|\d\s*%\s*(?:confident|certain|sure)\b",
    re.IGNORECASE,
)
"""A confidence that is named as one: a percentage of something else states none."""
_UNSTATED: Final = 100


def claims(probe: Probe) -> bool:
    """Whether the members are judged predictions."""
    if probe.kind != "document":
        return False
    entries = list(probe.members.values())
    return bool(entries) and any(
        isinstance(entry, Mapping) and isinstance(entry.get("judge_response"), Mapping)
        for entry in entries
    )


def read(probe: Probe, options: Options) -> list[Imported]:
    """The file's one model."""
    entries = {key: value for key, value in probe.members.items() if isinstance(value, Mapping)}
    warnings: list[str] = []
    stated = [_stated(entry) for entry in entries.values()]
    unstated = sum(
        share is None
        and (judgement := object_at(entry, "judge_response")).get("confidence") is not None
        and not _judge_failed(judgement)
        for share, entry in zip(stated, entries.values(), strict=True)
    )
    if unstated:
        warnings.append(
            f"{counted(unstated, 'confidence')} of 100 that no response states: unstated."
        )
    confidences = shares(stated, Stated(probe.path, "percent"), warnings)
    rows = [
        _row(key, entry, number, confidence)
        for number, ((key, entry), confidence) in enumerate(
            zip(entries.items(), confidences, strict=True)
        )
    ]
    models = {str(entry["model"]) for entry in entries.values() if entry.get("model")}
    draft = Draft(
        format="hle",
        source=probe.path,
        benchmark="hle",
        model=sorted(models)[0] if models else probe.path.stem.removeprefix("judged_hle_"),
        rows=rows,
        confidence_source="stated",
        run={"harness": "hle", "judge": _judge(entries)},
        warnings=warnings,
        graded="elsewhere",
    )
    return [assemble(draft, options)]


def _row(key: str, entry: Mapping[str, Any], number: int, confidence: float | None) -> Row:
    judgement = object_at(entry, "judge_response")
    answer = answer_text(judgement.get("model_answer"))
    verdict, status, reason = _judged(entry, judgement, answer)
    return Row(
        item=item_key(key),
        answer=answer if verdict in {"correct", "wrong"} else None,
        abstained=verdict == "abstained",
        confidence=confidence,
        verdict=verdict,
        status=status,
        status_reason=reason,
        accepted=None
        if not judgement.get("correct_answer")
        else (str(judgement["correct_answer"]),),
        source_row=number,
    )


def _judged(
    entry: Mapping[str, Any], judgement: Mapping[str, Any], answer: str | None
) -> tuple[Verdict | None, Status, str | None]:
    """The verdict, or why there is none: the model's call failed, or the judge's."""
    if not judgement:
        said = entry.get("response")
        if entry.get("error") or (isinstance(said, str) and not said.strip()):
            return None, "error", label(entry.get("error")) or "no_response"
        return None, "unscored", "grader_failed"
    if _judge_failed(judgement):
        return None, "unscored", "grader_failed"
    if "yes" in str(judgement.get("correct")).lower():
        return "correct", "ok", None
    extracted = (answer or "").strip()
    declined = not extracted or extracted.lower() == "none" or declines(extracted)
    return ("abstained" if declined else "wrong"), "ok", None


def _judge_failed(judgement: Mapping[str, Any]) -> bool:
    """Whether the judge's call failed: the script then writes "no" and a confidence of 0."""
    return bool(judgement.get("error")) or judgement.get("correct") in (None, "")


def states_confidence(response: Any) -> bool:
    """Whether a response names a confidence at all."""
    return isinstance(response, str) and _STATED.search(response) is not None


def _stated(entry: Mapping[str, Any]) -> Any:
    judgement = object_at(entry, "judge_response")
    written = judgement.get("confidence")
    if _judge_failed(judgement):
        return None
    if stated_number(written) == _UNSTATED and not states_confidence(entry.get("response")):
        return None
    return written


def _judge(entries: Mapping[str, Mapping[str, Any]]) -> Any:
    judgements = (object_at(entry, "judge_response") for entry in entries.values())
    return next((found for one in judgements if (found := first_of(one, ("judge", "model")))), None)
