"""The rules that a board ranks by, in words: what one item earns under each.

`GET /rules` serves them beside the catalogue of figures.
"""

from dataclasses import asdict, dataclass
from typing import Final

from app.scoring.rules import EPSILON, Rule


@dataclass(frozen=True, slots=True)
class RuleWords:
    """One rule: the points of an item by outcome, with p the confidence and t the target.

    `parameters` are the names in an address; `proper` says whether stating what one believes is
    best, and whether nothing else is as good ("strictly").
    """

    id: Rule
    name: str
    description: str
    parameters: tuple[str, ...]
    correct: str
    wrong: str
    abstained: str
    missing: str
    range: str
    direction: str
    proper: str
    formula: str
    source: str

    def as_dict(self) -> dict[str, object]:
        """The same as JSON."""
        return asdict(self) | {"parameters": list(self.parameters)}


_KALAI: Final = "Kalai, Nachum, Vempala, Zhang 2025, arXiv 2509.04664"

RULESET: Final = (
    RuleWords(
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
    RuleWords(
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
        source=f"{_KALAI}, section 4.2",
    ),
    RuleWords(
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
    RuleWords(
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
