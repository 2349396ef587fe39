"""The gate: may a candidate replace a baseline, if it may lose at most so many points an item?

The baseline is a stored submission. The candidate is another, or rows that are graded here and
forgotten. Hidden benchmarks have no gate: each decision about rows of the caller's choice would
tell of the accepted answers, and a decision about two stored submissions of how they overlap.
"""

from dataclasses import dataclass

from app.intake.columns import PredictionColumns
from app.problem import Problem
from app.scoring import gate as gating
from app.scoring.assess import Assessed, assess
from app.scoring.gate import Gate
from app.scoring.grades import Grades, ItemFrame
from app.scoring.points import widest_difference
from app.scoring.score import Score
from app.scoring.stack import score_under
from app.services.board import Counts
from app.services.callers import Caller
from app.services.compare import align
from app.services.desk import Desk
from app.services.judge import counts_of, judge
from app.services.pair import Terms
from app.services.parting import computable, points_under
from app.storage.benchmarks import Benchmark
from app.storage.gradings import load_grading
from app.storage.session import ReadSession
from app.storage.submissions import Submission
from app.wording import counted, verb


@dataclass(frozen=True, slots=True)
class Contender:
    """One of the two at a gate; `submission` is None for rows that came with the request."""

    submission: Submission | None
    score: Score
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReport:
    """A decision with its power; losses and differences (candidate - baseline) in points an item.

    `says` is the decision in one or two sentences, for a log.
    """

    benchmark: Benchmark
    terms: Terms
    candidate: Contender
    baseline: Contender
    gate: Gate
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gated:
    """Who stands at the gate; `candidate` is None where the rows come with the request."""

    benchmark: Benchmark
    baseline: Submission
    candidate: Submission | None


def gated(
    session: ReadSession,
    caller: Caller | None,
    *,
    baseline: str,
    candidate: str | None,
    revision: int | None = None,
) -> Gated:
    """The two at a revision of their benchmark. Raises as `align` does, or `hidden-gold`."""
    aligned = align(session, caller, candidate or baseline, baseline, revision=revision)
    if aligned.benchmark.mode == "hidden":
        raise Problem(
            "hidden-gold",
            "A hidden benchmark has no gate: its decisions would tell of single answers. "
            "GET /compare shows the difference of the public shares.",
        )
    return Gated(
        benchmark=aligned.benchmark,
        baseline=aligned.right,
        candidate=None if candidate is None else aligned.left,
    )


def decide(
    session: ReadSession,
    desk: Desk,
    stand: Gated,
    terms: Terms,
    columns: PredictionColumns | None,
    *,
    largest_loss: float,
) -> GateReport:
    """Decides about the stored candidate, or about `columns` graded against the benchmark.

    Raises `invalid-predictions` (rows), or `invalid-request` where the rule has no score for them.
    """
    benchmark = stand.benchmark
    sheet = desk.sheets.of(session, benchmark)
    baseline = load_grading(session, stand.baseline.id, benchmark.revision_id).grades
    if stand.candidate is not None:
        candidate = load_grading(session, stand.candidate.id, benchmark.revision_id).grades
    else:
        assert columns is not None
        candidate = judge(benchmark, sheet, columns).graded.grades
    if not computable(candidate, baseline, terms):
        raise Problem(
            "invalid-request",
            "rule=bas needs the confidence of every answer of both; choose rule=target.",
        )
    with desk.heavy.turn():
        gate = gating.decide(
            points_under(candidate, terms),
            points_under(baseline, terms),
            largest_loss=largest_loss,
            most_an_item_can_differ=widest_difference(terms.rule, terms.target),
            weight=sheet.frame.weight,
            cluster=sheet.frame.cluster,
        )
    return GateReport(
        benchmark=benchmark,
        terms=terms,
        candidate=_contender(stand.candidate, candidate, sheet.frame, terms),
        baseline=_contender(stand.baseline, baseline, sheet.frame, terms),
        gate=gate,
        says=_in_words(gate),
    )


def _contender(
    submission: Submission | None, grades: Grades, frame: ItemFrame, terms: Terms
) -> Contender:
    entry: Assessed = assess(grades, frame)
    score = score_under(entry, rule=terms.rule, target=terms.target, mode=terms.mode)
    return Contender(submission, score, counts_of(entry))


def _in_words(gate: Gate) -> str:
    allowed = f"{gate.largest_loss:.4g} points an item"
    if gate.decision == "pass":
        return f"Pass: a loss of more than {allowed} is ruled out at 95 %."
    if gate.decision == "fail":
        return f"Fail: the loss is larger than {allowed}, beyond noise at 95 %."
    if gate.power is None:
        return "Cannot tell: the two have fewer than two graded items in common."
    if gate.items_needed is None:
        return (
            "Cannot tell: with a largest loss of 0 no number of items lets an equal candidate "
            "pass with 80 % chance; allow a loss above 0."
        )
    n = gate.difference.n_items
    return (
        f"Cannot tell whether the loss exceeds {allowed}: on "
        f"{verb(n, 'this', 'these')} {counted(n, 'item')} "
        f"an equal candidate passes with a chance of {gate.power:.0%}; "
        f"{counted(gate.items_needed, 'item')} would bring it to 80 %."
    )
