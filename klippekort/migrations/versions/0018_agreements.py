"""Standing agreements, their exceptions, and the trips they made."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their walls."""
    op.create_table(
        "standing_agreement",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=True),
        sa.Column("destination", sa.String(length=160), nullable=False),
        sa.Column("address", sa.String(length=160), nullable=True),
        sa.Column("postcode", sa.String(length=4), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("every_weeks", sa.SmallInteger(), nullable=False),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("travel_each_way", sa.Integer(), nullable=False),
        sa.Column("transport", sa.String(length=20), nullable=False),
        sa.Column("care_worker_id", sa.Uuid(), nullable=True),
        sa.Column("agreed_how", sa.String(length=20), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", walls.instant(), nullable=False),
        sa.Column("booked_through", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "every_weeks between 1 and 52",
            name=op.f("ck_standing_agreement_every_weeks_within_a_year"),
        ),
        sa.CheckConstraint(
            "minutes > 0 and travel_each_way >= 0",
            name=op.f("ck_standing_agreement_agreement_takes_time"),
        ),
        sa.CheckConstraint(
            "until_on is null or until_on >= from_on",
            name=op.f("ck_standing_agreement_agreement_ends_later"),
        ),
        sa.CheckConstraint(
            "weekday between 0 and 6", name=op.f("ck_standing_agreement_weekday_is_one")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "activity_id"],
            ["activity.municipality_id", "activity.id"],
            name=op.f("fk_standing_agreement_municipality_id_activity_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "care_worker_id"],
            ["care_worker.municipality_id", "care_worker.id"],
            name=op.f("fk_standing_agreement_municipality_id_care_worker_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_standing_agreement_municipality_id_citizen_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_standing_agreement")),
    )
    op.create_index(
        op.f("ix_standing_agreement_municipality_id_citizen_id"),
        "standing_agreement",
        ["municipality_id", "citizen_id"],
        unique=False,
    )
    walls.municipal("standing_agreement")
    op.create_table(
        "agreement_exception",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "agreement_id"],
            ["standing_agreement.municipality_id", "standing_agreement.id"],
            name=op.f("fk_agreement_exception_municipality_id_agreement_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_agreement_exception")),
        sa.UniqueConstraint(
            "municipality_id",
            "agreement_id",
            "on_day",
            name=op.f("uq_agreement_exception_municipality_id_agreement_id_on_day"),
        ),
    )
    walls.municipal("agreement_exception")
    op.create_table(
        "standing_trip",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agreement_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("trip_id", sa.Uuid(), nullable=True),
        sa.Column("refused_by", sa.String(length=60), nullable=True),
        sa.Column("tried_at", walls.instant(), nullable=False),
        sa.CheckConstraint(
            "(trip_id is null) <> (refused_by is null)",
            name=op.f("ck_standing_trip_booked_or_refused"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "agreement_id"],
            ["standing_agreement.municipality_id", "standing_agreement.id"],
            name=op.f("fk_standing_trip_municipality_id_agreement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "trip_id"],
            ["trip.municipality_id", "trip.id"],
            name=op.f("fk_standing_trip_municipality_id_trip_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_standing_trip")),
        sa.UniqueConstraint(
            "municipality_id",
            "agreement_id",
            "on_day",
            name=op.f("uq_standing_trip_municipality_id_agreement_id_on_day"),
        ),
    )
    walls.municipal("standing_trip")


def downgrade() -> None:
    """Take it all away again."""
    op.drop_table("standing_trip")
    op.drop_table("agreement_exception")
    op.drop_table("standing_agreement")
