"""The edition and the options of the grading rules of every revision.

Null is the first edition, under which all revisions so far were graded: they stay so.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

LATER_MATCHERS = ("choices",)
"""Matchers that the version before does not know."""


def upgrade() -> None:
    op.add_column("revision", sa.Column("grading", sa.Text(), nullable=True))


def downgrade() -> None:
    # Stored gradings stay; further answers are compared as texts, which every key can be.
    table = sa.table("revision", sa.column("matcher", sa.Text()))
    op.execute(sa.update(table).where(table.c.matcher.in_(LATER_MATCHERS)).values(matcher="text"))
    op.drop_column("revision", "grading")
