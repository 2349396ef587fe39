"""The address of a view: it carries all settings, so that a copied link shows the same view."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

Value = str | Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Address:
    """A path with its parameters; `href` changes some and keeps the others (None leaves out)."""

    path: str
    params: Mapping[str, Value]

    def href(self, **changes: Value) -> str:
        """The address with some parameters changed."""
        return self.at(self.path, **changes)

    def at(self, path: str, **changes: Value) -> str:
        """The same parameters, with changes, at another path."""
        pairs: list[tuple[str, str]] = []
        for name, value in {**self.params, **changes}.items():
            if isinstance(value, str):
                pairs.append((name, value))
            elif value is not None:
                pairs += [(name, item) for item in value]
        return f"{path}?{urlencode(pairs)}" if pairs else path


@dataclass(frozen=True, slots=True)
class Link:
    """A link that sets one thing and keeps the others; `sets` names it for the page's script."""

    label: str
    href: str
    chosen: bool
    sets: str = ""
