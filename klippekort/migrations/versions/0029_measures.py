"""Measures of well-being and loneliness, and citizens who have died or moved."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_TABLES = (
    "citizen_leaving",
    "leaving_stop",
    "own_instrument",
    "instrument_wording",
    "measure_settings",
    "measurement",
    "measure_due",
    "measure_duty",
)


def upgrade() -> None:
    """Make the tables and their walls."""
    for make in (
        _citizen_leaving,
        _leaving_stop,
        _own_instrument,
        _instrument_wording,
        _measure_settings,
        _measurement,
        _measure_due,
        _measure_duty,
    ):
        make()
    for table in _TABLES:
        walls.municipal(table)


def downgrade() -> None:
    """Take them away again."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _citizen_leaving() -> None:

    op.create_table(
        "citizen_leaving",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=False),
        sa.Column("told_by", sa.String(length=20), nullable=False),
        sa.Column("may_be_said", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("left_behind_id", sa.Uuid(), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("followed_up_at", walls.instant(), nullable=True),
        sa.Column("undone_at", walls.instant(), nullable=True),
        sa.Column("undone_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind in ('died','moved')", name=op.f("ck_citizen_leaving_known_kind")),
        sa.CheckConstraint(
            "not may_be_said or kind = 'died'", name=op.f("ck_citizen_leaving_only_a_death_is_said")
        ),
        sa.CheckConstraint(
            "left_behind_id is null or (owner_id is not null and follow_up_on is not null)",
            name=op.f("ck_citizen_leaving_nobody_is_left_alone"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_citizen_leaving_municipality_id_citizen_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "left_behind_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_citizen_leaving_municipality_id_left_behind_id"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_citizen_leaving_owner_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_citizen_leaving")),
    )
    op.create_index(
        "one_leaving_at_a_time",
        "citizen_leaving",
        ["municipality_id", "citizen_id"],
        unique=True,
        sqlite_where=sa.text("undone_at is null"),
        postgresql_where=sa.text("undone_at is null"),
    )


def _leaving_stop() -> None:

    op.create_table(
        "leaving_stop",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("leaving_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("restored_at", walls.instant(), nullable=True),
        sa.Column("why_not", sa.String(length=30), nullable=True),
        sa.Column("seen_to_at", walls.instant(), nullable=True),
        sa.CheckConstraint(
            "restored_at is null or why_not is null", name=op.f("ck_leaving_stop_restored_or_not")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "leaving_id"],
            ["citizen_leaving.municipality_id", "citizen_leaving.id"],
            name=op.f("fk_leaving_stop_municipality_id_leaving_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_leaving_stop")),
        sa.UniqueConstraint(
            "municipality_id",
            "leaving_id",
            "what",
            "subject_id",
            name=op.f("uq_leaving_stop_municipality_id_leaving_id_what_subject_id"),
        ),
    )


def _own_instrument() -> None:

    op.create_table(
        "own_instrument",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.String(length=30), nullable=False),
        sa.Column("version", sa.String(length=12), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("added_at", walls.instant(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_own_instrument_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_own_instrument")),
        sa.UniqueConstraint(
            "municipality_id",
            "instrument",
            "version",
            name=op.f("uq_own_instrument_municipality_id_instrument_version"),
        ),
    )


def _instrument_wording() -> None:

    op.create_table(
        "instrument_wording",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.String(length=30), nullable=False),
        sa.Column("version", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("lead", sa.String(length=400), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("may_use", sa.String(length=300), nullable=False),
        sa.Column("written_at", walls.instant(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_instrument_wording_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_instrument_wording")),
        sa.UniqueConstraint(
            "municipality_id",
            "instrument",
            "version",
            "language",
            name=op.f("uq_instrument_wording_municipality_id_instrument_version_language"),
        ),
    )


def _measure_settings() -> None:

    op.create_table(
        "measure_settings",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at_start", sa.JSON(), nullable=False),
        sa.Column("at_end", sa.JSON(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_measure_settings_municipality_id"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_measure_settings_owner_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_measure_settings")),
        sa.UniqueConstraint("municipality_id", name=op.f("uq_measure_settings_municipality_id")),
    )


def _measurement() -> None:

    op.create_table(
        "measurement",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.String(length=30), nullable=False),
        sa.Column("version", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("moment", sa.String(length=10), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("raw", sa.Integer(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=30), nullable=True),
        sa.Column("subscales", sa.JSON(), nullable=False),
        sa.Column("rule_version", sa.SmallInteger(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("replaced_at", walls.instant(), nullable=True),
        sa.Column("replaced_by", sa.Uuid(), nullable=True),
        sa.Column("replaced_because", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "mode in ('self','interview','paper','proxy')", name=op.f("ck_measurement_known_mode")
        ),
        sa.CheckConstraint(
            "moment in ('start','end','check','other')", name=op.f("ck_measurement_known_moment")
        ),
        sa.CheckConstraint(
            "outcome = 'answered' or (raw is null and score is null)",
            name=op.f("ck_measurement_score_needs_answers"),
        ),
        sa.CheckConstraint(
            "outcome in ('answered','declined','not_able')",
            name=op.f("ck_measurement_known_outcome"),
        ),
        sa.CheckConstraint(
            "(replaced_at is null) = (replaced_because is null)",
            name=op.f("ck_measurement_replaced_with_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_measurement_municipality_id_citizen_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_measurement")),
    )
    op.create_index(
        op.f("ix_measurement_municipality_id_instrument_measured_on"),
        "measurement",
        ["municipality_id", "instrument", "measured_on"],
        unique=False,
    )
    op.create_index(
        "one_measure_a_day",
        "measurement",
        ["municipality_id", "citizen_id", "instrument", "measured_on"],
        unique=True,
        sqlite_where=sa.text("replaced_at is null"),
        postgresql_where=sa.text("replaced_at is null"),
    )


def _measure_due() -> None:

    op.create_table(
        "measure_due",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.String(length=30), nullable=False),
        sa.Column("version", sa.String(length=12), nullable=False),
        sa.Column("moment", sa.String(length=10), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("cause_id", sa.Uuid(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("measurement_id", sa.Uuid(), nullable=True),
        sa.Column("set_at", walls.instant(), nullable=False),
        sa.Column("closed_at", walls.instant(), nullable=True),
        sa.CheckConstraint(
            "(state = 'done') = (measurement_id is not null)",
            name=op.f("ck_measure_due_done_by_a_measure"),
        ),
        sa.CheckConstraint(
            "(state = 'open') = (closed_at is null)", name=op.f("ck_measure_due_closed_once")
        ),
        sa.CheckConstraint(
            "moment in ('start','end','check','other')", name=op.f("ck_measure_due_known_moment")
        ),
        sa.CheckConstraint(
            "state in ('open','done','dropped')", name=op.f("ck_measure_due_known_state")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_measure_due_municipality_id_citizen_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "measurement_id"],
            ["measurement.municipality_id", "measurement.id"],
            name=op.f("fk_measure_due_municipality_id_measurement_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_measure_due")),
    )
    op.create_index(
        "due_once",
        "measure_due",
        ["municipality_id", "citizen_id", "instrument", "moment"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        op.f("ix_measure_due_municipality_id_state_due_on"),
        "measure_due",
        ["municipality_id", "state", "due_on"],
        unique=False,
    )


def _measure_duty() -> None:

    op.create_table(
        "measure_duty",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("measurement_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", walls.instant(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("closed_at", walls.instant(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("done", sa.String(length=20), nullable=True),
        sa.Column("done_sealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "(closed_at is null) = (done is null)", name=op.f("ck_measure_duty_closed_with_a_deed")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_measure_duty_municipality_id_citizen_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "measurement_id"],
            ["measurement.municipality_id", "measurement.id"],
            name=op.f("fk_measure_duty_municipality_id_measurement_id"),
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["account.id"], name=op.f("fk_measure_duty_owner_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_measure_duty")),
        sa.UniqueConstraint(
            "municipality_id",
            "measurement_id",
            name=op.f("uq_measure_duty_municipality_id_measurement_id"),
        ),
    )
    op.create_index(
        op.f("ix_measure_duty_municipality_id_closed_at_due_on"),
        "measure_duty",
        ["municipality_id", "closed_at", "due_on"],
        unique=False,
    )
