"""Confidences in units of 1e-9, where they were in units of 1e-4."""

import struct
import zlib
from collections import Counter

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# SQLite counts up rowids only for INTEGER; PostgreSQL needs the eight bytes.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STEP = 100_000
"""New units in an old one."""

GRADES = struct.Struct("<BBHI")
PROFILE = struct.Struct("<BBBBI8q")
CELLS = ("<i", "<i", "<i", "<q", "<q")
"""The cells of a profile of format 1, after its levels; the last three where any is partial."""


def upgrade() -> None:
    # Old gradings are of format 1, which is read as before.
    _rewrite(sa.Integer(), f"confidence * {STEP}")


def downgrade() -> None:
    grading = sa.table(
        "grading",
        sa.column("submission_id", sa.BigInteger()),
        sa.column("revision_id", sa.BigInteger()),
        sa.column("profile", sa.LargeBinary()),
        sa.column("profile_crc", sa.BigInteger()),
        sa.column("vector", sa.LargeBinary()),
        sa.column("vector_crc", sa.BigInteger()),
        sa.column("format", sa.SmallInteger()),
    )
    connection, keys = op.get_bind(), (grading.c.submission_id, grading.c.revision_id)
    fine = connection.execute(sa.select(*keys).where(grading.c.format == 2)).all()
    # One at a time: the packed grades of a large submission are megabytes.
    for key in fine:
        here = sa.and_(*(column == value for column, value in zip(keys, key, strict=True)))
        row = connection.execute(sa.select(grading).where(here)).one()
        if zlib.crc32(row.profile) != row.profile_crc or zlib.crc32(row.vector) != row.vector_crc:
            continue  # Damaged bytes stay what they are: noticed when they are read.
        profile, vector = _coarse_profile(row.profile), _coarse_grades(row.vector)
        connection.execute(
            sa.update(grading)
            .where(here)
            .values(
                profile=profile,
                profile_crc=zlib.crc32(profile),
                vector=vector,
                vector_crc=zlib.crc32(vector),
                format=1,
            )
        )
    # Half to even, as intake rounded.
    whole = f"(confidence / {STEP})"
    rest = f"(confidence - {whole} * {STEP})"
    up = f"({rest} * 2 > {STEP} OR ({rest} * 2 = {STEP} AND ({whole} & 1) = 1))"
    _rewrite(sa.SmallInteger(), f"{whole} + CASE WHEN {up} THEN 1 ELSE 0 END")


def _rewrite(kind: "sa.types.TypeEngine[int]", confidence: str) -> None:
    """The column `confidence` of `prediction` in another type and unit; null stays null."""
    confidence = f"CASE WHEN confidence IS NULL THEN NULL ELSE {confidence} END"
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column(
            "prediction",
            "confidence",
            type_=kind,
            postgresql_using=f"({confidence})::{_name(kind)}",
        )
        return
    # Alembic's batch mode would forget WITHOUT ROWID.
    op.create_table(
        "prediction_again",
        sa.Column("submission_id", KEY, autoincrement=False, nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("confidence", kind, nullable=True),
        sa.Column("verdict", sa.SmallInteger(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("submission_id", "slot", name=op.f("pk_prediction")),
        sqlite_with_rowid=False,
    )
    names = ("submission_id", "slot", "verdict", "answer", "confidence")
    again = sa.table("prediction_again", *(sa.column(name) for name in names))
    columns = [sa.column(name) for name in names[:-1]]
    rows = sa.select(*columns, sa.literal_column(confidence)).select_from(sa.table("prediction"))
    op.execute(again.insert().from_select(names, rows.order_by(*columns[:2])))
    op.drop_table("prediction")
    op.rename_table("prediction_again", "prediction")


def _name(kind: "sa.types.TypeEngine[int]") -> str:
    return "smallint" if isinstance(kind, sa.SmallInteger) else "integer"


def _coarse(units: int) -> int:
    """Units of 1e-9 as units of 1e-4, half to even; -1 is an unstated one."""
    whole, rest = divmod(units, STEP)
    return whole + (rest * 2 > STEP or (rest * 2 == STEP and whole % 2)) if units >= 0 else units


def _coarse_grades(data: bytes) -> bytes:
    """Packed grades of format 2 as format 1."""
    version, flags, samples, n = GRADES.unpack_from(data)
    if version == 1:
        return data
    body = zlib.decompress(data[GRADES.size :])
    confidence = [_coarse(units) for units in struct.unpack_from(f"<{n}i", body, n)]
    parts = body[:n] + struct.pack(f"<{n}h", *confidence) + body[5 * n :]
    return GRADES.pack(1, flags, samples, n) + zlib.compress(parts, 1)


def _coarse_profile(data: bytes) -> bytes:
    """A packed profile of format 2 as format 1: levels that become one are added up."""
    head = PROFILE.unpack_from(data)
    if head[0] == 1:
        return data
    n, partly, at = head[4], data[PROFILE.size], PROFILE.size + 1
    levels = [_coarse(units) for units in struct.unpack_from(f"<{n}i", data, at)]
    at += 4 * n
    cells = []
    for _ in CELLS if partly else CELLS[:2]:
        width = data[at]
        kind = {1: "B", 2: "H", 4: "I", 8: "Q"}[width]
        total: Counter[int] = Counter()
        for level, held in zip(
            levels, struct.unpack_from(f"<{n}{kind}", data, at + 1), strict=True
        ):
            total[level] += held
        cells.append(total)
        at += 1 + width * n
    distinct = sorted(set(levels))
    body = struct.pack(f"<{len(distinct)}i", *distinct)
    for kind, total in zip(CELLS, cells, strict=False):
        body += struct.pack(f"<{len(distinct)}{kind[1]}", *(total[level] for level in distinct))
    return PROFILE.pack(1, *head[1:4], len(distinct), *head[5:]) + data[PROFILE.size :][:1] + body
