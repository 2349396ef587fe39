"""The reference says all that the OpenAPI document says, and nothing that runs."""

import re
from html import unescape
from typing import Any

from app.web.reference.schema_fields import Schemas
from tests.served import Served


def test_every_operation_is_there_with_its_parameters(served: Served) -> None:
    page = served.client.get("/docs", headers={"Accept": "text/html"}).text
    document = served.client.get("/api/v1/openapi.json").json()
    plain = unescape(re.sub(r"<[^>]+>", " ", page))
    for path, methods in document["paths"].items():
        for method, said in methods.items():
            at = page.index(f'id="{said["operationId"]}"')
            section = unescape(page[at : page.index("</section>", at)])
            assert path in section
            assert method.upper() in section
            for parameter in said.get("parameters", []):
                assert f"<code>{parameter['name']}</code>" in section
            for media in said.get("requestBody", {}).get("content", {}):
                assert media in section
            for status in said["responses"]:
                assert not status.startswith("2") or status in section
    for code in served.client.app.state.problem_codes:  # type: ignore[attr-defined]
        assert code in plain


def test_every_field_of_a_reply_is_there(served: Served) -> None:
    page = served.client.get("/docs", headers={"Accept": "text/html"}).text
    document = served.client.get("/api/v1/openapi.json").json()
    for name in ("Receipt", "Benchmark", "Leaderboard", "Key", "AuditEvent"):
        for field in document["components"]["schemas"][name]["properties"]:
            assert re.search(rf"<code>(?:[\w.\[\]]+\.)?{field}</code>", page), field


def test_examples_are_the_documents_own(served: Served) -> None:
    page = unescape(served.client.get("/docs", headers={"Accept": "text/html"}).text)
    assert '"accepted": [' in page
    assert "Authorization: Bearer $CANDOR_KEY" in page
    assert served.admin not in page


def test_types_in_words() -> None:
    nested: dict[str, Any] = {"properties": {"b": {"type": "integer", "minimum": 1}}}
    schemas = Schemas({"Inner": {"type": "object", **nested}})
    cases: list[tuple[dict[str, Any], str]] = [
        ({"type": "number", "minimum": 0, "maximum": 1}, "number, 0 to 1"),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string or null"),
        ({"enum": ["a", "b", "c"]}, "a, b or c"),
        ({"type": ["number", "null"]}, "number or null"),
        ({"type": "array", "items": {"type": "string"}}, "list of strings"),
        ({"$ref": "#/components/schemas/Inner"}, "object"),
        ({"type": "string", "format": "date-time"}, "moment (RFC 3339)"),
        ({}, "any value"),
    ]
    for schema, words in cases:
        assert schemas.kind(schema) == words
    outer = {"properties": {"a": {"type": "array", "items": nested}}, "required": ["a"]}
    assert [(one.path, one.required) for one in schemas.fields(outer)] == [
        ("a", True),
        ("a[].b", False),
    ]
