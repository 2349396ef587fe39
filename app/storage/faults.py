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


class Conflict(Exception):
    """A unique constraint refused a row: somebody else holds what it names."""

    def __init__(self, constraint: str) -> None:
        super().__init__(constraint)
        self.constraint = constraint


@contextmanager
def faults_named() -> Iterator[None]:
    """Turns the driver's errors into `Conflict` or a `Problem`."""
    try:
        yield
    except PoolTimeout as error:
        raise _busy("The service is at its limit; try again.") from error
    except IntegrityError as error:
        if _is_unique(error):
            raise Conflict(_constraint(error)) from error
        raise
    except DBAPIError as error:
        problem = _problem_of(error)
        if problem is None:
            raise
        log.warning("database refused: %s", type(error.orig).__name__)
        raise problem from error


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


def _is_unique(error: IntegrityError) -> bool:
    return getattr(error.orig, "sqlstate", None) == "23505" or "UNIQUE" in str(error.orig)


def _constraint(error: IntegrityError) -> str:
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return str(diagnosis.constraint_name)
    return str(error.orig).partition(": ")[2]
