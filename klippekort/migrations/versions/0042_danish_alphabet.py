"""The Danish alphabet, by which lists of names are sorted; SQLite learns it from the program."""

from alembic import op

from klippekort.migrations.walls import is_postgresql

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Teach PostgreSQL the order of the letters."""
    if is_postgresql():
        op.execute("create collation danish (provider = icu, locale = 'da-DK')")


def downgrade() -> None:
    """Let it forget."""
    if is_postgresql():
        op.execute("drop collation danish")
