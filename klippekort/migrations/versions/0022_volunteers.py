"""Associations with agreements and contacts, volunteers with profiles and checks, applications."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_TABLES = (
    "association_contact",
    "association_agreement",
    "volunteer_application",
    "volunteer_company",
    "volunteer_clearance",
    "clearance_rules",
)
_PROFILE = (
    "reach",
    "interests",
    "languages",
    "weekdays",
    "parts",
    "would_rather_not",
    "most_times",
    "most_hours",
    "goes_along",
    "go_along_times",
    "drives",
    "has_car",
    "takes_wheelchair",
    "started_on",
    "paused_until",
    "archived_at",
)


def upgrade() -> None:
    """Add what a volunteer and an association are now known by, and the tables around them."""
    _associations()
    _profiles()
    op.add_column("credential", sa.Column("expires_at", walls.instant(), nullable=True))
    for make in (_contact, _agreement, _application, _company, _clearance, _rules, _promise):
        make()
    for table in _TABLES:
        walls.municipal(table)
    walls.municipal("promise_version", "select, insert")
    walls.append_only("promise_version")


def downgrade() -> None:
    """Take it all away again."""
    walls.drop_append_only("promise_version")
    for table in ("promise_version", *reversed(_TABLES)):
        op.drop_table(table)
    op.drop_column("credential", "expires_at")
    for column in reversed(_PROFILE):
        op.drop_column("volunteer", column)
    for column in ("archived_at", "load_limit"):
        op.drop_column("association", column)


def _associations() -> None:
    within = sa.CheckConstraint(
        "load_limit between 0 and 1000", name=op.f("ck_association_load_limit_within_reason")
    )
    op.add_column("association", sa.Column("load_limit", sa.SmallInteger(), within, nullable=True))
    op.add_column("association", sa.Column("archived_at", walls.instant(), nullable=True))


def _profiles() -> None:
    for name, length in (("reach", 200), ("would_rather_not", 500)):
        text = sa.Column(name, sa.String(length=length), nullable=False, server_default="")
        op.add_column("volunteer", text)
    for name in ("interests", "languages", "weekdays", "parts"):
        codes = sa.Column(name, sa.JSON(), nullable=False, server_default="[]")
        op.add_column("volunteer", codes)
    for name in ("goes_along", "drives", "has_car", "takes_wheelchair"):
        op.add_column(
            "volunteer",
            sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()),
        )
    for name, most in (("most_times", 60), ("most_hours", 200)):
        op.add_column("volunteer", sa.Column(name, sa.SmallInteger(), _within(name, most)))
    op.add_column(
        "volunteer",
        sa.Column(
            "go_along_times",
            sa.SmallInteger(),
            _within("go_along_times", 10),
            nullable=False,
            server_default="2",
        ),
    )
    op.add_column("volunteer", sa.Column("started_on", sa.Date(), nullable=True))
    op.add_column("volunteer", sa.Column("paused_until", sa.Date(), nullable=True))
    op.add_column("volunteer", sa.Column("archived_at", walls.instant(), nullable=True))


def _within(column: str, most: int) -> sa.CheckConstraint:
    named = op.f(f"ck_volunteer_{column}_within_reason")
    return sa.CheckConstraint(f"{column} between 1 and {most}", name=named)


def _contact() -> None:
    op.create_table(
        "association_contact",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("created_at", walls.instant(), nullable=False),
        sa.Column("archived_at", walls.instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id", "association_id"],
            ["association.municipality_id", "association.id"],
            name=op.f("fk_association_contact_municipality_id_association_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_association_contact")),
    )
    op.create_index(
        op.f("ix_association_contact_municipality_id_association_id"),
        "association_contact",
        ["municipality_id", "association_id"],
        unique=False,
    )


def _agreement() -> None:
    op.create_table(
        "association_agreement",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("association_id", sa.Uuid(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("signed_by", sa.String(length=120), nullable=False),
        sa.Column("insurance", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.CheckConstraint(
            "until_on is null or until_on >= from_on",
            name=op.f("ck_association_agreement_agreement_ends_later"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "association_id"],
            ["association.municipality_id", "association.id"],
            name=op.f("fk_association_agreement_municipality_id_association_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_association_agreement")),
    )
    op.create_index(
        op.f("ix_association_agreement_municipality_id_association_id"),
        "association_agreement",
        ["municipality_id", "association_id"],
        unique=False,
    )


def _application() -> None:
    op.create_table(
        "volunteer_application",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("reach", sa.String(length=200), nullable=False),
        sa.Column("association", sa.String(length=120), nullable=False),
        sa.Column("interests", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("would_rather_not", sa.String(length=500), nullable=False),
        sa.Column("goes_along", sa.Boolean(), nullable=False),
        sa.Column("drives", sa.Boolean(), nullable=False),
        sa.Column("likeness", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason_code", sa.String(length=20), nullable=True),
        sa.Column("volunteer_id", sa.Uuid(), nullable=True),
        sa.Column("applied_at", walls.instant(), nullable=False),
        sa.Column("decided_at", walls.instant(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(state = 'waiting') = (decided_at is null)",
            name=op.f("ck_volunteer_application_answered_once"),
        ),
        sa.CheckConstraint(
            "state in ('waiting','welcomed','declined')",
            name=op.f("ck_volunteer_application_known_state"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "volunteer_id"],
            ["volunteer.municipality_id", "volunteer.id"],
            name=op.f("fk_volunteer_application_municipality_id_volunteer_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_volunteer_application_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_volunteer_application")),
    )
    op.create_index(
        op.f("ix_volunteer_application_municipality_id_state_applied_at"),
        "volunteer_application",
        ["municipality_id", "state", "applied_at"],
        unique=False,
    )


def _company() -> None:
    op.create_table(
        "volunteer_company",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("agreed_by", sa.Uuid(), nullable=True),
        sa.Column("agreed_at", walls.instant(), nullable=False),
        sa.Column("cancelled_at", walls.instant(), nullable=True),
        sa.Column("cancelled_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(state = 'cancelled') = (cancelled_at is not null)",
            name=op.f("ck_volunteer_company_cancelled_once"),
        ),
        sa.CheckConstraint(
            "kind in ('go_along','drive')", name=op.f("ck_volunteer_company_known_kind")
        ),
        sa.CheckConstraint(
            "state in ('agreed','cancelled')", name=op.f("ck_volunteer_company_known_state")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_volunteer_company_municipality_id_citizen_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "volunteer_id"],
            ["volunteer.municipality_id", "volunteer.id"],
            name=op.f("fk_volunteer_company_municipality_id_volunteer_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_volunteer_company")),
    )
    op.create_index(
        "one_company_a_day",
        "volunteer_company",
        ["municipality_id", "volunteer_id", "citizen_id", "on_day", "kind"],
        unique=True,
        sqlite_where=sa.text("state = 'agreed'"),
        postgresql_where=sa.text("state = 'agreed'"),
    )
    op.create_index(
        op.f("ix_volunteer_company_municipality_id_citizen_id"),
        "volunteer_company",
        ["municipality_id", "citizen_id"],
        unique=False,
    )


def _clearance() -> None:
    op.create_table(
        "volunteer_clearance",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("renew_by", sa.Date(), nullable=True),
        sa.Column("version", sa.SmallInteger(), nullable=True),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("on_paper", sa.Boolean(), nullable=False),
        sa.Column("assessor_id", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.Column("withdrawn_at", walls.instant(), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'promise') = (version is not null)",
            name=op.f("ck_volunteer_clearance_promise_has_version"),
        ),
        sa.CheckConstraint(
            "kind in ('promise','criminal_record','child_record','course','supervision')",
            name=op.f("ck_volunteer_clearance_known_kind"),
        ),
        sa.CheckConstraint(
            "outcome in ('passed','refused')", name=op.f("ck_volunteer_clearance_known_outcome")
        ),
        sa.CheckConstraint(
            "renew_by is null or renew_by >= assessed_on",
            name=op.f("ck_volunteer_clearance_renewed_later"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "volunteer_id"],
            ["volunteer.municipality_id", "volunteer.id"],
            name=op.f("fk_volunteer_clearance_municipality_id_volunteer_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_volunteer_clearance")),
    )
    op.create_index(
        op.f("ix_volunteer_clearance_municipality_id_volunteer_id"),
        "volunteer_clearance",
        ["municipality_id", "volunteer_id"],
        unique=False,
    )


def _rules() -> None:
    op.create_table(
        "clearance_rules",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("required", sa.JSON(), nullable=False),
        sa.Column("window_days", sa.SmallInteger(), nullable=False),
        sa.Column("grace_days", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "grace_days between 0 and 180", name=op.f("ck_clearance_rules_grace_within_reason")
        ),
        sa.CheckConstraint(
            "window_days between 1 and 365", name=op.f("ck_clearance_rules_window_within_reason")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_clearance_rules_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_clearance_rules")),
        sa.UniqueConstraint("municipality_id", name=op.f("uq_clearance_rules_municipality_id")),
    )


def _promise() -> None:
    op.create_table(
        "promise_version",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        sa.Column("written_at", walls.instant(), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_promise_version_version_above_zero")),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_promise_version_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_promise_version")),
        sa.UniqueConstraint(
            "municipality_id", "version", name=op.f("uq_promise_version_municipality_id_version")
        ),
    )
