"""A benchmark copied over the API is the same benchmark: what goes in comes out as it went in."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec import UNSET

from app.http.encode import reply_fields
from app.http.requests.benchmarks import BY_PENALTY, BenchmarkIn
from app.intake.items import FIELDS
from app.services.benchmarks.schemas import Benchmark, Item
from tests.served import Served, serve

SENT = BenchmarkIn.model_fields.keys() - BY_PENALTY
"""Fields of a request that a reply has too: a target is told as one, however it was said."""

POLICY: dict[str, Any] = {
    "slug": "copied",
    "title": "A copy",
    "description": "What is asked, and how.",
    "source": "CC BY 4.0",
    "visibility": "private",
    "matcher": "choice",
    "tolerance": None,
    "abstention_phrases": ["no idea", "I pass"],
    "unwrap": ["quotes", "period"],
    "listed_abstentions": False,
    "tolerance_kind": "absolute",
    "decimal": "either",
    "percent": "either",
    "units": [],
    "credit": "exact",
    "mode": "open",
    "default_target": 0.6,
    "default_mode": "threshold",
    "fixed_targets": [0.25, 0.6],
    "missing_limit": 0.125,
    "ungraded_limit": 0.25,
    "ranked_attempt": "first",
    "quota": {"total": 20, "per_day": None},
    "training": {"n_examples": 1000, "n_singletons": 100, "min_error_set": 2, "max_error_set": 9},
}
NUMBER: dict[str, Any] = {
    "slug": "numbers",
    "matcher": "number",
    "tolerance": 0.05,
    "mode": "open",
    "tolerance_kind": "relative",
    "decimal": "comma",
    "percent": "share",
    "units": ["km"],
}
SEVERAL: dict[str, Any] = {"slug": "several", "matcher": "choices", "credit": "jaccard"}
ITEMS: list[dict[str, Any]] = [
    {
        "key": "q1",
        "question": "Capital of Peru?",
        "accepted": ["Lima"],
        "choices": ["Lima", "Quito"],
        "category": "geography",
        "cluster": "south america",
        "weight": 2.5,
        "answerable": True,
        "tags": {"level": "3", "by": "ada"},
        "occurrences": 3,
    },
    {"key": "q2", "question": None, "accepted": [], "choices": ["a", "b"], "category": None,
     "cluster": None, "weight": 1.0, "answerable": False, "tags": {}, "occurrences": 0},
]  # fmt: skip


def test_the_copy_is_of_every_field() -> None:
    """A field that is new in a request belongs into this test, and into the reply."""
    assert POLICY.keys() == SENT
    assert ITEMS[0].keys() == ITEMS[1].keys() == set(FIELDS)
    assert set(FIELDS) == {field.name for field in reply_fields(Item)}
    assert {field.name for field in reply_fields(Benchmark)} >= SENT
    # Each at least once with a value that is not its default, so that a lost one is seen.
    plain = {name: field.default for name, field in BenchmarkIn.model_fields.items()}
    same = {name for name in POLICY if POLICY[name] == plain[name]}
    of_others = {"tolerance_kind", "decimal", "percent", "units", "credit"}
    assert same == {"tolerance", "mode", *of_others}
    assert of_others - {"credit"} <= {name for name in NUMBER if NUMBER[name] != plain[name]}
    assert SEVERAL["credit"] != plain["credit"]


def read_back(served: Served, slug: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The policy and the items of a benchmark, as its replies state them."""
    told = served.request("GET", f"/benchmarks/{slug}").json()
    lines = served.request(
        "GET", f"/benchmarks/{slug}/items", headers={"Accept": "application/x-ndjson"}
    ).text
    items = [json.loads(line) for line in lines.splitlines()]
    paged = served.request("GET", f"/benchmarks/{slug}/items").json()["data"]
    assert paged == items
    return {name: told[name] for name in SENT}, items


def copy_and_compare(served: Served, database_url: str, folder: Path) -> None:
    number_items = [{"key": "n1", "accepted": ["4,5"]}, {"key": "n2", "accepted": ["7"]}]
    sent_before = ((POLICY, ITEMS), (NUMBER, number_items), (SEVERAL, ITEMS))
    for policy, items in sent_before:
        served.publish(**policy, items=items)
    first = {slug: read_back(served, slug) for slug in ("copied", "numbers", "several")}
    assert first["several"][0]["credit"] == "jaccard"
    assert first["copied"] == (POLICY, ITEMS), "lost on the way out"
    with serve(database_url, folder) as other:
        for slug, (policy, items) in first.items():
            other.publish(**policy, items=items)
            assert read_back(other, slug) == first[slug], "lost on the way to another server"
            lines = "".join(json.dumps(item) + "\n" for item in items)
            sent = other.request(
                "POST",
                "/benchmarks",
                params={"slug": f"{slug}-lines", **_in_the_address(policy)},
                content=lines.encode(),
                headers={"Content-Type": "application/x-ndjson"},
            )
            assert sent.status_code == 201, sent.text
            again, rows = read_back(other, f"{slug}-lines")
            assert (again | {"slug": slug}, rows) == first[slug], "lost in the address"


def _in_the_address(policy: dict[str, Any]) -> dict[str, Any]:
    """A policy as query parameters: objects as JSON, what is absent left out."""
    return {
        name: json.dumps(value) if isinstance(value, dict) else value
        for name, value in policy.items()
        if value is not None and name != "slug"
    }


@pytest.fixture
def other_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The database of another server."""
    copy = tmp_path / "other.db"
    copy.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{copy}"


def test_publish_read_publish_elsewhere_read(
    served: Served, other_url: str, tmp_path: Path
) -> None:
    copy_and_compare(served, other_url, tmp_path)


def test_the_check_finds_a_field_that_never_comes_out(
    served: Served, other_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Item.of

    def without(stored: Any, *, with_answers: bool) -> Item:
        return replace(whole(stored, with_answers=with_answers), occurrences=UNSET)

    monkeypatch.setattr(Item, "of", without)
    with pytest.raises(AssertionError, match="lost on the way out"):
        copy_and_compare(served, other_url, tmp_path)


def test_a_hidden_benchmark_gives_nothing_of_its_key(served: Served) -> None:
    served.publish(mode="hidden", items=[ITEMS[0] | {"choices": None}])
    (item,) = served.read("/benchmarks/ten/items")["data"]
    assert item.keys() == set(FIELDS) - {"accepted", "answerable", "occurrences"}
