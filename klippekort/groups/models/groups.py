"""Tables of groups: what one is, who leads it, by which rules, and when it meets."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Json, Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned

RELATIONS = "relation in ('spouse','child','parent','sibling','friend')"
LEVELS = "'named','first_name','head_count'"
TO_GROUP = ["support_group.municipality_id", "support_group.id"]
TO_PROMISE = [*TO_GROUP, "support_group.anonymity"]
TO_MEETING = ["group_meeting.municipality_id", "group_meeting.id"]
_TO_VOLUNTEER = ["volunteer.municipality_id", "volunteer.id"]
_TO_WORKER = ["care_worker.municipality_id", "care_worker.id"]


class SupportGroup(MunicipalityOwned, Model):
    """A group, with the promise it has given.

    `neutral_name` is what it is called wherever others than its facilitators may read; `theme`,
    `aim` and `target` stand on their pages alone. Numbers are those of `domain.groups.forms`.
    `counted_members` is all that is known of who is in a group that counts heads. `handed_over`
    holds codes of what is settled. Words about the group are sealed under `wrapped_key`.
    `relation`, `youngest` and `oldest` say whom it is for, the ages in years included; None is
    anybody. `board` says who writes on its message board, if there is one; `page_token` opens the
    page for those who come; `contact_due_on` is when somebody asks a group on its own how it goes.
    """

    neutral_name: Mapped[str] = mapped_column(String(80))
    form: Mapped[str] = mapped_column(String(20))
    theme: Mapped[str] = mapped_column(String(20))
    aim: Mapped[str] = mapped_column(String(500), default="")
    target: Mapped[str] = mapped_column(String(500), default="")
    language: Mapped[str] = mapped_column(String(8), default="da")
    relation: Mapped[str | None] = mapped_column(String(10))
    youngest: Mapped[int | None] = mapped_column(SmallInteger)
    oldest: Mapped[int | None] = mapped_column(SmallInteger)
    anonymity: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(14), default="forming")
    smallest: Mapped[int] = mapped_column(SmallInteger)
    largest: Mapped[int] = mapped_column(SmallInteger)
    meetings: Mapped[int | None] = mapped_column(SmallInteger)
    rhythm_days: Mapped[int] = mapped_column(SmallInteger)
    minutes: Mapped[int] = mapped_column(SmallInteger)
    first_minutes: Mapped[int | None] = mapped_column(SmallInteger)
    facilitators: Mapped[int] = mapped_column(SmallInteger)
    may_run_short: Mapped[bool] = mapped_column(Boolean, default=False)
    withdraws: Mapped[str] = mapped_column(String(12))
    months_since_loss: Mapped[int | None] = mapped_column(SmallInteger)
    open_until: Mapped[int | None] = mapped_column(SmallInteger)
    pre_talk: Mapped[bool] = mapped_column(Boolean)
    referral: Mapped[bool] = mapped_column(Boolean)
    reports_attendance: Mapped[bool] = mapped_column(Boolean, default=False)
    celebrates: Mapped[bool] = mapped_column(Boolean, default=False)
    evaluate_at: Mapped[list[int]] = mapped_column(Json, default=list)
    place_id: Mapped[UUID | None] = mapped_column(Uuid)
    room: Mapped[str] = mapped_column(String(80), default="")
    online_url: Mapped[str | None] = mapped_column(String(300))
    welcome: Mapped[str] = mapped_column(String(200), default="")
    contact_light: Mapped[str] = mapped_column(String(200), default="")
    contact_due_on: Mapped[date | None] = mapped_column(Date)
    board: Mapped[str] = mapped_column(String(8), default="off")
    page_token: Mapped[str | None] = mapped_column(String(43))
    agreement_until: Mapped[date | None] = mapped_column(Date)
    counted_members: Mapped[int] = mapped_column(SmallInteger, default=0)
    handed_over: Mapped[list[str]] = mapped_column(Json, default=list)
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[UUID | None] = mapped_column(Uuid)
    started_on: Mapped[date | None] = mapped_column(Date)
    self_run_on: Mapped[date | None] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    end_reason: Mapped[str | None] = mapped_column(String(20))
    __table_args__ = (
        CheckConstraint(f"anonymity in ({LEVELS})", name="known_anonymity"),
        CheckConstraint(
            "state in ('forming','running','stepping_back','self_run','ended')", name="known_state"
        ),
        CheckConstraint(RELATIONS, name="known_relation"),
        CheckConstraint("youngest between 18 and 110", name="youngest_within_reason"),
        CheckConstraint("oldest between 18 and 110", name="oldest_within_reason"),
        CheckConstraint("youngest <= oldest", name="youngest_before_oldest"),
        CheckConstraint("smallest between 1 and largest", name="smallest_within_largest"),
        CheckConstraint("largest between 2 and 60", name="largest_within_reason"),
        CheckConstraint("meetings between 1 and 60", name="meetings_within_reason"),
        CheckConstraint("rhythm_days between 1 and 92", name="rhythm_within_reason"),
        CheckConstraint("minutes between 15 and 480", name="minutes_within_reason"),
        CheckConstraint("facilitators between 0 and 4", name="facilitators_within_reason"),
        CheckConstraint(
            "counted_members = 0 or anonymity = 'head_count'", name="counted_where_promised"
        ),
        CheckConstraint("counted_members between 0 and 60", name="counted_within_reason"),
        CheckConstraint("not reports_attendance or anonymity = 'named'", name="reports_only_names"),
        CheckConstraint(
            "not celebrates or theme not in ('loss_of_spouse','loss','illness','memory','worry')",
            name="grief_has_no_parties",
        ),
        CheckConstraint("(state = 'ended') = (ended_on is not null)", name="ended_has_a_day"),
        CheckConstraint(
            "board = 'off' or (board in ('leaders','open') and anonymity = 'named')",
            name="board_only_named",
        ),
        Index(None, "municipality_id", "page_token", unique=True),
        UniqueConstraint("municipality_id", "id", "anonymity"),
        UniqueConstraint("municipality_id", "neutral_name"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        ForeignKeyConstraint(
            ["municipality_id", "place_id"], ["place.municipality_id", "place.id"]
        ),
    )


class GroupRules(MunicipalityOwned, Model):
    """The ground rules of a group as they read from a day on: written once and kept."""

    group_id: Mapped[UUID] = mapped_column(Uuid)
    version: Mapped[int] = mapped_column(SmallInteger)
    text: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    written_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        CheckConstraint("version > 0", name="version_above_zero"),
        UniqueConstraint("municipality_id", "group_id", "version"),
        ForeignKeyConstraint(["municipality_id", "group_id"], TO_GROUP),
    )


class GroupFacilitator(MunicipalityOwned, Model):
    """Who leads a group, a volunteer or a care worker, from a day and perhaps until one."""

    group_id: Mapped[UUID] = mapped_column(Uuid)
    volunteer_id: Mapped[UUID | None] = mapped_column(Uuid)
    care_worker_id: Mapped[UUID | None] = mapped_column(Uuid)
    is_experienced: Mapped[bool] = mapped_column(Boolean, default=False)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    __table_args__ = (
        CheckConstraint("(volunteer_id is null) <> (care_worker_id is null)", name="one_person"),
        CheckConstraint("until_on >= from_on", name="ends_after_it_begins"),
        Index(None, "municipality_id", "group_id"),
        ForeignKeyConstraint(["municipality_id", "group_id"], TO_GROUP),
        ForeignKeyConstraint(["municipality_id", "volunteer_id"], _TO_VOLUNTEER),
        ForeignKeyConstraint(["municipality_id", "care_worker_id"], _TO_WORKER),
    )


class GroupMeeting(MunicipalityOwned, Model):
    """One meeting of a group: when, what for, and how many came. Not a word of what was said.

    `visitors` came to see once and take no place. `changed_at` is when it was moved.
    """

    group_id: Mapped[UUID] = mapped_column(Uuid)
    number: Mapped[int] = mapped_column(SmallInteger)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(String(10), default="planned")
    aim: Mapped[str] = mapped_column(String(200), default="")
    agenda: Mapped[str] = mapped_column(String(1000), default="")
    is_evaluated: Mapped[bool] = mapped_column(Boolean, default=False)
    head_count: Mapped[int | None] = mapped_column(SmallInteger)
    visitors: Mapped[int] = mapped_column(SmallInteger, default=0)
    members_led: Mapped[bool] = mapped_column(Boolean, default=False)
    cancelled_reason: Mapped[str | None] = mapped_column(String(20))
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("state in ('planned','held','cancelled')", name="known_state"),
        CheckConstraint("(state = 'held') = (head_count is not null)", name="held_is_counted"),
        CheckConstraint("head_count between 0 and 200", name="head_count_within_reason"),
        CheckConstraint("visitors between 0 and 50", name="visitors_within_reason"),
        UniqueConstraint("municipality_id", "group_id", "number"),
        Index(None, "municipality_id", "starts_at"),
        ForeignKeyConstraint(["municipality_id", "group_id"], TO_GROUP),
    )


class GroupStandIn(MunicipalityOwned, Model):
    """A facilitator who cannot come to a meeting, and who stands in; with neither, nobody yet."""

    meeting_id: Mapped[UUID] = mapped_column(Uuid)
    facilitator_id: Mapped[UUID] = mapped_column(Uuid)
    volunteer_id: Mapped[UUID | None] = mapped_column(Uuid)
    care_worker_id: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        CheckConstraint("volunteer_id is null or care_worker_id is null", name="at_most_one"),
        UniqueConstraint("municipality_id", "meeting_id", "facilitator_id"),
        ForeignKeyConstraint(["municipality_id", "meeting_id"], TO_MEETING),
        ForeignKeyConstraint(
            ["municipality_id", "facilitator_id"],
            ["group_facilitator.municipality_id", "group_facilitator.id"],
        ),
        ForeignKeyConstraint(["municipality_id", "volunteer_id"], _TO_VOLUNTEER),
        ForeignKeyConstraint(["municipality_id", "care_worker_id"], _TO_WORKER),
    )
