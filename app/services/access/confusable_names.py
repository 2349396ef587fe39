"""Detection of owner names that look alike: `acme`, `Acme`, `acme.` and `аcme` with a Cyrillic
letter.

A person who chooses an owner's name may not choose one that readers of a board take for another's.
Compared are skeletons: without case, marks, spaces and punctuation, with the letters that look
like Latin ones written as those. Coarse on purpose: a free name is easily found.
"""

import unicodedata
from typing import Final

_LIKE: Final = str.maketrans(
    {
        # Cyrillic
        **dict(zip("аеорсухіјѕԁһкмтвнзпгьӏԛԝ", "aeopcyxijsdhkmtbh3nrblqw", strict=True)),
        # Greek
        **dict(zip("αβγεζηικμνορτυχω", "abyezhikmvoptuxw", strict=True)),
        # Figures
        "0": "o",
        "1": "l",
        "i": "l",
        "ı": "l",
    }
)


def skeleton(name: str) -> str:
    """The name reduced to what readers tell apart; empty if nothing remains."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    # Twice: a letter may look like one that looks like a third (і, i, l).
    alike = folded.translate(_LIKE).translate(_LIKE)
    return "".join(char for char in alike if char.isalnum())
