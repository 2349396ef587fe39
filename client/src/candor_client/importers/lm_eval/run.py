"""The results file that belongs to a file of lm-eval samples, found by their shared time.

Task names may begin one another, so a pair is known by the exact `_<time>` at the end of both
names and never by a pattern.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from candor_client.importers.reading.fields import object_at
from candor_client.importers.reading.probe import Probe
from candor_client.importers.reading.values import finite

_NAME: Final = re.compile(
    r"(?P<kind>samples|results)_(?:(?P<task>.+)_)?(?P<time>\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d(?:\.\d+)?)"
)


@dataclass(frozen=True, slots=True)
class Run:
    """What the results file says; everything is empty where there is none."""

    task: str
    time: str | None
    results: Mapping[str, Any]

    @property
    def config(self) -> Mapping[str, Any]:
        """The task's configuration."""
        return object_at(self.results, "configs", self.task)

    @property
    def delimiter(self) -> str:
        """What stands between a question and a choice."""
        return str(self.config.get("target_delimiter", " "))

    @property
    def model(self) -> str | None:
        """The model's name, or the one among its arguments."""
        named = self.results.get("model_name")
        arguments = object_at(self.results, "config").get("model_args")
        if not named and isinstance(arguments, Mapping):
            named = arguments.get("model") or arguments.get("pretrained")
        return str(named) if named else None

    @property
    def external_id(self) -> str | None:
        """The same for the same run of the same task, whatever the file is called."""
        if not self.results:
            return None
        task_hash = object_at(self.results, "task_hashes").get(self.task)
        parts = (self.model, self.task, self.results.get("date") or self.time, task_hash)
        digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()
        return f"lm-eval-{digest[:32]}"

    def reported(self, metric: str, filter_name: str) -> float | None:
        """The figure of the results table."""
        table = object_at(self.results, "results", self.task)
        return finite(table.get(f"{metric},{filter_name}", table.get(metric)))

    def facts(self, metric: str | None, filter_name: str) -> dict[str, Any]:
        """Facts of the run, for the submission."""
        version = self.results.get("lm_eval_version")
        settings = object_at(self.results, "config")
        generation = object_at(self.config, "generation_kwargs")
        started = finite(self.results.get("date"))
        return {
            "harness": f"lm_eval {version}" if version else "lm_eval",
            "task": self.task,
            "task_version": object_at(self.results, "versions").get(self.task),
            "metric": metric,
            "filter": filter_name,
            "num_fewshot": object_at(self.results, "n-shot").get(self.task),
            "started_at": datetime.fromtimestamp(started, UTC).isoformat() if started else None,
            "backend": self.results.get("model_source"),
            "temperature": generation.get("temperature"),
            "max_tokens": generation.get("max_gen_toks"),
            "repeats": self.config.get("repeats"),
            "limit": settings.get("limit"),
            "seed": settings.get("random_seed"),
            "commit": self.results.get("git_hash"),
            "task_hash": object_at(self.results, "task_hashes").get(self.task),
        }


def run_of(samples: Path) -> Run:
    """The run that a file of samples belongs to."""
    named = _NAME.fullmatch(samples.stem)
    if named is None or named["kind"] != "samples" or named["task"] is None:
        return Run(samples.stem.removeprefix("samples_"), None, {})
    results = samples.with_name(f"results_{named['time']}.json")
    document = Probe(results).members if results.is_file() else {}
    return Run(named["task"], named["time"], document)


def samples_of(results: Path) -> list[Path]:
    """The files of samples that a results file belongs to."""
    named = _NAME.fullmatch(results.stem)
    if named is None:
        return []
    return sorted(
        file
        for file in results.parent.iterdir()
        if (other := _NAME.fullmatch(file.stem)) is not None
        and other["kind"] == "samples"
        and other["time"] == named["time"]
        and file.suffix == ".jsonl"
    )
