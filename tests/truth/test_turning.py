"""The sentence while the dial turns, in a real browser: the server's at every step of every made
board, before the rank ranges come and after."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser

from tests.served import Served
from tests.truth.boards import BOARDS, fill
from tests.waiting import wait_until
from tests.web.browser import chromium, serving, watching
from tests.web.test_dial import ready, served, set_dial, shown, wait_for

pytestmark = pytest.mark.browser

STEPS = (0, 3, 33, 50, 62, 75, 88, 99)


@pytest.fixture(scope="module")
def address(filled: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server on a copy of the made boards."""
    folder = tmp_path_factory.mktemp("turning")
    for slug in BOARDS:
        fill(filled, slug)
    source = Path(filled.database_url.removeprefix("sqlite:///"))
    for part in source.parent.glob("candor.db*"):
        shutil.copyfile(part, folder / part.name)
    with serving(folder) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a screen."""
    with chromium() as opened:
        yield opened


@pytest.mark.parametrize("slug", BOARDS)
def test_the_browser_says_the_servers_sentence(browser: Browser, address: str, slug: str) -> None:
    with watching(browser, address) as turned:
        page = ready(turned, f"/benchmarks/{slug}?mode=declared&target=0.17")
        for step in STEPS:
            set_dial(page, step)
            mine = shown(page)
            theirs = served(page, f"/benchmarks/{slug}?mode=declared&target={step / 100:g}")
            assert mine["story"] == theirs["story"], (slug, step)
            assert mine["unsure"] == theirs["unsure"], (slug, step)
            assert mine["bars"] == theirs["bars"], (slug, step)
        assert turned.noise == []


@pytest.mark.parametrize("slug", ["clear", "noise", "ties"])
def test_the_sentence_after_a_rest_is_the_whole_one(
    browser: Browser, address: str, slug: str
) -> None:
    asking = f"{address}/api/v1/benchmarks/{slug}/leaderboard?mode=declared&target=0.88"
    wait_until(
        lambda: not httpx2.get(f"{asking}&ranges=compute").json()["ranges"]["reason"],
        "the rank ranges of the view",
    )
    with watching(browser, address) as turned:
        page = ready(turned, f"/benchmarks/{slug}?mode=declared&target=0.17")
        set_dial(page, 88)
        wait_for(page, "html[data-rested=yes]")
        told = page.locator("[data-story]").text_content() or ""
        there = f"/benchmarks/{slug}?mode=declared&target=0.88&ranges=compute"
        parse = "new DOMParser().parseFromString(await (await fetch(path)).text(), 'text/html')"
        asked = f"async path => ({parse}).querySelector('[data-story]').textContent"
        assert told == page.evaluate(asked, there)
        assert "being computed" not in told
        # A search draws the table again, and keeps the sentence.
        page.locator("[data-find]").fill("e")
        page.wait_for_url("**q=e**")
        assert page.locator("[data-story]").text_content() == told
        assert page.locator("[data-dial-live]").text_content() == f"0.88. {told}"
