"""Tables of what fits whom: codes to match by, noes, two who may meet, and gifts to others."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.courses.models.courses import TO_CITIZEN
from klippekort.platform.db import Json, Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned


class MatchProfile(MunicipalityOwned, Model):
    """What a citizen is matched by: codes from her last talk, never why she needs what she needs.

    `needs` are what a place must have. `stairwell` and `works` are keyed fingerprints of the
    address without the flat and of where she worked; a protected address has no stairwell. Only
    who `meets_people` is matched with others. `stopped_at` is when all stopped, by death or move.
    """

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    interests: Mapped[list[str]] = mapped_column(Json, default=list)
    languages: Mapped[list[str]] = mapped_column(Json, default=list)
    parts: Mapped[list[str]] = mapped_column(Json, default=list)
    company: Mapped[str] = mapped_column(String(8), default="any")
    needs: Mapped[list[str]] = mapped_column(Json, default=list)
    minds_money: Mapped[bool] = mapped_column(Boolean, default=False)
    wishes: Mapped[list[str]] = mapped_column(Json, default=list)
    meets_people: Mapped[bool] = mapped_column(Boolean, default=False)
    stairwell: Mapped[str | None] = mapped_column(String(64))
    works: Mapped[list[str]] = mapped_column(Json, default=list)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    stopped_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("company in ('one','few','many','any')", name="known_company"),
        UniqueConstraint("municipality_id", "citizen_id"),
        ForeignKeyConstraint(["municipality_id", "citizen_id"], TO_CITIZEN),
    )


class SuggestionNo(MunicipalityOwned, Model):
    """A suggestion a citizen declined, why as a code, and what it was like: so the next is better.

    `subject_id` is an activity, a volunteer, a citizen, or a group for as long as it goes by names:
    when the group promises more, the row is forgotten.
    """

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    subject: Mapped[str] = mapped_column(String(10))
    subject_id: Mapped[UUID] = mapped_column(Uuid)
    because: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(20), default="")
    part: Mapped[str] = mapped_column(String(10), default="")
    oere: Mapped[int] = mapped_column(Integer, default=0)
    said_at: Mapped[datetime] = mapped_column(UTCDateTime)
    said_to: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        CheckConstraint("subject in ('activity','group','friend','person')", name="known_subject"),
        CheckConstraint(
            "because in ('too_far','too_many','not_my_thing','wrong_time','too_dear','other')",
            name="known_reason",
        ),
        UniqueConstraint("municipality_id", "citizen_id", "subject", "subject_id"),
        ForeignKeyConstraint(["municipality_id", "citizen_id"], TO_CITIZEN),
    )


class Introduction(MunicipalityOwned, Model):
    """Two citizens who may like to meet. Each is asked; neither learns of the other before both
    have said yes. `ties` are codes of what they share; `first_id` is the smaller id.
    """

    first_id: Mapped[UUID] = mapped_column(Uuid)
    second_id: Mapped[UUID] = mapped_column(Uuid)
    ties: Mapped[list[list[str]]] = mapped_column(Json, default=list)
    first_says: Mapped[bool | None] = mapped_column(Boolean)
    second_says: Mapped[bool | None] = mapped_column(Boolean)
    state: Mapped[str] = mapped_column(String(10), default="asking")
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    proposed_by: Mapped[UUID | None] = mapped_column(Uuid)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("state in ('asking','agreed','over','stopped')", name="known_state"),
        CheckConstraint("first_id <> second_id", name="two_people"),
        CheckConstraint("state <> 'agreed' or (first_says and second_says)", name="agreed_by_both"),
        Index(
            "one_introduction_a_pair",
            "municipality_id",
            "first_id",
            "second_id",
            unique=True,
            sqlite_where=text("state in ('asking','agreed','stopped')"),
            postgresql_where=text("state in ('asking','agreed','stopped')"),
        ),
        Index(None, "municipality_id", "first_id"),
        Index(None, "municipality_id", "second_id"),
        ForeignKeyConstraint(["municipality_id", "first_id"], TO_CITIZEN),
        ForeignKeyConstraint(["municipality_id", "second_id"], TO_CITIZEN),
    )


class CitizenGift(MunicipalityOwned, Model):
    """Something a citizen would like to do for others, in a code and her own sealed words."""

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    gift: Mapped[str] = mapped_column(String(20))
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    offered_on: Mapped[date] = mapped_column(Date)
    ended_on: Mapped[date | None] = mapped_column(Date)
    __table_args__ = (
        CheckConstraint("ended_on >= offered_on", name="ends_after_it_begins"),
        Index(
            "one_gift_of_a_sort",
            "municipality_id",
            "citizen_id",
            "gift",
            unique=True,
            sqlite_where=text("ended_on is null"),
            postgresql_where=text("ended_on is null"),
        ),
        ForeignKeyConstraint(["municipality_id", "citizen_id"], TO_CITIZEN),
    )


class GiftDeed(MunicipalityOwned, Model):
    """A gift that was given on a day, and when the giver was thanked. It is nobody's roster."""

    gift_id: Mapped[UUID] = mapped_column(Uuid)
    on_day: Mapped[date] = mapped_column(Date)
    noted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    noted_by: Mapped[UUID | None] = mapped_column(Uuid)
    thanked_on: Mapped[date | None] = mapped_column(Date)
    thanked_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        UniqueConstraint("municipality_id", "gift_id", "on_day"),
        Index(None, "municipality_id", "on_day"),
        ForeignKeyConstraint(
            ["municipality_id", "gift_id"], ["citizen_gift.municipality_id", "citizen_gift.id"]
        ),
    )
