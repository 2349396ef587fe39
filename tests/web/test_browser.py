"""The pages in a real browser: no errors, nothing from outside, nothing that runs over."""

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, sync_playwright

from app.demo.load import load_demo
from app.main import create_app
from app.settings import Settings
from app.storage.session import open_database
from tests.conftest import absent

pytestmark = pytest.mark.browser
PATHS = (
    "/",
    "/benchmarks/letter-counts",
    "/benchmarks/letter-counts?rule=quadratic",
    "/benchmarks/gpqa-diamond-counts?target=0.9",
    "/benchmarks/none",
)


@pytest.fixture(scope="module")
def address(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of the demo on a free port."""
    folder = tmp_path_factory.mktemp("browser")
    shutil.copyfile(sqlite_template, folder / "candor.db")
    settings = Settings(data_dir=folder, database_url="", reads_per_minute=100_000)
    database = open_database(settings.url)
    load_demo(database)
    database.dispose()
    config = uvicorn.Config(create_app(settings), port=0, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a screen."""
    program = shutil.which("chromium")
    if program is None:
        absent("Chromium")
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=options)
        yield opened
        opened.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1360, 390])
def test_pages_are_quiet_and_fit(browser: Browser, address: str, width: int, scheme: Any) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page = context.new_page()
    noise: list[str] = []
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on(
        "request",
        lambda request: None if request.url.startswith(address) else noise.append(request.url),
    )
    for path in PATHS:
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    context.close()
    # The browser itself reports the 404 of the last path.
    assert [line for line in noise if "404" not in line] == []


def test_the_dial_is_a_form_without_javascript(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/benchmarks/letter-counts?target=0")
    assert page.locator("tbody th.model").first.inner_text().startswith("Brass Trumpet XL")
    page.get_by_label("Set the target").fill("0.75")
    page.get_by_role("button", name="Show").press("Enter")
    assert "target=0.75" in page.url
    assert page.locator("tbody th.model").first.inner_text().startswith("Quill")
    assert page.locator("tr.silence").count() == 1
    context.close()


def test_every_figure_has_a_name_for_those_who_cannot_see(browser: Browser, address: str) -> None:
    page = browser.new_page()
    page.goto(f"{address}/benchmarks/letter-counts")
    assert page.get_by_role("table").count() >= 1
    assert page.get_by_role("rowheader").count() >= 12
    assert page.locator("svg[role=img]:visible").count() == 2
    assert page.locator("svg[role=img] > title").count() == 4
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.close()
