"""Schemes, cards and the ledger of minutes."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import ledger_walls, walls

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their walls."""
    op.create_table(
        "scheme",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("setting", sa.String(length=20), nullable=False),
        sa.Column("preset", sa.String(length=40), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_scheme_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_scheme")),
        sa.UniqueConstraint("municipality_id", "name", name=op.f("uq_scheme_municipality_id_name")),
    )
    op.create_table(
        "scheme_terms",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "scheme_id"],
            ["scheme.municipality_id", "scheme.id"],
            name=op.f("fk_scheme_terms_municipality_id_scheme_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_scheme_terms")),
        sa.UniqueConstraint(
            "municipality_id",
            "scheme_id",
            "from_on",
            name=op.f("uq_scheme_terms_municipality_id_scheme_id_from_on"),
        ),
    )
    op.create_table(
        "punch_card",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("advanced_through", sa.Date(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_punch_card_municipality_id_citizen_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "scheme_id"],
            ["scheme.municipality_id", "scheme.id"],
            name=op.f("fk_punch_card_municipality_id_scheme_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_punch_card")),
        sa.UniqueConstraint(
            "municipality_id",
            "citizen_id",
            "scheme_id",
            name=op.f("uq_punch_card_municipality_id_citizen_id_scheme_id"),
        ),
    )
    op.create_index(
        op.f("ix_punch_card_municipality_id_advanced_through"),
        "punch_card",
        ["municipality_id", "advanced_through"],
        unique=False,
    )
    op.create_table(
        "card_grant",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.CheckConstraint(
            "minutes is null or minutes >= 0", name=op.f("ck_card_grant_rate_is_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "card_id"],
            ["punch_card.municipality_id", "punch_card.id"],
            name=op.f("fk_card_grant_municipality_id_card_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_card_grant")),
    )
    op.create_index(
        op.f("ix_card_grant_municipality_id_card_id"),
        "card_grant",
        ["municipality_id", "card_id"],
        unique=False,
    )
    op.create_table(
        "punch_lot",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("period", sa.String(length=40), nullable=False),
        sa.Column("credited_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("expiry_rule", sa.String(length=20), nullable=True),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("expired", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "granted >= held + used + expired and held >= 0 and used >= 0 and expired >= 0",
            name=op.f("ck_punch_lot_never_below_zero"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "card_id"],
            ["punch_card.municipality_id", "punch_card.id"],
            name=op.f("fk_punch_lot_municipality_id_card_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_punch_lot")),
        sa.UniqueConstraint(
            "municipality_id",
            "card_id",
            "source",
            "period",
            name=op.f("uq_punch_lot_municipality_id_card_id_source_period"),
        ),
    )
    op.create_index(
        op.f("ix_punch_lot_municipality_id_expires_on"),
        "punch_lot",
        ["municipality_id", "expires_on"],
        unique=False,
    )
    op.create_table(
        "punch_entry",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("trip_id", sa.Uuid(), nullable=True),
        sa.Column("reverses_id", sa.Uuid(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.Column("reason_code", sa.String(length=40), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "kind in ('credit','hold','release','spend','expire','forfeit','waive','adjust_up','adjust_down','reverse')",
            name=op.f("ck_punch_entry_known_kind"),
        ),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_punch_entry_minutes_above_zero")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "card_id"],
            ["punch_card.municipality_id", "punch_card.id"],
            name=op.f("fk_punch_entry_municipality_id_card_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "lot_id"],
            ["punch_lot.municipality_id", "punch_lot.id"],
            name=op.f("fk_punch_entry_municipality_id_lot_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "reverses_id"],
            ["punch_entry.municipality_id", "punch_entry.id"],
            name=op.f("fk_punch_entry_municipality_id_reverses_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_punch_entry")),
        sa.UniqueConstraint(
            "municipality_id",
            "card_id",
            "seq",
            name=op.f("uq_punch_entry_municipality_id_card_id_seq"),
        ),
        sa.UniqueConstraint(
            "municipality_id",
            "reverses_id",
            name=op.f("uq_punch_entry_municipality_id_reverses_id"),
        ),
    )
    op.create_index(
        op.f("ix_punch_entry_municipality_id_lot_id"),
        "punch_entry",
        ["municipality_id", "lot_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_punch_entry_municipality_id_trip_id"),
        "punch_entry",
        ["municipality_id", "trip_id"],
        unique=False,
    )
    op.create_table(
        "entry_note",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "entry_id"],
            ["punch_entry.municipality_id", "punch_entry.id"],
            name=op.f("fk_entry_note_municipality_id_entry_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_entry_note")),
        sa.UniqueConstraint(
            "municipality_id", "entry_id", name=op.f("uq_entry_note_municipality_id_entry_id")
        ),
    )
    op.create_table(
        "trip_pledge",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("trip_id", sa.Uuid(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_trip_pledge_pledge_above_zero")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "card_id"],
            ["punch_card.municipality_id", "punch_card.id"],
            name=op.f("fk_trip_pledge_municipality_id_card_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_trip_pledge")),
        sa.UniqueConstraint(
            "municipality_id",
            "card_id",
            "trip_id",
            name=op.f("uq_trip_pledge_municipality_id_card_id_trip_id"),
        ),
    )
    op.create_table(
        "card_key",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("token_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("pin_hash", sa.String(length=200), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("made_at", walls.instant(), nullable=False),
        sa.Column("killed_at", walls.instant(), nullable=True),
        sa.CheckConstraint("tries between 0 and 5", name=op.f("ck_card_key_five_tries")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_card_key_municipality_id_citizen_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_card_key")),
        sa.UniqueConstraint(
            "municipality_id", "token_hash", name=op.f("uq_card_key_municipality_id_token_hash")
        ),
    )
    op.create_index(
        op.f("ix_card_key_municipality_id_citizen_id"),
        "card_key",
        ["municipality_id", "citizen_id"],
        unique=False,
    )
    op.create_table(
        "card_session",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("ends_at", walls.instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "key_id"],
            ["card_key.municipality_id", "card_key.id"],
            name=op.f("fk_card_session_municipality_id_key_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_card_session")),
        sa.UniqueConstraint(
            "municipality_id", "token_hash", name=op.f("uq_card_session_municipality_id_token_hash")
        ),
    )
    op.create_table(
        "card_task",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_at", walls.instant(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id", "card_id"],
            ["punch_card.municipality_id", "punch_card.id"],
            name=op.f("fk_card_task_municipality_id_card_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_card_task")),
        sa.UniqueConstraint(
            "municipality_id",
            "card_id",
            "kind",
            "subject",
            name=op.f("uq_card_task_municipality_id_card_id_kind_subject"),
        ),
    )
    walls.municipal("scheme")
    walls.municipal("scheme_terms")
    walls.municipal("punch_card")
    walls.municipal("card_grant")
    walls.municipal("punch_lot", "select, insert")
    walls.municipal("punch_entry", "select, insert")
    walls.append_only("punch_entry")
    walls.municipal("entry_note")
    walls.municipal("trip_pledge")
    walls.municipal("card_key")
    walls.municipal("card_session")
    walls.municipal("card_task")
    ledger_walls.build()


def downgrade() -> None:
    """Take it all away again."""
    ledger_walls.drop()
    walls.drop_append_only("punch_entry")
    op.drop_table("card_task")
    op.drop_table("card_session")
    op.drop_table("card_key")
    op.drop_table("trip_pledge")
    op.drop_table("entry_note")
    op.drop_table("punch_entry")
    op.drop_table("punch_lot")
    op.drop_table("card_grant")
    op.drop_table("punch_card")
    op.drop_table("scheme_terms")
    op.drop_table("scheme")
