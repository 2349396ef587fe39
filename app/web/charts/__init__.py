"""Charts: numbers in, SVG out, one module a chart; each stands beside a table of its numbers."""

from app.web.charts.bars import outcome_bar, score_bar
from app.web.charts.frame import BROAD, HALF, NARROW, Size, both
from app.web.charts.rank import rank_chart, rank_table
from app.web.charts.scatter import PAPER, scatter_chart, scatter_table
from app.web.charts.table import Table
from app.web.charts.tally import Stretch, Tally, stretches
from app.web.charts.value import value_chart, value_table

__all__ = [
    "BROAD",
    "HALF",
    "NARROW",
    "PAPER",
    "Size",
    "Stretch",
    "Table",
    "Tally",
    "both",
    "outcome_bar",
    "rank_chart",
    "rank_table",
    "scatter_chart",
    "scatter_table",
    "score_bar",
    "stretches",
    "value_chart",
    "value_table",
]
