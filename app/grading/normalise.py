"""Text normalisation, as stated in the contract and nowhere else.

NFKC, casefold, trim, inner white space to one space, trailing punctuation dropped.
"""

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=65_536)
def normalise_text(text: str) -> str:
    """The form in which two answers of matcher `text` are compared; idempotent."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    words = " ".join(folded.split())
    while words and (words[-1] == " " or unicodedata.category(words[-1]).startswith("P")):
        words = words[:-1]
    return words
