"""What happens on a trip and after it: incidents, notes, greetings."""

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their walls."""


def downgrade() -> None:
    """Take it all away again."""
