"""A benchmark from a file: our items or another's questions, headers forgiven, or a tool's log.

Every header that is taken for one of our fields is listed in `mapping`, for `--dry-run`.
"""

import csv
import gzip
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from candor_client.errors import InvalidData, UsageError
from candor_client.importers import read
from candor_client.importers.columns.names import PARSED, REPLIES, VERDICTS
from candor_client.importers.reading.keys import content_key
from candor_client.importers.reading.probe import Probe
from candor_client.presets import preset as preset_named
from candor_client.pushing.push import benchmark_of
from candor_client.record import UnknownFormat, slug_of
from candor_client.tables.parquet import parquet_rows
from candor_client.wording import counting

ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "key": (
        "key",
        "id",
        "item",
        "item_id",
        "question_id",
        "qid",
        "instance_id",
        "record id",
        "task_id",
    ),
    "question": ("question", "prompt", "problem", "input", "query", "problem_statement"),
    "accepted": (
        "accepted",
        "answer",
        "answers",
        "accepted_answers",
        "target",
        "gold",
        "reference",
        "correct answer",
        "correct_answer",
        "final answer",
        "final_answer",
        "gold_answer",
        "ground_truth",
        "label",
        "ideal",
        "expected",
    ),
    "choices": ("choices", "options"),
    "category": ("category", "subject", "topic", "domain", "subdomain", "high-level domain"),
    "cluster": ("cluster", "passage_id", "group"),
    "weight": ("weight",),
    "answerable": ("answerable",),
    "tags": ("tags",),
    "occurrences": ("occurrences",),
}
_LISTS: Final = ("accepted", "choices")
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Dataset:
    """A benchmark to publish. `mapping`: our field → the file's header."""

    policy: dict[str, Any]
    items: list[dict[str, Any]]
    mapping: dict[str, str]
    warnings: tuple[str, ...] = ()


def read_dataset(
    path: Path,
    *,
    policy: Mapping[str, Any],
    preset: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> Dataset:
    """Policy and items from a file. What `policy` says goes before the preset, and `columns` (our
    field → header, "" to leave it out) before what the headers say. Questions without a key are
    known by a digest of what they ask.

    Raises `InvalidData` for a file that holds neither questions nor a tool's output.
    """
    given = {name: value for name, value in policy.items() if value is not None}
    base: dict[str, Any] = {"slug": slug_of(path.name.partition(".")[0])}
    if preset is not None:
        base = preset_named(preset).policy(slug_of(preset_named(preset).name))
        if "default_penalty" in given:
            del base["default_target"]
    if not path.exists():
        raise InvalidData(f"{path} does not exist.")
    rows = list(_rows(path)) if path.is_file() else []
    mapping = _mapping(rows, columns or {})
    if rows and _is_dataset(rows, mapping, wished=bool(columns)):
        items = _once([_item(number, row, mapping) for number, row in enumerate(rows)])
        made = base | given
        made.setdefault("matcher", _matcher_for(items))
        matcher = str(made["matcher"])
        if matcher == "set" and _are_cells(path):
            items = [_with_set(item) for item in items]
        return Dataset(made, _for_matcher(items, matcher), mapping, _warnings(items, matcher))
    try:
        imported = read(path)
    except UnknownFormat:
        there = f" There are {', '.join(map(str, rows[0]))}." if rows else ""
        raise InvalidData(
            f"{path}: it holds neither questions nor a supported tool's output. Questions need a "
            f"column for the question, or for the key and the accepted answers.{there} Say which, "
            "as --column accepted=HEADER."
        ) from None
    slugs = {one.benchmark for one in imported}
    if len(slugs) > 1:
        raise UsageError(f"{path} holds several benchmarks ({', '.join(sorted(slugs))}); push it.")
    over = (base if preset is not None else {}) | given
    made, items = benchmark_of(imported[0], over)
    for other in imported[1:]:
        known = {item["key"] for item in items}
        items += [item for item in benchmark_of(other, over)[1] if item["key"] not in known]
    return Dataset(made, items, {})


def _is_dataset(rows: list[dict[str, Any]], mapping: Mapping[str, str], *, wished: bool) -> bool:
    """Questions with a key, or questions alone; rows that also say what a model did are a log."""
    if wished:
        return "question" in mapping or {"key", "accepted"} <= set(mapping)
    says = {"verdict", "abstained", "confidence", "model", "sample", "filtered_resps", "success"}
    named = {name.lower() for name in rows[0]}
    if "key" not in mapping:
        replies = {*PARSED, *REPLIES, *VERDICTS, "grade_letter", "is_not_attempted"}
        return "question" in mapping and says.isdisjoint(named) and replies.isdisjoint(named)
    has_content = "question" in mapping or "accepted" in mapping
    return has_content and says.isdisjoint(named)


def _once(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Items whose key is their question, each once. Raises `InvalidData` where one question has two
    different keys."""
    by_key: dict[str, dict[str, Any]] = {}
    unique = []
    for number, item in enumerate(items):
        earlier = by_key.setdefault(item["key"], item)
        by_question = item["key"] == content_key(item.get("question"))
        if earlier is item or not by_question:
            unique.append(item)
        elif earlier != item:
            raise InvalidData(f"Row {number} asks what an earlier row asks, with another answer.")
    return unique


def _are_cells(path: Path) -> bool:
    return not {".csv", ".tsv"}.isdisjoint(suffix.lower() for suffix in path.suffixes)


def _with_set(item: dict[str, Any]) -> dict[str, Any]:
    """A cell of accepted answers for the matcher `set`: a list of texts in it is one set."""
    accepted = item.get("accepted")
    if not accepted or all(str(answer).lstrip().startswith("[") for answer in accepted):
        return item
    return {**item, "accepted": [json.dumps(accepted, ensure_ascii=False)]}


def _warnings(items: list[dict[str, Any]], matcher: str) -> tuple[str, ...]:
    """Accepted answers that may be several in one cell."""
    if matcher not in {"text", "exact"}:
        return ()
    doubtful = [
        item["key"]
        for item in items
        if len(item.get("accepted", [])) == 1 and "|" in item["accepted"][0].strip("|")
    ]
    if not doubtful:
        return ()
    told = f"{counting(len(doubtful), 'accepted answer', 'has')} a | in it, such as that of"
    return (f"{told} {doubtful[0]!r}: one answer with it. Several answers are a JSON list.",)


def _mapping(rows: list[dict[str, Any]], wished: Mapping[str, str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for row in rows[:100]:
        for name in row:
            headers.setdefault(str(name).strip().lower(), name)
    found: dict[str, str] = {}
    for field, names in ALIASES.items():
        header = next((headers[one] for one in names if one in headers), None)
        if header is not None and header not in found.values() and field not in wished:
            found[field] = header
    for field, header in wished.items():
        if field not in ALIASES:
            raise UsageError(f"--column {field}: our fields are {', '.join(ALIASES)}.")
        if header and header not in headers.values():
            there = ", ".join(map(str, headers.values()))
            raise InvalidData(
                f"--column {field}: no column is named {header!r}; there are {there}."
            )
        if header:
            found = {name: one for name, one in found.items() if one != header} | {field: header}
    return found


def _item(number: int, row: Mapping[str, Any], mapping: Mapping[str, str]) -> dict[str, Any]:
    item: dict[str, Any] = {}
    for field, header in mapping.items():
        value = row.get(header)
        if value is None or value == "":
            continue
        item[field] = _value(field, value)
    if "key" not in mapping and item.get("question"):
        item["key"] = content_key(item["question"])
    if not item.get("key"):
        raise InvalidData(f"Row {number} has no {mapping.get('key', 'question')}.")
    choices, accepted = item.get("choices"), item.get("accepted")
    if choices and accepted and len(accepted) == 1 and accepted[0] not in choices:
        item["accepted"] = [_choice(number, accepted[0], choices)]
    return item


def _value(field: str, value: Any) -> Any:
    if field in _LISTS:
        return [_text(one) for one in _listed(value)]
    if field == "tags" and isinstance(value, str):
        return json.loads(value)
    if field == "answerable" and isinstance(value, str):
        return value.strip().lower() in {"true", "1", "yes"}
    if field == "weight":
        return float(value)
    if field == "occurrences":
        return int(value)
    return value if field in {"tags", "answerable"} else _text(value)


def _listed(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):  # SQuAD: {"text": […], "answer_start": […]}
        value = value.get("text", list(value.values()))
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            return [value]
    return dict.fromkeys(value) if isinstance(value, list | tuple) else [value]


def _choice(number: int, accepted: str, choices: list[str]) -> str:
    """A gold given as a letter or as a place (from 0) in the choices."""
    index = _LETTERS.find(accepted.strip().upper()) if len(accepted.strip()) == 1 else -1
    if accepted.strip().isdecimal():
        index = int(accepted)
    if 0 <= index < len(choices):
        return choices[index]
    raise InvalidData(f"Row {number}: the accepted answer {accepted[:40]!r} is no choice.")


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _matcher_for(items: list[dict[str, Any]]) -> str:
    if all(item.get("choices") for item in items):
        return "choice"
    return "text" if any(item.get("accepted") for item in items) else "verdicts"


def _for_matcher(items: list[dict[str, Any]], matcher: str) -> list[dict[str, Any]]:
    """Graded elsewhere, a benchmark holds no accepted answers of its own."""
    if matcher != "verdicts":
        return items
    return [{k: v for k, v in item.items() if k not in _LISTS} for item in items]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes[-1:] == [".parquet"]:
        yield from parquet_rows(path)
        return
    data = gzip.decompress(path.read_bytes()) if suffixes[-1:] == [".gz"] else path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return  # an archive of some tool
    if ".csv" in suffixes or ".tsv" in suffixes:
        if suffixes[-1] in {".csv", ".tsv"}:
            yield from (row for _, row in Probe(path).rows())
            return
        lines = csv.DictReader(io.StringIO(text), delimiter="\t" if ".tsv" in suffixes else ",")
        yield from lines
        return
    try:
        found = json.loads(text)
    except ValueError:
        found = _json_lines(text)
    if isinstance(found, dict):
        found = found.get("items", [])
    yield from (row for row in found if isinstance(row, dict))


def _json_lines(text: str) -> list[Any]:
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError:
        return []
