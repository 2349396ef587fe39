"""promptfoo: `-o out.json` (with the evaluation's facts) or `-o out.jsonl` (rows alone).

One file holds several providers × prompts, each a submission. A repeat gets a new `testIdx` and
loses its number, so repeats are counted in order. `success` also asks for latency and cost, and
`score` is the mean of every assertion: neither is a verdict. The verdict is the named score
`correct` (`metric: correct` on an assertion), else the assertions that are no measure of speed.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any, Final

from candor_client.importers.reading.assemble import Draft, assemble
from candor_client.importers.reading.fields import first_of, object_at, objects_at
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
from candor_client.importers.reading.values import finite, flag, judged, mean
from candor_client.record import Imported, NothingToRead, Parity, Row, Status, Verdict

LOOKS_FOR: Final = "promptfoo results (JSON with results.results, or lines with promptIdx, testIdx)"
_SPEED: Final = frozenset({"latency", "cost", "perplexity", "perplexity-score"})
_ERROR: Final = 2
_THREW: Final = re.compile(
    r"\s*(?:custom function (?:threw|error)|python (?:code |script )?(?:execution|error)|"
    r"execution of .* failed|ruby (?:code )?execution|(?:api|grading|grader|provider) (?:call )?"
    r"(?:error|failed)|(?:error|failed) (?:while |when )?(?:calling|running|grading)|"
    r"could not extract json|(?:\w*error): |no output)",
    re.IGNORECASE,
)
"""How promptfoo begins the reason of an assertion that failed to run."""


def claims(probe: Probe) -> bool:
    """Whether it is an export with its facts, or rows alone."""
    inner = object_at(probe.members, "results")
    if isinstance(inner.get("results"), list):
        facts = not {"prompts", "stats", "timestamp"}.isdisjoint(inner)
        return facts or "testIdx" in next(iter(objects_at(inner, "results")), {})
    return {"testIdx", "promptIdx", "provider"} <= set(probe.first)


def read(probe: Probe, options: Options) -> list[Imported]:
    """One `Imported` for each provider and prompt."""
    results = object_at(probe.members, "results")
    lines = objects_at(results, "results")
    if not lines and results:
        raise NothingToRead(f"{probe.path}: promptfoo results, and there is not one in it.")
    lines = lines or [row for _, row in probe.rows()]
    groups: dict[tuple[str, int], list[Mapping[str, Any]]] = defaultdict(list)
    for line in lines:
        groups[_provider(line), int(finite(line.get("promptIdx")) or 0)].append(line)
    prompts = Counter(name for name, _ in groups)
    return [
        _imported(probe, options, name, prompt, found, several=prompts[name] > 1)
        for (name, prompt), found in groups.items()
    ]


def _imported(
    probe: Probe,
    options: Options,
    name: str,
    prompt: int,
    lines: list[Mapping[str, Any]],
    *,
    several: bool,
) -> Imported:
    warnings: list[str] = []
    metric = options.metric or "correct"
    named = any(metric in object_at(line, "namedScores") for line in lines)
    if not named:
        warnings.append(
            f"No assertion is labelled `metric: {metric}`; judged by all but latency and cost."
        )
    how = Stated(probe.path, options.confidence_unit)
    rows = _rows(lines, metric if named else None, how, warnings)
    config = object_at(probe.members, "config")
    evaluation = probe.members.get("evalId")
    draft = Draft(
        format="promptfoo",
        source=probe.path,
        benchmark=str(config.get("description") or probe.path.stem),
        model=name,
        version=f"prompt {prompt}" if several else None,
        rows=rows,
        external_id=f"{evaluation} {name} {prompt}" if evaluation else None,
        confidence_source="stated",
        run=_run(probe, lines, metric if named else "assertions"),
        parity=_parity(probe, name, prompt, lines, metric if named else None),
        warnings=warnings,
        tags=[f"{key}:{value}" for key, value in object_at(config, "tags").items()],
        graded="elsewhere",
    )
    return assemble(draft, options)


def _rows(
    lines: list[Mapping[str, Any]], metric: str | None, how: Stated, warnings: list[str]
) -> list[Row]:
    confidences = shares(
        (object_at(line, "namedScores").get("confidence") for line in lines),
        how,
        warnings,
    )
    seen: Counter[str] = Counter()
    rows = []
    for number, (line, confidence) in enumerate(zip(lines, confidences, strict=True)):
        item = _item(line)
        seen[item] += 1
        rows.append(_row(line, number, item, seen[item], confidence, metric))
    return rows


def _provider(line: Mapping[str, Any]) -> str:
    provider = line.get("provider")
    if isinstance(provider, Mapping):
        return str(provider.get("label") or provider.get("id") or "unnamed")
    return str(provider or "unnamed")


def _metadata(line: Mapping[str, Any]) -> Mapping[str, Any]:
    return object_at(line, "testCase", "metadata") or object_at(line, "metadata")


def _item(line: Mapping[str, Any]) -> str:
    own = first_of(_metadata(line), ("item_id", "id"))
    own = own if own is not None else object_at(line, "testCase").get("description")
    if own:
        return item_key(own)
    variables = line.get("vars") or object_at(line, "testCase").get("vars")
    return content_key(json.dumps(variables, sort_keys=True, default=str))


def _row(
    line: Mapping[str, Any],
    number: int,
    item: str,
    sample: int,
    confidence: float | None,
    metric: str | None,
) -> Row:
    metadata, variables = _metadata(line), object_at(line, "vars")
    verdict, credit, status = _verdict(line, metric)
    output = object_at(line, "response").get("output")
    return Row(
        item=item,
        sample=sample,
        answer=None if verdict == "abstained" else answer_text(_output(output)),
        abstained=verdict == "abstained",
        confidence=confidence,
        verdict=verdict,
        credit=credit,
        status=status,
        status_reason={"ok": None, "error": "error"}.get(status, "grader_failed"),
        category=label(first_of(metadata, ("category", "subject", "topic"))),
        question=question_text(
            first_of(variables, ("question", "query", "input"))
            or object_at(line, "prompt").get("raw")
        ),
        source_row=number,
    )


def _output(output: Any) -> str | None:
    if output is None or isinstance(output, str):
        return output
    return json.dumps(output, ensure_ascii=False, sort_keys=True)


def _verdict(
    line: Mapping[str, Any], metric: str | None
) -> tuple[Verdict | None, float | None, Status]:
    if line.get("failureReason") == _ERROR or (line.get("error") and not line.get("response")):
        return None, None, "error"
    if flag(object_at(line, "namedScores").get("abstained")) or _refused(line):
        return "abstained", None, "ok"
    if metric is not None:
        verdict, credit = judged(object_at(line, "namedScores").get(metric))
        return verdict, credit, "ok" if verdict else "unscored"
    judging = [
        one
        for one in objects_at(object_at(line, "gradingResult"), "componentResults")
        if _kind(one) not in _SPEED
    ]
    failed = [one for one in judging if not one.get("pass")]
    if failed and all(_threw(one) for one in failed):
        return None, None, "unscored"
    right = not failed if judging else bool(line.get("success"))
    return ("correct" if right else "wrong"), None, "ok"


def _threw(component: Mapping[str, Any]) -> bool:
    """Whether an assertion could not be made: its own code or its grader failed, and nothing is
    said of the reply."""
    return _THREW.match(str(component.get("reason") or "")) is not None


def _refused(line: Mapping[str, Any]) -> bool:
    return any(
        _kind(one) == "is-refusal" and bool(one.get("pass"))
        for one in objects_at(object_at(line, "gradingResult"), "componentResults")
    )


def _kind(component: Mapping[str, Any]) -> str:
    return str(object_at(component, "assertion").get("type"))


def _parity(
    probe: Probe, name: str, prompt: int, lines: list[Mapping[str, Any]], metric: str | None
) -> Parity | None:
    """promptfoo's totals of this provider and prompt against the same totals of the rows."""
    table = objects_at(object_at(probe.members, "results"), "prompts")
    if not 0 <= prompt < len(table) or table[prompt].get("provider") != name:
        return None
    metrics = object_at(table[prompt], "metrics")
    if metric is None:
        passed, failed = finite(metrics.get("testPassCount")), finite(metrics.get("testFailCount"))
        errors = finite(metrics.get("testErrorCount")) or 0.0
        if passed is None or failed is None or not passed + failed + errors:
            return None
        ours = mean([float(bool(line.get("success"))) for line in lines])
        return Parity("pass rate", passed / (passed + failed + errors), ours)
    total = finite(object_at(metrics, "namedScores").get(metric))
    count = finite(object_at(metrics, "namedScoresCount").get(metric))
    if total is None or not count:
        return None
    scores = [finite(object_at(line, "namedScores").get(metric)) for line in lines]
    return Parity(metric, total / count, mean([score for score in scores if score is not None]))


def _run(probe: Probe, lines: list[Mapping[str, Any]], metric: str) -> dict[str, Any]:
    # The exported configuration holds the environment with its secrets: only these are taken.
    version = object_at(probe.members, "metadata").get("promptfooVersion")
    costs = [finite(line.get("cost")) or 0.0 for line in lines]
    usage = [object_at(line, "response", "tokenUsage") for line in lines]
    return {
        "harness": f"promptfoo {version}" if version else "promptfoo",
        "metric": metric,
        "started_at": object_at(probe.members, "results").get("timestamp"),
        "prompt": object_at(lines[0], "prompt").get("label"),
        "input_tokens": int(sum(finite(one.get("prompt")) or 0 for one in usage)) or None,
        "output_tokens": int(sum(finite(one.get("completion")) or 0 for one in usage)) or None,
        "cost_usd": sum(costs) or None,
    }
