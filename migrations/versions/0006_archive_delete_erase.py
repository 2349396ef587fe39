"""Archived and deleted benchmarks, erased submissions, and the addresses of what is gone."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

# SQLite counts up rowids only for INTEGER; PostgreSQL needs the eight bytes.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REASONS = ("archived", "deleted")


def upgrade() -> None:
    for name in REASONS:
        op.add_column("benchmark", sa.Column(f"{name}_at", sa.BigInteger(), nullable=True))
        op.add_column("benchmark", sa.Column(f"{name}_reason", sa.Text(), nullable=True))
    op.add_column("submission", sa.Column("erased_at", sa.BigInteger(), nullable=True))
    op.create_table(
        "gone_submission",
        sa.Column("public_id", sa.Text(), nullable=False),
        sa.Column("benchmark_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["benchmark_id"],
            ["benchmark.id"],
            name=op.f("fk_gone_submission_benchmark_id_benchmark"),
        ),
        sa.PrimaryKeyConstraint("public_id", name=op.f("pk_gone_submission")),
    )
    op.create_index(
        op.f("ix_gone_submission_benchmark_id"), "gone_submission", ["benchmark_id"], unique=False
    )


def downgrade() -> None:
    # What was deleted or erased must not come back where its mark is no longer known.
    op.execute("UPDATE benchmark SET visibility = 'private' WHERE deleted_at IS NOT NULL")
    op.execute(
        "DELETE FROM prediction WHERE submission_id IN "
        "(SELECT id FROM submission WHERE erased_at IS NOT NULL)"
    )
    op.drop_index(op.f("ix_gone_submission_benchmark_id"), table_name="gone_submission")
    op.drop_table("gone_submission")
    op.drop_column("submission", "erased_at")
    for name in REASONS:
        op.drop_column("benchmark", f"{name}_reason")
        op.drop_column("benchmark", f"{name}_at")
