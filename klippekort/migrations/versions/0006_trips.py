"""Trips, riders, escorts and what happened."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their walls."""
    op.create_table(
        "trip",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("occurrence_id", sa.Uuid(), nullable=True),
        sa.Column("destination", sa.String(length=160), nullable=False),
        sa.Column("starts_at", walls.instant(), nullable=False),
        sa.Column("ends_at", walls.instant(), nullable=False),
        sa.Column("travel_minutes", sa.Integer(), nullable=False),
        sa.Column("transport", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("started_at", walls.instant(), nullable=True),
        sa.Column("ended_at", walls.instant(), nullable=True),
        sa.Column("booked_by", sa.Uuid(), nullable=True),
        sa.Column("booked_at", walls.instant(), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_trip_trip_ends_after_it_starts")),
        sa.CheckConstraint("travel_minutes >= 0", name=op.f("ck_trip_travel_not_negative")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "occurrence_id"],
            ["occurrence.municipality_id", "occurrence.id"],
            name=op.f("fk_trip_municipality_id_occurrence_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_trip_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_trip")),
    )
    op.create_index(
        op.f("ix_trip_municipality_id_starts_at"),
        "trip",
        ["municipality_id", "starts_at"],
        unique=False,
    )
    op.create_table(
        "trip_rider",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trip_id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("card_id", sa.Uuid(), nullable=False),
        sa.Column("sign_up_id", sa.Uuid(), nullable=True),
        sa.Column("starts_at", walls.instant(), nullable=False),
        sa.Column("ends_at", walls.instant(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("planned_minutes", sa.Integer(), nullable=False),
        sa.Column("charged_minutes", sa.Integer(), nullable=True),
        sa.Column("agreed_how", sa.String(length=20), nullable=False),
        sa.CheckConstraint("planned_minutes >= 0", name=op.f("ck_trip_rider_planned_not_negative")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "card_id"],
            ["punch_card.municipality_id", "punch_card.id"],
            name=op.f("fk_trip_rider_municipality_id_card_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_trip_rider_municipality_id_citizen_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "sign_up_id"],
            ["sign_up.municipality_id", "sign_up.id"],
            name=op.f("fk_trip_rider_municipality_id_sign_up_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "trip_id"],
            ["trip.municipality_id", "trip.id"],
            name=op.f("fk_trip_rider_municipality_id_trip_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_trip_rider")),
        sa.UniqueConstraint(
            "municipality_id",
            "trip_id",
            "citizen_id",
            name=op.f("uq_trip_rider_municipality_id_trip_id_citizen_id"),
        ),
    )
    op.create_index(
        op.f("ix_trip_rider_municipality_id_citizen_id_starts_at"),
        "trip_rider",
        ["municipality_id", "citizen_id", "starts_at"],
        unique=False,
    )
    op.create_table(
        "trip_escort",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trip_id", sa.Uuid(), nullable=False),
        sa.Column("care_worker_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", walls.instant(), nullable=False),
        sa.Column("ends_at", walls.instant(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "care_worker_id"],
            ["care_worker.municipality_id", "care_worker.id"],
            name=op.f("fk_trip_escort_municipality_id_care_worker_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "trip_id"],
            ["trip.municipality_id", "trip.id"],
            name=op.f("fk_trip_escort_municipality_id_trip_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_trip_escort")),
    )
    op.create_index(
        op.f("ix_trip_escort_municipality_id_care_worker_id_starts_at"),
        "trip_escort",
        ["municipality_id", "care_worker_id", "starts_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_trip_escort_municipality_id_trip_id"),
        "trip_escort",
        ["municipality_id", "trip_id"],
        unique=False,
    )
    op.create_table(
        "trip_event",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trip_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("happened_at", walls.instant(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "trip_id"],
            ["trip.municipality_id", "trip.id"],
            name=op.f("fk_trip_event_municipality_id_trip_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_trip_event")),
    )
    op.create_index(
        op.f("ix_trip_event_municipality_id_trip_id"),
        "trip_event",
        ["municipality_id", "trip_id"],
        unique=False,
    )
    walls.municipal("trip")
    walls.municipal("trip_rider")
    walls.municipal("trip_escort")
    walls.municipal("trip_event", "select, insert")
    walls.append_only("trip_event")
    walls.one_place_at_a_time("trip_rider", "citizen_id")
    walls.one_place_at_a_time("trip_escort", "care_worker_id")


def downgrade() -> None:
    """Take it all away again."""
    walls.drop_append_only("trip_event")
    op.drop_table("trip_event")
    op.drop_table("trip_escort")
    op.drop_table("trip_rider")
    op.drop_table("trip")
