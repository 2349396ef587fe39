"""Logs: JSON lines for machines, readable lines on a terminal; never a body, an answer or a key."""

import logging
import re
import sys
from typing import Any, Final, TextIO, cast

import structlog

_TOKEN: Final = re.compile(r"(cd[ri]_)[0-9A-Za-z]{12}_[0-9A-Za-z]{1,49}")


class _StandardError:
    """Standard error as it is when a line is written: a command puts a stream of its own there
    while it runs, and a logger that had kept that one could not write once it has ended."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def configure_logging(*, level: str, style: str) -> None:
    """Sends structlog and the standard library's loggers to standard error in one style."""
    readable = style == "console" or (style == "auto" and sys.stderr.isatty())
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: Any = (
        structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer()
    )
    # A crash is worth its traceback, from the standard library's loggers too; a traceback may quote
    # anything, so keys are taken out after it is written.
    last: list[Any] = [structlog.processors.format_exc_info, _without_tokens, renderer]
    stream = cast(TextIO, _StandardError())
    structlog.configure(
        processors=[*shared, *last],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *last,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(number, logging.WARNING))
    # uvicorn logs its address before we do, in its own format.
    logging.getLogger("uvicorn.error").setLevel(max(number, logging.WARNING))


def _without_tokens(_: Any, __: str, event: Any) -> Any:
    """Nothing that looks like a key or an invitation is ever written down."""
    for name, value in event.items():
        if isinstance(value, str) and ("cdr_" in value or "cdi_" in value):
            event[name] = _TOKEN.sub(r"\1…", value)
    return event
