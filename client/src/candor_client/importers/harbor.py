"""Harbor and Terminal-Bench: a job folder, with a `result.json` for each trial.

A trial that ended in an exception is an error, unless its verifier gave a full reward: an agent
that ran out of time may have done the work. Trials of one task are its samples, in the order of
names.
"""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from candor_client.importers.reading.assemble import Draft, assemble
from candor_client.importers.reading.fields import first_of, object_at
from candor_client.importers.reading.keys import item_key, label
from candor_client.importers.reading.options import Options
from candor_client.importers.reading.probe import Probe
from candor_client.importers.reading.values import finite, judged, mean
from candor_client.record import Imported, Parity, Row

LOOKS_FOR: Final = "a Harbor job folder (result.json of trials with verifier_result)"
_RESULT: Final = "result.json"


def claims(probe: Probe) -> bool:
    """Whether it is a trial's result."""
    members = probe.members
    return "task_name" in members and ("verifier_result" in members or "exception_info" in members)


def rows_in(probe: Probe) -> list[Path]:
    """The job's folder, or the trial alone where it lies in none."""
    job = probe.path.parent.parent
    return [job] if len(list(job.glob(f"*/{_RESULT}"))) > 1 else [probe.path]


def read(probe: Probe, options: Options) -> list[Imported]:
    """One `Imported` for each model of the job."""
    files = sorted(probe.path.glob(f"*/{_RESULT}")) if probe.path.is_dir() else [probe.path]
    trials = [trial for file in files if claims(trial := Probe(file))]
    groups: dict[tuple[str, str | None, str | None], list[Mapping[str, Any]]] = {}
    for trial in trials:
        groups.setdefault(_who(trial.members), []).append(trial.members)
    return [_imported(probe, options, who, group) for who, group in groups.items()]


def _who(trial: Mapping[str, Any]) -> tuple[str, str | None, str | None]:
    """Model, provider and agent."""
    agent = object_at(trial, "agent_info")
    model = object_at(agent, "model_info")
    name = model.get("name") or object_at(trial, "config", "agent").get("model_name")
    return str(name or "unnamed"), label(model.get("provider")), label(agent.get("name"))


def _imported(
    probe: Probe,
    options: Options,
    who: tuple[str, str | None, str | None],
    trials: list[Mapping[str, Any]],
) -> Imported:
    model, provider, agent = who
    seen: Counter[str] = Counter()
    rows = []
    for number, trial in enumerate(trials):
        item = item_key(trial.get("task_name"))
        seen[item] += 1
        rows.append(_row(trial, item, seen[item], number))
    source = object_at(trials[0], "config", "task").get("source") or trials[0].get("source")
    draft = Draft(
        format="harbor",
        source=probe.path,
        benchmark=str(source or probe.path.name),
        model=model,
        provider=provider,
        version=agent,
        rows=rows,
        external_id=f"{probe.path.name} {agent} {model}",
        run={"harness": "harbor", "agent": agent},
        parity=_parity(probe, trials),
        graded="elsewhere",
    )
    return assemble(draft, options)


def _row(trial: Mapping[str, Any], item: str, sample: int, number: int) -> Row:
    reward = _reward(trial)
    verdict, credit = judged(reward)
    raised = object_at(trial, "exception_info")
    failed = bool(raised) and verdict != "correct"
    return Row(
        item=item,
        sample=sample,
        verdict=None if failed else verdict,
        credit=None if failed else credit,
        status="error" if failed else "ok" if verdict else "unscored",
        status_reason=label(raised.get("exception_type")) or "error"
        if failed
        else None
        if verdict
        else "grader_failed",
        source_row=number,
    )


def _reward(trial: Mapping[str, Any]) -> float | None:
    rewards = object_at(trial, "verifier_result", "rewards")
    value = first_of(rewards, ("reward", *rewards))
    return finite(value if rewards else object_at(trial, "verifier_result").get("reward"))


def _parity(probe: Probe, trials: list[Mapping[str, Any]]) -> Parity | None:
    """The job's mean reward, where it ran one agent and model; trials in error count as 0 there."""
    path = probe.path / _RESULT
    if not path.is_file():
        return None
    evaluations = list(object_at(Probe(path).members, "stats", "evals").values())
    if len(evaluations) != 1:
        return None
    metrics = object_at(evaluations[0]).get("metrics")
    first = metrics[0] if isinstance(metrics, list) and metrics else None
    reported = finite(object_at(first).get("mean"))
    if reported is None:
        return None
    return Parity("mean reward", reported, mean([_reward(trial) or 0.0 for trial in trials]))
