"""Tables of who waits for a group and who is in it: no more than the group has promised.

Each row carries the group's promise and is held to it by a foreign key, so that the checks below
hold whoever writes, and a promise can only be raised once what it forbids is gone.
"""

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
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.groups.models.groups import LEVELS, RELATIONS, TO_GROUP, TO_MEETING, TO_PROMISE
from klippekort.platform.db import Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned

WAITS = "state in ('waiting','offered')"
TO_MEMBER = ["group_member.municipality_id", "group_member.id", "group_member.anonymity"]


class GroupMember(MunicipalityOwned, Model):
    """Somebody who waits for a group, is asked, or is in it.

    It names nobody but by a first name, and that only where the promise allows. How somebody who
    waits is reached is sealed under the group's key, and gone once they are in, out or away.
    `likeness` is a keyed fingerprint of it, so that asking twice is asking once. `called_on` is
    when somebody called a member who missed their first meeting, or one who waits, to ask whether
    they still would like to come.
    """

    group_id: Mapped[UUID] = mapped_column(Uuid)
    anonymity: Mapped[str] = mapped_column(String(12))
    first_name: Mapped[str | None] = mapped_column(String(60))
    contact_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    likeness: Mapped[str | None] = mapped_column(String(64))
    source: Mapped[str | None] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    outcome: Mapped[str | None] = mapped_column(String(12))
    not_before_on: Mapped[date | None] = mapped_column(Date)
    answer_by: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lapses: Mapped[int] = mapped_column(SmallInteger, default=0)
    joined_on: Mapped[date | None] = mapped_column(Date)
    rules_version: Mapped[int | None] = mapped_column(SmallInteger)
    shares_contact: Mapped[bool] = mapped_column(Boolean, default=False)
    wants_measures: Mapped[bool] = mapped_column(Boolean, default=False)
    called_on: Mapped[date | None] = mapped_column(Date)
    __table_args__ = (
        CheckConstraint(f"anonymity in ({LEVELS})", name="known_anonymity"),
        CheckConstraint("state in ('waiting','offered','active','left')", name="known_state"),
        CheckConstraint(
            f"anonymity <> 'head_count' or (first_name is null and {WAITS})",
            name="heads_are_only_counted",
        ),
        CheckConstraint("state <> 'left' or anonymity = 'named'", name="who_left_is_forgotten"),
        CheckConstraint(
            f"contact_sealed is null or {WAITS} or (anonymity = 'named' and state = 'active')",
            name="contact_goes",
        ),
        CheckConstraint(
            f"(likeness is null and source is null and outcome is null and not_before_on is null)"
            f" or {WAITS} or anonymity = 'named'",
            name="what_was_asked_goes",
        ),
        CheckConstraint("not shares_contact or anonymity = 'named'", name="shares_only_named"),
        CheckConstraint("not wants_measures or anonymity = 'named'", name="measures_only_named"),
        CheckConstraint("(state = 'offered') = (answer_by is not null)", name="asked_until"),
        CheckConstraint("lapses between 0 and 9", name="lapses_within_reason"),
        UniqueConstraint("municipality_id", "id", "anonymity"),
        UniqueConstraint("municipality_id", "group_id", "likeness"),
        Index(None, "municipality_id", "group_id", "state"),
        Index(None, "municipality_id", "state", "answer_by"),
        ForeignKeyConstraint(
            ["municipality_id", "group_id", "anonymity"],
            TO_PROMISE,
            onupdate="CASCADE",
            name="fk_group_member_promise",
        ),
    )


class GroupMemberCitizen(MunicipalityOwned, Model):
    """Which citizen a member is: in a group that goes by names, and in no other.

    Whoever acts for a citizen sees nothing of it unless the citizen has ticked `shows_to_proxy`.
    """

    member_id: Mapped[UUID] = mapped_column(Uuid)
    group_id: Mapped[UUID] = mapped_column(Uuid)
    anonymity: Mapped[str] = mapped_column(String(12), default="named")
    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    shows_to_proxy: Mapped[bool] = mapped_column(Boolean, default=False)
    __table_args__ = (
        CheckConstraint("anonymity = 'named'", name="only_named"),
        UniqueConstraint("municipality_id", "group_id", "citizen_id"),
        UniqueConstraint("municipality_id", "member_id"),
        Index(None, "municipality_id", "citizen_id"),
        ForeignKeyConstraint(["municipality_id", "group_id"], TO_GROUP),
        ForeignKeyConstraint(
            ["municipality_id", "member_id", "anonymity"],
            TO_MEMBER,
            onupdate="CASCADE",
            name="fk_group_member_citizen_promise",
        ),
        ForeignKeyConstraint(
            ["municipality_id", "citizen_id"], ["citizen.municipality_id", "citizen.id"]
        ),
    )


class GroupAttendance(MunicipalityOwned, Model):
    """Whether a member came to a meeting: in a group that goes by names, and in no other."""

    meeting_id: Mapped[UUID] = mapped_column(Uuid)
    member_id: Mapped[UUID] = mapped_column(Uuid)
    anonymity: Mapped[str] = mapped_column(String(12), default="named")
    came: Mapped[bool] = mapped_column(Boolean)
    __table_args__ = (
        CheckConstraint("anonymity = 'named'", name="only_named"),
        UniqueConstraint("municipality_id", "meeting_id", "member_id"),
        ForeignKeyConstraint(["municipality_id", "meeting_id"], TO_MEETING),
        ForeignKeyConstraint(
            ["municipality_id", "member_id", "anonymity"],
            TO_MEMBER,
            onupdate="CASCADE",
            name="fk_group_attendance_promise",
        ),
    )


class GroupCall(MunicipalityOwned, Model):
    """What came of calling a member about a meeting that was moved or cancelled: in a group that
    goes by names, and in no other.
    """

    meeting_id: Mapped[UUID] = mapped_column(Uuid)
    member_id: Mapped[UUID] = mapped_column(Uuid)
    anonymity: Mapped[str] = mapped_column(String(12), default="named")
    outcome: Mapped[str] = mapped_column(String(12))
    attempts: Mapped[int] = mapped_column(SmallInteger, default=1)
    called_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("anonymity = 'named'", name="only_named"),
        CheckConstraint(
            "outcome in ('reached','not_home','wrong_number','unwilling')", name="known_outcome"
        ),
        UniqueConstraint("municipality_id", "meeting_id", "member_id"),
        ForeignKeyConstraint(["municipality_id", "meeting_id"], TO_MEETING),
        ForeignKeyConstraint(
            ["municipality_id", "member_id", "anonymity"],
            TO_MEMBER,
            onupdate="CASCADE",
            name="fk_group_call_promise",
        ),
    )


class GroupInterest(MunicipalityOwned, Model):
    """Somebody who would like a group about a theme, and how they are reached, sealed.

    `relation` is whom they have lost or care for, `age` in years, where they told.
    It is deleted once they stand in a group's line, or want it no more.
    """

    theme: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(8), default="da")
    relation: Mapped[str | None] = mapped_column(String(10))
    age: Mapped[int | None] = mapped_column(SmallInteger)
    contact_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    likeness: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint(RELATIONS, name="known_relation"),
        CheckConstraint("age between 18 and 110", name="age_within_reason"),
        UniqueConstraint("municipality_id", "likeness"),
        Index(None, "municipality_id", "asked_at"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )
