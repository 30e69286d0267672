"""Tables of the courses themselves: where each stands, how it got there, and what is due."""

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
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Json, Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned

TO_CITIZEN = ["citizen.municipality_id", "citizen.id"]
TO_COURSE = ["course.municipality_id", "course.id"]
TO_VOLUNTEER = ["volunteer.municipality_id", "volunteer.id"]
PHASES = (
    "'spotted','talk','clarified','matched','first_contact','escorted','handed_over','settled',"
    "'followed_up','paused','declined','closed','stopped'"
)
IS_OPEN = "phase not in ('declined','closed','stopped')"


class Course(MunicipalityOwned, Model):
    """A citizen's way into a community. She has at most one that is open.

    `held_phase` is where it goes on from when it rests or was stopped; `not_before_on` is when to
    ask again. What was chosen is an activity, or a group: which one is never kept here, for groups
    promise that nothing leads to them. The host is a volunteer or named in words.
    `responsible_name` stays readable when the account is gone.
    """

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    phase: Mapped[str] = mapped_column(String(16))
    held_phase: Mapped[str | None] = mapped_column(String(16))
    origin: Mapped[str] = mapped_column(String(20))
    opened_on: Mapped[date] = mapped_column(Date)
    phase_since: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    not_before_on: Mapped[date | None] = mapped_column(Date)
    responsible_id: Mapped[UUID | None] = mapped_column(Uuid)
    responsible_name: Mapped[str] = mapped_column(String(120), default="")
    host_id: Mapped[UUID | None] = mapped_column(Uuid)
    host_name: Mapped[str] = mapped_column(String(120), default="")
    activity_id: Mapped[UUID | None] = mapped_column(Uuid)
    in_a_group: Mapped[bool] = mapped_column(Boolean, default=False)
    __table_args__ = (
        CheckConstraint(f"phase in ({PHASES})", name="known_phase"),
        CheckConstraint(
            "(phase in ('paused','stopped')) = (held_phase is not null)", name="held_while_it_rests"
        ),
        CheckConstraint(f"({IS_OPEN}) = (ended_on is null)", name="ended_has_a_day"),
        CheckConstraint("activity_id is null or not in_a_group", name="one_thing_chosen"),
        CheckConstraint("ended_on >= opened_on", name="ends_after_it_begins"),
        Index(
            "one_open_course",
            "municipality_id",
            "citizen_id",
            unique=True,
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
        Index(None, "municipality_id", "phase"),
        ForeignKeyConstraint(["municipality_id", "citizen_id"], TO_CITIZEN),
        ForeignKeyConstraint(["municipality_id", "host_id"], TO_VOLUNTEER),
        ForeignKeyConstraint(
            ["municipality_id", "activity_id"], ["activity.municipality_id", "activity.id"]
        ),
    )


class CourseStep(MunicipalityOwned, Model):
    """One step of a course: from where, to where, on which day, and why, as a code."""

    course_id: Mapped[UUID] = mapped_column(Uuid)
    from_phase: Mapped[str | None] = mapped_column(String(16))
    to_phase: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(20), default="")
    on_day: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[UUID | None] = mapped_column(Uuid)
    recorder_name: Mapped[str] = mapped_column(String(120), default="")
    __table_args__ = (
        CheckConstraint(f"to_phase in ({PHASES})", name="known_phase"),
        Index(None, "municipality_id", "course_id"),
        Index(None, "municipality_id", "to_phase", "on_day"),
        ForeignKeyConstraint(["municipality_id", "course_id"], TO_COURSE),
    )


class CourseHandOver(MunicipalityOwned, Model):
    """A hand-over: on which day, to whom or to what, with an overlapping visit or without.

    Who receives, what they were told and whom they call are sealed under the citizen's key.
    """

    course_id: Mapped[UUID] = mapped_column(Uuid)
    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    on_day: Mapped[date] = mapped_column(Date)
    form: Mapped[str] = mapped_column(String(16))
    volunteer_id: Mapped[UUID | None] = mapped_column(Uuid)
    receiver_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    overlap_on: Mapped[date | None] = mapped_column(Date)
    told_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    has_consent: Mapped[bool] = mapped_column(Boolean, default=False)
    fallback_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        CheckConstraint(
            "form in ('volunteer','peer','relative','own_way','flex_transport')", name="known_form"
        ),
        CheckConstraint("told_sealed is null or has_consent", name="told_with_consent"),
        Index(None, "municipality_id", "course_id"),
        Index(None, "municipality_id", "on_day"),
        ForeignKeyConstraint(["municipality_id", "course_id"], TO_COURSE),
        ForeignKeyConstraint(["municipality_id", "citizen_id"], TO_CITIZEN),
        ForeignKeyConstraint(["municipality_id", "volunteer_id"], TO_VOLUNTEER),
    )


class CourseCheck(MunicipalityOwned, Model):
    """A look after a hand-over, some weeks later: due on a day, and what came of it."""

    course_id: Mapped[UUID] = mapped_column(Uuid)
    hand_over_id: Mapped[UUID] = mapped_column(Uuid)
    weeks: Mapped[int] = mapped_column(SmallInteger)
    due_on: Mapped[date] = mapped_column(Date)
    outcome: Mapped[str | None] = mapped_column(String(10))
    done_on: Mapped[date | None] = mapped_column(Date)
    done_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        CheckConstraint(
            "outcome in ('continue','change','end','reassess','dropped')", name="known_outcome"
        ),
        CheckConstraint("(outcome is null) = (done_on is null)", name="done_has_a_day"),
        CheckConstraint("weeks between 1 and 52", name="weeks_within_reason"),
        UniqueConstraint("municipality_id", "hand_over_id", "weeks"),
        Index(None, "municipality_id", "course_id"),
        Index(None, "municipality_id", "due_on"),
        ForeignKeyConstraint(["municipality_id", "course_id"], TO_COURSE),
        ForeignKeyConstraint(
            ["municipality_id", "hand_over_id"],
            ["course_hand_over.municipality_id", "course_hand_over.id"],
        ),
    )


class CourseEvaluation(MunicipalityOwned, Model):
    """Whether a citizen was heard and was needed, as she says it; no points are given."""

    course_id: Mapped[UUID] = mapped_column(Uuid)
    heard: Mapped[str] = mapped_column(String(10))
    needed: Mapped[str] = mapped_column(String(10))
    asked_on: Mapped[date] = mapped_column(Date)
    recorded_by: Mapped[UUID | None] = mapped_column(Uuid)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("heard in ('yes','somewhat','no','not_asked')", name="known_heard"),
        CheckConstraint("needed in ('yes','somewhat','no','not_asked')", name="known_needed"),
        Index(None, "municipality_id", "course_id"),
        Index(None, "municipality_id", "asked_on"),
        ForeignKeyConstraint(["municipality_id", "course_id"], TO_COURSE),
    )


class CourseSettings(MunicipalityOwned, Model):
    """What a municipality calls the phases, by code; a phase without a word has the usual one."""

    labels: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    __table_args__ = (
        UniqueConstraint("municipality_id"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )
