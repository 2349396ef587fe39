"""Reports, single answers and comparisons in a real browser, in every form, hostile text too."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser

from app.demo.load import load_demo
from app.services.access.keys import issue_first
from app.storage.database.session import open_database
from tests.waiting import CEILING
from tests.web.browser import PHONE, WIDE, Scheme, serving, watching
from tests.web.hostile import NAMES, ODD_ANSWERS

pytestmark = pytest.mark.browser


@dataclass(frozen=True, slots=True)
class Stage:
    """A server with the demo, a benchmark full of hostile text and a hidden one."""

    address: str
    paths: tuple[str, ...]
    hostile: tuple[str, ...]


@pytest.fixture(scope="module")
def stage(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The stage; one server for the module."""
    folder = tmp_path_factory.mktemp("reports")
    path = folder / "candor.db"
    shutil.copyfile(sqlite_template, path)
    database = open_database(f"sqlite:///{path}")
    load_demo(database)
    with database.writing() as session:
        token = issue_first(session, pepper=None).token
    database.dispose()
    with serving(folder, writes_per_minute=100_000) as address:
        headers = {"Authorization": f"Bearer {token}"}
        with httpx2.Client(
            base_url=f"{address}/api/v1", headers=headers, timeout=CEILING
        ) as client:
            yield Stage(address, *_paths(client))


def _paths(client: httpx2.Client) -> tuple[tuple[str, ...], tuple[str, ...]]:
    board = client.get("/benchmarks/letter-counts/leaderboard").json()["data"]
    a, b = board[0]["submission"], board[4]["submission"]
    counts = client.get("/benchmarks/gpqa-diamond-counts/leaderboard").json()["data"]
    items = [
        {"key": f"q{n}", "question": name, "accepted": [NAMES[-n - 1]], "category": name[:40]}
        for n, name in enumerate(NAMES)
    ]
    for slug, mode in (("hostile", "open"), ("secret", "hidden")):
        made = client.post(
            "/benchmarks", json={"slug": slug, "matcher": "text", "mode": mode, "items": items}
        )
        assert made.status_code == 201, made.text
    stored: dict[str, list[str]] = {"hostile": [], "secret": []}
    said = [*ODD_ANSWERS, *NAMES]
    for slug, found in stored.items():
        for name in (NAMES[0], NAMES[1], NAMES[48], NAMES[50]):
            rows = [
                {"item": f"q{n}", "answer": said[n], "confidence": n / 60}
                for n in range(len(NAMES))
            ]
            run = {name[:60]: name, "notes": "n" * 900}
            body = {"model": {"name": name, "organisation": name}, "run": run, "predictions": rows}
            reply = client.post(f"/benchmarks/{slug}/submissions", json=body)
            assert reply.status_code == 201, reply.text
            found.append(reply.json()["id"])
    c, d = stored["hostile"][0], stored["hostile"][3]
    e, f = stored["secret"][:2]
    plain = (
        f"/submissions/{a}?target=0.75",
        f"/submissions/{b}?rule=quadratic&mode=threshold",
        f"/submissions/{counts[0]['submission']}?target=0.9",
        f"/submissions/{b}/mistakes",
        f"/submissions/{b}/items/banana-a",
        f"/compare?a={a}&b={b}&target=0.35",
        f"/compare?a={a}",
        "/compare",
        f"/submissions/{e}",
        f"/submissions/{e}/items/q1",
        f"/compare?a={e}&b={f}&target=0.5",
        "/submissions/sub_none",
    )
    hostile = (
        f"/submissions/{c}?target=0.5",
        f"/submissions/{d}/mistakes",
        *(f"/submissions/{c}/items/q{n}" for n in (0, 3, 4, 6, 47, 50)),
        f"/compare?a={c}&b={d}",
        f"/compare?a={c}",
    )
    return plain, hostile


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_reports_are_quiet_and_fit(
    browser: Browser, stage: Stage, width: int, scheme: Scheme
) -> None:
    with watching(browser, stage.address, width=width, scheme=scheme) as watched:
        for path in (*stage.paths, *stage.hostile[:1], *stage.hostile[6:9]):
            watched.open(path)
            assert watched.findings() == [], path
            assert not watched.too_wide(), path
        # The browser itself reports pages that answer 403 and 404.
        assert [line for line in watched.noise if "40" not in line] == []


def test_hostile_text_runs_nothing(browser: Browser, stage: Stage) -> None:
    with watching(browser, stage.address) as watched:
        watched.page.on("dialog", lambda dialog: watched.noise.append("a dialog opened"))
        for path in stage.hostile:
            page = watched.open(path)
            assert (
                page.evaluate("document.querySelectorAll('img[src=x], iframe, base').length") == 0
            )
        assert watched.noise == []


def test_the_dial_of_a_report_follows_and_settles(browser: Browser, stage: Stage) -> None:
    with watching(browser, stage.address) as watched:
        page = watched.open(stage.paths[0])
        page.locator("#target").focus()
        page.keyboard.press("PageDown")
        page.keyboard.press("ArrowRight")
        assert page.locator("[data-shown]").inner_text() == "0.66"
        assert page.locator("svg.single-chart.wide .pill-text").text_content() == "t = 0.66"
        page.wait_for_url("**target=0.66**")
        settled = page.locator("#live").inner_text()
        watched.open(page.url.removeprefix(stage.address))
        assert page.locator("#live").inner_text() == settled
        assert "wrong answer costs 1.94" in (
            page.locator("#target").get_attribute("aria-valuetext") or ""
        )
        assert watched.noise == []


def test_dragging_across_a_chart_turns_the_dial(browser: Browser, stage: Stage) -> None:
    with watching(browser, stage.address) as watched:
        page = watched.open(stage.paths[5])
        chart = page.locator("svg.difference-chart.wide")
        chart.scroll_into_view_if_needed()
        box = chart.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.5)
        page.mouse.up()
        shown = float(page.locator("[data-shown]").inner_text())
        assert 0.1 < shown < 0.3
        page.wait_for_url(f"**target={shown:g}**")
        assert f"At t = {shown:g}," in page.locator(".verdict").inner_text()


def test_a_report_needs_no_javascript(browser: Browser, stage: Stage) -> None:
    with watching(browser, stage.address, javascript=False) as watched:
        page = watched.open(stage.paths[0])
        page.locator("#target").fill("0.5")
        page.get_by_role("button", name="Apply").press("Enter")
        page.wait_for_url("**target=0.5**")
        assert page.locator(".figures .big").count() == 4
    with watching(browser, stage.address) as watched:
        with_script = watched.open(stage.paths[0].replace("0.75", "0.5"))
        assert with_script.locator(".figures .big").count() == 4


def test_every_chart_is_named_and_has_its_numbers(browser: Browser, stage: Stage) -> None:
    with watching(browser, stage.address) as watched:
        page = watched.open(stage.paths[1])
        charts = page.locator("svg.chart:visible")
        assert charts.count() == 4
        assert page.locator("details.numbers table caption").count() == 4
        for place in range(4):
            assert charts.nth(place).get_attribute("aria-labelledby")


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_a_slim_dial_stays_where_the_dial_has_scrolled_away(
    browser: Browser, stage: Stage, width: int
) -> None:
    with watching(browser, stage.address, width=width) as watched:
        page = watched.open(stage.paths[0])
        slim = page.locator("[data-slim]")
        assert slim.is_hidden()
        page.locator("#live table").last.scroll_into_view_if_needed()
        slim.wait_for(state="visible")
        assert watched.findings() == []
        slim.locator("input").focus()
        page.keyboard.press("PageUp")
        assert slim.locator("output").inner_text() == "0.85"
        assert page.locator("#target").input_value() == "0.85"
        page.wait_for_url("**target=0.85**")
        page.evaluate("scrollTo(0, 0)")
        slim.wait_for(state="hidden")
        assert page.evaluate("document.activeElement.id") == "target"
        assert watched.noise == []
