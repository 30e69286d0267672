"""In which language somebody who answers the three questions would like to talk."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the language; whoever answered before was asked on a Danish page."""
    op.add_column(
        "group_need",
        sa.Column("language", sa.String(8), nullable=False, server_default=sa.text("'da'")),
    )


def downgrade() -> None:
    """Forget it again."""
    op.drop_column("group_need", "language")
