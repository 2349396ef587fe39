"""The desk: who may, from where, for how long; and that what is done there is done."""

import re
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie

import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.testclient import TestClient

from tests.served import Served, serve
from tests.web.manage import HTML, OWN, Visit, token_in, visit

ROWS = [{"item": f"q{n}", "answer": f"a{n}"} for n in range(10)]
ITEM = b'{"key": "k", "accepted": ["yes"]}\n'

# What a browser gets as: stranger, submitter, maintainer of another benchmark, maintainer, admin.
# 303 of a stranger's GET leads to the sign-in.
TABLE = {
    ("GET", "/session"): (200, 303, 303, 303, 303),
    ("POST", "/session"): (401, 401, 401, 401, 401),
    ("POST", "/session/end"): (303, 303, 303, 303, 303),
    ("GET", "/desk"): (303, 200, 200, 200, 200),
    ("GET", "/desk/publish"): (303, 403, 200, 200, 200),
    ("POST", "/desk/benchmarks"): (401, 403, 415, 415, 415),
    ("GET", "/desk/benchmarks/{slug}"): (303, 403, 403, 200, 200),
    ("GET", "/desk/benchmarks/{slug}/revisions/{number}"): (303, 403, 403, 200, 200),
    ("POST", "/desk/benchmarks/{slug}/revisions"): (401, 403, 415, 415, 415),
    ("POST", "/desk/submissions/{submission_id}/withdraw"): (401, 403, 403, 303, 303),
    ("POST", "/desk/submissions/{submission_id}/erase"): (401, 403, 403, 403, 303),
    ("POST", "/desk/benchmarks/{slug}/change"): (401, 403, 403, 412, 412),
    ("POST", "/desk/benchmarks/{slug}/archive"): (401, 403, 403, 303, 303),
    ("POST", "/desk/benchmarks/{slug}/unarchive"): (401, 403, 403, 303, 303),
    ("POST", "/desk/benchmarks/{slug}/delete"): (401, 403, 403, 422, 422),
    ("GET", "/desk/keys"): (303, 403, 200, 200, 200),
    ("POST", "/desk/keys"): (401, 403, 422, 422, 422),
    ("POST", "/desk/keys/{key_id}/revoke"): (401, 403, 404, 303, 303),
    ("POST", "/desk/invitations"): (401, 403, 422, 422, 422),
    ("POST", "/desk/benchmarks/{slug}/invitations/{invitation_id}/revoke"): (
        401,
        403,
        403,
        303,
        303,
    ),
    ("GET", "/desk/invitation"): (200, 200, 200, 200, 200),
    # A submitter’s own forms are on other pages: the desk gives it no token here.
    ("POST", "/desk/invitation"): (404, 403, 404, 404, 404),
    ("GET", "/desk/audit"): (303, 403, 200, 200, 200),
}
ROLES = ("stranger", "submitter", "other", "maintainer", "admin")


def test_who_may_what(served: Served) -> None:
    keys = {
        "submitter": served.new_key("alice", "submit"),
        "other": served.new_key("elsewhere", "maintain"),
        "maintainer": served.new_key("house", "maintain", "submit"),
        "admin": served.admin,
    }
    items = [{"key": f"q{n}", "accepted": [f"a{n}"]} for n in range(10)]
    body = {"slug": "own", "matcher": "text", "items": items}
    assert (
        served.request("POST", "/benchmarks", key=keys["maintainer"], json=body).status_code == 201
    )
    for (method, template), expected in TABLE.items():
        for role, status in zip(ROLES, expected, strict=True):
            browser = visit(served, keys.get(role))
            served.request("POST", "/benchmarks/own/unarchive")
            made = served.submit(ROWS, slug="own", model=f"{method} {template} {role}"[:120])
            bound = {"owner": "guest", "scopes": ["submit"], "benchmark": "own"}
            key = served.request("POST", "/keys", json=bound).json()
            invited = served.request("POST", "/benchmarks/own/invitations", json={}).json()
            path = template.format(
                slug="own",
                number=1,
                submission_id=made.json()["id"],
                key_id=key["id"],
                invitation_id=invited["id"],
            )
            if method == "GET":
                reply = browser.get(path)
            elif path in {"/desk/benchmarks", "/desk/benchmarks/own/revisions"}:
                reply = browser.send(path, ITEM, "text/plain")
            else:
                reply = browser.post(path)
            assert reply.status_code == status, (method, template, role, reply.text[:300])
            if status == 303 and role == "stranger" and method == "GET":
                assert reply.headers["location"] == f"/session?next={path}"


def test_every_page_that_writes_or_belongs_to_one_is_in_the_table(served: Served) -> None:
    seen = set()
    for context in iter_route_contexts(served.client.app.routes):  # type: ignore[attr-defined]
        route = context.original_route
        if not isinstance(route, APIRoute) or route.include_in_schema:
            continue
        for method in route.methods - {"HEAD"}:
            private = route.path.startswith(("/desk", "/session"))
            if private or method != "GET":
                seen.add((method, context.path))
    assert seen == set(TABLE)


def test_the_cookie_is_out_of_reach(served: Served) -> None:
    reply = Visit(served).sign_in(served.admin)
    cookie = SimpleCookie(reply.headers["set-cookie"])["candor"]
    assert cookie["httponly"] is True
    assert (cookie["samesite"].lower(), cookie["path"], cookie["domain"]) == ("strict", "/", "")
    assert 0 < int(cookie["max-age"]) <= 12 * 3600
    assert cookie.value not in served.admin
    assert served.admin.rpartition("_")[2] not in reply.headers["set-cookie"]
    assert reply.headers["cache-control"] == "no-store"


def test_over_https_the_cookie_is_bound_to_the_host(served: Served) -> None:
    secure = TestClient(served.client.app, base_url="https://testserver", follow_redirects=False)
    origin = {"Origin": "https://testserver", "Sec-Fetch-Site": "same-origin"}
    reply = secure.post("/session", data={"key": served.admin}, headers=HTML | origin)
    cookie = SimpleCookie(reply.headers["set-cookie"])["__Host-candor"]
    assert cookie["secure"] is True
    assert (cookie["path"], cookie["domain"]) == ("/", "")
    assert secure.get("/desk", headers=HTML).status_code == 200
    # A cookie of the plain name, which another host of the domain could have set, opens nothing.
    secure.cookies.clear()
    assert (
        secure.get("/desk", headers=HTML | {"Cookie": f"candor={cookie.value}"}).status_code == 303
    )


def test_the_cookie_opens_pages_and_not_the_api(served: Served) -> None:
    browser = visit(served, served.admin)
    assert browser.http.get("/api/v1/audit").status_code == 401
    assert browser.http.get("/api/v1/keys").status_code == 401
    made = browser.http.post("/api/v1/benchmarks", json={"slug": "x"}, headers=OWN)
    assert made.status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "", "Origin": "https://evil.example"},
    ],
)
def test_a_form_of_another_site_is_refused(served: Served, headers: dict[str, str]) -> None:
    browser = visit(served, served.admin)
    for path in ("/desk/keys", "/session", "/session/end"):
        reply = browser.post(path, headers=headers, owner="x", submit="on", key=served.admin)
        assert reply.status_code == 403, path
    sent = browser.send("/desk/benchmarks?slug=x&matcher=text", ITEM, "text/csv", **headers)
    assert sent.status_code == 403


@pytest.mark.parametrize("origin", ["null", "https://evil.example", None, "http://testserver:81"])
def test_without_fetch_metadata_the_origin_decides(served: Served, origin: str | None) -> None:
    browser = visit(served, served.admin)
    body = {"form_token": browser.form_token, "owner": "x", "submit": "on", "benchmark": ""}
    headers = HTML | ({} if origin is None else {"Origin": origin})
    assert browser.http.post("/desk/keys", data=body, headers=headers).status_code == 403
    headers["Origin"] = "http://testserver"
    assert browser.http.post("/desk/keys", data=body, headers=headers).status_code == 200


def test_a_form_needs_the_token_of_its_stay(served: Served) -> None:
    browser, other = visit(served, served.admin), visit(served, served.admin)
    for token in ("", "0" * 64, other.form_token, "é"):
        reply = browser.post("/desk/keys", owner="x", submit="on", form_token=token)
        assert reply.status_code == 403
    assert browser.post("/desk/keys", owner="x", submit="on", benchmark="").status_code == 200


def test_revoking_the_key_ends_its_stays_at_once(served: Served) -> None:
    made = served.request("POST", "/keys", json={"owner": "acme", "scopes": ["maintain"]}).json()
    browser = visit(served, made["token"])
    assert browser.get("/desk").status_code == 200
    assert served.request("DELETE", f"/keys/{made['id']}").status_code == 204
    assert browser.get("/desk").status_code == 303
    assert browser.post("/desk/keys", owner="x", submit="on").status_code == 401


def test_a_stay_ends_with_its_key(served: Served) -> None:
    soon = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    body = {"owner": "acme", "scopes": ["maintain"], "expires_at": soon}
    made = served.request("POST", "/keys", json=body).json()
    reply = Visit(served).sign_in(made["token"])
    cookie = SimpleCookie(reply.headers["set-cookie"])["candor"]
    assert int(cookie["max-age"]) <= 3600


def test_signing_out_ends_the_stay_on_the_server(served: Served) -> None:
    browser = visit(served, served.admin)
    kept = browser.http.cookies["candor"]
    assert browser.post("/session/end").status_code == 303
    assert "candor" not in browser.http.cookies
    stolen = browser.http.get("/desk", headers=HTML | {"Cookie": f"candor={kept}"})
    assert stolen.status_code == 303


@pytest.mark.parametrize("key", ["", "cdr_nonsense", "x" * 500, "é\x00", "cdr_" + "0" * 62])
def test_a_wrong_key_opens_nothing_and_is_not_repeated(served: Served, key: str) -> None:
    browser = Visit(served)
    reply = browser.sign_in(key)
    assert reply.status_code == 401
    assert "set-cookie" not in reply.headers
    assert "not valid" in reply.text
    assert not key or key not in reply.text


def test_wrong_keys_are_counted(
    database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("counted")
    with serve(database_url, folder, key_failures_per_minute=3) as served:
        browser = Visit(served)
        seen = [browser.sign_in("cdr_wrong").status_code for _ in range(5)]
        assert seen == [401, 401, 401, 429, 429]
        assert browser.sign_in(served.admin).status_code == 303


@pytest.mark.parametrize(
    "to",
    ["https://evil.example", "//evil.example", "/desk/../x", "/benchmarks/ten", "javascript:1"],
)
def test_a_sign_in_leads_only_to_the_desk(served: Served, to: str) -> None:
    reply = Visit(served).sign_in(served.admin, to=to)
    assert reply.headers["location"] == "/desk"
    assert Visit(served).sign_in(served.admin, to="/desk/keys").headers["location"] == "/desk/keys"


def test_no_key_in_any_page(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    browser = visit(served, served.admin)
    served.publish()
    secret = served.admin.rpartition("_")[2]
    cookie = browser.http.cookies["candor"]
    fresh = browser.post("/desk/keys", owner="acme", submit="on", benchmark="")
    found = re.findall(r"cdr_\w{12}_\w{49}", fresh.text)
    assert len(found) == 1, "a new key is shown once"
    for path in ("/desk", "/desk/publish", "/desk/keys", "/desk/audit", "/desk/benchmarks/ten"):
        page = browser.get(path)
        assert page.headers["cache-control"] == "no-store"
        for never in (secret, cookie, found[0]):
            assert never not in page.text
            assert never not in str(page.headers)
    said = capsys.readouterr()
    for never in (secret, cookie, found[0]):
        assert never not in said.out + said.err
    assert browser.get(f"/desk?x={served.admin}").status_code == 400


def test_headers_of_the_desk(served: Served) -> None:
    browser = visit(served, served.admin)
    for reply in (browser.get("/desk/keys"), Visit(served).get("/session")):
        assert reply.headers["content-security-policy"].startswith("default-src 'none'; ")
        assert reply.headers["cache-control"] == "no-store"
        assert reply.headers["referrer-policy"] == "same-origin"
        assert reply.headers["x-frame-options"] == "DENY"
        assert "Cookie" in reply.headers["vary"]


def test_a_key_from_the_desk_works_until_it_is_revoked(served: Served) -> None:
    served.publish()
    browser = visit(served, served.admin)
    page = browser.post("/desk/keys", owner="acme", submit="on", benchmark="ten", days="30").text
    token = re.findall(r"cdr_\w+", page)[0]
    assert served.submit(ROWS, key=token).status_code == 201
    key_id = next(
        key["id"] for key in served.request("GET", "/keys").json()["data"] if key["owner"] == "acme"
    )
    assert browser.post(f"/desk/keys/{key_id}/revoke").headers["location"].endswith("done=revoked")
    assert served.submit(ROWS, key=token, model="b").status_code == 401


def test_a_bad_key_form_says_what_to_change(served: Served) -> None:
    browser = visit(served, served.admin)
    for fields in ({"owner": "   ", "submit": "on"}, {"owner": "a\u202eb", "submit": "on"}, {}):
        reply = browser.post("/desk/keys", benchmark="", **fields)
        assert reply.status_code == 422
        assert "No key was made" in reply.text
    away = browser.post("/desk/keys", owner="a", submit="on", benchmark="none")
    assert away.status_code == 422
    assert "There is no benchmark" in away.text


def test_a_maintainer_issues_keys_of_its_own_owner_alone(served: Served) -> None:
    browser = visit(served, served.new_key("house", "maintain", "submit"))
    page = browser.get("/desk/keys").text
    assert 'name="owner"' not in page
    assert 'name="admin"' not in page
    made = browser.post("/desk/keys", submit="on", benchmark="", label="ci").text
    token = re.findall(r"cdr_\w{12}_\w{49}", made)[0]
    owners = [
        key["owner"] for key in served.request("GET", "/keys", key=served.admin).json()["data"]
    ]
    assert owners.count("house") == 2
    assert served.request("GET", "/benchmarks", key=token).status_code == 200
    stolen = browser.post("/desk/keys", owner="admin", submit="on", benchmark="")
    assert stolen.status_code == 422
    assert "send an invitation" in stolen.text


def test_inviting_and_accepting_in_the_browser(served: Served) -> None:
    served.publish()
    browser = visit(served, served.admin)
    page = browser.post("/desk/invitations", benchmark="ten", label="for <Ada>", days="1")
    assert page.status_code == 200
    token = re.findall(r"cdi_\w{12}_\w{49}", page.text)[0]
    assert "for &lt;Ada&gt;" in page.text
    assert token not in browser.get("/desk/keys").text

    newcomer = Visit(served)
    assert 'name="owner"' in newcomer.get("/desk/invitation").text
    taken = newcomer.post("/desk/invitation", token=token, owner="Admin")
    assert (taken.status_code, token in taken.text) == (409, False)
    assert 'value="Admin"' in taken.text
    done = newcomer.post("/desk/invitation", token=f" {token} ", owner="ada")
    assert done.status_code == 200
    assert done.headers["cache-control"] == "no-store"
    key = re.findall(r"cdr_\w{12}_\w{49}", done.text)[0]
    assert served.submit(ROWS, key=key).status_code == 201
    spent = newcomer.post("/desk/invitation", token=token, owner="eve")
    assert (spent.status_code, "No key was made" in spent.text) == (404, True)
    assert "accepted by <bdi>ada</bdi>" in browser.get("/desk/keys").text


def test_who_is_signed_in_accepts_for_its_own_owner(served: Served) -> None:
    served.publish()
    token = served.request("POST", "/benchmarks/ten/invitations", json={}).json()["token"]
    browser = visit(served, served.new_key("ada", "submit"), to="/desk/invitation")
    page = browser.get("/desk/invitation").text
    assert 'name="owner"' not in page
    assert "<bdi>ada</bdi>" in page
    assert browser.post("/desk/invitation", token=token).status_code == 403, "the form's own token"
    browser.form_token = token_in(page)
    done = browser.post("/desk/invitation", token=token, owner="somebody else")
    assert done.status_code == 200
    assert "<bdi>ada</bdi>" in done.text


def test_revoking_an_invitation_in_the_browser(served: Served) -> None:
    served.publish()
    made = served.request("POST", "/benchmarks/ten/invitations", json={}).json()
    browser = visit(served, served.admin)
    path = f"/desk/benchmarks/ten/invitations/{made['id']}/revoke"
    assert path in browser.get("/desk/keys").text
    assert browser.post(path).headers["location"] == "/desk/keys?done=ended"
    page = browser.get("/desk/keys?done=ended").text
    assert "can no longer be accepted" in page
    assert path not in page
    assert (
        Visit(served).post("/desk/invitation", token=made["token"], owner="ada").status_code == 404
    )


def test_withdrawing_takes_it_off_the_board(served: Served) -> None:
    served.publish()
    sent = served.submit(ROWS).json()["id"]
    browser = visit(served, served.admin)
    path = f"/desk/submissions/{sent}/withdraw"
    reply = browser.post(path, reason="wrong <prompt>", benchmark="ten")
    assert reply.headers["location"] == "/desk/benchmarks/ten?done=withdrawn"
    assert served.read("/benchmarks/ten/leaderboard")["data"] == []
    assert "wrong &lt;prompt&gt;" in browser.get("/desk/audit").text
    assert "withdrawn" in browser.get("/desk/benchmarks/ten").text


def test_publishing_a_file(served: Served) -> None:
    browser = visit(served, served.admin)
    there = "/desk/benchmarks?slug=made&matcher=text&title=Made&abstention_phrases=no+idea"
    reply = browser.send(there, ITEM, "application/x-ndjson")
    assert reply.status_code == 201, reply.text
    assert reply.json()["address"] == "/benchmarks/made"
    assert served.read("/benchmarks/made")["title"] == "Made"
    again = browser.send(there, ITEM, "application/x-ndjson")
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    bad = browser.send(
        "/desk/benchmarks?slug=bad&matcher=text", b"key,accepted\nq1,\nq1,x\n", "text/csv"
    )
    assert bad.status_code == 422
    assert {row["row"] for row in bad.json()["errors"]} >= {1}
    assert served.client.get("/api/v1/benchmarks/bad").status_code == 404


def test_a_corrected_key_shows_who_moved(served: Served) -> None:
    served.publish()
    served.submit(ROWS, model="by the old key")
    served.submit([*ROWS[:9], {"item": "q9", "answer": "b9"}], model="by the new key")
    browser = visit(served, served.admin)
    path = "/desk/benchmarks/ten/revisions?note=q9+was+wrong"
    changed = b'{"key": "q9", "accepted": ["b9"]}'
    reply = browser.send(path, changed, "application/x-ndjson")
    assert reply.status_code == 201, reply.text
    page = browser.get(reply.json()["address"]).text
    assert "q9 was wrong" in page
    assert page.index("by the") > 0
    assert "2nd" in page
    assert "to 1st" in page
    board = served.read("/benchmarks/ten/leaderboard")
    assert board["data"][0]["model"]["name"] == "by the new key"
    bad = browser.send(path, b'{"key": "q9", "accepted": "b9"}', "application/x-ndjson")
    assert (bad.status_code, bad.json()["code"]) == (422, "invalid-items")
    other = visit(served, served.new_key("elsewhere", "maintain"))
    assert other.send(path, changed, "application/x-ndjson").status_code == 403


def test_a_maintainer_reads_its_own_trail(served: Served) -> None:
    served.publish(slug="secret", visibility="private")
    maintainer = served.new_key("house", "maintain", "submit")
    body = {"slug": "own", "matcher": "text", "items": [{"key": "q", "accepted": ["a"]}]}
    served.request("POST", "/benchmarks", key=maintainer, json=body)
    sent = served.submit([{"item": "q", "answer": "a"}], slug="own", model="quill").json()["id"]
    own = visit(served, maintainer).get("/desk/audit").text
    assert "benchmark.publish" in own
    assert "submission.submit" in own
    assert f'href="/submissions/{sent}"' in own
    assert "secret" not in own
    assert "secret" in visit(served, served.admin).get("/desk/audit").text


def test_the_trail_is_paged(served: Served) -> None:
    browser = visit(served, served.admin)
    for n in range(60):
        served.new_key(f"owner {n}", "submit")
    first = browser.get("/desk/audit").text
    older = re.findall(r'href="(\?after=\d+)"', first)
    assert len(older) == 1
    second = browser.get(f"/desk/audit{older[0]}").text
    assert "owner 59" in first
    assert "owner 59" not in second
    assert "owner 1<" in second


def test_private_benchmarks_show_when_signed_in(served: Served) -> None:
    served.publish(visibility="private", title="Ours alone")
    assert "Ours alone" not in Visit(served).get("/").text
    assert Visit(served).get("/benchmarks/ten").status_code == 404
    browser = visit(served, served.admin)
    assert "Ours alone" in browser.get("/").text
    assert browser.get("/benchmarks/ten").status_code == 200
    stranger = visit(served, served.new_key("stranger", "maintain"))
    assert stranger.get("/benchmarks/ten").status_code == 404
    assert stranger.get("/desk/benchmarks/ten").status_code == 404


def test_writes_at_the_desk_count(
    database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with serve(database_url, tmp_path_factory.mktemp("writes"), writes_per_minute=4) as served:
        browser = visit(served, served.admin)
        seen = [
            browser.post("/desk/keys", owner=f"o{n}", submit="on", benchmark="").status_code
            for n in range(6)
        ]
        assert seen == [200, 200, 200, 429, 429, 429]


@pytest.mark.parametrize("body", [b"\xff=\xfe", b"a=1&" * 200, b"reason=" + b"x" * 300_000])
def test_broken_forms_are_refused(served: Served, body: bytes) -> None:
    browser = visit(served, served.admin)
    headers = HTML | OWN | {"Content-Type": "application/x-www-form-urlencoded"}
    reply = browser.http.post("/desk/keys", content=body, headers=headers)
    assert reply.status_code in {400, 403, 413}
    multipart = browser.http.post("/desk/keys", files={"a": b"b"}, headers=HTML | OWN)
    assert multipart.status_code == 403


@pytest.mark.parametrize("origin", ["http://[", "http://[x]:y", "://"])
def test_an_origin_that_is_no_address_is_refused_in_words(served: Served, origin: str) -> None:
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {}):
        reply = served.client.post(
            "/session",
            headers=headers | {"Origin": origin},
            data={"key": served.admin},
        )
        assert reply.status_code == 403, reply.text
