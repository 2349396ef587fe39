"""Imported files on a running server: the board shows the tool's number, twice changes nothing."""

import json
from pathlib import Path
from typing import Any

import pytest

from candor_client import Client, importers
from candor_client.importers import Options
from candor_client.importers.inspect.log import header_of, samples_of
from candor_client.importers.reading.probe import Probe
from candor_client.record import Imported
from tests.client.live import Live


def publish(client: Client, found: Imported, slug: str) -> None:
    """A benchmark of verdicts made from the same rows."""
    policy = {"slug": slug, "matcher": "verdicts", "missing_limit": 1, "ungraded_limit": 1}
    client.publish(policy, found.api_items("elsewhere"))


def submit(client: Client, found: Imported, slug: str) -> Any:
    """What was imported, to a benchmark that is graded elsewhere."""
    return client.submit(slug, found.api_rows("elsewhere"), **found.api_fields())


def precision(found: Imported) -> float:
    """Credits are kept in units of 1e-4: a third cannot be, and shifts its mean by that much."""
    given = [row.credit for row in found.rows if row.credit is not None]
    whole = all(abs(credit * 1e4 - round(credit * 1e4)) < 1e-9 for credit in given)
    return 1e-9 if whole else 5e-5


def test_the_board_shows_the_tools_own_accuracy(live: Live, shared: Path, tmp_path: Path) -> None:
    shown = 0
    with live.client(tmp_path) as client:
        for folder in ("inspect_ai", "lm_eval", "promptfoo", "deepeval", "helm", "every_eval_ever"):
            for found in importers.read(shared / "fixtures" / folder):
                slug = f"{folder}-{shown}".replace("_", "-")
                publish(client, found, slug)
                assert submit(client, found, slug)["counts"] == found.counts
                board = client.leaderboard(slug, rule="binary")
                if found.parity is not None:
                    value = board["data"][0]["accuracy"]["value"]
                    assert value == pytest.approx(found.parity.reported, abs=precision(found))
                shown += 1
    assert shown >= 28


def test_pushing_twice_changes_nothing(live_both: Live, shared: Path, tmp_path: Path) -> None:
    log = shared / "fixtures/inspect_ai/kb_dict_nan_error__acme-tiny-1.json"
    (found,) = importers.read(log)
    with live_both.client(tmp_path) as client:
        publish(client, found, "twice")
        first = submit(client, found, "twice")
        (again,) = importers.read(log)
        second = submit(client, again, "twice")
        assert second["replayed"]
        assert second["id"] == first["id"]
        assert len(client.submissions("twice")) == 1


def test_a_retry_supersedes_its_crashed_log(live_both: Live, shared: Path, tmp_path: Path) -> None:
    crashed = shared / "fixtures/inspect_ai/kb_crashed_status_error__mockllm.eval"
    retried = tmp_path / "retry.json"
    retried.write_text(json.dumps(retry_of(Probe(crashed))))
    (before,), (after,) = importers.read(crashed), importers.read(retried)
    assert before.external_id == after.external_id
    with live_both.client(tmp_path) as client:
        publish(client, before, "retry")
        first, second = submit(client, before, "retry"), submit(client, after, "retry")
        states = {one["id"]: one["superseded"] for one in client.submissions("retry")}
        assert states == {first["id"]: True, second["id"]: False}
        (standing,) = client.leaderboard("retry", rule="binary")["data"]
        assert standing["submission"] == second["id"]
        assert standing["counts"] == after.counts
        assert standing["counts"]["correct"] == 2
        assert len(client.predictions(second["id"])) == 8


def retry_of(crashed: Probe) -> dict[str, Any]:
    """The log that `inspect eval-retry` writes: same task, every sample scored."""
    samples = list(samples_of(crashed))
    for sample in samples:
        if sample.pop("error", None):
            sample["scores"] = {"abstain_scorer": {"value": "C", "answer": "Lima"}}
    header = header_of(crashed)
    header["status"] = "success"
    header["eval"] |= {"eval_id": "retried", "run_id": "retried"}
    return {**header, "samples": samples}


def test_answers_that_the_server_grades(live: Live, shared: Path, tmp_path: Path) -> None:
    """lm-eval's choices as plain answers, on a benchmark that grades text itself."""
    path = shared / "fixtures/lm_eval/acme__tiny-1/samples_kb_mc_2026-11-23T07-45-20.047763.jsonl"
    (found,) = importers.read(path, options=Options(metric="acc"))
    with live.client(tmp_path) as client:
        client.publish({"slug": "graded-here", "matcher": "text"}, found.api_items("here"))
        receipt = client.submit("graded-here", found.api_rows("here"), **found.api_fields())
        assert receipt["counts"] == found.counts
