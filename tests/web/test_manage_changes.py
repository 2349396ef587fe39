"""The desk puts things right by plain forms: change, archive, delete a benchmark, erase answers."""

import html
import re
from typing import Any

from tests.served import Served
from tests.web.manage import Visit, visit

ROWS = [{"item": f"q{n}", "answer": f"a{n}"} for n in range(10)]
HERE = "/desk/benchmarks/ten"


def form_of(page: str, act: str) -> dict[str, str]:
    """The fields of the form that posts to `act`, as a browser would send them untouched."""
    found = re.search(rf'<form method="post" action="{act}(?:#\w+)?">(.*?)</form>', page, re.S)
    assert found is not None, act
    fields: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]*>", found[1]):
        name, value = re.search(r'name="(\w+)"', tag), re.search(r'value="([^"]*)"', tag)
        assert name is not None
        fields[name[1]] = value[1] if value else ""
    fields |= dict(re.findall(r'<textarea [^>]*name="(\w+)"[^>]*>(.*?)</textarea>', found[1]))
    for name, options in re.findall(r'<select [^>]*name="(\w+)">(.*?)</select>', found[1]):
        chosen = re.search(r'value="(\w+)" selected', options)
        assert chosen is not None, name
        fields[name] = chosen[1]
    return {name: html.unescape(value) for name, value in fields.items()}


def change(browser: Visit, fields: dict[str, str], **typed: str) -> Any:
    return browser.post(f"{HERE}/change", **(fields | typed))


def test_a_form_sent_as_it_came_changes_nothing(served: Served) -> None:
    before = served.publish(description="Ten.", source="a book", missing_limit=0.25)
    browser = visit(served, served.admin)
    reply = change(browser, form_of(browser.get(HERE).text, f"{HERE}/change"))
    assert (reply.status_code, reply.headers["location"]) == (303, f"{HERE}?done=changed")
    assert served.read("/benchmarks/ten") == before


def test_a_change_is_saved_and_shown(served: Served) -> None:
    served.publish()
    browser = visit(served, served.admin)
    fields = form_of(browser.get(HERE).text, f"{HERE}/change")
    reply = change(
        browser, fields, title="Ten <facts>", visibility="private", default_target="0.9",
        quota_total="7", quota_per_day="",
    )  # fmt: skip
    assert reply.status_code == 303, reply.text
    after = served.request("GET", "/benchmarks/ten").json()
    assert (after["title"], after["visibility"]) == ("Ten <facts>", "private")
    assert (after["default_target"], after["quota"]["total"]) == (0.9, 7)
    page = browser.get(f"{HERE}?done=changed").text
    assert "Saved." in page
    assert "Ten &lt;facts&gt;" in page
    assert "make it public" in page
    assert served.client.get("/benchmarks/ten").status_code == 404
    fields = form_of(page, f"{HERE}/change")
    assert change(browser, fields, visibility="public", quota_total="").status_code == 303
    assert served.read("/benchmarks/ten")["quota"] is None


def test_what_somebody_else_changed_is_not_overwritten_unseen(served: Served) -> None:
    served.publish()
    browser = visit(served, served.admin)
    fields = form_of(browser.get(HERE).text, f"{HERE}/change")
    # A submission is no change of what the form holds.
    served.submit(ROWS)
    served.request("PATCH", "/benchmarks/ten", json={"description": "By somebody else."})
    reply = change(browser, fields, title="Mine")
    assert reply.status_code == 412
    assert "This benchmark was changed after you opened the form" in reply.text
    again = form_of(reply.text, f"{HERE}/change")
    assert "By somebody else." in reply.text
    assert (again["title"], served.read("/benchmarks/ten")["title"]) == ("Mine", "ten")
    assert change(browser, again).status_code == 303
    assert served.read("/benchmarks/ten")["title"] == "Mine"


def test_a_submission_in_between_is_no_conflict(served: Served) -> None:
    served.publish()
    browser = visit(served, served.admin)
    fields = form_of(browser.get(HERE).text, f"{HERE}/change")
    served.submit(ROWS)
    assert change(browser, fields, title="Mine").status_code == 303


def test_a_bad_value_is_said_on_the_form(served: Served) -> None:
    served.publish(mode="hidden", fixed_targets=[0.5, 0.75])
    browser = visit(served, served.admin)
    fields = form_of(browser.get(HERE).text, f"{HERE}/change")
    for typed in ({"default_target": "1.5"}, {"missing_limit": "x"}, {"visibility": "secret"},
                  {"default_mode": "threshold", "default_target": "0.6"}):  # fmt: skip
        reply = change(browser, fields, title="Kept", **typed)
        assert reply.status_code == 422, typed
        assert 'role="alert"' in reply.text
        assert 'value="Kept"' in reply.text
    assert "choose one of 0.5, 0.75" in reply.text


def test_archived_and_taken_back(served: Served) -> None:
    served.publish()
    served.submit(ROWS)
    browser = visit(served, served.admin)
    reply = browser.post(f"{HERE}/archive", reason="Saturated & old.")
    assert reply.headers["location"] == f"{HERE}?done=archive"
    assert "Archived. It is read-only" in browser.get(f"{HERE}?done=archive").text
    for path in ("/benchmarks/ten", "/benchmarks/ten/about"):
        page = served.client.get(path).text
        assert "Archived on" in page
        assert "Saturated &amp; old." in page
    assert "Submit from the browser" not in served.client.get("/benchmarks/ten/about").text
    context = served.client.get("/").text
    assert "/benchmarks/ten" not in context
    assert 'href="/?archived=true"' in context
    assert "/benchmarks/ten" in served.client.get("/?archived=true").text
    assert f"{HERE}/change" not in browser.get(HERE).text
    assert change(browser, {"title": "x", "tag": "*"}).status_code == 409
    assert browser.post(f"{HERE}/unarchive").status_code == 303
    assert "Archived on" not in served.client.get("/benchmarks/ten").text


def test_deleting_asks_for_the_slug(served: Served) -> None:
    served.publish()
    sub = served.submit(ROWS).json()["id"]
    browser = visit(served, served.admin)
    for typed in ("", "Ten", "ten2"):
        reply = browser.post(f"{HERE}/delete", confirm=typed, reason="x")
        assert reply.status_code == 422
        assert "Type ten to delete it" in reply.text
    assert served.read("/benchmarks/ten")["slug"] == "ten"
    reply = browser.post(f"{HERE}/delete", confirm="ten", reason="A <test>.")
    assert reply.headers["location"] == "/desk?done=deleted"
    assert "Deleted." in browser.get("/desk?done=deleted").text
    for path in ("/benchmarks/ten", f"/submissions/{sub}"):
        gone = served.client.get(path, headers={"Accept": "text/html"})
        assert gone.status_code == 410
        assert "A &lt;test&gt;." in gone.text
    assert "benchmark.delete" in browser.get("/desk/audit").text


def test_a_maintainer_is_told_why_it_may_not_delete(served: Served) -> None:
    house = served.new_key("house", "maintain", "submit")
    body = {"slug": "own", "matcher": "text", "items": [{"key": "q0", "accepted": ["a0"]}]}
    served.request("POST", "/benchmarks", key=house, json=body)
    served.submit(ROWS[:1], slug="own", key=served.new_key("guest", "submit"))
    browser = visit(served, house)
    page = browser.get("/desk/benchmarks/own").text
    assert "1 submission of others" in page
    assert "/desk/benchmarks/own/delete" not in page
    reply = browser.post("/desk/benchmarks/own/delete", confirm="own", reason="x")
    assert reply.status_code == 409
    assert "only an admin may delete" in reply.text


def test_erasing_answers_from_the_desk(served: Served) -> None:
    served.publish()
    acme = served.new_key("acme", "submit")
    sub = served.submit(ROWS, key=acme).json()["id"]
    browser = visit(served, acme)
    act = f"/desk/submissions/{sub}/erase"
    fields = form_of(browser.get("/desk").text, act)
    reply = browser.post(act, **(fields | {"reason": "personal data"}))
    assert reply.headers["location"] == "/desk?done=erased"
    page = browser.get("/desk?done=erased").text
    assert "answers erased" in page
    assert act not in page
    shown = served.client.get(f"/submissions/{sub}").text
    assert "Answers erased." in shown
    assert "its answers were erased" in served.client.get("/benchmarks/ten").text


def test_published_from_the_browser_it_may_be_private_first(served: Served) -> None:
    browser = visit(served, served.admin)
    page = browser.get("/desk/publish").text
    assert '<option value="private" selected>' in page
    sent = browser.send(
        "/desk/benchmarks?slug=made&matcher=text&visibility=private",
        b'{"key": "k", "accepted": ["yes"]}\n',
        "application/x-ndjson",
    )
    assert (sent.json()["visibility"], sent.json()["slug"]) == ("private", "made")
    assert served.client.get("/benchmarks/made").status_code == 404
    assert browser.get("/benchmarks/made").status_code == 200
