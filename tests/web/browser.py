"""What tests in a real browser share: a served Candor, Debian's Chromium, axe, and a quiet page.

A quiet page is one without a console message, an error, a request elsewhere, a finding of axe, or
a scroll to the side. Fixtures stand in `tests/web/conftest.py`.
"""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from app.main import create_app
from app.settings import Settings
from tests.conftest import absent
from tests.waiting import CEILING, wait_until

Scheme = Literal["light", "dark"]
WIDE, PHONE = 1360, 390
PATIENCE = 180_000
"""Milliseconds that anything on a page may take; a busy machine needs more than 5 or 30 s."""
OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@contextmanager
def serving(folder: Path, **settings: Any) -> Iterator[str]:
    """A server on a free port of this machine; `folder` holds its database. Yields its address."""
    wanted: dict[str, Any] = {"database_url": "", "reads_per_minute": 1_000_000, **settings}
    app = create_app(Settings(data_dir=folder, **wanted))
    # As candor-server serves: forwarding headers are read by app/http/middleware.py.
    config = uvicorn.Config(
        app,
        port=0,
        log_config=None,
        access_log=False,
        proxy_headers=False,
        # A starved test may pause between two requests for longer than the usual 5 s.
        timeout_keep_alive=CEILING,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_until(lambda: server.started or not thread.is_alive(), "the start of the server")
    assert thread.is_alive(), "the server ended at its start"
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(CEILING)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a screen."""
    program = shutil.which("chromium")
    if program is None:
        absent("Chromium")
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        opened = playwright.chromium.launch(
            executable_path=program, args=list(OPTIONS), timeout=PATIENCE
        )
        yield opened
        opened.close()


@dataclass(slots=True)
class Watched:
    """A page whose noise is written down: console, errors, requests to elsewhere."""

    page: Page
    address: str
    noise: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        """Goes to a path and waits until nothing loads any more."""
        self.page.goto(self.address + path, wait_until="networkidle")
        return self.page

    def at(self, path: str) -> Page:
        """Goes to a path and waits for the document alone, which is enough without a script."""
        self.page.goto(self.address + path, wait_until="domcontentloaded")
        return self.page

    def too_wide(self) -> bool:
        """Whether the page scrolls to the side."""
        wide: bool = self.page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        return wide

    def findings(self) -> list[str]:
        """What axe finds, one line a place: WCAG 2.0 to 2.2 A and AA, and best practice."""
        # Evaluated by the debugger, which the page's content policy does not concern.
        self.page.evaluate(axe_source())
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{violation['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:240]}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    def assert_fine(self, path: str) -> None:
        """Opens a path and holds the page to everything a page must be."""
        self.open(path)
        assert self.findings() == [], path
        assert not self.too_wide(), path
        # The browser itself reports a page that answers 404.
        assert [line for line in self.noise if "404" not in line] == [], path


def axe_source() -> str:
    """axe-core as its Python package ships it (MPL-2.0; for tests alone)."""
    return (files("axe_playwright_python") / "axe.min.js").read_text()


@contextmanager
def watching(
    browser: Browser,
    address: str,
    *,
    width: int = WIDE,
    scheme: Scheme = "light",
    javascript: bool = True,
    **more: Any,
) -> Iterator[Watched]:
    """A fresh context of the given form, watched."""
    context: BrowserContext = browser.new_context(
        viewport={"width": width, "height": 900 if width > 600 else 844},
        color_scheme=scheme,
        java_script_enabled=javascript,
        reduced_motion="reduce",
        **more,
    )
    context.set_default_timeout(PATIENCE)
    watched = Watched(context.new_page(), address)
    page, noise = watched.page, watched.noise
    page.on("console", lambda message: noise.append(message.text))
    page.on("pageerror", lambda error: noise.append(str(error)))
    page.on(
        "request",
        lambda request: None if request.url.startswith(address) else noise.append(request.url),
    )
    try:
        yield watched
    finally:
        context.close()
