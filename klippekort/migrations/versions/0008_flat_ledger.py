"""What a card costs to read and to book on no longer depends on how long its history is."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import lot_walls

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Find open lots and spends by indexes of their own; hold a lot to its newest entry."""
    op.add_column(
        "punch_lot", sa.Column("moved_by", sa.Integer(), nullable=False, server_default="0")
    )
    op.drop_index(_OF_ALL_LOTS, table_name="punch_lot")
    for name, table, columns, where in _INDEXES:
        predicate = sa.text(where)
        op.create_index(name, table, columns, sqlite_where=predicate, postgresql_where=predicate)
    lot_walls.build()


def downgrade() -> None:
    """Take it all away again."""
    lot_walls.drop()
    for name, table, _columns, _where in _INDEXES:
        op.drop_index(name, table_name=table)
    op.create_index(_OF_ALL_LOTS, "punch_lot", ["municipality_id", "expires_on"])
    op.drop_column("punch_lot", "moved_by")


_OF_ALL_LOTS = "ix_punch_lot_municipality_id_expires_on"
_INDEXES = (
    (
        "ix_punch_lot_lapsing",
        "punch_lot",
        ["municipality_id", "expires_on"],
        "granted > used + expired",
    ),
    (
        "ix_punch_lot_open",
        "punch_lot",
        ["municipality_id", "card_id"],
        "granted > used + expired",
    ),
    (
        "ix_punch_entry_spends",
        "punch_entry",
        ["municipality_id", "card_id", "effective_on"],
        "kind in ('spend', 'forfeit')",
    ),
)
