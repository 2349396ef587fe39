"""Option probabilities of submissions, and what a benchmark says of the training data."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# SQLite counts up rowids only for INTEGER; PostgreSQL needs the eight bytes.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "option_probs",
        sa.Column("submission_id", KEY, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("body_crc", sa.BigInteger(), nullable=False),
        sa.Column("format", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_option_probs_submission_id_submission"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_option_probs")),
    )
    op.add_column("benchmark", sa.Column("training", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("benchmark", "training")
    op.drop_table("option_probs")
