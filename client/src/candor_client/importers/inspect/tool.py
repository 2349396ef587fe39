"""Inspect (inspect-ai): `.eval` and `.json` logs, old and new, finished, crashed or edited.

An epoch is a sample of ours. `external_id` is the `task_id`, which a retry of a crashed run keeps,
so that the retry's rows supersede. Inspect's `accuracy` counts C 1, P 0.5, I and N 0, leaves out
what is unscored, and averages the epochs of an item before the items.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from candor_client.importers.inspect.log import header_of, is_log, samples_of
from candor_client.importers.inspect.parity import headline_of
from candor_client.importers.inspect.scores import (
    letter_mass,
    part_of,
    read_score,
    stated_confidence,
)
from candor_client.importers.reading.assemble import Draft, assemble, only_one
from candor_client.importers.reading.fields import first_of, object_at, texts
from candor_client.importers.reading.keys import answer_text, item_key, label, question_text
from candor_client.importers.reading.numbers import Stated, shares
from candor_client.importers.reading.options import Options
from candor_client.importers.reading.probe import Probe
from candor_client.record import Imported, ImportProblem, NothingToRead, Row
from candor_client.wording import counted

LOOKS_FOR: Final = "an Inspect log (.eval or .json): members header, eval and samples"
claims = is_log
_CATEGORY: Final = ("category", "subject", "topic", "domain")


@dataclass(frozen=True, slots=True)
class _Sampled:
    """A sample with the score that judges it, and its confidence as written."""

    row: Row
    value: Any
    stated: Any
    mass: float | None
    edited: bool


def read(probe: Probe, options: Options) -> list[Imported]:
    """The log's one model on its one task."""
    header = header_of(probe)
    spec = object_at(header, "eval")
    scorers = _scorer_names(header)
    headline = headline_of(header, options)
    wished = options.scorer or (headline.scorer if headline else None)
    scorer = wished if wished or not scorers else scorers[0]
    part = options.metric or (headline.part if headline else None)
    sampled: list[_Sampled] = []
    seen: list[str] = list(scorers)
    for sample in samples_of(probe):
        seen += [name for name in _scores(sample) if name not in seen]
        scorer = scorer or (seen[0] if seen else None)
        sampled.append(_sampled(probe, sample, scorer, part, options, len(sampled)))
    if not sampled:
        raise NothingToRead(f"{probe.path}: {_without_samples(header)}")
    only_one(seen, chosen=options.scorer, what="scorer", where=probe.path)
    warnings = _warnings(header, sampled, seen, scorer)
    rows = _with_confidence(sampled, Stated(probe.path, options.confidence_unit), warnings)
    source = "stated" if any(one.stated is not None for one in sampled) else "logprob"
    draft = Draft(
        format="inspect",
        source=probe.path,
        benchmark=str(spec.get("task") or probe.path.stem),
        model=str(spec.get("model") or "unnamed"),
        rows=rows + _missing(spec, rows),
        external_id=spec.get("task_id"),
        confidence_source=source,
        run=_run(header, spec, scorer),
        parity=headline.check([(one.row.item, one.value) for one in sampled]) if headline else None,
        warnings=warnings,
        tags=dict.fromkeys([*(spec.get("tags") or ()), *(header.get("tags") or ())]),
        graded="elsewhere",
        unfinished=_unfinished(header),
    )
    return [assemble(draft, options)]


def _scorer_names(header: Mapping[str, Any]) -> list[str]:
    results = object_at(header, "results").get("scores") or []
    names = [str(one.get("scorer") or one.get("name")) for one in results]
    declared = object_at(header, "eval").get("scorers") or []
    return list(dict.fromkeys(names + [str(one.get("name")) for one in declared]))


def _scores(sample: Mapping[str, Any]) -> dict[str, Any]:
    scores = sample.get("scores")
    if isinstance(scores, dict):
        return scores
    # Logs of the first schema had one score and no name for it.
    single = sample.get("score")
    return {"score": single} if isinstance(single, dict) else {}


def _sampled(
    probe: Probe,
    sample: Mapping[str, Any],
    scorer: str | None,
    part: str | None,
    options: Options,
    number: int,
) -> _Sampled:
    score = _scores(sample).get(scorer or "")
    try:
        read = read_score(sample, score, part)
        value = None if score is None else part_of(score.get("value"), part)
    except ImportProblem as problem:
        raise ImportProblem(f"{probe.path}: {problem}") from None
    metadata = object_at(sample, "metadata")
    category = metadata.get(options.category) if options.category else first_of(metadata, _CATEGORY)
    target = sample.get("target")
    row = Row(
        item=item_key(sample.get("id")),
        sample=int(sample.get("epoch") or 1),
        answer=answer_text((score or {}).get("answer")) if read.verdict != "abstained" else None,
        abstained=read.verdict == "abstained",
        verdict=read.verdict,
        credit=read.credit,
        status=read.status,
        status_reason=read.reason,
        category=label(category),
        cluster=label(metadata.get(options.cluster)) if options.cluster else None,
        question=question_text(_question(sample)),
        accepted=texts(target),
        choices=texts(sample.get("choices")),
        source_row=number,
    )
    return _Sampled(
        row=row,
        value=value,
        stated=stated_confidence(sample, score),
        mass=letter_mass(sample, score),
        edited=any("provenance" in one for one in (score or {}).get("history") or ()),
    )


def _with_confidence(sampled: list[_Sampled], how: Stated, warnings: list[str]) -> list[Row]:
    """One source a file: stated confidences where there is any, else the choice's letter mass."""
    stated = shares((one.stated for one in sampled), how, warnings)
    if any(one.stated is not None for one in sampled):
        confidences = stated
    else:
        confidences = [one.mass for one in sampled]
    return [
        replace(one.row, confidence=share) for one, share in zip(sampled, confidences, strict=True)
    ]


def _missing(spec: Mapping[str, Any], rows: list[Row]) -> list[Row]:
    """What the run planned and the log does not hold: a crash leaves the rest undone."""
    planned = [item_key(one) for one in object_at(spec, "dataset").get("sample_ids") or ()]
    done = {(row.item, row.sample) for row in rows}
    if not {item for item, _ in done} <= set(planned):
        return []
    epochs = int(object_at(spec, "config").get("epochs") or 1)
    return [
        Row(item=item, sample=epoch, status="missing", status_reason="missing")
        for item in planned
        for epoch in range(1, epochs + 1)
        if (item, epoch) not in done
    ]


def _without_samples(header: Mapping[str, Any]) -> str:
    status = header.get("status")
    if status == "success":
        return "the log holds no samples; run with log_samples."
    return f"the log holds no samples: the status of its run is {status!r}."


def _unfinished(header: Mapping[str, Any]) -> str | None:
    status = header.get("status")
    return None if status == "success" else f"the status of its run is {status!r}"


def _warnings(
    header: Mapping[str, Any], sampled: list[_Sampled], scorers: list[str], scorer: str | None
) -> list[str]:
    warnings = []
    status = header.get("status")
    if status != "success":
        warnings.append(
            f"The run's status is {status!r}; the log holds {counted(len(sampled), 'sample')}."
        )
    if header.get("invalidated"):
        warnings.append("The log is marked as invalidated.")
    edited = sum(one.edited for one in sampled)
    if edited:
        warnings.append(f"{counted(edited, 'score')} edited after the run: the edit counts.")
    others = [name for name in scorers if name != scorer]
    if others:
        warnings.append(f"Judged by scorer {scorer}; the log also has {', '.join(others)}.")
    return warnings


def _run(header: Mapping[str, Any], spec: Mapping[str, Any], scorer: str | None) -> dict[str, Any]:
    # Settings given on the command line land in the plan, those of the task in the spec.
    generation = {**object_at(spec, "model_generate_config"), **object_at(header, "plan", "config")}
    stats = object_at(header, "stats")
    usage = object_at(stats, "model_usage", str(spec.get("model")))
    version = object_at(spec, "packages").get("inspect_ai")
    return {
        "harness": f"inspect_ai {version}" if version else "inspect_ai",
        "task": spec.get("task"),
        "task_version": spec.get("task_version"),
        "scorer": scorer,
        "status": header.get("status"),
        "started_at": stats.get("started_at") or spec.get("created"),
        "finished_at": stats.get("completed_at"),
        "epochs": object_at(spec, "config").get("epochs"),
        "temperature": generation.get("temperature"),
        "top_p": generation.get("top_p"),
        "max_tokens": generation.get("max_tokens"),
        "seed": generation.get("seed"),
        "input_tokens": usage.get("input_tokens"),
        "output_tokens": usage.get("output_tokens"),
        "cost_usd": usage.get("total_cost"),
        "commit": object_at(spec, "revision").get("commit"),
    }


def _question(sample: Mapping[str, Any]) -> str | None:
    """The last thing the user said, with an attachment's text put back."""
    given = sample.get("input")
    if isinstance(given, list):
        said = [one for one in given if isinstance(one, dict) and one.get("role") == "user"]
        given = said[-1].get("content") if said else None
    if isinstance(given, list):
        given = "\n".join(_parts(given))
    if isinstance(given, str) and given.startswith("attachment://"):
        given = object_at(sample, "attachments").get(given.removeprefix("attachment://"))
    return given if isinstance(given, str) else None


def _parts(content: list[Any]) -> Iterator[str]:
    for part in content:
        if isinstance(part, dict) and part.get("type") == "text":
            yield str(part.get("text"))
