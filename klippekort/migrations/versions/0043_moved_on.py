"""The day a citizen's home was last another one, kept with her instead of read from the log."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations.walls import is_postgresql, whole_table

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the day, and take it from what is on record."""
    op.add_column("citizen", sa.Column("moved_on", sa.Date(), nullable=True))
    local = "recorded_at at time zone 'Europe/Copenhagen'" if is_postgresql() else "recorded_at"
    with whole_table("citizen"), whole_table("audit_line"):
        op.execute(
            f"""update citizen set moved_on = (
                select max(date({local})) from audit_line
                where audit_line.municipality_id = citizen.municipality_id
                and audit_line.subject_id = citizen.id and subject_kind = 'citizen'
                and purpose = 'change_citizen'
                and (cast(details as text) like '%"address"%' or cast(details as text) like '%"postcode"%'))"""
        )


def downgrade() -> None:
    """Forget it again."""
    op.drop_column("citizen", "moved_on")
