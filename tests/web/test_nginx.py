"""Behind a real nginx with TLS, set up by the words of docs/operations.md: every page in Chromium,
signing in, files sent for real, conditional requests, at the root and under a prefix."""

import json
import shutil
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, expect

import candor_client
from app.demo.load import load_demo
from app.services.access.keys import issue_first
from app.storage.database.session import open_database
from tests.waiting import CEILING
from tests.web.browser import Watched, serving, watching
from tests.web.nginx import nginx

pytestmark = pytest.mark.proxy

BOARD = "gpqa-diamond-counts"
BIG = 3_000_000
"""Bytes of an upload that nginx alone would refuse."""


@dataclass(frozen=True, slots=True)
class Site:
    """An address with TLS, its prefix, an admin's key, and the certificate to trust."""

    address: str
    root: str
    key: str
    folder: Path

    def client(self, **headers: str) -> httpx2.Client:
        """A client that knows the certificate and asks for what is compressed."""
        context = ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))
        return httpx2.Client(
            base_url=self.address, verify=context, timeout=CEILING, headers=headers
        )


@contextmanager
def site(template: Path, folder: Path, root: str, *, strip: bool = False) -> Iterator[Site]:
    """The demo behind nginx."""
    path = folder / "candor.db"
    shutil.copyfile(template, path)
    database = open_database(f"sqlite:///{path}")
    load_demo(database)
    with database.writing() as session:
        token = issue_first(session, pepper=None).token
    database.dispose()
    with serving(folder, writes_per_minute=100_000, root_path=root) as inside:
        upstream = inside.removeprefix("http://")
        context = folder / "nginx"
        with nginx(context, upstream, root_path=root, strip=strip) as address:
            yield Site(address, root, token, context)


@pytest.fixture(scope="module", params=["", "/candor"], ids=["at the root", "under a prefix"])
def behind(
    request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Candor at the root of a host, and under /candor."""
    with site(sqlite_template, tmp_path_factory.mktemp("nginx"), request.param) as running:
        yield running


def bearer(site: Site) -> dict[str, str]:
    """The header of the admin's key."""
    return {"Authorization": f"Bearer {site.key}"}


def watch(browser: Browser, site: Site) -> Any:
    """A browser that takes the certificate of an hour; all noise is noted."""
    return watching(browser, site.address, ignore_https_errors=True)


def note_failures(watched: Watched) -> None:
    """Failed requests and refusals are noise too."""
    watched.page.on(
        "requestfailed",
        # A page that is left while its icon is on the way takes that request back.
        lambda asked: (
            watched.noise.append(f"{asked.failure} {asked.url}")
            if asked.failure != "net::ERR_ABORTED"
            else None
        ),
    )
    watched.page.on(
        "response",
        lambda reply: (
            watched.noise.append(f"{reply.status} {reply.url}") if reply.status >= 400 else None
        ),
    )


def file_of(folder: Path, name: str, lines: list[dict[str, object]]) -> str:
    """A file of rows, one a line."""
    path = folder / name
    path.write_text("\n".join(json.dumps(line) for line in lines))
    return str(path)


@pytest.mark.browser
def test_a_browser_does_everything(browser: Browser, behind: Site, tmp_path: Path) -> None:
    with watch(browser, behind) as watched:
        note_failures(watched)
        page = watched.open("/session")
        page.get_by_label("Key").fill(behind.key)
        page.get_by_role("button", name="Open the desk").click()
        page.wait_for_url("**/desk")
        (cookie,) = page.context.cookies()
        assert cookie["name"] == ("__Secure-candor" if behind.root else "__Host-candor")
        assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (True, True, "Strict")
        assert cookie["path"] == (behind.root or "/")

        watched.open("/desk/publish")
        items: list[dict[str, object]] = [
            {"key": f"q{n}", "question": f"Question {n}? {'x' * 800}", "accepted": [f"a{n}"]}
            for n in range(BIG // 800)
        ]
        page.set_input_files("#file", file_of(tmp_path, "items.jsonl", items))
        page.get_by_label("Slug").fill("behind-tls")
        page.get_by_role("button", name="Publish").click()
        expect(page.locator(".notice.good")).to_contain_text("published")
        page.get_by_role("link", name="See the board").click()
        page.wait_for_url(f"{behind.address}/benchmarks/behind-tls")

        watched.open("/benchmarks/behind-tls/about")
        rows: list[dict[str, object]] = [
            {"item": f"q{n}", "answer": f"a{n}" if n % 3 else "no", "confidence": 0.9}
            for n in range(len(items))
        ]
        page.set_input_files("#file", file_of(tmp_path, "predictions.jsonl", rows))
        page.get_by_label("Model name").fill("behind")
        page.locator("#key").fill(behind.key)
        page.get_by_role("button", name="Submit", exact=True).click()
        expect(page.locator(".receipt h3")).to_contain_text("stored")
        page.get_by_role("link", name="See the submission").click()
        page.wait_for_url(f"{behind.address}/submissions/**")
        submission = page.url.removeprefix(behind.address).partition("?")[0]

        watched.open("/desk/benchmarks/behind-tls")
        changed = file_of(tmp_path, "changed.jsonl", [{"key": "q0", "accepted": ["no"]}])
        page.set_input_files("#file", changed)
        page.get_by_label("What was wrong").fill("q0 had the wrong answer")
        page.get_by_role("button", name="Make revision 2").click()
        page.wait_for_url("**/revisions/2")

        for path in (
            "/", f"/benchmarks/{BOARD}?target=0.9", "/benchmarks/letter-counts/about",
            "/how", "/rules", "/docs", submission, f"{submission}/mistakes",
            f"{submission}/items/q3", "/desk", "/desk/keys", "/desk/audit",
            "/desk/benchmarks/behind-tls/revisions/2",
        ):  # fmt: skip
            watched.open(path)
            assert page.locator("main, h1").count(), path
        for path in ("badge.svg", "chart.svg", "share.svg"):
            watched.open(f"/benchmarks/{BOARD}/{path}")
        _turn_and_compare(watched)
        assert watched.noise == []

        # The browser itself reports a page that answers 404, and nothing else goes wrong there.
        watched.open("/none")
        assert page.get_by_role("link", name="All benchmarks").get_attribute("href") == (
            f"{behind.root}/"
        )
        assert [line for line in watched.noise if "404" not in line] == []
        watched.open("/desk")
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(f"{behind.address}/")
        assert page.context.cookies() == []


def _turn_and_compare(watched: Watched) -> None:
    """The board's script: the dial, two models ticked, and the comparison that they lead to."""
    page = watched.open(f"/benchmarks/{BOARD}")
    page.keyboard.press("Home")
    boxes = page.locator(".pick input")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.locator("[data-tray-go]").click()
    page.wait_for_url(f"{watched.address}/compare?**")
    expect(page.locator("h1")).to_contain_text("against")
    page.wait_for_load_state("networkidle")


def test_what_a_reader_has_is_not_sent_again(behind: Site) -> None:
    with behind.client(**{"Accept-Encoding": "gzip"}) as client:
        for path in (
            "/static/candor.css",
            "/static/board.js",
            f"/api/v1/benchmarks/{BOARD}/leaderboard",
            f"/benchmarks/{BOARD}/share.svg",
        ):
            first = client.get(path)
            assert first.status_code == 200, path
            assert first.headers["content-encoding"] == "gzip", path
            tag = first.headers["etag"]
            assert tag.startswith('W/"'), path
            again = client.get(path, headers={"If-None-Match": tag})
            assert (again.status_code, again.content) == (304, b""), path
            other = client.get(path, headers={"If-None-Match": 'W/"other"'})
            assert other.status_code == 200, path


def test_large_bodies_come_through_whole(behind: Site) -> None:
    lines = "\n".join(
        json.dumps({"key": f"k{n}", "accepted": ["a"], "question": "x" * 900})
        for n in range(BIG // 900)
    )
    kind = {"Content-Type": "application/x-ndjson"}
    with behind.client() as client:
        made = client.post(
            "/api/v1/benchmarks?slug=large&matcher=text",
            content=lines.encode(),
            headers=bearer(behind) | kind,
        )
        assert made.status_code == 201, made.text
        place = made.headers["location"]
        assert place == f"{behind.root}/api/v1/benchmarks/large"
        read = client.get(httpx2.URL(behind.address).join(place))
        assert read.json()["n_items"] == BIG // 900


def test_the_client_lives_behind_it(behind: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(behind.folder / "fullchain.pem"))
    for address in (behind.address, f"{behind.address}/", f"{behind.address}/api/v1"):
        with candor_client.Client(address, behind.key) as client:
            board = client.leaderboard(BOARD, target=0.75)
            assert board["data"]


@pytest.mark.parametrize("strip", [False, True], ids=["passed on", "taken off"])
def test_either_kind_of_location_serves_the_same(
    sqlite_template: Path, tmp_path: Path, strip: bool
) -> None:
    with (
        site(sqlite_template, tmp_path, "/candor", strip=strip) as running,
        running.client() as client,
    ):
        page = client.get("/", headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert 'href="/candor/static/candor.css"' in page.text
        bare = client.get(f"{running.address}")
        assert bare.status_code in {200, 301}
        slashed = client.get("/how/")
        assert slashed.headers["location"] == "/candor/how"
        origin = running.address.removesuffix("/candor")
        assert client.get(f"{origin}/how").status_code == 404
        foreign = {"Origin": "https://evil.example"}
        refused = client.post("/session", data={"key": running.key}, headers=foreign)
        assert refused.status_code == 403
        kept = client.post("/session", data={"key": running.key}, headers={"Origin": origin})
        assert kept.headers["location"] == "/candor/desk"
        assert kept.headers["set-cookie"].startswith("__Secure-candor=")
        ended = client.post("/session/end", headers={"Origin": origin})
        assert ended.headers["location"] == "/candor/"
        assert "Max-Age=0" in ended.headers["set-cookie"]
