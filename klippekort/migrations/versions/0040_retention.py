"""What is forgotten when, and what must wait; what was put right."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import tables, walls

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their walls."""
    _hold()
    _proof()
    _rectification()
    walls.municipal("legal_hold", "select, insert, update")
    walls.municipal("deletion_proof", "select, insert")
    walls.append_only("deletion_proof")
    walls.municipal("rectification")
    walls.grant("answer", "delete")


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("rectification")
    walls.drop_append_only("deletion_proof")
    op.drop_table("deletion_proof")
    op.drop_table("legal_hold")


def _hold() -> None:
    op.create_table(
        "legal_hold",
        *tables.keys("legal_hold"),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("placed_by", sa.Uuid(), nullable=False),
        sa.Column("placed_at", walls.instant(), nullable=False),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.Column("lifted_at", walls.instant(), nullable=True),
        tables.points_to("legal_hold", "citizen_id", "citizen"),
    )
    tables.index("legal_hold", "citizen_id")


def _proof() -> None:
    op.create_table(
        "deletion_proof",
        *tables.keys("deletion_proof"),
        sa.Column("rule", sa.String(60), nullable=False),
        sa.Column("subject_table", sa.String(60), nullable=False),
        sa.Column("deed", sa.String(20), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=True),
        sa.Column("forgotten_at", walls.instant(), nullable=False),
        tables.check("deletion_proof", "something_was_forgotten", "rows > 0"),
    )
    tables.index("deletion_proof", "forgotten_at")


def _rectification() -> None:
    op.create_table(
        "rectification",
        *tables.keys("rectification"),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("fact", sa.String(40), nullable=False),
        sa.Column("before_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", walls.instant(), nullable=False),
        tables.points_to("rectification", "citizen_id", "citizen"),
    )
    tables.index("rectification", "citizen_id")
