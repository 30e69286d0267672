"""Standing agreements and the trips they made."""

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their walls."""


def downgrade() -> None:
    """Take it all away again."""
