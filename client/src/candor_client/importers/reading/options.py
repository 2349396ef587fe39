"""What an import may be told: which metric, filter and scorer count, and how to read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Decimal = Literal["auto", "comma", "point"]
Empty = Literal["wrong", "abstained", "ungraded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Wishes of the caller; everything absent is decided from the file.

    `benchmark`, `model`, `provider`, `version`: replace what the file suggests. `metric`,
    `filter`, `scorer`: which of a tool's figures is the verdict. `failures`: what a failed model,
    harness or grader counts as. `confidence_unit`: `auto` looks at the whole file, else `share`,
    `percent` or `out-of-N`. `repeats`: `explode` makes each repeated reply a sample of its own, to
    be graded by the server.
    `confidences`: a JSON file of {item: confidence} for tools that record none. `cluster`,
    `category`: the metadata field that holds them. `columns`: our field → the file's header.
    """

    benchmark: str | None = None
    model: str | None = None
    provider: str | None = None
    version: str | None = None
    metric: str | None = None
    filter: str | None = None
    scorer: str | None = None
    failures: Literal["ungraded", "missing", "wrong"] = "ungraded"
    confidence_unit: str = "auto"
    decimal: Decimal = "auto"
    empty: Empty | None = None
    rows: str | None = None
    repeats: Literal["as-scored", "explode"] = "as-scored"
    confidences: Path | None = None
    cluster: str | None = None
    category: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)


DEFAULTS = Options()
