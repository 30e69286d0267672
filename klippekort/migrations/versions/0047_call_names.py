"""What a citizen likes to be called, and which activities are known to share their room."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both; nobody has chosen a name yet, nor said that a room is shared on purpose."""
    op.add_column("citizen", sa.Column("call_name", sa.String(80), nullable=True))
    op.add_column(
        "activity",
        sa.Column("shares_room", sa.Boolean(), nullable=False, server_default=sa.false()),
    )


def downgrade() -> None:
    """Forget them again."""
    op.drop_column("activity", "shares_room")
    op.drop_column("citizen", "call_name")
