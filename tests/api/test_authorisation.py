"""The authorisation table: everybody × every operation and page × private, absent and public; and
for everybody, every key and invitation that it can make for itself, and what those reach."""

from collections.abc import Iterator
from itertools import chain, combinations, product
from pathlib import Path

import pytest

from tests.api.reach import REFUSED, SECRETS, World, build, pages_of
from tests.served import serve
from tests.web.manage import visit

READERS = {
    "private": {
        "house maintain",
        "house submit",
        "guest bound to private",
        "admin",
    },
    "theirs": {"other maintain", "other submit", "admin"},
}
CONDITIONAL = {
    "reviseBenchmark",
    "changeBenchmark",
    "archiveBenchmark",
    "unarchiveBenchmark",
    "deleteBenchmark",
}
"""Operations that look at `If-Match`, which names no state here: they change nothing."""
KEPT_BACK = {"readGuaranteedThreshold"}
"""Operations that no reader has on a hidden benchmark, as `theirs` is."""
SCOPES = ("submit", "maintain", "admin")
ENDED = {"nobody", "wrong", "garbage", "revoked", "expired"}


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    # Half of what is sent is wrong on purpose.
    with serve(database_url, tmp_path, key_failures_per_minute=10**6) as served:
        yield build(served)


def stored(world: World) -> list[object]:
    """What a write would change: the trail, and the version of every board."""
    boards = world.served.request("GET", "/benchmarks").json()["data"]
    trail = world.served.request("GET", "/audit").json()["data"]
    return [trail[0]["id"], *((one["slug"], one["version"]) for one in boards)]


def test_a_private_object_answers_as_one_that_is_not_there(world: World) -> None:
    before = stored(world)
    aimed = [one for one in (*world.operations, *pages_of(world.served)) if one.aimed]
    assert len(aimed) > 30
    compared = 0
    for name, token in world.keys.items():
        for slug in SECRETS:
            if name in READERS[slug]:
                continue
            for one in aimed:
                seen = world.without_names(world.send(one, slug, token), slug)
                absent = world.without_names(world.send(one, "absent", token), "absent")
                assert seen == absent, (name, one.method, one.address)
                assert seen[0] >= 300, (name, one.method, one.address)
                compared += 1
    assert compared > 400
    assert stored(world) == before


def test_the_desk_shows_a_private_benchmark_to_its_own_alone(world: World) -> None:
    pages = [one for one in pages_of(world.served) if one.address.startswith("/desk")]
    assert len(pages) > 5
    for name, token in world.keys.items():
        if token is None or name in ENDED:
            continue
        browser = visit(world.served, token)
        for one, slug in product(pages, SECRETS):
            address = one.address
            for what, value in world.objects[slug].items():
                address = address.replace(f"{{{what}}}", value)
            reply = browser.get(address)
            if name not in READERS[slug]:
                for kind in ("GOLD", "SAID", "TITLE", "LABEL"):
                    assert f"{kind}-{slug}" not in reply.text, (name, address)
                if slug in address:
                    assert reply.status_code in REFUSED, (name, address)


def test_who_may_read_reads(world: World) -> None:
    """The other side of the table: a lock that is shut for all would pass the rest."""
    reads = [one for one in world.operations if one.method == "GET" and one.aimed]
    keyed = {"listInvitations"}
    for slug, names in READERS.items():
        for name, one in product(sorted(names), reads):
            reply = world.send(one, slug, world.keys[name])
            if one.name in KEPT_BACK and slug == "theirs":
                assert reply.json()["code"] == "hidden-gold", (name, one.name)
            elif one.name not in keyed:
                assert reply.status_code == 200, (name, one.name, slug, reply.text)
    for one in world.operations:
        # What is sent must be right, or the table holds only how wrong requests are refused.
        if one.aimed:
            reply = world.send(one, "public", world.keys["house maintain"])
            expected = {412} if one.name in CONDITIONAL else {200, 201, 204}
            assert reply.status_code in expected, (one.name, reply.text)
    for name in ENDED - {"nobody"}:
        assert {world.send(one, "public", world.keys[name]).status_code for one in reads} == {401}


def subsets() -> list[tuple[str, ...]]:
    return list(chain.from_iterable(combinations(SCOPES, n) for n in range(1, 4)))


Made = dict[tuple[str, tuple[str, ...], str | None], str]


def keys_of_its_own_making(world: World, name: str) -> Made:
    """Every key that somebody can make through the API, for whom it can, by any way."""
    token, own = world.keys[name], world.owners[name]
    made: Made = {}

    def keep(reply: object) -> None:
        body = reply.json()  # type: ignore[attr-defined]
        made[body["owner"], tuple(body["scopes"]), body["benchmark"]] = body["token"]

    for owner, scopes, slug in product(
        (None, own, "house", "other", "admin", "new"),
        subsets(),
        (None, "public", "private", "theirs", "absent"),
    ):
        body = {"owner": owner, "scopes": scopes, "benchmark": slug}
        reply = world.served.request("POST", "/keys", key=token, json=body)
        assert reply.status_code in {201, *REFUSED}, reply.text
        if reply.status_code == 201:
            keep(reply)
    for slug in ("public", *SECRETS):
        there = f"/benchmarks/{slug}/invitations"
        takers = [(None, owner) for owner in ("house", "admin", "Hоuse", f"new {name} {slug}")]
        for key, owner in [(token, None), (token, "house"), *takers]:
            invited = world.served.request("POST", there, key=token, json={})
            if invited.status_code != 201:
                assert invited.status_code in REFUSED
                continue
            headers = {} if key is None else {"Authorization": f"Bearer {key}"}
            reply = world.served.client.post(
                "/api/v1/invitations/accept",
                headers=headers,
                json={"token": invited.json()["token"], "owner": owner},
            )
            assert reply.status_code in {201, 409, 422, *REFUSED}, reply.text
            if reply.status_code == 201:
                keep(reply)
    return made


def test_no_key_that_somebody_makes_reaches_further_than_its_own(world: World) -> None:
    known: dict[tuple[object, ...], set[tuple[str, ...]]] = {}
    makers = 0
    for name, token in world.keys.items():
        if token is None or name in ENDED or name == "admin":
            continue
        made = keys_of_its_own_making(world, name)
        makers += bool(made)
        own = world.reach(token, world.owners[name])
        assert ("read", "readBenchmark", "public") in own
        for (owner, scopes, slug), key in made.items():
            # An admin acts for anybody, inside its binding; a new owner is nobody's but its own.
            anybody = name.startswith("admin") or owner.startswith("new")
            alias = world.owners[name] if anybody else owner
            kind = (alias, scopes, slug)
            if kind not in known:
                known[kind] = world.reach(key, alias)
            beyond = known[kind] - own
            assert not beyond, (name, owner, scopes, slug, sorted(beyond))
    assert makers >= 4
    assert len(known) > 10
