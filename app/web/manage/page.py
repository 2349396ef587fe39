"""Management pages of a signed-in user: overview, benchmark, revision, audit log.

Every form is answered by a redirect to the page it came from, so that a reload never repeats an
act; only a new key is shown in the answer itself, because it is shown once.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.http.bodies import validated
from app.http.dependencies import AppContext, ContextDep, Reading, StateDep, counted_write
from app.http.requests.submissions import WithdrawIn
from app.http.urls import url
from app.services.access.managed_benchmarks import (
    managed_benchmarks,
    own_submissions,
    visible_events,
)
from app.services.access.permissions import maintained_benchmark
from app.services.access.public_view import PublicBenchmark
from app.services.benchmarks.delete import deletable
from app.services.benchmarks.revisions import revision_view
from app.services.benchmarks.update import policy_facts, policy_of, settings_tag
from app.services.submissions.withdraw import withdraw
from app.storage.benchmarks import Benchmark
from app.storage.database.session import ReadSession
from app.storage.revisions import list_revisions
from app.storage.submissions import Submission, list_submissions
from app.web.current_user import BrowserSession, SignedMaintainer, SignedVisitor, form_fields
from app.web.rendering.render import private_page

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_ROWS: Final = 50
SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
After = Annotated[int | None, Query(ge=1, le=2**53)]
Done = Annotated[str | None, Query(max_length=20)]


FIELDS: Final = (
    "title",
    "description",
    "source",
    "visibility",
    "default_target",
    "default_mode",
    "ranked_attempt",
    "missing_limit",
    "ungraded_limit",
)
"""What the form that changes a benchmark has as plain fields; its quota is two more."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a form was refused: its name (change, archive, delete), and the message.

    `stored` are the fields that hold something else by now, with what they hold.
    """

    form: str
    says: str
    stored: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SubmissionEntry:
    """A submission in a list, with the actions allowed to this user."""

    submission: Submission
    withdrawable: bool
    erasable: bool


@router.get("/desk")
def show_desk(session: Reading, browser_session: SignedVisitor, done: Done = None) -> Response:
    """The overview: benchmarks maintained, submissions made."""
    entries = [
        _entry(submission, browser_session)
        for submission in own_submissions(session, browser_session.caller)
    ]
    return private_page(
        "desk/overview.html",
        browser_session=browser_session,
        done=done,
        benchmarks=[
            PublicBenchmark.of(benchmark)
            for benchmark in managed_benchmarks(session, browser_session.caller)
        ],
        entries=entries[:_ROWS],
    )


@router.get("/desk/publish")
def show_publish(browser_session: SignedMaintainer) -> Response:
    """The form that publishes a benchmark from a file."""
    return private_page("desk/publish.html", browser_session=browser_session)


@router.get("/desk/benchmarks/{slug}")
def show_benchmark(
    session: Reading,
    browser_session: SignedMaintainer,
    slug: str,
    after: After = None,
    done: Done = None,
) -> Response:
    """One benchmark: forms to correct its key, to change, archive and delete it; its revisions and
    its submissions."""
    benchmark = maintained_benchmark(session, browser_session.caller, slug)
    return benchmark_page(session, browser_session, benchmark, after=after, done=done)


def benchmark_page(
    session: ReadSession,
    browser_session: BrowserSession,
    benchmark: Benchmark,
    *,
    status: int = 200,
    after: int | None = None,
    done: str | None = None,
    fault: Fault | None = None,
    fields: Mapping[str, str] | None = None,
) -> Response:
    """The page of a benchmark; with a `fault` of one of its forms, and the `fields` of the form
    that changes it as they were sent."""
    submissions = list_submissions(session, benchmark_id=benchmark.id, limit=_ROWS + 1, after=after)
    return private_page(
        "desk/benchmark.html",
        status,
        browser_session=browser_session,
        done=done,
        benchmark=PublicBenchmark.of(benchmark),
        revisions=list_revisions(session, benchmark.id),
        entries=[
            replace(entry, withdrawable=entry.withdrawable and benchmark.archived_at is None)
            for entry in (_entry(submission, browser_session) for submission in submissions[:_ROWS])
        ],
        more=submissions[_ROWS - 1].id if len(submissions) > _ROWS else None,
        fault=fault,
        fields=stored_fields(benchmark) | dict(fields or {}) | {"tag": settings_tag(benchmark)},
        others=deletable(session, browser_session.caller, benchmark),
    )


def stored_fields(benchmark: Benchmark) -> dict[str, str]:
    """The initial values of the form that changes a benchmark."""
    facts = policy_facts(policy_of(benchmark))
    quota = facts["quota"] or {}
    given = {name: facts[name] for name in FIELDS} | {
        "quota_total": quota.get("total"),
        "quota_per_day": quota.get("per_day"),
    }
    return {name: _typed(value) for name, value in given.items()}


def _typed(value: str | float | None) -> str:
    """A value as shown in a form field: whole numbers without a point, others with all digits."""
    if isinstance(value, float) and value.is_integer():
        return f"{int(value)}"
    return "" if value is None else f"{value}"


def _entry(submission: Submission, browser_session: BrowserSession) -> SubmissionEntry:
    caller = browser_session.caller
    own = submission.owner_id == caller.owner_id
    return SubmissionEntry(
        submission,
        withdrawable=submission.withdrawn_at is None,
        erasable=submission.erased_at is None and (own or browser_session.administers),
    )


@router.get("/desk/benchmarks/{slug}/revisions/{number}")
def show_revision(
    session: Reading,
    app_state: StateDep,
    browser_session: SignedMaintainer,
    slug: str,
    number: Annotated[int, Path(ge=1, le=2**31 - 1)],
) -> Response:
    """One revision: how far its grading is, and who moved once it is whole."""
    benchmark = maintained_benchmark(session, browser_session.caller, slug)
    view = revision_view(session, app_state, benchmark, number)
    return private_page(
        "desk/revision.html",
        browser_session=browser_session,
        benchmark=PublicBenchmark.of(benchmark),
        view=view,
    )


@router.post("/desk/submissions/{submission_id}/withdraw")
async def withdraw_submission(
    request: Request, context: ContextDep, browser_session: SignedVisitor, submission_id: str
) -> Response:
    """Takes a submission off its board, with the reason that the form gives."""
    fields = await form_fields(request)
    request_body = validated(WithdrawIn, {"reason": fields.get("reason", "")})
    await run_in_threadpool(_withdraw, context, browser_session, submission_id, request_body.reason)
    # Where the form stood: on the benchmark's page of the desk, or on the overview.
    there = fields.get("benchmark", "")
    here = url(f"/desk/benchmarks/{there}" if SLUG.fullmatch(there) else "/desk")
    return RedirectResponse(f"{here}?done=withdrawn", 303, {"Cache-Control": "no-store"})


def _withdraw(
    context: AppContext, browser_session: BrowserSession, submission_id: str, reason: str
) -> None:
    with counted_write(context.app_state, browser_session.caller) as session:
        withdraw(session, browser_session.caller, submission_id, reason=reason)


@router.get("/desk/audit")
def show_audit(
    session: Reading, browser_session: SignedMaintainer, after: After = None
) -> Response:
    """Who did what, when: an admin sees all, a maintainer what happened to its benchmarks."""
    events = visible_events(session, browser_session.caller, limit=_ROWS + 1, after=after)
    more = events[_ROWS - 1].id if len(events) > _ROWS else None
    return private_page(
        "desk/audit.html",
        browser_session=browser_session,
        events=events[:_ROWS],
        more=more,
        after=after,
    )
