"""What is believed of a proxy, and what follows: the cookie, the origin of forms, the client."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from pydantic import ValidationError
from starlette.testclient import TestClient

from app.cli import _say_where
from app.settings import Settings
from tests.served import Served, serve
from tests.web.manage import HTML, Visit

HTTPS = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.9"}
PUBLIC = {"Origin": "https://candor.example", "Host": "candor.example"}
ROOT = Path(__file__).parents[2]
STRANGER = ("198.51.100.7", 4000)
LOCAL = ("127.0.0.1", 4000)


def peer(served: Served, client: tuple[str, int] = LOCAL) -> TestClient:
    """A connection from an address."""
    return TestClient(
        served.client.app,
        base_url="http://candor.example",
        client=client,
        follow_redirects=False,
        raise_server_exceptions=False,
    )


def sign_in(http: TestClient, key: str, **headers: str) -> Any:
    """The reply to a sign-in from our own page."""
    return http.post("/session", data={"key": key}, headers=HTML | headers)


@pytest.mark.parametrize(
    "said",
    [
        {"X-Forwarded-Proto": "https"},
        {"X-Forwarded-Proto": "https, http"},
        {"X-Forwarded-Proto": "HTTPS"},
        {"Forwarded": "for=203.0.113.9;proto=https;by=10.0.0.1"},
        {"Forwarded": 'proto="https", proto=http'},
    ],
)
@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1"])
def test_a_proxy_on_this_machine_is_believed(
    served: Served, said: dict[str, str], address: str
) -> None:
    reply = sign_in(peer(served, (address, 1)), served.admin, **said, **PUBLIC)
    assert reply.status_code == 303, reply.text
    cookie = reply.headers["set-cookie"]
    assert cookie.startswith("__Host-candor=")
    assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))


def test_a_stranger_is_not_believed_and_the_log_says_so_once(served: Served) -> None:
    http = peer(served, STRANGER)
    with structlog.testing.capture_logs() as log:
        for _ in range(3):
            http.get("/how", headers=HTTPS)
        reply = sign_in(http, served.admin, **HTTPS, **PUBLIC | {"Origin": "http://candor.example"})
    assert reply.headers["set-cookie"].startswith("candor=")
    assert "Secure" not in reply.headers["set-cookie"]
    told = [line for line in log if "CANDOR_TRUSTED_PROXIES" in line["event"]]
    assert [line["address"] for line in told] == [STRANGER[0]]
    assert told[0]["event"] in (ROOT / "docs" / "operations.md").read_text()


def test_strangers_cannot_fill_the_log(served: Served) -> None:
    with structlog.testing.capture_logs() as log:
        for number in range(40):
            peer(served, (f"198.51.100.{number}", 1)).get("/how", headers=HTTPS)
    assert 0 < len([line for line in log if "CANDOR_TRUSTED" in line["event"]]) < 10


def test_nothing_is_said_where_nothing_is_wrong(served: Served) -> None:
    with structlog.testing.capture_logs() as log:
        peer(served).get("/how", headers=HTTPS)
        peer(served, STRANGER).get("/how")
        peer(served, STRANGER).get("/how", headers={"X-Forwarded-Proto": "http"})
    assert [line for line in log if line["log_level"] == "warning"] == []


@pytest.fixture
def far(database_url: str, tmp_path: Path) -> Iterator[Served]:
    """Candor whose only proxies are in a network of its own."""
    with serve(database_url, tmp_path, trusted_proxies="10.0.0.0/24, 10.1.0.1") as running:
        yield running


def test_the_setting_names_the_proxies(far: Served) -> None:
    for address, secure in (
        ("10.0.0.77", True),
        ("10.1.0.1", True),
        ("10.1.0.2", False),
        ("127.0.0.1", False),
    ):
        origin = {"Origin": "https://candor.example"} if secure else {}
        here = HTTPS | {"Origin": "http://candor.example"} | origin
        reply = sign_in(peer(far, (address, 1)), far.admin, **here)
        assert ("Secure" in reply.headers["set-cookie"]) is secure, address


def test_failures_count_against_the_client_behind_the_proxy(
    database_url: str, tmp_path: Path
) -> None:
    with serve(database_url, tmp_path, key_failures_per_minute=2) as served:
        http = peer(served)
        wrong = {"Authorization": "Bearer cdr_wrong"}
        for _ in range(4):
            http.get("/api/v1/benchmarks", headers=wrong | {"X-Forwarded-For": "203.0.113.9"})
        other = http.get("/api/v1/benchmarks", headers=wrong | {"X-Forwarded-For": "203.0.113.10"})
        assert other.status_code == 401
        same = {"X-Forwarded-For": "127.0.0.1, 203.0.113.9"}
        assert http.get("/api/v1/benchmarks", headers=wrong | same).status_code == 429


@pytest.mark.parametrize("chain", ["127.0.0.1", "testclient", "unknown", "", "::1, 127.0.0.1"])
def test_a_forged_chain_opens_no_metrics(served: Served, chain: str) -> None:
    for name in ("X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded"):
        assert peer(served).get("/metrics", headers={name: chain}).status_code == 403
    assert peer(served, STRANGER).get("/metrics").status_code == 403


def test_a_proxy_that_says_nothing_still_gets_a_secure_cookie(served: Served) -> None:
    """The browser itself says that the page with the form came by https."""
    http = peer(served, STRANGER)
    reply = sign_in(http, served.admin, **PUBLIC, **{"Sec-Fetch-Site": "same-origin"})
    assert reply.headers["set-cookie"].startswith("__Host-candor=")
    token = reply.headers["set-cookie"].partition(";")[0]
    assert http.get("/desk", headers=HTML | {"Cookie": token}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        {"Host": "candor.example"},
        {"Host": "127.0.0.1:8000", "X-Forwarded-Host": "candor.example"},
        {"Host": "127.0.0.1:8000", "X-Forwarded-Host": "candor.example, inner.example"},
    ],
)
def test_a_form_is_known_as_our_own_behind_tls(served: Served, host: dict[str, str]) -> None:
    page = {"Origin": "https://candor.example"} | host | HTTPS
    assert sign_in(peer(served), served.admin, **page).status_code == 303
    own = {"Sec-Fetch-Site": "same-origin"}
    assert sign_in(peer(served), served.admin, **page, **own).status_code == 303
    for foreign in ("https://evil.example", "http://candor.example", "null"):
        refused = sign_in(peer(served), served.admin, **page | {"Origin": foreign})
        assert refused.status_code == 403, foreign


def test_a_strangers_forwarded_host_is_not_believed(served: Served) -> None:
    page = {"Origin": "http://evil.example", "X-Forwarded-Host": "evil.example"}
    reply = sign_in(peer(served, STRANGER), served.admin, **page)
    assert reply.status_code == 403
    assert "CANDOR_BASE_URL" in reply.text


def test_a_stay_from_before_tls_ends_with_the_sign_out(served: Served) -> None:
    visit = Visit(served)
    visit.sign_in(served.admin)
    plain = visit.http.cookies["candor"]
    http = peer(served)
    secure = sign_in(http, served.admin, **HTTPS, **PUBLIC, Cookie=f"candor={plain}")
    cookies = secure.headers.get_list("set-cookie")
    assert [one.partition("=")[0] for one in cookies] == ["__Host-candor", "candor"]
    assert "Max-Age=0" in cookies[1]
    held = f"{cookies[0].partition(';')[0]}; candor={plain}"
    ended = http.post("/session/end", headers=HTTPS | PUBLIC | {"Cookie": held})
    dropped = ended.headers.get_list("set-cookie")
    assert {one.partition("=")[0] for one in dropped} == {"__Host-candor", "candor"}
    assert all("Max-Age=0" in one for one in dropped)
    # Both are over on the server too, also for those who kept them.
    for cookie in (held, f"candor={plain}"):
        assert http.get("/desk", headers=HTML | {"Cookie": cookie}).status_code == 303


def test_a_planted_cookie_opens_nothing_on_a_site_with_tls(served: Served) -> None:
    visit = Visit(served)
    visit.sign_in(served.admin)
    planted = {"Cookie": f"candor={visit.http.cookies['candor']}"}
    assert peer(served).get("/desk", headers=HTML | planted).status_code == 200
    assert peer(served).get("/desk", headers=HTML | planted | HTTPS).status_code == 303


def test_under_a_prefix_the_cookie_stays_there(database_url: str, tmp_path: Path) -> None:
    with serve(database_url, tmp_path, root_path="/candor") as served:
        http = peer(served)
        reply = sign_in(http, served.admin, **HTTPS, **PUBLIC)
        cookie = reply.headers["set-cookie"]
        assert cookie.startswith("__Secure-candor=")
        assert {"Secure", "HttpOnly", "Path=/candor", "SameSite=strict"} <= set(cookie.split("; "))
        plain = sign_in(http, served.admin, Origin="http://candor.example")
        token = plain.headers["set-cookie"].partition(";")[0]
        assert "Path=/candor" in plain.headers["set-cookie"]
        # One that stands at the root of the host comes last: browsers send long paths first.
        both = HTML | {"Cookie": f"{token}; candor=of-an-installation-at-the-root"}
        assert http.get("/desk", headers=both).status_code == 200


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"root_path": "candor"}, "a slash first"),
        ({"root_path": "/candor/"}, "a slash first, none last"),
        ({"root_path": "/"}, "a slash first"),
        ({"root_path": "/can dor"}, "letters"),
        ({"root_path": "/../etc"}, "letters"),
        ({"root_path": "//evil.example"}, "a slash first"),
        ({"root_path": '/"><script>'}, "letters"),
        ({"root_path": "/api"}, "own"),
        ({"root_path": "/benchmarks/mine"}, "own"),
        ({"root_path": "/a", "base_url": "https://x.example/b"}, "make them the same"),
        ({"base_url": "candor.example"}, "https://candor.example.org"),
        ({"base_url": "ftp://candor.example"}, "https://candor.example.org"),
        ({"base_url": "https://x.example/?q"}, "https://candor.example.org"),
        ({"base_url": "https://x.example/a b"}, "https://candor.example.org"),
        ({"trusted_proxies": "*"}, "would believe anybody"),
        ({"trusted_proxies": "127.0.0.1, *"}, "would believe anybody"),
        ({"trusted_proxies": "nginx"}, "no address or network"),
        ({"trusted_proxies": "10.0.0.1/24"}, "10.0.0.0/24"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(wanted: dict[str, str], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Settings.model_validate(wanted)


def test_settings_that_make_sense() -> None:
    for root in ("", "/candor", "/lab/candor", "/~team/candor-2.0", "/lab/benchmarks"):
        assert Settings(root_path=root).prefix == root
    both = Settings(root_path="/candor", base_url="https://x.example")
    assert (both.prefix, both.home) == ("/candor", "https://x.example/candor")
    same = Settings(root_path="/candor", base_url="https://x.example:8443/candor/")
    assert same.home == "https://x.example:8443/candor"
    assert Settings(base_url="https://x.example/").home == "https://x.example"
    assert Settings(trusted_proxies="none").proxies == []
    assert Settings(trusted_proxies="10.0.0.5, fd00::/8").proxies == ["10.0.0.5", "fd00::/8"]


def test_the_start_names_the_prefix(capsys: pytest.CaptureFixture[str]) -> None:
    _say_where(Settings(root_path="/candor", port=4321))
    assert "http://127.0.0.1:4321/candor\n" in capsys.readouterr().out
