"""change, archive, unarchive, delete, withdraw and erase: put right what was published or sent."""

import sys
from typing import Annotated, Any

import typer

from candor_client.commands.options import Json, Mode, Penalty, Target, Url, require_one

Slug = Annotated[str, typer.Argument(help="The benchmark's slug.")]
SubmissionId = Annotated[str, typer.Argument(help="The submission's id, sub_….")]
Reason = Annotated[str, typer.Option("--reason", help="Why; an admin must say.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask; nothing undoes this.")]


def change(
    benchmark: Slug,
    title: Annotated[str | None, typer.Option(help="Its name for people; '' clears.")] = None,
    description: Annotated[str | None, typer.Option(help="What is asked, and how.")] = None,
    source: Annotated[str | None, typer.Option(help="Where the items come from.")] = None,
    public: Annotated[
        bool | None, typer.Option("--public/--private", help="Who sees it: everybody, or you.")
    ] = None,
    target: Target = None,
    penalty: Penalty = None,
    mode: Mode = None,
    attempt: Annotated[
        str | None, typer.Option(help="Which attempt ranks: latest, first or best.")
    ] = None,
    missing_limit: Annotated[
        float | None, typer.Option(help="Share of items that may be missing, 0 to 1.")
    ] = None,
    ungraded_limit: Annotated[
        float | None, typer.Option(help="Share of items that may be ungraded, 0 to 1.")
    ] = None,
    quota_total: Annotated[
        int | None, typer.Option(help="Submissions each owner may make in all; 0: no limit.")
    ] = None,
    quota_per_day: Annotated[
        int | None, typer.Option(help="Submissions each owner may make a day; 0: no limit.")
    ] = None,
    at_version: Annotated[
        int | None, typer.Option(help="Only if the benchmark is still at this version.")
    ] = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Change a benchmark's words and policy; what is not named stays."""
    from candor_client.commands.clients import writing
    from candor_client.commands.output.messages import emit
    from candor_client.errors import UsageError

    require_one(target, penalty)
    words = {"title": title, "description": description, "source": source}
    given: dict[str, Any] = {
        "visibility": None if public is None else "public" if public else "private",
        "default_target": target,
        "default_penalty": penalty,
        "default_mode": mode,
        "ranked_attempt": attempt,
        "missing_limit": missing_limit,
        "ungraded_limit": ungraded_limit,
    }
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    changes |= {name: text or None for name, text in words.items() if text is not None}
    limits = {"total": quota_total, "per_day": quota_per_day}
    named = {name: count or None for name, count in limits.items() if count is not None}
    with writing(url) as client:
        if named:
            changes["quota"] = _quota(client.benchmark(benchmark), named)
        if not changes:
            raise UsageError("Say what to change, such as --title or --private; see --help.")
        changed = client.change(benchmark, at_version=at_version, **changes)
    if as_json:
        emit(changed)
    else:
        changed_fields = ", ".join(name.replace("_", " ") for name in changes)
        print(f"{benchmark}: changed {changed_fields}; now at version {changed['version']}")


def _quota(benchmark: Any, named: dict[str, int | None]) -> dict[str, int | None] | None:
    """The limits to send: those that are named, or none where no limit would be left."""
    left = {name: n for name, n in ((benchmark.get("quota") or {}) | named).items() if n}
    return named if left else None


def archive(benchmark: Slug, reason: Reason = "", url: Url = None, as_json: Json = False) -> None:
    """Make a benchmark read-only and take it off the list; its address and board stay."""
    from candor_client.commands.clients import writing
    from candor_client.commands.output.messages import emit

    with writing(url) as client:
        archived = client.archive(benchmark, reason=reason)
    if as_json:
        emit(archived)
    else:
        print(f"{benchmark}: archived; candor unarchive {benchmark} takes it back into use")


def unarchive(benchmark: Slug, url: Url = None, as_json: Json = False) -> None:
    """Put an archived benchmark back on the list; it takes submissions again."""
    from candor_client.commands.clients import writing
    from candor_client.commands.output.messages import emit

    with writing(url) as client:
        result = client.unarchive(benchmark)
    if as_json:
        emit(result)
    else:
        print(f"{benchmark}: in use again")


def delete(
    benchmark: Slug,
    reason: Reason = "",
    yes: Yes = False,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Delete a benchmark with everything sent to it, for good; its slug stays taken."""
    from candor_client.commands.clients import writing
    from candor_client.commands.output.messages import emit

    _confirm(benchmark, "every question, answer and submission of it", yes=yes)
    with writing(url) as client:
        erased = client.delete(benchmark, reason=reason)
    if as_json:
        emit({"slug": benchmark, "state": "erased" if erased else "erasing"})
    else:
        print(f"{benchmark}: deleted{'' if erased else '; the server is still erasing'}")


def withdraw(
    submission: SubmissionId, reason: Reason = "", url: Url = None, as_json: Json = False
) -> None:
    """Take a submission off its board; it stays listed and marked, and its answers stay."""
    from candor_client.commands.clients import writing
    from candor_client.commands.output.messages import emit

    with writing(url) as client:
        result = client.withdraw(submission, reason=reason)
    if as_json:
        emit(result)
    else:
        print(f"{submission}: withdrawn from {result['benchmark']}")


def erase(
    submission: SubmissionId,
    reason: Reason = "",
    yes: Yes = False,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """Erase what a model said, for good; the submission's row stays, marked and without a rank."""
    from candor_client.commands.clients import writing
    from candor_client.commands.output.messages import emit

    _confirm(submission, "its answers, confidences and grades", yes=yes)
    with writing(url) as client:
        result = client.erase(submission, reason=reason)
    if as_json:
        emit(result)
    else:
        print(f"{submission}: answers erased; its place on {result['benchmark']} is marked")


def _confirm(name: str, what: str, *, yes: bool) -> None:
    """Has the name typed by a person; a script says --yes."""
    from candor_client.errors import UsageError

    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(f"This erases {what} for good; say --yes.")
    sys.stderr.write(f"This erases {what} for good. Type {name} to go on: ")
    sys.stderr.flush()
    if sys.stdin.readline().strip() != name:
        raise UsageError("That is another name; nothing was erased.")
