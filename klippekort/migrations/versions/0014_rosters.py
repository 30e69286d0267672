"""Breaks in shifts, and helpers who are away."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_WITHIN = (
    "(break_starts_at is null) = (break_ends_at is null) and (break_starts_at is null or "
    "(break_starts_at >= starts_at and break_ends_at > break_starts_at and "
    "break_ends_at <= ends_at))"
)


def upgrade() -> None:
    """Make the columns, the table and its walls."""
    op.add_column("shift", sa.Column("break_starts_at", walls.instant(), nullable=True))
    within = sa.CheckConstraint(_WITHIN, name=op.f("ck_shift_break_within_the_shift"))
    op.add_column("shift", sa.Column("break_ends_at", walls.instant(), within, nullable=True))
    op.create_table(
        "care_worker_absence",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("care_worker_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", walls.instant(), nullable=False),
        sa.Column("ends_at", walls.instant(), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.CheckConstraint(
            "ends_at > starts_at", name=op.f("ck_care_worker_absence_absence_ends_after_start")
        ),
        sa.CheckConstraint(
            "reason in ('ill','course','holiday','other')",
            name=op.f("ck_care_worker_absence_known_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "care_worker_id"],
            ["care_worker.municipality_id", "care_worker.id"],
            name=op.f("fk_care_worker_absence_municipality_id_care_worker_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_care_worker_absence")),
    )
    op.create_index(
        op.f("ix_care_worker_absence_municipality_id_care_worker_id_starts_at"),
        "care_worker_absence",
        ["municipality_id", "care_worker_id", "starts_at"],
        unique=False,
    )
    walls.municipal("care_worker_absence")


def downgrade() -> None:
    """Take it all away again."""
    op.drop_table("care_worker_absence")
    op.drop_column("shift", "break_ends_at")
    op.drop_column("shift", "break_starts_at")
