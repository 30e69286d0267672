"""What ended a grant, and how many minutes wait for a decision."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; what is there already has neither."""
    op.add_column("card_grant", sa.Column("at_end", sa.String(length=20), nullable=True))
    op.add_column("card_task", sa.Column("minutes", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take the columns away."""
    op.drop_column("card_task", "minutes")
    op.drop_column("card_grant", "at_end")
