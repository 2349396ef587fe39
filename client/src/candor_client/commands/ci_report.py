"""What `candor ci` leaves behind: lines for people, JSON, and the files of a workflow."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from candor_client.commands.clients import writing
from candor_client.commands.output.messages import console, note, problem
from candor_client.commands.output.pair_tables import print_gate
from candor_client.commands.output.summary import HEADINGS, failure
from candor_client.commands.output.summary import summary as told
from candor_client.gates.pipeline import Outcome, Plan, require_different_models, run_one, worst
from candor_client.importers import Options, read


@dataclass(frozen=True, slots=True)
class Files:
    """The files that a workflow reads: a summary in Markdown, and outputs as `name=value`."""

    summary: Path | None
    output: Path | None

    def kept(
        self, paths: Sequence[Path], options: Options, plan: Plan, url: str | None
    ) -> tuple[list[Outcome], str]:
        """Runs the step and writes both files, also where it ends in an exception."""
        outcomes: list[Outcome] = []
        try:
            imported = [run for path in paths for run in read(path, options=options)]
            if plan.gate is not None:
                require_different_models(imported)
            with writing(url) as client:
                outcomes.extend(run_one(client, run, plan) for run in imported)
                self._summarise(told(outcomes, plan, client))
                address = client.account.url
        except BaseException as error:
            self._summarise(failure(error))
            raise
        finally:
            self._output(outcomes)
        return outcomes, address

    def as_json(self, outcomes: Sequence[Outcome], address: str) -> dict[str, Any]:
        """The step for machines."""
        return {
            "decision": worst(outcomes),
            "runs": [_run_as_json(outcome, address) for outcome in outcomes],
        }

    def _summarise(self, text: str) -> None:
        if self.summary is not None:
            with self.summary.open("a", encoding="utf-8") as file:
                file.write(text + "\n")

    def _output(self, outcomes: Sequence[Outcome]) -> None:
        if self.output is None:
            return
        stored = [
            outcome.pushed.receipt["id"] for outcome in outcomes if outcome.pushed is not None
        ]
        # A line that no id can be ends the list.
        lines = [
            "submissions<<CANDOR",
            *stored,
            "CANDOR",
            f"decision={worst(outcomes) or ''}",
        ]
        with self.output.open("a", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")


def print_outcomes(outcomes: Sequence[Outcome], address: str) -> None:
    """Each run's decision with its reasons, and where it went; errors on standard error."""
    for outcome in outcomes:
        console().print(
            f"{outcome.imported.model} on {outcome.benchmark}", markup=False, style="bold"
        )
        if outcome.error is not None:
            problem(outcome.error, as_json=False)
        elif outcome.decided is not None:
            print_gate(outcome.decided, address=address)
        elif outcome.decision is not None:
            passes = "pass" if outcome.passes else "fail"
            note(f"{HEADINGS[outcome.decision].upper()}: {outcome.why} (first-run: {passes})")
        if outcome.pushed is not None:
            print(f"pushed: {address}/submissions/{outcome.pushed.receipt['id']}")
            if (page := outcome.comparison(address)) is not None:
                print(f"compare: {page}")
        elif outcome.decision is not None and outcome.error is None:
            print("not pushed: the board and the next baseline are as before.")


def _run_as_json(outcome: Outcome, address: str) -> dict[str, Any]:
    return {
        "benchmark": outcome.benchmark,
        "model": outcome.imported.model,
        "decision": outcome.decision,
        "passes": outcome.passes and outcome.error is None,
        "gate": outcome.decided,
        "submission": None if outcome.pushed is None else outcome.pushed.receipt["id"],
        "comparison": outcome.comparison(address),
        "error": None if outcome.error is None else str(outcome.error),
    }
