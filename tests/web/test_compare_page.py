"""The comparison: the API's numbers in a sentence, and no verdict where there is none to give."""

import itertools
import re

from app.web.charts import Gap
from app.web.compare.sentences import who_is_ahead
from app.web.rendering import format as words
from tests.served import Served
from tests.web.hostile import NAMES, harm


def answers(right: range, n: int = 40, *, silent: int = 0) -> list[dict[str, object]]:
    return [
        {"item": f"q{place}", "abstained": True}
        if place >= n - silent
        else {
            "item": f"q{place}",
            "answer": f"a{place}" if place in right else "no",
            "confidence": 0.9,
        }
        for place in range(n)
    ]


def publish(served: Served, **wanted: object) -> None:
    items = [
        {
            "key": f"q{place}",
            "question": f"Question {place}?",
            "accepted": [f"a{place}"],
            "category": "even" if place % 2 == 0 else "odd",
        }
        for place in range(40)
    ]
    served.publish(items=items, **wanted)


def compare(served: Served, a: str, b: str, **params: str) -> str:
    reply = served.client.get("/compare", params={"a": a, "b": b, **params})
    assert reply.status_code == 200, reply.text[-500:]
    return reply.text


def test_the_page_says_what_the_api_gives(served: Served) -> None:
    publish(served)
    a = served.submit(answers(range(36)), model="Lumen").json()["id"]
    b = served.submit(answers(range(18)), model="Meridian").json()["id"]
    for view in ({"target": "0"}, {"target": "0.75"}, {"target": "0.5", "mode": "threshold"},
                 {"rule": "quadratic"}):  # fmt: skip
        pair = served.read("/compare", a=a, b=b, **view)
        page = compare(served, a, b, **view)
        by = f"{abs(pair['difference']['value']) * 100:.1f}"
        verdict = re.sub(r"<[^>]+>", "", page[page.index('class="verdict"') :].split("</p>")[0])
        assert f"Lumen scores {by} points per 100 more." in verdict
        interval = pair["difference"]["interval"]
        assert f"{words.points(interval['low'])} to {words.points(interval['high'])}" in page
        if pair["outcomes"] is not None:
            assert all(f">{n}</td>" in page for row in pair["outcomes"]["table"] for n in row)
    assert "winner" not in page.lower()


def test_an_interval_that_holds_zero_is_no_clear_difference(served: Served) -> None:
    publish(served)
    a = served.submit(answers(range(20)), model="Lumen").json()["id"]
    b = served.submit(answers(range(1, 20)), model="Meridian").json()["id"]
    page = compare(served, a, b, target="0.5")
    assert "no clear difference" in page[page.index('class="verdict"') :].split("</p>")[0]
    same = compare(served, a, a, target="0.5")
    assert "no difference" in same[same.index('class="verdict"') :].split("</p>")[0]


def test_where_they_part_is_shown_with_what_each_said(served: Served) -> None:
    publish(served)
    a = served.submit(answers(range(40)), model="Lumen").json()["id"]
    b = served.submit(answers(range(20), silent=5), model="Meridian").json()["id"]
    page = compare(served, a, b, target="0.5")
    assert "20 questions; Lumen earns more on 20" in re.sub(r"<[^>]+>", "", page)
    assert "Question 20?" in page
    assert "a20" in page
    further = re.search(r'href="([^"]+)">Further', page)
    assert further is not None
    more = served.client.get(further.group(1).replace("&amp;", "&")).text
    assert "Question 30?" in more
    assert "I don’t know" in more


def test_one_or_none_leads_to_a_choice(served: Served) -> None:
    publish(served)
    a = served.submit(answers(range(30)), model="Lumen").json()["id"]
    b = served.submit(answers(range(20)), model="Meridian").json()["id"]
    assert "pick two" in served.client.get("/compare").text
    for params in ({"a": a}, {"benchmark": "ten"}):
        page = served.client.get("/compare", params=params).text
        assert f'<option value="{b}"' in page


def test_what_cannot_be_compared_is_refused_in_words(served: Served) -> None:
    publish(served)
    a = served.submit(answers(range(30))).json()["id"]
    served.publish(slug="other")
    rows = [{"item": f"q{n}", "answer": "no"} for n in range(10)]
    other = served.submit(rows, slug="other").json()["id"]
    headers = {"Accept": "text/html"}
    cases = ((a, other, 400), (a, "sub_none", 404))
    for left, right, status in cases:
        reply = served.client.get("/compare", params={"a": left, "b": right}, headers=headers)
        assert reply.status_code in {status, 422}
        assert "All benchmarks" in reply.text


def test_a_hidden_benchmark_tells_shares_alone(served: Served) -> None:
    publish(served, mode="hidden")
    a = served.submit(answers(range(36)), model="Lumen").json()["id"]
    b = served.submit(answers(range(18)), model="Meridian").json()["id"]
    page = compare(served, a, b, target="0.5")
    assert "points per 100 more; whether that is clear cannot be told here" in page
    assert "Question 20?" not in page
    assert "Same questions" not in page
    assert "kept back" in page


def test_who_is_ahead_where_is_one_phrase() -> None:
    def gap(t: float, low: float, high: float) -> Gap:
        return Gap(t, (low + high) / 2, low, high)

    names = ("A", "B")
    crossing = [gap(0, -3, -1), gap(0.5, -1, 1), gap(0.99, 1, 3)]
    assert who_is_ahead(crossing, names) == (
        "B is ahead up to t = 0, A from t = 0.99, no clear difference in between"
    )
    assert who_is_ahead([gap(0, 1, 2), gap(0.99, 1, 2)], names) == "A is ahead at every target"
    assert who_is_ahead([gap(0, -1, 2)], names) == "no clear difference at any target"
    assert who_is_ahead([], names) == ""


def test_hostile_names_are_only_text(served: Served) -> None:
    publish(served)
    ids = []
    for name in NAMES:
        reply = served.submit(answers(range(20)), model=name)
        if reply.status_code == 201:
            ids.append(reply.json()["id"])
    for a, b in itertools.pairwise(ids):
        assert harm(compare(served, a, b)) == []
