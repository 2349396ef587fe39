"""Our own rows as JSON lines, a JSON list, a submission document or CSV, headers forgiven.

What makes a file ours: a column for the item, and one for an answer, a verdict or an abstention.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from candor_client.importers.reading.assemble import Draft, assemble
from candor_client.importers.reading.fields import texts
from candor_client.importers.reading.headers import columns_of
from candor_client.importers.reading.keys import answer_text, item_key, label, question_text
from candor_client.importers.reading.options import Options
from candor_client.importers.reading.probe import Probe
from candor_client.importers.reading.values import (
    GRADE_LETTERS,
    as_share,
    finite,
    flag,
    is_percent,
    judged,
    stated_number,
    verdict_word,
)
from candor_client.record import Imported, ImportProblem, Row, Verdict
from candor_client.wording import counted, counting

LOOKS_FOR: Final = (
    "rows (JSON lines, a JSON list, CSV, Parquet) with an item and an answer, verdict or abstention"
)
_HOW_IT_WENT: Final = frozenset({"answer", "abstained", "verdict", "status"})
_SAYS: Final = ("answer", "abstained", "verdict", "confidence")


def claims(probe: Probe) -> bool:
    """Whether the first row has an item and says something about it."""
    if probe.kind in {"zip", "other"}:
        return False
    if isinstance(probe.members.get("predictions"), list):
        return True
    columns = columns_of(probe.first, {})
    return "item" in columns and any(name in columns for name in _SAYS)


def claims_with(probe: Probe, wished: Mapping[str, str]) -> bool:
    """Whether the caller's own word for its columns makes it ours."""
    return probe.kind not in {"zip", "other"} and any(one in probe.first for one in wished.values())


def read(probe: Probe, options: Options) -> list[Imported]:
    """One `Imported` for each model named in the file."""
    headers = _headers(probe)
    columns = columns_of(headers, options.columns)
    if "item" not in columns or not _HOW_IT_WENT & set(columns):
        what = "holds the item" if "item" not in columns else "says how an item went"
        field = "item" if "item" not in columns else "answer"
        raise ImportProblem(
            f"{probe.path}: no column {what}; there are {', '.join(map(str, headers))}. "
            f"Say which, as --column {field}=HEADER."
        )
    reading = _Reading(
        percent=_unit(probe, options, columns),
        letters=_grades_by_letter(probe, columns),
        needs_verdict=_any_verdict(probe, columns),
    )
    rows: dict[tuple[str, str | None], list[Row]] = defaultdict(list)
    unstated = unread = 0
    for number, raw in _rows(probe):
        fields = _fields(raw, columns, table=probe.kind == "table")
        where = f"{probe.path}, row {number}"
        stated = stated_number(fields.get("confidence"))
        if stated is not None and stated == -1:
            fields.pop("confidence")
            unstated += 1
        unread += stated is None and _is_word(fields.get("confidence"))
        row = _row(fields, number, where, reading)
        name = str(fields.get("model") or _model(probe))
        rows[name, _text(fields.get("provider"))].append(row)
    warnings = _warnings(options, percent=reading.percent, unstated=unstated, unread=unread)
    return [
        assemble(
            Draft(
                format="candor",
                source=probe.path,
                benchmark=probe.path.stem,
                model=model,
                provider=provider,
                rows=found,
                confidence_source=_source(probe),
                warnings=list(warnings),
                **_document_fields(probe),
            ),
            options,
        )
        for (model, provider), found in rows.items()
    ]


def _warnings(options: Options, *, percent: bool, unstated: int, unread: int) -> list[str]:
    warnings = []
    if percent and options.confidence_unit == "auto":
        warnings.append("The confidences are percentages; all of them were divided by 100.")
    if unstated:
        warnings.append(f"{counted(unstated, 'confidence')} of -1: read as unstated.")
    if unread:
        warnings.append(f"{counting(unread, 'confidence', 'is')} no number: read as unstated.")
    return warnings


def _headers(probe: Probe) -> dict[str, Any]:
    """Every header that any row has: in JSON lines each row may have its own."""
    headers: dict[str, Any] = {}
    for _, row in _rows(probe):
        headers |= dict.fromkeys(row)
    return headers


def _rows(probe: Probe) -> Iterator[tuple[int, dict[str, Any]]]:
    predictions = probe.members.get("predictions")
    if not isinstance(predictions, list):
        yield from probe.rows()
        return
    for number, row in enumerate(predictions):
        if not isinstance(row, dict):
            raise ImportProblem(f"{probe.path}, row {number}: a row is a JSON object.")
        yield number, row


def _model(probe: Probe) -> str:
    model = probe.members.get("model")
    if isinstance(model, dict):
        return str(model.get("name") or probe.path.stem)
    return str(model or probe.path.stem)


def _source(probe: Probe) -> str:
    return str(probe.members.get("confidence_source") or "stated")


def _document_fields(probe: Probe) -> dict[str, Any]:
    """What a whole submission document says beside its rows."""
    document = probe.members if isinstance(probe.members.get("predictions"), list) else {}
    model = document.get("model")
    model = model if isinstance(model, dict) else {}
    fields = {
        "version": _text(model.get("version")),
        "external_id": _text(document.get("external_id")),
        "stated_target": _stated_target(document),
    }
    if isinstance(document.get("run"), dict):
        fields["run"] = document["run"]
    return {name: value for name, value in fields.items() if value is not None}


def _stated_target(document: Mapping[str, Any]) -> float | None:
    """The target that a document says its prompt announced, as such or by its penalty."""
    penalty = finite(document.get("stated_penalty"))
    if penalty is None or penalty < 0:
        return finite(document.get("stated_target"))
    return penalty / (1 + penalty)


def _fields(raw: Mapping[str, Any], columns: Mapping[str, str], *, table: bool) -> dict[str, Any]:
    """The row under our names. An empty cell of a table is an absent field; in JSON a null
    answer says something, and so does an empty one."""
    return {
        name: raw[header]
        for name, header in columns.items()
        if header in raw and (raw[header] not in ("", None) or (name == "answer" and not table))
    }


def _unit(probe: Probe, options: Options, columns: Mapping[str, str]) -> bool:
    if options.confidence_unit != "auto":
        return options.confidence_unit == "percent"
    header = columns.get("confidence")
    return header is not None and is_percent(row.get(header) for _, row in _rows(probe))


def _grades_by_letter(probe: Probe, columns: Mapping[str, str]) -> bool:
    """Whether verdicts are SimpleQA's letters: A and B exist, or the column is called a grade."""
    header = columns.get("verdict")
    if header is None:
        return False
    words = {str(row.get(header)).strip().lower() for _, row in _rows(probe)} - {"", "none"}
    return bool(words) and words <= set(GRADE_LETTERS) and (words != {"c"} or "grade" in header)


def _any_verdict(probe: Probe, columns: Mapping[str, str]) -> bool:
    header = columns.get("verdict")
    return header is not None and any(row.get(header) not in (None, "") for _, row in _rows(probe))


@dataclass(frozen=True, slots=True)
class _Reading:
    """How the values of this file are to be read, decided over the whole of it."""

    percent: bool
    letters: bool
    needs_verdict: bool


def _row(fields: Mapping[str, Any], number: int, where: str, reading: _Reading) -> Row:
    if fields.get("item") is None:
        raise ImportProblem(f"{where}: the item is missing.")
    answer = answer_text(fields.get("answer"))
    verdict, credit = _verdict(fields, where, letters=reading.letters)
    abstained = flag(fields.get("abstained"))
    silent = "answer" in fields and fields["answer"] is None and abstained is None
    if verdict is None and (abstained or silent):
        verdict = "abstained"
    ungraded = fields.get("status") in {"ungraded", "error"} or verdict == "ungraded"
    lost = reading.needs_verdict and verdict is None
    if not (answer or verdict or ungraded or lost or abstained is not None):
        raise ImportProblem(
            f"{where}: it says nothing: no answer, no abstention, no verdict. "
            'A model that declined says abstained, one that failed status "ungraded".'
        )
    declined = verdict == "abstained"
    return Row(
        item=item_key(fields["item"]),
        sample=_sample(fields.get("sample"), where),
        answer=None if declined or ungraded else answer or None,
        abstained=declined,
        confidence=as_share(fields.get("confidence"), percent=reading.percent, where=where),
        verdict=None if ungraded or (declined and not reading.needs_verdict) else verdict,
        credit=credit,
        status="unscored" if ungraded or lost else "ok",
        category=label(fields.get("category")),
        cluster=label(fields.get("cluster")),
        question=question_text(fields.get("question")),
        accepted=texts(fields.get("accepted")),
        choices=texts(fields.get("choices")),
        source_row=number,
    )


def _verdict(
    fields: Mapping[str, Any], where: str, *, letters: bool
) -> tuple[Verdict | None, float | None]:
    """Verdict and credit, from a word or a score. Raises where it is neither."""
    said = fields.get("verdict")
    verdict, credit = verdict_word(said, letters=letters), None
    if verdict is None and said is not None:
        verdict, credit = judged(said)
        if verdict is None and finite(said) is not None:
            raise ImportProblem(f"{where}: the verdict {said!r} is not from 0 to 1.")
        if verdict is None and _is_word(said):
            raise ImportProblem(f"{where}: the verdict {said!r} is not a known word.")
    if verdict == "partial" and credit is None:
        credit = finite(fields.get("credit"))
        if credit is None or not 0 <= credit <= 1:
            raise ImportProblem(f"{where}: a partial verdict needs a credit from 0 to 1.")
    return verdict, credit


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and value.strip().lower() not in {"", "none", "null", "nan"}


def _sample(value: Any, where: str) -> int:
    if value is None:
        return 1
    number = finite(value)
    if number is None or number < 1 or number != int(number):
        raise ImportProblem(f"{where}: the sample is {value!r}; samples are numbered from 1.")
    return int(number)


def _text(value: Any) -> str | None:
    return None if value in (None, "") else str(value)
