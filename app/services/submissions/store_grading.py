"""Stores the grading of a submission under a revision."""

from datetime import datetime

from app.grading.grade import Graded
from app.scoring.assess import Assessed
from app.scoring.counts import counts_of
from app.scoring.profile import pack_profile
from app.services.submissions.evaluate import GRADER
from app.storage.database.session import WriteSession
from app.storage.gradings import add_grading
from app.storage.packed_grades import pack_grades


def store_grading(
    session: WriteSession,
    graded: Graded,
    assessed: Assessed,
    *,
    submission_id: int,
    revision_id: int,
    at: datetime,
) -> None:
    """Stores a grading. Raises `Conflict` where that revision has graded the submission before."""
    add_grading(
        session,
        submission_id=submission_id,
        revision_id=revision_id,
        counts=counts_of(assessed.profile),
        n_invalid=graded.n_invalid,
        profile=pack_profile(assessed.profile),
        vector=pack_grades(graded.grades),
        grader=GRADER,
        created_at=at,
    )
