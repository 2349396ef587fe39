"""Every Eval Ever: instance rows (`<uuid>_samples.jsonl`) with their aggregate (`<uuid>.json`).

The format has one row for each sample and metric, so one `evaluation_result_id` is read, and only
one that says right or wrong. It has no epoch, confidence or abstention of its own: they are read
from the row's metadata, where our export writes them.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from candor_client.importers.reading.assemble import Draft, assemble, only_one
from candor_client.importers.reading.fields import object_at, objects_at, texts
from candor_client.importers.reading.keys import answer_text, item_key, label, question_text
from candor_client.importers.reading.numbers import Stated, shares
from candor_client.importers.reading.options import Options
from candor_client.importers.reading.probe import Probe
from candor_client.importers.reading.values import finite, flag, judged, mean
from candor_client.record import Imported, ImportProblem, Parity, Row, Verdict

LOOKS_FOR: Final = "Every Eval Ever instance rows (evaluation_result_id, sample_id) or aggregates"
_RIGHT_OR_WRONG: Final = frozenset(
    {"accuracy", "acc", "exact_match", "em", "correct", "mean", "pass@1", "quasi_exact_match"}
)
_SUFFIX: Final = "_samples"


def claims(probe: Probe) -> bool:
    """Whether it is a file of instances, or an aggregate."""
    return _is_instance(probe.first) or {"evaluation_results", "model_info"} <= set(probe.members)


def rows_in(probe: Probe) -> list[Path]:
    """The instances themselves, or those that belong to an aggregate."""
    if _is_instance(probe.first):
        return [probe.path]
    instances = probe.path.with_name(f"{probe.path.stem}{_SUFFIX}.jsonl")
    if not instances.is_file():
        raise ImportProblem(
            f"{probe.path}: an aggregate alone; its {instances.name} is not beside it."
        )
    return [instances]


def read(probe: Probe, options: Options) -> list[Imported]:
    """One model under one result id."""
    aggregate = _aggregate(probe.path)
    found: dict[str, None] = {}
    for _, line in probe.rows():
        found.setdefault(str(line.get("evaluation_result_id")))
    known = [name for name in found if _judges(name)] or _said_to_judge(probe, aggregate, found)
    chosen = only_one(
        found if options.metric else known, chosen=options.metric, what="metric", where=probe.path
    )
    if chosen is None:
        raise ImportProblem(
            f"{probe.path}: none of its results ({', '.join(found)}) is known to judge an answer "
            "as right or wrong; say which with --metric."
        )
    warnings: list[str] = []
    others = [name for name in found if name != chosen]
    if others:
        warnings.append(f"Judged by {chosen}; the file also has {', '.join(others)}.")
    lines = _once([row for _, row in probe.rows() if row.get("evaluation_result_id") == chosen])
    metadata = [object_at(line, "metadata") for line in lines]
    confidences = shares(
        (one.get("confidence") for one in metadata),
        Stated(probe.path, options.confidence_unit),
        warnings,
    )
    if not any("abstained" in one for one in metadata):
        warnings.append("The rows do not say who abstained; an abstention counts as wrong here.")
    if _repeats_means(lines):
        warnings.append("Every epoch carries its item's mean score; their own are not in the file.")
    rows = [
        _row(line, number, confidence)
        for number, (line, confidence) in enumerate(zip(lines, confidences, strict=True))
    ]
    return [assemble(_draft(probe, aggregate, lines, rows, chosen, warnings), options)]


def _draft(
    probe: Probe,
    aggregate: Mapping[str, Any],
    lines: list[Mapping[str, Any]],
    rows: list[Row],
    chosen: str,
    warnings: list[str],
) -> Draft:
    model = object_at(aggregate, "model_info")
    library = object_at(aggregate, "eval_library")
    return Draft(
        format="every-eval-ever",
        source=probe.path,
        benchmark=str(lines[0].get("evaluation_name") or probe.path.stem),
        model=str(model.get("name") or lines[0].get("model_id") or "unnamed"),
        provider=model.get("developer"),
        rows=rows,
        external_id=f"{lines[0].get('evaluation_id')} {chosen}",
        confidence_source="stated",
        run={
            "harness": " ".join(filter(None, (library.get("name"), library.get("version")))),
            "metric": chosen,
            "evaluation_id": lines[0].get("evaluation_id"),
            "started_at": aggregate.get("evaluation_timestamp"),
        },
        parity=_parity(aggregate, chosen, lines),
        warnings=warnings,
        graded="elsewhere",
    )


def _is_instance(row: Mapping[str, Any]) -> bool:
    return {"evaluation_id", "sample_id", "evaluation"} <= set(row)


def _aggregate(instances: Path) -> Mapping[str, Any]:
    path = instances.with_name(f"{instances.stem.removesuffix(_SUFFIX)}.json")
    return Probe(path).members if path.is_file() else {}


def _judges(result_id: str) -> bool:
    """Whether a result id names a judgement: `scorer:accuracy`, `exact_match:strict-json`."""
    return any(part in _RIGHT_OR_WRONG for part in re.split(r"[:/]", result_id))


def _said_to_judge(probe: Probe, aggregate: Mapping[str, Any], found: Iterable[str]) -> list[str]:
    """Results of other names that the aggregate calls an accuracy, or the only one where every row
    says `is_correct`."""
    names = list(found)
    said = [
        str(one.get("evaluation_result_id"))
        for one in objects_at(aggregate, "evaluation_results")
        if object_at(one, "metric_config").get("metric_kind") in _RIGHT_OR_WRONG
        or one.get("metric_kind") in _RIGHT_OR_WRONG
    ]
    if named := [name for name in names if name in said]:
        return named
    told = all(
        isinstance(object_at(row, "evaluation").get("is_correct"), bool) for _, row in probe.rows()
    )
    return names if len(names) == 1 and told else []


def _place(line: Mapping[str, Any]) -> tuple[str, int]:
    epoch = finite(object_at(line, "metadata").get("epoch"))
    return item_key(line.get("sample_id")), int(epoch or 1)


def _once(lines: list[dict[str, Any]]) -> list[Mapping[str, Any]]:
    """Each (sample, epoch) once: several reducers repeat their rows indistinguishably."""
    found: dict[tuple[str, int], Mapping[str, Any]] = {}
    for line in lines:
        found.setdefault(_place(line), line)
    return list(found.values())


def _repeats_means(lines: list[Mapping[str, Any]]) -> bool:
    """Whether a converter wrote the reduced score beside each epoch: shares that never vary."""
    by_item: dict[str, list[float | None]] = {}
    for line in lines:
        score = finite(object_at(line, "evaluation").get("score"))
        by_item.setdefault(_place(line)[0], []).append(score)
    repeated = [scores for scores in by_item.values() if len(scores) > 1]
    alike = all(len(set(scores)) == 1 for scores in repeated)
    return alike and any(scores[0] not in {0.0, 1.0} for scores in repeated)


def _row(line: Mapping[str, Any], number: int, confidence: float | None) -> Row:
    metadata, evaluation = object_at(line, "metadata"), object_at(line, "evaluation")
    item, sample = _place(line)
    verdict, credit = judged(evaluation.get("score"))
    if verdict is None and isinstance(evaluation.get("is_correct"), bool):
        verdict = "correct" if evaluation["is_correct"] else "wrong"
    if flag(metadata.get("abstained")):
        verdict, credit = _abstained(), None
    failed = bool(line.get("error"))
    given = object_at(line, "input")
    return Row(
        item=item,
        sample=sample,
        answer=None if verdict == "abstained" else answer_text(_answer(line)),
        abstained=verdict == "abstained",
        confidence=confidence,
        verdict=None if failed else verdict,
        credit=None if failed else credit,
        status="error" if failed else "ok" if verdict else "unscored",
        status_reason=label(line.get("error")) if failed else None,
        category=label(metadata.get("category")),
        question=question_text(given.get("raw") if isinstance(given.get("raw"), str) else None),
        accepted=texts(given.get("reference")),
        choices=texts(given.get("choices")),
        source_row=number,
    )


def _abstained() -> Verdict:
    return "abstained"


def _answer(line: Mapping[str, Any]) -> str | None:
    extracted = [
        one.get("extracted_value")
        for one in objects_at(line, "answer_attribution")
        if one.get("is_terminal", True)
    ]
    raw = texts(object_at(line, "output").get("raw"))
    return str(extracted[-1]) if extracted and extracted[-1] else raw[0] if raw else None


def _parity(
    aggregate: Mapping[str, Any], chosen: str, lines: list[Mapping[str, Any]]
) -> Parity | None:
    """The aggregate's score against the mean over samples of their epochs' means."""
    totals = [
        one
        for one in objects_at(aggregate, "evaluation_results")
        if one.get("evaluation_result_id") == chosen
    ]
    reported = finite(object_at(totals[0], "score_details").get("score")) if totals else None
    if reported is None:
        return None
    by_item: dict[str, list[float]] = {}
    for line in lines:
        score = finite(object_at(line, "evaluation").get("score"))
        if score is not None:
            by_item.setdefault(_place(line)[0], []).append(score)
    return Parity(chosen, reported, mean(mean(found) or 0.0 for found in by_item.values()))
