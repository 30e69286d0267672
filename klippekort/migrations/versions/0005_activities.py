"""Volunteers, activities, dates, seats and hosting."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their walls."""
    op.create_table(
        "association",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_association_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_association")),
        sa.UniqueConstraint(
            "municipality_id", "name", name=op.f("uq_association_municipality_id_name")
        ),
    )
    op.create_table(
        "volunteer",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("association_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", walls.instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "association_id"],
            ["association.municipality_id", "association.id"],
            name=op.f("fk_volunteer_municipality_id_association_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_volunteer_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_volunteer")),
        sa.UniqueConstraint(
            "municipality_id", "email", name=op.f("uq_volunteer_municipality_id_email")
        ),
    )
    op.create_table(
        "activity",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=True),
        sa.Column("association_id", sa.Uuid(), nullable=True),
        sa.Column("place", sa.String(length=120), nullable=False),
        sa.Column("address", sa.String(length=160), nullable=False),
        sa.Column("postcode", sa.String(length=4), nullable=True),
        sa.Column("town", sa.String(length=60), nullable=True),
        sa.Column("access", sa.JSON(), nullable=False),
        sa.Column("price_oere", sa.Integer(), nullable=False),
        sa.Column("helper_price_oere", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("wheelchair_places", sa.Integer(), nullable=False),
        sa.Column("repeats", sa.String(length=10), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("starts", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("declined_reason", sa.String(length=40), nullable=True),
        sa.Column("proposed_at", walls.instant(), nullable=False),
        sa.Column("decided_at", walls.instant(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_activity_capacity_above_zero")),
        sa.CheckConstraint(
            "price_oere >= 0 and helper_price_oere >= 0",
            name=op.f("ck_activity_price_not_negative"),
        ),
        sa.CheckConstraint(
            "wheelchair_places between 0 and capacity",
            name=op.f("ck_activity_wheelchairs_within_capacity"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "association_id"],
            ["association.municipality_id", "association.id"],
            name=op.f("fk_activity_municipality_id_association_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "host_id"],
            ["volunteer.municipality_id", "volunteer.id"],
            name=op.f("fk_activity_municipality_id_host_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_activity_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_activity")),
    )
    op.create_index(
        op.f("ix_activity_municipality_id_state"),
        "activity",
        ["municipality_id", "state"],
        unique=False,
    )
    op.create_table(
        "occurrence",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("original_start", sa.String(length=16), nullable=False),
        sa.Column("starts_at", walls.instant(), nullable=False),
        sa.Column("ends_at", walls.instant(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("wheelchair_places", sa.Integer(), nullable=False),
        sa.Column("seats_taken", sa.Integer(), nullable=False),
        sa.Column("wheelchairs_taken", sa.Integer(), nullable=False),
        sa.Column("cancelled_at", walls.instant(), nullable=True),
        sa.Column("cancelled_reason", sa.String(length=40), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_occurrence_ends_after_it_starts")),
        sa.CheckConstraint(
            "seats_taken between 0 and capacity", name=op.f("ck_occurrence_never_oversold")
        ),
        sa.CheckConstraint(
            "wheelchairs_taken between 0 and wheelchair_places",
            name=op.f("ck_occurrence_wheelchairs_never_oversold"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "activity_id"],
            ["activity.municipality_id", "activity.id"],
            name=op.f("fk_occurrence_municipality_id_activity_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_occurrence")),
        sa.UniqueConstraint(
            "municipality_id",
            "activity_id",
            "original_start",
            name=op.f("uq_occurrence_municipality_id_activity_id_original_start"),
        ),
    )
    op.create_index(
        op.f("ix_occurrence_municipality_id_starts_at"),
        "occurrence",
        ["municipality_id", "starts_at"],
        unique=False,
    )
    op.create_table(
        "sign_up",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("occurrence_id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("takes_wheelchair_place", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("attended", sa.Boolean(), nullable=True),
        sa.Column("made_at", walls.instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_sign_up_municipality_id_citizen_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "occurrence_id"],
            ["occurrence.municipality_id", "occurrence.id"],
            name=op.f("fk_sign_up_municipality_id_occurrence_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_sign_up")),
    )
    op.create_index(
        "one_seat_a_citizen",
        "sign_up",
        ["municipality_id", "occurrence_id", "citizen_id"],
        unique=True,
        sqlite_where=sa.text("state = 'booked'"),
        postgresql_where=sa.text("state = 'booked'"),
    )
    op.create_table(
        "hosting",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("occurrence_id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("guests", sa.Integer(), nullable=False),
        sa.Column("logged_at", walls.instant(), nullable=False),
        sa.CheckConstraint("minutes > 0 and guests >= 0", name=op.f("ck_hosting_hosting_is_real")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "occurrence_id"],
            ["occurrence.municipality_id", "occurrence.id"],
            name=op.f("fk_hosting_municipality_id_occurrence_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "volunteer_id"],
            ["volunteer.municipality_id", "volunteer.id"],
            name=op.f("fk_hosting_municipality_id_volunteer_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_hosting")),
        sa.UniqueConstraint(
            "municipality_id",
            "occurrence_id",
            "volunteer_id",
            name=op.f("uq_hosting_municipality_id_occurrence_id_volunteer_id"),
        ),
    )
    walls.municipal("association")
    walls.municipal("volunteer")
    walls.municipal("activity")
    walls.municipal("occurrence")
    walls.municipal("sign_up")
    walls.municipal("hosting")


def downgrade() -> None:
    """Take it all away again."""
    op.drop_table("hosting")
    op.drop_table("sign_up")
    op.drop_table("occurrence")
    op.drop_table("activity")
    op.drop_table("volunteer")
    op.drop_table("association")
