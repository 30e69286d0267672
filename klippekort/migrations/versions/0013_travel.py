"""Where activities are held and citizens live, for reckoning the way."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the columns; nobody has said yet where anything lies."""
    for column in _of_activity():
        op.add_column("activity", column)
    op.add_column("citizen", sa.Column("point_encrypted", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """Take it all away again."""
    op.drop_column("citizen", "point_encrypted")
    for column in reversed(_of_activity()):
        op.drop_column("activity", column.name)


def _of_activity() -> list[sa.Column[Any]]:
    """Return the columns; the second holds the rule for both, for SQLite adds them one by one."""
    whole = sa.CheckConstraint(
        "(latitude is null) = (longitude is null)", name=op.f("ck_activity_point_is_whole")
    )
    return [
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), whole, nullable=True),
    ]
