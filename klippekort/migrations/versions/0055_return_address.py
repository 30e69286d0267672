"""Where answers on paper are sent."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the address, unknown until somebody writes it."""
    op.add_column("municipality", sa.Column("return_address", sa.String(120), nullable=True))


def downgrade() -> None:
    """Forget it."""
    op.drop_column("municipality", "return_address")
