"""Run by the tools' own Python: scripted evaluations with Inspect's mock model, nothing fetched.

`inspect_run.py LOGS STEP…`; steps are `whole`, `set`, `crash` and `retry`. Prints a line
`LOG {json}` with what Inspect itself says of each log.
"""

import json
import sys
from pathlib import Path
from typing import Any

import inspect_ai
from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import Score, accuracy, scorer, stderr
from inspect_ai.solver import Generate, TaskState, generate, solver

REPLIES = [
    {"value": "C", "answer": "Lima", "confidence": 0.9},
    {"value": "I", "answer": "Quito", "confidence": 0.3},
    {"value": "N", "answer": "", "confidence": 0.3},
    {"value": "P", "answer": "Riga, perhaps", "confidence": 0.9},
]
FLAG = Path("crashed-once")


def output(reply: dict[str, Any]) -> ModelOutput:
    """A reply with its usage: without it the mock model would fetch a tokenizer to count."""
    made = ModelOutput.from_content("mockllm/model", json.dumps(reply))
    made.usage = ModelUsage(input_tokens=5, output_tokens=5, total_tokens=10)
    return made


@scorer(metrics=[accuracy(), stderr()])
def scripted() -> Any:
    """The score that the reply itself asks for."""

    async def score(state: TaskState, target: Any) -> Score:
        reply = json.loads(state.output.completion)
        return Score(
            value=reply["value"],
            answer=reply["answer"],
            metadata={"confidence": reply["confidence"]},
        )

    return score


@solver
def crash_once() -> Any:
    """Fails on the last item, the first time that it is asked. Replies itself, because a retry
    makes the mock model anew and without its script."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        number = int(str(state.sample_id)[-1])
        if number == 3 and not FLAG.exists():
            FLAG.touch()
            raise RuntimeError("a simulated provider outage")
        state.output = output(REPLIES[number])
        return state

    return solve


def samples() -> MemoryDataset:
    """Four items with awkward ids."""
    return MemoryDataset(
        [Sample(id=f"kb/№ {n}", input=f"Question {n}?", target="x") for n in range(4)]
    )


@task
def kb_whole() -> Task:
    """A run that ends well, twice each item."""
    return Task(dataset=samples(), solver=generate(), scorer=scripted(), epochs=2)


@task
def kb_crash() -> Task:
    """A run that breaks off."""
    return Task(dataset=samples(), solver=crash_once(), scorer=scripted())


def tell(log: Any) -> None:
    """What Inspect says of a log."""
    scores = log.results.scores if log.results else []
    facts = {
        "status": log.status,
        "location": str(log.location).removeprefix("file://"),
        "task_id": log.eval.task_id,
        "accuracy": scores[0].metrics["accuracy"].value if scores else None,
    }
    print("LOG", json.dumps(facts), flush=True)


def main() -> None:
    """Runs the steps in order."""
    folder, steps = sys.argv[1], sys.argv[2:]
    model = get_model("mockllm/model", custom_outputs=[output(reply) for reply in REPLIES * 9])
    wanted = {"log_dir": folder, "max_samples": 1, "max_connections": 1, "model": model}
    last = None
    for step in steps:
        if step == "retry":
            assert last is not None
            (last,) = inspect_ai.eval_retry(last, log_dir=folder)
        elif step == "set":
            _, (last,) = inspect_ai.eval_set([kb_whole()], **wanted | {"log_dir": f"{folder}/set"})
        else:
            made = kb_whole() if step == "whole" else kb_crash()
            (last,) = inspect_ai.eval(made, **wanted)
        tell(last)


if __name__ == "__main__":
    main()
