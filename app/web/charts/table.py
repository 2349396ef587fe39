"""The numbers of a chart as a table, made from the values it was drawn from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """A caption, the columns' heads and rows of spelled cells; a row's first cell is its head."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
