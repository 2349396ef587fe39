"""One submission over HTTP: every score, curves, self-checks, revisions, and its answers."""

import json
from typing import Any

import pytest

from app.api.submissions import PredictionPage
from app.services.submissions.schemas import SubmissionDetail
from tests.conforming import assert_conforms
from tests.served import Served
from tests.waiting import wait_until

CHOICES = ["a", "b", "c"]


def rows(n: int = 30) -> list[dict[str, Any]]:
    """Two of three right, confidences in tenths, every fifth abstained."""
    said: list[dict[str, Any]] = []
    for place in range(n):
        if place % 5 == 4:
            said.append({"item": f"q{place}", "abstained": True})
            continue
        answer = "a" if place % 3 else "b"
        confidence = 0.5 + (place % 5) / 10
        said.append({"item": f"q{place}", "answer": answer, "confidence": confidence})
    return said


def items(n: int = 30, **more: Any) -> list[dict[str, Any]]:
    return [
        {"key": f"q{place}", "accepted": ["a"], "choices": CHOICES} | more for place in range(n)
    ]


def publish(served: Served, **wanted: Any) -> None:
    served.publish(**({"matcher": "choice", "items": items()} | wanted))


def whole(served: Served, submission: str, **params: Any) -> Any:
    """The submission, asked for until its redraws are there."""

    def found() -> Any:
        read = served.read(f"/submissions/{submission}", **params)
        assert_conforms(SubmissionDetail, read)
        if "calibration_test" not in read["null_reasons"]:
            return read
        assert read["null_reasons"]["calibration_test"] == "pending"
        return None

    return wait_until(found, "the redraws")


def test_every_score_has_its_interval(served: Served) -> None:
    publish(served)
    sent = served.submit(rows()).json()
    found = whole(served, sent["id"])
    assert found["counts"] == sent["counts"]
    for name, score in sent["scores"].items():
        if name != "threshold_score":
            assert found["scores"][name] == score, name
    assert found["scores"]["threshold_score"]["0.75"] == sent["scores"]["threshold_score"]["0.75"]
    for name in ("accuracy", "quadratic_score", "bas", "brier", "auroc", "aurc"):
        score = found["scores"][name]
        assert score["interval"] is not None, name
        assert score["interval"]["low"] <= score["value"] <= score["interval"]["high"], name
    assert found["calibration_test"]["miscalibration"]["p_value"] <= 1
    assert found["calibration_test"]["smooth_ece"]["p_value"] <= 1
    # Thirty answers at four confidences are too few a confidence for figures by level.
    assert "ece_levels" not in found["calibration_test"]
    assert found["scores"]["ece_levels"]["reason"] == "levels-too-thin"
    assert set(found["thresholds"]) == {"0", "0.5", "0.75", "0.9"}
    assert found["curves"]["reliability"]["confidence"] == [0.5, 0.6, 0.7, 0.8]
    assert found["curves"]["risk_coverage"]["coverage"][-1] == 1
    assert whole(served, sent["id"]) == found
    line = found["curves"]["reliability"]
    assert line["recalibrated"] == sorted(line["recalibrated"])
    for low, stated, high in zip(
        line["calibrated_low"], line["confidence"], line["calibrated_high"], strict=True
    ):
        assert low <= stated <= high
    honest = found["honest_confidences"]
    assert honest["target"] == sorted({*honest["target"], 0, 0.5, 0.75, 0.9, 0.99})
    for place in range(len(honest["target"])):
        names = ("score", "lost_to_miscalibration", "lost_to_not_knowing")
        assert sum(honest[name][place] for name in names) == pytest.approx(1)


def test_targets_and_mode_of_the_readers_choice(served: Served) -> None:
    publish(served)
    sent = served.submit(rows()).json()["id"]
    found = served.read(f"/submissions/{sent}", target=["0.65", "0.33"], mode="threshold")
    assert found["mode"] == "threshold"
    at = found["thresholds"]["0.65"]
    # Those at 0.7 and 0.8 are attempted: places 2, 3 of every five, twelve in all.
    assert at["attempted_rate"]["value"] == pytest.approx(12 / 30)
    assert found["scores"]["threshold_score"]["0.65"] == at["threshold_score"]
    assert "0.33" in found["thresholds"]
    reply = served.client.get(f"/api/v1/submissions/{sent}", params={"target": "0.999"})
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid-request")


def test_the_theorems_and_the_training_facts(served: Served) -> None:
    training = {"n_examples": 10**8, "n_singletons": 2 * 10**7, "min_error_set": 100}
    publish(served, training=training, items=items(occurrences=1))
    said = [row | {"option_probs": [0.6, 0.3, 0.1]} for row in rows()]
    found = served.read(f"/submissions/{served.submit(said).json()['id']}")
    check = found["validity"]["check"]
    assert check["n_items"] == 30
    assert check["generation_error"] == pytest.approx(0.4)
    assert check["holds"] is True
    bound = found["singletons"]
    assert bound["singleton_rate"] == 0.2
    assert bound["informative"] is True
    assert [one["bucket"] for one in found["occurrences"]["buckets"]] == ["1"]


def test_what_is_not_there_says_why(served: Served) -> None:
    served.publish()
    found = served.read(
        f"/submissions/{served.submit([{'item': 'q0', 'answer': 'a0'}]).json()['id']}"
    )
    reasons = found["null_reasons"]
    assert reasons["parity"] == "nothing-reported"
    assert reasons["behaviour"] == "no-stated-target"
    assert reasons["singletons"] == "no-training-facts"
    assert reasons["categories"] == "not-stated"
    assert found["validity"]["check"] is None
    assert "Not computable" in found["validity"]["reason"]


@pytest.mark.parametrize(
    ("metric", "value", "agrees"),
    [("accuracy", 0.53, True), ("accuracy", 0.5333, True), ("accuracy", 0.54, False)],
)
def test_what_the_tool_reported_is_held_against_ours(
    served: Served, metric: str, value: float, *, agrees: bool
) -> None:
    publish(served)
    sent = served.submit(rows(), reported={"metric": metric, "value": value}).json()["id"]
    parity = served.read(f"/submissions/{sent}")["parity"]
    assert parity["ours"] == pytest.approx(16 / 30)
    assert parity["agrees"] is agrees
    other = served.submit(rows(), model="b", reported={"metric": "elo", "value": 1200}).json()["id"]
    assert served.read(f"/submissions/{other}")["parity"]["reason"] == "no-such-metric"


def test_a_model_is_held_to_the_targets_that_it_was_told(served: Served) -> None:
    publish(served)
    last = ""
    for target, answered in ((0, 30), (0.5, 20), (0.9, 25)):
        said = [
            {"item": f"q{n}", "answer": "a" if n % 2 else "b"}
            if n < answered
            else {"item": f"q{n}", "abstained": True}
            for n in range(30)
        ]
        last = served.submit(said, stated_target=target).json()["id"]
    found = served.read(f"/submissions/{last}")["behaviour"]
    assert [row["target"] for row in found["data"]] == [0, 0.5, 0.9]
    assert [row["below_target"] for row in found["data"]] == [False, False, True]
    # Five answers of thirty more, and fewer, are within noise.
    assert found["answers_less_as_price_rises"] is None
    assert found["rises"] == []
    assert [(step["lower"], step["higher"]) for step in found["steps"]] == [(0, 0.5), (0.5, 0.9)]


def test_marks_are_shown(served: Served) -> None:
    publish(served)
    first = served.submit(rows(), external_id="run").json()["id"]
    second = served.submit(rows(29), external_id="run").json()["id"]
    served.request("POST", f"/submissions/{second}/withdraw", json={"reason": "oops"})
    assert served.read(f"/submissions/{first}")["superseded"] is True
    assert served.read(f"/submissions/{second}")["withdrawn_at"] is not None


def test_an_older_revision_stays_readable(served: Served) -> None:
    publish(served)
    sent = served.submit(rows()).json()["id"]
    first = served.read(f"/submissions/{sent}", revision=1)
    assert first["revision"] == 1
    reply = served.client.get(f"/api/v1/submissions/{sent}", params={"revision": 2})
    assert (reply.status_code, reply.json()["code"]) == (404, "not-found")


def test_option_probabilities_of_other_choices_are_left_out(served: Served) -> None:
    publish(served)
    said = [row | {"option_probs": [0.6, 0.3, 0.1]} for row in rows()]
    sent = served.submit(said).json()["id"]
    change = [{"key": "q0", "choices": ["a", "b"]}, {"key": "q1", "accepted": ["a", "b"]}]
    reply = served.request("POST", "/benchmarks/ten/revisions", json={"items": change})
    assert reply.status_code == 201, reply.text
    found = served.read(f"/submissions/{sent}")
    assert found["revision"] == 2
    assert found["validity"]["left_out"] == 2
    assert found["validity"]["check"]["n_items"] == 28
    assert served.read(f"/submissions/{sent}", revision=1)["validity"]["left_out"] == 0


def test_a_hidden_benchmark_shows_its_public_figures_alone(served: Served) -> None:
    publish(served, mode="hidden")
    said = [row | {"option_probs": [0.6, 0.3, 0.1]} for row in rows()]
    sent = served.submit(said, reported={"metric": "accuracy", "value": 0.53}).json()["id"]
    for reply in (
        served.client.get(f"/api/v1/submissions/{sent}"),
        served.request("GET", f"/submissions/{sent}?target=0.61&mode=threshold"),
    ):
        found = reply.json()
        assert_conforms(SubmissionDetail, found)
        assert set(found["scores"]) == {"accuracy", "threshold_score", "quadratic_score"}
        assert set(found["scores"]["threshold_score"]) == {"0.5", "0.75", "0.9"}
        assert found["shares"] == {"correct": 0.533, "wrong": 0.267, "abstained": 0.2}
        for name in ("counts", "profile", "curves", "thresholds", "validity", "n_invalid"):
            assert found[name] is None
            assert found["null_reasons"][name] == "hidden"
        assert found["parity"]["agrees"] is True


def test_answers_by_outcome_item_and_confidence(served: Served) -> None:
    publish(served)
    sent = served.submit(rows()).json()["id"]
    path = f"/submissions/{sent}/predictions"
    wrong = served.read(path, outcome="wrong", order="confidence", limit=3)
    assert_conforms(PredictionPage, wrong)
    assert {row["outcome"] for row in wrong["data"]} == {"wrong"}
    assert [row["confidence"] for row in wrong["data"]] == [0.8, 0.8, 0.7]
    rest = served.read(path, outcome="wrong", order="confidence", cursor=wrong["next_cursor"])
    assert len(rest["data"]) == 5
    assert rest["next_cursor"] is None
    one = served.read(path, item="q4")["data"]
    assert [(row["item"], row["abstained"]) for row in one] == [("q4", True)]
    assert served.client.get(f"/api/v1{path}", params={"item": "zz"}).status_code == 404


def test_answers_stream_whole_as_lines(served: Served) -> None:
    many = items(2_500)
    publish(served, items=many)
    sent = served.submit(rows(2_500)).json()["id"]
    path = f"/api/v1/submissions/{sent}/predictions"
    lines = served.client.get(path, headers={"Accept": "application/x-ndjson"}).text.splitlines()
    assert [json.loads(line)["item"] for line in lines] == [f"q{n}" for n in range(2_500)]
    wrong = served.client.get(
        path, params={"outcome": "abstained"}, headers={"Accept": "application/x-ndjson"}
    ).text.splitlines()
    assert len(wrong) == 500


def test_answers_to_a_hidden_benchmark_are_their_submitters(served: Served) -> None:
    publish(served, mode="hidden")
    mine, other = served.new_key("acme", "submit"), served.new_key("other", "submit")
    sent = served.submit(rows(), key=mine).json()["id"]
    path = f"/submissions/{sent}/predictions"
    assert served.client.get(f"/api/v1{path}").status_code == 403
    assert served.request("GET", path, key=other).status_code == 403
    own = served.request("GET", f"{path}?order=confidence", key=mine).json()["data"]
    assert {row["outcome"] for row in own} == {None}
    refused = served.request("GET", f"{path}?outcome=wrong", key=mine)
    assert (refused.status_code, refused.json()["code"]) == (403, "hidden-gold")


def test_several_reported_figures_are_held_against_each_other(served: Served) -> None:
    served.publish()
    answers = [{"item": f"q{n}", "answer": f"a{n}" if n < 5 else "no"} for n in range(8)]
    answers += [{"item": f"q{n}", "abstained": True} for n in (8, 9)]
    right = {"metric": "accuracy", "value": 0.5, "others": [
        {"metric": "error_rate", "value": 0.3}, {"metric": "abstention_rate", "value": 0.2},
        {"metric": "selective_accuracy", "value": 0.625}, {"metric": "n_items", "value": 10},
        {"metric": "elo", "value": 1200},
    ]}  # fmt: skip
    receipt = served.submit(answers, reported=right).json()
    assert receipt["warnings"] == []
    told = served.read(f"/submissions/{receipt['id']}")
    assert [one["agrees"] for one in told["parities"]] == [True, True, True, True, True, None]
    assert told["parity"] == told["parities"][0]
    assert told["contradictions"] == []
    assert told["reported"] == right
    wrong = {"metric": "accuracy", "value": 0.53, "others": [
        {"metric": "error_rate", "value": 0.3}, {"metric": "selective_accuracy", "value": 0.85},
        {"metric": "n_items", "value": 10},
    ]}  # fmt: skip
    receipt = served.submit(answers, model="b", reported=wrong).json()
    assert receipt["warnings"][:2] == [
        "accuracy 0.53 was reported, but the rows give 0.5.",
        "selective_accuracy 0.85 was reported, but the rows give 0.625.",
    ]
    said = receipt["warnings"][2:]
    assert "accuracy 0.53 is no share of 10 items: 5 are 0.5, 6 are 0.6." in said
    assert any(one.startswith("selective_accuracy 0.85 is not accuracy / (") for one in said)
    assert served.read(f"/submissions/{receipt['id']}")["contradictions"] == said
    page = served.client.get(f"/submissions/{receipt['id']}").text
    assert "is no share of 10 items" in page


def test_samples_that_were_not_sent_are_told(served: Served) -> None:
    served.publish()
    said = [{"item": f"q{n}", "answer": f"a{n}", "sample": k} for n in range(10) for k in (1, 2)]
    assert served.submit(said).json()["warnings"] == []
    warned = served.submit(said[:-1], model="short").json()["warnings"]
    assert len(warned) == 1
    assert warned[0].startswith("1 item has fewer than 2 samples: each one that was not sent")
