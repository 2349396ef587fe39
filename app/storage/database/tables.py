"""The tables. Rows say what was said and judged; scores are never stored.

Confidences are integers of 1e-9, credits of 1e-4, targets as `Target.units`. JSON is kept as
canonical text, so that both engines hold the same bytes. Moments are UTC, kept as microseconds
since 1970 in a 64-bit integer: equal on both engines, ordered, and never at the mercy of a driver's
time zone.
"""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.engine import Dialect

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime, stored as microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _EPOCH + value * _MICROSECOND


class Json(TypeDecorator[Any]):
    """A JSON value, stored as canonical text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any | None, dialect: Dialect) -> str | None:
        return None if value is None else canonical(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


def canonical(value: Any) -> str:
    """JSON with sorted members and no spaces: equal values, equal text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts up rowids only for INTEGER; PostgreSQL needs the eight bytes.
_Key = BigInteger().with_variant(Integer, "sqlite")


def _id() -> Column[int]:
    return Column("id", _Key, primary_key=True, autoincrement=True)


owner = Table(
    "owner",
    metadata,
    _id(),
    Column("public_id", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
)

benchmark = Table(
    "benchmark",
    metadata,
    _id(),
    Column("public_id", Text, nullable=False, unique=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("visibility", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("owner_id", _Key, ForeignKey("owner.id"), nullable=False, index=True),
    Column("default_target", Integer, nullable=False),
    Column("default_mode", Text, nullable=False),
    Column("fixed_targets", Json, nullable=False),
    Column("missing_limit", Float, nullable=False),
    Column("ungraded_limit", Float, nullable=False),
    Column("ranked_attempt", Text, nullable=False),
    Column("quota", Json),
    Column("demo", Boolean, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("created_at", Moment, nullable=False),
    # What the publisher says of the training data: N, |S|, the smallest and largest error set.
    Column("training", Json),
    Column("archived_at", Moment),
    Column("archived_reason", Text),
    # A deleted benchmark keeps its row, so that its slug stays taken and its address can say so.
    Column("deleted_at", Moment),
    Column("deleted_reason", Text),
)

api_key = Table(
    "api_key",
    metadata,
    _id(),
    Column("public_id", Text, nullable=False, unique=True),
    Column("key_id", Text, nullable=False, unique=True),
    Column("secret_hash", LargeBinary, nullable=False),
    Column("owner_id", _Key, ForeignKey("owner.id"), nullable=False, index=True),
    Column("scopes", Json, nullable=False),
    Column("benchmark_id", _Key, ForeignKey("benchmark.id"), index=True),
    Column("label", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
    Column("last_used_at", Moment),
)

revision = Table(
    "revision",
    metadata,
    _id(),
    Column("benchmark_id", _Key, ForeignKey("benchmark.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("n_items", Integer, nullable=False),
    Column("matcher", Text, nullable=False),
    Column("tolerance", Text),
    Column("abstention_phrases", Json, nullable=False),
    # The edition of the grading rules and the options chosen of them; null is the first edition.
    Column("grading", Json),
    Column("note", Text, nullable=False),
    # A revision is shown once every submission has been graded under it.
    Column("complete", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("benchmark_id", "number"),
)

item = Table(
    "item",
    metadata,
    Column("benchmark_id", _Key, ForeignKey("benchmark.id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("key", Text, nullable=False),
    UniqueConstraint("benchmark_id", "key"),
    sqlite_with_rowid=False,
)

revision_item = Table(
    "revision_item",
    metadata,
    Column("revision_id", _Key, ForeignKey("revision.id"), primary_key=True),
    Column("ordinal", Integer, primary_key=True, autoincrement=False),
    Column("question", Text),
    Column("accepted", Json, nullable=False),
    Column("choices", Json),
    Column("category", Text),
    Column("cluster", Text),
    Column("weight", Float, nullable=False),
    Column("answerable", Boolean, nullable=False),
    Column("tags", Json, nullable=False),
    Column("occurrences", BigInteger),
    sqlite_with_rowid=False,
)

model = Table(
    "model",
    metadata,
    _id(),
    Column("owner_id", _Key, ForeignKey("owner.id"), nullable=False),
    Column("name", Text, nullable=False),
    # Empty text stands for "not said": NULLs would never be equal in the unique key.
    Column("provider", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("organisation", Text),
    Column("tags", Json, nullable=False),
    UniqueConstraint("owner_id", "name", "provider", "version"),
)

submission = Table(
    "submission",
    metadata,
    _id(),
    Column("public_id", Text, nullable=False, unique=True),
    Column("benchmark_id", _Key, ForeignKey("benchmark.id"), nullable=False),
    Column("revision_id", _Key, ForeignKey("revision.id"), nullable=False),
    Column("owner_id", _Key, ForeignKey("owner.id"), nullable=False),
    Column("model_id", _Key, ForeignKey("model.id"), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("stated_target", Integer),
    Column("samples", Integer, nullable=False),
    Column("confidence_source", Text),
    Column("external_id", Text),
    Column("idempotency_key", Text, nullable=False),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("run", Json, nullable=False),
    Column("reported", Json),
    Column("n_rows", Integer, nullable=False),
    Column("self_reported", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
    Column("superseded_by", _Key, ForeignKey("submission.id")),
    # From here on nothing that the model said is kept of this submission.
    Column("erased_at", Moment),
    # The board version at which this row last changed: what a reader of the board has not seen.
    Column("changed", BigInteger, nullable=False),
    UniqueConstraint("owner_id", "idempotency_key"),
    Index("ix_submission_benchmark_id_changed", "benchmark_id", "changed"),
    Index("ix_submission_model_id_benchmark_id", "model_id", "benchmark_id"),
    Index("ix_submission_external_id", "benchmark_id", "owner_id", "external_id"),
)

gone_submission = Table(
    "gone_submission",
    metadata,
    # The addresses of submissions that were deleted with their benchmark.
    Column("public_id", Text, primary_key=True),
    Column("benchmark_id", _Key, ForeignKey("benchmark.id"), nullable=False, index=True),
)

prediction = Table(
    "prediction",
    metadata,
    # No foreign key: it would be looked up once a row, and rows are only ever written in bulk by
    # the transaction that has just made their submission.
    Column("submission_id", _Key, primary_key=True, autoincrement=False),
    Column("slot", Integer, primary_key=True, autoincrement=False),
    Column("confidence", Integer),
    Column("verdict", SmallInteger),
    Column("answer", Text),
    sqlite_with_rowid=False,
)

option_probs = Table(
    "option_probs",
    metadata,
    Column(
        "submission_id", _Key, ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("body", LargeBinary, nullable=False),
    Column("body_crc", BigInteger, nullable=False),
    Column("format", SmallInteger, nullable=False),
)

grading = Table(
    "grading",
    metadata,
    Column(
        "submission_id", _Key, ForeignKey("submission.id", ondelete="CASCADE"), primary_key=True
    ),
    Column("revision_id", _Key, ForeignKey("revision.id"), primary_key=True, index=True),
    Column("n_correct", Integer, nullable=False),
    Column("n_wrong", Integer, nullable=False),
    Column("n_partial", Integer, nullable=False),
    Column("n_abstained", Integer, nullable=False),
    Column("n_missing", Integer, nullable=False),
    Column("n_ungraded", Integer, nullable=False),
    Column("n_invalid", Integer, nullable=False),
    Column("profile", LargeBinary, nullable=False),
    Column("profile_crc", BigInteger, nullable=False),
    Column("vector", LargeBinary, nullable=False),
    Column("vector_crc", BigInteger, nullable=False),
    Column("format", SmallInteger, nullable=False),
    Column("grader", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
)

audit_event = Table(
    "audit_event",
    metadata,
    _id(),
    Column("public_id", Text, nullable=False, unique=True),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("key", Text),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False, index=True),
    Column("detail", Json, nullable=False),
    Column("request_id", Text),
)

write_window = Table(
    "write_window",
    metadata,
    Column("api_key_id", _Key, ForeignKey("api_key.id"), primary_key=True),
    Column("minute", BigInteger, primary_key=True, autoincrement=False),
    Column("n", Integer, nullable=False),
)

# Submissions of an owner to a benchmark, withdrawn ones included; `day` is a UTC day, counted from
# 1970, and `today` the submissions of that day.
submission_count = Table(
    "submission_count",
    metadata,
    Column("benchmark_id", _Key, ForeignKey("benchmark.id", ondelete="CASCADE"), primary_key=True),
    Column("owner_id", _Key, ForeignKey("owner.id"), primary_key=True, index=True),
    Column("total", BigInteger, nullable=False),
    Column("day", BigInteger, nullable=False),
    Column("today", BigInteger, nullable=False),
)

invitation = Table(
    "invitation",
    metadata,
    _id(),
    Column("public_id", Text, nullable=False, unique=True),
    Column("token_id", Text, nullable=False, unique=True),
    Column("secret_hash", LargeBinary, nullable=False),
    Column(
        "benchmark_id",
        _Key,
        ForeignKey("benchmark.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    # The key that invited: what it made ends with it.
    Column("api_key_id", _Key, ForeignKey("api_key.id", ondelete="CASCADE"), nullable=False),
    Column("label", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("revoked_at", Moment),
    Column("accepted_at", Moment),
    Column("accepted_key_id", _Key, ForeignKey("api_key.id", ondelete="SET NULL")),
    # How many owner names were refused to its holder: each tells that a name is taken.
    Column("names_refused", Integer, nullable=False),
)

sign_in = Table(
    "sign_in",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("api_key_id", _Key, ForeignKey("api_key.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
)
