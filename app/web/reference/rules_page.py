"""The rules page: every metric of the catalogue, with search and filter by group."""

from dataclasses import astuple
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import HTMLResponse, Response

from app.scoring.catalogue.metric import Metric
from app.scoring.catalogue.metrics import CATALOGUE, GROUPS
from app.web.current_user import Visitor
from app.web.rendering.render import page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/rules")
def show_rules(
    caller: Visitor,
    q: Annotated[str, Query(max_length=100)] = "",
    group: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Every metric with formula, range, direction, conditions, interval and source."""
    wanted = group if group in GROUPS else ""
    matching = [
        metric
        for metric in CATALOGUE
        if metric.group == (wanted or metric.group) and _speaks_of(metric, q)
    ]
    groups = [(name, [metric for metric in matching if metric.group == name]) for name in GROUPS]
    return page(
        "rules.html",
        q=q,
        group=wanted,
        groups=[(name, metrics) for name, metrics in groups if metrics],
        names=list(GROUPS),
        total=len(CATALOGUE),
        shown=len(matching),
    )


def _speaks_of(metric: Metric, q: str) -> bool:
    """Whether every search word occurs in the metric."""
    text = " ".join(astuple(metric)).casefold()
    return all(word in text for word in q.casefold().split())
