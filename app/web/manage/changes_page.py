"""Forms that update, archive and delete a benchmark, and erase answers.

Plain forms that need no script. A refused form is shown again on its page with its input.
"""

from collections.abc import Callable
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.http.bodies import patched_policy, validated
from app.http.dependencies import AppContext, ContextDep, counted_write
from app.http.requests.benchmarks import ArchiveIn
from app.http.requests.submissions import EraseIn
from app.http.urls import url
from app.problem import Problem
from app.services.access.permissions import maintained_benchmark
from app.services.benchmarks.delete import delete_benchmark, erase_submission
from app.services.benchmarks.update import archive, change, unarchive
from app.storage.database.session import WriteSession
from app.web.current_user import BrowserSession, SignedMaintainer, SignedVisitor, form_fields
from app.web.manage.page import FIELDS, SLUG, Fault, benchmark_page, stored_fields

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
_WAIT_SECONDS: Final = 2
_STATUS: Final = {"stale": 412, "conflict": 409, "invalid-request": 422}
_CHANGED_MEANWHILE: Final = (
    "This benchmark was changed after you opened the form. What you typed is still here: look "
    "at what is stored now, and save again if yours is to replace it."
)


@router.post("/desk/benchmarks/{slug}/change")
async def change_benchmark(
    request: Request, context: ContextDep, browser_session: SignedMaintainer, slug: str
) -> Response:
    """Updates texts and policy, unless they changed since the form was opened."""
    fields = await form_fields(request)

    def act(session: WriteSession) -> None:
        patch = _patch(fields)
        change(
            session,
            browser_session.caller,
            slug,
            lambda benchmark: patched_policy(patch, benchmark),
            expected=[fields.get("tag", "")],
        )

    return await run_in_threadpool(_act, context, browser_session, slug, "change", act, fields)


def _patch(fields: dict[str, str]) -> dict[str, Any]:
    """The form's fields as the API takes them; an empty limit is no limit."""
    patch: dict[str, Any] = {name: fields[name] for name in FIELDS if name in fields}
    for name in ("title", "description", "source"):
        if name in patch:
            patch[name] = patch[name].strip() or None
    if "quota_total" in fields or "quota_per_day" in fields:
        limits = {name: _number(fields.get(f"quota_{name}", "")) for name in ("total", "per_day")}
        patch["quota"] = limits if any(limit is not None for limit in limits.values()) else None
    return patch


def _number(text: str) -> int | str | None:
    """A whole number; other text unchanged, to be refused later; None if empty."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() else text or None


@router.post("/desk/benchmarks/{slug}/archive")
async def archive_benchmark(
    request: Request, context: ContextDep, browser_session: SignedMaintainer, slug: str
) -> Response:
    """Makes a benchmark read-only and takes it off the list."""
    fields = await form_fields(request)
    request_body = validated(ArchiveIn, {"reason": fields.get("reason", "")})

    def act(session: WriteSession) -> None:
        archive(session, browser_session.caller, slug, reason=request_body.reason)

    return await run_in_threadpool(_act, context, browser_session, slug, "archive", act, {})


@router.post("/desk/benchmarks/{slug}/unarchive")
async def unarchive_benchmark(
    context: ContextDep, browser_session: SignedMaintainer, slug: str
) -> Response:
    """Puts an archived benchmark back on the list."""

    def act(session: WriteSession) -> None:
        unarchive(session, browser_session.caller, slug)

    return await run_in_threadpool(_act, context, browser_session, slug, "archive", act, {})


def _act(
    context: AppContext,
    browser_session: BrowserSession,
    slug: str,
    form: str,
    act: Callable[[WriteSession], None],
    fields: dict[str, str],
) -> Response:
    try:
        with counted_write(context.app_state, browser_session.caller) as session:
            act(session)
    except Problem as problem:
        return _refused(context, browser_session, slug, form, problem, fields)
    done = {"change": "changed"}.get(form, form)
    return _to(url(f"/desk/benchmarks/{slug}?done={done}"))


@router.post("/desk/benchmarks/{slug}/delete")
async def remove_benchmark(
    request: Request, context: ContextDep, browser_session: SignedMaintainer, slug: str
) -> Response:
    """Deletes a benchmark, once its slug has been typed."""
    fields = await form_fields(request)
    return await run_in_threadpool(_delete, context, browser_session, slug, fields)


def _delete(
    context: AppContext, browser_session: BrowserSession, slug: str, fields: dict[str, str]
) -> Response:
    try:
        if fields.get("confirm", "").strip() != slug:
            raise Problem("invalid-request", f"Type {slug} to delete it. Nothing was deleted.")
        request_body = validated(EraseIn, {"reason": fields.get("reason", "")})
        delete_benchmark(
            context.app_state,
            browser_session.caller,
            slug,
            reason=request_body.reason,
            seconds=_WAIT_SECONDS,
        )
    except Problem as problem:
        return _refused(context, browser_session, slug, "delete", problem, {})
    return _to(url("/desk?done=deleted"))


@router.post("/desk/submissions/{submission_id}/erase")
async def erase_answers(
    request: Request, context: ContextDep, browser_session: SignedVisitor, submission_id: str
) -> Response:
    """Erases the answers of a submission, with the reason that the form gives."""
    fields = await form_fields(request)
    request_body = validated(EraseIn, {"reason": fields.get("reason", "")})
    await run_in_threadpool(
        erase_submission,
        context.app_state,
        browser_session.caller,
        submission_id,
        reason=request_body.reason,
    )
    there = fields.get("benchmark", "")
    here = url(f"/desk/benchmarks/{there}" if SLUG.fullmatch(there) else "/desk")
    return _to(f"{here}?done=erased")


def _refused(
    context: AppContext,
    browser_session: BrowserSession,
    slug: str,
    form: str,
    problem: Problem,
    fields: dict[str, str],
) -> Response:
    """The page with the words; what is not about the form stays a refusal of its own."""
    if problem.code not in _STATUS:
        raise problem
    says = _CHANGED_MEANWHILE if problem.code == "stale" else problem.detail
    with context.app_state.database.reading() as session:
        benchmark = maintained_benchmark(session, browser_session.caller, slug)
        stored = stored_fields(benchmark).items() if problem.code == "stale" else ()
        differing = [(name, held) for name, held in stored if fields.get(name, held) != held]
        return benchmark_page(
            session,
            browser_session,
            benchmark,
            status=_STATUS[problem.code],
            fault=Fault(form, says, tuple(differing)),
            fields={name: value for name, value in fields.items() if name != "form_token"},
        )


def _to(address: str) -> Response:
    return RedirectResponse(address, 303, {"Cache-Control": "no-store"})
