"""Pages over HTTP: the numbers of the API, hostile names as text, refusals in words."""

import re

import pytest

from app.web.rendering import format as words
from tests.served import Served

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }}",
    "=HYPERLINK(1)",
    "🦉" * 60,
    "W" * 120,
    "مرحبا",
]


def answers(right: int, *, confidence: float = 0.9) -> list[dict[str, object]]:
    return [
        {"item": f"q{n}", "answer": f"a{n}" if n < right else "no", "confidence": confidence}
        for n in range(10)
    ]


def test_the_page_prints_what_the_api_gives(served: Served) -> None:
    served.publish(title="Ten facts")
    for n in (9, 7, 4):
        served.submit(answers(n), model=f"model {n}")
    for view in ({"target": "0.75"}, {"target": "0.5", "mode": "threshold"}, {"rule": "quadratic"}):
        board = served.read("/benchmarks/ten/leaderboard", **view)
        page = served.client.get("/benchmarks/ten", params=view).text
        for row in board["data"]:
            assert words.points(row["score"]["value"]) in page
            assert words.percent(row["accuracy"]["value"]) in page


def test_silence_stands_where_scores_turn_negative(served: Served) -> None:
    served.publish()
    served.submit(answers(9), model="good one")
    served.submit(answers(6), model="bad one")
    page = served.client.get("/benchmarks/ten", params={"target": "0.75"}).text
    table = page[page.index("data-rows") :]
    assert table.index("good one") < table.index("always “I don’t know”") < table.index("bad one")


def test_hostile_names_are_only_text(served: Served) -> None:
    served.publish(title=HOSTILE[0], description=HOSTILE[1])
    for n, name in enumerate(HOSTILE):
        assert served.submit(answers(n), model=name).status_code == 201
    for path in ("/", "/benchmarks/ten"):
        page = served.client.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "49" not in re.findall(r">\s*(49)\s*<", page)


@pytest.mark.parametrize("path", ["/", "/benchmarks/ten", "/nowhere"])
def test_nothing_inline_and_nothing_from_outside(served: Served, path: str) -> None:
    served.publish()
    served.submit(answers(5))
    reply = served.client.get(path, headers={"Accept": "text/html"})
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert not re.search(r"<style|style=|<script>|onclick=|https?://(?!127\.0\.0\.1)", reply.text)


def test_a_page_that_is_not_there_says_so(served: Served) -> None:
    for path in ("/benchmarks/none", "/nowhere"):
        reply = served.client.get(path, headers={"Accept": "text/html"})
        assert reply.status_code == 404
        assert "All benchmarks" in reply.text
    bad = served.client.get("/benchmarks/none?target=2", headers={"Accept": "text/html"})
    assert bad.status_code in {404, 422}


def test_an_empty_board_says_what_to_do(served: Served) -> None:
    served.publish()
    page = served.client.get("/benchmarks/ten").text
    assert "No submissions yet" in page
    assert "--benchmark ten" in page


def test_a_hidden_board_says_that_it_hides(served: Served) -> None:
    served.publish(mode="hidden")
    served.submit(answers(5))
    page = served.client.get("/benchmarks/ten").text
    assert "answers are hidden" in page
    assert "+50.0" not in page or "50.0 %" in page


def test_ungraded_is_listed_with_both_ends(served: Served) -> None:
    served.publish()
    rows = [*answers(9)[:9], {"item": "q9", "status": "ungraded"}]
    served.submit(rows, model="half done")
    page = served.client.get("/benchmarks/ten", params={"target": "0.5"}).text
    assert "too many answers could not be graded yet" in page
    assert "+80.0" in page
    assert "+100.0" in page


def test_an_old_revision_says_so_and_the_way_to_the_new(served: Served) -> None:
    served.publish()
    served.submit(answers(9))
    change = {"note": "a better key", "items": [{"key": "q0", "accepted": ["other"]}]}
    reply = served.request("POST", "/benchmarks/ten/revisions", json=change)
    assert reply.status_code == 201, reply.text
    old = served.client.get("/benchmarks/ten", params={"revision": 1, "target": "0.5"}).text
    assert "This is revision 1, kept as it was" in old
    assert 'href="/benchmarks/ten?target=0.5">see revision 2' in old
    new = served.client.get("/benchmarks/ten", params={"target": "0.5"}).text
    assert "kept as it was" not in new


def test_runs_told_different_targets_take_turns_on_the_dial(served: Served) -> None:
    served.publish()
    for stated, right in ((0.5, 9), (0.9, 4)):
        assert served.submit(answers(right), model="quill", stated_target=stated).status_code == 201
    counts = served.client.get("/benchmarks/ten/dial.json").json()
    assert counts["models"] == [[[0, 0], [90, 1]]]
    for target, told in (("0.6", "told t = 0.5"), ("0.95", "told t = 0.9")):
        page = served.client.get("/benchmarks/ten", params={"target": target}).text
        table = page[page.index("data-rows") : page.index("</tbody>")]
        assert told in table
