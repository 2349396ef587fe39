"""What the demo once made, as the audit trail has it."""

from sqlalchemy import select

from app.storage.database.session import ReadSession
from app.storage.database.tables import audit_event


def count_made(session: ReadSession, actor: str, *, slug: str | None = None) -> tuple[int, int]:
    """How many benchmarks and submissions an actor has ever made, or how many of one benchmark.

    What was withdrawn or deleted since is counted.
    """
    published = _slugs(session, actor, action="benchmark.publish", member="slug")
    submitted = _slugs(session, actor, action="submission.submit", member="benchmark")
    if slug is None:
        return len(set(published)), len(submitted)
    return int(slug in published), submitted.count(slug)


def was_published(session: ReadSession, actor: str, slug: str) -> bool:
    """Whether the actor has ever published a benchmark of that slug."""
    return slug in _slugs(session, actor, action="benchmark.publish", member="slug")


def _slugs(session: ReadSession, actor: str, *, action: str, member: str) -> list[str]:
    statement = select(audit_event.c.detail).where(
        audit_event.c.actor == actor, audit_event.c.action == action
    )
    return [str(detail.get(member)) for detail in session.run(statement).scalars()]
