"""Courses: where each stands, the talks, what fits whom, and what people give to others."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_KEPT = ("course_guide", "course_step")
_TABLES = (
    "course_guide",
    "course_settings",
    "course",
    "course_step",
    "course_hand_over",
    "course_check",
    "course_evaluation",
    "course_talk",
    "match_profile",
    "suggestion_no",
    "introduction",
    "citizen_gift",
    "gift_deed",
)


def upgrade() -> None:
    """Make the tables and their walls; a guide and a step are written once."""
    for make in (
        _course_guide,
        _course_settings,
        _course,
        _course_step,
        _course_hand_over,
        _course_check,
        _course_evaluation,
        _course_talk,
        _match_profile,
        _suggestion_no,
        _introduction,
        _citizen_gift,
        _gift_deed,
    ):
        make()
    for table in _TABLES:
        if table in _KEPT:
            walls.municipal(table, "select, insert")
            walls.append_only(table)
        else:
            walls.municipal(table)


def downgrade() -> None:
    """Take it all away again."""
    for table in _KEPT:
        walls.drop_append_only(table)
    for table in reversed(_TABLES):
        op.drop_table(table)


def _course_guide() -> None:
    op.create_table(
        "course_guide",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("hidden", sa.JSON(), nullable=False),
        sa.Column("chips", sa.JSON(), nullable=False),
        sa.Column("written_at", walls.instant(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("version > 0", name=op.f("ck_course_guide_version_above_zero")),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_course_guide_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_course_guide")),
        sa.UniqueConstraint(
            "municipality_id", "version", name=op.f("uq_course_guide_municipality_id_version")
        ),
    )


def _course_settings() -> None:
    op.create_table(
        "course_settings",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"],
            ["municipality.id"],
            name=op.f("fk_course_settings_municipality_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_course_settings")),
        sa.UniqueConstraint("municipality_id", name=op.f("uq_course_settings_municipality_id")),
    )


def _course() -> None:
    op.create_table(
        "course",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("phase", sa.String(length=16), nullable=False),
        sa.Column("held_phase", sa.String(length=16), nullable=True),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("phase_since", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("not_before_on", sa.Date(), nullable=True),
        sa.Column("responsible_id", sa.Uuid(), nullable=True),
        sa.Column("responsible_name", sa.String(length=120), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=True),
        sa.Column("host_name", sa.String(length=120), nullable=False),
        sa.Column("activity_id", sa.Uuid(), nullable=True),
        sa.Column("in_a_group", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(phase in ('paused','stopped')) = (held_phase is not null)",
            name=op.f("ck_course_held_while_it_rests"),
        ),
        sa.CheckConstraint(
            "(phase not in ('declined','closed','stopped')) = (ended_on is null)",
            name=op.f("ck_course_ended_has_a_day"),
        ),
        sa.CheckConstraint(
            "phase in ('spotted','talk','clarified','matched','first_contact','escorted','handed_over','settled','followed_up','paused','declined','closed','stopped')",
            name=op.f("ck_course_known_phase"),
        ),
        sa.CheckConstraint(
            "activity_id is null or not in_a_group", name=op.f("ck_course_one_thing_chosen")
        ),
        sa.CheckConstraint("ended_on >= opened_on", name=op.f("ck_course_ends_after_it_begins")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "activity_id"],
            ["activity.municipality_id", "activity.id"],
            name=op.f("fk_course_municipality_id_activity_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_course_municipality_id_citizen_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "host_id"],
            ["volunteer.municipality_id", "volunteer.id"],
            name=op.f("fk_course_municipality_id_host_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_course")),
    )
    op.create_index(
        op.f("ix_course_municipality_id_phase"),
        "course",
        ["municipality_id", "phase"],
        unique=False,
    )
    op.create_index(
        "one_open_course",
        "course",
        ["municipality_id", "citizen_id"],
        unique=True,
        sqlite_where=sa.text("phase not in ('declined','closed','stopped')"),
        postgresql_where=sa.text("phase not in ('declined','closed','stopped')"),
    )


def _course_step() -> None:
    op.create_table(
        "course_step",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("from_phase", sa.String(length=16), nullable=True),
        sa.Column("to_phase", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorder_name", sa.String(length=120), nullable=False),
        sa.CheckConstraint(
            "to_phase in ('spotted','talk','clarified','matched','first_contact','escorted','handed_over','settled','followed_up','paused','declined','closed','stopped')",
            name=op.f("ck_course_step_known_phase"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "course_id"],
            ["course.municipality_id", "course.id"],
            name=op.f("fk_course_step_municipality_id_course_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_course_step")),
    )
    op.create_index(
        op.f("ix_course_step_municipality_id_course_id"),
        "course_step",
        ["municipality_id", "course_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_course_step_municipality_id_to_phase_on_day"),
        "course_step",
        ["municipality_id", "to_phase", "on_day"],
        unique=False,
    )


def _course_hand_over() -> None:
    op.create_table(
        "course_hand_over",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=True),
        sa.Column("receiver_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("overlap_on", sa.Date(), nullable=True),
        sa.Column("told_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("has_consent", sa.Boolean(), nullable=False),
        sa.Column("fallback_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "form in ('volunteer','peer','relative','own_way','flex_transport')",
            name=op.f("ck_course_hand_over_known_form"),
        ),
        sa.CheckConstraint(
            "told_sealed is null or has_consent", name=op.f("ck_course_hand_over_told_with_consent")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_course_hand_over_municipality_id_citizen_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "course_id"],
            ["course.municipality_id", "course.id"],
            name=op.f("fk_course_hand_over_municipality_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "volunteer_id"],
            ["volunteer.municipality_id", "volunteer.id"],
            name=op.f("fk_course_hand_over_municipality_id_volunteer_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_course_hand_over")),
    )
    op.create_index(
        op.f("ix_course_hand_over_municipality_id_course_id"),
        "course_hand_over",
        ["municipality_id", "course_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_course_hand_over_municipality_id_on_day"),
        "course_hand_over",
        ["municipality_id", "on_day"],
        unique=False,
    )


def _course_check() -> None:
    op.create_table(
        "course_check",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("hand_over_id", sa.Uuid(), nullable=False),
        sa.Column("weeks", sa.SmallInteger(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "outcome in ('continue','change','end','reassess','dropped')",
            name=op.f("ck_course_check_known_outcome"),
        ),
        sa.CheckConstraint(
            "(outcome is null) = (done_on is null)", name=op.f("ck_course_check_done_has_a_day")
        ),
        sa.CheckConstraint(
            "weeks between 1 and 52", name=op.f("ck_course_check_weeks_within_reason")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "course_id"],
            ["course.municipality_id", "course.id"],
            name=op.f("fk_course_check_municipality_id_course_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "hand_over_id"],
            ["course_hand_over.municipality_id", "course_hand_over.id"],
            name=op.f("fk_course_check_municipality_id_hand_over_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_course_check")),
        sa.UniqueConstraint(
            "municipality_id",
            "hand_over_id",
            "weeks",
            name=op.f("uq_course_check_municipality_id_hand_over_id_weeks"),
        ),
    )
    op.create_index(
        op.f("ix_course_check_municipality_id_course_id"),
        "course_check",
        ["municipality_id", "course_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_course_check_municipality_id_due_on"),
        "course_check",
        ["municipality_id", "due_on"],
        unique=False,
    )


def _course_evaluation() -> None:
    op.create_table(
        "course_evaluation",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("heard", sa.String(length=10), nullable=False),
        sa.Column("needed", sa.String(length=10), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("recorded_at", walls.instant(), nullable=False),
        sa.CheckConstraint(
            "heard in ('yes','somewhat','no','not_asked')",
            name=op.f("ck_course_evaluation_known_heard"),
        ),
        sa.CheckConstraint(
            "needed in ('yes','somewhat','no','not_asked')",
            name=op.f("ck_course_evaluation_known_needed"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "course_id"],
            ["course.municipality_id", "course.id"],
            name=op.f("fk_course_evaluation_municipality_id_course_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_course_evaluation")),
    )
    op.create_index(
        op.f("ix_course_evaluation_municipality_id_asked_on"),
        "course_evaluation",
        ["municipality_id", "asked_on"],
        unique=False,
    )
    op.create_index(
        op.f("ix_course_evaluation_municipality_id_course_id"),
        "course_evaluation",
        ["municipality_id", "course_id"],
        unique=False,
    )


def _course_talk() -> None:
    op.create_table(
        "course_talk",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("guide_version", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("answers_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("not_now_until", sa.Date(), nullable=True),
        sa.Column("begun_at", walls.instant(), nullable=False),
        sa.Column("saved_at", walls.instant(), nullable=False),
        sa.Column("finished_at", walls.instant(), nullable=True),
        sa.Column("talked_by", sa.Uuid(), nullable=True),
        sa.Column("talker_name", sa.String(length=120), nullable=False),
        sa.CheckConstraint(
            "(state = 'finished') = (finished_at is not null)",
            name=op.f("ck_course_talk_finished_once"),
        ),
        sa.CheckConstraint("state in ('open','finished')", name=op.f("ck_course_talk_known_state")),
        sa.CheckConstraint("guide_version >= 0", name=op.f("ck_course_talk_version_not_negative")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_course_talk_municipality_id_citizen_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_course_talk")),
    )
    op.create_index(
        op.f("ix_course_talk_municipality_id_citizen_id"),
        "course_talk",
        ["municipality_id", "citizen_id"],
        unique=False,
    )
    op.create_index(
        "one_open_talk",
        "course_talk",
        ["municipality_id", "citizen_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )


def _match_profile() -> None:
    op.create_table(
        "match_profile",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("interests", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("company", sa.String(length=8), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.Column("minds_money", sa.Boolean(), nullable=False),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.Column("meets_people", sa.Boolean(), nullable=False),
        sa.Column("stairwell", sa.String(length=64), nullable=True),
        sa.Column("works", sa.JSON(), nullable=False),
        sa.Column("updated_at", walls.instant(), nullable=False),
        sa.Column("stopped_at", walls.instant(), nullable=True),
        sa.CheckConstraint(
            "company in ('one','few','many','any')", name=op.f("ck_match_profile_known_company")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_match_profile_municipality_id_citizen_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_match_profile")),
        sa.UniqueConstraint(
            "municipality_id",
            "citizen_id",
            name=op.f("uq_match_profile_municipality_id_citizen_id"),
        ),
    )


def _suggestion_no() -> None:
    op.create_table(
        "suggestion_no",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=10), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("because", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("part", sa.String(length=10), nullable=False),
        sa.Column("oere", sa.Integer(), nullable=False),
        sa.Column("said_at", walls.instant(), nullable=False),
        sa.Column("said_to", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "because in ('too_far','too_many','not_my_thing','wrong_time','too_dear','other')",
            name=op.f("ck_suggestion_no_known_reason"),
        ),
        sa.CheckConstraint(
            "subject in ('activity','group','friend','person')",
            name=op.f("ck_suggestion_no_known_subject"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_suggestion_no_municipality_id_citizen_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_suggestion_no")),
        sa.UniqueConstraint(
            "municipality_id",
            "citizen_id",
            "subject",
            "subject_id",
            name=op.f("uq_suggestion_no_municipality_id_citizen_id_subject_subject_id"),
        ),
    )


def _introduction() -> None:
    op.create_table(
        "introduction",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("second_id", sa.Uuid(), nullable=False),
        sa.Column("ties", sa.JSON(), nullable=False),
        sa.Column("first_says", sa.Boolean(), nullable=True),
        sa.Column("second_says", sa.Boolean(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("proposed_at", walls.instant(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", walls.instant(), nullable=True),
        sa.CheckConstraint(
            "state <> 'agreed' or (first_says and second_says)",
            name=op.f("ck_introduction_agreed_by_both"),
        ),
        sa.CheckConstraint(
            "state in ('asking','agreed','over','stopped')",
            name=op.f("ck_introduction_known_state"),
        ),
        sa.CheckConstraint("first_id <> second_id", name=op.f("ck_introduction_two_people")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "first_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_introduction_municipality_id_first_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "second_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_introduction_municipality_id_second_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_introduction")),
    )
    op.create_index(
        op.f("ix_introduction_municipality_id_first_id"),
        "introduction",
        ["municipality_id", "first_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_introduction_municipality_id_second_id"),
        "introduction",
        ["municipality_id", "second_id"],
        unique=False,
    )
    op.create_index(
        "one_introduction_a_pair",
        "introduction",
        ["municipality_id", "first_id", "second_id"],
        unique=True,
        sqlite_where=sa.text("state in ('asking','agreed','stopped')"),
        postgresql_where=sa.text("state in ('asking','agreed','stopped')"),
    )


def _citizen_gift() -> None:
    op.create_table(
        "citizen_gift",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.Column("gift", sa.String(length=20), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("offered_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "ended_on >= offered_on", name=op.f("ck_citizen_gift_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_citizen_gift_municipality_id_citizen_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_citizen_gift")),
    )
    op.create_index(
        "one_gift_of_a_sort",
        "citizen_gift",
        ["municipality_id", "citizen_id", "gift"],
        unique=True,
        sqlite_where=sa.text("ended_on is null"),
        postgresql_where=sa.text("ended_on is null"),
    )


def _gift_deed() -> None:
    op.create_table(
        "gift_deed",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gift_id", sa.Uuid(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("noted_at", walls.instant(), nullable=False),
        sa.Column("noted_by", sa.Uuid(), nullable=True),
        sa.Column("thanked_on", sa.Date(), nullable=True),
        sa.Column("thanked_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id", "gift_id"],
            ["citizen_gift.municipality_id", "citizen_gift.id"],
            name=op.f("fk_gift_deed_municipality_id_gift_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_gift_deed")),
        sa.UniqueConstraint(
            "municipality_id",
            "gift_id",
            "on_day",
            name=op.f("uq_gift_deed_municipality_id_gift_id_on_day"),
        ),
    )
    op.create_index(
        op.f("ix_gift_deed_municipality_id_on_day"),
        "gift_deed",
        ["municipality_id", "on_day"],
        unique=False,
    )
