"""The record of the house: copies taken, municipalities exported, put here and deleted."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the record, which only grows."""
    op.create_table(
        "house_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("happened_at", walls.instant(), nullable=False),
        sa.Column("done_by", sa.String(length=120), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_house_event")),
        sa.UniqueConstraint("seq", name=op.f("uq_house_event_seq")),
    )
    walls.grant("house_event", "select, insert")
    walls.append_only("house_event")


def downgrade() -> None:
    """Take it away again."""
    walls.drop_append_only("house_event")
    op.drop_table("house_event")
