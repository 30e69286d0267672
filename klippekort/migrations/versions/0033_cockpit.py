"""What was counted for the five guideposts and in talks, how it is told, and yearly reports."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_TABLES = ("cockpit_count", "barrier_count", "cockpit_settings", "yearly_report")

_RIDERS = "ix_trip_rider_municipality_id_starts_at"


def upgrade() -> None:
    """Make the tables and their walls."""
    for make in (_count, _barriers, _settings, _report):
        make()
    for table in _TABLES:
        walls.municipal(table)
    op.create_index(_RIDERS, "trip_rider", ["municipality_id", "starts_at"])


def downgrade() -> None:
    """Take them away."""
    op.drop_index(_RIDERS, "trip_rider")
    for table in reversed(_TABLES):
        op.drop_table(table)


def _count() -> None:
    op.create_table(
        "cockpit_count",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("measure", sa.String(length=40), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=True),
        sa.Column("supplier_id", sa.Uuid(), nullable=True),
        sa.Column("cut", sa.String(length=120), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint("people >= 0", name=op.f("ck_cockpit_count_people_not_negative")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "district_id"],
            ["district.municipality_id", "district.id"],
            name=op.f("fk_cockpit_count_municipality_id_district_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "supplier_id"],
            ["supplier.municipality_id", "supplier.id"],
            name=op.f("fk_cockpit_count_municipality_id_supplier_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_cockpit_count")),
    )
    op.create_index(
        op.f("ix_cockpit_count_municipality_id_month"),
        "cockpit_count",
        ["municipality_id", "month"],
    )


def _barriers() -> None:
    op.create_table(
        "barrier_count",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("district_id", sa.Uuid(), nullable=True),
        sa.Column("supplier_id", sa.Uuid(), nullable=True),
        sa.Column("barrier", sa.String(length=40), nullable=False),
        sa.Column("talks", sa.Integer(), nullable=False),
        sa.CheckConstraint("talks > 0", name=op.f("ck_barrier_count_talks_were_held")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "district_id"],
            ["district.municipality_id", "district.id"],
            name=op.f("fk_barrier_count_municipality_id_district_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "supplier_id"],
            ["supplier.municipality_id", "supplier.id"],
            name=op.f("fk_barrier_count_municipality_id_supplier_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_barrier_count")),
    )
    op.create_index(
        op.f("ix_barrier_count_municipality_id_month"),
        "barrier_count",
        ["municipality_id", "month"],
    )


def _settings() -> None:
    op.create_table(
        "cockpit_settings",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("fewest", sa.SmallInteger(), nullable=False),
        sa.Column("counted_at", walls.instant(), nullable=True),
        sa.Column("first_month", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "fewest between 3 and 50", name=op.f("ck_cockpit_settings_fewest_within_reason")
        ),
        sa.CheckConstraint(
            "(counted_at is null) = (first_month is null)",
            name=op.f("ck_cockpit_settings_counted_from_a_month"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_cockpit_settings_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_cockpit_settings")),
        sa.UniqueConstraint("municipality_id", name=op.f("uq_cockpit_settings_municipality_id")),
    )


def _report() -> None:
    op.create_table(
        "yearly_report",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.SmallInteger(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("done", sa.SmallInteger(), nullable=False),
        sa.Column("steps", sa.SmallInteger(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("started_at", walls.instant(), nullable=False),
        sa.Column("beat_at", walls.instant(), nullable=False),
        sa.Column("finished_at", walls.instant(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("pdf", sa.LargeBinary(), nullable=True),
        sa.Column("workbook", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting','running','done','failed')",
            name=op.f("ck_yearly_report_known_state"),
        ),
        sa.CheckConstraint(
            "year between 2000 and 2100", name=op.f("ck_yearly_report_year_within_reason")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_yearly_report_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_yearly_report")),
    )
    op.create_index(
        op.f("ix_yearly_report_municipality_id_started_at"),
        "yearly_report",
        ["municipality_id", "started_at"],
    )
