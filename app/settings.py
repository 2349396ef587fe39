"""Settings: everything that may differ between two installations, from the environment.

`docs/settings.md` says what each is for; a test keeps both in step.
"""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.intake.limits import MIB, Limits


class Settings(BaseSettings):
    """One installation. Every field is read from `CANDOR_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="CANDOR_", extra="ignore", frozen=True)

    database_url: str = Field(
        default="", description="SQLAlchemy URL; the embedded SQLite in the data folder if empty."
    )
    data_dir: Path = Field(
        default=Path("data"), description="Folder of the embedded database and the first key."
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=1, le=65_535, description="Port to listen on.")
    workers: int = Field(
        default=1, ge=1, le=64, description="Processes; 1 or 2 on SQLite, cores on PostgreSQL."
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
        default=6_000, ge=1, description="Reads an address may make in a minute, each process."
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
        if self.embedded and self.workers > 2:
            raise ValueError(
                "SQLite takes at most 2 workers; set CANDOR_DATABASE_URL to a PostgreSQL server"
            )
        return self

    @property
    def embedded(self) -> bool:
        """Whether the database is a SQLite file of our own."""
        return self.url.startswith("sqlite")

    @property
    def url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.data_dir / 'candor.db'}"

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
            return self.key_pepper_file.read_bytes().strip()
        return None if self.key_pepper is None else self.key_pepper.get_secret_value().encode()
