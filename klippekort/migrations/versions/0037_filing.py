"""Letters of the law, laid in a folder to be filed."""

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their walls."""


def downgrade() -> None:
    """Take them away again."""
