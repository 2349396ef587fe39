"""The keys of a benchmark that are nearest to one that it does not have."""

import difflib
import re
from collections.abc import Iterable
from typing import Final

_MOST_COMPARED: Final = 2_000
"""Keys up to which spellings are compared one by one; beyond, only what differs in form is seen."""

_MOST_NAMED: Final = 5
"""Unknown keys for which neighbours are looked for: the rest is mostly of the same kind."""

_SEPARATORS: Final = re.compile(r"[\W_]+")
_ZEROS: Final = re.compile(r"(?<!\d)0+(?=\d)")


class NearestKeys:
    """Looks for the known keys that somebody meant: `Q1`, `q-001` and `q_1` for `q1`."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._keys = list(keys)
        self._asked = 0
        self._by_form: dict[str, str] | None = None

    def detail(self, unknown: str) -> str:
        """What to say of an unknown key."""
        nearest = self._nearest(unknown)
        if nearest:
            return f"The benchmark has no item with this key; nearest: {', '.join(nearest)}."
        return "The benchmark has no item with this key; see GET …/items."

    def _nearest(self, unknown: str) -> list[str]:
        self._asked += 1
        if self._asked > _MOST_NAMED:
            return []
        if self._by_form is None:
            self._by_form = {_form(key): key for key in reversed(self._keys)}
        same = self._by_form.get(_form(unknown))
        if same is not None:
            return [same]
        if len(self._keys) > _MOST_COMPARED:
            return []
        return difflib.get_close_matches(unknown, self._keys, n=3, cutoff=0.6)


def _form(key: str) -> str:
    """A key without what people write differently: case, separators, leading zeros."""
    return _ZEROS.sub("", _SEPARATORS.sub("", key.casefold()))
