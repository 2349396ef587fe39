"""Media types of bodies, and the readers that this installation has for them."""

from importlib.util import find_spec
from typing import Final, Literal

from app.problem import Problem

Media = Literal["json", "ndjson", "csv", "parquet"]

_MEDIA: Final[dict[str, Media]] = {
    "application/json": "json",
    "application/x-ndjson": "ndjson",
    "application/ndjson": "ndjson",
    "application/jsonl": "ndjson",
    "application/x-jsonlines": "ndjson",
    "text/csv": "csv",
    "application/vnd.apache.parquet": "parquet",
}

PARQUET: Final = "application/vnd.apache.parquet"
NO_PARQUET: Final = (
    "This server reads no Parquet: send the rows as application/x-ndjson or text/csv. Its operator "
    "adds Parquet with make run EXTRAS=parquet, or with the build argument EXTRAS=parquet of the "
    "image."
)


def reads_parquet() -> bool:
    """Whether pyarrow is installed, an optional extra."""
    return find_spec("pyarrow") is not None


def row_media() -> tuple[str, ...]:
    """The media types that this installation reads as rows alone."""
    always = ("application/x-ndjson", "text/csv")
    return (*always, PARQUET) if reads_parquet() else always


def media_of(content_type: str | None) -> Media:
    """The kind of body that a Content-Type names.

    Raises `unsupported-media-type`, also for Parquet where nothing is there to read it.
    """
    name, *parameters = (part.strip().lower() for part in (content_type or "").split(";"))
    charsets = [
        parameter.partition("=")[2].strip('"')
        for parameter in parameters
        if parameter.startswith("charset")
    ]
    if name not in _MEDIA or any(charset not in {"utf-8", "utf8"} for charset in charsets):
        *others, last = ("application/json", *row_media())
        raise Problem(
            "unsupported-media-type",
            f"Send {', '.join(others)} or {last}, in UTF-8, and say so in Content-Type.",
        )
    if name == PARQUET and not reads_parquet():
        raise Problem("unsupported-media-type", NO_PARQUET)
    return _MEDIA[name]
