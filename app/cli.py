"""`candor-server`: runs and administers the service from the command line."""

import json
import os
import secrets
import sys
import traceback
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from app import candor_version
from app.problem import Problem
from app.terminal import forgiving

# What a command needs is imported when it runs: `version` and `--help` answer at once, and each
# worker, which imports this module first, can tell the first process that it is alive.
if TYPE_CHECKING:
    from app.settings import Settings
    from app.start import Started
    from app.storage.keys import ApiKey

app = typer.Typer(
    help="Candor scores language models so that “I don't know” is a rational answer.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
key_app = typer.Typer(help="Issue, list and revoke API keys.", no_args_is_help=True)
app.add_typer(key_app, name="key")
out, err = Console(), Console(stderr=True)

FAULT: Final = 70
"""What a command ends with that failed for no reason it has words for."""


def main() -> None:
    """The entry point: invalid settings and problems are printed as messages."""
    # Whatever is made here holds keys, answers or both: it is for this account alone.
    before = os.umask(0o077)
    try:
        with forgiving():
            _run()
    finally:
        os.umask(before)


def _run() -> None:
    try:
        app()
    except Exception as error:
        status = _say_failure(error)
        if status is None:
            # 1 is what `doctor` finds, and a problem that words can say: this is neither.
            traceback.print_exception(error)
            status = FAULT
        sys.exit(status)


def _say_failure(error: Exception) -> int | None:
    """Says in words why a command failed; its exit status, or None for a fault of ours."""
    from pydantic import ValidationError

    if isinstance(error, ValidationError):
        for fault in error.errors():
            name = "_".join(str(part) for part in fault["loc"])
            variable = f"CANDOR_{name.upper()}: " if name else ""
            _say_no(f"{variable}{fault['msg'].removeprefix('Value error, ')}")
        return 2
    if isinstance(error, OSError):
        _say_no(f"{error.filename or 'Candor'}: {error.strerror or error}")
        return 1
    if isinstance(error, Problem):
        _say_no(error.detail)
        # On the host the driver's message helps; over HTTP it would disclose too much.
        cause = getattr(error.__cause__, "orig", None)
        if cause is not None:
            _say_no(str(cause).partition("\n")[0])
        return 1
    return None


@app.command()
def serve() -> None:
    """Serve. On the embedded SQLite this migrates, loads the demo and makes the first key."""
    import structlog
    import uvicorn

    from app import workers
    from app.http.request_metrics import shared_figures
    from app.log import configure_logging
    from app.settings import Settings, misspelt
    from app.start import require_free_port, start

    settings = Settings()
    configure_logging(level=settings.log_level, style=settings.log_format)
    for name in misspelt(os.environ):
        _say_no(f"{name} is no setting; candor-server reads those of docs/settings.md.")
    require_free_port(settings)
    _say_what(start(settings), settings)
    # Read by the factory, which runs in every worker: each opens its own connections.
    start_id = os.environ["CANDOR_START_ID"] = settings.start_id or secrets.token_hex(8)

    def serving() -> None:
        _say_where(settings)
        structlog.get_logger("candor.server").info(
            "serving", start=start_id, pid=os.getpid(), workers=settings.workers
        )

    with shared_figures(settings.workers):
        config = uvicorn.Config(
            "app.cli:application",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            loop="uvloop" if sys.platform != "win32" else "asyncio",
            http="httptools",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # app/http/middleware.py reads them
            log_config=None,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=workers.GRACE_SECONDS,
        )
        workers.serve(config, serving=serving)


def application() -> object:
    """The application of one worker."""
    from app.log import configure_logging
    from app.main import create_app
    from app.settings import Settings

    settings = Settings()
    configure_logging(level=settings.log_level, style=settings.log_format)
    return create_app(settings)


@app.command()
def migrate() -> None:
    """Bring the database to the schema of this version."""
    from app.settings import Settings
    from app.start import migrated

    out.print(f"The schema is at [bold]{migrated(Settings())}[/bold].")


@app.command()
def demo() -> None:
    """Load the two demo benchmarks, if there is no benchmark yet."""
    from app.settings import Settings
    from app.start import load_demo_once, ready_database

    with ready_database(Settings()) as database:
        slugs = load_demo_once(database)
    out.print(f"Loaded {', '.join(slugs)}." if slugs else "There are benchmarks already.")


@app.command()
def regrade() -> None:
    """Finish the grading of revisions that a stopped process left half done."""
    from app.main import build_context
    from app.services.benchmarks.regrade import regrade_unfinished
    from app.settings import Settings
    from app.start import ready_database

    settings = Settings()
    with ready_database(settings) as database:
        app_state = build_context(database, settings).app_state
        finished = regrade_unfinished(app_state)
    out.print(f"Finished {finished}." if finished else "Every revision is complete.")


@app.command(name="doctor")
def examine() -> None:
    """Look at the installation and say what is well and what is not."""
    from app import doctor
    from app.settings import Settings

    settings = Settings()
    findings = doctor.examine(
        settings.url,
        location=settings.database_location,
        data_dir=settings.data_dir,
        database_file=settings.database_file if settings.embedded else None,
        host=settings.host,
        port=settings.port,
    )
    table = Table(title=f"Candor {candor_version()}", title_justify="left")
    for column in ("", "what", "finding"):
        table.add_column(column)
    for finding in findings:
        mark = "[green]ok[/green]" if finding.well else "[red]no[/red]"
        table.add_row(mark, finding.what, finding.says)
    out.print(table)
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)


@app.command()
def version() -> None:
    """Print the version."""
    out.print(candor_version(), highlight=False)


@key_app.command("create")
def create_key(
    owner: Annotated[str, typer.Option(help="The name that boards show beside a model.")],
    scope: Annotated[
        list[str] | None, typer.Option(help="submit, maintain or admin; repeat for several.")
    ] = None,
    benchmark: Annotated[str | None, typer.Option(help="Bind the key to one slug.")] = None,
    label: Annotated[str, typer.Option(help="What the key is for.")] = "",
    days: Annotated[
        int | None, typer.Option(min=1, max=36_500, help="Days until it expires; never if unset.")
    ] = None,
) -> None:
    """Issue a key; it is printed this once, alone on standard output."""
    from app.services.access.callers import SCOPES
    from app.services.access.keys import issue_first
    from app.settings import Settings
    from app.start import ready_database
    from app.storage.owners import find_owner

    scopes = tuple(scope or ["submit"])
    unknown = set(scopes) - set(SCOPES)
    if unknown:
        err.print(f"[red]A scope is one of {', '.join(SCOPES)}.[/red]")
        raise typer.Exit(2)
    settings = Settings()
    with ready_database(settings) as database, database.writing() as session:
        known = find_owner(session, owner) is not None
        issued = issue_first(
            session,
            pepper=settings.pepper(),
            owner=owner,
            scopes=scopes,
            label=label,
            benchmark=benchmark,
            lifetime=None if days is None else timedelta(days=days),
        )
    print(issued.token)
    whose = "who has keys already: it acts in that name" if known else "who is new"
    message = f"Key {issued.key.public_id} for {owner}, {whose}. The key is shown this once."
    err.print(message, markup=False, highlight=False, soft_wrap=True)


@key_app.command("list")
def show_keys() -> None:
    """List keys, revoked ones included; never a secret."""
    from app.settings import Settings
    from app.start import ready_database
    from app.storage.keys import list_keys

    keys: list[ApiKey] = []
    with ready_database(Settings()) as database, database.reading() as session:
        while page := list_keys(session, limit=1_000, after=keys[-1].id if keys else None):
            keys += page
    table = Table()
    for column in ("id", "owner", "scopes", "benchmark", "label", "created", "last used", "state"):
        table.add_column(column)
    for key in keys:
        table.add_row(
            key.public_id,
            key.owner,
            " ".join(key.scopes),
            key.benchmark or "any",
            key.label,
            key.created_at.strftime("%Y-%m-%d"),
            "never" if key.last_used_at is None else f"{key.last_used_at:%Y-%m-%d %H:%M}",
            _state(key, datetime.now(UTC)),
        )
    out.print(table)


@key_app.command("revoke")
def revoke(key_id: Annotated[str, typer.Argument(help="key_…, from `key list`")]) -> None:
    """Revoke a key at once."""
    from app.services.access.keys import revoke_by_host
    from app.settings import Settings
    from app.start import ready_database

    with ready_database(Settings()) as database, database.writing() as session:
        revoke_by_host(session, key_id)
    out.print(f"Key {key_id} is revoked.")


@app.command()
def openapi() -> None:
    """Print the OpenAPI document."""
    from app.main import create_app
    from app.settings import Settings

    described = create_app(Settings()).openapi()
    print(json.dumps(described, indent=1, ensure_ascii=False))


def _state(key: "ApiKey", now: datetime) -> str:
    if key.revoked_at is not None:
        return "revoked"
    if key.expires_at is None:
        return "live"
    return "expired" if key.expires_at <= now else f"live until {key.expires_at:%Y-%m-%d}"


def _say_no(what: str) -> None:
    err.print(what, style="red", markup=False, highlight=False, soft_wrap=True)


def _say_what(started: "Started", settings: "Settings") -> None:
    if started.demo:
        out.print(f"Loaded the demo: {', '.join(started.demo)}.")
    if started.token is not None:
        out.print("The first admin key, shown this once:")
        out.print(f"  [bold]{started.token}[/bold]", highlight=False, soft_wrap=True)
    if settings.embedded and settings.key_file.exists():
        out.print(f"The admin key is in {settings.key_file} (mode 0600).", soft_wrap=True)


def _say_where(settings: "Settings") -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    shown = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else host
    address = f"http://{shown}:{settings.port}{settings.prefix}"
    out.print(f"Candor {candor_version()} serves at [bold]{address}[/bold]")
    if settings.host not in {"127.0.0.1", "::1", "localhost"}:
        out.print(f"It listens on {host}: put a proxy with TLS before it.")
