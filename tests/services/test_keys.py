"""API keys: their form, what is stored of them, and who they turn out to be."""

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.demo.load import load_demo
from app.problem import Problem
from app.services.access.callers import Caller
from app.services.access.keys import (
    NewKey,
    authenticate,
    demo_caller,
    issue,
    issue_first,
    may_revoke,
    presented,
    revoke,
    revoke_by_host,
)
from app.services.access.tokens import hash_secret, new_token
from app.storage.audit_log import list_events
from app.storage.database.session import Database
from app.storage.keys import any_admin_key, find_key_by_public_id, list_keys

PEPPER = b"a pepper that the database does not hold"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def first(database: Database, *scopes: str, owner: str = "acme", **more: object) -> NewKey:
    with database.writing() as session:
        return issue_first(
            session,
            pepper=PEPPER,
            owner=owner,
            scopes=scopes or ("submit",),
            **more,  # type: ignore[arg-type]
        )


def who(database: Database, token: str, *, now: datetime = NOW) -> Caller:
    with database.reading() as session:
        return authenticate(session, presented(token), now=now, pepper=PEPPER, request_id="req_1")


def refusal(database: Database, token: str, *, now: datetime = NOW) -> str:
    with pytest.raises(Problem) as caught:
        who(database, token, now=now)
    assert caught.value.code == "unauthenticated"
    return caught.value.detail


def issued_by(
    database: Database,
    caller: Caller,
    *,
    owner: str | None = "team",
    scopes: tuple[str, ...] = ("submit",),
    benchmark: str | None = None,
    expires_at: datetime | None = None,
) -> NewKey:
    with database.writing() as session:
        return issue(
            session,
            caller,
            owner=owner,
            scopes=scopes,
            benchmark=benchmark,
            label="ci",
            expires_at=expires_at,
            now=NOW,
            pepper=PEPPER,
        )


def test_a_token_has_the_form_that_scanners_look_for() -> None:
    tokens = {new_token() for _ in range(200)}
    assert len(tokens) == 200
    assert all(re.fullmatch(r"cdr_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}", token) for token in tokens)


def test_only_a_hash_is_kept(database: Database) -> None:
    issued = first(database)
    secret = issued.token[17:60]
    assert issued.key.secret_hash == hmac.new(PEPPER, secret.encode(), hashlib.sha256).digest()
    assert hash_secret(secret, None) == hashlib.sha256(secret.encode()).digest()
    assert secret.encode() not in issued.key.secret_hash


def test_a_key_says_who_holds_it(database: Database) -> None:
    issued = first(database, "submit", "maintain")
    caller = who(database, issued.token)
    assert (caller.owner, caller.scopes) == ("acme", {"submit", "maintain"})
    assert (caller.key, caller.request_id) == (issued.key.public_id, "req_1")
    assert caller.benchmark_id is None


def test_every_fault_of_a_key_is_refused_in_the_same_words(database: Database) -> None:
    issued = first(database)
    revoked = first(database)
    with database.writing() as session:
        revoke_by_host(session, revoked.key.public_id)
    short_lived = first(database, lifetime=timedelta(days=1))
    late = datetime.now(UTC) + timedelta(days=2)
    faults = {
        refusal(database, ""),
        refusal(database, issued.token[:-1]),
        refusal(database, issued.token.lower() + "x"),
        # Well formed, never issued: a fresh token passes its own check digits.
        refusal(database, new_token()),
        refusal(database, revoked.token),
        refusal(database, short_lived.token, now=late),
    }
    assert len(faults) == 1
    assert who(database, short_lived.token, now=datetime.now(UTC)).owner == "acme"


def test_another_secret_under_a_known_id_is_refused(database: Database) -> None:
    issued = first(database)
    other = new_token()
    # The check digits are made for the pair, so this one is well formed in every way.
    from app.services.access import tokens  # noqa: PLC0415  reaches for the CRC, which nobody else needs

    forged = f"{issued.token[:17]}{other[17:60]}"
    forged += tokens._crc(issued.token[4:16] + other[17:60])
    refusal(database, forged)


def test_another_pepper_refuses_every_key(database: Database) -> None:
    issued = first(database)
    with database.reading() as session, pytest.raises(Problem, match="not valid"):
        authenticate(session, presented(issued.token), now=NOW, pepper=None)


@given(place=st.integers(0, 65), char=st.sampled_from("0aZ_-é\0 "))
def test_a_changed_character_is_noticed_without_the_database(place: int, char: str) -> None:
    token = new_token()
    changed = token[:place] + char + token[place + 1 :]
    if changed != token:
        with pytest.raises(Problem, match="not valid"):
            presented(changed)


def test_an_admin_issues_any_key(database: Database) -> None:
    admin = who(database, first(database, "admin").token)
    elsewhere = timezone(timedelta(hours=5))
    issued = issued_by(
        database,
        admin,
        scopes=("submit", "maintain"),
        expires_at=(NOW + timedelta(hours=1)).astimezone(elsewhere),
    )
    assert issued.key.expires_at == NOW + timedelta(hours=1)
    assert who(database, issued.token).scopes == {"submit", "maintain"}
    with pytest.raises(Problem, match="past"):
        issued_by(database, admin, expires_at=NOW)
    with pytest.raises(Problem) as absent:
        issued_by(database, admin, benchmark="none")
    assert absent.value.code == "not-found"


def refused(database: Database, caller: Caller, **wanted: Any) -> tuple[str, str]:
    with pytest.raises(Problem) as caught:
        issued_by(database, caller, **wanted)
    return caught.value.code, caught.value.detail


def test_a_key_is_made_for_the_callers_own_owner(database: Database) -> None:
    load_demo(database)
    with database.writing() as session:
        own = demo_caller(session)
    for owner in (None, own.owner):
        issued = issued_by(database, own, owner=owner, benchmark="letter-counts")
        caller = who(database, issued.token)
        assert caller.owner_id == own.owner_id
        assert (caller.benchmark, caller.benchmark_id) == ("letter-counts", issued.key.benchmark_id)
    both = issued_by(database, own, owner=None, scopes=("submit", "maintain"))
    assert who(database, both.token).scopes == {"submit", "maintain"}


@pytest.mark.parametrize("benchmark", [None, "letter-counts", "none"])
@pytest.mark.parametrize("scopes", [("submit",), ("maintain",), ("admin",)])
def test_an_owner_that_exists_is_refused_as_one_that_does_not(
    database: Database, benchmark: str | None, scopes: tuple[str, ...]
) -> None:
    load_demo(database)
    with database.writing() as session:
        own = demo_caller(session)
    first(database, owner="acme")
    first(database, "admin", owner="admin")
    said = {
        refused(database, own, owner=owner, scopes=scopes, benchmark=benchmark)
        for owner in ("acme", "admin", "Candor-Demo", "nobody")
    }
    assert len(said) == 1
    code, detail = said.pop()
    assert code == "forbidden"
    assert "invitation" in detail


def test_a_key_gives_away_no_scope_that_it_lacks(database: Database) -> None:
    maintain = who(database, first(database, "maintain").token)
    for scopes in (("submit",), ("admin",), ("maintain", "submit"), ("admin", "maintain")):
        code, detail = refused(database, maintain, owner=None, scopes=scopes)
        assert code == "forbidden"
        assert "lacks the scope" in detail
    assert issued_by(database, maintain, owner=None, scopes=("maintain",)).key.owner == "acme"


@pytest.mark.parametrize("scope", ["maintain", "admin"])
def test_a_bound_key_makes_keys_inside_its_binding(database: Database, scope: str) -> None:
    load_demo(database)
    made = first(database, scope, owner="candor-demo", benchmark="letter-counts")
    bound = who(database, made.token)
    for benchmark in (None, "gpqa-diamond-counts"):
        code, detail = refused(
            database, bound, owner=None, scopes=("maintain",), benchmark=benchmark
        )
        assert code == "forbidden"
        assert '"benchmark": "letter-counts"' in detail
    inside = issued_by(database, bound, owner=None, scopes=("maintain",), benchmark="letter-counts")
    assert who(database, inside.token).benchmark_id == bound.benchmark_id


def test_who_may_revoke_what(database: Database) -> None:
    """Itself; inside its binding; of its owner what holds no more; of others what it let in."""
    load_demo(database)
    demo = {"owner": "candor-demo"}
    keys = {
        "maintain": first(database, "maintain", "submit", **demo),
        "bound": first(database, "maintain", "submit", **demo, benchmark="letter-counts"),
        "submit": first(database, "submit", **demo),
        "root": first(database, "admin", **demo),
        "guest": first(database, "submit", owner="guest", benchmark="letter-counts"),
        "there": first(database, "submit", owner="guest", benchmark="gpqa-diamond-counts"),
        "other": first(database, "maintain", owner="other"),
        "bound root": first(database, "admin", owner="other", benchmark="letter-counts"),
    }
    may = {
        "maintain": {"maintain", "bound", "submit", "guest", "there"},
        "bound": {"bound", "guest"},
        "submit": {"submit"},
        "root": set(keys),
        "guest": {"guest"},
        "there": {"there"},
        "other": {"other"},
        "bound root": {"bound root", "bound", "guest"},
    }
    for name, made in keys.items():
        caller = who(database, made.token)
        assert {one for one, key in keys.items() if may_revoke(caller, key.key)} == may[name], name


def test_who_may_not_see_a_key_cannot_revoke_it(database: Database) -> None:
    admin = who(database, first(database, "admin", owner="admin").token)
    issued = first(database)
    stranger = who(database, first(database, "maintain", owner="stranger").token)
    with database.writing() as session, pytest.raises(Problem) as caught:
        revoke(session, stranger, issued.key.public_id, now=NOW)
    assert caught.value.code == "not-found"
    with database.writing() as session:
        revoke(session, admin, issued.key.public_id, now=NOW)
        # Revoked again, it keeps its first moment.
        revoke(session, admin, issued.key.public_id, now=NOW + timedelta(days=1))
    with database.reading() as session:
        stored = find_key_by_public_id(session, issued.key.public_id)
        acts = [(event.action, event.actor) for event in list_events(session, limit=10)]
    assert stored is not None
    assert stored.revoked_at == NOW
    assert acts[:2] == [("key.revoke", "admin")] * 2
    refusal(database, issued.token)


def test_an_owner_may_revoke_its_own_key(database: Database) -> None:
    issued = first(database)
    with database.writing() as session:
        revoke(session, who(database, issued.token), issued.key.public_id, now=NOW)
    refusal(database, issued.token)


def test_the_demo_leaves_no_key_that_works_and_no_admin(database: Database) -> None:
    load_demo(database)
    with database.reading() as session:
        assert all(key.revoked_at is not None for key in list_keys(session, limit=100))
        assert not any_admin_key(session)
    first(database, "submit", "admin")
    with database.reading() as session:
        assert any_admin_key(session)


def test_keys_are_listed_in_order_and_by_owner(database: Database) -> None:
    made = [first(database, owner=owner).key for owner in ("a", "b", "a")]
    with database.reading() as session:
        assert list_keys(session, limit=10) == made
        assert list_keys(session, limit=10, after=made[0].id) == made[1:]
        assert list_keys(session, limit=10, owner_id=made[0].owner_id) == [made[0], made[2]]


def test_a_key_that_is_not_there_cannot_be_revoked(database: Database) -> None:
    with database.writing() as session, pytest.raises(Problem, match="no key key_none"):
        revoke_by_host(session, "key_none")
