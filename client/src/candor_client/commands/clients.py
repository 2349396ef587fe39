"""The client that commands use: it says when it tries again, and readers are not kept waiting."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import stamina.instrumentation
from stamina.instrumentation import RetryDetails

from candor_client.client import Client
from candor_client.commands.output.messages import note
from candor_client.errors import MISUSED, InvalidRequest, Misused
from candor_client.http.retries import Patience

_READER: Final = Patience(attempts=4, seconds=20.0)


@contextmanager
def reading(url: str | None) -> Iterator[Client]:
    """For a person or a job that waits for an answer: gives up after a few tries.

    Raises `Misused` for a question that the server does not take: nothing was sent to be stored.
    """
    say_retries()
    with Client(url, patience=_READER) as client:
        try:
            yield client
        except InvalidRequest as error:
            if error.code not in MISUSED:
                raise
            raise Misused(error.status, error.body) from None


def writing(url: str | None, key: str | None = None) -> Client:
    """For what must arrive: as patient as the library."""
    say_retries()
    return Client(url, key)


def say_retries() -> None:
    """A line on standard error for each new try, none with --json; never on standard output."""
    stamina.instrumentation.set_on_retry_hooks([] if "--json" in sys.argv else [_say])


def _say(details: RetryDetails) -> None:
    note(f"candor: {details.caused_by} Trying again in {details.wait_for:.1f} s.")
