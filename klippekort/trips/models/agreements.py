"""Tables of standing agreements: the weekly walk, its exceptions, and the trips it made."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    String,
    Time,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned


class StandingAgreement(MunicipalityOwned, Model):
    """A trip agreed once and made again and again: a weekday and a Danish clock time.

    It goes to each date of an activity, or to a place of the citizen's own choice, where `minutes`
    are the stay. `every_weeks` counts from `from_on`.
    """

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    activity_id: Mapped[UUID | None] = mapped_column(Uuid)
    destination: Mapped[str] = mapped_column(String(160))
    address: Mapped[str | None] = mapped_column(String(160))
    postcode: Mapped[str | None] = mapped_column(String(4))
    kind: Mapped[str] = mapped_column(String(20))
    weekday: Mapped[int] = mapped_column(SmallInteger)
    every_weeks: Mapped[int] = mapped_column(SmallInteger, default=1)
    starts: Mapped[time] = mapped_column(Time)
    minutes: Mapped[int] = mapped_column(Integer)
    travel_each_way: Mapped[int] = mapped_column(Integer)
    transport: Mapped[str] = mapped_column(String(20))
    care_worker_id: Mapped[UUID | None] = mapped_column(Uuid)
    agreed_how: Mapped[str] = mapped_column(String(20))
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    made_by: Mapped[UUID | None] = mapped_column(Uuid)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    booked_through: Mapped[date | None] = mapped_column(Date)
    __table_args__ = (
        CheckConstraint("weekday between 0 and 6", name="weekday_is_one"),
        CheckConstraint("every_weeks between 1 and 52", name="every_weeks_within_a_year"),
        CheckConstraint("minutes > 0 and travel_each_way >= 0", name="agreement_takes_time"),
        CheckConstraint("until_on is null or until_on >= from_on", name="agreement_ends_later"),
        Index(None, "municipality_id", "citizen_id"),
        ForeignKeyConstraint(
            ["municipality_id", "citizen_id"], ["citizen.municipality_id", "citizen.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "activity_id"], ["activity.municipality_id", "activity.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "care_worker_id"],
            ["care_worker.municipality_id", "care_worker.id"],
        ),
    )


class AgreementException(MunicipalityOwned, Model):
    """A day on which a standing agreement is not kept, and why, in a code."""

    agreement_id: Mapped[UUID] = mapped_column(Uuid)
    on: Mapped[date] = mapped_column("on_day", Date)
    reason: Mapped[str] = mapped_column(String(20))
    recorded_by: Mapped[UUID | None] = mapped_column(Uuid)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        UniqueConstraint("municipality_id", "agreement_id", "on_day"),
        ForeignKeyConstraint(
            ["municipality_id", "agreement_id"],
            ["standing_agreement.municipality_id", "standing_agreement.id"],
        ),
    )


class StandingTrip(MunicipalityOwned, Model):
    """What became of one day of a standing agreement: the trip, or the rule that refused it."""

    agreement_id: Mapped[UUID] = mapped_column(Uuid)
    on: Mapped[date] = mapped_column("on_day", Date)
    trip_id: Mapped[UUID | None] = mapped_column(Uuid)
    refused_by: Mapped[str | None] = mapped_column(String(60))
    tried_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        UniqueConstraint("municipality_id", "agreement_id", "on_day"),
        CheckConstraint("(trip_id is null) <> (refused_by is null)", name="booked_or_refused"),
        ForeignKeyConstraint(
            ["municipality_id", "agreement_id"],
            ["standing_agreement.municipality_id", "standing_agreement.id"],
        ),
        ForeignKeyConstraint(["municipality_id", "trip_id"], ["trip.municipality_id", "trip.id"]),
    )
