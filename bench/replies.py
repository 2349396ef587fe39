"""Does grading agree with a careful reader?

    python -m bench.replies [--write]

Grades every row of `tests/data/replies/answers.json` under the first and the newest edition of the
rules, prints agreement by kind, and with `--write` puts the table into `docs/grading.md`. Ends with
1 where a wrong answer is graded right.
"""

import argparse
import sys
from collections import defaultdict
from pathlib import Path
from typing import Final

from app.grading.options import FIRST
from app.grading.registry import MATCHERS
from tests.grading.reply_table import Row, rows, verdict_of

PAGE: Final = Path(__file__).parents[1] / "docs" / "grading.md"
START, END = "<!-- agreement: written by bench.replies -->", "<!-- end of agreement -->"


def main() -> int:
    """Prints the table, and writes it where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="put it into docs/grading.md")
    asked = parser.parse_args()
    written, false_rights = table()
    sys.stdout.write(f"{written}\n")
    if asked.write:
        page = PAGE.read_text(encoding="utf-8")
        before, rest = page.split(START)
        PAGE.write_text(before + block(written) + rest.split(END)[1], encoding="utf-8")
    return 1 if false_rights else 0


def block(written: str) -> str:
    """The table between the marks of the page."""
    return f"{START}\n\n{written}\n\n{END}"


def table() -> tuple[str, int]:
    """Agreement by kind in Markdown, and how many wrong answers the newest edition grades right."""
    kinds: dict[str, list[Row]] = defaultdict(list)
    for row in rows():
        kinds[row.kind].append(row)
    lines = [
        "| kind | rows | agree | wrong graded right | edition 1 agrees | wrong graded right |",
        "|---|---|---|---|---|---|",
    ]
    total = [0] * 5
    for kind, several in kinds.items():
        new = [verdict_of(row) for row in several]
        had = MATCHERS[several[0].matcher].first is not None
        old = [verdict_of(row, FIRST) for row in several] if had else []
        counts = [len(several), *_counts(several, new), *_counts(several, old)]
        total = [verdict + more for verdict, more in zip(total, counts, strict=True)]
        lines.append(_line(kind, counts[: 5 if had else 3]))
    lines.append(_line("**all**", total))
    return "\n".join(lines), total[2]


def _counts(several: list[Row], verdicts: list[str]) -> tuple[int, int]:
    """How many agree with the reader, and how many others are graded right."""
    pairs = [(row.verdict, verdict) for row, verdict in zip(several, verdicts, strict=False)]
    agree = sum(wanted == verdict for wanted, verdict in pairs)
    return agree, sum(wanted != verdict == "right" for wanted, verdict in pairs)


def _line(kind: str, counts: list[int]) -> str:
    cells = [str(verdict) for verdict in counts] + [""] * (5 - len(counts))
    return f"| {kind} | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    sys.exit(main())
