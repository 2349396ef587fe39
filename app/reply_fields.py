"""How a field of a value is described and sent where the value is a reply of the API.

The values of `scoring` and `services` are the contract, so they say this of themselves with
`Annotated`: `rank: Annotated[int, Doc("1, 2, 2, 4 by exact score.")]`.
"""

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Doc:
    """A field's description, in the OpenAPI document and in the reference (as in PEP 727)."""

    documentation: str


@dataclass(frozen=True, slots=True)
class Sent:
    """How a field is sent where that is not under its own name, always and as it is.

    `name` is its name in the reply; `when` is "always", "set" (absent where it is None) or "never";
    an integer, or every key of a dict, is divided by `units`. `flat` sends the fields of the value
    in its place, each as null where it is None; a field of the whole replaces one of the same name.
    """

    name: str | None = None
    when: Literal["always", "set", "never"] = "always"
    units: int | None = None
    flat: bool = False


WHEN_SET: Final = Sent(when="set")
NEVER: Final = Sent(when="never")
FLAT: Final = Sent(flat=True)
