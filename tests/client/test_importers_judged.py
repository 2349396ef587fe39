"""Formats without a file of their tool: HLE, SimpleQA's grades, SWE-bench, made by hand."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from candor_client import importers
from candor_client.errors import InvalidData
from candor_client.exports import write_every_eval_ever, write_inspect_scores
from candor_client.importers import Options
from candor_client.record import Imported, ImportProblem


def one(path: Path, document: Any, **wishes: Any) -> Imported:
    """What a file with this document (or these lines) holds."""
    if isinstance(document, list):
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in document))
    else:
        path.write_text(json.dumps(document, ensure_ascii=False))
    (found,) = importers.read(path, options=Options(**wishes))
    return found


def hle(correct: str, answer: str, confidence: int, response: str) -> dict[str, Any]:
    """One judged prediction."""
    return {
        "model": "quill-2",
        "response": response,
        "usage": {"prompt_tokens": 5},
        "judge_response": {
            "correct_answer": "Lima",
            "model_answer": answer,
            "reasoning": "…",
            "correct": correct,
            "confidence": confidence,
        },
    }


def test_hle_hundred_is_unstated_unless_the_response_says_so(tmp_path: Path) -> None:
    found = one(
        tmp_path / "judged.json",
        {
            "66e8№/1": hle("yes", "Lima", 100, "Answer: Lima\nConfidence: 100%"),
            "66e8b": hle("no", "Quito", 100, "Answer: Quito"),
            "66e8c": hle("no", "None", 30, "I cannot tell. Confidence: 30%"),
            "66e8d": hle("Yes.", "Lima", 85, "Lima, **Confidence**: 85"),
            "66e8e": {"model": "quill-2", "response": "Lima"},
        },
    )
    assert (found.format, found.model, found.benchmark) == ("hle", "quill-2", "hle")
    assert found.counts == {
        "correct": 2,
        "wrong": 1,
        "partial": 0,
        "abstained": 1,
        "missing": 0,
        "ungraded": 1,
    }
    assert [row.confidence for row in found.rows] == [1.0, None, 0.3, 0.85, None]
    assert found.rows[0].item == "66e8№/1"
    assert any("100" in warning for warning in found.warnings)


def test_simpleqa_grades_by_letter_word_and_flags(tmp_path: Path) -> None:
    letters = one(
        tmp_path / "a.jsonl",
        [
            {
                "problem": "Capital of Peru?",
                "answer": "Lima",
                "predicted_answer": "Lima",
                "grade": "A",
            },
            {"problem": "Capital of Chad?", "answer": "N'Djamena", "grade": "C"},
            {
                "problem": "Capital of Peru?",
                "answer": "Lima",
                "predicted_answer": "Quito",
                "grade": "B",
            },
        ],
    )
    assert letters.format == "simple-evals"
    assert [row.outcome for row in letters.rows] == ["correct", "abstained", "wrong"]
    assert [row.sample for row in letters.rows] == [1, 1, 2]
    assert letters.items == 2
    assert letters.rows[0].accepted == ("Lima",)
    words = one(
        tmp_path / "b.jsonl",
        [
            {"id": 1, "grade": "NOT_ATTEMPTED"},
            {"id": 2, "grade": "INCORRECT"},
            {"id": 3, "grade": "?"},
        ],
    )
    assert [row.outcome for row in words.rows] == ["abstained", "wrong", "ungraded"]
    flags = one(
        tmp_path / "c.jsonl",
        [
            {"id": 1, "metrics": {"is_correct": 1, "is_incorrect": 0, "is_not_attempted": 0}},
            {"id": 2, "metrics": {"is_correct": 0, "is_incorrect": 0, "is_not_attempted": 1}},
            {"id": 3, "metrics": {"is_correct": 0, "is_incorrect": 0, "is_not_attempted": 0}},
        ],
    )
    assert [row.outcome for row in flags.rows] == ["correct", "abstained", "ungraded"]


def test_simple_evals_totals_are_refused_with_the_way_out(tmp_path: Path) -> None:
    document = {"score": 0.4, "metrics": {}, "htmls": [], "convos": [], "metadata": None}
    with pytest.raises(ImportProblem, match="one row a question"):
        one(tmp_path / "allresults.json", document)


def swe_bench() -> dict[str, Any]:
    """A run's report over ten instances."""
    return {
        "total_instances": 10,
        "submitted_instances": 8,
        "completed_instances": 4,
        "resolved_instances": 2,
        "submitted_ids": [f"django__django-{n}" for n in range(8)],
        "completed_ids": [f"django__django-{n}" for n in range(4)],
        "resolved_ids": ["django__django-0", "django__django-1"],
        "unresolved_ids": ["django__django-2", "django__django-3"],
        "empty_patch_ids": ["django__django-4"],
        "error_ids": ["django__django-5", "django__django-6"],
        "infra_failure_ids": ["django__django-6"],
        "incomplete_ids": ["sympy__sympy-8", "sympy__sympy-9"],
        "schema_version": 2,
    }


def test_swe_bench_empty_patches_abstain_and_infrastructure_stays_apart(tmp_path: Path) -> None:
    path = tmp_path / "acme__coder-1.nightly.json"
    found = one(path, swe_bench())
    assert (found.format, found.model) == ("swe-bench", "acme/coder-1")
    assert found.external_id == "nightly acme__coder-1"
    assert found.counts == {
        "correct": 2,
        "wrong": 3,
        "partial": 0,
        "abstained": 1,
        "missing": 3,
        "ungraded": 1,
    }
    reasons = {row.item: row.status_reason for row in found.rows}
    assert reasons["django__django-6"] == "infra_failure"
    assert reasons["django__django-7"] == "missing"
    assert found.rows[0].category == "django/django"
    assert found.parity is not None
    assert found.parity.agrees
    assert found.reported == ("resolved rate", 0.2)
    assert one(path, swe_bench(), failures="wrong").counts["wrong"] == 4


def test_swe_bench_with_confidences_beside_it(tmp_path: Path) -> None:
    beside = tmp_path / "confidence.json"
    beside.write_text('{"django__django-0": 90, "django__django-2": "40%"}')
    found = one(tmp_path / "m.r.json", swe_bench(), confidences=beside)
    stated = {row.item: row.confidence for row in found.rows if row.confidence is not None}
    assert stated == {"django__django-0": 0.9, "django__django-2": 0.4}
    assert found.confidence_source == "external"
    beside.write_text('{"elsewhere": 0.5}')
    with pytest.raises(ImportProblem, match="not one of its items"):
        one(tmp_path / "m.r.json", swe_bench(), confidences=beside)


def test_a_damaged_archive_says_so_and_does_not_stop_a_folder(tmp_path: Path, shared: Path) -> None:
    log = shared / "fixtures/inspect_ai/kb_abstain__acme-tiny-1.eval"
    whole, damaged = tmp_path / "whole.eval", tmp_path / "damaged.eval"
    damaged.write_bytes(log.read_bytes()[:50_000])
    with pytest.raises(ImportProblem, match="cut short"):
        importers.read(damaged)
    whole.write_bytes(log.read_bytes())
    (found,) = importers.read(tmp_path)
    assert len(found.rows) == 48
    assert any("cut short" in warning for warning in found.warnings)


def test_an_archive_with_a_broken_member_says_which(tmp_path: Path, shared: Path) -> None:
    log = shared / "fixtures/inspect_ai/kb_abstain__acme-tiny-1.eval"
    content = bytearray(log.read_bytes())
    content[2_000:2_200] = bytes(200)
    damaged = tmp_path / "damaged.eval"
    damaged.write_bytes(content)
    with pytest.raises(ImportProblem, match=r"samples/.*cannot be unpacked|not valid JSON"):
        importers.read(damaged)


def test_exports_are_read_back_whole(tmp_path: Path, shared: Path) -> None:
    log = shared / "fixtures/inspect_ai/kb_abstain__acme-tiny-1.eval"
    (found,) = importers.read(log)
    aggregate = write_every_eval_ever(found, tmp_path, organisation="acme")
    assert write_every_eval_ever(found, tmp_path, organisation="acme") == aggregate
    (again,) = importers.read(aggregate)
    assert again.format == "every-eval-ever"
    assert again.counts == found.counts
    assert [row.confidence for row in again.rows] == [row.confidence for row in found.rows]
    assert {(row.item, row.sample) for row in again.rows} == {
        (row.item, row.sample) for row in found.rows
    }
    assert again.parity is not None
    assert again.parity.agrees
    assert again.parity.reported == pytest.approx(7 / 12, abs=1e-12)


def test_the_public_store_asks_who_made_the_model(tmp_path: Path) -> None:
    (found,) = [one(tmp_path / "r.jsonl", [{"item": "q", "verdict": "correct"}], model="quill")]
    with pytest.raises(InvalidData, match="provider"):
        write_every_eval_ever(found, tmp_path, organisation="acme")


def test_inspect_scores_hold_a_line_for_each_judged_sample(tmp_path: Path, shared: Path) -> None:
    log = shared / "fixtures/inspect_ai/kb_dict_nan_error__acme-tiny-1.json"
    (found,) = importers.read(log)
    file = tmp_path / "scores.jsonl"
    assert write_inspect_scores(found, file) == 10
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert lines[0] == {
        "id": "kb/chemistry-008",
        "epoch": 1,
        "value": "C",
        "answer": "W",
        "metadata": {"abstained": False, "confidence": 0.664},
    }


def test_older_lm_eval_samples_without_filter_or_metrics(tmp_path: Path) -> None:
    line = {
        "doc_id": 0,
        "doc": {"query": "Capital of Peru?", "choices": ["Lima", "Riga"]},
        "target": 0,
        "arguments": [["Q", " Lima"], ["Q", " Riga"]],
        "resps": [[[-1.0, True]], [[-3.0, False]]],
        "filtered_resps": [[-1.0, True], [-3.0, False]],
        "acc": 1.0,
        "acc_norm": 0.0,
    }
    found = one(tmp_path / "samples_t_2024-01-01T00-00-00.jsonl", [line, line | {"doc_id": 1}])
    assert found.format == "lm-eval"
    assert found.counts["correct"] == 2
    assert found.rows[0].confidence == pytest.approx(1 / (1 + 2.718281828459045**-2))
    assert found.rows[0].answer == "Lima"


def test_a_graded_row_of_ours_keeps_its_answer(tmp_path: Path) -> None:
    rows = [{"item": "q1", "answer": "Lima", "grade": "correct"}]
    assert one(tmp_path / "ours.jsonl", rows).format == "candor"
    graded = one(tmp_path / "theirs.jsonl", [{"id": "q1", "answer": "Lima", "grade": "CORRECT"}])
    assert (graded.format, graded.rows[0].answer) == ("simple-evals", "Lima")


def test_a_log_that_was_killed_is_read_from_its_journal(tmp_path: Path) -> None:
    path = tmp_path / "killed.eval"
    spec = {"task": "t", "task_id": "T1", "model": "m", "dataset": {"sample_ids": ["a", "b/№"]}}
    score = {"value": "N", "answer": "", "metadata": {"confidence": "35%"}}
    sample = {"id": "b/№", "epoch": 1, "input": "?", "target": ["x", "y"], "scores": {"s": score}}
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("_journal/start.json", json.dumps({"eval": spec, "plan": {}}))
        archive.writestr("samples/b/№_epoch_1/sample.json", json.dumps(sample))
        archive.writestr("samples/b/№_epoch_1/events-1.json", json.dumps([{"event": "x"}]))
    (found,) = importers.read(path)
    assert found.counts["abstained"] == found.counts["missing"] == 1
    assert found.rows[0].confidence == 0.35
    assert found.parity is None
    assert any("'started'" in warning for warning in found.warnings)
    assert found.api_rows() == [{"item": "b/№", "confidence": 0.35, "verdict": "abstained"}]


def test_awkward_names_stay_apart_and_fit(tmp_path: Path) -> None:
    long = "x" * 300
    rows = [
        {"item": name, "answer": ["a", "b"]}
        for name in (f"{long}1", f"{long}2", "zero\u200bwidth", "e\u0301", " a b ", 7)
    ]
    found = one(tmp_path / "names.jsonl", rows)
    keys = [row.item for row in found.rows]
    assert len(set(keys)) == 6
    assert all(len(key) <= 256 for key in keys)
    assert keys[2:] == ["zerowidth", "é", " a b ", "7"]
    assert found.rows[0].answer == '["a", "b"]'
