"""Who usually hosts each date, so that another can host those to come."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import tables, walls

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

_TABLE = "occurrence"


def upgrade() -> None:
    """Give each date the host its activity has: until now nobody could be exchanged."""
    named = op.f("fk_occurrence_municipality_id_host_id")
    with op.batch_alter_table(_TABLE) as changed:
        changed.add_column(sa.Column("host_id", sa.Uuid(), nullable=True))
        changed.create_foreign_key(
            named, "volunteer", ["municipality_id", "host_id"], ["municipality_id", "id"]
        )
    with walls.whole_table("activity"), walls.whole_table(_TABLE):
        op.execute(
            "update occurrence set host_id = (select activity.host_id from activity "
            "where activity.municipality_id = occurrence.municipality_id "
            "and activity.id = occurrence.activity_id)"
        )
    tables.index(_TABLE, "host_id", "starts_at")


def downgrade() -> None:
    """Forget it again; a date is its activity's host's."""
    op.drop_index(op.f("ix_occurrence_municipality_id_host_id_starts_at"), table_name=_TABLE)
    with op.batch_alter_table(_TABLE) as changed:
        changed.drop_constraint(op.f("fk_occurrence_municipality_id_host_id"), type_="foreignkey")
        changed.drop_column("host_id")
