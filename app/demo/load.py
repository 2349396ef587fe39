"""Loads the demo: publishes its benchmarks and submits their answers through the services.

One transaction makes all of it, so that a start that is killed leaves the whole demo or none. What
an older version left half made is completed. What was changed or deleted since stays as it is:
the audit trail tells what the demo once made.
"""

from app.demo.bundle import Bundle
from app.demo.gpqa import gpqa
from app.demo.letter_counts import letter_counts
from app.demo.made import PARTS, is_made
from app.intake.columns import PredictionColumns
from app.services.access.callers import Caller
from app.services.access.keys import DEMO_OWNER, demo_caller
from app.services.benchmarks.publish import publish
from app.services.state.app_state import AppState
from app.services.state.board_cache import BoardCache
from app.services.state.revision_cache import RevisionCache
from app.services.submissions.submit import NewSubmission, idempotency_key, submit_within
from app.storage.audit_log import list_events
from app.storage.benchmarks import Benchmark, count_benchmarks, find_benchmark
from app.storage.database.session import Database, ReadSession, WriteSession, take_turns
from app.storage.demo import count_made, was_published
from app.storage.submissions import list_submissions

_MOST_EVENTS = 1_000
"""A demo with more events than its own has been used, and is left as it is."""

Answers = list[tuple[NewSubmission, PredictionColumns]]


def load_demo(database: Database) -> list[str]:
    """Loads what is missing of the demo; the slugs of the benchmarks that got something."""
    app_state = AppState(
        database=database,
        revision_cache=RevisionCache(most_bytes=1 << 26),
        boards=BoardCache(),
        writes_per_minute=1_000,
    )
    bundles = (letter_counts(), gpqa())
    with database.writing() as session:
        take_turns(session)
        if is_made(session):
            return []
        standalone_svg = _is_alone(session)
        missing = [
            (bundle, _missing(session, bundle, standalone_svg=standalone_svg)) for bundle in bundles
        ]
        if not any(answers for _, answers in missing):
            return []
        caller = demo_caller(session)
        for bundle, answers in missing:
            _load(session, app_state, caller, bundle, answers)
    return [bundle.benchmark.slug for bundle, answers in missing if answers]


def _load(
    session: WriteSession, app_state: AppState, caller: Caller, bundle: Bundle, answers: Answers
) -> None:
    if not answers:
        return
    benchmark = find_benchmark(session, bundle.benchmark.slug)
    if benchmark is None:
        benchmark = publish(session, caller, bundle.benchmark, bundle.items)
    for new, columns in answers:
        submit_within(session, app_state, caller, benchmark, new, columns)


def _is_alone(session: ReadSession) -> bool:
    """Whether the demo's benchmarks are the only ones, and none of them was deleted."""
    there = [slug for slug in PARTS if find_benchmark(session, slug)]
    made = [slug for slug in PARTS if was_published(session, DEMO_OWNER, slug)]
    return there == made and count_benchmarks(session) == len(there)


def _missing(session: ReadSession, bundle: Bundle, *, standalone_svg: bool) -> Answers:
    """The submissions that are still to be made; none where the benchmark is to be left alone."""
    slug = bundle.benchmark.slug
    benchmark = find_benchmark(session, slug)
    if benchmark is None:
        return (
            bundle.submissions
            if standalone_svg and not was_published(session, DEMO_OWNER, slug)
            else []
        )
    wanted = {
        idempotency_key(benchmark, *submission): submission for submission in bundle.submissions
    }
    there = _untouched(session, benchmark)
    if there is None or not there <= wanted.keys():
        return []
    return [submission for key, submission in wanted.items() if key not in there]


def _untouched(session: ReadSession, benchmark: Benchmark) -> set[str] | None:
    """The demo's submissions to a benchmark by idempotency key, or None where it is no longer
    what the demo made: something was changed, withdrawn or deleted."""
    events = list_events(session, limit=_MOST_EVENTS, benchmark_id=benchmark.id)
    acts = {event.action for event in events}
    if not benchmark.demo or not acts <= {"benchmark.publish", "submission.submit"}:
        return None
    there = [
        submission
        for submission in list_submissions(session, benchmark_id=benchmark.id, limit=_MOST_EVENTS)
        if submission.owner == DEMO_OWNER
    ]
    made = count_made(session, DEMO_OWNER, slug=benchmark.slug)[1]
    if len(events) == _MOST_EVENTS or len(there) != made:
        return None
    return {submission.idempotency_key for submission in there}
