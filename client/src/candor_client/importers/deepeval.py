"""DeepEval: a test run's JSON (`test_run_<time>.json`, `.latest_run_full.json`).

The verdict is one metric's score against its threshold. A metric that raised has an error and no
score, while its case says `success: false`: that is ungraded, and not wrong.
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Final

from candor_client.importers.reading.assemble import Draft, assemble, only_one
from candor_client.importers.reading.fields import first_of, object_at, objects_at, texts
from candor_client.importers.reading.keys import (
    answer_text,
    content_key,
    item_key,
    label,
    question_text,
)
from candor_client.importers.reading.options import Options
from candor_client.importers.reading.probe import Probe
from candor_client.importers.reading.values import finite, flag, mean, shares
from candor_client.record import Imported, ImportProblem, Parity, Row, Status, Verdict

LOOKS_FOR: Final = "a DeepEval test run (JSON with testCases and their metricsData)"


def claims(probe: Probe) -> bool:
    """Whether it is a test run, bare or wrapped."""
    return bool(_run_of(probe))


def read(probe: Probe, options: Options) -> list[Imported]:
    """The run's one model, under one metric."""
    run = _run_of(probe)
    cases = objects_at(run, "testCases")
    names = [str(one.get("name")) for case in cases for one in objects_at(case, "metricsData")]
    metric = only_one(names, chosen=options.metric, what="metric", where=probe.path)
    if metric is None:
        raise ImportProblem(f"{probe.path}: no test case has a metric, so nothing is judged.")
    warnings: list[str] = []
    others = sorted(set(names) - {metric})
    if others:
        warnings.append(f"Judged by {metric}; the run also has {', '.join(others)}.")
    rows = _rows(cases, metric, options, warnings)
    settings = object_at(run, "hyperparameters")
    draft = Draft(
        format="deepeval",
        source=probe.path,
        benchmark=PurePath(
            str(run.get("testFile") or run.get("identifier") or probe.path.stem)
        ).stem,
        model=str(first_of(settings, ("model", "Model")) or run.get("identifier") or "unnamed"),
        rows=rows,
        confidence_source="stated",
        run={
            "harness": "deepeval",
            "metric": metric,
            "identifier": run.get("identifier"),
            "seconds": finite(run.get("runDuration")),
            "cost_usd": sum(finite(case.get("tokenCost")) or 0.0 for case in cases) or None,
        },
        parity=_parity(run, metric, cases),
        warnings=warnings,
        graded="elsewhere",
    )
    return [assemble(draft, options)]


def _rows(
    cases: list[Mapping[str, Any]], metric: str, options: Options, warnings: list[str]
) -> list[Row]:
    confidences = shares(
        (object_at(case, "metadata").get("confidence") for case in cases),
        unit=options.confidence_unit,
        warnings=warnings,
    )
    seen: Counter[str] = Counter()
    rows = []
    for number, (case, confidence) in enumerate(zip(cases, confidences, strict=True)):
        item = _item(case)
        seen[item] += 1
        rows.append(_row(case, number, item, seen[item], confidence, metric))
    return rows


def _run_of(probe: Probe) -> Mapping[str, Any]:
    for run in (probe.members, object_at(probe.members, "testRunData")):
        cases = objects_at(run, "testCases")
        if cases and "metricsData" in cases[0]:
            return run
    return {}


def _item(case: Mapping[str, Any]) -> str:
    own = object_at(case, "metadata").get("item_id") or case.get("name")
    return item_key(own) if own else content_key(case.get("input"))


def _metric(case: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = [one for one in objects_at(case, "metricsData") if one.get("name") == name]
    return found[0] if found else {}


def _row(
    case: Mapping[str, Any],
    number: int,
    item: str,
    order: int,
    confidence: float | None,
    metric: str,
) -> Row:
    metadata, scored = object_at(case, "metadata"), _metric(case, metric)
    verdict: Verdict | None = None
    status: Status = "ok"
    if flag(metadata.get("abstained")):
        verdict = "abstained"
    elif scored.get("error") or finite(scored.get("score")) is None:
        status = "unscored"
    else:
        verdict = "correct" if _passes(scored) else "wrong"
    tags = texts(case.get("tags")) or ()
    return Row(
        item=item,
        sample=int(finite(metadata.get("epoch")) or order),
        answer=None if verdict == "abstained" else answer_text(case.get("actualOutput")),
        abstained=verdict == "abstained",
        confidence=confidence,
        verdict=verdict,
        status=status,
        status_reason=None if status == "ok" else "scoring_failed",
        category=label(first_of(metadata, ("category", "subject", "topic")) or " ".join(tags)),
        question=question_text(case.get("input")),
        accepted=texts(case.get("expectedOutput")),
        source_row=number,
    )


def _passes(scored: Mapping[str, Any]) -> bool:
    said = flag(scored.get("success"))
    if said is not None:
        return said
    return (finite(scored.get("score")) or 0.0) >= (finite(scored.get("threshold")) or 0.5)


def _parity(run: Mapping[str, Any], metric: str, cases: list[Mapping[str, Any]]) -> Parity | None:
    """DeepEval's own passes of this metric over all that it scored."""
    totals = [one for one in objects_at(run, "metricsScores") if one.get("metric") == metric]
    if not totals:
        return None
    passes, fails = finite(totals[0].get("passes")), finite(totals[0].get("fails"))
    if passes is None or fails is None or not passes + fails:
        return None
    scored = [_metric(case, metric) for case in cases]
    passed = [float(_passes(one)) for one in scored if one and not one.get("error")]
    return Parity(f"{metric} pass rate", passes / (passes + fails), mean(passed))
