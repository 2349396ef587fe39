"""The OpenAPI document: stored in docs/openapi.json, named, ordered, valid by its own schemas."""

import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.http.problem_responses import KINDS
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


@pytest.mark.parametrize("code", KINDS)
def test_the_type_of_every_problem_leads_to_its_documentation(served: Served, code: str) -> None:
    reply = served.client.get(f"/problems/{code}", follow_redirects=False)
    assert reply.status_code == 303
    page, _, anchor = reply.headers["Location"].partition("#")
    assert f'id="{anchor}"' in served.client.get(page).text


def test_a_problem_that_is_none_leads_nowhere(served: Served) -> None:
    missing = served.client.get("/api/v1/benchmarks/none").json()
    assert served.client.get(missing["type"]).url.path == "/docs"
    assert served.client.get("/problems/no-such-code").status_code == 404
