"""Who was called about a meeting that moved."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import tables, walls

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_TABLE = "group_call"


def upgrade() -> None:
    """Make the table and its walls."""
    op.create_table(
        _TABLE,
        *tables.keys(_TABLE),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("anonymity", sa.String(12), nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("called_at", walls.instant(), nullable=False),
        tables.check(_TABLE, "only_named", "anonymity = 'named'"),
        tables.check(
            _TABLE,
            "known_outcome",
            "outcome in ('reached','not_home','wrong_number','unwilling')",
        ),
        tables.unique(_TABLE, "meeting_id", "member_id"),
        tables.points_to(_TABLE, "meeting_id", "group_meeting"),
        sa.ForeignKeyConstraint(
            ["municipality_id", "member_id", "anonymity"],
            ["group_member.municipality_id", "group_member.id", "group_member.anonymity"],
            name="fk_group_call_promise",
            onupdate="CASCADE",
        ),
    )
    walls.municipal(_TABLE)


def downgrade() -> None:
    """Take it away again."""
    op.drop_table(_TABLE)
