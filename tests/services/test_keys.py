"""API keys: their form, what is stored of them, and who they turn out to be."""

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.demo.load import load_demo
from app.problem import Problem
from app.services.callers import Caller
from app.services.keys import (
    IssuedKey,
    authenticate,
    demo_caller,
    hash_of,
    issue,
    issue_first,
    new_token,
    revoke,
    revoke_by_host,
)
from app.storage.audit import list_events
from app.storage.keys import any_admin_key, find_key_by_public_id, list_keys
from app.storage.session import Database

PEPPER = b"a pepper that the database does not hold"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def first(database: Database, *scopes: str, owner: str = "acme", **more: object) -> IssuedKey:
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
        return authenticate(session, token, now=now, pepper=PEPPER, request_id="req_1")


def refusal(database: Database, token: str, *, now: datetime = NOW) -> str:
    with pytest.raises(Problem) as caught:
        who(database, token, now=now)
    assert caught.value.code == "unauthenticated"
    return caught.value.detail


def issued_by(
    database: Database,
    caller: Caller,
    *,
    scopes: tuple[str, ...] = ("submit",),
    benchmark: str | None = None,
    expires_at: datetime | None = None,
) -> IssuedKey:
    with database.writing() as session:
        return issue(
            session,
            caller,
            owner="team",
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
    assert hash_of(secret, None) == hashlib.sha256(secret.encode()).digest()
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
    from app.services import keys  # noqa: PLC0415  reaches for the CRC, which nobody else needs

    forged = f"{issued.token[:17]}{other[17:60]}"
    forged += keys._crc(issued.token[4:16] + other[17:60])
    refusal(database, forged)


def test_another_pepper_refuses_every_key(database: Database) -> None:
    issued = first(database)
    with database.reading() as session, pytest.raises(Problem, match="not valid"):
        authenticate(session, issued.token, now=NOW, pepper=None)


@given(place=st.integers(0, 65), char=st.sampled_from("0aZ_-é\0 "))
def test_a_changed_character_is_noticed_without_the_database(place: int, char: str) -> None:
    token = new_token()
    changed = token[:place] + char + token[place + 1 :]
    if changed != token:
        with pytest.raises(Problem, match="not valid"):
            # No session: garbage is refused before anybody asks the database.
            authenticate(None, changed, now=NOW, pepper=None)  # type: ignore[arg-type]


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


def test_a_maintainer_issues_submit_keys_for_an_own_benchmark(database: Database) -> None:
    load_demo(database)
    with database.writing() as session:
        own = demo_caller(session)
    issued = issued_by(database, own, benchmark="letter-counts")
    assert issued.key.benchmark == "letter-counts"
    assert who(database, issued.token).benchmark_id == issued.key.benchmark_id
    stranger = who(database, first(database, "maintain", owner="stranger").token)
    admin = who(database, first(database, "admin").token)
    bound = issued_by(database, admin, benchmark="gpqa-diamond-counts")
    for caller, scopes, benchmark in (
        (own, ("submit",), None),
        (own, ("submit", "maintain"), "letter-counts"),
        (own, ("admin",), "letter-counts"),
        (stranger, ("submit",), "letter-counts"),
        (who(database, bound.token), ("submit",), "gpqa-diamond-counts"),
    ):
        with pytest.raises(Problem) as refused:
            issued_by(database, caller, scopes=scopes, benchmark=benchmark)
        assert refused.value.code == "forbidden"


def test_who_may_not_see_a_key_cannot_revoke_it(database: Database) -> None:
    admin = who(database, first(database, "admin", owner="admin").token)
    issued = first(database)
    stranger = who(database, first(database, "maintain", owner="stranger").token)
    with database.writing() as session, pytest.raises(Problem) as refused:
        revoke(session, stranger, issued.key.public_id, now=NOW)
    assert refused.value.code == "not-found"
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
