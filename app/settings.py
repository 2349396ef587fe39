"""Settings of an installation, read from environment variables.

`docs/settings.md` says what each is for; a test keeps both in step.
"""

import re
from collections.abc import Iterable
from ipaddress import ip_network
from pathlib import Path
from typing import Final, Literal, Self
from urllib.parse import quote, urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.intake.limits import MIB, Limits

_DATABASES: Final = ("sqlite:///", "postgresql://", "postgresql+psycopg://", "postgres://")
_NOT_OURS: Final = frozenset(
    {"CANDOR_URL", "CANDOR_KEY", "CANDOR_SPOOL", "CANDOR_SHARED", "CANDOR_REQUIRE_ALL"}
)
"""Variables that the client and the tests read."""
_ROOT_PATH: Final = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
_BASE_URL: Final = re.compile(r"https?://[^\s/?#@\\]+(?:/[^\s?#\\]*)?")
OWN_PATHS: Final = frozenset(
    {
        "api",
        "benchmarks",
        "client",
        "compare",
        "desk",
        "docs",
        "healthz",
        "how",
        "metrics",
        "problems",
        "readyz",
        "rules",
        "session",
        "static",
        "submissions",
    }
)
"""First parts of our own paths. Under a prefix that began with one of them nobody could tell
whether a proxy had taken the prefix off already."""
_SHORTEST_PEPPER: Final = 16


class Settings(BaseSettings):
    """One installation. Every field is read from `CANDOR_<NAME>`; an empty variable is unset."""

    model_config = SettingsConfigDict(
        env_prefix="CANDOR_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: str = Field(
        default="",
        description="SQLAlchemy URL, for PostgreSQL with any of libpq's parameters "
        "(`?sslmode=verify-full`); the embedded SQLite in the data folder if empty.",
    )
    database_password_file: Path | None = Field(
        default=None, description="File with the database's password, kept out of the URL."
    )
    data_dir: Path = Field(
        default=Path("data"), description="Folder of the embedded database and the first key."
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=1, le=65_535, description="Port to listen on.")
    workers: int = Field(
        default=1, ge=1, le=64, description="Processes; 1 or 2 on SQLite, cores on PostgreSQL."
    )
    start_id: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9._-]{0,64}$",
        description="Name of this start, which /readyz tells; random if empty.",
    )
    trusted_proxies: str = Field(
        default="127.0.0.0/8,::1",
        description="Addresses and networks, comma-separated, whose X-Forwarded-* and Forwarded "
        "headers are believed; `none` believes nobody.",
    )
    root_path: str = Field(
        default="",
        description="Prefix that everything is served under, such as /candor; none if empty.",
    )
    base_url: str | None = Field(
        default=None, description="Public address, for links that leave the pages."
    )
    key_pepper: SecretStr | None = Field(
        default=None, description="Secret that keys are hashed with; SHA-256 alone if unset."
    )
    key_pepper_file: Path | None = Field(
        default=None, description="File that holds the pepper, instead of the variable."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least that is logged."
    )
    log_format: Literal["auto", "json", "console"] = Field(
        default="auto", description="JSON lines, or readable; auto is readable on a terminal."
    )
    writes_per_minute: int = Field(
        default=120, ge=1, description="Writes a key may make in a minute, over all processes."
    )
    reads_per_minute: int = Field(
        default=6_000,
        ge=1,
        description="Reads an address or a key may make in a minute, each process.",
    )
    key_failures_per_minute: int = Field(
        default=20,
        ge=1,
        description=(
            "Wrong keys an address may send in a minute, each process; "
            "valid ones are not limited by it."
        ),
    )
    sheet_megabytes: int = Field(
        default=512, ge=1, description="Memory for answer keys, each process."
    )
    max_body_megabytes: int = Field(
        default=128, ge=1, le=4_096, description="Largest body on the wire."
    )
    max_decoded_megabytes: int = Field(
        default=512, ge=1, le=16_384, description="Largest body once decompressed."
    )
    max_rows: int = Field(
        default=1_000_000, ge=1, le=10_000_000, description="Most rows of one body."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.key_pepper is not None and self.key_pepper_file is not None:
            raise ValueError("set CANDOR_KEY_PEPPER or CANDOR_KEY_PEPPER_FILE, not both")
        pepper = self.pepper()
        if pepper is not None and len(pepper) < _SHORTEST_PEPPER:
            raise ValueError(f"the key pepper needs at least {_SHORTEST_PEPPER} bytes")
        if self.embedded and self.workers > 2:
            raise ValueError(
                "SQLite takes at most 2 workers; set CANDOR_DATABASE_URL to a PostgreSQL server"
            )
        self._check_proxies()
        self._check_addresses()
        self._check_database()
        return self

    def _check_proxies(self) -> None:
        for proxy in self.proxies:
            if proxy == "*":
                raise ValueError(
                    "CANDOR_TRUSTED_PROXIES must name addresses; * would believe anybody"
                )
            try:
                ip_network(proxy)
            except ValueError:
                raise ValueError(
                    f"CANDOR_TRUSTED_PROXIES: {proxy} is no address or network; "
                    "write 10.0.0.5 or 10.0.0.0/24"
                ) from None

    def _check_addresses(self) -> None:
        root, base = self.root_path, self.base_url
        if root and not _ROOT_PATH.fullmatch(root):
            raise ValueError(
                "CANDOR_ROOT_PATH is a path such as /candor: a slash first, none last, "
                "and letters, digits, - . _ ~ between"
            )
        if base is not None and not _BASE_URL.fullmatch(base):
            raise ValueError(
                "CANDOR_BASE_URL is an address such as https://candor.example.org/candor, "
                "without a query"
            )
        in_base = "" if base is None else urlsplit(base).path.rstrip("/")
        if in_base and not _ROOT_PATH.fullmatch(in_base):
            raise ValueError("the path of CANDOR_BASE_URL must be one that CANDOR_ROOT_PATH takes")
        if root and in_base and root != in_base:
            raise ValueError(
                f"CANDOR_BASE_URL has the path {in_base} and CANDOR_ROOT_PATH is {root}; "
                "make them the same, or leave one out"
            )
        first = self.prefix.split("/")[1] if self.prefix else ""
        if first in OWN_PATHS:
            raise ValueError(
                f"CANDOR_ROOT_PATH cannot start with /{first}, which is an address of Candor's "
                "own; take another, such as /candor"
            )

    def _check_database(self) -> None:
        if self.database_url and not self.database_url.startswith(_DATABASES):
            raise ValueError(
                "CANDOR_DATABASE_URL must be sqlite:///file or postgresql://user@host/database"
            )
        if self.embedded:
            if self.database_file.name in {"", ":memory:"}:
                raise ValueError("CANDOR_DATABASE_URL names no file: sqlite:///path/to/candor.db")
            if self.database_password_file is not None:
                raise ValueError("CANDOR_DATABASE_PASSWORD_FILE is for PostgreSQL; SQLite has none")
            return
        try:
            parts = urlsplit(self.database_url)
            _ = parts.port
        except ValueError as error:
            raise ValueError(
                f"CANDOR_DATABASE_URL is no address ({error}); "
                "write postgresql://user@host:5432/database"
            ) from None
        if self.database_password_file is not None:
            if not parts.username or parts.password is not None:
                raise ValueError(
                    "with CANDOR_DATABASE_PASSWORD_FILE the URL names a user and no password"
                )
            _secret_in(self.database_password_file)

    @property
    def proxies(self) -> list[str]:
        """Addresses and networks whose forwarding headers are believed."""
        named = [proxy.strip() for proxy in self.trusted_proxies.split(",") if proxy.strip()]
        return [] if named == ["none"] else named

    @property
    def prefix(self) -> str:
        """The path that everything is served under, from either setting; empty at the root."""
        in_base = "" if self.base_url is None else urlsplit(self.base_url).path.rstrip("/")
        return self.root_path or in_base

    @property
    def home(self) -> str | None:
        """The public address with its prefix and without a slash at its end, if it is known."""
        if self.base_url is None:
            return None
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}{self.prefix}"

    @property
    def embedded(self) -> bool:
        """Whether the database is a SQLite file of our own."""
        return not self.database_url or self.database_url.startswith("sqlite")

    @property
    def database_file(self) -> Path:
        """The file of the embedded database."""
        if not self.database_url:
            return self.data_dir / "candor.db"
        return Path(self.database_url.removeprefix("sqlite:///").partition("?")[0])

    @property
    def database_location(self) -> str:
        """A description of the database, without its password."""
        if self.embedded:
            return str(self.database_file)
        parts = urlsplit(self.database_url)
        return f"{parts.path.removeprefix('/')} at {parts.hostname}:{parts.port or 5432}"

    @property
    def url(self) -> str:
        """The database's URL, with the password from its file where one is named."""
        url = self.database_url or f"sqlite:///{self.data_dir / 'candor.db'}"
        if self.database_password_file is None:
            return url
        user, _, host = url.partition("@")
        password = quote(_secret_in(self.database_password_file), safe="")
        return f"{user}:{password}@{host}"

    @property
    def key_file(self) -> Path:
        """Where the first admin key is left."""
        return self.data_dir / "admin.key"

    def limits(self) -> Limits:
        """The limits on request bodies."""
        return Limits(
            wire_bytes=self.max_body_megabytes * MIB,
            decoded_bytes=self.max_decoded_megabytes * MIB,
            json_document_bytes=min(Limits().json_document_bytes, self.max_decoded_megabytes * MIB),
            rows=self.max_rows,
        )

    def pepper(self) -> bytes | None:
        """The secret that keys are hashed with, or None."""
        if self.key_pepper_file is not None:
            return _secret_in(self.key_pepper_file).encode()
        return None if self.key_pepper is None else self.key_pepper.get_secret_value().encode()


def misspelt(environment: Iterable[str]) -> list[str]:
    """Variables that look like settings and are none: a typing error would be ignored silently."""
    known = {f"CANDOR_{name.upper()}" for name in Settings.model_fields} | _NOT_OURS
    return sorted(name for name in environment if name.startswith("CANDOR_") and name not in known)


def _secret_in(path: Path) -> str:
    """The secret that a file holds. Raises ValueError where there is none to read."""
    try:
        secret = path.read_text().strip()
    except (OSError, UnicodeDecodeError):
        raise ValueError(f"{path} cannot be read as text; it should hold the secret") from None
    if not secret:
        raise ValueError(f"{path} is empty; it should hold the secret")
    return secret
