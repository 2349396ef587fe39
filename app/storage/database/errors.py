"""What a database says when it cannot, in the words of the house.

Everything that passes may be tried again; a full disk is named; the rest is a bug and stays one.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.problem import Problem

log = logging.getLogger("candor.storage")

_BUSY_SQLSTATES: Final = frozenset({"55P03", "40001", "40P01", "57014", "25P03", "53300"})
_FULL_SQLSTATES: Final = frozenset({"53100"})
_CONFLICT_SQLSTATES: Final = frozenset({"23503", "23505"})


class Conflict(Exception):
    """A constraint refused a row: somebody else holds the name it takes, or has just deleted what
    it refers to."""

    def __init__(self, constraint: str) -> None:
        super().__init__(constraint)
        self.constraint = constraint


@contextmanager
def translate_errors() -> Iterator[None]:
    """Turns the driver's errors into `Conflict` or a `Problem`."""
    try:
        yield
    except PoolTimeout as error:
        raise _busy("The service is at its limit; try again.") from error
    except IntegrityError as error:
        if _is_conflict(error):
            raise Conflict(_constraint(error)) from error
        raise
    except DBAPIError as error:
        problem = _problem_of(error)
        if problem is None:
            raise
        log.warning("database refused: %s", type(error.orig).__name__)
        raise problem from error


@contextmanager
def faults_told(location: str) -> Iterator[None]:
    """The same for those who run the host: the database, the driver's own words, and what to do.

    Over HTTP these would tell strangers too much. Raises only `Problem` and what is no database's.
    """
    try:
        with translate_errors():
            yield
    except Problem as problem:
        if isinstance(problem.__cause__, DBAPIError):
            raise Problem(problem.code, _told(location, problem.__cause__)) from None
        raise
    except DBAPIError as error:
        raise Problem("unavailable", _told(location, error)) from None


def _told(location: str, error: DBAPIError) -> str:
    message = " ".join(str(error.orig).split())
    lines = [" ".join(line.split()) for line in str(error.orig).splitlines()]
    fatal = next((line for line in lines if "FATAL" in line), lines[0] if lines else message)
    advice = next((advice for words, advice in _ADVICE if words in message.lower()), "")
    return f"The database {location} cannot be used: {fatal.rstrip('.')}. {advice}".rstrip()


_ADVICE: Final = (
    ("password authentication failed", "Check its user and CANDOR_DATABASE_PASSWORD_FILE."),
    ("no password supplied", "Name a file with the password: CANDOR_DATABASE_PASSWORD_FILE."),
    ("peer authentication failed", "Connect by a host name, or as that system account."),
    ("no pg_hba.conf entry", "Its pg_hba.conf lets this user in from nowhere near here."),
    ("does not exist", "Create the role and the database first (createuser, createdb)."),
    ("permission denied", "Give the role rights on its schema, or migrate as its owner."),
    ("readonly database", "Make the file and its folder writable for this account."),
    ("read-only", "Connect to the primary server, which takes writes."),
    ("unable to open database file", "Make the file and its folder writable for this account."),
    ("disk is full", "Free some space there."),
    ("no space left", "Free some space there."),
    ("disk i/o error", "Look at the disk and at the space left on it."),
    ("not a database", "Put it back from a copy, or move it away to start with an empty one."),
    ("malformed", "Put it back from a copy."),
    ("database is locked", "Another process holds it for long: stop that one, or wait."),
    ("too many clients", "Lower CANDOR_WORKERS, or raise max_connections of the server."),
    ("connection", "Check that PostgreSQL runs there and that CANDOR_DATABASE_URL is right."),
    ("resolve", "Check that PostgreSQL runs there and that CANDOR_DATABASE_URL is right."),
)
"""What to do, by words of the driver's message; the first that fits."""


def _busy(detail: str) -> Problem:
    return Problem("unavailable", detail, retry_after=2)


def _problem_of(error: DBAPIError) -> Problem | None:
    state = getattr(error.orig, "sqlstate", None)
    text = str(error.orig).lower()
    if state in _FULL_SQLSTATES or "disk is full" in text or "no space left" in text:
        return Problem("no-space", "There is no space left to store this; nothing was stored.")
    if "malformed" in text or "file is not a database" in text or state in {"XX001", "XX002"}:
        return Problem("corrupt", "The database is damaged; nothing was stored.", retry_after=60)
    if "readonly database" in text or state == "25006":
        return _busy("The database is read-only; nothing was stored.")
    locked = "database is locked" in text or "database table is locked" in text
    restarting = state is not None and state[:2] in {"08", "57"}
    lost = state is None and isinstance(error, OperationalError | InterfaceError)
    waiting = error.connection_invalidated or state in _BUSY_SQLSTATES
    if waiting or locked or restarting or lost:
        return _busy("The database is busy or restarting; send the same request again.")
    return None


def _is_conflict(error: IntegrityError) -> bool:
    if getattr(error.orig, "sqlstate", None) in _CONFLICT_SQLSTATES:
        return True
    return any(kind in str(error.orig) for kind in ("UNIQUE", "FOREIGN KEY"))


def _constraint(error: IntegrityError) -> str:
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return str(diagnosis.constraint_name)
    return str(error.orig).partition(": ")[2]
