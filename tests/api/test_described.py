"""The OpenAPI document says what the readers read, and its examples work."""

from typing import Any

import pytest

from app.api.openapi.request_bodies import ITEM, ROW
from app.intake import items, rows
from tests.served import Served


@pytest.fixture
def document(served: Served) -> dict[str, Any]:
    read: dict[str, Any] = served.read("/openapi.json")
    return read


def test_rows_are_described_as_they_are_read() -> None:
    assert list(ROW["properties"]) == list(rows.FIELDS)
    assert list(ITEM["properties"]) == list(items.FIELDS)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    def walk(node: Any) -> None:
        if isinstance(node, dict):
            found = document
            for name in str(node.get("$ref", "#")).split("/")[1:]:
                assert name in found, node
                found = found[name]
            for child in node.values():
                walk(child)
        elif isinstance(node, list):
            for child in node:
                walk(child)

    walk(document)


def test_every_operation_says_who_may_call_it(document: dict[str, Any]) -> None:
    operations = {
        operation["operationId"]: operation
        for path in document["paths"].values()
        for operation in path.values()
    }
    assert all(operation["security"] for operation in operations.values())
    assert operations["submitPredictions"]["security"] == [{"key": []}]
    assert {} in operations["readLeaderboard"]["security"]
    assert all(len(operation.get("description", "")) > 20 for operation in operations.values())


def test_the_examples_of_bodies_work(served: Served, document: dict[str, Any]) -> None:
    def body(path: str) -> dict[str, Any]:
        content: dict[str, Any] = document["paths"][path]["post"]["requestBody"]["content"]
        return content

    published = body("/api/v1/benchmarks")
    whole = published["application/json"]["example"]
    assert served.request("POST", "/benchmarks", json=whole).status_code == 201
    lines = published["application/x-ndjson"]["example"].encode()
    ndjson = {"Content-Type": "application/x-ndjson"}
    address = "/benchmarks?slug=lines&matcher=text"
    reply = served.request("POST", address, content=lines, headers=ndjson)
    assert reply.status_code == 201, reply.text
    sent = body("/api/v1/benchmarks/{slug}/submissions")
    address = "/benchmarks/rare-facts/submissions"
    reply = served.request("POST", address, json=sent["application/json"]["example"])
    assert reply.status_code == 201, reply.text
    lines = sent["application/x-ndjson"]["example"].encode()
    reply = served.request("POST", f"{address}?model=quill", content=lines, headers=ndjson)
    assert reply.status_code == 201, reply.text


def test_the_example_of_scoring_works(served: Served, document: dict[str, Any]) -> None:
    body = document["paths"]["/api/v1/score"]["post"]["requestBody"]["content"]
    reply = served.client.post("/api/v1/score", json=body["application/json"]["example"])
    assert reply.status_code == 200, reply.text
    reply = served.client.post(
        "/api/v1/score",
        content=body["application/x-ndjson"]["example"].encode(),
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert reply.status_code == 200, reply.text


def test_the_example_of_a_gate_works(served: Served, document: dict[str, Any]) -> None:
    body = document["paths"]["/api/v1/gate"]["post"]["requestBody"]["content"]
    example = body["application/json"]["example"]
    served.publish(missing_limit=1)
    stored = served.submit([{"item": "q0", "answer": "a0"}]).json()["id"]
    other = served.submit([{"item": "q0", "answer": "a0"}], model="other").json()["id"]
    wanted = example | {"baseline": stored, "candidate": other}
    assert len(stored) == len(example["baseline"]) == len(example["candidate"])
    reply = served.client.post("/api/v1/gate", json=wanted)
    assert reply.status_code == 200, reply.text
