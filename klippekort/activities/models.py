"""Tables of activities, their dates, the seats at them and the hosting of them."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
    Time,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Json, Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned


class Activity(MunicipalityOwned, Model):
    """Something to go to. Times are Danish wall clock; prices are in øre.

    `latitude` and `longitude` are degrees (WGS 84), where somebody has said where the place lies.
    """

    title: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    description: Mapped[str] = mapped_column(Text, default="")
    host_id: Mapped[UUID | None] = mapped_column(Uuid)
    association_id: Mapped[UUID | None] = mapped_column(Uuid)
    place: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(160), default="")
    postcode: Mapped[str | None] = mapped_column(String(4))
    town: Mapped[str | None] = mapped_column(String(60))
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    access: Mapped[list[str]] = mapped_column(Json, default=list)
    price_oere: Mapped[int] = mapped_column(Integer, default=0)
    helper_price_oere: Mapped[int] = mapped_column(Integer, default=0)
    capacity: Mapped[int] = mapped_column(Integer)
    wheelchair_places: Mapped[int] = mapped_column(Integer, default=0)
    repeats: Mapped[str] = mapped_column(String(10))
    first_on: Mapped[date] = mapped_column(Date)
    last_on: Mapped[date | None] = mapped_column(Date)
    starts: Mapped[time] = mapped_column(Time)
    ends: Mapped[time] = mapped_column(Time)
    state: Mapped[str] = mapped_column(String(20), default="proposed")
    declined_reason: Mapped[str | None] = mapped_column(String(40))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        CheckConstraint("capacity > 0", name="capacity_above_zero"),
        CheckConstraint(
            "wheelchair_places between 0 and capacity", name="wheelchairs_within_capacity"
        ),
        CheckConstraint("(latitude is null) = (longitude is null)", name="point_is_whole"),
        CheckConstraint("price_oere >= 0 and helper_price_oere >= 0", name="price_not_negative"),
        Index(None, "municipality_id", "state"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        ForeignKeyConstraint(
            ["municipality_id", "host_id"], ["volunteer.municipality_id", "volunteer.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "association_id"],
            ["association.municipality_id", "association.id"],
        ),
    )


class Occurrence(MunicipalityOwned, Model):
    """One date of an activity; `original_start` is its first local start and names it for ever."""

    activity_id: Mapped[UUID] = mapped_column(Uuid)
    original_start: Mapped[str] = mapped_column(String(16))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    capacity: Mapped[int] = mapped_column(Integer)
    wheelchair_places: Mapped[int] = mapped_column(Integer)
    seats_taken: Mapped[int] = mapped_column(Integer, default=0)
    wheelchairs_taken: Mapped[int] = mapped_column(Integer, default=0)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancelled_reason: Mapped[str | None] = mapped_column(String(40))
    __table_args__ = (
        UniqueConstraint("municipality_id", "activity_id", "original_start"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("seats_taken between 0 and capacity", name="never_oversold"),
        CheckConstraint(
            "wheelchairs_taken between 0 and wheelchair_places", name="wheelchairs_never_oversold"
        ),
        Index(None, "municipality_id", "starts_at"),
        ForeignKeyConstraint(
            ["municipality_id", "activity_id"], ["activity.municipality_id", "activity.id"]
        ),
    )


class SignUp(MunicipalityOwned, Model):
    """A citizen's seat at an occurrence, and whether they came (None until the host has said)."""

    occurrence_id: Mapped[UUID] = mapped_column(Uuid)
    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    takes_wheelchair_place: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(10), default="booked")
    attended: Mapped[bool | None] = mapped_column(Boolean)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        Index(
            "one_seat_a_citizen",
            "municipality_id",
            "occurrence_id",
            "citizen_id",
            unique=True,
            sqlite_where=text("state = 'booked'"),
            postgresql_where=text("state = 'booked'"),
        ),
        ForeignKeyConstraint(
            ["municipality_id", "occurrence_id"], ["occurrence.municipality_id", "occurrence.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "citizen_id"], ["citizen.municipality_id", "citizen.id"]
        ),
    )


class Hosting(MunicipalityOwned, Model):
    """Minutes a volunteer gave at an occurrence."""

    occurrence_id: Mapped[UUID] = mapped_column(Uuid)
    volunteer_id: Mapped[UUID] = mapped_column(Uuid)
    minutes: Mapped[int] = mapped_column(Integer)
    guests: Mapped[int] = mapped_column(Integer)
    logged_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        UniqueConstraint("municipality_id", "occurrence_id", "volunteer_id"),
        CheckConstraint("minutes > 0 and guests >= 0", name="hosting_is_real"),
        ForeignKeyConstraint(
            ["municipality_id", "occurrence_id"], ["occurrence.municipality_id", "occurrence.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "volunteer_id"], ["volunteer.municipality_id", "volunteer.id"]
        ),
    )
