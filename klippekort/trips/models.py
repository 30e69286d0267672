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
    String,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Json, Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned


class Trip(MunicipalityOwned, Model):
    """One block of time from door to door; `travel_minutes` is the whole way, there and back."""

    occurrence_id: Mapped[UUID | None] = mapped_column(Uuid)
    destination: Mapped[str] = mapped_column(String(160))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    travel_minutes: Mapped[int] = mapped_column(Integer)
    transport: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="booked")
    started_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    booked_by: Mapped[UUID | None] = mapped_column(Uuid)
    booked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="trip_ends_after_it_starts"),
        CheckConstraint("travel_minutes >= 0", name="travel_not_negative"),
        Index(None, "municipality_id", "starts_at"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        ForeignKeyConstraint(
            ["municipality_id", "occurrence_id"], ["occurrence.municipality_id", "occurrence.id"]
        ),
    )


class TripRider(MunicipalityOwned, Model):
    """A citizen on a trip, the card that pays, and how the trip was agreed to.

    The span is kept here as well, so that the database itself can refuse two trips at once.
    """

    trip_id: Mapped[UUID] = mapped_column(Uuid)
    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    card_id: Mapped[UUID] = mapped_column(Uuid)
    sign_up_id: Mapped[UUID | None] = mapped_column(Uuid)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    planned_minutes: Mapped[int] = mapped_column(Integer)
    charged_minutes: Mapped[int | None] = mapped_column(Integer)
    agreed_how: Mapped[str] = mapped_column(String(20))
    __table_args__ = (
        UniqueConstraint("municipality_id", "trip_id", "citizen_id"),
        CheckConstraint("planned_minutes >= 0", name="planned_not_negative"),
        Index(None, "municipality_id", "citizen_id", "starts_at"),
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
