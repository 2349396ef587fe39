"""A metric in words: what `GET /rules` serves and `docs/scoring.md` prints."""

from dataclasses import dataclass
from typing import Annotated, Final, Literal

from app.reply_fields import Doc


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure that the service gives."""

    id: Annotated[str, Doc("Its name in replies.")]
    name: Annotated[str, Doc("The field's term.")]
    description: Annotated[str, Doc("One sentence that can be read alone.")]
    formula: Annotated[str, Doc("How it is computed.")]
    range: Annotated[str, Doc("The values that it can take.")]
    direction: Annotated[Literal["up", "down", "none"], Doc("Which way is better.")]
    conditions: Annotated[str, Doc("When it is null, and what else to know.")]
    source: Annotated[str, Doc("Where it is defined.")]
    interval: Annotated[str, Doc("The method of its 95 % interval.")]
    group: Annotated[str, Doc("What it is for: figures of one group are read together.")] = ""


KALAI: Final = "Kalai, Nachum, Vempala, Zhang 2025, arXiv 2509.04664"
SIMPLEQA: Final = "Wei et al. 2024, arXiv 2411.04368"
OMNISCIENCE: Final = "Artificial Analysis 2025, arXiv 2511.13029"
HLE: Final = "Phan et al. 2025, arXiv 2501.14249, run_judge_results.py"
BAS: Final = "BAS, arXiv 2604.03216"

NO_ITEMS: Final = "Null without graded items."
NO_ANSWERS: Final = "Null where nothing was answered."

WILSON: Final = "Wilson; at effective counts with weights, credit, samples or clusters"
MOVER: Final = "MOVER-Wilson; at effective counts with weights, credit, samples or clusters"
ADJUSTED: Final = "Student's t with pseudo-answers for the errors not seen"
NONE: Final = "none"
UPWARDS: Final = "none: an error is biased upwards; see the calibration test"
FOLLOWS: Final = "none: it follows from selective_accuracy"
NO_METHOD: Final = "none: no method tried covers 93 % throughout"
CHOSEN: Final = "none: chosen on the answers it is computed from"
