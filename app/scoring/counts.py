"""Slots by outcome: what a submission's answers turned out to be."""

from dataclasses import dataclass
from typing import Annotated

from app.reply_fields import Doc
from app.scoring.profile import ScoreProfile


@dataclass(frozen=True, slots=True)
class Counts:
    """Slots by outcome; together they are items times samples."""

    correct: Annotated[int, Doc("Answers that are right.")]
    wrong: Annotated[int, Doc("Answers that are wrong.")]
    partial: Annotated[int, Doc("Answers with partial credit.")]
    abstained: Annotated[int, Doc("Abstentions as declared.")]
    missing: Annotated[int, Doc("Slots without a prediction.")]
    ungraded: Annotated[int, Doc("Answers that are not graded yet.")]


def counts_of(profile: ScoreProfile) -> Counts:
    """The slots of a profile by outcome."""
    return Counts(
        profile.n_correct,
        profile.n_wrong,
        profile.n_partial,
        profile.abstained,
        profile.missing,
        profile.ungraded,
    )
