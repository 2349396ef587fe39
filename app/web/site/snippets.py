"""Snippets to copy: ways to submit, filled in for one benchmark of this installation."""

import json
from dataclasses import dataclass

from app.scoring.targets import Target
from app.storage.benchmarks import Benchmark


@dataclass(frozen=True, slots=True)
class Snippet:
    """One way to submit: `id` for addresses, label, when to use it, text to copy."""

    id: str
    name: str
    when: str
    code: str


def snippets(benchmark: Benchmark, *, home: str, install: str, keys: list[str]) -> list[Snippet]:
    """Five ways to submit; `home` is where this installation answers, `install` the line that
    installs the client, `keys` some item keys."""
    slug = benchmark.slug
    first = json.dumps(keys[0] if keys else "q1", ensure_ascii=False)
    field = 'verdict="correct"' if benchmark.matcher == "verdicts" else 'answer="…"'
    return [
        Snippet(
            "curl",
            "curl",
            "One file, one call; the reply carries the scores.",
            f"export CANDOR_URL={home} CANDOR_KEY=cdr_…\n\n"
            f'curl -X POST "$CANDOR_URL/api/v1/benchmarks/{slug}/submissions?model=my-model" \\\n'
            '  -H "Authorization: Bearer $CANDOR_KEY" \\\n'
            '  -H "Content-Type: application/x-ndjson" \\\n'
            "  -T predictions.jsonl\n\n"
            f"# predictions.jsonl\n{_rows(benchmark, keys)}",
        ),
        Snippet(
            "python",
            "Python",
            "From a notebook or a pipeline: a path, rows or a DataFrame.",
            f"# {install}\n"
            "import candor_client\n\n"
            f'client = candor_client.Client("{home}")  # the key from CANDOR_KEY\n'
            f'receipt = client.submit("{slug}", "predictions.jsonl", model="my-model")\n'
            f'board = client.leaderboard("{slug}", target={_target(benchmark)})',
        ),
        Snippet(
            "cli",
            "Command line",
            "Any supported tool’s log is recognised and mapped; plain rows are sent as they are.",
            f"{install}\n"
            f"export CANDOR_URL={home} CANDOR_KEY=cdr_…\n\n"
            "# what an evaluation tool wrote\n"
            f"candor push logs/ --benchmark {slug}\n\n"
            "# rows of our own form\n"
            f"candor submit {slug} predictions.jsonl --model my-model",
        ),
        Snippet(
            "inspect",
            "Inspect",
            "Once installed, every finished run is pushed; a dead server never harms a run.",
            f"{install}\n"
            f"export CANDOR_URL={home} CANDOR_KEY=cdr_… CANDOR_BENCHMARK={slug}\n\n"
            "inspect eval my_task.py --model openai/my-model",
        ),
        Snippet(
            "ci",
            "pytest and CI",
            "Record attempts from tests, or push and gate in a workflow.",
            f"# pytest --candor-benchmark {slug} --candor-model my-model\n"
            "def test_capital(candor):\n"
            f"    candor.record(item={first}, {field}, confidence=0.93)\n\n"
            "# .github/workflows/evaluate.yml\n"
            "- run: |\n"
            f"    {install}\n"
            f"    candor push logs/ --benchmark {slug}\n"
            "  env:\n"
            f"    CANDOR_URL: {home}\n"
            "    CANDOR_KEY: ${{ secrets.CANDOR_KEY }}",
        ),
    ]


def _rows(benchmark: Benchmark, keys: list[str]) -> str:
    first, second = (json.dumps(key, ensure_ascii=False) for key in [*keys, "q1", "q2"][:2])
    if benchmark.matcher == "verdicts":
        return (
            f'{{"item": {first}, "verdict": "correct", "confidence": 0.93}}\n'
            f'{{"item": {second}, "verdict": "abstained", "confidence": 0.2}}'
        )
    return (
        f'{{"item": {first}, "answer": "…", "confidence": 0.93}}\n'
        f'{{"item": {second}, "abstained": true, "confidence": 0.2}}'
    )


def _target(benchmark: Benchmark) -> str:
    return str(Target(benchmark.default_target))
