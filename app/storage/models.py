"""Models under test (table `model`): one for an owner, name, provider and version."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, insert, select, update

from app.storage.database.session import ReadSession, WriteSession
from app.storage.database.tables import model, owner, submission


@dataclass(frozen=True, slots=True)
class ModelRow:
    """The language model under test, as its submitter names it."""

    id: int
    owner_id: int
    owner: str
    name: str
    provider: str | None
    version: str | None
    organisation: str | None
    tags: tuple[str, ...]


COLUMNS = (
    model.c.id,
    model.c.owner_id,
    owner.c.name,
    model.c.name,
    model.c.provider,
    model.c.version,
    model.c.organisation,
    model.c.tags,
)
"""What a query selects to make a `ModelRow`; join `owner` on the model's owner."""


def model_of(row: Any) -> ModelRow:
    """A `ModelRow` from the columns above."""
    number, owner_id, held_by, name, provider, version, organisation, tags = row
    said = (provider or None, version or None, organisation)
    return ModelRow(number, owner_id, held_by, name, *said, tuple(tags))


def ensure_model(
    session: WriteSession,
    *,
    owner_id: int,
    name: str,
    provider: str | None,
    version: str | None,
    organisation: str | None,
    tags: tuple[str, ...],
    bound_to: int | None = None,
) -> ModelRow:
    """The owner's model of that name, provider and version; its newest organisation and tags win.

    With `bound_to` (a benchmark's row) not for a model that other benchmarks show: a key that is
    bound to one changes nothing on the boards of others.

    Raises `Conflict` when two make it at once.
    """
    found = _find(session, owner_id, name, provider, version)
    if found is None:
        session.run(
            insert(model).values(
                owner_id=owner_id,
                name=name,
                provider=provider or "",
                version=version or "",
                organisation=organisation,
                tags=list(tags),
            )
        )
    elif (found.organisation, found.tags) != (organisation, tags) and not _elsewhere(
        session, found.id, bound_to
    ):
        session.run(
            update(model)
            .where(model.c.id == found.id)
            .values(organisation=organisation, tags=list(tags))
        )
    else:
        return found
    stored = _find(session, owner_id, name, provider, version)
    assert stored is not None
    return stored


def _elsewhere(session: ReadSession, model_id: int, bound_to: int | None) -> bool:
    """Whether a benchmark other than `bound_to` shows the model; never where that is None."""
    if bound_to is None:
        return False
    shown = exists().where(submission.c.model_id == model_id, submission.c.benchmark_id != bound_to)
    return bool(session.run(select(shown)).scalar_one())


def _find(
    session: ReadSession, owner_id: int, name: str, provider: str | None, version: str | None
) -> ModelRow | None:
    row = session.run(
        select(*COLUMNS)
        .join(owner, owner.c.id == model.c.owner_id)
        .where(
            model.c.owner_id == owner_id,
            model.c.name == name,
            model.c.provider == (provider or ""),
            model.c.version == (version or ""),
        )
    ).first()
    return None if row is None else model_of(row)
