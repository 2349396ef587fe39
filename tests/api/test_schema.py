"""The service against its own OpenAPI document, with requests that schemathesis makes up.

No request, whatever it says, may yield a 5xx, and every reply has the shape that the document
promises. That enough of them succeed is asserted: a generator that never gets in proves nothing.
"""

from collections import Counter
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import load_all_checks, not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.http.encode import json_response
from tests.served import Served

load_all_checks()
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = 40


@pytest.mark.filterwarnings("ignore")
def test_no_request_breaks_the_promise(served: Served) -> None:
    seen = ask_everything(served)
    assert seen[200] > 50, seen
    assert seen[404] > 20, seen
    assert seen[422] > 20, seen


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("broken", [{"meaning": None}, None])
def test_the_check_finds_a_reply_that_is_not_as_promised(
    served: Served, monkeypatch: pytest.MonkeyPatch, broken: object
) -> None:
    """One that lacks its fields, and one that is a failure of ours."""

    def planted(*_: object, **__: object) -> object:
        if broken is None:
            raise RuntimeError
        return json_response(broken)

    monkeypatch.setattr("app.api.rules.json_response", planted)
    with pytest.raises(RuntimeError if broken is None else FailureGroup):
        ask_everything(served, only="/api/v1/rules")


def ask_everything(served: Served, *, only: str = "") -> Counter[int]:
    """Made-up requests to every operation, or to `only` one path; how the replies ended."""
    served.publish()
    sent = served.submit([{"item": "q0", "answer": "a0", "confidence": 0.9}], missing_limit=1)
    known = {"slug": "ten", "submission_id": sent.json().get("id", "sub_none")}
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", served.client.app)
    seen: Counter[int] = Counter()
    for found in schema.get_all_operations():
        operation: Any = found.ok()
        if only not in {"", operation.path}:
            continue
        if operation.method.lower() == "delete":
            continue  # revoking the key that calls would end the run

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(), real=st.booleans())
        def holds(case: Any, *, real: bool) -> None:
            if real:
                wanted = {name: known[name] for name in case.path_parameters if name in known}
                case.path_parameters = {**case.path_parameters, **wanted}
            headers = {"Authorization": f"Bearer {served.admin}"}
            reply = case.call(headers=headers)
            seen[reply.status_code] += 1
            case.validate_response(reply, checks=CHECKS)

        holds()
    return seen
