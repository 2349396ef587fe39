"""The board over HTTP: rules, modes, samples, credit, attempts, formats, hidden benchmarks."""

from typing import Any

import pytest

from app.services.board.schemas import Leaderboard
from app.services.submissions.schemas import Receipt, SubmissionDetail
from tests.conforming import assert_conforms
from tests.served import Served


def rows(right: int, wrong: int, *, confidence: float | None = None) -> list[dict[str, Any]]:
    stated = {} if confidence is None else {"confidence": confidence}
    answers = [f"a{n}" for n in range(right)] + ["no"] * wrong
    said = [{"item": f"q{n}", "answer": answer} | stated for n, answer in enumerate(answers)]
    silent = [{"item": f"q{n}", "abstained": True} for n in range(right + wrong, 10)]
    return said + silent


def test_replies_have_the_documented_shape(served: Served) -> None:
    served.publish()
    receipt = served.submit(rows(5, 2, confidence=0.8)).json()
    assert_conforms(Receipt, receipt)
    assert_conforms(SubmissionDetail, served.read(f"/submissions/{receipt['id']}"))
    assert_conforms(Leaderboard, served.read("/benchmarks/ten/leaderboard"))


def test_threshold_mode_drops_answers_at_or_below_the_target(served: Served) -> None:
    served.publish()
    served.submit(rows(5, 2, confidence=0.75))
    at = served.read("/benchmarks/ten/leaderboard", target="0.75", mode="threshold")["data"][0]
    below = served.read("/benchmarks/ten/leaderboard", target="0.7499", mode="threshold")["data"]
    assert at["attempted"] == {"correct": 0, "wrong": 0}
    assert at["null_reasons"]["selective_accuracy"] == "no-answers"
    assert below[0]["attempted"] == {"correct": 5, "wrong": 2}


def test_every_rule_ranks(served: Served) -> None:
    served.publish()
    served.submit(rows(8, 2, confidence=1.0), model="bold")
    served.submit(rows(6, 0, confidence=0.9), model="sure")
    leaders = {}
    for rule in ("binary", "quadratic", "bas"):
        board = served.read("/benchmarks/ten/leaderboard", rule=rule)
        leaders[rule] = board["data"][0]["model"]["name"]
    assert leaders == {"binary": "bold", "quadratic": "bold", "bas": "sure"}
    quadratic = served.read("/benchmarks/ten/leaderboard", rule="quadratic")["data"]
    assert [row["score"]["value"] for row in quadratic] == [
        pytest.approx(0.6),
        pytest.approx(0.594),
    ]


def test_bas_without_confidences_is_unranked_with_the_reason(served: Served) -> None:
    served.publish()
    served.submit(rows(5, 0))
    board = served.read("/benchmarks/ten/leaderboard", rule="bas")
    assert board["data"] == []
    assert board["unranked"][0]["reason"] == "confidence-missing"


def test_ties_share_a_rank(served: Served) -> None:
    served.publish()
    for name, right in (("a", 9), ("b", 7), ("c", 7), ("d", 5)):
        served.submit(rows(right, 10 - right), model=name)
    board = served.read("/benchmarks/ten/leaderboard", rule="binary")
    assert [(row["model"]["name"], row["rank"]) for row in board["data"]] == [
        ("a", 1),
        ("b", 2),
        ("c", 2),
        ("d", 4),
    ]


def test_missing_beyond_the_limit_is_listed_but_not_ranked(served: Served) -> None:
    served.publish(missing_limit=0.1)
    assert served.submit(rows(10, 0)[:9], model="nine").status_code == 201
    assert served.submit(rows(10, 0)[:8], model="eight").status_code == 201
    board = served.read("/benchmarks/ten/leaderboard")
    assert [row["model"]["name"] for row in board["data"]] == ["nine"]
    assert board["unranked"][0]["reason"] == "missing"
    assert board["data"][0]["counts"]["missing"] == 1


def test_ungraded_leaves_n_and_shows_bounds(served: Served) -> None:
    served.publish(ungraded_limit=0.5)
    said = [*rows(9, 0)[:9], {"item": "q9", "status": "ungraded"}]
    receipt = served.submit(said).json()
    score = receipt["scores"]["threshold_score"]["0.75"]
    assert receipt["provisional"] is True
    assert (score["value"], score["n_items"]) == (1.0, 9)
    assert score["bounds"] == {"low": pytest.approx(0.6), "high": 1.0}


def test_samples_average_within_an_item(served: Served) -> None:
    served.publish()
    said = [
        {"item": f"q{n}", "sample": sample, "answer": f"a{n}" if sample == 1 else "no"}
        for n in range(10)
        for sample in (1, 2)
    ]
    receipt = served.submit(said).json()
    assert receipt["counts"] | {"correct": 10, "wrong": 10} == receipt["counts"]
    assert receipt["scores"]["accuracy"]["value"] == 0.5
    assert receipt["scores"]["accuracy"]["n_items"] == 10
    row = served.read("/benchmarks/ten/leaderboard", target="0.5")["data"][0]
    assert row["score"]["value"] == 0.0


def test_partial_credit_is_linear(served: Served) -> None:
    items = [{"key": f"q{n}", "accepted": []} for n in range(4)]
    served.publish(matcher="verdicts", items=items)
    said = [
        {"item": "q0", "verdict": "correct"},
        {"item": "q1", "verdict": "partial", "credit": 0.5},
        {"item": "q2", "verdict": "wrong"},
        {"item": "q3", "verdict": "abstained"},
    ]
    receipt = served.submit(said).json()
    assert receipt["counts"]["partial"] == 1
    assert receipt["self_reported"] is True
    assert receipt["scores"]["accuracy"]["value"] == 0.375
    row = served.read("/benchmarks/ten/leaderboard", target="0.5")["data"][0]
    assert row["score"]["value"] == pytest.approx((1 + 0 - 1 + 0) / 4)


def test_weights_and_clusters_have_their_own_errors(served: Served) -> None:
    items = [
        {"key": f"q{n}", "accepted": [f"a{n}"], "weight": 1 + n % 2, "cluster": f"c{n // 2}"}
        for n in range(10)
    ]
    served.publish(items=items)
    served.submit(rows(5, 5))
    row = served.read("/benchmarks/ten/leaderboard", rule="binary")["data"][0]
    assert row["score"]["value"] == pytest.approx(7 / 15)
    assert row["score"]["interval"]["method"] == "wilson-cluster"


def test_categories_are_boards_of_their_own(served: Served) -> None:
    items = [
        {"key": f"q{n}", "accepted": [f"a{n}"], "category": "low" if n < 5 else "high"}
        for n in range(10)
    ]
    served.publish(items=items)
    served.submit(rows(5, 5))
    low = served.read("/benchmarks/ten/leaderboard", category="low", rule="binary")
    assert (low["n_items"], low["data"][0]["score"]["value"]) == (5, 1.0)
    reply = served.client.get("/api/v1/benchmarks/ten/leaderboard", params={"category": "none"})
    assert reply.status_code == 404


def test_the_stated_target_that_fits_is_shown(served: Served) -> None:
    served.publish()
    served.submit(rows(9, 1), stated_target=0)
    served.submit(rows(6, 0), stated_target=0.75)
    at = {
        target: served.read("/benchmarks/ten/leaderboard", target=target)["data"][0]
        for target in ("0", "0.5", "0.75", "0.9")
    }
    assert {target: row["stated_target"] for target, row in at.items()} == {
        "0": 0.0,
        "0.5": 0.0,
        "0.75": 0.75,
        "0.9": 0.75,
    }


@pytest.mark.parametrize(("policy", "shown"), [("latest", 3), ("first", 1), ("best", 2)])
def test_which_attempt_counts(served: Served, policy: str, shown: int) -> None:
    served.publish(ranked_attempt=policy)
    for right in (5, 9, 7):
        served.submit(rows(right, 0))
    board = served.read("/benchmarks/ten/leaderboard")
    assert [(row["attempt"], row["attempts"]) for row in board["data"]] == [(shown, 3)]
    assert {row["reason"] for row in board["unranked"]} == {"attempt"}


def test_formats_and_conditional_reads(served: Served) -> None:
    served.publish()
    served.submit(rows(5, 2), model="=cmd()|x")
    path = "/api/v1/benchmarks/ten/leaderboard"
    table = served.client.get(path, headers={"Accept": "text/csv"})
    assert table.headers["content-type"].startswith("text/csv")
    assert "'=cmd()|x" in table.text
    markdown = served.client.get(path, params={"format": "markdown"})
    assert "\\|x" in markdown.text
    served.client.get(path)
    served.settle()  # rank ranges that arrive change the tag
    tag = served.client.get(path).headers["etag"]
    assert served.client.get(path, headers={"If-None-Match": tag}).status_code == 304
    spelled = served.client.get(path, params={"target": "0.750"}, headers={"If-None-Match": tag})
    assert spelled.status_code == 304
    served.submit(rows(6, 2), model="b")
    assert served.client.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_pages_of_a_board(served: Served) -> None:
    served.publish()
    for n in range(5):
        served.submit(rows(9 - n, 0), model=f"m{n}")
    first = served.read("/benchmarks/ten/leaderboard", limit=2)
    second = served.read("/benchmarks/ten/leaderboard", limit=2, cursor=first["next_cursor"])
    names = [row["model"]["name"] for row in first["data"] + second["data"]]
    assert names == ["m0", "m1", "m2", "m3"]
    assert first["total"] == 5


def test_withdrawing_takes_it_off_the_board_but_not_the_record(served: Served) -> None:
    served.publish()
    sent = served.submit(rows(5, 0)).json()
    reply = served.request("POST", f"/submissions/{sent['id']}/withdraw", json={"reason": "bug"})
    assert reply.status_code == 200
    assert reply.json()["withdrawn_at"] is not None
    board = served.read("/benchmarks/ten/leaderboard")
    assert (board["data"], board["unranked"][0]["reason"]) == ([], "withdrawn")
    assert len(served.read("/benchmarks/ten/submissions")["data"]) == 1


def test_a_hidden_benchmark_shows_rounded_shares_and_fixed_targets(served: Served) -> None:
    items = [{"key": f"q{n}", "accepted": [f"a{n}"]} for n in range(7)]
    served.publish(mode="hidden", items=items)
    said = [{"item": f"q{n}", "answer": f"a{n}" if n < 3 else "no", "confidence": 0.9}
            for n in range(7)]  # fmt: skip
    receipt = served.submit(said).json()
    assert (receipt["counts"], receipt["n_invalid"]) == (None, None)
    assert receipt["scores"]["accuracy"]["value"] == 0.429
    row = served.read("/benchmarks/ten/leaderboard", target="0.5")["data"][0]
    assert row["shares"] == {"correct": 0.429, "wrong": 0.571, "abstained": 0.0}
    assert row["score"]["value"] == pytest.approx(0.429 - 0.571)
    assert row["counts"] is None
    assert row["ece_levels"] is None
    view = served.read(f"/submissions/{receipt['id']}")
    assert (view["profile"], view["counts"]) == (None, None)
    path = "/api/v1/benchmarks/ten/leaderboard"
    odd = served.client.get(path, params={"target": "0.6", "mode": "threshold"})
    assert odd.status_code == 422
    assert served.client.get(path, params={"rule": "bas"}).status_code == 403
    rows_of = served.client.get(f"/api/v1/submissions/{receipt['id']}/predictions")
    assert rows_of.status_code == 403
    questions = served.read("/benchmarks/ten/items")["data"]
    assert all("accepted" not in item and "answerable" not in item for item in questions)
    refused = served.submit([{"item": "q0", "status": "ungraded"}], model="probe")
    assert refused.status_code == 422


def test_a_hidden_benchmark_shows_no_category(served: Served) -> None:
    items = [{"key": f"q{n}", "accepted": [f"a{n}"], "category": f"c{n}"} for n in range(3)]
    served.publish(mode="hidden", items=items)
    served.submit([{"item": f"q{n}", "answer": "a1"} for n in range(3)])
    reply = served.client.get("/api/v1/benchmarks/ten/leaderboard", params={"category": "c1"})
    assert (reply.status_code, reply.json()["code"]) == (403, "hidden-gold")


@pytest.mark.parametrize(("stated", "kept"), [(0.7512, 0.75), (0.755, 0.76), (0.745, 0.74), (1, 1)])
def test_a_hidden_benchmark_keeps_confidences_to_a_hundredth(
    served: Served, stated: float, kept: float
) -> None:
    served.publish(mode="hidden", missing_limit=1)
    sent = served.submit([{"item": "q0", "answer": "a0", "confidence": stated}]).json()
    reply = served.request("GET", f"/submissions/{sent['id']}/predictions")
    assert reply.json()["data"][0]["confidence"] == kept


def test_a_hidden_benchmark_tells_of_no_other_target_under_any_rule(served: Served) -> None:
    served.publish(mode="hidden", default_target=0.6)
    said = [{"item": f"q{n}", "answer": "a1", "confidence": n / 10} for n in range(10)]
    sent = served.submit(said).json()
    other = served.submit(said, model="other").json()
    asked = {"rule": "quadratic", "mode": "threshold"}
    pair = {"a": sent["id"], "b": other["id"], **asked}
    for path, query in (
        ("/api/v1/benchmarks/ten/leaderboard", asked),
        ("/api/v1/compare", pair),
        ("/benchmarks/ten", asked),
    ):
        assert served.client.get(path, params=query).status_code == 422, path
    asked["mode"] = "declared"
    assert served.client.get("/api/v1/benchmarks/ten/leaderboard", params=asked).status_code == 200


@pytest.mark.parametrize(
    ("as_of", "status"),
    [
        ("0001-01-01T00:00:00+14:00", 422),
        ("9999-12-31T23:59:59-14:00", 422),
        ("0001-01-01T00:00:00", 200),
        ("2026-11-24", 200),
    ],
)
def test_as_of_at_the_ends_of_the_calendar(served: Served, as_of: str, status: int) -> None:
    served.publish()
    for path in ("/api/v1/benchmarks/ten/leaderboard", "/benchmarks/ten"):
        assert served.client.get(path, params={"as_of": as_of}).status_code == status
