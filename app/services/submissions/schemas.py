"""What the API and the pages tell of submissions: a row of a list, one with all its figures, and
the receipt of a new one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Self

from app.reply_fields import FLAT, Doc
from app.scoring import assess as assessing
from app.scoring.assess import Assessed
from app.scoring.metrics.confidence import calibration_of
from app.scoring.metrics.rates import rates
from app.scoring.profile import Counts, ProfileLevel
from app.scoring.rules import Mode
from app.scoring.score import Scores
from app.scoring.scorecard import Scorecard
from app.scoring.targets import Target
from app.scoring.theory.behaviour import BehaviourAudit
from app.scoring.theory.singletons import SingletonBound
from app.services.access.public_view import PublicView, public_scores
from app.services.board.schemas import Model
from app.services.submissions.card import Parity
from app.services.submissions.quota import QuotaLeft
from app.services.submissions.submit import StoredSubmission
from app.storage.benchmarks import Benchmark
from app.storage.quotas import Quota
from app.storage.submissions import Submission


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
    def of(cls, stored: Submission) -> Self:
        """What may be told of a stored submission."""
        units, model = stored.stated_target, stored.model
        return cls(
            id=stored.public_id,
            benchmark=stored.slug,
            revision=stored.revision,
            owner=stored.owner,
            model=Model(model.name, model.provider, model.version, model.organisation, model.tags),
            attempt=stored.attempt,
            stated_target=None if units is None else Target(units).value,
            samples=stored.samples,
            confidence_source=stored.confidence_source,
            external_id=stored.external_id,
            self_reported=stored.self_reported,
            n_rows=stored.n_rows,
            created_at=stored.created_at,
            withdrawn_at=stored.withdrawn_at,
            superseded=stored.superseded_by is not None,
            erased_at=stored.erased_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionDetail:
    """A submission with everything that may be shown about it.

    On hidden benchmarks the parts of a card are null with the reason `hidden`, and of a submission
    whose answers were erased every figure is, with the reason `erased`. While
    `null_reasons.calibration_test` is `pending`, the calibration tests, which take redraws, are
    still being made.
    """

    row: Annotated[SubmissionRow, FLAT]
    revision: Annotated[int, Doc("The number of the revision that the scores are of.")]
    card: Annotated[Scorecard | None, FLAT] = None
    scores: Annotated[Scores, Doc("By metric id (GET /rules); `threshold_score` by target.")]
    profile: Annotated[
        tuple[ProfileLevel, ...] | None,
        Doc("Answers by stated confidence, rising; unstated first. By hundredths where many."),
    ] = None
    run: Annotated[dict[str, Any], Doc("What the submitter tells of the run.")]
    provisional: Annotated[bool, Doc("Whether answers are ungraded.")] = False
    shares: Annotated[
        dict[str, float] | None,
        Doc("Shares right, wrong and abstained as declared, on hidden benchmarks only."),
    ] = None
    reported: Annotated[
        dict[str, Any] | None,
        Doc("The headline that the evaluation tool printed, and under `others` what else it did."),
    ]
    parity: Annotated[Parity | None, Doc("That headline beside the figure computed here.")] = None
    parities: Annotated[
        tuple[Parity, ...],
        Doc("Each reported figure beside the one computed here, that one first."),
    ] = ()
    contradictions: Annotated[
        tuple[str, ...],
        Doc("Why the reported figures cannot all be right, in words; empty where they can."),
    ] = ()
    behaviour: Annotated[
        BehaviourAudit | None, Doc("The runs of the model under stated targets.")
    ] = None
    singletons: Annotated[
        SingletonBound | None, Doc("The bound that the training facts of the benchmark give.")
    ] = None
    null_reasons: Annotated[dict[str, str], Doc("Why parts are null or to come, by field.")]


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
    scores: Annotated[Scores, Doc("By metric id; `threshold_score` by target.")]
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
            scores=told(benchmark, stored.assessed),
            rank=rank,
            rank_at=RankView(Target(benchmark.default_target).value, benchmark.default_mode),
            rank_range=None,
            warnings=stored.warnings if not hidden or stored.replayed else (),
            quota=benchmark.quota,
            quota_left=stored.quota_left,
        )


def closed_form_scores(benchmark: Benchmark, entry: Assessed) -> Scores:
    """Rates, threshold scores at the benchmark's targets in its default mode, quadratic, BAS, and
    calibration."""
    mode = benchmark.default_mode
    return {
        **rates(entry),
        "threshold_score": {
            str(target): assessing.threshold_score(entry, target, mode)
            for target in targets_of(benchmark)
        },
        "quadratic_score": assessing.quadratic_score(entry),
        "bas": assessing.bas(entry),
        **calibration_of(entry),
    }


def targets_of(benchmark: Benchmark, *more: Target) -> tuple[Target, ...]:
    """The targets that a benchmark's submissions are told of, and `more`, in rising order."""
    own = (0, *benchmark.fixed_targets, benchmark.default_target)
    return tuple(sorted({Target(units) for units in own} | set(more)))
