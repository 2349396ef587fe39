"""What a dial offers: on a hidden benchmark every choice leads to something that is shown, and
where no answer states a confidence there is one way to count "I don't know"."""

import re
from html import unescape

import pytest

from tests.served import Served

Row = dict[str, object]


def answers(right: int) -> list[Row]:
    return [
        {"item": f"q{n}", "answer": f"a{n}" if n < right else "no", "confidence": 0.99 - n / 20}
        for n in range(10)
    ]


def choices(page: str) -> dict[str, str]:
    """The links of the dial's switches by their label."""
    switches = page[page.index('<div class="switches">') :]
    switches = switches[: switches.index("</div>")]
    links = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', switches)
    return {label: unescape(href) for href, label in links}


@pytest.fixture
def hidden(served: Served) -> tuple[Served, list[str]]:
    """A hidden benchmark whose default target is not a fixed one, and its pages' addresses."""
    served.publish(mode="hidden", default_target=0.7)
    a, b = (served.submit(answers(n), model=f"model {n}").json()["id"] for n in (8, 5))
    return served, ["/benchmarks/ten", f"/submissions/{a}", f"/compare?a={a}&b={b}"]


def test_every_choice_of_a_hidden_benchmark_is_shown(hidden: tuple[Served, list[str]]) -> None:
    served, starts = hidden
    seen: set[str] = set()
    waiting = list(starts)
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        reply = served.client.get(path, follow_redirects=False)
        assert reply.status_code == 200, path
        waiting += choices(reply.text).values()
    assert {"threshold", "quadratic"} <= set(re.findall(r"(?:mode|rule)=(\w+)", " ".join(seen)))


def test_all_thresholds_of_a_hidden_benchmark_are_as_answered(
    hidden: tuple[Served, list[str]],
) -> None:
    served, (board, *_) = hidden
    by_confidence = served.client.get(f"{board}?mode=threshold&target=0.5").text
    every = choices(by_confidence)["All thresholds"]
    assert "mode=declared" in every
    assert "rule=quadratic" in every
    assert "when confidence ≤ t" not in choices(served.client.get(every).text)


def test_a_hidden_board_answers_with_the_nearest_target_that_is_shown(
    hidden: tuple[Served, list[str]],
) -> None:
    served, (board, *_) = hidden
    for asked, nearest in (("0.7", "0.75"), ("0.33", "0.5"), ("0.99", "0.9"), ("0.1", "0")):
        reply = served.client.get(
            board, params={"mode": "threshold", "target": asked}, follow_redirects=False
        )
        assert reply.status_code == 303
        assert re.search(rf"target={nearest}(&|$)", reply.headers["Location"])
    assert served.client.get(f"{board}?mode=threshold").status_code == 200


def test_by_confidence_the_slider_of_a_hidden_report_rests(
    hidden: tuple[Served, list[str]],
) -> None:
    served, (_, report, _) = hidden
    page = served.client.get(f"{report}?mode=threshold&target=0.75").text
    assert re.search(r'<input id="target"[^>]* disabled', page)
    assert "data-slim" not in page
    assert "What is hidden here" in page


def test_without_confidences_there_is_one_way_to_count(served: Served) -> None:
    served.publish()
    plain = [{"item": f"q{n}", "answer": f"a{n}" if n < 7 else "no"} for n in range(10)]
    mine = served.submit(plain, model="plain").json()["id"]
    page = served.client.get(f"/submissions/{mine}?target=0.5").text
    assert list(choices(page)) == ["Binary", "0.5", "0.75", "0.9", "All thresholds"]
    assert "What confidences would add" in page
    assert "no answer states a confidence" in page
    assert ">Said<" not in page
    # Who asks for the other mode all the same may leave it.
    other = served.client.get(f"/submissions/{mine}?target=0.5&mode=threshold").text
    assert "as answered" in choices(other)
    sure = served.submit(answers(6), model="sure").json()["id"]
    assert "as answered" in choices(served.client.get(f"/submissions/{sure}?target=0.5").text)


def test_rank_ranges_that_are_still_to_come_say_so(served: Served) -> None:
    served.publish()
    for n in (8, 5):
        served.submit(answers(n), model=f"model {n}")
    page = served.client.get("/benchmarks/ten?target=0.31").text
    assert 'data-null="pending">…</small>' in page
    again = unescape(re.findall(r'until then\. <a href="([^"]+)"', page)[0])
    assert "ranges=compute" in again
    served.client.get(again)
    served.settle()
    assert "being computed" not in served.client.get(again).text


def test_a_hidden_board_has_no_column_for_what_is_kept_back(
    hidden: tuple[Served, list[str]],
) -> None:
    served, (board, *_) = hidden
    page = served.client.get(board).text
    assert 'class="board no-calibration"' in page
    assert 'name="col" value="calibration"' not in page
    assert 'name="col" value="accuracy"' in page
