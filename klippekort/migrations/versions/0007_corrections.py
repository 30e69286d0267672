"""Corrections with a second pair of eyes, and what the nightly proof found."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their walls."""
    limit = sa.CheckConstraint(
        "correction_limit >= 0", name=op.f("ck_municipality_correction_limit_not_negative")
    )
    op.add_column("municipality", sa.Column("correction_limit", sa.Integer(), limit, nullable=True))
    op.create_table(
        "card_correction",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("reason_code", sa.String(length=40), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", walls.instant(), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_card_correction_minutes_above_zero")),
        sa.CheckConstraint(
            "kind in ('add','take','waive','reverse')", name=op.f("ck_card_correction_known_kind")
        ),
        sa.CheckConstraint(
            "(kind = 'reverse') = (entry_id is not null)",
            name=op.f("ck_card_correction_only_a_reversal_names_an_entry"),
        ),
        sa.CheckConstraint(
            "last_on is null or kind = 'add'",
            name=op.f("ck_card_correction_only_added_time_has_a_last_day"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "card_id"],
            ["punch_card.municipality_id", "punch_card.id"],
            name=op.f("fk_card_correction_municipality_id_card_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "entry_id"],
            ["punch_entry.municipality_id", "punch_entry.id"],
            name=op.f("fk_card_correction_municipality_id_entry_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_card_correction")),
        sa.UniqueConstraint(
            "municipality_id",
            "id",
            "proposed_by",
            name=op.f("uq_card_correction_municipality_id_id_proposed_by"),
        ),
    )
    op.create_index(
        op.f("ix_card_correction_municipality_id_card_id"),
        "card_correction",
        ["municipality_id", "card_id"],
        unique=False,
    )
    op.create_table(
        "correction_decision",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("correction_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_at", walls.instant(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("first_seq", sa.Integer(), nullable=True),
        sa.Column("last_seq", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "decided_by <> proposed_by",
            name=op.f("ck_correction_decision_nobody_decides_their_own"),
        ),
        sa.CheckConstraint(
            "outcome in ('approved','declined')", name=op.f("ck_correction_decision_known_outcome")
        ),
        sa.CheckConstraint(
            "(outcome = 'approved') = (first_seq is not null) and (first_seq is null) = (last_seq is null)",
            name=op.f("ck_correction_decision_a_yes_names_its_entries"),
        ),
        sa.CheckConstraint(
            "last_seq >= first_seq", name=op.f("ck_correction_decision_entries_in_order")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "correction_id", "proposed_by"],
            [
                "card_correction.municipality_id",
                "card_correction.id",
                "card_correction.proposed_by",
            ],
            name=op.f("fk_correction_decision_municipality_id_correction_id_proposed_by"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_correction_decision")),
        sa.UniqueConstraint(
            "municipality_id",
            "correction_id",
            name=op.f("uq_correction_decision_municipality_id_correction_id"),
        ),
    )
    op.create_table(
        "correction_note",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("correction_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "part in ('proposal','decision')", name=op.f("ck_correction_note_known_part")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "correction_id"],
            ["card_correction.municipality_id", "card_correction.id"],
            name=op.f("fk_correction_note_municipality_id_correction_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_correction_note")),
        sa.UniqueConstraint(
            "municipality_id",
            "correction_id",
            "part",
            name=op.f("uq_correction_note_municipality_id_correction_id_part"),
        ),
    )
    op.create_table(
        "ledger_difference",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=True),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("found_at", walls.instant(), nullable=False),
        sa.Column("cleared_at", walls.instant(), nullable=True),
        sa.CheckConstraint(
            "cleared_at is null or cleared_at >= found_at",
            name=op.f("ck_ledger_difference_cleared_after_found"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "card_id"],
            ["punch_card.municipality_id", "punch_card.id"],
            name=op.f("fk_ledger_difference_municipality_id_card_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_ledger_difference")),
    )
    op.create_index(
        op.f("ix_ledger_difference_municipality_id_cleared_at"),
        "ledger_difference",
        ["municipality_id", "cleared_at"],
        unique=False,
    )
    for table in ("card_correction", "correction_decision"):
        walls.municipal(table, "select, insert")
        walls.append_only(table)
    walls.municipal("correction_note")
    walls.municipal("ledger_difference", "select, insert, update")


def downgrade() -> None:
    """Take it all away again."""
    for table in ("correction_decision", "card_correction"):
        walls.drop_append_only(table)
    op.drop_table("ledger_difference")
    op.drop_table("correction_note")
    op.drop_table("correction_decision")
    op.drop_table("card_correction")
    op.drop_column("municipality", "correction_limit")
