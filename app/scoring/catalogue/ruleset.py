"""The rules that a board ranks by, in words: what one item earns under each.

`GET /rules` serves them beside the catalogue of figures.
"""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from app.reply_fields import Doc
from app.scoring.catalogue.metric import KALAI
from app.scoring.rules import EPSILON, Rule


@dataclass(frozen=True, slots=True)
class RankingRule:
    """A rule that a board ranks by: points of an item, p its confidence, t the target."""

    id: Annotated[Rule, Doc("Its name in an address.")]
    name: Annotated[str, Doc("The field's term.")]
    description: Annotated[str, Doc("One sentence that can be read alone.")]
    parameters: Annotated[tuple[str, ...], Doc("Names in an address that belong to it.")]
    correct: Annotated[str, Doc("Points of a right answer.")]
    wrong: Annotated[str, Doc("Points of a wrong answer.")]
    abstained: Annotated[str, Doc("Points of an abstention.")]
    missing: Annotated[str, Doc("Points of an item without an answer.")]
    range: Annotated[str, Doc("The values that the score can take.")]
    direction: Annotated[Literal["up", "down"], Doc("Which way is better.")]
    proper: Annotated[
        str,
        Doc("Whether stating what one believes is best; strictly where nothing else is as good."),
    ]
    formula: Annotated[str, Doc("How the score is computed.")]
    source: Annotated[str, Doc("Where it is defined.")]


RULESET: Final = (
    RankingRule(
        id="binary",
        name="Binary accuracy",
        description="One point for a right answer, none for anything else.",
        parameters=(),
        correct="1",
        wrong="0",
        abstained="0",
        missing="0",
        range="[0, 1]",
        direction="up",
        proper="no: a guess never costs anything",
        formula="C / N",
        source="textbook",
    ),
    RankingRule(
        id="target",
        name="Threshold score",
        description="A right answer earns 1; a wrong one costs what makes answering pay above t.",
        parameters=("target", "mode"),
        correct="1",
        wrong="-t / (1 - t)",
        abstained="0",
        missing="0",
        range="[-t / (1 - t), 1]",
        direction="up",
        proper="yes: answering pays exactly when the chance of being right exceeds t",
        formula="(c_t - L w_t) / N, L = t / (1 - t)",
        source=f"{KALAI}, section 4.2",
    ),
    RankingRule(
        id="quadratic",
        name="Quadratic score",
        description="The threshold score integrated over all targets with weight 2(1 - t).",
        parameters=(),
        correct="2p - p^2",
        wrong="-p^2",
        abstained="0",
        missing="0",
        range="[-1, 1]",
        direction="up",
        proper="strictly",
        formula="mean of c - (c - p)^2 over answers, an unstated p counting as 1",
        source="this service; RLCR, arXiv 2507.16806",
    ),
    RankingRule(
        id="bas",
        name="BAS",
        description="The threshold score integrated over all targets with equal weight.",
        parameters=(),
        correct="m",
        wrong="m + ln(1 - m)",
        abstained="0",
        missing="0",
        range="[-8.2104, 0.9999]",
        direction="up",
        proper=f"strictly on [0, 1 - {EPSILON:g}], flat above",
        formula=f"m = min(p, 1 - {EPSILON:g}); every answer needs a confidence",
        source="BAS, arXiv 2604.03216",
    ),
)
"""In the order in which people should read them."""
