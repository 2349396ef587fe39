"""Assemble what an importer read into one `Imported`, with the caller's wishes applied."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from candor_client.importers.reading.keys import item_key, name_of, run_facts
from candor_client.importers.reading.numbers import Stated
from candor_client.importers.reading.numbers import shares as read_shares
from candor_client.importers.reading.options import Options
from candor_client.importers.reading.values import mean
from candor_client.record import (
    ColumnMapping,
    Graded,
    Imported,
    ImportProblem,
    Parity,
    Row,
    slug_of,
)
from candor_client.wording import counted, counting

_SHOWN: Final = 5
LONGEST_ANSWER: Final = 8 * 1024
LONGEST_QUESTION: Final = 32 * 1024
_SAYS_NOTHING: Final = frozenset(
    {
        "all", "answers", "data", "details", "eval", "evals", "evaluation", "evaluations", "export",
        "file", "final", "full", "graded", "judged", "latest", "log", "logs", "model", "new", "out",
        "output", "outputs", "pred", "predictions", "preds", "raw", "report", "responses",
        "result", "results", "rows", "run", "runs", "samples", "scored", "scores",
        "summary", "table", "test", "tests", "v",
    }
)  # fmt: skip
"""Words of file names that say nothing of the benchmark."""


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
    columns: ColumnMapping | None = None
    names_benchmark: bool = False


def assemble(draft: Draft, options: Options) -> Imported:
    """The finished value. Raises `ImportProblem` for a repeated (item, sample)."""
    rows = draft.rows
    if options.confidences is not None:
        rows = _with_confidences(rows, options.confidences, options)
    rows = [_settle(row, options) for row in rows]
    _refuse_repeats(rows, draft.source)
    warnings = [*draft.warnings, *_about_rows(draft.rows, options), *_about_length(draft.rows)]
    if draft.model == "unnamed" and options.model is None:
        warnings.append("The file names no model; say which with --model.")
    parity = _with_board(draft.parity, rows)
    warnings += _about_board(parity, rows)
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
        columns=draft.columns,
        nameless=_is_nameless(draft, options),
    )


def _with_board(parity: Parity | None, rows: list[Row]) -> Parity | None:
    """The check with what a board will show: the share of correct answers, where all are judged."""
    if parity is None or any(row.outcome is None for row in rows):
        return parity
    counted_rows = [row for row in rows if row.outcome != "ungraded"]
    if not counted_rows:
        return parity
    return replace(parity, board=mean([row.points or 0.0 for row in counted_rows]))


def _about_board(parity: Parity | None, rows: list[Row]) -> list[str]:
    """Where a board shows another figure than the tool, because it leaves out what is ungraded."""
    ungraded = sum(row.outcome == "ungraded" for row in rows)
    if parity is None or parity.board is None or not ungraded or not parity.agrees:
        return []
    if abs(parity.board - parity.reported) <= parity.within:
        return []
    board = f"the board leaves {counted(ungraded, 'ungraded row')} out and will show"
    return [f"The tool says {parity.metric} {parity.reported:.4g}; {board} {parity.board:.4g}."]


def _is_nameless(draft: Draft, options: Options) -> bool:
    """Whether the benchmark would be called after a file whose name says nothing."""
    if options.benchmark is not None or draft.names_benchmark:
        return False
    stem = draft.source.stem
    words = set(re.split(r"[^a-z]+", stem.lower())) - {""}
    return draft.benchmark == stem and words <= _SAYS_NOTHING


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


def _with_confidences(rows: list[Row], path: Path, options: Options) -> list[Row]:
    try:
        stated = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ImportProblem(f"{path}: {error.strerror}.") from None
    except ValueError as error:
        raise ImportProblem(f"{path}: cannot be read as JSON ({error}).") from None
    if not isinstance(stated, dict):
        raise ImportProblem(f"{path}: confidences are one JSON object, item to confidence.")
    how = Stated(path, options.confidence_unit, options.decimal, strict=True)
    shares = dict(zip(map(item_key, stated), read_shares(stated.values(), how, []), strict=True))
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


def _about_length(rows: list[Row]) -> list[str]:
    """What a board shows of long texts: a judged answer is shown, not compared."""
    warnings = []
    answers = [row.item for row in rows if len(row.answer or "") > LONGEST_ANSWER]
    if answers:
        told = f"{counting(len(answers), 'answer', 'is')} longer than {LONGEST_ANSWER:,} characters"
        warnings.append(f"{told}: beginning and end are shown ({_named(answers)}).")
    questions = {row.item for row in rows if len(row.question or "") > LONGEST_QUESTION}
    if questions:
        told = f"{counting(len(questions), 'question', 'is')} longer than {LONGEST_QUESTION:,}"
        warnings.append(f"{told} characters: the beginning is shown.")
    return warnings


def _named(items: list[str]) -> str:
    more = f", … {len(items):,} in all" if len(items) > _SHOWN else ""
    return ", ".join(map(repr, items[:_SHOWN])) + more
