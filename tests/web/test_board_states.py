"""Boards that are not the usual one, in a real browser: hostile names, hidden answers, partial
credit, ungraded answers, nothing at all, more than fit, an old revision."""

import csv
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unicodedata import normalize

import httpx2
import pytest
from playwright.sync_api import Browser

from tests.served import first_key
from tests.waiting import CEILING
from tests.web.browser import PHONE, WIDE, serving, watching
from tests.web.test_dial import ready, served, set_dial, shown, wait_for

pytestmark = pytest.mark.browser

MARKUP = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>',
    "</table><h1>out", "<!-- open", "]]>", "<b>bold</b>", "&lt;b&gt;", "&#x3c;script&#x3e;",
    "javascript:alert(1)", "{{ 7 * 7 }}", "{% raw %}", "${7*7}", "`id`", "$(id)", "%00",
    "%0d%0aX: y",
    "' OR 1=1 --", "\\", "\\u003cscript\\u003e", "[x](javascript:alert(1))", "![x](http://x/)",
    "| a | b |", "* _ ~ #", "<style>*{display:none}</style>", "<base href=//x>",
    "<a href=//x>x</a>",
]  # fmt: skip
FORMULAS = [
    "=HYPERLINK(1)", "=1+1", "+1+1", "-1+1", "@SUM(A1)", "=cmd|' /C calc'!A0", "=IMPORTXML(1)",
    "-2+3+cmd|' /C calc'!A0",
]  # fmt: skip
LETTERS = [
    "مرحبا بالعالم", "שלום עולם", "日本語のモデル", "한국어 모델", "ภาษาไทย", "ѕсrірt", "Ⅷ ﬁ ﬀ",
    "e\u0301e\u0301", "Z" + "\u0301" * 30, "🦉" * 40, "🇨🇿🇺🇦", "👍🏽", "W" * 200, "i" * 200,
    "word " * 40 + "end", "a" * 60 + "-" + "b" * 60, ".", "–", "0", "null", "NaN", "undefined",
    "__proto__", "constructor", "quill'quill", 'quill"quill',
]  # fmt: skip
# Names are kept in NFC and end at 120 characters.
HOSTILE = [normalize("NFC", name)[:120].strip() for name in (*MARKUP, *FORMULAS, *LETTERS)]


class Board:
    """A served Candor and how to fill it."""

    def __init__(self, address: str, key: str) -> None:
        self.address = address
        self.api = httpx2.Client(
            base_url=f"{address}/api/v1",
            headers={"Authorization": f"Bearer {key}"},
            timeout=CEILING,
        )

    def publish(self, slug: str, **wanted: Any) -> None:
        items = [{"key": f"q{n}", "accepted": [f"a{n}"]} for n in range(20)]
        body = {"slug": slug, "matcher": "text", "items": items} | wanted
        reply = self.api.post("/benchmarks", json=body)
        assert reply.status_code == 201, reply.text

    def submit(self, slug: str, name: str, rows: list[dict[str, Any]], **model: Any) -> None:
        body = {"model": {"name": name} | model, "predictions": rows}
        reply = self.api.post(f"/benchmarks/{slug}/submissions", json=body)
        assert reply.status_code == 201, reply.text


def answers(right: int, wrong: int = 20) -> list[dict[str, Any]]:
    """Of 20 items so many right, so many wrong, the rest abstained; confidences of all kinds."""
    rows: list[dict[str, Any]] = []
    for n in range(20):
        said = {"answer": f"a{n}" if n < right else "no"}
        rows.append(
            {"item": f"q{n}", "confidence": ((n * 7) % 20 + 1) / 20}
            | (said if n < right + wrong else {"abstained": True})
        )
    return rows


@pytest.fixture(scope="module")
def board(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    """An empty Candor to fill."""
    folder = tmp_path_factory.mktemp("states")
    shutil.copyfile(sqlite_template, folder / "candor.db")
    with serving(folder, writes_per_minute=100_000) as address:
        made = Board(address, first_key(f"sqlite:///{folder / 'candor.db'}"))
        yield made
        made.api.close()


def test_hostile_names_run_nothing_and_break_nothing(browser: Browser, board: Board) -> None:
    board.publish("hostile", title=MARKUP[0], description=MARKUP[1], source=MARKUP[2])
    assert len(HOSTILE) >= 60
    for n, name in enumerate(HOSTILE):
        other = HOSTILE[(n + 1) % len(HOSTILE)]
        board.submit("hostile", name, answers(n % 15, n % 5), organisation=other, tags=[other[:30]])
    for width in (WIDE, PHONE):
        with watching(browser, board.address, width=width) as watched:
            for path in ("/benchmarks/hostile?limit=1000&mode=threshold", "/"):
                watched.assert_fine(path)
            page = ready(watched, "/benchmarks/hostile?limit=1000&target=0.5")
            set_dial(page, 81)
            names = page.locator(".model a").all_text_contents()
            assert sorted(names) == sorted(HOSTILE)
            wait_for(page, "html[data-rested=yes]")
            assert watched.noise == []
            assert page.locator("script:not([src])").count() == 0


def test_exports_start_no_formula(board: Board) -> None:
    reply = board.api.get("/benchmarks/hostile/leaderboard?format=csv&limit=1000")
    rows = list(csv.DictReader(io.StringIO(reply.text)))
    assert len(rows) == len(HOSTILE)
    for row in rows:
        for column in ("model", "organisation", "owner"):
            assert not row[column] or row[column][0] not in "=+-@\t\r"
    table = board.api.get("/benchmarks/hostile/leaderboard?format=markdown&limit=1000").text
    assert "<script>" not in table
    assert "](javascript:" not in table


def test_a_hidden_board_turns_from_what_is_public(browser: Browser, board: Board) -> None:
    board.publish("hidden", mode="hidden")
    for n in range(6):
        board.submit("hidden", f"model {n}", answers(15 - 2 * n, 3 * n))
    with watching(browser, board.address) as turned:
        page = ready(turned, "/benchmarks/hidden?target=0.5")
        assert "answers are hidden" in page.inner_text("main")
        for step in (0, 31, 75, 99):
            set_dial(page, step)
            assert shown(page) == served(page, f"/benchmarks/hidden?target={step / 100:g}")
        turned.assert_fine("/benchmarks/hidden?mode=threshold&target=0.75")
        assert page.locator("#target").is_disabled()
        page.get_by_role("link", name="0.9", exact=True).click()
        page.wait_for_url("**target=0.9**")
        assert turned.noise == []


def test_partial_credit_is_scored_by_the_server(browser: Browser, board: Board) -> None:
    items = [{"key": f"q{n}"} for n in range(20)]
    board.publish("partial", matcher="verdicts", items=items)
    for n in range(4):
        rows: list[dict[str, Any]] = []
        for k in range(20):
            verdict: dict[str, Any] = {"verdict": "correct" if k < 12 - n else "wrong"}
            if k % 3 == n % 3:
                verdict = {"verdict": "partial", "credit": ((k + n) % 10) / 10, "confidence": 0.6}
            rows.append({"item": f"q{k}"} | verdict)
        board.submit("partial", f"model {n}", rows)
    with watching(browser, board.address) as turned:
        turned.assert_fine("/benchmarks/partial?target=0.5")
        page = turned.page
        for step in (0, 62, 90):
            set_dial(page, step)
            wait_for(page, "html[data-rested=yes]")
            there = served(page, f"/benchmarks/partial?target={step / 100:g}")
            assert shown(page) == there
        assert "self-reported" in page.locator(".model").nth(1).inner_text()


def test_ungraded_is_under_the_table_with_both_ends(browser: Browser, board: Board) -> None:
    board.publish("ungraded", missing_limit=0.2)
    board.submit("ungraded", "whole", answers(12, 4))
    board.submit("ungraded", "short", answers(12, 4)[:17])
    half = [{"item": f"q{n}", "status": "ungraded"} for n in range(5)] + answers(15)[5:]
    board.submit("ungraded", "half graded", half)
    with watching(browser, board.address) as watched:
        watched.assert_fine("/benchmarks/ungraded?target=0.5")
        page = watched.page
        assert "half graded" in page.locator("#unranked").inner_text()
        assert "at worst" in page.locator("#unranked").inner_text()
        assert page.locator(".rest", has_text="missing 15.0").count() == 1
        assert page.locator("rect.missing").count() >= 1
        before = page.locator("#unranked").inner_text()
        set_dial(page, 75)
        wait_for(page, "html[data-rested=yes]")
        assert page.locator("#unranked").inner_text() != before


def test_an_empty_board_invites(browser: Browser, board: Board) -> None:
    board.publish("empty")
    for width in (WIDE, PHONE):
        with watching(browser, board.address, width=width) as watched:
            watched.assert_fine("/benchmarks/empty")
            assert "No submissions yet" in watched.page.inner_text("main")
            assert "candor push" in watched.page.inner_text("main")


def test_fifty_rows_and_show_all(browser: Browser, board: Board) -> None:
    board.publish("many")
    for n in range(53):
        board.submit("many", f"model {n:02}", answers(n % 19, (n * 5) % 17))
    with watching(browser, board.address) as turned:
        page = ready(turned, "/benchmarks/many?target=0.3")
        assert page.locator("tr[data-id]").count() == 50
        for step in (0, 55, 95):
            set_dial(page, step)
            assert shown(page) == served(page, f"/benchmarks/many?target={step / 100:g}")
        page.get_by_role("link", name="Show all 53").click()
        page.wait_for_url("**limit=1000**")
        assert page.locator("tr[data-id]").count() == 53
