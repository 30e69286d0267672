"""Tables of what hosts gave, what it cost them, and how a municipality keeps count."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    String,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned

_TO_OCCURRENCE = ["occurrence.municipality_id", "occurrence.id"]
_TO_VOLUNTEER = ["volunteer.municipality_id", "volunteer.id"]


class Hosting(MunicipalityOwned, Model):
    """Minutes a volunteer gave at an occurrence, and how many guests came.

    The log is confirmed at `logged_at`. `offered_minutes` is what was planned, None where nobody
    knows any more; `corrected_at` is when what was confirmed was put right.
    """

    occurrence_id: Mapped[UUID] = mapped_column(Uuid)
    volunteer_id: Mapped[UUID] = mapped_column(Uuid)
    minutes: Mapped[int] = mapped_column(Integer)
    guests: Mapped[int] = mapped_column(Integer)
    offered_minutes: Mapped[int | None] = mapped_column(Integer)
    logged_at: Mapped[datetime] = mapped_column(UTCDateTime)
    corrected_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        UniqueConstraint("municipality_id", "occurrence_id", "volunteer_id"),
        CheckConstraint("minutes > 0 and guests >= 0", name="hosting_is_real"),
        ForeignKeyConstraint(["municipality_id", "occurrence_id"], _TO_OCCURRENCE),
        ForeignKeyConstraint(["municipality_id", "volunteer_id"], _TO_VOLUNTEER),
    )


class TripHours(MunicipalityOwned, Model):
    """Minutes a friend or a driver gave on a citizen's trip, as agreed in an offer.

    They are confirmed at `logged_at`. `offered_minutes` is what was planned; `corrected_at` is when
    what was confirmed was put right.
    """

    offer_id: Mapped[UUID] = mapped_column(Uuid)
    minutes: Mapped[int] = mapped_column(Integer)
    offered_minutes: Mapped[int] = mapped_column(Integer)
    logged_at: Mapped[datetime] = mapped_column(UTCDateTime)
    corrected_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        UniqueConstraint("municipality_id", "offer_id"),
        CheckConstraint("minutes > 0", name="hours_are_real"),
        ForeignKeyConstraint(
            ["municipality_id", "offer_id"], ["host_offer.municipality_id", "host_offer.id"]
        ),
    )


class HostExpense(MunicipalityOwned, Model):
    """What a volunteer laid out, or how far they drove; amounts are in øre, never a receipt.

    `purpose` is a code. Driving has `km` and the rate that held when it was claimed.
    """

    volunteer_id: Mapped[UUID] = mapped_column(Uuid)
    purpose: Mapped[str] = mapped_column(String(20))
    spent_on: Mapped[date] = mapped_column(Date)
    oere: Mapped[int] = mapped_column(Integer)
    km: Mapped[int | None] = mapped_column(SmallInteger)
    rate_oere: Mapped[int | None] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10), default="claimed")
    claimed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        CheckConstraint("oere between 0 and 1000000", name="amount_within_reason"),
        CheckConstraint("km between 1 and 500", name="distance_within_reason"),
        CheckConstraint("(km is null) = (rate_oere is null)", name="distance_has_rate"),
        CheckConstraint("(purpose = 'mileage') = (km is not null)", name="mileage_has_distance"),
        CheckConstraint(
            "state in ('claimed','approved','declined','withdrawn')", name="known_state"
        ),
        Index(None, "municipality_id", "volunteer_id", "spent_on"),
        Index(None, "municipality_id", "state"),
        ForeignKeyConstraint(["municipality_id", "volunteer_id"], _TO_VOLUNTEER),
    )


class HostSettings(MunicipalityOwned, Model):
    """How the guests of an activity are kept: as a count alone, where that was promised."""

    activity_id: Mapped[UUID] = mapped_column(Uuid)
    counts_only: Mapped[bool] = mapped_column(Boolean, default=False)
    __table_args__ = (
        UniqueConstraint("municipality_id", "activity_id"),
        ForeignKeyConstraint(
            ["municipality_id", "activity_id"], ["activity.municipality_id", "activity.id"]
        ),
    )


class HostingTerms(MunicipalityOwned, Model):
    """What a municipality pays a volunteer for a kilometre, in øre; 0 is nothing."""

    km_rate_oere: Mapped[int] = mapped_column(Integer, default=0)
    __table_args__ = (
        CheckConstraint("km_rate_oere between 0 and 2000", name="rate_within_reason"),
        UniqueConstraint("municipality_id"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class HostWord(MunicipalityOwned, Model):
    """A word about a guest between a host and staff: a code, never free text.

    `volunteer_id` is the host who said it; a word to the hosts of an activity has none.
    """

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    activity_id: Mapped[UUID] = mapped_column(Uuid)
    occurrence_id: Mapped[UUID | None] = mapped_column(Uuid)
    volunteer_id: Mapped[UUID | None] = mapped_column(Uuid)
    word: Mapped[str] = mapped_column(String(20))
    said_at: Mapped[datetime] = mapped_column(UTCDateTime)
    said_by: Mapped[UUID | None] = mapped_column(Uuid)
    handled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    handled_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        CheckConstraint(
            "word in ('missed','good_time','wanted_back','asked_for_talk','love_back',"
            "'cannot_come')",
            name="known_word",
        ),
        CheckConstraint(
            "(volunteer_id is null) = (word in ('love_back','cannot_come'))", name="said_by_host"
        ),
        Index(None, "municipality_id", "citizen_id", "said_at"),
        Index(None, "municipality_id", "activity_id", "said_at"),
        ForeignKeyConstraint(
            ["municipality_id", "citizen_id"], ["citizen.municipality_id", "citizen.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "activity_id"], ["activity.municipality_id", "activity.id"]
        ),
        ForeignKeyConstraint(["municipality_id", "occurrence_id"], _TO_OCCURRENCE),
        ForeignKeyConstraint(["municipality_id", "volunteer_id"], _TO_VOLUNTEER),
    )
