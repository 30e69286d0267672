"""Tables of what happens on a trip: notes, incidents, and a line to a relative."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned


class TripNote(MunicipalityOwned, Model):
    """What a helper wrote about a citizen's trip, sealed with the citizen's key: it can be erased
    alone.
    """

    trip_id: Mapped[UUID] = mapped_column(Uuid)
    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    text_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    written_by: Mapped[UUID | None] = mapped_column(Uuid)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        Index(None, "municipality_id", "trip_id"),
        ForeignKeyConstraint(["municipality_id", "trip_id"], ["trip.municipality_id", "trip.id"]),
        ForeignKeyConstraint(
            ["municipality_id", "citizen_id"], ["citizen.municipality_id", "citizen.id"]
        ),
    )


class Incident(MunicipalityOwned, Model):
    """Something went wrong on a trip or at a date of an activity: a kind, and what was done.

    `owner_id` is the account of the one who follows it up. What is formally reported is reported
    elsewhere; `reported_at` says that it was.
    """

    trip_id: Mapped[UUID | None] = mapped_column(Uuid)
    occurrence_id: Mapped[UUID | None] = mapped_column(Uuid)
    supplier_id: Mapped[UUID | None] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(20))
    effect: Mapped[str] = mapped_column(String(10))
    happened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[UUID | None] = mapped_column(Uuid)
    owner_id: Mapped[UUID | None] = mapped_column(Uuid)
    reported_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        CheckConstraint(
            "trip_id is not null or occurrence_id is not null", name="incident_is_somewhere"
        ),
        Index(None, "municipality_id", "closed_at"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        ForeignKeyConstraint(["municipality_id", "trip_id"], ["trip.municipality_id", "trip.id"]),
        ForeignKeyConstraint(
            ["municipality_id", "occurrence_id"], ["occurrence.municipality_id", "occurrence.id"]
        ),
    )


class Greeting(MunicipalityOwned, Model):
    """One line to a relative after a trip, with the citizen's yes to this very one.

    It is sealed with the citizen's key and gone after `erase_on`.
    """

    trip_id: Mapped[UUID] = mapped_column(Uuid)
    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    contact_id: Mapped[UUID] = mapped_column(Uuid)
    text_encrypted: Mapped[bytes | None] = mapped_column(LargeBinary)
    agreed_how: Mapped[str] = mapped_column(String(20))
    written_by: Mapped[UUID | None] = mapped_column(Uuid)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    erase_on: Mapped[date] = mapped_column(Date)
    __table_args__ = (
        Index(None, "municipality_id", "erase_on"),
        ForeignKeyConstraint(["municipality_id", "trip_id"], ["trip.municipality_id", "trip.id"]),
        ForeignKeyConstraint(
            ["municipality_id", "citizen_id"], ["citizen.municipality_id", "citizen.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "contact_id"],
            ["citizen_contact.municipality_id", "citizen_contact.id"],
        ),
    )
