"""Every Eval Ever: an aggregate and its instance rows, as its datastore takes them.

The format has no confidence, abstention or epoch: they go into each row's `metadata` as text, where
our import reads them again. It asks every row for right or wrong, so rows that could not be judged
are left out and counted in the aggregate; an abstention is `is_correct: false` and says so.
"""

import hashlib
import json
import re
import uuid
from datetime import UTC, datetime
from math import fsum
from pathlib import Path
from typing import Any, Final, Literal

from candor_client.errors import InvalidData
from candor_client.record import Imported, Row

SCHEMA_VERSION: Final = "0.3.0"
_RESULT: Final = "accuracy"
_EXTRACTION: Final = "as submitted"

Relationship = Literal["first_party", "third_party", "collaborative", "other"]


def write_every_eval_ever(
    imported: Imported,
    folder: Path,
    *,
    organisation: str,
    relationship: Relationship = "third_party",
    retrieved: datetime | None = None,
) -> Path:
    """Writes both files under `folder/data/…` and returns the aggregate's path.

    `organisation` is who evaluated, `relationship` theirs to the model. The same rows always get
    the same file name, so an export made twice replaces itself. Raises `InvalidData` where
    neither the model's name nor a provider says who made it, or no outcome is shown.
    """
    moment = (retrieved or datetime.now(UTC)).timestamp()
    model = _model_id(imported)
    evaluation_id = f"{imported.benchmark}/{model.replace('/', '_')}/{moment}"
    judged = [row for row in imported.rows if row.points is not None]
    if not judged:
        raise InvalidData(f"{imported.source}: none of its rows shows an outcome to export.")
    lines = [_instance(row, imported, evaluation_id, model) for row in judged]
    content = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    place = _place(imported, model, judged)
    home = folder / "data" / place[0] / place[1] / place[2]
    home.mkdir(parents=True, exist_ok=True)
    instances = home / f"{place[3]}_samples.jsonl"
    instances.write_bytes(content)
    aggregate = {
        "schema_version": SCHEMA_VERSION,
        "evaluation_id": evaluation_id,
        "retrieved_timestamp": str(moment),
        "source_metadata": {
            "source_name": "Candor",
            "source_type": "evaluation_run",
            "source_organization_name": organisation,
            "evaluator_relationship": relationship,
        },
        "eval_library": _library(imported),
        "model_info": _model_info(imported, model, place[1]),
        "evaluation_results": [_result(imported, judged)],
        "detailed_evaluation_results": {
            "format": "jsonl",
            "file_path": instances.relative_to(folder).as_posix(),
            "hash_algorithm": "sha256",
            "checksum": hashlib.sha256(content).hexdigest(),
            "total_rows": len(lines),
        },
    }
    path = home / f"{place[3]}.json"
    path.write_text(json.dumps(aggregate, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def _model_id(imported: Imported) -> str:
    if "/" in imported.model:
        return imported.model
    if not imported.provider:
        raise InvalidData(
            f"{imported.model}: the store files results by who made the model; name the provider."
        )
    return f"{imported.provider}/{imported.model}"


def _place(imported: Imported, model: str, rows: list[Row]) -> tuple[str, str, str, str]:
    """Benchmark, developer, model and a UUID that follows from what was said and judged."""
    developer, _, name = model.partition("/")
    said = repr((imported.benchmark, model, imported.version, rows)).encode("utf-8", "replace")
    own = uuid.UUID(bytes=hashlib.sha256(said).digest()[:16], version=4)
    return _folder(imported.benchmark), _folder(developer), _folder(name), str(own)


def _folder(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip(".") or "unnamed"


def _library(imported: Imported) -> dict[str, str]:
    harness = str(imported.run.get("harness") or imported.format)
    name, _, version = harness.partition(" ")
    return {"name": name, "version": version or "unknown"}


def _model_info(imported: Imported, model: str, developer: str) -> dict[str, Any]:
    details = {"deployment_type": "unknown", "model_availability": "unknown"}
    if imported.version:
        details["version"] = imported.version
    return {
        "name": imported.model,
        "id": model,
        "developer": imported.provider or developer,
        "additional_details": details,
    }


def _result(imported: Imported, judged: list[Row]) -> dict[str, Any]:
    counts = {name: str(number) for name, number in imported.counts.items()}
    if imported.stated_target is not None:
        counts["stated_target"] = str(imported.stated_target)
    return {
        "evaluation_result_id": _RESULT,
        "evaluation_name": imported.benchmark,
        "source_data": {"dataset_name": imported.benchmark, "source_type": "other"},
        "metric_config": {
            "evaluation_description": "Share of judged answers that are right; abstaining earns 0",
            "metric_id": "accuracy",
            "metric_name": "Accuracy",
            "metric_kind": "accuracy",
            "metric_unit": "proportion",
            "lower_is_better": False,
            "score_type": "continuous",
            "min_score": 0.0,
            "max_score": 1.0,
        },
        "score_details": {"score": accuracy(judged), "details": counts},
    }


def accuracy(judged: list[Row]) -> float:
    """Mean credit: samples of an item first, then items."""
    by_item: dict[str, list[float]] = {}
    for row in judged:
        by_item.setdefault(row.item, []).append(row.points or 0.0)
    means = [fsum(points) / len(points) for points in by_item.values()]
    return fsum(means) / len(means) if means else 0.0


def _instance(row: Row, imported: Imported, evaluation_id: str, model: str) -> dict[str, Any]:
    question, references = row.question or "", list(row.accepted or ())
    answers = [row.answer] if row.answer else []
    return {
        "schema_version": SCHEMA_VERSION,
        "evaluation_id": evaluation_id,
        "model_id": model,
        "evaluation_name": imported.benchmark,
        "evaluation_result_id": _RESULT,
        "sample_id": row.item,
        "sample_hash": hashlib.sha256((question + "".join(references)).encode()).hexdigest(),
        "interaction_type": "single_turn",
        "input": {
            "raw": question,
            "reference": references,
            "choices": list(row.choices) if row.choices else None,
        },
        "output": {"raw": answers},
        "answer_attribution": [
            {
                "turn_idx": 0,
                "source": "output.raw",
                "extracted_value": answer,
                "extraction_method": _EXTRACTION,
                "is_terminal": True,
            }
            for answer in answers
        ],
        "evaluation": {"score": row.points, "is_correct": row.outcome == "correct"},
        "metadata": _metadata(row),
    }


def _metadata(row: Row) -> dict[str, str]:
    told = {
        "epoch": str(row.sample),
        "abstained": "true" if row.outcome == "abstained" else "false",
        "confidence": None if row.confidence is None else repr(row.confidence),
        "category": row.category,
        "cluster": row.cluster,
    }
    return {name: value for name, value in told.items() if value is not None}
