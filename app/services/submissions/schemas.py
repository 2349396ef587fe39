"""What the API tells of submissions: a row of a list, and the receipt of a new one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Self

from app.reply_fields import Doc
from app.scoring.counts import Counts
from app.scoring.rules import Mode
from app.scoring.score import Score
from app.scoring.targets import UNITS
from app.services.access.public_view import PublicView, public_scores
from app.services.board.schemas import Model
from app.services.submissions.describe import Scores, closed_form_scores
from app.services.submissions.quota import QuotaLeft
from app.services.submissions.submit import StoredSubmission
from app.storage import submissions
from app.storage.quotas import Quota


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionRow:
    """A submission in a list."""

    id: Annotated[str, Doc("The submission's id, `sub_…`.")]
    benchmark: Annotated[str, Doc("The benchmark's slug.")]
    revision: Annotated[int, Doc("The number of the revision that it was sent to.")]
    owner: Annotated[str, Doc("Who submitted it.")]
    model: Annotated[Model, Doc("The model that answered.")]
    attempt: Annotated[int, Doc("Counts this model's submissions to the benchmark, from 1.")]
    stated_target: Annotated[
        float | None, Doc("The confidence target that the prompt announced; null without.")
    ]
    samples: Annotated[int, Doc("Answers to each item.")]
    confidence_source: Annotated[str | None, Doc("How the confidences came about.")]
    external_id: Annotated[str | None, Doc("The submitter's own name of the run.")]
    self_reported: Annotated[bool, Doc("Whether the submitter's own grader judged the answers.")]
    n_rows: Annotated[int, Doc("Answers that were sent.")]
    created_at: Annotated[datetime, Doc("When it was stored, UTC.")]
    withdrawn_at: Annotated[datetime | None, Doc("When it was withdrawn; null while it was not.")]
    superseded: Annotated[bool, Doc("Whether a later one with its `external_id` replaced it.")]
    erased_at: Annotated[
        datetime | None, Doc("Since when its answers are erased; it is withdrawn too.")
    ]

    @classmethod
    def of(cls, stored: submissions.Submission, **more: Any) -> Self:
        """What may be told of a stored submission; `more` are the fields of a subclass."""
        units, model = stored.stated_target, stored.model
        facts: dict[str, Any] = {
            "id": stored.public_id,
            "benchmark": stored.slug,
            "revision": stored.revision,
            "owner": stored.owner,
            "model": Model(
                model.name, model.provider, model.version, model.organisation, model.tags
            ),
            "attempt": stored.attempt,
            "stated_target": None if units is None else units / UNITS,
            "samples": stored.samples,
            "confidence_source": stored.confidence_source,
            "external_id": stored.external_id,
            "self_reported": stored.self_reported,
            "n_rows": stored.n_rows,
            "created_at": stored.created_at,
            "withdrawn_at": stored.withdrawn_at,
            "superseded": stored.superseded_by is not None,
            "erased_at": stored.erased_at,
        }
        return cls(**facts | more)


@dataclass(frozen=True, slots=True)
class RankView:
    """The view in which the rank was taken."""

    target: Annotated[float, Doc("Confidence target t, 0 to 0.99.")]
    mode: Annotated[Mode, Doc("How the board decides what counts as attempted.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a submitter reads: counts, closed-form scores and the place on the board now."""

    id: Annotated[str, Doc("The submission's id, `sub_…`.")]
    benchmark: Annotated[str, Doc("The benchmark's slug.")]
    revision: Annotated[int, Doc("The number of the revision that the scores are of.")]
    attempt: Annotated[int, Doc("Counts this model's submissions to the benchmark, from 1.")]
    created_at: Annotated[datetime, Doc("When it was stored, UTC.")]
    provisional: Annotated[bool, Doc("Whether answers are ungraded.")]
    self_reported: Annotated[bool, Doc("Whether the submitter's own grader judged the answers.")]
    counts: Annotated[Counts | None, Doc("Null on hidden benchmarks.")]
    n_invalid: Annotated[int | None, Doc("Attempts without an answer; null on hidden benchmarks.")]
    scores: Annotated[
        dict[str, Score | dict[str, Score]], Doc("By metric id; `threshold_score` by target.")
    ]
    rank: Annotated[int | None, Doc("The place on the board now; null where it has none.")]
    rank_at: Annotated[RankView, Doc("The view in which the rank was taken.")]
    rank_range: Annotated[list[int] | None, Doc("Null here; the board tells it once tested.")]
    warnings: Annotated[tuple[str, ...], Doc("What looks like a mistake in the answers.")]
    quota: Annotated[Quota | None, Doc("Submissions of each owner; null is no limit.")]
    quota_left: Annotated[
        QuotaLeft | None, Doc("What is left after this submission; null without a quota.")
    ]

    @classmethod
    def of(cls, stored: StoredSubmission, rank: int | None) -> Self:
        """The receipt of a submission that has that rank now; of a hidden benchmark no more than
        the public sees."""
        submission, benchmark = stored.submission, stored.benchmark
        hidden = not PublicView.of(benchmark).exact_figures
        told = public_scores if hidden else closed_form_scores
        scores: Scores = told(benchmark, stored.assessed)
        return cls(
            id=submission.public_id,
            benchmark=benchmark.slug,
            revision=benchmark.revision,
            attempt=submission.attempt,
            created_at=submission.created_at,
            provisional=stored.counts.ungraded > 0,
            self_reported=submission.self_reported,
            counts=None if hidden else stored.counts,
            n_invalid=None if hidden else stored.n_invalid,
            scores=scores,
            rank=rank,
            rank_at=RankView(benchmark.default_target / UNITS, benchmark.default_mode),
            rank_range=None,
            warnings=() if hidden else stored.warnings,
            quota=benchmark.quota,
            quota_left=stored.quota_left,
        )
