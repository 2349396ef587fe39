"""The caller: who holds the key that a request came with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller. `key_row` is the key's row, `key` its public id.

    `benchmark_id` is set where the key is bound to one benchmark. Scopes: submit, maintain, admin.
    """

    owner_id: int
    owner: str
    scopes: frozenset[str]
    key_row: int
    key: str
    benchmark_id: int | None = None
    request_id: str | None = None
