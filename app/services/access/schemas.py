"""What the API tells of keys and invitations.

They are made from what is stored and lack what is secret: a key's hash, an invitation's.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from app.reply_fields import Doc
from app.storage import invitations, keys

State = Literal["open", "accepted", "revoked", "expired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key's facts; never its secret."""

    id: Annotated[str, Doc("The key's id, `key_…`; it is no secret.")]
    owner: Annotated[str, Doc("Who holds it.")]
    scopes: Annotated[tuple[str, ...], Doc("What it may do: submit, maintain, admin.")]
    benchmark: Annotated[
        str | None, Doc("The slug it is bound to; null where it is bound to none.")
    ]
    label: Annotated[str, Doc("A note on what it is for.")]
    created_at: Annotated[datetime, Doc("When it was issued, UTC.")]
    expires_at: Annotated[datetime | None, Doc("Until when it works; null for no end.")]
    revoked_at: Annotated[datetime | None, Doc("When it was revoked; null while it was not.")]
    last_used_at: Annotated[
        datetime | None, Doc("To within ten minutes; null for a key that was never used.")
    ]

    @classmethod
    def of(cls, stored: keys.ApiKey, **more: Any) -> Self:
        """What may be told of a stored key; `more` are the fields of a subclass."""
        return cls(
            id=stored.public_id,
            owner=stored.owner,
            scopes=stored.scopes,
            benchmark=stored.benchmark,
            label=stored.label,
            created_at=stored.created_at,
            expires_at=stored.expires_at,
            revoked_at=stored.revoked_at,
            last_used_at=stored.last_used_at,
            **more,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedKey(Key):
    """A new key with its token, shown this once."""

    token: Annotated[str, Doc("What a request carries as its bearer token; it is stored nowhere.")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """An invitation's facts; never its secret."""

    id: Annotated[str, Doc("The invitation's id, `inv_…`; it is no secret.")]
    benchmark: Annotated[str, Doc("The slug of the benchmark that it invites to.")]
    label: Annotated[str, Doc("For whom it is; the key that comes of it has the same label.")]
    state: Annotated[
        State, Doc("An invitation is revoked and expires with the key that made it, too.")
    ]
    invited_by: Annotated[str, Doc("The id of the key that made it.")]
    created_at: Annotated[datetime, Doc("When it was made, UTC.")]
    expires_at: Annotated[datetime, Doc("Until when it can be accepted.")]
    revoked_at: Annotated[datetime | None, Doc("When it was revoked; null while it was not.")]
    accepted_at: Annotated[datetime | None, Doc("When it was accepted; null while it was not.")]
    owner: Annotated[str | None, Doc("Who accepted it.")]
    key: Annotated[str | None, Doc("The id of the key that came of it.")]

    @classmethod
    def of(cls, stored: invitations.Invitation, state: State, **more: Any) -> Self:
        """What may be told of a stored invitation; `more` are the fields of a subclass."""
        return cls(
            id=stored.public_id,
            benchmark=stored.benchmark,
            label=stored.label,
            state=state,
            invited_by=stored.inviter,
            created_at=stored.created_at,
            expires_at=stored.expires_at,
            revoked_at=stored.revoked_at,
            accepted_at=stored.accepted_at,
            owner=stored.accepted_owner,
            key=stored.accepted_key,
            **more,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedInvitation(Invitation):
    """A new invitation with its token, shown this once."""

    token: Annotated[str, Doc("What accepts the invitation; it is stored nowhere.")]
