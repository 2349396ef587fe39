"""Tokens of API keys and invitations: made, read, hashed and compared.

`<kind>_<id, 12>_<secret, 43 base62><crc, 6>`, shown once and stored hashed. The id finds the row,
the secret proves it, and the CRC refuses garbage without a look at the database. A secret of 256
random bits needs no slow hash: SHA-256, keyed with the pepper where one is configured.
"""

import hashlib
import hmac
import re
import secrets
import string
import zlib
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["cdr", "cdi"]
"""cdr: an API key. cdi: an invitation."""

PREFIXES: Final = ("cdr_", "cdi_")
_ALPHABET: Final = string.digits + string.ascii_uppercase + string.ascii_lowercase
_SHAPE: Final = re.compile(r"(cd[ri])_([0-9A-Za-z]{12})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})")
_NOBODY: Final = b"\0" * 32


@dataclass(frozen=True, slots=True)
class Token:
    """A well-formed token; whether it was ever issued is not checked."""

    id: str
    secret: str


def new_token(kind: Kind = "cdr") -> str:
    """A fresh token."""
    token_id, secret = _random(12), _random(43)
    return f"{kind}_{token_id}_{secret}{_crc(token_id + secret)}"


def read_token(text: str, kind: Kind = "cdr") -> Token | None:
    """The parts of a token, or None where it is no token of that kind: decided by its check digits
    alone."""
    shape = _SHAPE.fullmatch(text)
    if shape is None or shape[1] != kind or _crc(shape[2] + shape[3]) != shape[4]:
        return None
    return Token(shape[2], shape[3])


def hash_secret(secret: str, pepper: bytes | None) -> bytes:
    """The stored hash of a secret."""
    if pepper is None:
        return hashlib.sha256(secret.encode()).digest()
    return hmac.new(pepper, secret.encode(), hashlib.sha256).digest()


def proves(secret: str, stored: bytes | None, pepper: bytes | None) -> bool:
    """Whether a secret is the one whose hash is stored.

    Takes as long where nothing is stored, so that time does not tell which ids exist.
    """
    known = _NOBODY if stored is None else stored
    return hmac.compare_digest(known, hash_secret(secret, pepper)) and stored is not None


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def _crc(text: str) -> str:
    number, digits = zlib.crc32(text.encode()), ""
    for _ in range(6):
        number, digit = divmod(number, 62)
        digits = _ALPHABET[digit] + digits
    return digits
