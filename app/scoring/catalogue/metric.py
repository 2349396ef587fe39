"""A metric in words: what `GET /rules` serves and `docs/scoring.md` prints."""

from dataclasses import asdict, dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure.

    `name` is the field's term, `description` one sentence that can be read without any other row.
    `direction` is up, down or none; `conditions` says when it is null or what else to know;
    `interval` names the method of its 95 % interval.
    """

    id: str
    name: str
    description: str
    formula: str
    range: str
    direction: str
    conditions: str
    source: str
    interval: str
    group: str = ""

    def as_dict(self) -> dict[str, str]:
        """The same as JSON."""
        return asdict(self)


KALAI: Final = "Kalai, Nachum, Vempala, Zhang 2025, arXiv 2509.04664"
SIMPLEQA: Final = "Wei et al. 2024, arXiv 2411.04368"
OMNISCIENCE: Final = "Artificial Analysis 2025, arXiv 2511.13029"
HLE: Final = "Phan et al. 2025, arXiv 2501.14249, run_judge_results.py"
BAS: Final = "BAS, arXiv 2604.03216"

NO_ITEMS: Final = "Null without graded items."
NO_ANSWERS: Final = "Null where nothing was answered."

WILSON: Final = "Wilson; Student's t with credit, weights or samples"
MOVER: Final = "MOVER-Wilson; Student's t with credit, weights or samples"
STUDENT: Final = "Student's t"
BOOTSTRAP: Final = "percentile bootstrap, 2,000 draws"
NONE: Final = "none"
