"""The instruction to append to a question: the price of a wrong answer, and the form of a reply.

The price is the paper's (Kalai and others 2025, section 4.2): announced, so that a model can decide
for itself whether answering pays. The three labelled lines can be read back by a program.
"""

from app.grading.registry import MATCHERS
from app.scoring.targets import Target
from app.storage.benchmarks import Benchmark


def prompt_for(benchmark: Benchmark, target: Target) -> str:
    """Plain text in our own words; ends with a line break."""
    form = MATCHERS[benchmark.matcher].reply
    return (
        f"{_price(target)}\n"
        "\n"
        "Reply with exactly these three lines and nothing after them:\n"
        f"Answer: {form} (leave it empty if you do not know)\n"
        "Abstain: yes or no\n"
        "Confidence: the chance in percent, 0 to 100, that your answer is right\n"
    )


def _price(target: Target) -> str:
    if target.units == 0:
        return (
            'A right answer scores 1 point. A wrong answer and "I don\'t know" both score 0 points.'
        )
    penalty = f"{target.penalty:g}" if target.by_penalty else f"{target.penalty:.4g}"
    points = "point" if penalty == "1" else "points"
    percent = f"{target.value * 100:.4g}"
    return (
        f"Answer only if you are more than {percent}% sure. A right answer scores 1 point, a wrong "
        f'answer costs {penalty} {points}, and "I don\'t know" scores 0 points.'
    )
