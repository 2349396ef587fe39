"""The ways in, in a real browser: about, how, rules, reference and the desk in every form; files
sent for real, good and bad; hostile text everywhere; forms of another site refused."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from app.demo.load import load_demo
from app.services.access.keys import issue_first
from app.storage.database.session import open_database
from tests.waiting import CEILING
from tests.web.browser import OPTIONS, PHONE, WIDE, Scheme, Watched, serving, watching
from tests.web.hostile import NAMES

pytestmark = pytest.mark.browser

OPEN = (
    "/benchmarks/letter-counts/about",
    "/benchmarks/gpqa-diamond-counts/about?target=0.9",
    "/benchmarks/hostile/about",
    "/how",
    "/rules",
    "/rules?q=nothing+of+that+kind",
    "/docs",
    "/session",
    "/nowhere",
)
DESK = (
    "/desk",
    "/desk/publish",
    "/desk/keys",
    "/desk/audit",
    "/desk/benchmarks/letter-counts",
    "/desk/benchmarks/hostile",
    "/desk/benchmarks/hostile/revisions/2",
)
SHOWN = [name for name in NAMES if "\u200d" not in name]
"""Hostile names that a name may be: joiners are refused at intake."""

FORMS = [(WIDE, "light"), (WIDE, "dark"), (PHONE, "light"), (PHONE, "dark")]


@dataclass(frozen=True, slots=True)
class Stage:
    """A server with the demo and a benchmark of hostile text, and an admin's key."""

    address: str
    key: str


@pytest.fixture(scope="module")
def stage(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The stage; one server for the module."""
    folder = tmp_path_factory.mktemp("ways")
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
            _hostile(client)
        yield Stage(address, token)


def _hostile(client: httpx2.Client) -> None:
    """Sixty hostile names, notes and answers wherever these pages print what others wrote."""
    items = [
        {"key": f"{name[:200]} {n}".strip(), "question": name, "accepted": ["a"], "category": name}
        for n, name in enumerate(SHOWN)
    ]
    about = "\n".join(NAMES) + " \u202ereversed"
    made = client.post(
        "/benchmarks",
        json={
            "slug": "hostile", "matcher": "text", "title": NAMES[0], "description": about[:4000],
            "source": NAMES[1], "abstention_phrases": list(NAMES[:8]), "items": items,
        },
    )  # fmt: skip
    assert made.status_code == 201, made.text
    for n, name in enumerate(SHOWN):
        rows = [{"item": item["key"], "answer": name} for item in items]
        body = {"model": {"name": name}, "predictions": rows}
        sent = client.post("/benchmarks/hostile/submissions", json=body)
        assert sent.status_code == 201, sent.text
        key = {"owner": name, "scopes": ["submit"], "label": name}
        assert client.post("/keys", json=key).status_code == 201
        if n < 20:
            path = f"/submissions/{sent.json()['id']}/withdraw"
            assert client.post(path, json={"reason": name}).status_code == 200
    changed = [{"key": items[0]["key"], "accepted": ["a", NAMES[0]]}]
    note = {"note": f"{NAMES[0]} \u202e", "items": changed}
    assert client.post("/benchmarks/hostile/revisions", json=note).status_code == 201


def quiet(watched: Watched) -> bool:
    """Nothing was noted but what the browser itself says of a refused request."""
    return [line for line in watched.noise if "server responded with a status" not in line] == []


def sign_in(watched: Watched, key: str) -> Page:
    page = watched.open("/session")
    page.get_by_label("Key").fill(key)
    page.get_by_role("button", name="Open the desk").click()
    page.wait_for_url("**/desk")
    return page


@pytest.mark.parametrize(("width", "scheme"), FORMS)
def test_open_pages_are_fine(browser: Browser, stage: Stage, width: int, scheme: Scheme) -> None:
    with watching(browser, stage.address, width=width, scheme=scheme) as watched:
        watched.page.on("dialog", lambda dialog: watched.noise.append(dialog.message))
        for path in OPEN:
            watched.assert_fine(path)


@pytest.mark.parametrize(("width", "scheme"), FORMS)
def test_the_desk_is_fine(browser: Browser, stage: Stage, width: int, scheme: Scheme) -> None:
    with watching(browser, stage.address, width=width, scheme=scheme) as watched:
        watched.page.on("dialog", lambda dialog: watched.noise.append(dialog.message))
        page = sign_in(watched, stage.key)
        for path in DESK:
            watched.assert_fine(path)
        watched.open("/desk/benchmarks/hostile")
        page.locator(".withdraw summary").first.click()
        assert not watched.too_wide()


@pytest.mark.parametrize("path", ["/benchmarks/letter-counts/about", "/rules", "/docs", "/how"])
def test_pages_read_without_a_script(browser: Browser, stage: Stage, path: str) -> None:
    with watching(browser, stage.address, width=PHONE, javascript=False) as watched:
        page = watched.at(path)
        assert len(page.locator("main").inner_text()) > 1_000
        assert page.locator("form.upload").count() in {0, 1}
        if path.endswith("about"):
            expect(page.locator("form.upload")).to_be_hidden()
            expect(page.get_by_text("needs a script")).to_be_visible()
            page.get_by_label("Python").check(force=True)
            expect(page.get_by_text("import candor_client")).to_be_visible()


def file_of(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text)
    return str(path)


def fill_in(page: Page, stage: Stage, file: str, *, model: str = "from a browser") -> None:
    page.set_input_files("#file", file)
    page.get_by_label("Model name").fill(model)
    page.locator("#key").fill(stage.key)
    page.get_by_role("button", name="Submit", exact=True).click()


def rows_of(stage: Stage) -> list[dict[str, object]]:
    found = httpx2.get(f"{stage.address}/api/v1/benchmarks/letter-counts/items?limit=1000").json()
    return [
        {"item": item["key"], "answer": item["accepted"][0], "confidence": 0.9}
        for item in found["data"]
    ]


def test_a_good_file_is_stored_and_scored(browser: Browser, stage: Stage, tmp_path: Path) -> None:
    lines = "\n".join(json.dumps(row) for row in rows_of(stage))
    file = file_of(tmp_path, "predictions.jsonl", lines)
    with watching(browser, stage.address) as watched:
        page = watched.open("/benchmarks/letter-counts/about")
        fill_in(page, stage, file, model="perfect")
        expect(page.locator(".receipt h3")).to_contain_text("stored, graded and scored")
        figures = page.locator(".receipt .big").all_inner_texts()
        assert figures[:3] == ["1", "+100.0", "100.0 %"]
        expect(page.locator(".receipt")).to_contain_text("446 right")
        assert watched.findings() == []
        fill_in(page, stage, file, model="perfect")
        expect(page.locator(".receipt h3")).to_contain_text("nothing was stored twice")
        page.get_by_role("link", name="See the submission").click()
        expect(page.locator("h1")).to_contain_text("perfect")
        assert quiet(watched)


BAD = {
    "unknown.jsonl": (
        (
            '{{"item": "{a}", "answer": "3"}}\n\n'
            '{{"item": "<b>none</b>", "answer": "3"}}\n{{"item": "neither", "answer": "4"}}\n'
        ),
        ("line 3", "<b>none</b>", "line 4"),
    ),
    "range.csv": (
        'item,answer,confidence\n{a},"two\nlines",93\n{b},3,0.5\n{b},3,-1\n',
        ("line 2", "Divide percentages by 100", "line 5", "confidence is -1"),
    ),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_bad_rows_are_named_by_their_line(
    browser: Browser, stage: Stage, tmp_path: Path, name: str, width: int
) -> None:
    text, expected = BAD[name]
    a, b = (row["item"] for row in rows_of(stage)[:2])
    file = file_of(tmp_path, name, text.format(a=a, b=b))
    with watching(browser, stage.address, width=width) as watched:
        page = watched.open("/benchmarks/letter-counts/about")
        fill_in(page, stage, file, model=f"never {name}")
        refusal = page.locator(".refusal")
        expect(refusal).to_contain_text("Nothing was stored")
        for words in expected:
            expect(refusal).to_contain_text(words)
        assert watched.findings() == []
        assert not watched.too_wide()
        assert quiet(watched)
    board = httpx2.get(f"{stage.address}/api/v1/benchmarks/letter-counts/submissions").text
    assert "never" not in board


def test_a_wrong_key_stores_nothing_and_stays_out_of_the_address(
    browser: Browser, stage: Stage, tmp_path: Path
) -> None:
    file = file_of(tmp_path, "p.jsonl", json.dumps(rows_of(stage)[0]))
    wrong = Stage(stage.address, "cdr_000000000000_" + "0" * 49)
    with watching(browser, stage.address) as watched:
        asked: list[str] = []
        watched.page.on("request", lambda request: asked.append(request.url))
        page = watched.open("/benchmarks/letter-counts/about")
        fill_in(page, wrong, file)
        expect(page.locator(".refusal")).to_contain_text("key is not valid")
        assert all("cdr_" not in url for url in asked)
        assert "cdr_0" not in page.content()
        page.locator("#key").fill("clé")
        page.get_by_role("button", name="Submit", exact=True).click()
        expect(page.locator(".refusal")).to_contain_text("That is not a key")


def test_a_tools_log_gets_the_line_to_push_it(
    browser: Browser, stage: Stage, tmp_path: Path
) -> None:
    file = file_of(tmp_path, "it's a log.eval", "PK")
    with watching(browser, stage.address) as watched:
        page = watched.open("/benchmarks/letter-counts/about")
        page.set_input_files("#file", file)
        line = page.locator("#push-line")
        expect(line).to_have_text("candor push 'it'\\''s a log.eval' --benchmark letter-counts")
        assert watched.findings() == []


def test_a_file_can_be_dropped(browser: Browser, stage: Stage) -> None:
    with watching(browser, stage.address) as watched:
        page = watched.open("/benchmarks/letter-counts/about")
        transfer = page.evaluate_handle(
            "() => { const t = new DataTransfer();"
            " t.items.add(new File(['{}'], '<img src=x onerror=alert(1)>.jsonl')); return t; }"
        )
        page.dispatch_event(".drop", "drop", {"dataTransfer": transfer})
        expect(page.locator(".chosen")).to_contain_text("<img src=x onerror=alert(1)>.jsonl")
        assert page.locator(".chosen img").count() == 0
        assert quiet(watched)


def test_doubts_about_a_key_are_shown_where_it_was_published(
    browser: Browser, stage: Stage, tmp_path: Path
) -> None:
    doubtful = {"key": "<b>q1", "accepted": ["Lima|Ciudad de los Reyes"]}
    items = json.dumps(doubtful) + "\n" + json.dumps({"key": "q2", "accepted": ["Rome"]})
    with watching(browser, stage.address) as watched:
        page = sign_in(watched, stage.key)
        watched.open("/desk/publish")
        page.set_input_files("#file", file_of(tmp_path, "items.jsonl", items))
        page.get_by_label("Slug").fill("doubtful")
        page.get_by_label("Title").fill("Doubtful")
        page.get_by_role("button", name="Publish").click()
        notice = page.locator(".notice.good")
        expect(notice).to_contain_text("Doubtful is published")
        expect(notice.locator("li")).to_have_count(1)
        expect(notice.locator("li")).to_contain_text("<b>q1 “Lima|Ciudad de los Reyes” is one")
        assert watched.findings() == []


def test_publish_correct_withdraw_and_issue_from_the_browser(
    browser: Browser, stage: Stage, tmp_path: Path
) -> None:
    items = "\n".join(json.dumps({"key": f"q{n}", "accepted": [f"a{n}"]}) for n in range(4))
    with watching(browser, stage.address) as watched:
        page = sign_in(watched, stage.key)
        watched.open("/desk/publish")
        page.set_input_files(
            "#file",
            file_of(tmp_path, "bad.jsonl", "\n".join(['{"key": "q1", "accepted": ["a"]}'] * 2)),
        )
        page.get_by_label("Slug").fill("small-facts")
        page.get_by_role("button", name="Publish").click()
        expect(page.locator(".refusal")).to_contain_text("line 2")
        # Rows count from 0 in the API and lines from 1 in a file.
        expect(page.locator(".refusal")).to_contain_text("Line 1 has the same key")
        page.set_input_files("#file", file_of(tmp_path, "items.jsonl", items))
        page.get_by_label("Title").fill("Small facts")
        page.get_by_role("button", name="Publish").click()
        expect(page.locator(".notice.good")).to_contain_text("Small facts is published")
        assert watched.findings() == []

        watched.open("/desk/keys")
        page.locator("#owner").fill("acme")
        page.get_by_label("For which benchmark").select_option("small-facts")
        page.get_by_role("button", name="Issue the key").click()
        token = page.locator("#token").inner_text()
        assert re.fullmatch(r"cdr_\w{12}_\w{49}", token)
        assert watched.findings() == []
        for model, last in (("old key", "a3"), ("new key", "b3")):
            answers = [*(f"a{n}" for n in range(3)), last]
            rows = [{"item": f"q{n}", "answer": answer} for n, answer in enumerate(answers)]
            sent = httpx2.post(
                f"{stage.address}/api/v1/benchmarks/small-facts/submissions",
                json={"model": {"name": model}, "predictions": rows},
                headers={"Authorization": f"Bearer {token}"},
            )
            assert sent.status_code == 201, sent.text

        watched.open("/desk/benchmarks/small-facts")
        changed = json.dumps({"key": "q3", "accepted": ["b3"]})
        page.set_input_files("#file", file_of(tmp_path, "changed.jsonl", changed))
        page.get_by_label("What was wrong").fill("q3 had the wrong answer")
        page.get_by_role("button", name="Make revision 2").click()
        page.wait_for_url("**/revisions/2")
        expect(page.locator("main")).to_contain_text("2 of 2 submissions have another rank")
        expect(page.locator("main")).to_contain_text("from 2nd to 1st")

        watched.open("/desk/benchmarks/small-facts")
        page.locator("summary", has_text="Withdraw old key").click()
        row = page.locator("li", has_text="old key")
        row.get_by_label("Reason").first.fill("answered by the old key")
        row.get_by_role("button", name="Withdraw it").click()
        expect(page.locator(".notice.good")).to_contain_text("Withdrawn")

        watched.open("/desk/keys")
        page.locator("li", has_text="small-facts").locator("summary").click()
        page.locator("li", has_text="small-facts").get_by_role("button", name="Revoke it").click()
        expect(page.locator(".notice.good")).to_contain_text("Revoked")
        gone = httpx2.post(
            f"{stage.address}/api/v1/benchmarks/small-facts/submissions?model=x",
            headers={"Authorization": f"Bearer {token}"},
        )
        assert gone.status_code == 401
        watched.open("/desk/audit")
        expect(page.locator("main")).to_contain_text("answered by the old key")
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url(stage.address + "/")
        page.goto(stage.address + "/desk")
        expect(page.locator("h1")).to_have_text("Sign in")
        assert quiet(watched)


EVIL = """<!doctype html><form method=post action="{address}/desk/keys">
<input name=owner value=evil><input name=submit value=on></form>
<script>HTMLFormElement.prototype.submit.call(document.forms[0])</script>"""


def test_a_form_of_another_site_gets_nothing(browser: Browser, stage: Stage) -> None:
    elsewhere = stage.address.replace("127.0.0.1", "localhost")
    with watching(browser, stage.address) as watched:
        page = sign_in(watched, stage.key)
        page.route(
            "**/evil", lambda route: route.fulfill(body=EVIL.format(address=stage.address),
                                                   content_type="text/html")
        )  # fmt: skip
        with page.expect_response("**/desk/keys") as answered:
            page.goto(f"{elsewhere}/evil")
        assert answered.value.status == 403
    found = httpx2.get(
        f"{stage.address}/api/v1/keys?limit=1000", headers={"Authorization": f"Bearer {stage.key}"}
    )
    assert "evil" not in [key["owner"] for key in found.json()["data"]]


def test_the_desk_works_on_plain_http_of_another_name(browser: Browser, stage: Stage) -> None:
    """Where a browser sends no Fetch Metadata, because the origin is not trustworthy."""
    port = stage.address.rpartition(":")[2]
    rules = "--host-resolver-rules=MAP candor.test 127.0.0.1"
    opened = browser.browser_type.launch(
        executable_path=shutil.which("chromium"), args=[*OPTIONS, rules]
    )
    with watching(opened, f"http://candor.test:{port}") as watched:
        page = sign_in(watched, stage.key)
        watched.open("/desk/keys")
        page.locator("#owner").fill("plain")
        page.get_by_role("button", name="Issue the key").click()
        expect(page.locator("#token")).to_contain_text("cdr_")
    opened.close()


def test_the_rules_are_found_while_typing(browser: Browser, stage: Stage) -> None:
    with watching(browser, stage.address) as watched:
        page = watched.open("/rules")
        page.keyboard.press("/")
        page.keyboard.type("auroc")
        visible = page.locator(".metric:visible").count()
        assert 0 < visible < page.locator(".metric").count()
        expect(page.locator("#count")).to_contain_text(f"{visible} of")
        page.keyboard.type("zzz")
        expect(page.locator("#no-match")).to_be_visible()
        assert quiet(watched)
