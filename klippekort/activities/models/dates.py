"""Tables of the dates of activities, and of the seats at them."""

from datetime import datetime
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
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned


class Occurrence(MunicipalityOwned, Model):
    """One date of an activity; `original_start` is the local start by the rule that made it.

    `changed_at` is when somebody changed this date alone: no rule touches it any more. `sequence`
    grows with every change that calendars must hear of. `revised_at` is when anything was last
    changed that feeds tell of it, its activity or its place; None on dates older than that column.
    Online, there is no place. `host_id` is who usually hosts the activity then.
    """

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
    place_id: Mapped[UUID | None] = mapped_column(Uuid)
    host_id: Mapped[UUID | None] = mapped_column(Uuid)
    note: Mapped[str] = mapped_column(String(200), default="")
    sequence: Mapped[int] = mapped_column(Integer, default=0)
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revised_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        UniqueConstraint("municipality_id", "activity_id", "original_start"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("seats_taken between 0 and capacity", name="never_oversold"),
        CheckConstraint(
            "wheelchairs_taken between 0 and wheelchair_places", name="wheelchairs_never_oversold"
        ),
        CheckConstraint("sequence >= 0", name="sequence_not_negative"),
        Index(None, "municipality_id", "starts_at"),
        Index(None, "municipality_id", "place_id", "starts_at"),
        Index(None, "municipality_id", "host_id", "starts_at"),
        ForeignKeyConstraint(
            ["municipality_id", "place_id"], ["place.municipality_id", "place.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "host_id"], ["volunteer.municipality_id", "volunteer.id"]
        ),
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
