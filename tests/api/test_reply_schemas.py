"""A value that is sent and its component in the OpenAPI document are one class."""

from dataclasses import dataclass, make_dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any, Literal

import jsonschema
import msgspec
import numpy as np
import pytest
from msgspec import UNSET, UnsetType
from numpy.typing import NDArray

from app.api.openapi import schema
from app.api.openapi.schema import add_components, component, reply
from app.http.encode import json_bytes
from app.reply_fields import FLAT, NEVER, WHEN_SET, Doc, Sent
from app.scoring.grades import Outcome
from app.scoring.score import Bounds, Score
from app.scoring.targets import Target
from tests.conforming import assert_conforms
from tests.served import Served


@dataclass(frozen=True, slots=True, kw_only=True)
class Inner:
    """Inside."""

    score: Score


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A value of every kind of field."""

    second: Annotated[int, Doc("First in the reply: the order is that of the class.")]
    first: Annotated[tuple[Inner, ...], Sent(name="data")]
    secret: Annotated[str, NEVER]
    note: Annotated[str | None, WHEN_SET] = None
    null: str | None = None
    share: Annotated[int, Sent(units=10_000)]
    target: Target
    steps: tuple[tuple[Target, Target], ...]
    by_name: dict[str, Score | None]
    at: datetime
    outcome: Outcome
    rule: Literal["binary", "bas"]
    rule_or_none: Literal["binary", "bas"] | None
    known: int | UnsetType | None = UNSET
    families: dict[str, Score | dict[str, Score]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What another value carries, sent flat."""

    kept: Annotated[int, Doc("Of the part.")]
    replaced: Annotated[int, Doc("Of the part, never sent.")]
    by_target: Annotated[dict[Target, Score], Doc("By target.")]
    by_share: Annotated[dict[int, int], Sent(units=10_000), Doc("By share.")]
    column: Annotated[NDArray[np.float64], Doc("A column.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A value with a part that is sent flat."""

    first: Annotated[int, Doc("First.")]
    part: Annotated[Part | None, FLAT]
    replaced: Annotated[str, Doc("In place of the part's.")]


class Clock(datetime):
    """A moment of a class of its own."""


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "_SENT", dict(schema._SENT))


def sample(**changes: Any) -> Sample:
    values: dict[str, Any] = {
        "second": 2,
        "first": (Inner(score=Score(0.5, n_items=2, bounds=Bounds(0.25, 1.0))),),
        "secret": "kept",
        "share": 7_500,
        "target": Target(9_000),
        "steps": ((Target(0), Target(5_000)),),
        "by_name": {"a": None, "b": Score(None, n_items=0, reason="no-items")},
        "at": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        "outcome": Outcome.CORRECT,
        "rule": "bas",
        "rule_or_none": None,
        "families": {},
    }
    return Sample(**(values | changes))


def test_fields_are_sent_in_order_as_they_say() -> None:
    assert json_bytes(sample()).decode() == (
        '{"second":2,'
        '"data":[{"score":{"value":0.5,"se":null,"interval":null,"n_items":2,'
        '"bounds":{"low":0.25,"high":1.0}}}],'
        '"null":null,"share":0.75,"target":0.9,"steps":[[0.0,0.5]],'
        '"by_name":{"a":null,"b":{"value":null,"se":null,"interval":null,"n_items":0,'
        '"reason":"no-items"}},'
        '"at":"2026-01-02T03:04:05Z","outcome":"correct","rule":"bas","rule_or_none":null,"families":{}}'
    )
    assert msgspec.json.decode(json_bytes(sample(note="set")))["note"] == "set"
    assert msgspec.json.decode(json_bytes(sample(known=None)))["known"] is None


def test_moments_are_utc_and_numbers_pythons_own() -> None:
    east = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=timezone(timedelta(hours=2)))
    body = msgspec.json.decode(json_bytes(sample(at=east, second=np.int64(3))))
    assert body["at"] == "2026-01-02T01:04:05.000678Z"
    assert body["second"] == 3
    assert msgspec.json.decode(json_bytes(sample(at=Clock.fromtimestamp(0, UTC))))["at"] == (
        "1970-01-01T00:00:00Z"
    )
    with pytest.raises(TypeError, match="Decoder"):
        json_bytes({"it": msgspec.json.Decoder()})


def test_the_component_is_what_is_sent() -> None:
    answer = reply(Sample, "A sample.")
    reference = {"schema": {"$ref": "#/components/schemas/Sample"}}
    assert answer == {"description": "A sample.", "content": {"application/json": reference}}
    found = component(Sample)
    assert found["description"] == "A value of every kind of field."
    families = {"a": Score(0.5, n_items=2), "b": {"0.5": Score(0.25, n_items=2)}}
    sent = msgspec.json.decode(json_bytes(sample(note="set", known=None, families=families)))
    assert list(found["properties"]) == list(sent)
    assert found["required"] == [name for name in sent if name not in {"note", "known"}]
    assert found["properties"]["second"]["description"].startswith("First in the reply")
    assert found["properties"]["target"] == {"type": "number"}
    assert_conforms(Sample, sent)
    assert_conforms(Sample, msgspec.json.decode(json_bytes(sample())))
    wrong = (
        {"extra": 1},
        {"share": "0.75"},
        {"rule": "target"},
        {"outcome": "right"},
        {"note": None},
        {"known": "1"},
        {"families": {"a": 1}},
    )
    for changed in wrong:
        with pytest.raises(jsonschema.ValidationError):
            assert_conforms(Sample, sent | changed)


def test_a_part_is_sent_flat_and_null_where_there_is_none() -> None:
    part = Part(
        kept=1,
        replaced=2,
        by_target={Target(5_000): Score(1.0, n_items=1)},
        by_share={100: 3, 9_500: 4},
        column=np.array([0.5, np.nan]),
    )
    sent = msgspec.json.decode(json_bytes(Whole(first=0, part=part, replaced="whole")))
    assert list(sent) == ["first", "kept", "replaced", "by_target", "by_share", "column"]
    assert sent["replaced"] == "whole"
    assert sent["by_target"]["0.5"]["value"] == 1.0
    assert sent["by_share"] == {"0.01": 3, "0.95": 4}
    assert sent["column"] == [0.5, None]
    none = msgspec.json.decode(json_bytes(Whole(first=0, part=None, replaced="whole")))
    assert none == dict.fromkeys(sent) | {"first": 0, "replaced": "whole"}
    reply(Whole, "A whole.")
    assert_conforms(Whole, sent)
    assert_conforms(Whole, none)
    assert component(Whole)["properties"]["kept"]["description"] == "Of the part."
    for changed in ({"by_target": {"0.5": 1}}, {"column": ["x"]}, {"replaced": None}):
        with pytest.raises(jsonschema.ValidationError):
            assert_conforms(Whole, sent | changed)


def test_two_classes_of_one_name_are_refused() -> None:
    reply(Sample, "A sample.")
    other = make_dataclass("Score", [("value", int)])
    with pytest.raises(ValueError, match="both send a Score"):
        reply(other, "Another score.")
    with pytest.raises(ValueError, match="two components named Sample"):
        add_components({"components": {"schemas": {"Sample": {}}}})


def test_every_field_of_a_value_is_described(served: Served) -> None:
    served.read("/openapi.json")
    for name, one in schema.components().items():
        for field, said in one["properties"].items():
            assert said.get("description"), f"{name}.{field}"
