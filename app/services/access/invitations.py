"""Invitations: a one-time token by which another owner gets a `submit` key for a benchmark.

A maintainer invites to submit to a benchmark of its own; the token is shown once, works once, and
ends by itself. Who accepts gets a `submit` key that is bound to the benchmark: for the owner of the
key that was presented, or for a new owner with an unused name.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from app.problem import Problem
from app.services.access.callers import Caller, spend_write
from app.services.access.confusable_names import skeleton
from app.services.access.keys import DEMO_OWNER, FIRST_OWNER, NewKey, store_key
from app.services.access.managed_benchmarks import managed_benchmarks
from app.services.access.permissions import maintained_benchmark, require_scope
from app.services.access.schemas import State
from app.services.access.tokens import Token, hash_secret, new_token, proves, read_token
from app.services.state.app_state import AppState
from app.storage.audit_log import add_event
from app.storage.database.session import Conflict, ReadSession, WriteSession
from app.storage.invitations import (
    Invitation,
    add_invitation,
    count_refused_name,
    find_invitation,
    find_invitation_by_token,
    list_invitations,
    lock_invitation,
    revoke_invitation,
    take_invitation,
)
from app.storage.owners import ensure_owner, lock_owner_names, owner_names
from app.wording import verb

LIFETIME: Final = timedelta(days=7)
LONGEST: Final = timedelta(days=90)
MOST_NAMES: Final = 10
"""After so many refused owner names an invitation ends: each refusal tells that a name is taken."""


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """A new invitation with its token, which is not stored."""

    invitation: Invitation
    token: str


@dataclass(frozen=True, slots=True)
class Taker:
    """Who accepts: the caller's owner or, without a caller, a new owner of the name `owner`."""

    caller: Caller | None
    owner: str | None
    request_id: str | None


def state_of(invitation: Invitation, now: datetime) -> State:
    """The state of an invitation. It is also revoked and expires with the key that made it."""
    if invitation.accepted_at is not None:
        return "accepted"
    if invitation.revoked_at is not None or invitation.inviter_revoked_at is not None:
        return "revoked"
    ends = (invitation.expires_at, invitation.inviter_expires_at)
    return "expired" if any(end is not None and end <= now for end in ends) else "open"


def invite(
    session: WriteSession,
    caller: Caller,
    slug: str,
    *,
    label: str,
    expires_at: datetime | None,
    now: datetime,
    pepper: bytes | None,
) -> NewInvitation:
    """Invites to submit to a benchmark that the caller maintains; for a week unless told.

    Raises `not-found`, `forbidden`, `invalid-request` (expiry in the past or beyond 90 days).
    """
    benchmark = maintained_benchmark(session, caller, slug)
    until = now + LIFETIME if expires_at is None else expires_at.astimezone(UTC)
    if not now < until <= now + LONGEST:
        raise Problem(
            "invalid-request", f"expires_at must lie ahead, by at most {LONGEST.days} days."
        )
    token = new_token("cdi")
    read = presented_invitation(token)
    stored = add_invitation(
        session,
        token_id=read.id,
        secret_hash=hash_secret(read.secret, pepper),
        benchmark_id=benchmark.id,
        key_row=caller.key_row,
        label=label,
        created_at=now,
        expires_at=until,
    )
    _audit(session, caller, "invitation.issue", stored, now)
    return NewInvitation(stored, token)


def invitations_to(
    session: ReadSession, caller: Caller, slug: str, *, limit: int, after: int | None = None
) -> list[Invitation]:
    """The invitations to a benchmark that the caller maintains, newest first, ended ones included.

    Raises `not-found`, `forbidden`.
    """
    benchmark = maintained_benchmark(session, caller, slug)
    return list_invitations(session, [benchmark.id], limit=limit, after=after)


def visible_invitations(session: ReadSession, caller: Caller, *, limit: int) -> list[Invitation]:
    """The newest invitations to all benchmarks that the caller maintains."""
    mine = [benchmark.id for benchmark in managed_benchmarks(session, caller)]
    return list_invitations(session, mine, limit=limit)


def withdraw_invitation(
    session: WriteSession, caller: Caller, slug: str, public_id: str, *, now: datetime
) -> None:
    """Ends an invitation at once; a key that it has led to stays. Ending it twice changes nothing.

    Raises `not-found`, `forbidden`.
    """
    benchmark = maintained_benchmark(session, caller, slug)
    stored = find_invitation(session, benchmark.id, public_id)
    if stored is None:
        raise Problem("not-found", "There is no invitation at this address.")
    revoke_invitation(session, stored.id, now)
    _audit(session, caller, "invitation.revoke", stored, now)


def accept(
    app_state: AppState, taker: Taker, token: Token, *, now: datetime, pepper: bytes | None
) -> NewKey:
    """Takes an invitation: a `submit` key that is bound to its benchmark, for the taker's owner.

    Raises `not-found` for a token that is wrong, used or ended, in the same words; `forbidden` for
    a key that may not; `invalid-request` (which owner?); `conflict` for a name that is taken, with
    the invitation still open; `rate-limited`.
    """
    # Checked in a read-only transaction, so that a guess never takes the write lock.
    with app_state.database.reading() as reader:
        invitation = _invitation_of(reader, token, now, pepper)
    _require_fit(taker, invitation)
    try:
        with app_state.database.writing() as session:
            if not lock_invitation(session, invitation.id):
                raise _not_valid()
            # Checked again now that the row is locked.
            invitation = _invitation_of(session, token, now, pepper)
            outcome = _accepted(session, taker, invitation, now, pepper)
            if taker.caller is not None:
                spend_write(session, app_state, taker.caller)
    except Conflict:
        raise _taken(invitation.names_refused) from None
    if isinstance(outcome, Problem):
        # Raised out here: that a name was refused is stored.
        raise outcome
    return outcome


def _invitation_of(
    session: ReadSession, token: Token, now: datetime, pepper: bytes | None
) -> Invitation:
    invitation = find_invitation_by_token(session, token.id)
    proven = proves(token.secret, None if invitation is None else invitation.secret_hash, pepper)
    if invitation is None or not proven or state_of(invitation, now) != "open":
        raise _not_valid()
    return invitation


def _require_fit(taker: Taker, invitation: Invitation) -> None:
    """The key made is for the taker's owner and, of a bound key, inside its binding."""
    caller, owner = taker.caller, taker.owner
    if caller is None:
        if owner is None:
            raise Problem(
                "invalid-request",
                "For whom? Send a key of your own as Authorization: Bearer, or, if you have none, "
                "the name of a new owner as owner.",
            )
        if not skeleton(owner):
            raise Problem("invalid-request", "An owner's name needs a letter or a figure.")
        return
    if owner not in {None, caller.owner}:
        raise Problem(
            "invalid-request",
            f"Your key's owner is {caller.owner}: leave owner out, or send no key.",
        )
    require_scope(caller, "submit")
    if not caller.reaches(invitation.benchmark_id):
        raise Problem(
            "forbidden",
            f"This key is bound to {caller.benchmark} and cannot get one for another benchmark; "
            "accept with an unbound key, or with no key and the name of a new owner.",
        )


def _accepted(
    session: WriteSession,
    taker: Taker,
    invitation: Invitation,
    now: datetime,
    pepper: bytes | None,
) -> NewKey | Problem:
    """The key, or why the owner's name was refused, which is counted."""
    caller = taker.caller
    if caller is not None:
        owner_id = caller.owner_id
    else:
        name = str(taker.owner)
        lock_owner_names(session)
        if _is_taken(session, name):
            return _refuse_name(session, invitation, now)
        owner_id = ensure_owner(session, name).id
    issued = store_key(
        session,
        owner_id=owner_id,
        scopes=("submit",),
        benchmark_id=invitation.benchmark_id,
        label=invitation.label,
        expires_at=None,
        now=now,
        pepper=pepper,
    )
    take_invitation(session, invitation.id, key_row=issued.key.id, at=now)
    add_event(
        session,
        at=now,
        actor=issued.key.owner,
        key=None if caller is None else caller.key,
        action="invitation.accept",
        subject=invitation.public_id,
        detail={
            "benchmark": invitation.benchmark,
            "issued": issued.key.public_id,
            "new_owner": caller is None,
        },
        request_id=taker.request_id,
    )
    return issued


def _is_taken(session: ReadSession, wanted: str) -> bool:
    bones = skeleton(wanted)
    reserved = (FIRST_OWNER, DEMO_OWNER)
    return any(skeleton(name) == bones for name in (*reserved, *owner_names(session)))


def _refuse_name(session: WriteSession, invitation: Invitation, now: datetime) -> Problem:
    refused = count_refused_name(session, invitation.id)
    if refused >= MOST_NAMES:
        revoke_invitation(session, invitation.id, now)
    return _taken(refused)


def _taken(refused: int) -> Problem:
    left = MOST_NAMES - refused
    more = f"{left} {verb(left, 'try', 'tries')} left."
    ends = more if left > 0 else "The invitation has ended."
    return Problem(
        "conflict",
        "That owner name is taken, or looks like one that is; choose another, or accept with a key "
        f"of the owner if it is yours. {ends}",
    )


def presented_invitation(text: str) -> Token:
    """The parts of an invitation token, without a database read. Raises `not-found` if
    malformed."""
    read = read_token(text, "cdi")
    if read is None:
        raise _not_valid()
    return read


def _not_valid() -> Problem:
    return Problem(
        "not-found",
        "The invitation is not valid, or no longer: it works once, and ends by itself. "
        "Ask for another.",
    )


def _audit(
    session: WriteSession, caller: Caller, action: str, invitation: Invitation, now: datetime
) -> None:
    add_event(
        session,
        at=now,
        actor=caller.owner,
        key=caller.key,
        action=action,
        subject=invitation.public_id,
        detail={"benchmark": invitation.benchmark},
        request_id=caller.request_id,
    )
