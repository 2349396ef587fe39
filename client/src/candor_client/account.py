"""Where the server is and who calls: from arguments, the environment, or what `login` kept.

A key is kept beside the address it was given for, and is sent nowhere else.
"""

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from candor_client.errors import UsageError

DEFAULT_URL: Final = "http://127.0.0.1:8000"


@dataclass(frozen=True, slots=True)
class Account:
    """An address without a closing slash, and a key or None; the key is never printed."""

    url: str
    key: str | None

    def __repr__(self) -> str:
        return f"Account(url={self.url!r}, key={'…' if self.key else None})"


def find_account(url: str | None = None, key: str | None = None) -> Account:
    """The account to use: what is given, else CANDOR_URL and CANDOR_KEY, else what `login` kept.

    Raises `UsageError` for an address or a key that can be none.
    """
    kept = _kept()
    address = _clean(url or os.environ.get("CANDOR_URL") or kept.get("url") or DEFAULT_URL)
    secret = key or os.environ.get("CANDOR_KEY") or kept.get("keys", {}).get(address) or ""
    return Account(address, _key(secret))


def keep_account(account: Account) -> Path:
    """Writes the account to the file that only its owner reads (0600), whole or not at all."""
    kept = _kept()
    keys = {**kept.get("keys", {}), account.url: account.key}
    return write_private(_file(), json.dumps({"url": account.url, "keys": keys}, indent=1).encode())


def write_private(path: Path, content: bytes) -> Path:
    """A file for its owner alone (0600): whole under its name, or not there at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path


def _file() -> Path:
    named = os.environ.get("CANDOR_CONFIG")
    if named:
        return Path(named)
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "candor" / "config.json"


def _kept() -> dict[str, Any]:
    path = _file()
    try:
        kept = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{path} cannot be read ({error}); delete it, then run candor login."
        ) from None
    return kept if isinstance(kept, dict) else {}


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
