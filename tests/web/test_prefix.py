"""Served under /candor: a walk over every page finds no address outside the prefix.

Both kinds of proxy are played: one that takes the prefix off, one that passes it on.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from app.demo.load import load_demo
from app.storage.database.session import open_database
from tests.served import Served, serve
from tests.web.prefixed import ROOT, Browser, Proxy, addresses_in, browser_behind

KINDS: tuple[Proxy, ...] = ("takes it off", "passes it on")
EMBEDS = ("share.svg", "chart.svg")
"""Pictures that no page links to; they name no address at all."""
UNLINKED = (
    f"{ROOT}/desk/invitation",
    f"{ROOT}/client",
    f"{ROOT}/client/",
    f"{ROOT}/problems/not-found",
)
"""Pages that are reached by a link in a message, by a line to copy, or from a problem's `type`."""
A_KIND = 3
"""How many addresses of one kind the walk opens."""
ITEMS = "key,question,accepted\nq1,One?,1\nq2,Two?,2\nq3,Three?,3\n"


@pytest.fixture
def rooted(database_url: str, tmp_path: Path) -> Iterator[Served]:
    """Candor with the demo, under /candor."""
    database = open_database(database_url)
    load_demo(database)
    database.dispose()
    with serve(database_url, tmp_path, root_path=ROOT) as running:
        yield running


def _kind_of(address: str) -> str:
    """An address with its own names taken out."""
    path, _, query = address.partition("?")
    path = re.sub(r"sub_\w+|key_\w+|(?<=benchmarks/)[\w-]+|(?<=/items/)[^/]+|(?<=/)\d+", "*", path)
    return f"{path}?{'&'.join(sorted({one.partition('=')[0] for one in query.split('&')}))}"


def _walk(browser: Browser, start: list[str], *, key: str) -> dict[str, int]:
    """Opens everything that can be reached from `start`; kinds and their status. Fails at an
    address outside the prefix, or one that leads to nothing."""
    waiting, seen, kinds = list(start), set(start), Counter[str]()
    status: dict[str, int] = {}
    while waiting:
        address = waiting.pop(0)
        # The cookie is for pages alone; what they link to in the API asks for the key.
        bearer = {"Authorization": f"Bearer {key}"} if address.startswith(f"{ROOT}/api/") else {}
        reply = browser.get(address, **bearer)
        # 405: where a form is sent to is there, and not for opening.
        assert reply.status_code in {200, 303, 308, 405}, (
            address,
            reply.status_code,
            reply.text[:300],
        )
        status[_kind_of(address)] = reply.status_code
        for found in addresses_in(reply):
            assert found == ROOT or found.startswith((f"{ROOT}/", f"{ROOT}?")), (address, found)
            kind = _kind_of(found)
            if found not in seen and kinds[kind] < A_KIND and _is_read(found):
                kinds[kind] += 1
                seen.add(found)
                waiting.append(found)
    return status


def _is_read(address: str) -> bool:
    """Whether an address is one to open: neither a form's, nor a line with a gap to fill in."""
    wrong = re.search(r"/(withdraw|revoke|session/end|sub_…)|[{}…]|/api/v1/?$|^/candor/?$", address)
    forms = re.search(r"/desk/benchmarks$|/api/v1/benchmarks/[\w-]+/submissions$", address)
    return wrong is None and forms is None


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_leads_out_of_the_prefix(rooted: Served, kind: Proxy) -> None:
    browser = browser_behind(rooted.client.app, kind)
    assert browser.sign_in(rooted.admin).headers["location"] == f"{ROOT}/desk"
    made = browser.send(f"{ROOT}/desk/benchmarks?slug=own&matcher=text&visibility=private", ITEMS)
    assert made.status_code == 201, made.text
    assert made.headers["location"] == made.json()["address"] == f"{ROOT}/benchmarks/own"
    status = _walk(
        browser, [ROOT, f"{ROOT}/", f"{ROOT}/session", f"{ROOT}/desk", *UNLINKED], key=rooted.admin
    )
    opened = {one.partition("?")[0] for one in status}
    for wanted in _pages(rooted):
        # Also a star, which stands for a name: `_kind_of` has taken those out.
        assert any(re.fullmatch(wanted, one) for one in opened), (
            f"the walk did not come to {wanted}"
        )
    for file in ("candor.css", "board.js", "address.js", "fonts/geist.woff2", "icon.svg"):
        assert f"{ROOT}/static/{file}" in opened


def _pages(served: Served) -> set[str]:
    """The pages that a walk must come to, as patterns of their addresses."""
    found = set()
    for context in iter_route_contexts(served.client.app.routes):  # type: ignore[attr-defined]
        route = context.original_route
        if not isinstance(route, APIRoute) or "GET" not in route.methods:
            continue
        if route.endpoint.__module__.startswith("app.web.") and not route.path.endswith(EMBEDS):
            found.add(ROOT + re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(route.path)))
    return found - {f"{ROOT}/submissions/[^/]+/items"}


@pytest.mark.parametrize("kind", KINDS)
def test_every_redirect_and_location_has_the_prefix(rooted: Served, kind: Proxy) -> None:
    stranger = browser_behind(rooted.client.app, kind)
    asked = stranger.get(f"{ROOT}/desk/keys")
    assert (asked.status_code, asked.headers["location"]) == (
        303,
        f"{ROOT}/session?next=/desk/keys",
    )
    assert stranger.get(f"{ROOT}/how/").headers["location"] == f"{ROOT}/how"
    browser = browser_behind(rooted.client.app, kind)
    kept = browser.sign_in(rooted.admin)
    assert kept.headers["location"] == f"{ROOT}/desk"
    assert f"; Path={ROOT};" in kept.headers["set-cookie"]
    assert browser.get(f"{ROOT}/session").headers["location"] == f"{ROOT}/desk"
    browser.send(f"{ROOT}/desk/benchmarks?slug=own&matcher=text", ITEMS)
    revised = browser.send(
        f"{ROOT}/desk/benchmarks/own/revisions", "key,question,accepted\nq1,O?,9\n"
    )
    assert revised.json()["address"] == f"{ROOT}/desk/benchmarks/own/revisions/2", revised.text
    made = rooted.client.post(
        "/api/v1/benchmarks/own/submissions",
        json={"model": {"name": "m"}, "predictions": [{"item": "q1", "answer": "9"}]},
        headers={"Authorization": f"Bearer {rooted.admin}"},
    )
    place = made.headers["location"]
    assert place == f"{ROOT}/api/v1/submissions/{made.json()['id']}"
    assert stranger.get(place).json()["id"] == made.json()["id"]
    gone = browser.post(
        f"{ROOT}/desk/submissions/{made.json()['id']}/withdraw", reason="wrong", benchmark="own"
    )
    assert gone.headers["location"] == f"{ROOT}/desk/benchmarks/own?done=withdrawn"
    ended = browser.post(f"{ROOT}/session/end")
    assert (ended.status_code, ended.headers["location"]) == (303, f"{ROOT}/")
    assert browser.get(f"{ROOT}/desk").status_code == 303


@pytest.mark.parametrize("kind", KINDS)
def test_json_names_the_prefix(rooted: Served, kind: Proxy) -> None:
    stranger = browser_behind(rooted.client.app, kind)
    missing = stranger.http.get(f"{ROOT}/api/v1/benchmarks/none")
    assert missing.json()["type"] == f"{ROOT}/problems/not-found"
    assert missing.json()["instance"] == f"{ROOT}/api/v1/benchmarks/none"
    assert missing.headers["vary"] == "Authorization"
    document = stranger.http.get(f"{ROOT}/api/v1/openapi.json").json()
    assert document["servers"] == [{"url": ROOT}]
    board = stranger.http.get(f"{ROOT}/api/v1/benchmarks").json()["data"][0]["slug"]
    page = stranger.http.get(f"{ROOT}/api/v1/benchmarks/{board}/items?limit=2").json()
    further = {"limit": "2", "cursor": page["next_cursor"]}
    then = stranger.http.get(f"{ROOT}/api/v1/benchmarks/{board}/items", params=further).json()
    assert then["data"][0] not in page["data"]
    assert stranger.http.get(f"{ROOT}/readyz").json()["status"] == "ready"


def test_a_page_in_error_keeps_the_prefix(rooted: Served) -> None:
    browser = browser_behind(rooted.client.app, "passes it on")
    missing = browser.get(f"{ROOT}/none")
    assert missing.status_code == 404
    assert all(one.startswith(ROOT) for one in addresses_in(missing))
    assert f'href="{ROOT}/how"' in missing.text


def test_probes_reach_the_bare_port(rooted: Served) -> None:
    for path in ("/healthz", "/readyz", f"{ROOT}/healthz", f"{ROOT}/readyz"):
        assert rooted.client.get(path).status_code == 200
    assert rooted.client.get("/candorous").status_code == 404


def test_a_file_is_sent_once(rooted: Served) -> None:
    browser = browser_behind(rooted.client.app, "passes it on")
    for path in ("static/candor.css", "api/v1/benchmarks"):
        tag = browser.get(f"{ROOT}/{path}").headers.get("etag")
        if tag is not None:
            again = browser.get(f"{ROOT}/{path}", **{"If-None-Match": f"W/{tag}"})
            assert again.status_code == 304, path


@pytest.mark.parametrize("base", ["https://lab.example/candor", "https://lab.example/candor/"])
def test_the_prefix_follows_from_the_public_address(
    database_url: str, tmp_path: Path, base: str
) -> None:
    with serve(database_url, tmp_path, base_url=base) as served:
        served.publish()
        page = served.client.get("/candor/benchmarks/ten/about").text
        assert 'href="/candor/how"' in page
        assert "CANDOR_URL=https://lab.example/candor " in page
        assert "(https://lab.example/candor/benchmarks/ten/badge.svg)" in page


def test_without_a_prefix_nothing_changes(served: Served) -> None:
    page = served.client.get("/", headers={"Accept": "text/html"}).text
    assert 'href="/static/candor.css"' in page
    assert "servers" not in served.read("/openapi.json")
    assert served.client.get("/candor/").status_code == 404
