"""Every link of a view keeps it: target, mode, revision and category, page after page."""

import html
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser

from tests.served import Served
from tests.truth.boards import fill, publish, rows, submit
from tests.web.browser import chromium, serving, watching
from tests.web.test_dial import ready, set_dial

VIEW = {"target": "0.62", "mode": "threshold", "revision": "1", "category": "kind 1 & <b>"}
PAGES = re.compile(r"/(benchmarks/[\w-]+$|submissions/|compare$)")


def revised(served: Served, slug: str) -> None:
    """A board of three models with categories, under two revisions."""
    publish(served, slug, 12)
    for at in range(3):
        submit(served, slug, f"m {at}", rows(12, 0.75 - at / 6, 0.25, seed=at))
    changes = {"items": [{"key": "i0", "weight": 2}], "note": "counts twice"}
    reply = served.request("POST", f"/benchmarks/{slug}/revisions", json=changes)
    assert reply.status_code in {200, 201, 202}, reply.text


def links(page: str) -> list[tuple[str, str]]:
    """The links in the main part, each with the markup of its tag."""
    main = page[page.index("<main") :]
    return [
        (html.unescape(href), tag)
        for tag, href in re.findall(r'(<a\b[^>]*href="([^"]+)"[^>]*>)', main)
    ]


def test_every_link_keeps_the_view(served: Served) -> None:
    revised(served, "revised")
    seen: set[str] = set()
    first = "/benchmarks/revised?" + "&".join(
        f"{name}={'kind+1+%26+%3Cb%3E' if name == 'category' else value}"
        for name, value in VIEW.items()
    )
    waiting = [first]
    kinds = set()
    while waiting:
        path = waiting.pop()
        reply = served.client.get(path)
        assert reply.status_code == 200, path
        for href, tag in links(reply.text):
            there = urlsplit(href)
            if not PAGES.search(there.path) or "/api/" in there.path:
                continue
            query = parse_qs(there.query)
            if 'aria-current="page"' in tag or _sets_one(tag, reply.text, href):
                continue
            for name, value in VIEW.items():
                assert query.get(name) == [value], (path, href, name)
            kind = re.sub(r"sub_\w+", "sub", there.path)
            kinds.add(kind)
            key = re.sub(r"i\d+$", "i", there.path) + ("&after" if "after" in query else "")
            if key not in seen and len(seen) < 40:
                seen.add(key)
                waiting.append(href.split("#")[0])
    assert {"/benchmarks/revised", "/submissions/sub", "/compare"} <= kinds
    assert any("/items/" in kind for kind in kinds)


def _sets_one(tag: str, page: str, href: str) -> bool:
    """Links that are there to change one part: targets, modes, sorts, tags, the revision."""
    at = page.find(html.escape(href, quote=False))
    switch = page.rfind('<p class="switch', 0, at)
    inside = switch >= 0 and "</p>" not in page[switch:at]
    newest = "see revision" in page[at : at + len(href) + 200]
    return (
        inside or newest or any(one in tag for one in ("data-sort-by", "data-export", "pill-link"))
    )


def test_a_link_without_the_view_is_caught(served: Served) -> None:
    revised(served, "revised")
    page = served.client.get("/benchmarks/revised", params=VIEW).text
    found = [href for href, _ in links(page) if "/submissions/" in href]
    assert len(found) >= 3
    assert all("target=0.62" in href and "revision=1" in href for href in found)


def test_a_submission_is_shown_under_the_revision_of_its_link(served: Served) -> None:
    revised(served, "revised")
    served.read("/benchmarks/revised/leaderboard", target="0.5")
    old = served.read("/benchmarks/revised/leaderboard", target="0.5", revision="1")
    new = served.read("/benchmarks/revised/leaderboard", target="0.5")
    row = old["data"][0]
    latest = next(one for one in new["data"] if one["submission"] == row["submission"])
    pages = {}
    for revision, board_row in (("1", row), ("2", latest)):
        params = {"target": "0.5", "mode": "declared", "revision": revision}
        page = served.client.get(f"/submissions/{row['submission']}", params=params).text
        score = board_row["score"]["value"] * 100
        pages[revision] = f"{abs(score):.1f}" in page
    assert pages == {"1": True, "2": True}
    assert served.client.get(f"/submissions/{row['submission']}?revision=9").status_code == 404


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a screen."""
    with chromium() as opened:
        yield opened


@pytest.mark.browser
def test_links_follow_the_dial(
    browser: Browser, filled: Served, tmp_path_factory: pytest.TempPathFactory
) -> None:
    fill(filled, "unsourced")
    folder = tmp_path_factory.mktemp("links")
    source = Path(filled.database_url.removeprefix("sqlite:///"))
    for part in source.parent.glob("candor.db*"):
        shutil.copyfile(part, folder / part.name)
    with serving(folder) as address, watching(browser, address) as turned:
        page = ready(turned, "/benchmarks/unsourced?mode=declared&target=0.5")
        set_dial(page, 83)
        page.wait_for_url("**target=0.83**")
        hrefs = page.evaluate(
            "() => [...document.querySelectorAll('main a')].map(a => a.getAttribute('href'))"
            ".filter(href => href.includes('/submissions/'))"
        )
        assert len(hrefs) >= 6
        assert all("target=0.83" in href and "mode=declared" in href for href in hrefs)
        page.locator("tr[data-id] .model a").first.click()
        page.wait_for_url("**/submissions/**target=0.83**")
        page.locator("#target").fill("0.4")
        page.wait_for_url("**target=0.4**")
        crumb = page.locator(".crumb a").first
        crumb.click()
        page.wait_for_url("**/benchmarks/unsourced?**target=0.4**")
