"""Media types: which reader a body needs."""

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


def media_of(content_type: str | None) -> Media:
    """The kind of body that a Content-Type names. Raises `unsupported-media-type`."""
    name, *parameters = (part.strip().lower() for part in (content_type or "").split(";"))
    charsets = [one.partition("=")[2].strip('"') for one in parameters if one.startswith("charset")]
    if name not in _MEDIA or any(charset not in {"utf-8", "utf8"} for charset in charsets):
        raise Problem(
            "unsupported-media-type",
            "Send application/json, application/x-ndjson, text/csv or "
            "application/vnd.apache.parquet, in UTF-8, and say so in Content-Type.",
        )
    return _MEDIA[name]
