"""Of all lines of the record only those of a support access are looked for by what they are about.

An index of every line's subject was written with every page that is read, and read for these alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

_ALL = "ix_audit_line_municipality_id_subject_id"
_SUPPORT = "ix_audit_line_of_support"
_KIND = sa.text("subject_kind = 'support_access'")


def upgrade() -> None:
    """Keep the lines of support in an index of their own."""
    columns = ["municipality_id", "subject_id"]
    op.create_index(_SUPPORT, "audit_line", columns, sqlite_where=_KIND, postgresql_where=_KIND)
    op.drop_index(_ALL, table_name="audit_line")


def downgrade() -> None:
    """Keep every line's subject in an index again."""
    op.create_index(_ALL, "audit_line", ["municipality_id", "subject_id"])
    op.drop_index(_SUPPORT, table_name="audit_line")
