"""The page of a submission: the API's numbers, the surest mistakes, and what must be known."""

import re

import pytest

from app.scoring.grades import Grades
from app.storage.gradings import unpack_grades
from app.web.rendering import format as words
from tests.served import Served
from tests.web.hostile import NAMES, ODD_ANSWERS, harm

Rows = list[dict[str, object]]


def answers(right: int, *, sure: float = 0.9) -> Rows:
    return [
        {"item": f"q{n}", "answer": f"a{n}" if n < right else "no", "confidence": sure - n / 100}
        for n in range(10)
    ]


def publish(served: Served, **wanted: object) -> None:
    items = [
        {
            "key": f"q{n}",
            "question": f"Question {n}?",
            "accepted": [f"a{n}"],
            "category": "even" if n % 2 == 0 else "odd",
        }
        for n in range(10)
    ]
    served.publish(title="Ten facts", items=items, **wanted)


def report(served: Served, public_id: str, **params: str) -> str:
    reply = served.client.get(f"/submissions/{public_id}", params=params)
    assert reply.status_code == 200, reply.text[-600:]
    return reply.text


def test_it_prints_what_the_api_gives(served: Served) -> None:
    publish(served)
    served.submit(answers(8), model="better")
    mine = served.submit(answers(6), model="mine").json()["id"]
    for view in ({"target": "0.75"}, {"target": "0.85", "mode": "threshold"}, {"rule": "binary"}):
        board = served.read("/benchmarks/ten/leaderboard", **view)
        row = next(one for one in board["data"] if one["submission"] == mine)
        page = report(served, mine, **view)
        assert f">{words.points(row['score']['value'])}</b>" in page
        assert f">{row['rank']}</b>" in page
        assert words.percent(row["selective_accuracy"]) in page
    card = served.read(f"/submissions/{mine}")
    excess, seen, chance, brier = (
        words.thousandths(card["scores"][name]["value"])
        for name in (
            "excess_miscalibration", "miscalibration", "miscalibration_expected", "brier",
        )
    )  # fmt: skip
    page = report(served, mine)
    assert f'<dt>Miscalibration</dt><dd><b class="big num">{excess}</b>' in page
    assert f"{seen} less {chance} by chance · Brier {brier}" in page
    sent = next(
        one
        for one in served.read("/benchmarks/ten/leaderboard")["data"]
        if one["submission"] == mine
    )
    assert sent["excess_miscalibration"] == card["scores"]["excess_miscalibration"]["value"]
    board = served.client.get("/benchmarks/ten").text
    assert f"<span>{excess}</span><small>chance {chance}</small>" in board


def test_it_tells_what_honest_confidences_would_score(served: Served) -> None:
    """Every number of the table is the API's; the row of the view is marked; without confidences,
    and on a hidden benchmark, there is no table."""
    publish(served)
    rows = [row | {"confidence": 0.6 + n / 30} for n, row in enumerate(answers(6))]
    mine = served.submit(rows, model="mine").json()["id"]
    card = served.read(f"/submissions/{mine}", target="0.85")["honest_confidences"]
    page = report(served, mine, target="0.85")
    assert "What would honest confidences score?" in page
    marked = page.split('<tr aria-current="true">')[1].split("</tr>")[0]
    assert "t = 0.85" in marked
    place = card["target"].index(0.85)
    for name in ("score", "honest_score"):
        assert f">{words.points(card[name][place])}<" in marked
    for name in ("lost_to_miscalibration", "lost_to_not_knowing"):
        assert f"{card[name][place] * 100:z.1f}".replace("-", "−") in marked
    over = card["over_all_targets"]
    last = page.split("all targets")[1].split("</tr>")[0]
    assert f">{words.points(over['honest_score'])}<" in last
    silent = [{name: row[name] for name in ("item", "answer")} for row in answers(6)]
    bare = served.submit(silent, model="bare").json()["id"]
    found = served.read(f"/submissions/{bare}")
    assert found["honest_confidences"] is None
    assert found["null_reasons"]["honest_confidences"] == "confidence-missing"
    assert "What would honest confidences score?" not in report(served, bare)


def test_the_surest_mistakes_come_first(served: Served) -> None:
    publish(served)
    served.submit(answers(9), model="other")
    mine = served.submit(answers(6), model="mine").json()["id"]
    page = report(served, mine, target="0.75")
    table = page[page.index("Most confident mistakes") :]
    assert table.index("Question 6?") < table.index("Question 7?") < table.index("Question 9?")
    assert "84 %" in table
    assert "1 of 1" in table  # the other model had question 6 right
    assert "−3.00" in table
    everything = served.client.get(f"/submissions/{mine}/mistakes").text
    assert all(f"Question {n}?" in everything for n in (6, 7, 8, 9))
    assert "Question 5?" not in everything


def test_categories_and_neighbours_are_there(served: Served) -> None:
    publish(served)
    better = served.submit(answers(9), model="better").json()["id"]
    mine = served.submit(answers(5), model="mine").json()["id"]
    page = report(served, mine, target="0.5")
    assert "even" in page
    assert "odd" in page
    assert f"/compare?a={mine}&amp;b={better}&amp;target=0.5" in page


def test_marks_say_what_a_reader_must_know(served: Served) -> None:
    publish(served)
    first = served.submit(answers(5), external_id="run").json()["id"]
    second = served.submit(answers(6), external_id="run").json()["id"]
    assert "superseded" in report(served, first).lower()
    assert f"/submissions/{second}" in report(served, first)
    assert served.request("POST", f"/submissions/{second}/withdraw").status_code == 200
    assert "withdrew it" in report(served, second)
    rows: Rows = [*answers(9)[:9], {"item": "q9", "status": "ungraded"}]
    late = served.submit(rows, model="late").json()["id"]
    assert "could not be graded yet" in report(served, late)


def test_unanswerable_items_and_told_targets_have_their_cards(served: Served) -> None:
    items = [
        {"key": f"q{n}", "accepted": [f"a{n}"] if n < 5 else [], "answerable": n < 5}
        for n in range(10)
    ]
    served.publish(items=items, abstention_phrases=["I don't know"])
    rows = [{"item": f"q{n}", **said} for n, said in enumerate(
        [{"answer": "a0"}] * 4 + [{"abstained": True}] * 5 + [{"answer": "no"}]
    )]  # fmt: skip
    ids = [
        served.submit(rows, stated_target=target, external_id=f"t{target}").json()["id"]
        for target in (0.5, 0.9)
    ]
    page = report(served, ids[0])
    assert "Questions without an answer" in page
    assert "80.0 %" in page  # four of its five silences, four of the five items
    assert "with an answer" in page
    assert "Does it do as it was told?" in page
    assert (
        "these runs do not tell: from the lowest to the highest its share answered changed by"
        in page
    )


def test_option_probabilities_are_held_against_the_theorems(served: Served) -> None:
    items = [
        {"key": f"q{n}", "accepted": ["a"], "choices": ["a", "b", "c", "d"]} for n in range(10)
    ]
    served.publish(matcher="choice", items=items)
    rows = [
        {"item": f"q{n}", "answer": "a", "option_probs": [0.7, 0.1, 0.1, 0.1]} for n in range(10)
    ]
    page = report(served, served.submit(rows).json()["id"])
    assert "Generating against recognising" in page
    assert "10 questions with 4 options. Both hold." in page
    assert "30.0 %" in page  # the error of sampling from 0.7, 0.1, 0.1, 0.1
    plain = [{"item": f"q{n}", "answer": "a"} for n in range(10)]
    other = served.submit(plain, model="other").json()["id"]
    assert "Generating against recognising" not in report(served, other)


def test_a_hidden_benchmark_keeps_its_secrets(served: Served) -> None:
    gold = [
        {"key": f"q{n}", "question": f"Question {n}?", "accepted": [f"gold-{n}"], "category": "c"}
        for n in range(10)
    ]
    served.publish(mode="hidden", items=gold)
    mine = served.submit(answers(6), model="mine").json()["id"]
    page = report(served, mine, target="0.5")
    assert "are hidden" in page
    assert "Question 6?" not in page
    assert "gold-" not in page
    assert "By category" not in page
    assert "Question" not in served.client.get(f"/submissions/{mine}/mistakes").text
    refused = served.client.get(
        f"/submissions/{mine}", params={"target": "0.6", "mode": "threshold"},
        headers={"Accept": "text/html"},
    )  # fmt: skip
    assert refused.status_code == 422


def test_a_private_submission_is_not_there_for_strangers(served: Served) -> None:
    publish(served, visibility="private")
    mine = served.submit(answers(6)).json()["id"]
    for path in (f"/submissions/{mine}", f"/submissions/{mine}/mistakes", "/submissions/sub_none"):
        reply = served.client.get(path, headers={"Accept": "text/html"})
        assert reply.status_code == 404
        assert "All benchmarks" in reply.text


def test_extremes_are_drawn(served: Served) -> None:
    publish(served, missing_limit=1)
    silent = served.submit([{"item": f"q{n}", "abstained": True} for n in range(10)]).json()["id"]
    unsure = served.submit(
        [{"item": f"q{n}", "answer": f"a{n}"} for n in range(10)], model="unsure"
    ).json()["id"]
    none = served.submit([{"item": "q0", "abstained": True}], model="missing").json()["id"]
    for public_id in (silent, unsure, none):
        for view in ({"target": "0"}, {"target": "0.99"}, {"rule": "quadratic"}, {"rule": "bas"}):
            page = report(served, public_id, **view)
            assert not re.search(r"\bnan\b|\binf\b", page)
    assert "No answer states a confidence" in report(served, unsure)


def test_hostile_names_notes_and_answers_are_only_text(served: Served) -> None:
    publish(served)
    ids = []
    for name in NAMES:
        rows = answers(5)
        rows[9]["answer"] = name
        reply = served.submit(rows, model=name, run={"note": name, name[:60]: 1})
        assert reply.status_code in {201, 422}, (name, reply.text)
        if reply.status_code == 201:
            ids.append(reply.json()["id"])
    assert len(ids) >= 50
    for public_id in ids:
        page = report(served, public_id)
        assert harm(page) == []


def test_odd_characters_of_answers_are_spelled_out(served: Served) -> None:
    publish(served)
    stored = 0
    for place, answer in enumerate(ODD_ANSWERS):
        rows = answers(5)
        rows[5]["answer"] = answer
        reply = served.submit(rows, model=f"odd {place}")
        if reply.status_code != 201:
            continue
        stored += 1
        page = report(served, reply.json()["id"])
        assert harm(page) == []
        assert not re.search("[\u202e\u2066\u200b\u2028\x07\x1b\x7f]", page)
        assert "U+" in page or place in {3, 6}
    assert stored >= 5


def test_a_page_unpacks_the_grading_once(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(served)
    mine = served.submit(answers(6)).json()["id"]
    report(served, mine)
    served.settle()
    unpacked: list[int] = []

    def counted(data: bytes) -> Grades:
        unpacked.append(len(data))
        return unpack_grades(data)

    monkeypatch.setattr("app.storage.gradings.unpack_grades", counted)
    report(served, mine)
    assert len(unpacked) == 1
