"""Tools as people run them: failed judges, subsets, broken patches, several metrics, split runs.

The files are made up; each fails an importer that knows only the form of a tool's documentation.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from candor_client import importers
from candor_client.importers import Options
from candor_client.record import Imported, ImportProblem, NothingToRead
from tests.client.live import Live
from tests.client.ran import run

NOWHERE = Live("http://127.0.0.1:9", "cdr_none", "")


def one(path: Path, document: Any, **wishes: Any) -> Imported:
    """The only run of a file with this document, or these lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(document, list):
        path.write_text("".join(json.dumps(row) + "\n" for row in document))
    else:
        path.write_text(json.dumps(document))
    (imported,) = importers.read(path, options=Options(**wishes))
    return imported


def outcomes(imported: Imported) -> list[str | None]:
    """How each row went."""
    return [row.outcome for row in imported.rows]


def judgement(answer: str, correct: str = "no", confidence: int = 0, **more: Any) -> dict[str, Any]:
    """A judge's reply in HLE's words."""
    told = {"model_answer": answer, "correct": correct, "confidence": confidence, **more}
    return {"model": "quill", "response": more.pop("response", "…"), "judge_response": told}


def test_hle_failures_of_judge_and_model_are_no_wrong_answers(tmp_path: Path) -> None:
    imported = one(
        tmp_path / "judged.json",
        {
            "right": judgement("Lima", "yes", 80),
            "judge failed": judgement("", error="Connection error."),
            "no verdict": judgement("Lima", ""),
            "model failed": {"model": "quill", "response": "", "error": "timed out"},
            "not judged": {"model": "quill", "response": "Lima"},
            "wrong": judgement("Quito", "no", 60),
        },
    )
    assert outcomes(imported) == [
        "correct", "ungraded", "ungraded", "ungraded", "ungraded", "wrong",
    ]  # fmt: skip
    assert [row.status_reason for row in imported.rows] == [
        None, "grader_failed", "grader_failed", "timed out", "grader_failed", None,
    ]  # fmt: skip
    assert imported.confidences == 2


@pytest.mark.parametrize(
    "words",
    [
        "Unknown", "I don’t know", "Unable to determine from the text.", "None",
        "Cannot be determined", "I cannot answer this", "**I don't know.**", "ich weiß es nicht",
        "не знаю",
    ],
)  # fmt: skip
def test_declining_is_one_vocabulary_for_every_tool(tmp_path: Path, words: str) -> None:
    judged = one(tmp_path / "judged.json", {"a": judgement(words), "b": judgement("Lima", "yes")})
    assert outcomes(judged) == ["abstained", "correct"]


@pytest.mark.parametrize("words", ["Unknown Pleasures", "No Answer Yet, a novel", "I know: Lima"])
def test_a_title_in_such_words_is_an_answer(tmp_path: Path, words: str) -> None:
    judged = one(tmp_path / "judged.json", {"a": judgement(words), "b": judgement("Lima", "yes")})
    assert outcomes(judged) == ["wrong", "correct"]


@pytest.mark.parametrize(
    ("response", "stated"),
    [
        ("It grew by 20%. Answer: x", False),
        ("at least 95% of them, exactly 50% of these", False),
        ("Confidence: High", False),
        ("Confidence: 100%", True),
        ("**Confidence:** $100\\%$", True),
        ("My confidence is about 100", True),
        ("I am 100% sure", True),
    ],
)
def test_a_percentage_of_something_else_states_no_confidence(
    tmp_path: Path, response: str, stated: bool
) -> None:
    entry = judgement("x", "no", 100) | {"response": response}
    imported = one(tmp_path / "judged.json", {"a": entry, "b": judgement("y", "yes", 50)})
    assert (imported.rows[0].confidence == 1.0) is stated


def report(**lists: Any) -> dict[str, Any]:
    """A SWE-bench report over the instances that its lists name."""
    return {
        "resolved_ids": ["a__b-1"],
        "unresolved_ids": ["a__b-2"],
        "resolved_instances": 1,
        **lists,
    }


def test_swe_bench_predictions_outside_the_run_are_no_missing_rows(tmp_path: Path) -> None:
    submitted = [f"a__b-{n}" for n in range(1, 300)]
    subset = one(tmp_path / "m.r.json", report(total_instances=2, submitted_ids=submitted))
    assert outcomes(subset) == ["correct", "wrong"]
    assert any("297 predictions" in warning for warning in subset.warnings)
    whole = one(tmp_path / "m.r.json", report(total_instances=3, submitted_ids=submitted[:3]))
    assert outcomes(whole) == ["correct", "wrong", "missing"]


def test_swe_bench_broken_patches_cost_where_the_report_tells_them(tmp_path: Path) -> None:
    lists: dict[str, Any] = {"total_instances": 4, "error_ids": ["a__b-3", "a__b-4"]}
    told = one(tmp_path / "m.r.json", report(**lists, infra_failure_ids=["a__b-4"]))
    assert {row.item: row.outcome for row in told.rows} == {
        "a__b-1": "correct", "a__b-2": "wrong", "a__b-3": "wrong", "a__b-4": "ungraded",
    }  # fmt: skip
    assert told.parity is not None
    assert (told.parity.reported, told.parity.ours) == (0.25, 0.25)
    assert told.parity.board == pytest.approx(1 / 3)
    assert any("0.3333" in warning for warning in told.warnings)
    older = one(tmp_path / "m.r.json", report(**lists))
    assert older.counts["ungraded"] == 2
    assert any("broken patches" in warning for warning in older.warnings)


def test_swe_bench_leaderboard_lists_are_read(tmp_path: Path) -> None:
    lists = {
        "resolved": ["a__b-1"], "applied": ["a__b-1", "a__b-2", "a__b-6"], "no_apply": ["a__b-3"],
        "no_generation": ["a__b-4"], "install_fail": ["a__b-5"], "test_timeout": ["a__b-6"],
        "generated": ["a__b-1", "a__b-2", "a__b-3", "a__b-6"],
    }  # fmt: skip
    imported = one(tmp_path / "20240402_quill" / "results" / "results.json", lists)
    assert {row.item[-1]: row.outcome for row in imported.rows} == {
        "1": "correct", "2": "wrong", "3": "wrong", "4": "abstained", "5": "ungraded", "6": "wrong",
    }  # fmt: skip
    assert imported.model == "20240402_quill"


def case(name: str, question: str, *metrics: tuple[str, float | None]) -> dict[str, Any]:
    """A test case of DeepEval; a metric without a score raised."""
    data = [
        {"name": metric, "score": score, "threshold": 0.5, "success": bool(score and score >= 0.5),
         **({} if score is not None else {"error": "timeout"})}
        for metric, score in metrics
    ]  # fmt: skip
    return {"name": name, "input": question, "actualOutput": "x", "metricsData": data}


def test_deepeval_cases_are_right_where_all_metrics_pass(tmp_path: Path) -> None:
    cases = [
        case("test_case_0", "q0", ("Relevancy", 1.0), ("Correctness", 0.0)),
        case("test_case_1", "q1", ("Relevancy", 1.0), ("Correctness", 0.9)),
        case("test_case_2", "q2", ("Relevancy", None), ("Correctness", 0.9)),
        case("test_case_3", "q3", ("Relevancy", None), ("Correctness", 0.1)),
    ]
    document = {"testCases": cases, "testPassed": 1, "testFailed": 3}
    imported = one(tmp_path / "run.json", document, benchmark="b")
    assert outcomes(imported) == ["wrong", "correct", "ungraded", "wrong"]
    assert imported.parity is not None
    assert imported.parity.agrees
    assert not one(
        tmp_path / "run.json", document | {"testPassed": 2, "testFailed": 2}
    ).parity.agrees  # type: ignore[union-attr]
    by_one = one(tmp_path / "run.json", document, metric="Relevancy")
    assert outcomes(by_one) == ["correct", "correct", "ungraded", "ungraded"]


def test_a_numbered_case_is_known_by_what_it_asks(tmp_path: Path) -> None:
    documents = [{"testCases": [case("test_case_0", f"q{n}", ("C", 1.0))]} for n in range(2)]
    first, second = (one(tmp_path / ".latest_test_run.json", each) for each in documents)
    assert first.rows[0].item != second.rows[0].item
    assert first.nameless
    named = {"testCases": [case("capital of Peru", "q", ("C", 1.0))]}
    assert one(tmp_path / "run.json", named).rows[0].item == "capital of Peru"
    sent = run(NOWHERE, tmp_path, "push", tmp_path / ".latest_test_run.json")
    assert (sent.code, "--benchmark" in sent.err) == (2, True)


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("Custom function threw error: x is not defined", "ungraded"),
        ("Python code execution failed: boom", "ungraded"),
        ("API error: 500", "ungraded"),
        ("Expected output to contain Lima", "wrong"),
    ],
)
def test_promptfoo_assertions_that_threw_judge_nothing(
    tmp_path: Path, reason: str, outcome: str
) -> None:
    def line(number: int, *components: dict[str, Any]) -> dict[str, Any]:
        passed = all(each["pass"] for each in components)
        return {
            "testIdx": number, "promptIdx": 0, "provider": {"id": "quill"}, "success": passed,
            "vars": {"question": f"q{number}"}, "response": {"output": "x"},
            "gradingResult": {"componentResults": list(components)},
        }  # fmt: skip

    bad = {"pass": False, "reason": reason, "assertion": {"type": "javascript"}}
    good = {"pass": True, "reason": "Assertion passed", "assertion": {"type": "equals"}}
    also = {"pass": False, "reason": "Expected output", "assertion": {"type": "equals"}}
    imported = one(tmp_path / "out.jsonl", [line(0, bad, good), line(1, good), line(2, bad, also)])
    assert outcomes(imported) == [outcome, "correct", "wrong"]


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({"results": {"results": [], "timestamp": None}}, "not one in it"),
        ({"testRunLink": "https://app.example.org/runs/1"}, "DEEPEVAL_RESULTS_FOLDER"),
    ],
)
def test_a_tools_file_without_rows_is_known(tmp_path: Path, document: Any, says: str) -> None:
    with pytest.raises(NothingToRead, match=says):
        one(tmp_path / "out.json", document)


def helm(folder: Path, name: str, rows: list[tuple[str, str, dict[str, float]]]) -> Path:
    """A HELM run folder of instances with their split and figures."""
    folder.mkdir()
    spec = {"name": name, "adapter_spec": {"model": "quill"}}
    (folder / "run_spec.json").write_text(json.dumps(spec))
    instances = [
        {"instance_id": item, "train_trial_index": 0, "stats": [
            {"name": {"name": metric, "split": split}, "mean": value}
            for metric, value in figures.items()]}
        for item, split, figures in rows
    ]  # fmt: skip
    (folder / "per_instance_stats.json").write_text(json.dumps(instances))
    means = {}
    for metric in rows[0][2]:
        values = [figures[metric] for _, split, figures in rows if split == "test"]
        means[metric] = sum(values) / len(values)
    stats = [{"name": {"name": m, "split": "test"}, "mean": value} for m, value in means.items()]
    (folder / "stats.json").write_text(json.dumps(stats))
    return folder


def test_helm_sends_the_split_that_its_figure_is_of(tmp_path: Path) -> None:
    rows = [("1", "test", {"exact_match": 1.0}), ("2", "test", {"exact_match": 0.0})]
    rows += [("3", "valid", {"exact_match": 0.0})]
    (imported,) = importers.read(helm(tmp_path / "run", "mmlu:subject=x,model=quill", rows))
    assert outcomes(imported) == ["correct", "wrong"]
    assert imported.parity is not None
    assert imported.parity.board == imported.parity.reported == 0.5
    assert any("1 of valid" in warning for warning in imported.warnings)
    assert imported.benchmark == "mmlu-subject-x"


def test_helm_free_text_tells_its_own_figures_and_boards_leave_models_out(tmp_path: Path) -> None:
    rows = [("1", "test", {"exact_match": 0.0, "f1_score": 0.7})]
    (imported,) = importers.read(helm(tmp_path / "run", "narrative_qa:model=quill", rows))
    assert imported.benchmark == "narrative-qa"
    assert any("f1_score 0.7" in warning for warning in imported.warnings)


@pytest.mark.parametrize("status", ["error", "cancelled", "started"])
def test_an_inspect_log_without_samples_does_not_stop_a_folder(tmp_path: Path, status: str) -> None:
    base = {"version": 2, "plan": {}, "eval": {"task": "rivers", "model": "quill", "task_id": "t"}}
    sample = {
        "id": 1, "epoch": 1, "input": "?", "target": "x", "scores": {"match": {"value": "C"}},
    }  # fmt: skip
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps({**base, "status": status}))
    (folder / "b.json").write_text(json.dumps({**base, "status": "success", "samples": [sample]}))
    runs = importers.read(folder)
    assert [outcomes(each) for each in runs] == [["correct"]]
    assert runs.failed == ()
    assert any(f"status of its run is '{status}'" in warning for warning in runs[0].warnings)
    with pytest.raises(ImportProblem, match=status):
        importers.read(folder / "a.json")


@pytest.mark.parametrize("name", ["rivers/overall", "mmlu_pro/accuracy", "judge/correctness"])
def test_every_eval_ever_is_judged_by_what_its_aggregate_says(tmp_path: Path, name: str) -> None:
    rows = [
        {"evaluation_id": "e", "sample_id": f"s{n}", "evaluation_result_id": name,
         "evaluation_name": "rivers", "evaluation": {"score": float(n), "is_correct": bool(n)}}
        for n in range(2)
    ]  # fmt: skip
    assert outcomes(one(tmp_path / "x_samples.jsonl", rows)) == ["wrong", "correct"]
    other = [row | {"evaluation_result_id": f"{name}/f1"} for row in rows]
    kind = {"evaluation_result_id": name, "metric_config": {"metric_kind": "accuracy"}}
    (tmp_path / "x.json").write_text(json.dumps({"evaluation_results": [kind], "model_info": {}}))
    assert len(one(tmp_path / "x_samples.jsonl", [*other, *rows]).rows) == 2


def test_evalscope_reviews_are_judged_by_their_main_score(tmp_path: Path) -> None:
    def review(number: int, acc: float) -> dict[str, Any]:
        score = {"value": {"f1": 0.5, "acc": acc}, "main_score_name": "acc"}
        score |= {"extracted_prediction": "A", "prediction": "ANSWER: A"}
        return {
            "index": number, "target": "A", "messages": [{"role": "user", "content": "Which?"}],
            "sample_score": {"score": score},
        }  # fmt: skip

    path = tmp_path / "reviews" / "quill" / "arc_ARC-Easy.jsonl"
    imported = one(path, [review(0, 1.0), review(1, 0.0)])
    assert (imported.format, imported.model, imported.slug) == (
        "evalscope",
        "quill",
        "arc-arc-easy",
    )
    assert outcomes(imported) == ["correct", "wrong"]
    assert imported.rows[0].question == "Which?"


def test_a_harbor_job_is_one_run_of_its_trials(tmp_path: Path) -> None:
    job = tmp_path / "job"
    trials = [
        ("pump", 1.0, None),
        ("gate", 0.0, {"exception_type": "Timeout"}),
        ("gate", 0.0, None),
    ]
    trials += [("pump", 1.0, {"exception_type": "Timeout"})]
    for number, (task, reward, raised) in enumerate(trials):
        (job / f"{task}__{number}").mkdir(parents=True)
        (job / f"{task}__{number}" / "result.json").write_text(
            json.dumps(
                {
                    "task_name": task,
                    "agent_info": {"name": "hand", "model_info": {"name": "quill"}},
                    "verifier_result": {"rewards": {"reward": reward}},
                    "exception_info": raised,
                }
            )
        )
    totals = {"stats": {"evals": {"hand__quill": {"metrics": [{"mean": 0.5}]}}}}
    (job / "result.json").write_text(json.dumps(totals))
    (imported,) = importers.read(job)
    assert (imported.format, imported.model) == ("harbor", "quill")
    assert [(row.item, row.sample, row.outcome) for row in imported.rows] == [
        ("gate", 1, "ungraded"), ("gate", 2, "wrong"), ("pump", 1, "correct"),
        ("pump", 2, "correct"),
    ]  # fmt: skip
    assert imported.parity is not None
    assert imported.parity.agrees
