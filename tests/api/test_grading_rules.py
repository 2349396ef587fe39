"""Editions and options of the grading rules over HTTP: what is stored keeps its meaning."""

from typing import Any

import pytest
from sqlalchemy import text

from app.storage.database.session import open_database
from tests.served import Served

ITEMS = [
    {"key": "q0", "accepted": ["25"]},
    {"key": "q1", "accepted": ["Lima"]},
    {"key": "q2", "accepted": ["Rome"]},
    {"key": "q3", "accepted": ["Oslo"]},
]
ANSWERS = ["2⁵", "**Lima**", "I don't know", "Oslo"]
ROWS = [{"item": f"q{n}", "answer": answer} for n, answer in enumerate(ANSWERS)]
FIRST = {"correct": 2, "wrong": 2, "abstained": 0}
NEWEST = {"correct": 2, "wrong": 1, "abstained": 1}


def submitted(served: Served, model: str) -> Any:
    body = {"model": {"name": model}, "predictions": ROWS}
    reply = served.request("POST", "/benchmarks/ten/submissions", json=body)
    assert reply.status_code == 201, reply.text
    return reply.json()


def graded(served: Served, receipt: Any) -> dict[str, int]:
    counts = served.read(f"/submissions/{receipt['id']}")["counts"]
    return {name: counts[name] for name in FIRST}


def made_old(served: Served) -> None:
    """As the benchmark was before there was a second edition."""
    database = open_database(served.database_url)
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE revision SET grading = NULL"))
    database.dispose()


def test_a_stored_benchmark_grades_as_before_until_it_is_revised(served: Served) -> None:
    served.publish(items=ITEMS)
    made_old(served)
    told = served.read("/benchmarks/ten")
    assert (told["rules"], told["unwrap"], told["listed_abstentions"]) == (1, [], False)
    receipt = submitted(served, "one")
    assert graded(served, receipt) == FIRST
    assert any("reads like" in warning for warning in receipt["warnings"])

    # A revision that changes nothing else takes the newest rules, and grades all again.
    reply = served.request("POST", "/benchmarks/ten/revisions", json={"note": "Newer rules."})
    assert reply.status_code == 201, reply.text
    assert (reply.json()["rules"], reply.json()["state"]) == (2, "complete")
    assert graded(served, receipt) == NEWEST
    (old,) = served.read("/benchmarks/ten/leaderboard", revision=1)["data"]
    assert {name: old["counts"][name] for name in FIRST} == FIRST
    assert graded(served, submitted(served, "two")) == NEWEST
    again = served.request("POST", "/benchmarks/ten/revisions", json={"note": "Again."})
    assert (again.status_code, again.json()["code"]) == (422, "invalid-request")


def test_the_reply_says_how_many_were_read_as_abstentions(served: Served) -> None:
    served.publish(items=ITEMS)
    receipt = submitted(served, "one")
    (warning,) = (one for one in receipt["warnings"] if "reads like" in one)
    assert warning.startswith('1 answer reads like "I don\'t know" and counts as an abstention')


def test_options_are_stored_told_and_kept_by_a_revision(served: Served) -> None:
    options = {"unwrap": ["period", "quotes"], "listed_abstentions": False}
    told = served.publish(items=ITEMS, **options)
    assert told["unwrap"] == ["quotes", "period"]
    assert graded(served, submitted(served, "one")) == {"correct": 1, "wrong": 3, "abstained": 0}
    change = {"items": [{"key": "q0", "accepted": ["2⁵"]}]}
    revised = served.request("POST", "/benchmarks/ten/revisions", json=change).json()
    assert (revised["unwrap"], revised["listed_abstentions"]) == (["quotes", "period"], False)
    change = {"unwrap": ["emphasis"], "listed_abstentions": True}
    revised = served.request("POST", "/benchmarks/ten/revisions", json=change).json()
    assert (revised["unwrap"], revised["listed_abstentions"]) == (["emphasis"], True)
    assert graded(served, submitted(served, "two")) == {"correct": 3, "wrong": 0, "abstained": 1}


def test_options_stand_in_the_address_beside_rows(served: Served) -> None:
    reply = served.request(
        "POST",
        "/benchmarks?slug=csv&matcher=number&decimal=comma&units=km&units=mi&tolerance_kind=relative"
        "&tolerance=0.1&unwrap=period",
        content="key,accepted\nq0,1.234\n",
        headers={"Content-Type": "text/csv"},
    )
    assert reply.status_code == 201, reply.text
    told = reply.json()
    assert (told["decimal"], told["units"], told["unwrap"]) == ("comma", ["km", "mi"], ["period"])
    assert told["tolerance_kind"] == "relative"


REFUSED = [
    ({"unwrap": ["everything"]}, "/unwrap/0"),
    ({"credit": "partial"}, "/credit"),
    ({"units": ["km"]}, "/units"),
    ({"decimal": "comma"}, "/decimal"),
    ({"tolerance_kind": "none", "matcher": "number"}, "/tolerance_kind"),
]


@pytest.mark.parametrize(("options", "pointer"), REFUSED)
def test_misplaced_options_are_refused(
    served: Served, options: dict[str, Any], pointer: str
) -> None:
    body = {"slug": "no", "matcher": "text", "items": ITEMS} | options
    reply = served.request("POST", "/benchmarks", json=body)
    assert reply.status_code == 422
    assert [error["pointer"] for error in reply.json()["errors"]] == [pointer]


def test_another_matcher_takes_its_own_defaults(served: Served) -> None:
    number = {"matcher": "number", "items": [{"key": "q0", "accepted": ["1"]}]}
    served.publish(**number, decimal="comma", units=["km"], unwrap=["period"])
    reply = served.request("POST", "/benchmarks/ten/revisions", json={"matcher": "exact"})
    assert reply.status_code == 201, reply.text
    told = reply.json()
    assert (told["decimal"], told["units"], told["unwrap"]) == ("either", [], [])


def test_a_part_of_several_right_options_is_a_credit(served: Served) -> None:
    items = [{"key": "q0", "accepted": ["A", "B"], "choices": ["red", "blue", "green"]}]
    served.publish(matcher="choices", credit="jaccard", items=items)
    body = {"model": {"name": "m"}, "predictions": [{"item": "q0", "answer": "red"}]}
    receipt = served.request("POST", "/benchmarks/ten/submissions", json=body).json()
    told = served.read(f"/submissions/{receipt['id']}")
    assert told["counts"]["partial"] == 1


def test_a_patch_says_what_to_do_instead(served: Served) -> None:
    served.publish()
    reply = served.request("PATCH", "/benchmarks/ten", json={"unwrap": []})
    assert reply.status_code == 422
    assert "revision" in reply.json()["errors"][0]["detail"]
