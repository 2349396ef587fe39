"""Writes `reference-scores.csv` of a folder of predictions, by exact arithmetic without Candor.

    python tests/data/sample/write_reference.py tests/data/sample/data

Rates are over the graded rows: a row without a verdict that is no abstention is ungraded and leaves
N. Confidences are kept to 1e-4, round half even of the double. `declared_t*` is the mean score with
every answer attempted, `threshold_t*` attempts an answer iff its confidence > t.
"""

import csv
import json
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

TARGETS = ("0", "0.5", "0.75", "0.9")
Answer = tuple[Fraction, int]
"""Confidence and whether it was right."""


def figures(rows: list[dict]) -> dict[str, Fraction | int]:
    graded = [row for row in rows if row["abstained"] or row["correct"] is not None]
    said = [
        (Fraction(round(Fraction(row["confidence"]) * 10_000), 10_000), int(row["correct"]))
        for row in graded
        if not row["abstained"]
    ]
    n, right = len(graded), sum(correct for _, correct in said)
    wrong = len(said) - right
    found: dict[str, Fraction | int] = {
        "n_rows": len(rows),
        "n_right": right,
        "n_wrong": wrong,
        "n_abstained": n - len(said),
        "n_ungraded": len(rows) - n,
        "accuracy": Fraction(right, n),
        "coverage": Fraction(len(said), n),
        "selective_accuracy": Fraction(right, len(said)),
        "simpleqa_f1": Fraction(2 * right, len(said) + n),
    }
    found |= {f"declared_t{t}": priced(said, n, t, lambda p, t: True) for t in TARGETS}
    found["n_confidence"] = len(said)
    found["brier"] = sum((p - g) ** 2 for p, g in said) / len(said)
    found["auroc"] = auroc(said)
    found["ece10_right_closed"] = ece(said, lambda p: max(-(-(p * 10) // 1) - 1, 0))
    found["ece10_left_closed"] = ece(said, lambda p: min(p * 10 // 1, 9))
    found["quadratic_score"] = sum(2 * p * g - p * p for p, g in said) / Fraction(n)
    found |= {f"threshold_t{t}": priced(said, n, t, lambda p, t: p > t) for t in TARGETS[1:]}
    return found


def priced(
    said: list[Answer], n: int, target: str, attempts: Callable[[Fraction, Fraction], bool]
) -> Fraction:
    t = Fraction(target)
    tried = [g for p, g in said if attempts(p, t)]
    return (sum(tried) - (len(tried) - sum(tried)) * t / (1 - t)) / Fraction(n)


def auroc(said: list[Answer]) -> Fraction:
    right, wrong = ([p for p, g in said if g == verdict] for verdict in (1, 0))
    won = sum(2 * (p > q) + (p == q) for p in right for q in wrong)
    return Fraction(won, 2 * len(right) * len(wrong))


def ece(said: list[Answer], bin_of: Callable[[Fraction], int]) -> Fraction:
    gaps: dict[int, Fraction] = {}
    for p, g in said:
        place = int(bin_of(p))
        gaps[place] = gaps.get(place, Fraction(0)) + g - p
    return sum(map(abs, gaps.values()), Fraction(0)) / len(said)


def main(folder: Path) -> None:
    lines = []
    for path in sorted(folder.glob("*/predictions/*.jsonl")):
        rows = [json.loads(line) for line in path.read_text().splitlines()]
        named = {"dataset": path.parts[-3], "run": path.name.removesuffix(".jsonl")}
        lines.append(named | {name: f"{float(x):.12g}" for name, x in figures(rows).items()})
    with (folder / "reference-scores.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
