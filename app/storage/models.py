"""Models under test (table `model`): one for an owner, name, provider and version."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, insert, select, update

from app.storage.database.rows import present
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


MODEL_COLUMNS = (
    model.c.id.label("model_id"),
    model.c.owner_id.label("model_owner_id"),
    owner.c.name.label("model_owner"),
    model.c.name.label("model_name"),
    model.c.provider.label("model_provider"),
    model.c.version.label("model_version"),
    model.c.organisation.label("model_organisation"),
    model.c.tags.label("model_tags"),
)
"""What a query selects to make a `ModelRow`; join `owner` on the model's owner."""


def model_of(row: Mapping[str, Any]) -> ModelRow:
    """The `ModelRow` in a row that holds `MODEL_COLUMNS`."""
    return ModelRow(
        id=row["model_id"],
        owner_id=row["model_owner_id"],
        owner=row["model_owner"],
        name=row["model_name"],
        provider=row["model_provider"] or None,
        version=row["model_version"] or None,
        organisation=row["model_organisation"],
        tags=tuple(row["model_tags"]),
    )


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
    stored = _find(session, owner_id, name, provider, version)
    if stored is None:
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
    elif (stored.organisation, stored.tags) != (organisation, tags) and not _elsewhere(
        session, stored.id, bound_to
    ):
        session.run(
            update(model)
            .where(model.c.id == stored.id)
            .values(organisation=organisation, tags=list(tags))
        )
    else:
        return stored
    return present(_find(session, owner_id, name, provider, version), f"The model {name}")


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
        select(*MODEL_COLUMNS)
        .join(owner, owner.c.id == model.c.owner_id)
        .where(
            model.c.owner_id == owner_id,
            model.c.name == name,
            model.c.provider == (provider or ""),
            model.c.version == (version or ""),
        )
    ).first()
    return None if row is None else model_of(row._asdict())
