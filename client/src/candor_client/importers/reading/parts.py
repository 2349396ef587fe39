"""Rows that do not stand at the top of a document: lists and objects of objects inside it."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from candor_client.importers.reading.probe import Part, Probe

_DEEPEST: Final = 3
_FEWEST_NAMED: Final = 2
KEY: Final = "key"
"""The column of a row's name, where rows are the members of an object."""


def parts_of(probe: Probe) -> Iterator[Part]:
    """The parts of a document that may be rows, outer ones first.

    An object of objects is given twice: as it stands, and as rows with their names under `KEY`.
    """
    document = probe.members
    if probe.kind == "document" and document:
        yield from _parts(probe, document, (), {})


def _parts(
    whole: Probe, value: Any, path: tuple[str, ...], beside: Mapping[str, Any]
) -> Iterator[Part]:
    where = ".".join(path)
    if isinstance(value, list):
        if value and all(isinstance(member, Mapping) for member in value):
            yield Part(whole, where, value, beside)
        return
    if not isinstance(value, Mapping):
        return
    if len(value) >= _FEWEST_NAMED and all(
        isinstance(member, Mapping) for member in value.values()
    ):
        if path:
            yield Part(whole, where, dict(value), beside)
        rows = [
            member if KEY in member else {KEY: name, **member} for name, member in value.items()
        ]
        yield Part(whole, where, rows, beside)
    elif path and len(value) == 1 and all(isinstance(member, Mapping) for member in value.values()):
        yield Part(whole, where, dict(value), beside)
    if len(path) < _DEEPEST:
        for name, inner in value.items():
            rest = {other: member for other, member in value.items() if other != name}
            yield from _parts(whole, inner, (*path, str(name)), {**beside, **rest})
