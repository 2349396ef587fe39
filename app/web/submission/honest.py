"""The table of honest confidences: points lost to miscalibration and to not knowing, by target."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from app.scoring.targets import Target
from app.services.comparisons.submission_context import SubmissionContext
from app.services.submissions.schemas import SubmissionDetail
from app.web.rendering import format as words


@dataclass(frozen=True, slots=True, kw_only=True)
class HonestRow:
    """What the submission scores at a target, and would with honest confidences, in points per
    100; `here` marks the target of the view."""

    target: str
    score: str
    honest: str
    miscalibration: str
    not_knowing: str
    here: bool


HONEST_TARGETS: Final = tuple(Target(units) for units in (2_500, 5_000, 7_500, 9_000, 9_500))
"""Targets of the table besides that of the view."""


def honest_rows(view: SubmissionDetail, portrait: SubmissionContext) -> list[HonestRow]:
    """Points lost to miscalibration and to not knowing, by target and over all of them; empty where
    an answer states no confidence."""
    columns = None if view.card is None else view.card.honest_confidences
    if columns is None:
        return []
    shown = portrait.terms.shown_target
    rows = []
    for at in sorted({*HONEST_TARGETS, *({shown} if shown is not None else set())}):
        index = int(np.argmin(np.abs(columns.target - at.value)))
        values = (
            columns.score[index],
            columns.honest_score[index],
            columns.lost_to_miscalibration[index],
            columns.lost_to_not_knowing[index],
        )
        name = "binary" if at.units == 0 else words.at_target(at)
        rows.append(_honest_row(name, values, here=at == shown))
    whole = columns.over_all_targets
    values = (
        whole.score, whole.honest_score, whole.lost_to_miscalibration, whole.lost_to_not_knowing,
    )  # fmt: skip
    return [*rows, _honest_row("all targets", values, here=portrait.terms.rule == "quadratic")]


def _honest_row(name: str, values: tuple[float, ...], *, here: bool) -> HonestRow:
    score, honest = (words.points(float(value)) for value in values[:2])
    lost, unknown = (f"{float(value) * 100:z.1f}".replace("-", words.MINUS) for value in values[2:])
    return HonestRow(
        target=name, score=score, honest=honest, miscalibration=lost, not_knowing=unknown, here=here
    )
