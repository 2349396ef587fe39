"""Settings: everything that may differ between two installations, from the environment.

`docs/settings.md` says what each is for; a test keeps both in step.
"""

from collections.abc import Iterable
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
_SHORTEST_PEPPER: Final = 16


class Settings(BaseSettings):
    """One installation. Every field is read from `CANDOR_<NAME>`; an empty variable is unset."""

    model_config = SettingsConfigDict(
        env_prefix="CANDOR_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    database_url: str = Field(
        default="", description="SQLAlchemy URL; the embedded SQLite in the data folder if empty."
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
        default="",
        description="Addresses, comma-separated, whose X-Forwarded-For is believed; none if empty.",
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
        default=20, ge=1, description="Wrong keys an address may send in a minute, each process."
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
        if self.trusted_proxies.strip() == "*":
            raise ValueError("CANDOR_TRUSTED_PROXIES must name addresses; * would believe anybody")
        self._check_database()
        return self

    def _check_database(self) -> None:
        if self.database_url and not self.database_url.startswith(_DATABASES):
            raise ValueError(
                "CANDOR_DATABASE_URL must be sqlite:///file or postgresql://user@host/database"
            )
        if self.embedded:
            if self.database_password_file is not None:
                raise ValueError("CANDOR_DATABASE_PASSWORD_FILE is for PostgreSQL; SQLite has none")
            return
        parts = urlsplit(self.database_url)
        if self.database_password_file is not None:
            if not parts.username or parts.password is not None:
                raise ValueError(
                    "with CANDOR_DATABASE_PASSWORD_FILE the URL names a user and no password"
                )
            _secret_in(self.database_password_file)

    @property
    def embedded(self) -> bool:
        """Whether the database is a SQLite file of our own."""
        return not self.database_url or self.database_url.startswith("sqlite")

    @property
    def url(self) -> str:
        """The database's URL, with the password from its file where one is named."""
        url = self.database_url or f"sqlite:///{self.data_dir / 'candor.db'}"
        if self.database_password_file is None:
            return url
        user, _, place = url.partition("@")
        password = quote(_secret_in(self.database_password_file), safe="")
        return f"{user}:{password}@{place}"

    @property
    def key_file(self) -> Path:
        """Where the first admin key is left."""
        return self.data_dir / "admin.key"

    def limits(self) -> Limits:
        """What a client may send."""
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
