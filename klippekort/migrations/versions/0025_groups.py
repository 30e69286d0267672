"""Support groups, and the walls around what they have promised about names."""

import sqlalchemy as sa
from alembic import op

from klippekort.migrations import walls

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_TABLES = (
    "support_group",
    "group_facilitator",
    "group_meeting",
    "group_stand_in",
    "group_member",
    "group_member_citizen",
    "group_attendance",
    "group_interest",
    "group_note",
    "group_evaluation",
    "group_leaving",
    "group_proposal",
    "group_need",
)


def upgrade() -> None:
    """Make the tables and their walls."""
    for make in (
        _group,
        _rules,
        _facilitator,
        _meeting,
        _stand_in,
        _member,
        _member_citizen,
        _attendance,
        _interest,
        _note,
        _evaluation,
        _leaving,
        _proposal,
        _need,
    ):
        make()
    for table in _TABLES:
        walls.municipal(table)
    walls.municipal("group_rules", "select, insert")
    walls.append_only("group_rules")
    _promise_only_grows()


def downgrade() -> None:
    """Take it all away again."""
    if walls.is_postgresql():
        op.execute("drop trigger promise_only_grows on support_group")
        op.execute("drop function support_group_promise_only_grows()")
    walls.drop_append_only("group_rules")
    for table in reversed(("support_group", "group_rules", *_TABLES[1:])):
        op.drop_table(table)


def _promise_only_grows() -> None:
    """Refuse to let a group keep more of its members than it once promised, even to raw SQL."""
    rank = "(case {0}.anonymity when 'named' then 0 when 'first_name' then 1 else 2 end)"
    if walls.is_postgresql():
        op.execute(
            f"""create function support_group_promise_only_grows() returns trigger
            language plpgsql as $$ begin
            if {rank.format("new")} < {rank.format("old")} then
                raise exception 'the promise of a group only grows';
            end if;
            return new; end $$"""
        )
        op.execute(
            "create trigger promise_only_grows before update on support_group "
            "for each row execute function support_group_promise_only_grows()"
        )
        return
    op.execute(
        f"""create trigger support_group_promise_only_grows before update on support_group
        when {rank.format("new")} < {rank.format("old")}
        begin select raise(abort, 'the promise of a group only grows'); end"""
    )


def _group() -> None:
    op.create_table(
        "support_group",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("neutral_name", sa.String(length=80), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("theme", sa.String(length=20), nullable=False),
        sa.Column("aim", sa.String(length=500), nullable=False),
        sa.Column("target", sa.String(length=500), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("anonymity", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.Column("smallest", sa.SmallInteger(), nullable=False),
        sa.Column("largest", sa.SmallInteger(), nullable=False),
        sa.Column("meetings", sa.SmallInteger(), nullable=True),
        sa.Column("rhythm_days", sa.SmallInteger(), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("first_minutes", sa.SmallInteger(), nullable=True),
        sa.Column("facilitators", sa.SmallInteger(), nullable=False),
        sa.Column("may_run_short", sa.Boolean(), nullable=False),
        sa.Column("withdraws", sa.String(length=12), nullable=False),
        sa.Column("months_since_loss", sa.SmallInteger(), nullable=True),
        sa.Column("open_until", sa.SmallInteger(), nullable=True),
        sa.Column("pre_talk", sa.Boolean(), nullable=False),
        sa.Column("referral", sa.Boolean(), nullable=False),
        sa.Column("reports_attendance", sa.Boolean(), nullable=False),
        sa.Column("celebrates", sa.Boolean(), nullable=False),
        sa.Column("evaluate_at", sa.JSON(), nullable=False),
        sa.Column("place_id", sa.Uuid(), nullable=True),
        sa.Column("room", sa.String(length=80), nullable=False),
        sa.Column("online_url", sa.String(length=300), nullable=True),
        sa.Column("welcome", sa.String(length=200), nullable=False),
        sa.Column("contact_light", sa.String(length=200), nullable=False),
        sa.Column("agreement_until", sa.Date(), nullable=True),
        sa.Column("counted_members", sa.SmallInteger(), nullable=False),
        sa.Column("handed_over", sa.JSON(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", walls.instant(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("started_on", sa.Date(), nullable=True),
        sa.Column("self_run_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "(state = 'ended') = (ended_on is not null)",
            name=op.f("ck_support_group_ended_has_a_day"),
        ),
        sa.CheckConstraint(
            "anonymity in ('named','first_name','head_count')",
            name=op.f("ck_support_group_known_anonymity"),
        ),
        sa.CheckConstraint(
            "counted_members = 0 or anonymity = 'head_count'",
            name=op.f("ck_support_group_counted_where_promised"),
        ),
        sa.CheckConstraint(
            "not celebrates or theme not in ('loss_of_spouse','loss','illness','memory','worry')",
            name=op.f("ck_support_group_grief_has_no_parties"),
        ),
        sa.CheckConstraint(
            "not reports_attendance or anonymity = 'named'",
            name=op.f("ck_support_group_reports_only_names"),
        ),
        sa.CheckConstraint(
            "state in ('forming','running','stepping_back','self_run','ended')",
            name=op.f("ck_support_group_known_state"),
        ),
        sa.CheckConstraint(
            "counted_members between 0 and 60", name=op.f("ck_support_group_counted_within_reason")
        ),
        sa.CheckConstraint(
            "facilitators between 0 and 4", name=op.f("ck_support_group_facilitators_within_reason")
        ),
        sa.CheckConstraint(
            "largest between 2 and 60", name=op.f("ck_support_group_largest_within_reason")
        ),
        sa.CheckConstraint(
            "meetings between 1 and 60", name=op.f("ck_support_group_meetings_within_reason")
        ),
        sa.CheckConstraint(
            "minutes between 15 and 480", name=op.f("ck_support_group_minutes_within_reason")
        ),
        sa.CheckConstraint(
            "rhythm_days between 1 and 92", name=op.f("ck_support_group_rhythm_within_reason")
        ),
        sa.CheckConstraint(
            "smallest between 1 and largest", name=op.f("ck_support_group_smallest_within_largest")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "place_id"],
            ["place.municipality_id", "place.id"],
            name=op.f("fk_support_group_municipality_id_place_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_support_group_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_support_group")),
        sa.UniqueConstraint(
            "municipality_id",
            "id",
            "anonymity",
            name=op.f("uq_support_group_municipality_id_id_anonymity"),
        ),
        sa.UniqueConstraint(
            "municipality_id",
            "neutral_name",
            name=op.f("uq_support_group_municipality_id_neutral_name"),
        ),
    )


def _rules() -> None:
    op.create_table(
        "group_rules",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.SmallInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", walls.instant(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("version > 0", name=op.f("ck_group_rules_version_above_zero")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "group_id"],
            ["support_group.municipality_id", "support_group.id"],
            name=op.f("fk_group_rules_municipality_id_group_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_group_rules")),
        sa.UniqueConstraint(
            "municipality_id",
            "group_id",
            "version",
            name=op.f("uq_group_rules_municipality_id_group_id_version"),
        ),
    )


def _facilitator() -> None:
    op.create_table(
        "group_facilitator",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=True),
        sa.Column("care_worker_id", sa.Uuid(), nullable=True),
        sa.Column("is_experienced", sa.Boolean(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(volunteer_id is null) <> (care_worker_id is null)",
            name=op.f("ck_group_facilitator_one_person"),
        ),
        sa.CheckConstraint(
            "until_on >= from_on", name=op.f("ck_group_facilitator_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "care_worker_id"],
            ["care_worker.municipality_id", "care_worker.id"],
            name=op.f("fk_group_facilitator_municipality_id_care_worker_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "group_id"],
            ["support_group.municipality_id", "support_group.id"],
            name=op.f("fk_group_facilitator_municipality_id_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "volunteer_id"],
            ["volunteer.municipality_id", "volunteer.id"],
            name=op.f("fk_group_facilitator_municipality_id_volunteer_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_group_facilitator")),
    )
    op.create_index(
        op.f("ix_group_facilitator_municipality_id_group_id"),
        "group_facilitator",
        ["municipality_id", "group_id"],
        unique=False,
    )


def _meeting() -> None:
    op.create_table(
        "group_meeting",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("starts_at", walls.instant(), nullable=False),
        sa.Column("ends_at", walls.instant(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("aim", sa.String(length=200), nullable=False),
        sa.Column("agenda", sa.String(length=1000), nullable=False),
        sa.Column("is_evaluated", sa.Boolean(), nullable=False),
        sa.Column("head_count", sa.SmallInteger(), nullable=True),
        sa.Column("visitors", sa.SmallInteger(), nullable=False),
        sa.Column("members_led", sa.Boolean(), nullable=False),
        sa.Column("cancelled_reason", sa.String(length=20), nullable=True),
        sa.Column("changed_at", walls.instant(), nullable=True),
        sa.CheckConstraint(
            "(state = 'held') = (head_count is not null)",
            name=op.f("ck_group_meeting_held_is_counted"),
        ),
        sa.CheckConstraint(
            "state in ('planned','held','cancelled')", name=op.f("ck_group_meeting_known_state")
        ),
        sa.CheckConstraint(
            "ends_at > starts_at", name=op.f("ck_group_meeting_ends_after_it_starts")
        ),
        sa.CheckConstraint(
            "head_count between 0 and 200", name=op.f("ck_group_meeting_head_count_within_reason")
        ),
        sa.CheckConstraint(
            "visitors between 0 and 50", name=op.f("ck_group_meeting_visitors_within_reason")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "group_id"],
            ["support_group.municipality_id", "support_group.id"],
            name=op.f("fk_group_meeting_municipality_id_group_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_group_meeting")),
        sa.UniqueConstraint(
            "municipality_id",
            "group_id",
            "number",
            name=op.f("uq_group_meeting_municipality_id_group_id_number"),
        ),
    )
    op.create_index(
        op.f("ix_group_meeting_municipality_id_starts_at"),
        "group_meeting",
        ["municipality_id", "starts_at"],
        unique=False,
    )


def _stand_in() -> None:
    op.create_table(
        "group_stand_in",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("facilitator_id", sa.Uuid(), nullable=False),
        sa.Column("volunteer_id", sa.Uuid(), nullable=True),
        sa.Column("care_worker_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "volunteer_id is null or care_worker_id is null",
            name=op.f("ck_group_stand_in_at_most_one"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "care_worker_id"],
            ["care_worker.municipality_id", "care_worker.id"],
            name=op.f("fk_group_stand_in_municipality_id_care_worker_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "facilitator_id"],
            ["group_facilitator.municipality_id", "group_facilitator.id"],
            name=op.f("fk_group_stand_in_municipality_id_facilitator_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "meeting_id"],
            ["group_meeting.municipality_id", "group_meeting.id"],
            name=op.f("fk_group_stand_in_municipality_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "volunteer_id"],
            ["volunteer.municipality_id", "volunteer.id"],
            name=op.f("fk_group_stand_in_municipality_id_volunteer_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_group_stand_in")),
        sa.UniqueConstraint(
            "municipality_id",
            "meeting_id",
            "facilitator_id",
            name=op.f("uq_group_stand_in_municipality_id_meeting_id_facilitator_id"),
        ),
    )


def _member() -> None:
    op.create_table(
        "group_member",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("anonymity", sa.String(length=12), nullable=False),
        sa.Column("first_name", sa.String(length=60), nullable=True),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("likeness", sa.String(length=64), nullable=True),
        sa.Column("source", sa.String(length=10), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", walls.instant(), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("not_before_on", sa.Date(), nullable=True),
        sa.Column("answer_by", walls.instant(), nullable=True),
        sa.Column("lapses", sa.SmallInteger(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=True),
        sa.Column("rules_version", sa.SmallInteger(), nullable=True),
        sa.Column("shares_contact", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(likeness is null and source is null and outcome is null and not_before_on is null) or state in ('waiting','offered') or anonymity = 'named'",
            name=op.f("ck_group_member_what_was_asked_goes"),
        ),
        sa.CheckConstraint(
            "(state = 'offered') = (answer_by is not null)",
            name=op.f("ck_group_member_asked_until"),
        ),
        sa.CheckConstraint(
            "anonymity <> 'head_count' or (first_name is null and state in ('waiting','offered'))",
            name=op.f("ck_group_member_heads_are_only_counted"),
        ),
        sa.CheckConstraint(
            "anonymity in ('named','first_name','head_count')",
            name=op.f("ck_group_member_known_anonymity"),
        ),
        sa.CheckConstraint(
            "contact_sealed is null or state in ('waiting','offered') or (anonymity = 'named' and state = 'active')",
            name=op.f("ck_group_member_contact_goes"),
        ),
        sa.CheckConstraint(
            "not shares_contact or anonymity = 'named'",
            name=op.f("ck_group_member_shares_only_named"),
        ),
        sa.CheckConstraint(
            "state <> 'left' or anonymity = 'named'",
            name=op.f("ck_group_member_who_left_is_forgotten"),
        ),
        sa.CheckConstraint(
            "state in ('waiting','offered','active','left')",
            name=op.f("ck_group_member_known_state"),
        ),
        sa.CheckConstraint(
            "lapses between 0 and 9", name=op.f("ck_group_member_lapses_within_reason")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "group_id", "anonymity"],
            ["support_group.municipality_id", "support_group.id", "support_group.anonymity"],
            name="fk_group_member_promise",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_group_member")),
        sa.UniqueConstraint(
            "municipality_id",
            "group_id",
            "likeness",
            name=op.f("uq_group_member_municipality_id_group_id_likeness"),
        ),
        sa.UniqueConstraint(
            "municipality_id",
            "id",
            "anonymity",
            name=op.f("uq_group_member_municipality_id_id_anonymity"),
        ),
    )
    op.create_index(
        op.f("ix_group_member_municipality_id_group_id_state"),
        "group_member",
        ["municipality_id", "group_id", "state"],
        unique=False,
    )
    op.create_index(
        op.f("ix_group_member_municipality_id_state_answer_by"),
        "group_member",
        ["municipality_id", "state", "answer_by"],
        unique=False,
    )


def _member_citizen() -> None:
    op.create_table(
        "group_member_citizen",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("anonymity", sa.String(length=12), nullable=False),
        sa.Column("citizen_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("anonymity = 'named'", name=op.f("ck_group_member_citizen_only_named")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "citizen_id"],
            ["citizen.municipality_id", "citizen.id"],
            name=op.f("fk_group_member_citizen_municipality_id_citizen_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "group_id"],
            ["support_group.municipality_id", "support_group.id"],
            name=op.f("fk_group_member_citizen_municipality_id_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "member_id", "anonymity"],
            ["group_member.municipality_id", "group_member.id", "group_member.anonymity"],
            name="fk_group_member_citizen_promise",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_group_member_citizen")),
        sa.UniqueConstraint(
            "municipality_id",
            "group_id",
            "citizen_id",
            name=op.f("uq_group_member_citizen_municipality_id_group_id_citizen_id"),
        ),
        sa.UniqueConstraint(
            "municipality_id",
            "member_id",
            name=op.f("uq_group_member_citizen_municipality_id_member_id"),
        ),
    )
    op.create_index(
        op.f("ix_group_member_citizen_municipality_id_citizen_id"),
        "group_member_citizen",
        ["municipality_id", "citizen_id"],
        unique=False,
    )


def _attendance() -> None:
    op.create_table(
        "group_attendance",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("anonymity", sa.String(length=12), nullable=False),
        sa.Column("came", sa.Boolean(), nullable=False),
        sa.CheckConstraint("anonymity = 'named'", name=op.f("ck_group_attendance_only_named")),
        sa.ForeignKeyConstraint(
            ["municipality_id", "meeting_id"],
            ["group_meeting.municipality_id", "group_meeting.id"],
            name=op.f("fk_group_attendance_municipality_id_meeting_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "member_id", "anonymity"],
            ["group_member.municipality_id", "group_member.id", "group_member.anonymity"],
            name="fk_group_attendance_promise",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_group_attendance")),
        sa.UniqueConstraint(
            "municipality_id",
            "meeting_id",
            "member_id",
            name=op.f("uq_group_attendance_municipality_id_meeting_id_member_id"),
        ),
    )


def _interest() -> None:
    op.create_table(
        "group_interest",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("theme", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("contact_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("likeness", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("asked_at", walls.instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_group_interest_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_group_interest")),
        sa.UniqueConstraint(
            "municipality_id", "likeness", name=op.f("uq_group_interest_municipality_id_likeness")
        ),
    )
    op.create_index(
        op.f("ix_group_interest_municipality_id_asked_at"),
        "group_interest",
        ["municipality_id", "asked_at"],
        unique=False,
    )


def _note() -> None:
    op.create_table(
        "group_note",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("written_at", walls.instant(), nullable=False),
        sa.Column("written_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["municipality_id", "group_id"],
            ["support_group.municipality_id", "support_group.id"],
            name=op.f("fk_group_note_municipality_id_group_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_group_note")),
    )
    op.create_index(
        op.f("ix_group_note_municipality_id_group_id"),
        "group_note",
        ["municipality_id", "group_id"],
        unique=False,
    )


def _evaluation() -> None:
    op.create_table(
        "group_evaluation",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "answer in ('well','so_so','badly')", name=op.f("ck_group_evaluation_known_answer")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "group_id"],
            ["support_group.municipality_id", "support_group.id"],
            name=op.f("fk_group_evaluation_municipality_id_group_id"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "meeting_id"],
            ["group_meeting.municipality_id", "group_meeting.id"],
            name=op.f("fk_group_evaluation_municipality_id_meeting_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_group_evaluation")),
    )
    op.create_index(
        op.f("ix_group_evaluation_municipality_id_group_id"),
        "group_evaluation",
        ["municipality_id", "group_id"],
        unique=False,
    )


def _leaving() -> None:
    op.create_table(
        "group_leaving",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("after_meeting", sa.SmallInteger(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id", "group_id"],
            ["support_group.municipality_id", "support_group.id"],
            name=op.f("fk_group_leaving_municipality_id_group_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_group_leaving")),
    )
    op.create_index(
        op.f("ix_group_leaving_municipality_id_group_id"),
        "group_leaving",
        ["municipality_id", "group_id"],
        unique=False,
    )


def _proposal() -> None:
    op.create_table(
        "group_proposal",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("words_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", walls.instant(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("answer_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("answered_at", walls.instant(), nullable=True),
        sa.CheckConstraint(
            "kind in ('activity','ride','request')", name=op.f("ck_group_proposal_known_kind")
        ),
        sa.CheckConstraint(
            "(answer_sealed is null) = (answered_at is null)",
            name=op.f("ck_group_proposal_answered_with_words"),
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id", "group_id"],
            ["support_group.municipality_id", "support_group.id"],
            name=op.f("fk_group_proposal_municipality_id_group_id"),
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_group_proposal")),
    )
    op.create_index(
        op.f("ix_group_proposal_municipality_id_group_id"),
        "group_proposal",
        ["municipality_id", "group_id"],
        unique=False,
    )


def _need() -> None:
    op.create_table(
        "group_need",
        sa.Column("municipality_id", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("theme", sa.String(length=20), nullable=False),
        sa.Column("company", sa.String(length=12), nullable=False),
        sa.Column("hindrance", sa.String(length=12), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_group_need_municipality_id")
        ),
        sa.PrimaryKeyConstraint("municipality_id", "id", name=op.f("pk_group_need")),
    )
    op.create_index(
        op.f("ix_group_need_municipality_id_answered_on"),
        "group_need",
        ["municipality_id", "answered_on"],
        unique=False,
    )
