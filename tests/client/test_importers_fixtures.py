"""Files that the tools themselves wrote: our tallies are their manifests', our figures theirs."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from candor_client import importers
from candor_client.importers import Options
from candor_client.record import Imported


@pytest.fixture(scope="session")
def fixtures(shared: Path) -> Path:
    """The folder of tools' files."""
    return shared / "fixtures"


def manifest(folder: Path) -> dict[str, Any]:
    """What each file of a tool holds."""
    files: dict[str, Any] = json.loads((folder / "MANIFEST.json").read_text())["files"]
    return files


def one(path: Path, **wishes: Any) -> Imported:
    """The only thing that a file holds."""
    (found,) = importers.read(path, options=Options(**wishes))
    return found


def test_every_file_of_the_fixtures_is_recognised(fixtures: Path) -> None:
    names = {
        "inspect_ai": "inspect",
        "lm_eval": "lm-eval",
        "every_eval_ever": "every-eval-ever",
        "promptfoo": "promptfoo",
        "deepeval": "deepeval",
        "helm": "helm",
    }
    seen: Counter[str] = Counter()
    for folder, name in names.items():
        for file in manifest(fixtures / folder):
            assert importers.detect(fixtures / folder / file) == name
            seen[folder] += 1
    assert sum(seen.values()) == 28


LETTER = {"C": "correct", "I": "wrong", "P": "partial", "N": "abstained"}


def inspect_counts(values: dict[str, int]) -> Counter[str]:
    """The manifest's tally of score values, as outcomes."""
    counts: Counter[str] = Counter()
    for value, times in values.items():
        if value in LETTER:
            counts[LETTER[value]] += times
        else:
            parts = json.loads(value)
            counts["correct" if parts["correct"] else "wrong"] += times
    return counts


def inspect_cases(fixtures: Path) -> Iterator[tuple[Path, str, dict[str, Any], dict[str, Any]]]:
    """Every scorer of every log, with what the manifest says of both."""
    for name, facts in manifest(fixtures / "inspect_ai").items():
        for scorer, tally in facts["scorers"].items():
            yield fixtures / "inspect_ai" / name, scorer, facts, tally


def test_inspect_logs_are_tallied_as_the_manifest_says(fixtures: Path) -> None:
    for path, scorer, facts, tally in inspect_cases(fixtures):
        found = one(path, scorer=scorer)
        expected = inspect_counts(tally["values"])
        expected["ungraded"] = tally["unscored"] + facts["errored_samples"]
        assert Counter(found.counts) == expected, (path.name, scorer)
        assert (len(found.rows), found.items) == (facts["n_samples"], facts["n_items"])
        assert sorted({row.sample for row in found.rows}) == facts["epochs"]
        assert (found.model, found.external_id) == (facts["model"], facts["task_id"])
        assert found.run["harness"] == f"inspect_ai {facts['inspect_version']}"
        assert found.run["status"] == facts["status"]
        if found.confidence_source == "stated":
            stated = [row.confidence for row in found.rows if row.confidence is not None]
            assert len(stated) == tally["with_confidence"]
            assert sum(stated) / len(stated) == pytest.approx(tally["mean_confidence"], abs=1e-6)


def test_inspect_parity_holds_wherever_the_log_reports_a_number(fixtures: Path) -> None:
    checked = 0
    for path, scorer, facts, _ in inspect_cases(fixtures):
        found = one(path, scorer=scorer)
        if facts["status"] == "success":
            assert found.parity is not None
            assert found.parity.agrees, (path.name, scorer, found.parity)
            checked += 1
    assert checked == 8


def test_inspect_headline_is_chosen_as_the_log_names_it(fixtures: Path) -> None:
    folder = fixtures / "inspect_ai"
    assert one(folder / "kb_abstain__acme-tiny-1.eval").reported == (
        "accuracy",
        0.5833333333333333,
    )
    found = one(folder / "kb_dict_nan_error__acme-tiny-1.json")
    assert found.reported == ("mean", 0.8)
    assert {row.status_reason for row in found.rows if row.status != "ok"} == {
        "scoring_failed",
        "error",
    }


def test_inspect_letters_of_a_multiple_choice_carry_confidence(fixtures: Path) -> None:
    found = one(fixtures / "inspect_ai" / "kb_choice_logprobs__acme-tiny-1.eval")
    assert found.confidence_source == "logprob"
    assert found.confidences == 8
    assert all(0 < (row.confidence or 0) < 1 for row in found.rows)


def test_inspect_edited_scores_count_and_are_told(fixtures: Path) -> None:
    found = one(fixtures / "inspect_ai" / "kb_graded_edited__acme-tiny-1.eval")
    assert any("edited" in warning for warning in found.warnings)
    assert found.reported == ("accuracy", 0.59375)


def test_inspect_failures_may_count_as_wrong_or_missing(fixtures: Path) -> None:
    path = fixtures / "inspect_ai" / "kb_crashed_status_error__mockllm.eval"
    assert one(path, failures="wrong").counts["wrong"] == 8
    missing = one(path, failures="missing")
    assert missing.counts["missing"] == 2
    assert len(missing.api_rows()) == 6


def lm_eval_cases(fixtures: Path) -> Iterator[tuple[Path, str, dict[str, Any], dict[str, Any]]]:
    """Every filter of every file of samples."""
    for name, facts in manifest(fixtures / "lm_eval").items():
        for filter_name, tally in facts["filters"].items():
            yield fixtures / "lm_eval" / name, filter_name, facts, tally


def test_lm_eval_samples_are_tallied_as_the_manifest_says(fixtures: Path) -> None:
    for path, name, facts, tally in lm_eval_cases(fixtures):
        metrics = [key.removesuffix("_sum") for key in tally if key.endswith("_sum")]
        for metric in set(metrics) - {"perplexity", "confidence", "abstained"}:
            found = one(path, filter=name, metric=metric)
            assert (len(found.rows), found.items) == (tally["n"], facts["n_docs"])
            assert found.counts["correct"] == tally[f"{metric}_sum"], (path.name, metric)
            assert found.counts["ungraded"] == tally[f"{metric}_nan"]
            assert found.parity is not None
            assert found.parity.agrees, (path.name, name, metric)


def test_lm_eval_custom_confidence_and_abstention(fixtures: Path) -> None:
    for path, name, _, tally in lm_eval_cases(fixtures):
        if "confidence_sum" not in tally:
            continue
        found = one(path, filter=name)
        assert found.confidence_source == "stated"
        assert found.counts["abstained"] == tally["abstained_sum"]
        assert found.confidences == tally["n"] - tally["confidence_nan"]
        total = sum(row.confidence or 0 for row in found.rows)
        assert total == pytest.approx(tally["confidence_sum"], abs=1e-9)


def test_lm_eval_choices_give_a_softmax(fixtures: Path) -> None:
    checked = 0
    for path, name, _, tally in lm_eval_cases(fixtures):
        if "argmax_softmax_confidence_mean" not in tally:
            continue
        found = one(path, filter=name, metric="acc")
        assert found.confidence_source == "logprob"
        assert found.counts["abstained"] == tally["picked_idk"]
        # A declined row keeps the mass of its best real option, which is less than its choice's.
        mean = sum(row.confidence or 0 for row in found.rows) / len(found.rows)
        if tally["picked_idk"]:
            assert mean < tally["argmax_softmax_confidence_mean"]
        else:
            assert mean == pytest.approx(tally["argmax_softmax_confidence_mean"], abs=1e-6)
        checked += 1
    assert checked == 6


def test_lm_eval_tasks_whose_names_begin_one_another_stay_apart(fixtures: Path) -> None:
    found = importers.read(fixtures / "lm_eval" / "acme__tiny-1")
    assert sorted(one.benchmark for one in found) == [
        "kb-custom",
        "kb-gen",
        "kb-ll",
        "kb-mc",
        "kb-mc-mi",
    ]
    assert all(len(one.rows) == 16 for one in found)
    assert len({one.external_id for one in found}) == 5


def test_lm_eval_repeats_may_be_samples_of_their_own(fixtures: Path) -> None:
    path = fixtures / "lm_eval/acme__tiny-1/samples_kb_gen_2026-11-23T07-45-20.047763.jsonl"
    found = one(path, repeats="explode")
    assert (len(found.rows), found.items, found.graded) == (48, 16, "here")
    assert found.api_items()[0]["accepted"] == ["Lima"]


def test_a_results_file_leads_to_its_samples(fixtures: Path) -> None:
    results = fixtures / "lm_eval/acme__tiny-1/results_2026-11-23T07-45-20.047763.json"
    assert len(importers.read(results)) == 5


def test_promptfoo_providers_are_submissions_and_repeats_samples(fixtures: Path) -> None:
    for name, facts in manifest(fixtures / "promptfoo").items():
        found = importers.read(fixtures / "promptfoo" / name)
        assert {one.model: len(one.rows) for one in found} == facts["providers"]
        assert sum(one.counts["correct"] for one in found) == facts["named_correct"]
        assert sum(one.counts["abstained"] for one in found) == facts["abstained"]
        assert sum(one.counts["ungraded"] for one in found) == facts["error_rows"]
        assert all({row.sample for row in one.rows} == {1, 2} for one in found)
        if name.endswith(".json"):
            assert all(one.parity is not None and one.parity.agrees for one in found)
            assert len({one.external_id for one in found}) == 2
            assert all("env" not in one.run for one in found)


def test_promptfoo_without_named_scores_leaves_speed_out(fixtures: Path, tmp_path: Path) -> None:
    document = json.loads((fixtures / "promptfoo/kb_repeat2_two_providers.json").read_text())
    slow = document["results"]["results"][0]
    for component in slow["gradingResult"]["componentResults"]:
        component["pass"] = component["assertion"]["type"] != "latency"
    slow["success"] = False
    document["results"]["prompts"][0]["metrics"]["testPassCount"] -= 1
    document["results"]["prompts"][0]["metrics"]["testFailCount"] += 1
    for row in document["results"]["results"]:
        row["namedScores"].pop("correct")
    path = tmp_path / "out.json"
    path.write_text(json.dumps(document))
    first, second = importers.read(path)
    assert (first.counts["correct"], second.counts["correct"]) == (5, 5)
    assert first.parity is not None
    assert (first.parity.metric, first.parity.agrees) == ("pass rate", True)
    assert any("latency" in warning for warning in first.warnings)


def test_deepeval_cases_are_judged_by_a_metric(fixtures: Path) -> None:
    for name, cases in manifest(fixtures / "deepeval").items():
        found = one(fixtures / "deepeval" / name)
        assert [row.item for row in found.rows] == [case["name"] for case in cases]
        right = [row.points == 1.0 for row in found.rows]
        assert right == [case["success"] for case in cases]
        assert found.counts["abstained"] == 1
        assert found.confidences == len(cases)
        assert found.parity is not None
        assert found.parity.agrees


def test_helm_probability_one_without_a_logprob_is_unstated(fixtures: Path) -> None:
    for name, facts in manifest(fixtures / "helm").items():
        folder = (fixtures / "helm" / name).parent
        instances = json.loads((fixtures / "helm" / name).read_text())
        # HELM's own figure is of the split test, and so are the rows that are sent.
        splits = [
            next(
                s["name"].get("split") for s in each["stats"] if s["name"]["name"] == "exact_match"
            )
            for each in instances
        ]
        assert len(instances) == facts["n"]
        for path in (fixtures / "helm" / name, folder, folder / "run_spec.json"):
            found = one(path)
            assert (found.format, len(found.rows)) == ("helm", splits.count("test"))
            assert found.counts["correct"] == facts["exact_match_sum"]
            assert (facts["max_prob_values"], facts["logprob_values"]) == ([1.0], [0.0])
            assert found.confidences == 0
            assert found.model == "openai/gpt2"
        assert found.rows[0].choices is not None
        assert found.rows[0].accepted is not None


def test_helm_figures_of_stats_json_are_made_again(fixtures: Path, tmp_path: Path) -> None:
    (source,) = (fixtures / "helm").glob("mmlu*")
    for file in source.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    entries = json.loads((tmp_path / "per_instance_stats.json").read_text())
    for entry in entries:
        for stat in entry["stats"]:
            stat["name"]["split"] = "test"
            if stat["name"]["name"] == "logprob":
                stat.update(mean=-0.5, sum=-0.5)
            if stat["name"]["name"] == "max_prob":
                stat.update(mean=0.6, sum=0.6)
    (tmp_path / "per_instance_stats.json").write_text(json.dumps(entries))
    totals = [
        {"name": {"name": "exact_match", "split": "test"}, "count": 1, "mean": 0.1},
        {"name": {"name": "exact_match", "split": "test", "perturbation": {}}, "mean": 0.9},
    ]
    (tmp_path / "stats.json").write_text(json.dumps(totals))
    found = one(tmp_path)
    assert found.parity is not None
    assert found.parity.agrees
    assert [row.confidence for row in found.rows] == [0.6] * 10


def test_every_eval_ever_reads_one_result_once_for_each_sample(fixtures: Path) -> None:
    for name, facts in manifest(fixtures / "every_eval_ever").items():
        path = fixtures / "every_eval_ever" / name
        for result, times in facts["rows_per_result_id"].items():
            found = one(path, metric=result)
            assert len(found.rows) == facts["sample_epoch_pairs"] == times
        found = one(path)
        assert found.parity is not None
        assert found.parity.agrees, found.parity
        assert found.run["metric"] in {"abstain_scorer:accuracy", "acc", "exact_match:strict-json"}
        assert any("abstained" in warning for warning in found.warnings)
