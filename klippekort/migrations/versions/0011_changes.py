"""Terms that are being written, and what was decided about rules, with the reasons."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their walls."""
    op.create_table(
        "scheme_draft",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", walls.instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "scheme_id"],
            ["scheme.municipality_id", "scheme.id"],
            name=op.f("fk_scheme_draft_municipality_id_scheme_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_scheme_draft")),
        sa.UniqueConstraint(
            "municipality_id", "scheme_id", name=op.f("uq_scheme_draft_municipality_id_scheme_id")
        ),
    )
    op.create_table(
        "rule_answer",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.String(length=160), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=True),
        sa.Column("subject", sa.String(length=80), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "scheme_id"],
            ["scheme.municipality_id", "scheme.id"],
            name=op.f("fk_rule_answer_municipality_id_scheme_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "card_id"],
            ["punch_card.municipality_id", "punch_card.id"],
            name=op.f("fk_rule_answer_municipality_id_card_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_rule_answer")),
    )
    op.create_index(
        op.f("ix_rule_answer_municipality_id_scheme_id_recorded_at"),
        "rule_answer",
        ["municipality_id", "scheme_id", "recorded_at"],
        unique=False,
    )
    walls.municipal("scheme_draft")
    walls.municipal("rule_answer")


def downgrade() -> None:
    """Take it all away again."""
    op.drop_table("rule_answer")
    op.drop_table("scheme_draft")
