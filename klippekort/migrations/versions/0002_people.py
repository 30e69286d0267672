"""Suppliers, districts, accounts, care workers and shifts."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and their walls."""
    op.create_table(
        "supplier",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("is_municipal", sa.Boolean(), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_supplier")),
        sa.UniqueConstraint(
            "municipality_id", "name", name=op.f("uq_supplier_municipality_id_name")
        ),
    )
    op.create_table(
        "district",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_district")),
        sa.UniqueConstraint(
            "municipality_id", "name", name=op.f("uq_district_municipality_id_name")
        ),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("display_name", sa.String(length=120), nullable=False),
        sa.Column("created_at", walls.instant(), nullable=False),
        sa.Column("closed_at", walls.instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_table(
        "identity",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_identity_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_issuer_subject")),
    )
    op.create_index(op.f("ix_identity_account_id"), "identity", ["account_id"], unique=False)
    op.create_table(
        "credential",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("secret", sa.String(length=200), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", walls.instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_credential_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint("account_id", "kind", name=op.f("uq_credential_account_id_kind")),
    )
    op.create_table(
        "role_assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.SmallInteger(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("supplier_id", sa.Uuid(), nullable=True),
        sa.Column("district_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_role_assignment_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "district_id"],
            ["district.municipality_id", "district.id"],
            name=op.f("fk_role_assignment_municipality_id_district_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "supplier_id"],
            ["supplier.municipality_id", "supplier.id"],
            name=op.f("fk_role_assignment_municipality_id_supplier_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_role_assignment_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_assignment")),
        sa.UniqueConstraint(
            "account_id",
            "municipality_id",
            "role",
            name=op.f("uq_role_assignment_account_id_municipality_id_role"),
        ),
    )
    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role_assignment_id", sa.Uuid(), nullable=False),
        sa.Column("municipality_id", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", walls.instant(), nullable=False),
        sa.Column("seen_at", walls.instant(), nullable=False),
        sa.Column("ends_at", walls.instant(), nullable=False),
        sa.Column("revoked_at", walls.instant(), nullable=True),
        sa.Column("shown_citizen_id", sa.Uuid(), nullable=True),
        sa.Column("shown_proposal", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_login_session_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_login_session_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["role_assignment_id"],
            ["role_assignment.id"],
            name=op.f("fk_login_session_role_assignment_id"),
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_session")),
    )
    op.create_index(
        op.f("ix_login_session_account_id"), "login_session", ["account_id"], unique=False
    )
    op.create_table(
        "care_worker",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("employee_number", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("supplier_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.String(length=80), nullable=True),
        sa.Column("has_driving_licence", sa.Boolean(), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "district_id"],
            ["district.municipality_id", "district.id"],
            name=op.f("fk_care_worker_municipality_id_district_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "supplier_id"],
            ["supplier.municipality_id", "supplier.id"],
            name=op.f("fk_care_worker_municipality_id_supplier_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_care_worker")),
        sa.UniqueConstraint(
            "municipality_id",
            "employee_number",
            name=op.f("uq_care_worker_municipality_id_employee_number"),
        ),
    )
    op.create_table(
        "shift",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("care_worker_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", walls.instant(), nullable=False),
        sa.Column("ends_at", walls.instant(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=True),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_shift_shift_ends_after_it_starts")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "care_worker_id"],
            ["care_worker.municipality_id", "care_worker.id"],
            name=op.f("fk_shift_municipality_id_care_worker_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_shift")),
        sa.UniqueConstraint(
            "municipality_id",
            "care_worker_id",
            "starts_at",
            name=op.f("uq_shift_municipality_id_care_worker_id_starts_at"),
        ),
    )
    op.create_index(
        op.f("ix_shift_municipality_id_starts_at"),
        "shift",
        ["municipality_id", "starts_at"],
        unique=False,
    )
    walls.municipal("supplier")
    walls.municipal("district")
    walls.open_table("account")
    walls.open_table("identity")
    walls.open_table("credential")
    walls.open_table("role_assignment")
    walls.open_table("login_session")
    walls.municipal("care_worker")
    walls.municipal("shift")


def downgrade() -> None:
    """Take it all away again."""
    op.drop_table("shift")
    op.drop_table("care_worker")
    op.drop_table("login_session")
    op.drop_table("role_assignment")
    op.drop_table("credential")
    op.drop_table("identity")
    op.drop_table("account")
    op.drop_table("district")
    op.drop_table("supplier")
