"""Publishes, submits NDJSON and reads a board with the client that openapi-python-client made.

python use_python_client.py URL KEY, with the generated package `candor_generated` importable.
"""

import io
import sys
from typing import Any

from candor_generated import AuthenticatedClient
from candor_generated.api.benchmarks import publish_benchmark
from candor_generated.api.leaderboards import read_leaderboard
from candor_generated.api.submissions import submit_predictions
from candor_generated.models import PublishBenchmarkJsonBenchmarkIn
from candor_generated.types import File


def main(url: str, key: str) -> None:
    """Raises AssertionError where a reply is not as the document says."""
    client: Any = AuthenticatedClient(base_url=url, token=key, raise_on_unexpected_status=True)
    benchmark = PublishBenchmarkJsonBenchmarkIn.from_dict(
        {
            "slug": "generated-python",
            "matcher": "text",
            "items": [
                {"key": "q1", "question": "Capital of Peru?", "accepted": ["Lima"]},
                {"key": "q2", "question": "Capital of Chad?", "accepted": ["N'Djamena"]},
            ],
        }
    )
    published = publish_benchmark.sync(client=client, body=benchmark)
    assert published.slug == "generated-python", published
    rows = (
        b'{"item": "q1", "answer": "Lima", "confidence": 0.9}\n{"item": "q2", "abstained": true}\n'
    )
    receipt = submit_predictions.sync(
        "generated-python", client=client, body=File(payload=io.BytesIO(rows)), model="quill"
    )
    assert receipt.counts.correct == 1, receipt
    board = read_leaderboard.sync("generated-python", client=client)
    assert [row.model.name for row in board.data] == ["quill"], board
    print(f"openapi-python-client: {board.total} standing, rank {board.data[0].rank}")


if __name__ == "__main__":
    main(*sys.argv[1:])
