"""Charts as SVG, one module a chart, each with a table of its numbers."""

from app.web.charts.bars import outcome_bar, score_bar
from app.web.charts.categories import Reach, categories_chart, categories_table
from app.web.charts.confidence import Pile, confidence_chart, confidence_table
from app.web.charts.coverage import Reached, coverage_chart, coverage_table
from app.web.charts.difference import Gap, difference_chart, difference_table, runs
from app.web.charts.frame import BROAD, HALF, NARROW, Size, both
from app.web.charts.rank import rank_chart, rank_table
from app.web.charts.reliability import (
    Group,
    Recalibration,
    reliability_chart,
    reliability_table,
)
from app.web.charts.scatter import PAPER, scatter_chart, scatter_table
from app.web.charts.single import single_chart, single_table
from app.web.charts.table import Table
from app.web.charts.tally import Stretch, Tally, stretches
from app.web.charts.value import value_chart, value_table

__all__ = [
    "BROAD",
    "HALF",
    "NARROW",
    "PAPER",
    "Gap",
    "Group",
    "Pile",
    "Reach",
    "Reached",
    "Recalibration",
    "Size",
    "Stretch",
    "Table",
    "Tally",
    "both",
    "categories_chart",
    "categories_table",
    "confidence_chart",
    "confidence_table",
    "coverage_chart",
    "coverage_table",
    "difference_chart",
    "difference_table",
    "outcome_bar",
    "rank_chart",
    "rank_table",
    "reliability_chart",
    "reliability_table",
    "runs",
    "scatter_chart",
    "scatter_table",
    "score_bar",
    "single_chart",
    "single_table",
    "stretches",
    "value_chart",
    "value_table",
]
