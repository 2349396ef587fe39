"""DeepEval: a test run's JSON (`test_run_<time>.json`, `.latest_run_full.json`).

A case is correct where all of its metrics pass, as DeepEval counts; `--metric` judges by one. A
metric that raised has an error and no score, while its case says `success: false`: that is
ungraded, and not wrong, unless another metric fails.
"""

import re
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
from candor_client.importers.reading.numbers import Stated, shares
from candor_client.importers.reading.options import Options
from candor_client.importers.reading.probe import Probe
from candor_client.importers.reading.values import finite, flag, mean
from candor_client.record import (
    Imported,
    ImportProblem,
    NothingToRead,
    Parity,
    Row,
    Status,
    Verdict,
)

_NUMBERED: Final = re.compile(r"(?:conversational_)?test_case_\d+")
LOOKS_FOR: Final = "a DeepEval test run (JSON with testCases and their metricsData)"


def claims(probe: Probe) -> bool:
    """Whether it is a test run, bare or wrapped, or the link to one."""
    return bool(_run_of(probe)) or set(probe.members) == {"testRunLink"}


def read(probe: Probe, options: Options) -> list[Imported]:
    """The run's one model, under one metric."""
    run = _run_of(probe)
    if not run:
        raise NothingToRead(
            f"{probe.path}: this DeepEval run was uploaded, and only its link is here. Set "
            "DEEPEVAL_RESULTS_FOLDER, and push the test run that is written there."
        )
    cases = objects_at(run, "testCases")
    names = [str(one.get("name")) for case in cases for one in objects_at(case, "metricsData")]
    known = list(dict.fromkeys(names))
    if not known:
        raise ImportProblem(f"{probe.path}: no test case has a metric, so nothing is judged.")
    metric = only_one(names, chosen=options.metric, what="metric", where=probe.path)
    warnings: list[str] = []
    others = sorted(set(names) - {metric})
    if others and options.metric is not None:
        warnings.append(f"Judged by {metric}; the run also has {', '.join(others)}.")
    elif others:
        metric = None
        warnings.append(
            f"A case is correct where all of its metrics pass, as DeepEval counts: "
            f"{', '.join(known)}. --metric judges by one of them."
        )
    rows = _rows(cases, metric, Stated(probe.path, options.confidence_unit), warnings)
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
            "metric": metric or ", ".join(known),
            "identifier": run.get("identifier"),
            "seconds": finite(run.get("runDuration")),
            "cost_usd": sum(finite(case.get("tokenCost")) or 0.0 for case in cases) or None,
        },
        parity=_passed(run, rows) if metric is None else _parity(run, metric, cases),
        warnings=warnings,
        graded="elsewhere",
    )
    return [assemble(draft, options)]


def _rows(
    cases: list[Mapping[str, Any]], metric: str | None, how: Stated, warnings: list[str]
) -> list[Row]:
    confidences = shares(
        (object_at(case, "metadata").get("confidence") for case in cases),
        how,
        warnings,
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
    """The item's id. A name such as `test_case_0` is a place in a list, which another run gives to
    another question: such a case is known by its input."""
    own = object_at(case, "metadata").get("item_id")
    name = case.get("name")
    if own is None and name and not _NUMBERED.fullmatch(str(name)):
        own = name
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
    metric: str | None,
) -> Row:
    metadata = object_at(case, "metadata")
    verdict: Verdict | None = "abstained" if flag(metadata.get("abstained")) else None
    verdict = verdict or _verdict(case, metric)
    status: Status = "ok" if verdict else "unscored"
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


def _verdict(case: Mapping[str, Any], metric: str | None) -> Verdict | None:
    """By one metric, or by all: one that fails is enough to be wrong, and where none fails one that
    raised leaves the case without a verdict."""
    scored = objects_at(case, "metricsData") if metric is None else [_metric(case, metric)]
    raised = [one for one in scored if one.get("error") or finite(one.get("score")) is None]
    if any(one not in raised and not _passes(one) for one in scored):
        return "wrong"
    return None if raised or not scored else "correct"


def _passes(scored: Mapping[str, Any]) -> bool:
    said = flag(scored.get("success"))
    if said is not None:
        return said
    return (finite(scored.get("score")) or 0.0) >= (finite(scored.get("threshold")) or 0.5)


def _passed(run: Mapping[str, Any], rows: list[Row]) -> Parity | None:
    """DeepEval's own passed cases over all cases; a metric that raised is no pass there."""
    passed, failed = finite(run.get("testPassed")), finite(run.get("testFailed"))
    if passed is None or failed is None or not passed + failed:
        return None
    ours = mean([float(row.verdict == "correct") for row in rows])
    return Parity("passed test cases", passed / (passed + failed), ours)


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
