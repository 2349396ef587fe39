"""Replies: values to the JSON of the contract, encoded by msgspec past every model class.

A board of a hundred rows through response models costs as much as everything else together, so
the models in `app/http/shapes.py` document the replies and a test holds both in step.
"""

from datetime import UTC, datetime
from typing import Any

import msgspec
from starlette.responses import Response

from app.scoring.counts import Counts
from app.scoring.score import Score
from app.scoring.targets import UNITS
from app.services.access.invitations import state_of
from app.services.access.keys import IssuedKey
from app.services.board.schemas import Model
from app.services.submissions.quota import QuotaLeft, quota_members, quota_words
from app.storage.audit_log import AuditEvent
from app.storage.benchmarks import Benchmark
from app.storage.invitations import Invitation
from app.storage.items import Item
from app.storage.keys import ApiKey


def json_response(
    body: object, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """`body` as JSON bytes."""
    return Response(msgspec.json.encode(body), status, headers, media_type="application/json")


def moment(when: datetime | None) -> str | None:
    """RFC 3339 in UTC, to the microsecond."""
    if when is None:
        return None
    return when.astimezone(UTC).isoformat().replace("+00:00", "Z")


def score_body(score: Score) -> dict[str, Any]:
    """A score object; `reason` where the value is undefined, `bounds` where it is provisional."""
    interval = score.interval
    body: dict[str, Any] = {
        "value": score.value,
        "se": score.se,
        "interval": None
        if interval is None
        else {
            "low": interval.low,
            "high": interval.high,
            "level": interval.level,
            "method": interval.method,
        },
        "n_items": score.n_items,
    }
    if score.reason is not None:
        body["reason"] = score.reason
    if score.bounds is not None:
        body["bounds"] = {"low": score.bounds.low, "high": score.bounds.high}
    return body


def counts_body(counts: Counts) -> dict[str, int]:
    """Slots by outcome."""
    return {
        "correct": counts.correct,
        "wrong": counts.wrong,
        "partial": counts.partial,
        "abstained": counts.abstained,
        "missing": counts.missing,
        "ungraded": counts.ungraded,
    }


def model_body(model: Model) -> dict[str, Any]:
    """The model as its submitter names it."""
    return {
        "name": model.name,
        "provider": model.provider,
        "version": model.version,
        "organisation": model.organisation,
        "tags": list(model.tags),
    }


def share(units: int | None) -> float | None:
    """Units of 1e-4 as a fraction."""
    return None if units is None else units / UNITS


def benchmark_body(benchmark: Benchmark, *, quota_left: QuotaLeft | None) -> dict[str, Any]:
    """A benchmark's facts and policy, never its answers; `quota_left` is the caller's."""
    return {
        "id": benchmark.public_id,
        "slug": benchmark.slug,
        "title": benchmark.title,
        "description": benchmark.description,
        "source": benchmark.source,
        "owner": benchmark.owner,
        "visibility": benchmark.visibility,
        "mode": benchmark.mode,
        "matcher": benchmark.matcher,
        "tolerance": None if benchmark.tolerance is None else float(benchmark.tolerance),
        "abstention_phrases": list(benchmark.abstention_phrases),
        "default_target": share(benchmark.default_target),
        "default_mode": benchmark.default_mode,
        "fixed_targets": [share(units) for units in benchmark.fixed_targets],
        "missing_limit": benchmark.missing_limit,
        "ungraded_limit": benchmark.ungraded_limit,
        "ranked_attempt": benchmark.ranked_attempt,
        **quota_members(benchmark.quota, quota_left),
        "quota_words": quota_words(benchmark.quota),
        "demo": benchmark.demo,
        "training": benchmark.training,
        "revision": benchmark.revision,
        "version": benchmark.version,
        "n_items": benchmark.n_items,
        "created_at": moment(benchmark.created_at),
        "archived_at": moment(benchmark.archived_at),
        "archived_reason": benchmark.archived_reason,
    }


def item_body(item: Item, *, with_answers: bool) -> dict[str, Any]:
    """An item as a pipeline downloads it, and as it was published where answers are public."""
    body: dict[str, Any] = {
        "key": item.key,
        "question": item.question,
        "choices": None if item.choices is None else list(item.choices),
        "category": item.category,
        "cluster": item.cluster,
        "weight": item.weight,
        "tags": item.tags,
    }
    if with_answers:
        # Whether an item has an answer at all, and how often its fact was seen, are part of the
        # secret where the answers are.
        body |= {
            "answerable": item.answerable,
            "accepted": list(item.accepted),
            "occurrences": item.occurrences,
        }
    return body


def key_body(key: ApiKey) -> dict[str, Any]:
    """A key's facts; the secret is not stored."""
    return {
        "id": key.public_id,
        "owner": key.owner,
        "scopes": list(key.scopes),
        "benchmark": key.benchmark,
        "label": key.label,
        "created_at": moment(key.created_at),
        "expires_at": moment(key.expires_at),
        "revoked_at": moment(key.revoked_at),
        "last_used_at": moment(key.last_used_at),
    }


def issued_body(issued: IssuedKey) -> dict[str, Any]:
    """A new key with its token, this once."""
    return key_body(issued.key) | {"token": issued.token}


def invitation_body(invitation: Invitation, now: datetime) -> dict[str, Any]:
    """An invitation's facts; the secret is not stored."""
    return {
        "id": invitation.public_id,
        "benchmark": invitation.benchmark,
        "label": invitation.label,
        "state": state_of(invitation, now),
        "invited_by": invitation.inviter,
        "created_at": moment(invitation.created_at),
        "expires_at": moment(invitation.expires_at),
        "revoked_at": moment(invitation.revoked_at),
        "accepted_at": moment(invitation.accepted_at),
        "owner": invitation.accepted_owner,
        "key": invitation.accepted_key,
    }


def event_body(event: AuditEvent) -> dict[str, Any]:
    """One entry of the audit trail."""
    return {
        "id": event.public_id,
        "at": moment(event.at),
        "actor": event.actor,
        "key": event.key,
        "action": event.action,
        "subject": event.subject,
        "detail": event.detail,
        "request_id": event.request_id,
    }
