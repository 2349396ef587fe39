"""Requests about access: keys and invitations."""

from pydantic import Field

from app.http.field_types import Label, Moment, Name, Slug
from app.http.requests.base import Request
from app.services.access.callers import Scope


class KeyIn(Request):
    """A key to issue, for the caller's own owner unless an admin names another."""

    owner: Name | None = Field(
        default=None,
        description="Your own owner where absent; another one takes the scope admin.",
    )
    scopes: list[Scope] = Field(
        min_length=1, max_length=3, description="What the key may do; `admin` includes the others."
    )
    benchmark: Slug | None = Field(
        default=None, description="The only benchmark that the key is good for; all where absent."
    )
    label: Label = Field(default="", description="What the key is for, shown in lists.")
    expires_at: Moment | None = Field(
        default=None,
        description="When the key ends, UTC where no zone is given; never where absent.",
    )


class InvitationIn(Request):
    """Somebody to invite to submit to a benchmark."""

    label: Label = Field(default="", description="For whom; the key that comes of it is named so.")
    expires_at: Moment | None = Field(
        default=None, description="A week ahead where absent; at most 90 days ahead."
    )


class AcceptIn(Request):
    """An invitation to accept."""

    token: str = Field(max_length=100, description="The invitation, `cdi_…`.")
    owner: Name | None = Field(
        default=None,
        description="The name of a new owner, for one who has no key; it must be free.",
    )
