"""Typed quotas, and the count of every owner's submissions to every benchmark.

Until now a quota could be any JSON object and limited nothing. What it says of `total` and
`per_day` is kept where that is a positive whole number; anything else is dropped.
"""

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# SQLite counts up rowids only for INTEGER; PostgreSQL needs the eight bytes.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DAY = 86_400
MOST = 1_000_000


def upgrade() -> None:
    op.create_table(
        "submission_count",
        sa.Column("benchmark_id", KEY, nullable=False),
        sa.Column("owner_id", KEY, nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.BigInteger(), nullable=False),
        sa.Column("today", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["benchmark_id"],
            ["benchmark.id"],
            name=op.f("fk_submission_count_benchmark_id_benchmark"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["owner.id"], name=op.f("fk_submission_count_owner_id_owner")
        ),
        sa.PrimaryKeyConstraint("benchmark_id", "owner_id", name=op.f("pk_submission_count")),
    )
    op.create_index(op.f("ix_submission_count_owner_id"), "submission_count", ["owner_id"])
    _count_stored()
    _convert_quotas()


def downgrade() -> None:
    # The quotas stay: for the older schema they are objects like any other.
    op.drop_index(op.f("ix_submission_count_owner_id"), table_name="submission_count")
    op.drop_table("submission_count")


def _count_stored() -> None:
    """Submissions that are stored already count, those of this UTC day for the day too."""
    day = int(datetime.now(UTC).timestamp()) // DAY
    op.get_bind().execute(
        sa.text(
            "INSERT INTO submission_count (benchmark_id, owner_id, total, day, today) "
            "SELECT benchmark_id, owner_id, COUNT(*), :day, "
            "SUM(CASE WHEN created_at >= :start THEN 1 ELSE 0 END) "
            "FROM submission GROUP BY benchmark_id, owner_id"
        ).bindparams(
            sa.bindparam("day", type_=sa.BigInteger()), sa.bindparam("start", type_=sa.BigInteger())
        ),
        {"day": day, "start": day * DAY * 1_000_000},
    )


def _convert_quotas() -> None:
    connection = op.get_bind()
    stored = connection.execute(
        sa.text("SELECT id, quota FROM benchmark WHERE quota IS NOT NULL")
    ).all()
    for benchmark_id, text in stored:
        connection.execute(
            sa.text("UPDATE benchmark SET quota = :quota WHERE id = :id"),
            {"quota": _typed(json.loads(text)), "id": benchmark_id},
        )


def _typed(quota: Any) -> str | None:
    """The quota as this version stores it, or None where it limited nothing."""
    limits = quota if isinstance(quota, dict) else {}
    typed = {name: _positive(limits.get(name)) for name in ("per_day", "total")}
    if typed == {"per_day": None, "total": None}:
        return None
    return json.dumps(typed, sort_keys=True, separators=(",", ":"))


def _positive(value: Any) -> int | None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and 1 <= value <= MOST else None
