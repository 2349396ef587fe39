"""How scoring works: the rule, an example by hand, and what each figure can and cannot say."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from fastapi import APIRouter
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from app.scoring.rules import points_of
from app.scoring.targets import Target
from app.web.charts import NARROW, Table, Tally, both
from app.web.charts.flip import crossing, flip_chart, flip_table
from app.web.charts.frame import BROAD
from app.web.charts.worth import worth_chart, worth_table
from app.web.current_user import Visitor
from app.web.rendering import format as words
from app.web.rendering.render import page
from app.web.site.figures import FIGURES, FigureExplanation
from app.web.site.prices import Price, price_table

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

CAREFUL: Final = Tally("gpt-5-thinking-mini", right=0.22, wrong=0.26, leads=1)
EAGER: Final = Tally("o4-mini", right=0.24, wrong=0.75, leads=2)
"""SimpleQA as published with "Why language models hallucinate", OpenAI, September 2025."""

_TARGETS: Final = (0.0, 0.5, 0.75, 0.9)
_EXAMPLE: Final = (("the guesser", 6, 4, 0), ("the humble one", 5, 0, 5))
"""Ten questions: name, right, wrong, "I don't know"."""


@dataclass(frozen=True, slots=True)
class Example:
    """One model of the worked example, and its points per 100 at the usual targets."""

    name: str
    right: int
    wrong: int
    silent: int
    scores: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class How:
    """Everything on the page."""

    prices: list[Price]
    targets: list[str]
    examples: list[Example]
    worth_chart: Markup
    worth_table: Table
    flip_chart: Markup
    flip_table: Table
    turns_at: str
    figures: tuple[FigureExplanation, ...]


@router.get("/how")
def show_how(caller: Visitor) -> Response:
    """The rule, and what each figure means."""
    return page("how.html", about=_how())


@lru_cache(maxsize=1)
def _how() -> How:
    turns = crossing(CAREFUL, EAGER)
    return How(
        prices=price_table(),
        targets=[words.target(target) for target in _TARGETS],
        examples=[_example(*model) for model in _EXAMPLE],
        worth_chart=both(lambda size: worth_chart(_TARGETS, size=size), BROAD, NARROW),
        worth_table=worth_table(_TARGETS, (0.1, 0.3, 0.5, 0.75, 0.9, 1.0)),
        flip_chart=both(lambda size: flip_chart(CAREFUL, EAGER, size=size), BROAD, NARROW),
        flip_table=flip_table(CAREFUL, EAGER, (0, 0.02, 0.05, 0.25, 0.5)),
        turns_at=words.DASH if turns is None else f"{turns:.2f}",
        figures=FIGURES,
    )


def _example(name: str, right: int, wrong: int, silent: int) -> Example:
    n = right + wrong + silent
    targets = [Target(round(target * 10_000)) for target in _TARGETS]
    scores = tuple(words.points(points_of(right, wrong, target.penalty) / n) for target in targets)
    return Example(name, right, wrong, silent, scores)
