"""The desk: what one who is signed in looks after, one page a concern, plain forms throughout.

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

from app.bodies import validated
from app.deps import Front, Reading, TheDesk, TheFront, counted_write
from app.services.access import maintained_benchmark
from app.services.change import policy_of, settings_tag
from app.services.delete import deletable
from app.services.oversee import looked_after, own_submissions, seen_events
from app.services.revisions import revision_view
from app.services.withdraw import withdraw
from app.storage.benchmarks import Benchmark
from app.storage.revisions import list_revisions
from app.storage.session import ReadSession
from app.storage.submissions import Submission, list_submissions
from app.urls import url
from app.web.render import private_page
from app.web.visitor import SignedMaintainer, SignedVisitor, Stay, form_fields
from app.wire import WithdrawIn

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
    """Why a form was refused: which one (change, archive, delete), and the words.

    `stored` are the fields that hold something else by now, with what they hold.
    """

    form: str
    says: str
    stored: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A submission in a list of the desk, and what this visitor may do with it."""

    submission: Submission
    withdrawable: bool
    erasable: bool


@router.get("/desk")
def show_desk(session: Reading, stay: SignedVisitor, done: Done = None) -> Response:
    """The overview: benchmarks looked after, submissions made."""
    entries = [_entry(one, stay) for one in own_submissions(session, stay.caller)]
    return private_page(
        "desk/overview.html",
        stay=stay,
        done=done,
        benchmarks=looked_after(session, stay.caller),
        entries=entries[:_ROWS],
    )


@router.get("/desk/publish")
def show_publish(stay: SignedMaintainer) -> Response:
    """The form that publishes a benchmark from a file."""
    return private_page("desk/publish.html", stay=stay)


@router.get("/desk/benchmarks/{slug}")
def show_benchmark(
    session: Reading,
    stay: SignedMaintainer,
    slug: str,
    after: After = None,
    done: Done = None,
) -> Response:
    """One benchmark: forms to correct its key, to change, archive and delete it; its revisions and
    its submissions."""
    benchmark = maintained_benchmark(session, stay.caller, slug)
    return benchmark_page(session, stay, benchmark, after=after, done=done)


def benchmark_page(
    session: ReadSession,
    stay: Stay,
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
    found = list_submissions(session, benchmark_id=benchmark.id, limit=_ROWS + 1, after=after)
    return private_page(
        "desk/benchmark.html",
        status,
        stay=stay,
        done=done,
        benchmark=benchmark,
        revisions=list_revisions(session, benchmark.id),
        entries=[
            replace(entry, withdrawable=entry.withdrawable and benchmark.archived_at is None)
            for entry in (_entry(one, stay) for one in found[:_ROWS])
        ],
        more=found[_ROWS - 1].id if len(found) > _ROWS else None,
        fault=fault,
        fields=stored_fields(benchmark) | dict(fields or {}) | {"tag": settings_tag(benchmark)},
        others=deletable(session, stay.caller, benchmark),
    )


def stored_fields(benchmark: Benchmark) -> dict[str, str]:
    """What the form that changes a benchmark holds when it is opened."""
    facts = policy_of(benchmark).facts()
    quota = facts["quota"] or {}
    given = {name: facts[name] for name in FIELDS} | {
        "quota_total": quota.get("total"),
        "quota_per_day": quota.get("per_day"),
    }
    return {name: _typed(value) for name, value in given.items()}


def _typed(value: str | float | None) -> str:
    """A value as it stands in a field: whole numbers without a point, others with all digits."""
    if isinstance(value, float) and value.is_integer():
        return f"{int(value)}"
    return "" if value is None else f"{value}"


def _entry(submission: Submission, stay: Stay) -> Entry:
    caller = stay.caller
    own = submission.owner_id == caller.owner_id
    return Entry(
        submission,
        withdrawable=submission.withdrawn_at is None,
        erasable=submission.erased_at is None and (own or stay.administers),
    )


@router.get("/desk/benchmarks/{slug}/revisions/{number}")
def show_revision(
    session: Reading,
    desk: TheDesk,
    stay: SignedMaintainer,
    slug: str,
    number: Annotated[int, Path(ge=1, le=2**31 - 1)],
) -> Response:
    """One revision: how far its grading is, and who moved once it is whole."""
    benchmark = maintained_benchmark(session, stay.caller, slug)
    view = revision_view(session, desk, benchmark, number)
    return private_page("desk/revision.html", stay=stay, benchmark=benchmark, view=view)


@router.post("/desk/submissions/{submission_id}/withdraw")
async def withdraw_submission(
    request: Request, front: TheFront, stay: SignedVisitor, submission_id: str
) -> Response:
    """Takes a submission off its board, with the reason that the form gives."""
    fields = await form_fields(request)
    wanted = validated(WithdrawIn, {"reason": fields.get("reason", "")})
    await run_in_threadpool(_withdraw, front, stay, submission_id, wanted.reason)
    # Where the form stood: on the benchmark's page of the desk, or on the overview.
    there = fields.get("benchmark", "")
    here = url(f"/desk/benchmarks/{there}" if SLUG.fullmatch(there) else "/desk")
    return RedirectResponse(f"{here}?done=withdrawn", 303, {"Cache-Control": "no-store"})


def _withdraw(front: Front, stay: Stay, submission_id: str, reason: str) -> None:
    with counted_write(front.desk, stay.caller) as session:
        withdraw(session, stay.caller, submission_id, reason=reason)


@router.get("/desk/audit")
def show_audit(session: Reading, stay: SignedMaintainer, after: After = None) -> Response:
    """Who did what, when: an admin sees all, a maintainer what happened to its benchmarks."""
    found = seen_events(session, stay.caller, limit=_ROWS + 1, after=after)
    more = found[_ROWS - 1].id if len(found) > _ROWS else None
    return private_page("desk/audit.html", stay=stay, events=found[:_ROWS], more=more, after=after)
