"""What was seen and done, sealed in a chain."""

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their walls."""


def downgrade() -> None:
    """Take them away again."""
