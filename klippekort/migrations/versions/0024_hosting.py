"""Who offers and is asked to host, the search for somebody else, expenses, and words."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_TABLES = (
    "host_offer",
    "host_search",
    "host_expense",
    "host_settings",
    "hosting_terms",
    "host_word",
)
_IS_FOR_ONE = (
    "(role = 'host' and occurrence_id is not null and trip_id is null and citizen_id is null) or "
    "(role <> 'host' and occurrence_id is null and trip_id is not null and citizen_id is not null)"
)


def upgrade() -> None:
    """Make the tables and their walls; what was logged before was confirmed when it was logged."""
    op.add_column("hosting", sa.Column("offered_minutes", sa.Integer(), nullable=True))
    op.add_column("hosting", sa.Column("corrected_at", walls.instant(), nullable=True))
    for make in (_offer, _search, _expense, _settings, _terms, _word):
        make()
    for table in _TABLES:
        walls.municipal(table)


def downgrade() -> None:
    """Take it all away again; the hours that were logged stay."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    for column in ("corrected_at", "offered_minutes"):
        op.drop_column("hosting", column)


def _offer() -> None:
    op.create_table(
        "host_offer",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("occurrence_id", sa.Uuid(), nullable=True),
        sa.Column("trip_id", sa.Uuid(), nullable=True),
        sa.Column("citizen_id", sa.Uuid(), nullable=True),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("wave", sa.SmallInteger(), nullable=True),
        sa.Column("meeting_point", sa.String(length=120), nullable=False),
        sa.Column("asked_at", walls.instant(), nullable=False),
        sa.Column("answer_by", walls.instant(), nullable=True),
        sa.Column("answered_at", walls.instant(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(_IS_FOR_ONE, name=op.f("ck_host_offer_is_for_one_thing")),
        sa.CheckConstraint(
            "role in ('host','go_along','driver')", name=op.f("ck_host_offer_known_role")
        ),
        sa.CheckConstraint(
            "state in ('offered','asked','accepted','declined','withdrawn','covered')",
            name=op.f("ck_host_offer_known_state"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_host_offer_municipality_id_citizen_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "occurrence_id"],
            ["occurrence.municipality_id", "occurrence.id"],
            name=op.f("fk_host_offer_municipality_id_occurrence_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "trip_id"],
            ["trip.municipality_id", "trip.id"],
            name=op.f("fk_host_offer_municipality_id_trip_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "volunteer_id"],
            ["volunteer.municipality_id", "volunteer.id"],
            name=op.f("fk_host_offer_municipality_id_volunteer_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_host_offer")),
        sa.UniqueConstraint(
            "municipality_id",
            "occurrence_id",
            "volunteer_id",
            name=op.f("uq_host_offer_municipality_id_occurrence_id_volunteer_id"),
        ),
        sa.UniqueConstraint(
            "municipality_id",
            "trip_id",
            "citizen_id",
            "volunteer_id",
            "role",
            name="one_question_a_trip",
        ),
    )
    op.create_index(
        op.f("ix_host_offer_municipality_id_state"),
        "host_offer",
        ["municipality_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_host_offer_municipality_id_volunteer_id_state"),
        "host_offer",
        ["municipality_id", "volunteer_id", "state"],
        unique=False,
    )


def _search() -> None:
    op.create_table(
        "host_search",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("occurrence_id", sa.Uuid(), nullable=True),
        sa.Column("trip_id", sa.Uuid(), nullable=True),
        sa.Column("citizen_id", sa.Uuid(), nullable=True),
        sa.Column("meeting_point", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("wave", sa.SmallInteger(), nullable=False),
        sa.Column("opened_at", walls.instant(), nullable=False),
        sa.Column("next_at", walls.instant(), nullable=False),
        sa.Column("covered_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", walls.instant(), nullable=True),
        sa.CheckConstraint(_IS_FOR_ONE, name=op.f("ck_host_search_is_for_one_thing")),
        sa.CheckConstraint(
            "(state = 'covered') = (covered_by is not null)",
            name=op.f("ck_host_search_covered_by_one"),
        ),
        sa.CheckConstraint(
            "role in ('host','go_along','driver')", name=op.f("ck_host_search_known_role")
        ),
        sa.CheckConstraint(
            "state in ('open','covered','unanswered','closed')",
            name=op.f("ck_host_search_known_state"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_host_search_municipality_id_citizen_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "covered_by"],
            ["volunteer.municipality_id", "volunteer.id"],
            name=op.f("fk_host_search_municipality_id_covered_by"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "occurrence_id"],
            ["occurrence.municipality_id", "occurrence.id"],
            name=op.f("fk_host_search_municipality_id_occurrence_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "trip_id"],
            ["trip.municipality_id", "trip.id"],
            name=op.f("fk_host_search_municipality_id_trip_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_host_search")),
        sa.UniqueConstraint(
            "municipality_id",
            "occurrence_id",
            name=op.f("uq_host_search_municipality_id_occurrence_id"),
        ),
        sa.UniqueConstraint(
            "municipality_id",
            "trip_id",
            "citizen_id",
            "role",
            name=op.f("uq_host_search_municipality_id_trip_id_citizen_id_role"),
        ),
    )
    op.create_index(
        op.f("ix_host_search_municipality_id_state_next_at"),
        "host_search",
        ["municipality_id", "state", "next_at"],
        unique=False,
    )


def _expense() -> None:
    op.create_table(
        "host_expense",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("spent_on", sa.Date(), nullable=False),
        sa.Column("oere", sa.Integer(), nullable=False),
        sa.Column("km", sa.SmallInteger(), nullable=True),
        sa.Column("rate_oere", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("claimed_at", walls.instant(), nullable=False),
        sa.Column("decided_at", walls.instant(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(purpose = 'mileage') = (km is not null)",
            name=op.f("ck_host_expense_mileage_has_distance"),
        ),
        sa.CheckConstraint(
            "state in ('claimed','approved','declined','withdrawn')",
            name=op.f("ck_host_expense_known_state"),
        ),
        sa.CheckConstraint(
            "(km is null) = (rate_oere is null)", name=op.f("ck_host_expense_distance_has_rate")
        ),
        sa.CheckConstraint(
            "km between 1 and 500", name=op.f("ck_host_expense_distance_within_reason")
        ),
        sa.CheckConstraint(
            "oere between 0 and 1000000", name=op.f("ck_host_expense_amount_within_reason")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "volunteer_id"],
            ["volunteer.municipality_id", "volunteer.id"],
            name=op.f("fk_host_expense_municipality_id_volunteer_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_host_expense")),
    )
    op.create_index(
        op.f("ix_host_expense_municipality_id_state"),
        "host_expense",
        ["municipality_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_host_expense_municipality_id_volunteer_id_spent_on"),
        "host_expense",
        ["municipality_id", "volunteer_id", "spent_on"],
        unique=False,
    )


def _settings() -> None:
    op.create_table(
        "host_settings",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("counts_only", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "activity_id"],
            ["activity.municipality_id", "activity.id"],
            name=op.f("fk_host_settings_municipality_id_activity_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_host_settings")),
        sa.UniqueConstraint(
            "municipality_id",
            "activity_id",
            name=op.f("uq_host_settings_municipality_id_activity_id"),
        ),
    )


def _terms() -> None:
    op.create_table(
        "hosting_terms",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("km_rate_oere", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "km_rate_oere between 0 and 2000", name=op.f("ck_hosting_terms_rate_within_reason")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_hosting_terms_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_hosting_terms")),
        sa.UniqueConstraint("municipality_id", name=op.f("uq_hosting_terms_municipality_id")),
    )


def _word() -> None:
    op.create_table(
        "host_word",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=False),
        sa.Column("occurrence_id", sa.Uuid(), nullable=True),
        sa.Column("volunteer_id", sa.Uuid(), nullable=True),
        sa.Column("word", sa.String(length=20), nullable=False),
        sa.Column("said_at", walls.instant(), nullable=False),
        sa.Column("said_by", sa.Uuid(), nullable=True),
        sa.Column("handled_at", walls.instant(), nullable=True),
        sa.Column("handled_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(volunteer_id is null) = (word in ('love_back','cannot_come'))",
            name=op.f("ck_host_word_said_by_host"),
        ),
        sa.CheckConstraint(
            "word in ('missed','good_time','wanted_back','asked_for_talk','love_back',"
            "'cannot_come')",
            name=op.f("ck_host_word_known_word"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "activity_id"],
            ["activity.municipality_id", "activity.id"],
            name=op.f("fk_host_word_municipality_id_activity_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_host_word_municipality_id_citizen_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "occurrence_id"],
            ["occurrence.municipality_id", "occurrence.id"],
            name=op.f("fk_host_word_municipality_id_occurrence_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "volunteer_id"],
            ["volunteer.municipality_id", "volunteer.id"],
            name=op.f("fk_host_word_municipality_id_volunteer_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_host_word")),
    )
    op.create_index(
        op.f("ix_host_word_municipality_id_activity_id_said_at"),
        "host_word",
        ["municipality_id", "activity_id", "said_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_host_word_municipality_id_citizen_id_said_at"),
        "host_word",
        ["municipality_id", "citizen_id", "said_at"],
        unique=False,
    )
