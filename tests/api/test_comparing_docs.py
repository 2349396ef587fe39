"""The examples of docs/comparing.md are sent as they stand, and do what the page says."""

import json
import re
from pathlib import Path
from typing import Any

from app.http.encode import reply_fields
from app.services.comparisons.schemas import PairedComparison
from tests.served import Served

PAGE = (Path(__file__).parents[2] / "docs" / "comparing.md").read_text()


def examples(kind: str) -> list[Any]:
    found = re.findall(rf"^```json {kind}\n(.*?)^```$", PAGE, flags=re.M | re.S)
    assert found, kind
    return [json.loads(one) for one in found]


def test_every_example_is_sent_by_a_test() -> None:
    kinds = set(re.findall(r"^```json ?(\w*)$", PAGE, flags=re.M))
    assert kinds == {"score", "gate", "benchmark"}


def test_the_examples_of_scoring(served: Served) -> None:
    verdicts, answers = (
        served.client.post("/api/v1/score", json=one | {"resamples": 0}).json()
        for one in examples("score")
    )
    assert verdicts["n_items"] == 5
    assert verdicts["scores"]["accuracy"]["value"] == 0.3
    assert answers["scores"]["accuracy"]["value"] == 1
    assert answers["validity"]["check"]["generation_error"] == 1 - 0.8


def test_the_example_of_a_gate(served: Served) -> None:
    served.publish(missing_limit=1)
    stored = served.submit([{"item": "q0", "answer": "a0"}]).json()["id"]
    (body,) = examples("gate")
    assert body["baseline"] in PAGE
    reply = served.client.post("/api/v1/gate", json=body | {"baseline": stored})
    assert reply.json()["decision"] == "cannot-tell", reply.text


def test_the_example_of_training_facts(served: Served) -> None:
    (body,) = examples("benchmark")
    assert served.publish(**body)["training"] == body["training"]
    sent = served.submit([{"item": "q0", "answer": "a0"}], slug=body["slug"]).json()["id"]
    found = served.read(f"/submissions/{sent}")
    assert found["singletons"]["informative"] is True
    assert found["occurrences"]["buckets"][0]["bucket"] == "1"


def test_the_fields_of_a_comparison_exist() -> None:
    table = PAGE.partition("| field | says |")[2].partition("\n\n")[0]
    cells = [row.split("|")[1] for row in table.splitlines() if row.count("|") > 2]
    fields = {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}
    assert {"difference", "p_value", "test", "curve", "items"} <= fields
    assert fields <= {field.name for field in reply_fields(PairedComparison)}
