"""Which trip a message is about."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_INDEX = "ix_outbox_message_municipality_id_subject_id"


def upgrade() -> None:
    """Add the trip; what was written before names it among its facts."""
    op.add_column("outbox_message", sa.Column("subject_id", sa.Uuid(), nullable=True))
    named = (
        "(facts->>'trip')::uuid"
        if walls.is_postgresql()
        else "replace(json_extract(facts, '$.trip'), '-', '')"
    )
    with walls.whole_table("outbox_message"):
        op.execute(f"update outbox_message set subject_id = {named}")
    op.create_index(_INDEX, "outbox_message", ["municipality_id", "subject_id"], unique=False)


def downgrade() -> None:
    """Forget it again."""
    op.drop_index(_INDEX, table_name="outbox_message")
    op.drop_column("outbox_message", "subject_id")
