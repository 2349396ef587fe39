"""What the client returns: replies of the server, and what the client adds to them."""

from candor_client import replies
from candor_client.replies import (
    Benchmark,
    Counts,
    GuaranteedThreshold,
    Interval,
    Item,
    Leaderboard,
    Prediction,
    Quota,
    QuotaLeft,
    Score,
    Standing,
    SubmissionDetail,
)

__all__ = [
    "Benchmark",
    "Counts",
    "GuaranteedThreshold",
    "Interval",
    "Item",
    "Leaderboard",
    "Prediction",
    "Quota",
    "QuotaLeft",
    "Receipt",
    "Score",
    "Standing",
    "Submission",
]


Submission = SubmissionDetail


class Receipt(replies.Receipt):
    """What a submission got: its id, counts, closed-form scores, its rank now."""

    replayed: bool
    """Whether the server had stored this request before."""
