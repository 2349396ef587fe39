"""Where the server is and who calls: from arguments, the environment, or what `login` stored.

A key is stored with the address it belongs to, and is sent nowhere else.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from candor_client.errors import UsageError
from candor_client.private_files import write_private

DEFAULT_URL: Final = "http://127.0.0.1:8000"


@dataclass(frozen=True, slots=True)
class Account:
    """An address without a closing slash, and a key or None; the key is never printed."""

    url: str
    key: str | None

    def __repr__(self) -> str:
        return f"Account(url={self.url!r}, key={'…' if self.key else None})"


def find_account(url: str | None = None, key: str | None = None) -> Account:
    """The account to use: what is given, else CANDOR_URL and CANDOR_KEY, else what `login` stored.

    Raises `UsageError` for a malformed address or key.
    """
    stored = _stored()
    address = _clean(url or os.environ.get("CANDOR_URL") or stored.get("url") or DEFAULT_URL)
    secret = key or os.environ.get("CANDOR_KEY") or stored.get("keys", {}).get(address) or ""
    return Account(address, _key(secret))


def keep_account(account: Account) -> Path:
    """Writes the account to the file that only its owner reads (0600), whole or not at all."""
    stored = _stored()
    keys = {**stored.get("keys", {}), account.url: account.key}
    content = json.dumps({"url": account.url, "keys": keys}, indent=1)
    return write_private(_file(), [content.encode()])


def config_folder() -> Path:
    """The folder of what the command keeps for its user."""
    return _file().parent


def _file() -> Path:
    named = os.environ.get("CANDOR_CONFIG")
    if named:
        return Path(named)
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "candor" / "config.json"


def _stored() -> dict[str, Any]:
    path = _file()
    try:
        stored = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{path} cannot be read ({error}); delete it, then run candor login."
        ) from None
    return stored if isinstance(stored, dict) else {}


def _clean(url: str) -> str:
    address = url.strip().rstrip("/").removesuffix("/api/v1")
    if not _is_address(address):
        raise UsageError(f"{url!r} is no address; CANDOR_URL looks like https://candor.example.org")
    return address


def _is_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        return parts.scheme in {"http", "https"} and host.split() == [host] and parts.port != 0
    except ValueError:  # a port that is none
        return False


def _key(given: str) -> str | None:
    """The key without the line's end that a file of secrets brings; None where there is none."""
    secret = given.strip()
    if not secret.isascii() or any(char.isspace() or not char.isprintable() for char in secret):
        raise UsageError("The key holds characters that no key has; copy it again: cdr_….")
    return secret or None
