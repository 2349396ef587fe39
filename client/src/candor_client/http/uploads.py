"""Uploads: a submission and a benchmark as calls whose bodies stream.

Facts stand in the query beside a body of rows; where they are too long for an address, facts and
rows travel as one JSON document.
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from candor_client.errors import InvalidData, UsageError
from candor_client.http.body import NDJSON, is_path, pack_document, pack_file, pack_rows
from candor_client.http.calls import Call, Params, as_json, flat, read_receipt, segment
from candor_client.results import Benchmark, Receipt
from candor_client.tables.parquet import parquet_rows, reads_parquet
from candor_client.tables.rows import rows_of

_LONGEST_QUERY: Final = 3_000
_MODEL_FACTS: Final = ("provider", "version", "organisation", "tags")


def submit(
    benchmark: str,
    predictions: Any,
    *,
    model: str | Mapping[str, Any],
    idempotency_key: str | None = None,
    **facts: Any,
) -> Call[Receipt]:
    """All predictions of one model. `facts`: stated_target, confidence_source, run, reported, …"""
    metadata = {name: value for name, value in facts.items() if value not in (None, {}, [])}
    metadata["model"] = _model(model)
    path = f"/benchmarks/{segment(benchmark)}/submissions"
    given = _rows_or_file(predictions)
    params = _submission_params(metadata)
    if len(urlencode(params)) <= _LONGEST_QUERY:
        body = pack_file(given) if is_path(given) else pack_rows(given)
    else:
        rows = _lines_of(given) if is_path(given) else given
        body, params = pack_document(metadata, member="predictions", rows=rows), ()
    return Call(
        method="POST",
        path=path,
        params=params,
        body=body,
        key=idempotency_key or _key_of(path, metadata, body.digest),
        in_memory=not is_path(predictions),
        read=read_receipt,
    )


def publish(benchmark: Mapping[str, Any], items: Any = None) -> Call[Benchmark]:
    """A benchmark: its policy, and its items as rows or a file (or inside `benchmark`)."""
    policy = {name: value for name, value in benchmark.items() if value is not None}
    if is_path(items) and Path(items).suffix.lower() == ".parquet" and reads_parquet():
        items = rows_of(parquet_rows(Path(items)))
    if items is None:
        rows = policy.pop("items", [])
        body = pack_document(policy, member="items", rows=rows)
        return Call(method="POST", path="/benchmarks", body=body, read=as_json)
    params = flat(policy)
    if len(urlencode(params)) <= _LONGEST_QUERY:
        body = pack_file(items) if is_path(items) else pack_rows(items)
    else:
        rows = _lines_of(items) if is_path(items) else items
        body, params = pack_document(policy, member="items", rows=rows), ()
    return Call(method="POST", path="/benchmarks", params=params, body=body, read=as_json)


def score(predictions: Any, **asked: Any) -> Call[dict[str, Any]]:
    """Every score of rows, nothing stored: verdicts, or answers beside what is accepted."""
    given = _rows_or_file(predictions)
    body = pack_file(given) if is_path(given) else pack_rows(given)
    return Call(method="POST", path="/score", params=flat(asked), body=body, read=as_json)


def _rows_or_file(predictions: Any) -> Any:
    """A file that is sent as it stands, or rows; a .json file holds rows, columns or a document."""
    if not is_path(predictions):
        return rows_of(predictions)
    path = Path(predictions)
    if path.suffix.lower() == ".parquet" and reads_parquet():
        # Read here, so that no server needs to be able to.
        return rows_of(parquet_rows(path))
    if path.suffix.lower() != ".json":
        return path
    try:
        held = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InvalidData(f"{path}: {error.strerror}.") from None
    except ValueError as error:
        raise InvalidData(f"{path} is not JSON: {error}.") from None
    return rows_of(held.get("predictions", held) if isinstance(held, dict) else held)


def _model(model: str | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(model, str):
        return {"name": model}
    return {name: value for name, value in model.items() if value not in (None, [], ())}


def _submission_params(metadata: Mapping[str, Any]) -> Params:
    rest = {name: value for name, value in metadata.items() if name != "model"}
    model = metadata["model"]
    named = {"model": model["name"]} | {name: model[name] for name in _MODEL_FACTS if name in model}
    return flat(named | rest)


def _key_of(path: str, metadata: Mapping[str, Any], digest: str) -> str:
    """The same submission has the same key wherever and however often it is sent."""
    identity = json.dumps([path, metadata, digest], sort_keys=True, ensure_ascii=False)
    return f"candor-{hashlib.sha256(identity.encode()).hexdigest()[:40]}"


def _lines_of(path: Any) -> Iterable[Any]:
    """The rows of a JSONL file, for a document whose facts are too long for an address."""
    body = pack_file(path)
    if body.media != NDJSON or body.encoding != "gzip":
        raise UsageError("The facts of the run are too long for a CSV or Parquet file; send JSONL.")
    body.file.seek(0)
    with gzip.open(body.file) as lines:
        yield from (json.loads(line) for line in lines if line.strip())
