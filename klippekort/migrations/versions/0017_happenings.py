"""What happens on a trip and after it: incidents, notes, greetings, and whom to call."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their walls."""
    op.add_column("citizen", sa.Column("escort_note_encrypted", sa.LargeBinary(), nullable=True))
    op.add_column("citizen", sa.Column("record_ref", sa.String(length=60), nullable=True))
    op.create_index(
        "ix_citizen_record_ref", "citizen", ["municipality_id", "record_ref"], unique=True
    )
    within = sa.CheckConstraint(
        "rest_minutes between 0 and 60", name=op.f("ck_municipality_rest_within_reason")
    )
    op.add_column(
        "municipality",
        sa.Column("rest_minutes", sa.SmallInteger(), within, nullable=False, server_default="5"),
    )
    op.add_column("municipality", sa.Column("nurse_phone", sa.String(length=20), nullable=True))
    op.add_column(
        "municipality", sa.Column("incident_report", sa.String(length=200), nullable=True)
    )
    op.create_table(
        "citizen_contact",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("name_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("phone_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("is_next_of_kin", sa.Boolean(), nullable=False),
        sa.Column("gets_greetings", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.Column("ended_at", walls.instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_citizen_contact_municipality_id_citizen_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_citizen_contact")),
    )
    op.create_index(
        op.f("ix_citizen_contact_municipality_id_citizen_id"),
        "citizen_contact",
        ["municipality_id", "citizen_id"],
        unique=False,
    )
    walls.municipal("citizen_contact")
    op.create_table(
        "trip_note",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trip_id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("text_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        sa.Column("written_at", walls.instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_trip_note_municipality_id_citizen_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "trip_id"],
            ["trip.municipality_id", "trip.id"],
            name=op.f("fk_trip_note_municipality_id_trip_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_trip_note")),
    )
    op.create_index(
        op.f("ix_trip_note_municipality_id_trip_id"),
        "trip_note",
        ["municipality_id", "trip_id"],
        unique=False,
    )
    walls.municipal("trip_note")
    op.create_table(
        "incident",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trip_id", sa.Uuid(), nullable=True),
        sa.Column("occurrence_id", sa.Uuid(), nullable=True),
        sa.Column("supplier_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("effect", sa.String(length=10), nullable=False),
        sa.Column("happened_at", walls.instant(), nullable=False),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("reported_at", walls.instant(), nullable=True),
        sa.Column("closed_at", walls.instant(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "trip_id is not null or occurrence_id is not null",
            name=op.f("ck_incident_incident_is_somewhere"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "occurrence_id"],
            ["occurrence.municipality_id", "occurrence.id"],
            name=op.f("fk_incident_municipality_id_occurrence_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "trip_id"],
            ["trip.municipality_id", "trip.id"],
            name=op.f("fk_incident_municipality_id_trip_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_incident_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_incident")),
    )
    op.create_index(
        op.f("ix_incident_municipality_id_closed_at"),
        "incident",
        ["municipality_id", "closed_at"],
        unique=False,
    )
    walls.municipal("incident")
    op.create_table(
        "greeting",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("trip_id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("text_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("agreed_how", sa.String(length=20), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        sa.Column("written_at", walls.instant(), nullable=False),
        sa.Column("erase_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_greeting_municipality_id_citizen_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "contact_id"],
            ["citizen_contact.municipality_id", "citizen_contact.id"],
            name=op.f("fk_greeting_municipality_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "trip_id"],
            ["trip.municipality_id", "trip.id"],
            name=op.f("fk_greeting_municipality_id_trip_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_greeting")),
    )
    op.create_index(
        op.f("ix_greeting_municipality_id_erase_on"),
        "greeting",
        ["municipality_id", "erase_on"],
        unique=False,
    )
    walls.municipal("greeting")


def downgrade() -> None:
    """Take it all away again."""
    op.drop_table("greeting")
    op.drop_table("incident")
    op.drop_table("trip_note")
    op.drop_table("citizen_contact")
    for column in ("incident_report", "nurse_phone", "rest_minutes"):
        op.drop_column("municipality", column)
    op.drop_index("ix_citizen_record_ref", table_name="citizen")
    op.drop_column("citizen", "record_ref")
    op.drop_column("citizen", "escort_note_encrypted")
