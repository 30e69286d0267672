"""Tables of what volunteers offer and are asked, and of the search for somebody else."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned

_TO_OCCURRENCE = ["occurrence.municipality_id", "occurrence.id"]
_TO_TRIP = ["trip.municipality_id", "trip.id"]
_TO_CITIZEN = ["citizen.municipality_id", "citizen.id"]
_TO_VOLUNTEER = ["volunteer.municipality_id", "volunteer.id"]
_IS_FOR_ONE = (
    "(role = 'host' and occurrence_id is not null and trip_id is null and citizen_id is null) or "
    "(role <> 'host' and occurrence_id is null and trip_id is not null and citizen_id is not null)"
)


class HostOffer(MunicipalityOwned, Model):
    """A volunteer's offer, or a question to one, and the answer: to host a date, or to go along or
    drive on a citizen's trip.

    `wave` is None where somebody asked without a search. The two meet at the place, or where
    `meeting_point` says, which is never the citizen's own address.
    """

    role: Mapped[str] = mapped_column(String(10))
    occurrence_id: Mapped[UUID | None] = mapped_column(Uuid)
    trip_id: Mapped[UUID | None] = mapped_column(Uuid)
    citizen_id: Mapped[UUID | None] = mapped_column(Uuid)
    volunteer_id: Mapped[UUID] = mapped_column(Uuid)
    state: Mapped[str] = mapped_column(String(10))
    wave: Mapped[int | None] = mapped_column(SmallInteger)
    meeting_point: Mapped[str] = mapped_column(String(120), default="")
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answer_by: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    asked_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        CheckConstraint("role in ('host','go_along','driver')", name="known_role"),
        CheckConstraint(
            "state in ('offered','asked','accepted','declined','withdrawn','covered')",
            name="known_state",
        ),
        CheckConstraint(_IS_FOR_ONE, name="is_for_one_thing"),
        UniqueConstraint("municipality_id", "occurrence_id", "volunteer_id"),
        UniqueConstraint(
            "municipality_id",
            "trip_id",
            "citizen_id",
            "volunteer_id",
            "role",
            name="one_question_a_trip",
        ),
        Index(None, "municipality_id", "volunteer_id", "state"),
        Index(None, "municipality_id", "state"),
        ForeignKeyConstraint(["municipality_id", "occurrence_id"], _TO_OCCURRENCE),
        ForeignKeyConstraint(["municipality_id", "trip_id"], _TO_TRIP),
        ForeignKeyConstraint(["municipality_id", "citizen_id"], _TO_CITIZEN),
        ForeignKeyConstraint(["municipality_id", "volunteer_id"], _TO_VOLUNTEER),
    )


class HostSearch(MunicipalityOwned, Model):
    """The search for somebody else, wave by wave; `next_at` is when the next wave is due.

    Its row is what the first yes takes hold of.
    """

    role: Mapped[str] = mapped_column(String(10))
    occurrence_id: Mapped[UUID | None] = mapped_column(Uuid)
    trip_id: Mapped[UUID | None] = mapped_column(Uuid)
    citizen_id: Mapped[UUID | None] = mapped_column(Uuid)
    meeting_point: Mapped[str] = mapped_column(String(120), default="")
    state: Mapped[str] = mapped_column(String(12), default="open")
    wave: Mapped[int] = mapped_column(SmallInteger, default=0)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    next_at: Mapped[datetime] = mapped_column(UTCDateTime)
    covered_by: Mapped[UUID | None] = mapped_column(Uuid)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("role in ('host','go_along','driver')", name="known_role"),
        CheckConstraint("state in ('open','covered','unanswered','closed')", name="known_state"),
        CheckConstraint("(state = 'covered') = (covered_by is not null)", name="covered_by_one"),
        CheckConstraint(_IS_FOR_ONE, name="is_for_one_thing"),
        UniqueConstraint("municipality_id", "occurrence_id"),
        UniqueConstraint("municipality_id", "trip_id", "citizen_id", "role"),
        Index(None, "municipality_id", "state", "next_at"),
        ForeignKeyConstraint(["municipality_id", "occurrence_id"], _TO_OCCURRENCE),
        ForeignKeyConstraint(["municipality_id", "trip_id"], _TO_TRIP),
        ForeignKeyConstraint(["municipality_id", "citizen_id"], _TO_CITIZEN),
        ForeignKeyConstraint(["municipality_id", "covered_by"], _TO_VOLUNTEER),
    )
