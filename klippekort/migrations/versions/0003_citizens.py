"""Citizens, their absences, and openings of access."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their walls."""
    op.create_table(
        "citizen",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("first_name", sa.String(length=80), nullable=False),
        sa.Column("last_name", sa.String(length=80), nullable=False),
        sa.Column("search_name", sa.String(length=170), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("person_number_index", sa.String(length=64), nullable=False),
        sa.Column("person_number_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("address_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("phone_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("postcode", sa.String(length=4), nullable=True),
        sa.Column("town", sa.String(length=60), nullable=True),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=True),
        sa.Column("setting", sa.String(length=20), nullable=False),
        sa.Column("functional_level", sa.Integer(), nullable=True),
        sa.Column("lives_alone", sa.Boolean(), nullable=True),
        sa.Column("aids", sa.JSON(), nullable=False),
        sa.Column("needs_wheelchair", sa.Boolean(), nullable=False),
        sa.Column("home_care_minutes", sa.Numeric(precision=7, scale=2), nullable=True),
        sa.Column("has_protected_address", sa.Boolean(), nullable=False),
        sa.Column("created_at", walls.instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "district_id"],
            ["district.municipality_id", "district.id"],
            name=op.f("fk_citizen_municipality_id_district_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "supplier_id"],
            ["supplier.municipality_id", "supplier.id"],
            name=op.f("fk_citizen_municipality_id_supplier_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_citizen_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_citizen")),
        sa.UniqueConstraint(
            "municipality_id",
            "person_number_index",
            name=op.f("uq_citizen_municipality_id_person_number_index"),
        ),
    )
    op.create_index(
        op.f("ix_citizen_municipality_id_search_name"),
        "citizen",
        ["municipality_id", "search_name"],
        unique=False,
    )
    op.create_index(
        op.f("ix_citizen_municipality_id_supplier_id_district_id"),
        "citizen",
        ["municipality_id", "supplier_id", "district_id"],
        unique=False,
    )
    op.create_table(
        "absence",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.CheckConstraint(
            "until_on is null or until_on >= from_on",
            name=op.f("ck_absence_absence_ends_after_start"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_absence_municipality_id_citizen_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_absence")),
    )
    op.create_index(
        op.f("ix_absence_municipality_id_citizen_id"),
        "absence",
        ["municipality_id", "citizen_id"],
        unique=False,
    )
    op.create_table(
        "access_opening",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("opened_at", walls.instant(), nullable=False),
        sa.Column("ends_at", walls.instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_access_opening_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_access_opening_municipality_id_citizen_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_access_opening")),
    )
    op.create_index(
        op.f("ix_access_opening_municipality_id_account_id_citizen_id"),
        "access_opening",
        ["municipality_id", "account_id", "citizen_id"],
        unique=False,
    )
    walls.municipal("citizen")
    walls.municipal("absence")
    walls.municipal("access_opening")


def downgrade() -> None:
    """Take it all away again."""
    op.drop_table("access_opening")
    op.drop_table("absence")
    op.drop_table("citizen")
