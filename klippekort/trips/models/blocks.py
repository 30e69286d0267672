"""Tables of trips: the block of time, who rides, who escorts, and what happened."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    String,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Json, Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned


class Trip(MunicipalityOwned, Model):
    """One block of time from door to door, to an occurrence or to a place of one's own choice.

    `travel_minutes` is the whole way, `out_minutes` of it the way out. `company` says who comes
    along: an `escort`, or nobody of ours, on one's own way. `version` counts the changes, so that
    what a tablet knew can be compared with what is so.
    """

    occurrence_id: Mapped[UUID | None] = mapped_column(Uuid)
    destination: Mapped[str] = mapped_column(String(160))
    address: Mapped[str | None] = mapped_column(String(160))
    postcode: Mapped[str | None] = mapped_column(String(4))
    kind: Mapped[str | None] = mapped_column(String(20))
    company: Mapped[str] = mapped_column(String(12), default="escort")
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    travel_minutes: Mapped[int] = mapped_column(Integer)
    out_minutes: Mapped[int] = mapped_column(Integer, default=0)
    transport: Mapped[str] = mapped_column(String(20))
    escorts_wanted: Mapped[int] = mapped_column(SmallInteger, default=1)
    escort_by: Mapped[datetime | None] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(String(20), default="booked")
    held_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    paused_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    booked_by: Mapped[UUID | None] = mapped_column(Uuid)
    booked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(Integer, default=1)
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="trip_ends_after_it_starts"),
        CheckConstraint("travel_minutes >= 0", name="travel_not_negative"),
        CheckConstraint("out_minutes between 0 and travel_minutes", name="out_within_travel"),
        CheckConstraint("escorts_wanted between 0 and 4", name="escorts_wanted_within_reason"),
        Index(None, "municipality_id", "starts_at"),
        Index(None, "municipality_id", "state", "held_until"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        ForeignKeyConstraint(
            ["municipality_id", "occurrence_id"], ["occurrence.municipality_id", "occurrence.id"]
        ),
    )


class TripRider(MunicipalityOwned, Model):
    """A citizen on a trip, the card that pays (None on one's own way), and how the yes was given.

    The span is kept here as well, so that the database itself can refuse two trips at once; on a
    trip with others it begins when this citizen is picked up. `joint_agreed_how` is the yes to
    going with others. `state` is this citizen's own: one may cancel while the others go. So is
    `ended_at`, when she was home again: one may be home while the others are still out.
    """

    trip_id: Mapped[UUID] = mapped_column(Uuid)
    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    card_id: Mapped[UUID | None] = mapped_column(Uuid)
    sign_up_id: Mapped[UUID | None] = mapped_column(Uuid)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    state: Mapped[str] = mapped_column(String(20), default="booked")
    planned_minutes: Mapped[int] = mapped_column(Integer)
    charged_minutes: Mapped[int | None] = mapped_column(Integer)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    agreed_how: Mapped[str] = mapped_column(String(20))
    joint_agreed_how: Mapped[str | None] = mapped_column(String(20))
    joint_agreed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        UniqueConstraint("municipality_id", "trip_id", "citizen_id"),
        CheckConstraint("planned_minutes >= 0", name="planned_not_negative"),
        Index(None, "municipality_id", "citizen_id", "starts_at"),
        Index(None, "municipality_id", "starts_at"),
        ForeignKeyConstraint(["municipality_id", "trip_id"], ["trip.municipality_id", "trip.id"]),
        ForeignKeyConstraint(
            ["municipality_id", "citizen_id"], ["citizen.municipality_id", "citizen.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "card_id"], ["punch_card.municipality_id", "punch_card.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "sign_up_id"], ["sign_up.municipality_id", "sign_up.id"]
        ),
    )


class TripEscort(MunicipalityOwned, Model):
    """A care worker on a trip; the database refuses two trips at once."""

    trip_id: Mapped[UUID] = mapped_column(Uuid)
    care_worker_id: Mapped[UUID] = mapped_column(Uuid)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    __table_args__ = (
        Index(None, "municipality_id", "care_worker_id", "starts_at"),
        Index(None, "municipality_id", "trip_id"),
        ForeignKeyConstraint(["municipality_id", "trip_id"], ["trip.municipality_id", "trip.id"]),
        ForeignKeyConstraint(
            ["municipality_id", "care_worker_id"],
            ["care_worker.municipality_id", "care_worker.id"],
        ),
    )


class TripEvent(MunicipalityOwned, Model):
    """One thing that happened to a trip: codes, ids and numbers, never free text."""

    trip_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column("happened_at", UTCDateTime)
    actor_id: Mapped[UUID | None] = mapped_column(Uuid)
    actor_name: Mapped[str] = mapped_column(String(120), default="")
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    __table_args__ = (
        Index(None, "municipality_id", "trip_id"),
        ForeignKeyConstraint(["municipality_id", "trip_id"], ["trip.municipality_id", "trip.id"]),
    )
