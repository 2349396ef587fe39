"""The groups of operations, in the order in which documents and pages list them."""

from typing import Final

TAGS: Final[list[dict[str, str]]] = [
    {
        "name": "submissions",
        "description": "Submit a model's predictions, read its scores, withdraw, erase.",
    },
    {
        "name": "benchmarks",
        "description": "Publish a benchmark, read its items, change, archive, delete it.",
    },
    {
        "name": "leaderboards",
        "description": "Standings under any rule, target and mode; behaviour under stated targets.",
    },
    {
        "name": "comparisons",
        "description": "Two submissions compared item by item, and a gate that decides on one.",
    },
    {"name": "scores", "description": "Score rows without storing them."},
    {
        "name": "revisions",
        "description": "Correct a benchmark's items or key; every submission is graded again.",
    },
    {"name": "keys", "description": "API keys, invitations and the audit trail."},
    {"name": "service", "description": "What this installation offers: rules, metrics, limits."},
]
"""Every tag that an operation has."""
