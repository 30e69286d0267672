"""What people think with its clocks, the price of a staff hour, and a year's grant of money."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_TABLES = ("feedback", "feedback_settings", "hour_price", "year_grant")


def upgrade() -> None:
    """Make the tables and their walls."""
    for make in (_feedback, _feedback_settings, _hour_price, _year_grant):
        make()
    for table in _TABLES:
        walls.municipal(table)


def downgrade() -> None:
    """Take it all away again."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _feedback() -> None:
    op.create_table(
        "feedback",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("citizen_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("wants_answer", sa.Boolean(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("words_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("contact_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("answer_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("change_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("acknowledge_by", sa.Date(), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("acknowledged_on", sa.Date(), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("passed_to", sa.String(length=120), nullable=True),
        sa.Column("passed_on", sa.Date(), nullable=True),
        sa.Column("said", sa.String(length=300), nullable=True),
        sa.Column("did", sa.String(length=500), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("forgotten_at", walls.instant(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'complaint') = (acknowledge_by is not null)",
            name=op.f("ck_feedback_complaints_have_two_clocks"),
        ),
        sa.CheckConstraint(
            "channel in ('page','own_page','slip','phone','helper')",
            name=op.f("ck_feedback_known_channel"),
        ),
        sa.CheckConstraint(
            "kind in ('praise','idea','problem','complaint')", name=op.f("ck_feedback_known_kind")
        ),
        sa.CheckConstraint(
            "outcome in ('changed','explained','passed_on','nothing')",
            name=op.f("ck_feedback_known_outcome"),
        ),
        sa.CheckConstraint(
            "(closed_on is null) = (outcome is null)",
            name=op.f("ck_feedback_closed_with_an_outcome"),
        ),
        sa.CheckConstraint(
            "(passed_to is null) = (passed_on is null)", name=op.f("ck_feedback_passed_to_somebody")
        ),
        sa.CheckConstraint(
            "forgotten_at is null or (words_encrypted is null and contact_encrypted is null and answer_encrypted is null and change_encrypted is null)",
            name=op.f("ck_feedback_forgotten_without_words"),
        ),
        sa.CheckConstraint(
            "published_on is null or (said is not null and did is not null)",
            name=op.f("ck_feedback_published_in_words"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_feedback_municipality_id_citizen_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_feedback_municipality_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_feedback_owner_id")),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_feedback")),
    )
    op.create_index(
        op.f("ix_feedback_municipality_id_closed_on"),
        "feedback",
        ["municipality_id", "closed_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_feedback_municipality_id_published_on"),
        "feedback",
        ["municipality_id", "published_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_feedback_municipality_id_received_on"),
        "feedback",
        ["municipality_id", "received_on"],
        unique=False,
    )


def _feedback_settings() -> None:
    op.create_table(
        "feedback_settings",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("answer_days", sa.SmallInteger(), nullable=False),
        sa.Column("acknowledge_days", sa.SmallInteger(), nullable=False),
        sa.Column("complaint_days", sa.SmallInteger(), nullable=False),
        sa.Column("forget_days", sa.SmallInteger(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("guidance", sa.String(length=1000), nullable=False),
        sa.CheckConstraint(
            "answer_days between 1 and 60 and acknowledge_days between 1 and 60 and complaint_days between 1 and 120 and forget_days between 30 and 1825",
            name=op.f("ck_feedback_settings_clocks_within_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_feedback_settings_municipality_id"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_feedback_settings_owner_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_feedback_settings")),
        sa.UniqueConstraint("municipality_id", name=op.f("uq_feedback_settings_municipality_id")),
    )


def _hour_price() -> None:
    op.create_table(
        "hour_price",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("oere", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.CheckConstraint(
            "oere between 1 and 500000", name=op.f("ck_hour_price_price_within_reason")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "scheme_id"],
            ["scheme.municipality_id", "scheme.id"],
            name=op.f("fk_hour_price_municipality_id_scheme_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_hour_price")),
        sa.UniqueConstraint(
            "municipality_id",
            "scheme_id",
            "from_on",
            name=op.f("uq_hour_price_municipality_id_scheme_id_from_on"),
        ),
    )


def _year_grant() -> None:
    op.create_table(
        "year_grant",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("calendar_year", sa.SmallInteger(), nullable=False),
        sa.Column("oere", sa.BigInteger(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.CheckConstraint("oere >= 0", name=op.f("ck_year_grant_grant_not_negative")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "scheme_id"],
            ["scheme.municipality_id", "scheme.id"],
            name=op.f("fk_year_grant_municipality_id_scheme_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_year_grant")),
        sa.UniqueConstraint(
            "municipality_id",
            "scheme_id",
            "calendar_year",
            name=op.f("uq_year_grant_municipality_id_scheme_id_calendar_year"),
        ),
    )
