"""Invitations to submit; idempotency keys that belong to a benchmark."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# SQLite counts up rowids only for INTEGER; PostgreSQL needs the eight bytes.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("id", KEY, autoincrement=True, nullable=False),
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("token_id", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("benchmark_id", KEY, nullable=False),
        sa.Column("api_key_id", KEY, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("accepted_at", sa.BigInteger(), nullable=True),
        sa.Column("accepted_key_id", KEY, nullable=True),
        sa.Column("names_refused", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["accepted_key_id"],
            ["api_key.id"],
            name=op.f("fk_invitation_accepted_key_id_api_key"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["api_key_id"],
            ["api_key.id"],
            name=op.f("fk_invitation_api_key_id_api_key"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["benchmark_id"],
            ["benchmark.id"],
            name=op.f("fk_invitation_benchmark_id_benchmark"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_invitation_public_id")),
        sa.UniqueConstraint("token_id", name=op.f("uq_invitation_token_id")),
    )
    op.create_index(op.f("ix_invitation_benchmark_id"), "invitation", ["benchmark_id"])
    # `key:run-17` becomes `key:3:run-17`: the same key on another benchmark is another key.
    op.execute(
        "UPDATE submission SET idempotency_key = "
        "'key:' || benchmark_id || ':' || substr(idempotency_key, 5) "
        "WHERE idempotency_key LIKE 'key:%'"
    )
    # What an earlier step back had to set aside.
    op.execute(
        "UPDATE submission SET idempotency_key = 'key:' || substr(idempotency_key, 6) "
        "WHERE idempotency_key LIKE 'past:%'"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_invitation_benchmark_id"), table_name="invitation")
    op.drop_table("invitation")
    # Where an owner used a key on several benchmarks, the oldest submission keeps it and the others
    # are set aside. In steps, because a long form may spell another one's short form.
    op.execute(
        "UPDATE submission SET idempotency_key = 'down:' || "
        "substr(idempotency_key, length('key:' || benchmark_id || ':') + 1) "
        "WHERE id IN (SELECT min(o.id) FROM submission o WHERE o.idempotency_key LIKE 'key:%' "
        "GROUP BY o.owner_id, "
        "substr(o.idempotency_key, length('key:' || o.benchmark_id || ':') + 1))"
    )
    op.execute(
        "UPDATE submission SET idempotency_key = 'past:' || substr(idempotency_key, 5) "
        "WHERE idempotency_key LIKE 'key:%'"
    )
    op.execute(
        "UPDATE submission SET idempotency_key = 'key:' || substr(idempotency_key, 6) "
        "WHERE idempotency_key LIKE 'down:%'"
    )
