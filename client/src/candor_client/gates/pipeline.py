"""A pipeline's step: each run of an evaluation is held against a baseline and pushed.

In the order `gate-first` the rows are graded without being stored, and only what may pass is
pushed: what fails never becomes the model's row on the board, nor tomorrow's baseline. In the
order `push-first` everything is stored, and then held against what came before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from candor_client.client import Client
from candor_client.errors import (
    CANNOT_TELL,
    GATE_FAILED,
    NO_BASELINE,
    CandorError,
    NoBaseline,
    Refused,
    UsageError,
)
from candor_client.gates.gate import Gate, decide_rows, decide_stored, is_id, pair_url
from candor_client.pushing.push import Policy, Pushed, push_one, require_parity
from candor_client.record import Imported

Decision = Literal["pass", "fail", "cannot-tell", "first-run"]
Verdict = Literal["pass", "fail"]
WORST_FIRST: Final[tuple[Decision, ...]] = ("fail", "cannot-tell", "first-run", "pass")
_EXIT_OF: Final = {"fail": GATE_FAILED, "cannot-tell": CANNOT_TELL, "first-run": NO_BASELINE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a pipeline wants: a gate or none, the order, and what becomes of the two decisions that
    are neither pass nor fail. `publish` is the policy of benchmarks that are not there yet."""

    gate: Gate | None = None
    order: Literal["gate-first", "push-first"] = "gate-first"
    first_run: Verdict = "pass"
    cannot_tell: Verdict = "fail"
    publish: Policy | None = None
    unfinished: bool = False
    accept_mismatch: bool = False


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What became of one run. `decision` is None without a gate, `why` says a first run in words,
    and `error` what kept the run from its decision or from the board."""

    imported: Imported
    decision: Decision | None = None
    decided: dict[str, Any] | None = None
    why: str = ""
    passes: bool = True
    pushed: Pushed | None = None
    error: CandorError | None = None

    @property
    def benchmark(self) -> str:
        """The slug of the benchmark that the run is of."""
        return self.imported.slug

    @property
    def exit_code(self) -> int:
        """What a step with this run alone ends with."""
        if self.error is not None:
            return self.error.exit_code
        return 0 if self.passes or self.decision is None else _EXIT_OF[self.decision]

    def comparison(self, address: str) -> str | None:
        """The page of candidate and baseline; None where the candidate is not stored."""
        if self.decided is None or self.pushed is None:
            return None
        baseline = self.decided["baseline"]["submission"]["id"]
        return pair_url(address, self.pushed.receipt["id"], baseline, self.decided)


def run_one(client: Client, imported: Imported, plan: Plan) -> Outcome:
    """Gates and pushes one run; what goes wrong stands in the outcome and is not raised."""
    outcome = Outcome(imported=imported)
    try:
        if not plan.accept_mismatch:
            require_parity(imported)
        if plan.order == "push-first":
            _push(client, outcome, plan)
            _decide(client, outcome, plan)
        else:
            _decide(client, outcome, plan)
            if outcome.passes:
                _push(client, outcome, plan)
    except CandorError as error:
        outcome.error = error
    return outcome


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """What the step ends with: an error's code, else that of the worst decision that fails."""
    failed = [outcome for outcome in outcomes if outcome.error is not None]
    if failed:
        return failed[0].exit_code
    for decision in WORST_FIRST:
        for outcome in outcomes:
            if outcome.decision == decision and not outcome.passes:
                return outcome.exit_code
    return 0


def worst(outcomes: Sequence[Outcome]) -> Decision | None:
    """The worst decision of all runs; None without a gate, or where a run ended in an error."""
    if any(outcome.error is not None for outcome in outcomes):
        return None
    made = {outcome.decision for outcome in outcomes}
    return next((decision for decision in WORST_FIRST if decision in made), None)


def _push(client: Client, outcome: Outcome, plan: Plan) -> None:
    outcome.pushed = push_one(
        client, outcome.imported, publish=plan.publish, unfinished=plan.unfinished
    )


def _decide(client: Client, outcome: Outcome, plan: Plan) -> None:
    if plan.gate is None:
        return
    # Nothing is known yet: a gate that cannot be asked lets nothing through.
    outcome.passes = False
    try:
        outcome.decided = _asked(client, outcome, plan, plan.gate)
    except NoBaseline as first:
        outcome.decision, outcome.why = "first-run", str(first)
        outcome.passes = plan.first_run == "pass"
        return
    outcome.decision = outcome.decided["decision"]
    lenient = outcome.decision == "cannot-tell" and plan.cannot_tell == "pass"
    outcome.passes = outcome.decision == "pass" or lenient


def _asked(client: Client, outcome: Outcome, plan: Plan, gate: Gate) -> dict[str, Any]:
    if outcome.pushed is not None:
        candidate = outcome.pushed.receipt["id"]
        return decide_stored(client, candidate, outcome.pushed.benchmark, gate)
    if plan.publish is not None and not is_id(gate.baseline):
        try:
            client.benchmark(outcome.benchmark)
        except Refused as error:
            if error.status != 404:
                raise
            raise NoBaseline(
                f"There is no benchmark {outcome.benchmark!r} yet. This is the first run: there is "
                "nothing to compare with."
            ) from None
    return decide_rows(client, outcome.imported, gate)


def require_different_models(imported: list[Imported]) -> None:
    """Raises `UsageError` for two runs of one model in one step: the second would be held against
    the first."""
    seen: set[tuple[str, str, str | None, str | None]] = set()
    for run in imported:
        name = (run.slug, run.model, run.provider, run.version)
        if name in seen:
            raise UsageError(
                f"{run.model} on {name[0]} stands in these files twice; gate one run of it at a "
                "time, so that the one before it is its baseline."
            )
        seen.add(name)
