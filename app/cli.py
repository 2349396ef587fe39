"""`candor-server`: run the service and look after it from the command line."""

import json
import os
import sys
from typing import Annotated

import typer
import uvicorn
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from app.log import configure_logging
from app.main import candor_version, create_app
from app.problem import Problem
from app.services.keys import IssuedKey, any_key, issue_first, revoke_by_host
from app.settings import Settings
from app.storage.benchmarks import count_benchmarks
from app.storage.keys import list_keys
from app.storage.migrate import head_revision, revision_of, upgrade
from app.storage.session import Database, open_database

app = typer.Typer(
    help="Candor scores language models so that “I don't know” is a rational answer.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
key_app = typer.Typer(help="Issue, list and revoke API keys.", no_args_is_help=True)
app.add_typer(key_app, name="key")
out, err = Console(), Console(stderr=True)

SCOPES = ("submit", "maintain", "admin")


def main() -> None:
    """The entry point: settings that make no sense, and problems, are said in words."""
    try:
        app()
    except ValidationError as error:
        for fault in error.errors():
            name = "_".join(str(part) for part in fault["loc"])
            variable = f"CANDOR_{name.upper()}: " if name else ""
            err.print(f"[red]{variable}{fault['msg']}[/red]")
        sys.exit(2)
    except Problem as problem:
        err.print(f"[red]{problem.detail}[/red]")
        sys.exit(1)


@app.command()
def serve() -> None:
    """Serve. On the embedded SQLite this migrates, loads the demo and makes the first key."""
    settings = Settings()
    configure_logging(level=settings.log_level, style=settings.log_format)
    if settings.embedded:
        _prepare_embedded(settings)
    else:
        _require_migrated(settings)
    _say_where(settings)
    # The factory runs in every worker: each opens its own connections.
    uvicorn.run(
        "app.cli:application",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers if settings.workers > 1 else None,
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http="httptools",
        access_log=False,
        server_header=False,
        log_config=None,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=30,
    )


def application() -> object:
    """The application of one worker."""
    settings = Settings()
    configure_logging(level=settings.log_level, style=settings.log_format)
    return create_app(settings)


@app.command()
def migrate() -> None:
    """Bring the database to the schema of this version."""
    settings = Settings()
    upgrade(settings.url)
    out.print(f"The schema is at [bold]{head_revision()}[/bold].")


@app.command()
def demo() -> None:
    """Load the two demo benchmarks, if there is no benchmark yet."""
    settings = Settings()
    upgrade(settings.url)
    with _opened(settings) as database:
        slugs = _load_demo_once(database)
    out.print(f"Loaded {', '.join(slugs)}." if slugs else "There are benchmarks already.")


@app.command(name="doctor")
def examine() -> None:
    """Look at the installation and say what is well and what is not."""
    from app import doctor  # noqa: PLC0415

    settings = Settings()
    findings = doctor.examine(settings.url, data_dir=settings.data_dir)
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
) -> None:
    """Issue a key; it is printed this once."""
    scopes = tuple(scope or ["submit"])
    unknown = set(scopes) - set(SCOPES)
    if unknown:
        err.print(f"[red]A scope is one of {', '.join(SCOPES)}.[/red]")
        raise typer.Exit(2)
    settings = Settings()
    with _opened(settings) as database, database.writing() as session:
        issued = issue_first(
            session,
            pepper=settings.pepper(),
            owner=owner,
            scopes=scopes,
            label=label,
            benchmark=benchmark,
        )
    print(issued.token)
    err.print(f"Key {issued.key.public_id} for {owner}; it is shown this once.")


@key_app.command("list")
def show_keys() -> None:
    """List keys, revoked ones included; never a secret."""
    with _opened(Settings()) as database, database.reading() as session:
        keys = list_keys(session, limit=1_000)
    table = Table()
    for column in ("id", "owner", "scopes", "benchmark", "label", "created", "state"):
        table.add_column(column)
    for key in keys:
        table.add_row(
            key.public_id,
            key.owner,
            " ".join(key.scopes),
            key.benchmark or "any",
            key.label,
            key.created_at.strftime("%Y-%m-%d"),
            "revoked" if key.revoked_at else "live",
        )
    out.print(table)


@key_app.command("revoke")
def revoke(key_id: Annotated[str, typer.Argument(help="key_…, from `key list`")]) -> None:
    """Revoke a key at once."""
    with _opened(Settings()) as database, database.writing() as session:
        revoke_by_host(session, key_id)
    out.print(f"Key {key_id} is revoked.")


@app.command()
def openapi() -> None:
    """Print the OpenAPI document."""
    described = create_app(Settings()).openapi()
    print(json.dumps(described, indent=1, ensure_ascii=False))


class _opened:  # noqa: N801  reads as a verb where it is used
    """An open database for the length of a command."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.url

    def __enter__(self) -> Database:
        self._database = open_database(self._url)
        return self._database

    def __exit__(self, *_: object) -> None:
        self._database.dispose()


def _prepare_embedded(settings: Settings) -> None:
    """Migrates, makes the first key and loads the demo: all that a first start needs."""
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    upgrade(settings.url)
    with _opened(settings) as database:
        issued = _first_key_once(database, settings)
        slugs = _load_demo_once(database)
    if slugs:
        out.print(f"Loaded the demo: {', '.join(slugs)}.")
    if issued is not None:
        out.print("The first admin key, shown this once:")
        out.print(f"  [bold]{issued.token}[/bold]", highlight=False, soft_wrap=True)
    if settings.key_file.exists():
        out.print(f"The admin key is in {settings.key_file} (mode 0600).", soft_wrap=True)


def _first_key_once(database: Database, settings: Settings) -> IssuedKey | None:
    with database.reading() as session:
        if any_key(session):
            return None
    with database.writing() as session:
        issued = issue_first(session, pepper=settings.pepper(), label="first start")
    handle = os.open(settings.key_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(issued.token + "\n")
    return issued


def _load_demo_once(database: Database) -> list[str]:
    with database.reading() as session:
        if count_benchmarks(session):
            return []
    from app.demo.load import load_demo  # noqa: PLC0415  only the first start needs it

    return load_demo(database)


def _require_migrated(settings: Settings) -> None:
    with _opened(settings) as database, database.reading() as session:
        at = revision_of(session.connection)
    if at != head_revision():
        err.print(
            f"[red]The database is at schema {at or 'none'}, this version needs "
            f"{head_revision()}. Run: candor-server migrate[/red]"
        )
        raise typer.Exit(1)


def _say_where(settings: Settings) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    shown = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else host
    out.print(f"Candor {candor_version()} serves at [bold]http://{shown}:{settings.port}[/bold]")
    if settings.host not in {"127.0.0.1", "::1", "localhost"}:
        out.print(f"It listens on {host}: put a proxy with TLS before it.")
