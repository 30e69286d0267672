"""How often a page that is open to all was asked, counted for every process."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the counts, which nobody owns and which are gone after minutes."""
    op.create_table(
        "pace_count",
        sa.Column("page", sa.String(length=20), nullable=False),
        sa.Column("place", sa.String(length=16), nullable=False),
        sa.Column("minute_at", walls.instant(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("page", "place", "minute_at", name=op.f("pk_pace_count")),
    )
    walls.open_table("pace_count")


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("pace_count")
