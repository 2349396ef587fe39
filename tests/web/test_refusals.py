"""Refusals: a page in words for people, a problem for programs, at the same addresses."""

import pytest

from tests.served import Served

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CASES = [
    ("GET", "/nowhere", 404, "There is nothing here"),
    ("GET", "/benchmarks/none", 404, "There is nothing here"),
    ("GET", "/benchmarks/none/about", 404, "There is nothing here"),
    ("DELETE", "/how", 405, "This address does not take that method"),
    ("GET", "/benchmarks/ten?target=7", 422, "The request is not valid"),
    ("GET", "/rules?q=" + "x" * 200, 422, "The request is not valid"),
    ("POST", "/desk/keys", 403, "This key may not do that"),
    ("GET", "/static/none.css", 404, "There is nothing here"),
    ("GET", "/benchmarks/%00", 404, ""),
]


@pytest.mark.parametrize(("method", "path", "status", "title"), CASES)
def test_people_read_words(served: Served, method: str, path: str, status: int, title: str) -> None:
    served.publish()
    reply = served.client.request(method, path, headers={"Accept": BROWSER})
    assert reply.status_code == status
    if title:
        assert reply.headers["content-type"].startswith("text/html")
        assert f"<h1>{title}</h1>" in reply.text
        assert "All benchmarks" in reply.text
        assert reply.headers["cache-control"] == "no-store"
    assert status != 405 or "GET" in reply.headers["allow"]


@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", "application/json, text/html;q=0.5", "image/png", ""]
)
def test_programs_read_problems(served: Served, accept: str) -> None:
    reply = served.client.get("/nowhere", headers={"Accept": accept})
    assert reply.status_code == 404
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json()["code"] == "not-found"


def test_the_api_speaks_problems_to_everybody(served: Served) -> None:
    reply = served.client.get("/api/v1/nowhere", headers={"Accept": BROWSER})
    assert reply.headers["content-type"] == "application/problem+json"


def test_a_crash_is_told_with_its_number_and_nothing_else(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    crashed = []

    def crash(*_: object, **__: object) -> None:
        crashed.append(1)
        raise RuntimeError("secret inside")

    served.publish()
    monkeypatch.setattr("app.web.site.about_page.leaderboard", crash)
    headers = {"Accept": BROWSER, "X-Request-Id": "req-42"}
    reply = served.client.get("/benchmarks/ten/about", headers=headers)
    assert (reply.status_code, crashed) == (500, [1])
    assert "Something went wrong on our side" in reply.text
    assert "req-42" in reply.text
    assert "secret inside" not in reply.text
