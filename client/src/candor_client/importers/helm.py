"""HELM: a run folder, by its `per_instance_stats.json` with `run_spec.json` beside it.

Confidence is `max_prob`: the probability of the predicted choice. Providers that return no
log-probabilities leave `logprob` 0 and `max_prob` 1, which is unstated and not certainty. A
perturbed instance is an item of its own in the cluster of the original. HELM has no abstention.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from candor_client.importers.reading.assemble import Draft, assemble, only_one
from candor_client.importers.reading.fields import object_at, objects_at
from candor_client.importers.reading.keys import answer_text, item_key, label, question_text
from candor_client.importers.reading.options import Options
from candor_client.importers.reading.probe import Probe
from candor_client.importers.reading.values import finite, judged, mean
from candor_client.record import Imported, ImportProblem, Parity, Row
from candor_client.wording import counted

LOOKS_FOR: Final = "a HELM run folder (per_instance_stats.json beside run_spec.json)"
# Only what says right or wrong: HELM keeps dozens of other figures beside them.
_METRICS: Final = (
    "exact_match",
    "quasi_exact_match",
    "prefix_exact_match",
    "quasi_prefix_exact_match",
    "final_number_exact_match",
    "math_equiv_chain_of_thought",
    "math_equiv",
    "ifeval_strict_accuracy",
    "chain_of_thought_correctness",
)
_FREE_TEXT: Final = ("f1_score", "rouge_l", "rouge_2", "rouge_1", "bleu_4", "bleu_1", "bleu")
_STATS: Final = "per_instance_stats.json"
_Place = tuple[str, int, str]


def claims(probe: Probe) -> bool:
    """Whether it is a run's statistics, or another file that only such a run has."""
    document = probe.document
    if isinstance(document, list):
        first = document[0] if document and isinstance(document[0], Mapping) else {}
        return {"instance_id", "stats"} <= set(first)
    return "adapter_spec" in probe.members


def rows_in(probe: Probe) -> list[Path]:
    """The statistics of the run that the file belongs to."""
    stats = probe.path.with_name(_STATS)
    if isinstance(probe.document, list):
        return [probe.path]
    if not stats.is_file():
        raise ImportProblem(f"{probe.path}: {_STATS} is not beside it, so no item is judged.")
    return [stats]


def read(probe: Probe, options: Options) -> list[Imported]:
    """The run's one model on its one scenario."""
    spec = _beside(probe, "run_spec.json")
    states = _states(_beside(probe, "scenario_state.json"))
    entries = [entry for entry in probe.document if isinstance(entry, Mapping)]
    metric, known = _metric(probe, entries, options)
    kept, warnings = _of_one_split(probe, metric, entries)
    rows = [_row(entry, metric, states, number) for number, entry in kept]
    entries = [entry for _, entry in kept]
    adapter = object_at(spec, "adapter_spec")
    draft = Draft(
        format="helm",
        source=probe.path,
        benchmark=_benchmark(spec, probe),
        model=str(adapter.get("model") or adapter.get("model_deployment") or "unnamed"),
        rows=rows,
        external_id=str(spec["name"]) if spec.get("name") else None,
        confidence_source="logprob",
        run={
            "harness": "helm",
            "metric": metric,
            "deployment": adapter.get("model_deployment"),
            "method": adapter.get("method"),
            "num_fewshot": adapter.get("max_train_instances"),
            "temperature": adapter.get("temperature"),
            "max_tokens": adapter.get("max_tokens"),
        },
        parity=_parity(probe, metric, entries),
        warnings=[*warnings, *_warnings(metric, known, entries)],
        graded="elsewhere",
    )
    return [assemble(draft, options)]


def _of_one_split(
    probe: Probe, metric: str, entries: list[Mapping[str, Any]]
) -> tuple[list[tuple[int, Mapping[str, Any]]], list[str]]:
    """The instances of the split that HELM's headline is of, with their numbers: `test`, else the
    first. What is checked is then what is sent."""
    splits = list(dict.fromkeys(_split(entry, metric) for entry in entries))
    if len(splits) < 2:
        return list(enumerate(entries)), []
    split = "test" if "test" in splits else splits[0]
    kept = [(n, one) for n, one in enumerate(entries) if _split(one, metric) == split]
    others = Counter(_split(one, metric) for one in entries)
    del others[split]
    left = ", ".join(f"{times} of {name or 'no split'}" for name, times in others.items())
    told = counted(len(kept), "instance")
    return kept, [f"HELM's figure is of the split {split}: its {told} are sent, and not {left}."]


def _metric(
    probe: Probe, entries: list[Mapping[str, Any]], options: Options
) -> tuple[str, list[str]]:
    """The figure that judges, and all that could. Raises where there is none."""
    names = {name for entry in entries for name in _values(entry)}
    known: list[str] = [name for name in _METRICS if name in names]
    metric = only_one(
        sorted(names) if options.metric else known,
        chosen=options.metric,
        what="metric",
        where=probe.path,
    )
    if metric is None:
        raise ImportProblem(
            f"{probe.path}: no metric that says right or wrong; say which with the metric."
        )
    return metric, known


def _beside(probe: Probe, name: str) -> Mapping[str, Any]:
    path = probe.path.with_name(name)
    return Probe(path).members if path.is_file() else {}


def _benchmark(spec: Mapping[str, Any], probe: Probe) -> str:
    """The run's name without its model and method: `mmlu:subject=philosophy`."""
    name = str(spec.get("name") or probe.path.parent.name)
    scenario, _, arguments = name.partition(":")
    own = ("model=", "model_deployment=", "method=")
    kept = [part for part in arguments.split(",") if part and not part.startswith(own)]
    return f"{scenario}:{','.join(kept)}" if kept else scenario


def _values(entry: Mapping[str, Any]) -> dict[str, float]:
    """Metric to value, over the unperturbed or the entry's own perturbation alike."""
    found: dict[str, float] = {}
    for stat in objects_at(entry, "stats"):
        value = finite(stat.get("mean"))
        if value is None and finite(stat.get("count")):
            value = (finite(stat.get("sum")) or 0.0) / (finite(stat.get("count")) or 1.0)
        if value is not None:
            found[str(object_at(stat, "name").get("name"))] = value
    return found


def _perturbation(holder: Mapping[str, Any]) -> str:
    return str(object_at(holder, "perturbation").get("name") or "")


def _states(scenario: Mapping[str, Any]) -> dict[_Place, Mapping[str, Any]]:
    """The requests by the instance that they asked."""
    found: dict[_Place, Mapping[str, Any]] = {}
    for state in objects_at(scenario, "request_states"):
        instance = object_at(state, "instance")
        place = (
            str(instance.get("id")),
            int(finite(state.get("train_trial_index")) or 0),
            _perturbation(instance),
        )
        found.setdefault(place, state)
    return found


def _row(
    entry: Mapping[str, Any],
    metric: str,
    states: Mapping[_Place, Mapping[str, Any]],
    number: int,
) -> Row:
    instance, perturbation = str(entry.get("instance_id")), _perturbation(entry)
    trial = int(finite(entry.get("train_trial_index")) or 0)
    state = states.get((instance, trial, perturbation), {})
    values = _values(entry)
    verdict, credit = judged(values.get(metric))
    asked = object_at(state, "instance")
    options = objects_at(asked, "references")
    return Row(
        item=item_key(f"{instance}~{perturbation}" if perturbation else instance),
        sample=trial + 1,
        answer=answer_text(_answer(state)),
        confidence=_confidence(values),
        verdict=verdict,
        credit=credit,
        status="ok" if verdict else "unscored",
        status_reason=None if verdict else "scoring_failed",
        category=label(asked.get("sub_split") or asked.get("split")),
        cluster=item_key(instance) if perturbation else None,
        question=question_text(object_at(asked, "input").get("text")),
        accepted=_texts_of(one for one in options if "correct" in (one.get("tags") or ())),
        choices=_texts_of(options) if len(options) > 1 else None,
        source_row=number,
    )


def _texts_of(references: Any) -> tuple[str, ...] | None:
    return tuple(str(object_at(one, "output").get("text")) for one in references) or None


def _answer(state: Mapping[str, Any]) -> str | None:
    completions = objects_at(object_at(state, "result"), "completions")
    if not completions:
        return None
    text = str(completions[0].get("text") or "")
    return str(object_at(state, "output_mapping").get(text.strip(), text)) or None


def _confidence(values: Mapping[str, float]) -> float | None:
    confidence = values.get("max_prob")
    if confidence is None or not 0 <= confidence <= 1 or values.get("logprob", 0.0) == 0.0:
        return None
    return confidence


def _warnings(metric: str, known: list[str], entries: list[Mapping[str, Any]]) -> list[str]:
    warnings = []
    others = [name for name in known if name != metric]
    if others:
        warnings.append(f"Judged by {metric}; the run also has {', '.join(others)}.")
    means = _headlines(entries)
    if means and metric != _METRICS[-1]:
        told = ", ".join(f"{name} {value:.3g}" for name, value in means.items())
        warnings.append(
            f"The run is free text, and its figures are {told}; {metric} says right only of the "
            "same words. --metric judges by another."
        )
    stated = [values for entry in entries if "max_prob" in (values := _values(entry))]
    unstated = sum(_confidence(values) is None for values in stated)
    if unstated:
        warnings.append(f"{counted(unstated, 'instance')} with logprob 0: confidence unstated.")
    return warnings


def _headlines(entries: list[Mapping[str, Any]]) -> dict[str, float]:
    """The means of figures that HELM shows for free text, where the run has any."""
    found: dict[str, list[float]] = defaultdict(list)
    for entry in entries:
        for name, value in _values(entry).items():
            if name in _FREE_TEXT:
                found[name].append(value)
    return {name: math.fsum(values) / len(values) for name, values in found.items()}


def _parity(probe: Probe, metric: str, entries: list[Mapping[str, Any]]) -> Parity | None:
    """The run's mean of one split out of `stats.json`: items first over trials, unperturbed."""
    path = probe.path.with_name("stats.json")
    totals = Probe(path).document if path.is_file() else None
    if not isinstance(totals, list):
        return None
    reported = {
        str(name.get("split")): finite(stat.get("mean"))
        for stat in totals
        if (name := object_at(stat, "name")).get("name") == metric and "perturbation" not in name
    }
    split = "test" if "test" in reported else next(iter(reported), None)
    value = reported.get(split) if split is not None else None
    if value is None:
        return None
    ours = [
        amount
        for entry in entries
        if not _perturbation(entry) and _split(entry, metric) == split
        for amount in [_values(entry).get(metric)]
        if amount is not None
    ]
    return Parity(f"{metric} ({split})", value, mean(ours))


def _split(entry: Mapping[str, Any], metric: str) -> str:
    for stat in objects_at(entry, "stats"):
        name = object_at(stat, "name")
        if name.get("name") == metric:
            return str(name.get("split"))
    return ""
