"""One answer: question, grade, confidence and how others did, whatever the item is called."""

from urllib.parse import quote

import pytest

from app.web.rendering.untrusted import item_href, visible
from tests.served import Served
from tests.web.hostile import NAMES, harm

KEYS = (
    "plain-1",
    "a/b/c",
    "with space",
    "..",
    "../../etc",
    "q?x=1&y=2#z",
    "100%",
    "%2e%2e%2f",
    "日本 / ключ",
    "🦉",
    "'\"<script>",
    "W" * 256,
)


def publish(served: Served, **wanted: object) -> None:
    items = [{"key": key, "question": f"What is {key}?", "accepted": ["yes"]} for key in KEYS]
    served.publish(items=items, **wanted)


def said(answer: str) -> list[dict[str, object]]:
    return [{"item": key, "answer": answer, "confidence": 0.8} for key in KEYS]


def test_every_key_has_its_page(served: Served) -> None:
    publish(served)
    served.submit(said("yes"), model="other")
    mine = served.submit(said("no"), model="mine").json()["id"]
    for key in KEYS:
        addresses = {item_href(mine, key), f"/submissions/{mine}/items?item={quote(key, safe='')}"}
        for address in addresses:
            reply = served.client.get(address)
            assert reply.status_code == 200, (key, address)
            page = reply.text
            assert str(visible(f"What is {key}?")) in page
            assert "wrong" in page
            assert "80 %" in page
            assert "Of 1 other models, 1 right" in page
            assert harm(page) == []


def test_dots_and_slashes_are_kept_out_of_the_path() -> None:
    assert item_href("sub_1", "plain-1") == "/submissions/sub_1/items/plain-1"
    assert item_href("sub_1", "..") == "/submissions/sub_1/items?item=.."
    assert item_href("sub_1", "a/b") == "/submissions/sub_1/items?item=a%2Fb"


def test_an_encoded_path_is_read_too(served: Served) -> None:
    publish(served)
    mine = served.submit(said("yes")).json()["id"]
    assert "What is a/b/c?" in served.client.get(f"/submissions/{mine}/items/a%2Fb%2Fc").text


@pytest.mark.parametrize("target", ["0", "0.75", "0.9"])
def test_what_it_earned_is_said(served: Served, target: str) -> None:
    publish(served)
    mine = served.submit(said("no")).json()["id"]
    page = served.client.get(f"/submissions/{mine}/items/plain-1?target={target}").text
    assert {"0": ">0<", "0.75": "−3.00", "0.9": "−9.00"}[target] in page
    held = served.client.get(f"/submissions/{mine}/items/plain-1?target=0.9&mode=threshold").text
    assert "not above the target" in held


def test_an_item_that_is_not_there_is_said_to_be(served: Served) -> None:
    publish(served)
    mine = served.submit(said("yes")).json()["id"]
    reply = served.client.get(f"/submissions/{mine}/items/none", headers={"Accept": "text/html"})
    assert reply.status_code == 404
    assert "no such item" in reply.text


def test_hidden_answers_are_their_submitters_alone(served: Served) -> None:
    gold = [{"key": "q1", "question": "Q?", "accepted": ["gold-1"]}]
    served.publish(mode="hidden", items=gold)
    key = served.new_key("acme", "submit")
    rows = [{"item": "q1", "answer": "my guess", "confidence": 0.8}]
    mine = served.submit(rows, key=key).json()["id"]
    path = f"/submissions/{mine}/items/q1"
    stranger = served.client.get(path)
    assert stranger.status_code == 403
    assert "hidden" in stranger.text
    assert "my guess" not in stranger.text
    own = served.client.get(path, headers={"Authorization": f"Bearer {key}"}).text
    assert "my guess" in own
    assert "kept back" in own
    assert "gold-1" not in own
    assert "wrong" not in own.split("<h2>Asked")[1].split("<footer")[0]


def test_that_an_item_has_no_answer_is_as_secret_as_the_answers(served: Served) -> None:
    items = [{"key": "q1", "accepted": ["yes"]}, {"key": "q2", "accepted": [], "answerable": False}]
    for mode, told in (("open", True), ("hidden", False)):
        served.publish(slug=mode, mode=mode, items=items)
        key = served.new_key("acme", "submit")
        rows = [{"item": "q2", "answer": "a guess", "confidence": 0.8}]
        mine = served.submit(rows, slug=mode, key=key).json()["id"]
        path = f"/submissions/{mine}/items/q2"
        own = served.client.get(path, headers={"Authorization": f"Bearer {key}"}).text
        assert "a guess" in own
        assert ("has no answer" in own) is told


def test_hostile_answers_are_only_text(served: Served) -> None:
    served.publish(items=[{"key": f"q{n}", "accepted": ["a"]} for n in range(len(NAMES))])
    rows = [{"item": f"q{n}", "answer": name, "confidence": 0.5} for n, name in enumerate(NAMES)]
    mine = served.submit(rows).json()["id"]
    for n, name in enumerate(NAMES):
        page = served.client.get(f"/submissions/{mine}/items/q{n}").text
        assert harm(page) == []
        assert str(visible(name)) in page


def test_several_samples_are_shown_one_by_one(served: Served) -> None:
    served.publish(items=[{"key": "q1", "accepted": ["yes"]}])
    rows = [
        {"item": "q1", "sample": 1, "answer": "yes", "confidence": 0.6},
        {"item": "q1", "sample": 2, "answer": "no", "confidence": 0.4},
    ]
    mine = served.submit(rows).json()["id"]
    page = served.client.get(f"/submissions/{mine}/items/q1").text
    assert "sample 2 of 2" in page
    assert "60 %" in page
    assert "40 %" in page
