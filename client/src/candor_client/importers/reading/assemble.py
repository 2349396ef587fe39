"""Assemble what an importer read into one `Imported`, with the caller's wishes applied."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from candor_client.importers.reading.keys import item_key, name_of, run_facts
from candor_client.importers.reading.options import Options
from candor_client.importers.reading.values import as_share, is_percent
from candor_client.record import Graded, Imported, ImportProblem, Parity, Row, slug_of
from candor_client.wording import counted, counting

_SHOWN: Final = 5


@dataclass(slots=True, kw_only=True)
class Draft:
    """What an importer found, before wishes: filled as the file is read."""

    format: str
    source: Path
    benchmark: str
    model: str
    rows: list[Row]
    provider: str | None = None
    version: str | None = None
    external_id: str | None = None
    stated_target: float | None = None
    confidence_source: str | None = None
    run: Mapping[str, Any] = field(default_factory=dict)
    parity: Parity | None = None
    warnings: list[str] = field(default_factory=list)
    tags: Iterable[str] = ()
    graded: Graded | None = None
    unfinished: str | None = None


def assemble(draft: Draft, options: Options) -> Imported:
    """The finished value. Raises `ImportProblem` for a repeated (item, sample)."""
    rows = draft.rows
    if options.confidences is not None:
        rows = _with_confidences(rows, options.confidences)
    rows = [_settle(row, options) for row in rows]
    _refuse_repeats(rows, draft.source)
    warnings = [*draft.warnings, *_about_rows(draft.rows, options)]
    if draft.model == "unnamed" and options.model is None:
        warnings.append("The file names no model; say which with --model.")
    parity = draft.parity
    return Imported(
        format=draft.format,
        source=str(draft.source),
        benchmark=options.benchmark or slug_of(draft.benchmark),
        model=name_of(options.model or draft.model),
        provider=_optional(options.provider or draft.provider),
        version=_optional(options.version or draft.version),
        rows=tuple(rows),
        external_id=_optional(draft.external_id),
        stated_target=draft.stated_target,
        confidence_source=_source(rows, draft, options),
        run=run_facts(draft.run),
        reported=None if parity is None else (name_of(parity.metric), parity.reported),
        parity=parity,
        warnings=tuple(warnings),
        tags=tuple(name_of(tag) for tag in draft.tags)[:16],
        graded=draft.graded or _graded(draft.rows),
        unfinished=draft.unfinished,
    )


def only_one(found: Iterable[str], *, chosen: str | None, what: str, where: object) -> str | None:
    """The wished-for name out of those found, or the first. Raises where the wish is not there."""
    names = list(dict.fromkeys(found))
    if chosen is not None:
        if chosen not in names:
            raise ImportProblem(
                f"{where}: there is no {what} {chosen!r}; there is {', '.join(names) or 'none'}."
            )
        return chosen
    return names[0] if names else None


def _source(rows: list[Row], draft: Draft, options: Options) -> str | None:
    if all(row.confidence is None for row in rows):
        return None
    return "external" if options.confidences is not None else draft.confidence_source


def _graded(rows: list[Row]) -> Graded:
    return "elsewhere" if any(row.verdict is not None for row in rows) else "here"


def _optional(name: str | None) -> str | None:
    return name_of(name) if name else None


def _settle(row: Row, options: Options) -> Row:
    """A row that could not be judged becomes what the caller wants such rows to be."""
    if row.status not in {"error", "unscored"} or row.verdict not in {None, "ungraded"}:
        return row
    if options.failures == "missing":
        return replace(row, status="missing", verdict=None)
    if options.failures == "wrong":
        return replace(row, verdict="wrong")
    return replace(row, verdict="ungraded")


def _with_confidences(rows: list[Row], path: Path) -> list[Row]:
    try:
        stated = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ImportProblem(f"{path}: {error.strerror}.") from None
    except ValueError as error:
        raise ImportProblem(f"{path}: cannot be read as JSON ({error}).") from None
    if not isinstance(stated, dict):
        raise ImportProblem(f"{path}: confidences are one JSON object, item to confidence.")
    percent = is_percent(stated.values())
    shares = {
        item_key(item): as_share(value, percent=percent, where=f"{path}, {item}")
        for item, value in stated.items()
    }
    if not any(row.item in shares for row in rows):
        raise ImportProblem(f"{path}: not one of its items is in the results.")
    return [
        replace(row, confidence=shares[row.item]) if row.item in shares else row for row in rows
    ]


def _refuse_repeats(rows: list[Row], source: Path) -> None:
    seen = Counter((row.item, row.sample) for row in rows)
    repeated = [place for place, times in seen.items() if times > 1]
    if repeated:
        named = ", ".join(f"{item!r} (sample {sample})" for item, sample in repeated[:_SHOWN])
        raise ImportProblem(
            f"{source}: {counting(len(repeated), 'item', 'stands')} there more than once: {named}. "
            "Give repeats a sample number, or choose one filter or metric."
        )


def _about_rows(rows: list[Row], options: Options) -> list[str]:
    reasons = Counter(
        row.status_reason or row.status for row in rows if row.status in {"error", "unscored"}
    )
    if not reasons:
        return []
    told = ", ".join(f"{reason} {times}" for reason, times in reasons.most_common())
    total = sum(reasons.values())
    told = f"{counted(total, 'row')} could not be judged ({told})"
    return [f"{told} and so {'counts' if total == 1 else 'count'} as {options.failures}."]
