"""The OpenAPI document: stored in docs/openapi.json, named, ordered, valid by its own schemas."""

import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.api.openapi import headers, problems, request_bodies
from app.http.problem_codes import PROBLEM_CODES
from tests.served import Served

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def document(served: Served) -> dict[str, Any]:
    read: dict[str, Any] = served.read("/openapi.json")
    return read


def test_the_stored_document_is_the_one_that_is_served() -> None:
    written = runpy.run_path(str(DOCS / "write_openapi.py"))["written"]()
    stored = (DOCS / "openapi.json").read_text(encoding="utf-8")
    assert stored == written, (
        "docs/openapi.json is not what the code says: run `make openapi` and commit the file. "
        "After a merge of two changes of the API, run it again."
    )


def test_the_types_of_the_client_are_made_from_the_stored_document() -> None:
    made = runpy.run_path(str(DOCS / "write_client_types.py"))
    stored = made["PAGE"].read_text(encoding="utf-8")
    assert stored == made["written"](), "run `make openapi` and commit what it writes"


SAMPLE = """
import candor_client

client = candor_client.Client()
board = client.leaderboard("ten")
reveal_type(board["ranges"])
reveal_type(board["total"])
reveal_type(board["data"][0]["tie_group"])
reveal_type(client.submission("sub_x")["calibration_test"])
board["no_such_member"]
"""


def test_the_types_of_the_client_know_the_replies(tmp_path: Path) -> None:
    sample = tmp_path / "sample.py"
    sample.write_text(SAMPLE, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path), str(sample)]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    assert said.count("error:") == 1, said
    assert 'has no key "no_such_member"' in said, said
    assert '"Any"' not in said, said


def schemas_of(node: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of the document with its place; examples and defaults are values."""
    if isinstance(node, dict):
        yield place, node
        for name, child in node.items():
            if name not in {"default", "example", "examples"} or place.endswith("/properties"):
                yield from schemas_of(child, f"{place}/{name}")
    elif isinstance(node, list):
        for number, child in enumerate(node):
            yield from schemas_of(child, f"{place}/{number}")


def test_defaults_fit_their_own_schemas(document: dict[str, Any]) -> None:
    found = [
        (place, schema)
        for place, schema in schemas_of(document)
        if "default" in schema and not place.endswith("/properties")
    ]
    assert len(found) > 40
    for place, schema in found:
        whole = schema | {"components": document["components"]}
        try:
            jsonschema.Draft202012Validator(whole).validate(schema["default"])
        except jsonschema.ValidationError as error:
            pytest.fail(f"{place}: {error.message}")


def test_components_are_named_after_classes(document: dict[str, Any]) -> None:
    wrong = [name for name in document["components"]["schemas"] if not name.isalnum()]
    assert not wrong, "two classes have one name; rename one of them"


def test_tags_are_described_and_order_the_reference(
    served: Served, document: dict[str, Any]
) -> None:
    tags = [tag["name"] for tag in document["tags"]]
    assert all(tag["description"] for tag in document["tags"])
    used = {
        tag for path in document["paths"].values() for one in path.values() for tag in one["tags"]
    }
    assert used == set(tags)
    page = served.client.get("/docs", headers={"Accept": "text/html"}).text
    places = [page.index(f'<h2 class="group-name">{tag.capitalize()}</h2>') for tag in tags]
    assert places == sorted(places)


@pytest.mark.parametrize("code", PROBLEM_CODES)
def test_the_type_of_every_problem_leads_to_its_documentation(served: Served, code: str) -> None:
    reply = served.client.get(f"/problems/{code}", follow_redirects=False)
    assert reply.status_code == 303
    page, _, anchor = reply.headers["Location"].partition("#")
    assert f'id="{anchor}"' in served.client.get(page).text


def test_a_problem_that_is_none_leads_nowhere(served: Served) -> None:
    missing = served.client.get("/api/v1/benchmarks/none").json()
    assert served.client.get(missing["type"]).url.path == "/docs"
    assert served.client.get("/problems/no-such-code").status_code == 404


def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Operations by id."""
    return {one["operationId"]: one for path in document["paths"].values() for one in path.values()}


def test_every_parameter_is_described(document: dict[str, Any]) -> None:
    bare = [
        (name, one["name"])
        for name, operation in operations(document).items()
        for one in operation.get("parameters", [])
        if not one.get("description")
    ]
    assert not bare


def test_every_field_of_a_request_is_described(document: dict[str, Any]) -> None:
    bodies = {
        name: content["schema"]
        for name, operation in operations(document).items()
        for content in operation.get("requestBody", {}).get("content", {}).values()
    } | request_bodies.COMPONENTS
    bare = [
        f"{name}{place}/{field}"
        for name, body in bodies.items()
        for place, schema in schemas_of(body)
        for field, kind in schema.get("properties", {}).items()
        if not place.endswith("/properties") and "description" not in kind
    ]
    assert not bare


def test_fields_beside_rows_alone_are_in_the_document(document: dict[str, Any]) -> None:
    rows = [
        one for one in operations(document).values() if "text/csv" in str(one.get("requestBody"))
    ]
    assert len(rows) == 5
    for operation in rows:
        found = {one["name"]: one for one in operation["parameters"]}
        fields = set(
            operation["requestBody"]["content"]["application/json"]["schema"]["properties"]
        )
        assert fields - {"items", "predictions"} <= set(found), operation["operationId"]
        assert found["Content-Encoding"]["in"] == "header"
        # A generated client would send a default beside a JSON document, which is refused.
        assert not any("default" in one["schema"] for one in found.values())


def test_problems_and_headers_name_operations_that_are_there(document: dict[str, Any]) -> None:
    there = operations(document)
    assert set(problems.OF_OPERATION) == set(there)
    for name, status in headers.OF_REPLY:
        assert status in there[name]["responses"], (name, status)
    told = {
        code
        for operation in there.values()
        for reply in operation["responses"].values()
        for code in re.findall(r"`([a-z-]+)`:", reply["description"])
    }
    # What an address answers with for a method that it does not have belongs to no operation.
    assert told == set(PROBLEM_CODES) - {"method-not-allowed"}
    for operation in there.values():
        assert not any("X" in status for status in operation["responses"])


def test_replies_carry_the_headers_that_are_promised(
    served: Served, document: dict[str, Any]
) -> None:
    there = operations(document)

    def holds(name: str, reply: Any) -> None:
        promised = set(there[name]["responses"][str(reply.status_code)]["headers"])
        assert promised <= {found for found in promised if found in reply.headers}, name
        for found in ("ETag", "Location", "Retry-After", "WWW-Authenticate"):
            assert (found in reply.headers) == (found in promised), (name, found)

    item = {"key": "q0", "question": "Question 0?", "accepted": ["a0"]}
    body = {"slug": "ten", "matcher": "text", "items": [item], "missing_limit": 1}
    holds("publishBenchmark", served.request("POST", "/benchmarks", json=body))
    holds("publishBenchmark", served.client.post("/api/v1/benchmarks", json=body))
    key = {"Idempotency-Key": "once"}
    rows = [{"item": "q0", "answer": "a0"}]
    stored = served.submit(rows, headers=key)
    holds("submitPredictions", stored)
    holds("submitPredictions", served.submit(rows, headers=key))
    board = served.client.get("/api/v1/benchmarks/ten/leaderboard")
    holds("readLeaderboard", board)
    current = {"If-None-Match": board.headers["ETag"]}
    holds("readLeaderboard", served.request("GET", "/benchmarks/ten/leaderboard", headers=current))
    for name, path in {
        "readBenchmark": "/benchmarks/ten",
        "listBenchmarks": "/benchmarks",
        "listItems": "/benchmarks/ten/items",
        "readPrompt": "/benchmarks/ten/prompt",
        "listRevisions": "/benchmarks/ten/revisions",
        "readSubmission": f"/submissions/{stored.json()['id']}",
        "listKeys": "/keys",
        "listRules": "/rules",
    }.items():
        holds(name, served.request("GET", path))
    holds("readBenchmark", served.request("GET", "/benchmarks/none"))
    holds("changeBenchmark", served.request("PATCH", "/benchmarks/ten", json={"title": "Ten"}))
    revised = served.request(
        "POST", "/benchmarks/ten/revisions", json={"note": "n", "items": [item]}
    )
    holds("reviseBenchmark", revised)


def test_every_field_is_described(document: dict[str, Any]) -> None:
    bare = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, said in schema.get("properties", {}).items()
        if not said.get("description")
    ]
    assert not bare, "describe these fields where they are declared"
