"""Writes the tables of `scoring.md` from the catalogue: python docs/write_metrics.py"""

from pathlib import Path

from app.scoring.catalogue.metric import Metric
from app.scoring.catalogue.metrics import GROUPS

PAGE = Path(__file__).parent / "scoring.md"
START, END = "<!-- metrics: written by docs/write_metrics.py -->", "<!-- end of metrics -->"


def tables() -> str:
    """A table for each group of metrics."""
    parts = [START]
    for group, metrics in GROUPS.items():
        parts += [
            f"### {group.capitalize()}",
            "| id | name | description | formula | range | better | conditions | interval "
            "| source |\n"
            "|---|---|---|---|---|---|---|---|---|\n"
            + "\n".join(_row(metric) for metric in metrics),
        ]
    return "\n\n".join([*parts, END])


def _row(metric: Metric) -> str:
    cells = [
        f"`{metric.id}`",
        metric.name,
        metric.description,
        metric.formula,
        metric.range,
        metric.direction,
        metric.conditions,
        metric.interval,
        metric.source,
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def main() -> None:
    """Replaces what stands between the two marks."""
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(START)
    _, after = rest.split(END)
    PAGE.write_text(before + tables() + after, encoding="utf-8")


if __name__ == "__main__":
    main()
