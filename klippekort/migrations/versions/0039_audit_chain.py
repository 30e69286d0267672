"""What was seen and done: its citizens are sealed too, each day is anchored, samples are judged."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import tables, walls

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their walls."""
    tables.index("audit_line", "account_id", "recorded_at")
    tables.index("audit_citizen", "line_id")
    op.add_column(
        "audit_seal", sa.Column("version", sa.SmallInteger(), nullable=False, server_default="1")
    )
    _anchor()
    _check()
    walls.municipal("audit_anchor", "select, insert")
    walls.append_only("audit_anchor")
    walls.municipal("audit_check", "select, insert")
    walls.append_only("audit_check")


def downgrade() -> None:
    """Take them away again."""
    for table in ("audit_check", "audit_anchor"):
        walls.drop_append_only(table)
        op.drop_table(table)
    op.drop_column("audit_seal", "version")
    op.drop_index("ix_audit_citizen_municipality_id_line_id", table_name="audit_citizen")
    op.drop_index("ix_audit_line_municipality_id_account_id_recorded_at", table_name="audit_line")


def _anchor() -> None:
    op.create_table(
        "audit_anchor",
        *tables.keys("audit_anchor"),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.String(64), nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("signature", sa.String(128), nullable=False),
        sa.Column("made_at", walls.instant(), nullable=False),
        tables.unique("audit_anchor", "day"),
    )


def _check() -> None:
    op.create_table(
        "audit_check",
        *tables.keys("audit_check"),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("seed", sa.String(40), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("judged_by", sa.Uuid(), nullable=False),
        sa.Column("judged_at", walls.instant(), nullable=False),
        tables.check("audit_check", "known_outcome", "outcome in ('fits', 'ask', 'breach')"),
        tables.points_to("audit_check", "line_id", "audit_line"),
    )
    tables.index("audit_check", "line_id")
