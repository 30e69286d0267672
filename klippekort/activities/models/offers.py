"""Tables of activities, of the rules that make their dates, and of their pictures."""

from datetime import date, datetime, time
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
    Text,
    Time,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from klippekort.activities.models.places import Place
from klippekort.platform.db import Json, Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned

STATES = "'proposed','approved','published','declined','cancelled','ended'"
PROPOSERS = "'volunteer','association','citizen','coordinator'"
INSURANCE = "'unsaid','none','volunteer_effort','volunteer_work','paid'"


class Timing(MunicipalityOwned, Model):
    """When and where an activity is held from a Danish day on, until the next timing begins.

    Times are Danish wall clock. `every` counts weeks or months, `weekdays` from Monday 0, `nth` is
    the weekday's number in its month (-1 the last). `last_on` is inclusive; `skipped` are ISO days.
    """

    activity_id: Mapped[UUID] = mapped_column(Uuid)
    from_on: Mapped[date] = mapped_column(Date)
    repeats: Mapped[str] = mapped_column(String(20))
    every: Mapped[int] = mapped_column(Integer, default=1)
    weekdays: Mapped[list[int]] = mapped_column(Json, default=list)
    nth: Mapped[int | None] = mapped_column(Integer)
    starts: Mapped[time] = mapped_column(Time)
    ends: Mapped[time] = mapped_column(Time)
    last_on: Mapped[date | None] = mapped_column(Date)
    on_holidays: Mapped[str] = mapped_column(String(10), default="held")
    skipped: Mapped[list[str]] = mapped_column(Json, default=list)
    capacity: Mapped[int] = mapped_column(Integer)
    wheelchair_places: Mapped[int] = mapped_column(Integer, default=0)
    place_id: Mapped[UUID | None] = mapped_column(Uuid)
    place: Mapped[Place | None] = relationship(lazy="selectin", viewonly=True)
    __table_args__ = (
        UniqueConstraint("municipality_id", "activity_id", "from_on"),
        CheckConstraint(
            "repeats in ('once','weekly','monthly_day','monthly_weekday')", name="known_rule"
        ),
        CheckConstraint("every between 1 and 52", name="every_within_reason"),
        CheckConstraint("nth in (-1,1,2,3,4)", name="nth_within_month"),
        CheckConstraint("on_holidays in ('held','skipped')", name="known_holidays"),
        CheckConstraint("capacity > 0", name="capacity_above_zero"),
        CheckConstraint(
            "wheelchair_places between 0 and capacity", name="wheelchairs_within_capacity"
        ),
        ForeignKeyConstraint(
            ["municipality_id", "activity_id"], ["activity.municipality_id", "activity.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "place_id"], ["place.municipality_id", "place.id"]
        ),
    )


class Activity(MunicipalityOwned, Model):
    """Something to go to. Prices are in øre; `sign_up_hours` is how long before a date sign-up
    ends.

    `confirm_by` is the last day by which its association or host says that it still exists;
    `shares_room` says that somebody meant it to be held beside others.
    """

    title: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    description: Mapped[str] = mapped_column(Text, default="")
    host_id: Mapped[UUID | None] = mapped_column(Uuid)
    association_id: Mapped[UUID | None] = mapped_column(Uuid)
    proposed_by: Mapped[str] = mapped_column(String(20), default="coordinator")
    proposer_id: Mapped[UUID | None] = mapped_column(Uuid)
    price_oere: Mapped[int] = mapped_column(Integer, default=0)
    helper_price_oere: Mapped[int] = mapped_column(Integer, default=0)
    language: Mapped[str] = mapped_column(String(8), default="da")
    bring: Mapped[str] = mapped_column(String(200), default="")
    online_url: Mapped[str | None] = mapped_column(String(300))
    smallest: Mapped[int | None] = mapped_column(Integer)
    sign_up_hours: Mapped[int] = mapped_column(Integer, default=0)
    insurance_class: Mapped[str] = mapped_column(String(20), default="unsaid")
    shares_room: Mapped[bool] = mapped_column(Boolean, default=False)
    picture_text: Mapped[str] = mapped_column(String(200), default="")
    confirm_by: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(20), default="proposed")
    remarks: Mapped[str] = mapped_column(Text, default="")
    declined_reason: Mapped[str | None] = mapped_column(String(40))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by: Mapped[UUID | None] = mapped_column(Uuid)
    ended_on: Mapped[date | None] = mapped_column(Date)
    timings: Mapped[list[Timing]] = relationship(
        order_by=Timing.from_on, lazy="selectin", viewonly=True
    )
    __table_args__ = (
        CheckConstraint("price_oere >= 0 and helper_price_oere >= 0", name="price_not_negative"),
        CheckConstraint("smallest > 0", name="smallest_above_zero"),
        CheckConstraint("sign_up_hours between 0 and 720", name="sign_up_within_a_month"),
        CheckConstraint(f"state in ({STATES})", name="known_state"),
        CheckConstraint(f"proposed_by in ({PROPOSERS})", name="known_proposer"),
        CheckConstraint(f"insurance_class in ({INSURANCE})", name="known_insurance"),
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

    @property
    def first(self) -> Timing:
        """Return the timing the activity began with."""
        return self.timings[0]

    @property
    def timing(self) -> Timing:
        """Return the timing that holds in the end."""
        return self.timings[-1]


class Picture(MunicipalityOwned, Model):
    """The picture of an activity as it was made anew here: large and small, without its history."""

    activity_id: Mapped[UUID] = mapped_column(Uuid)
    media_type: Mapped[str] = mapped_column(String(20))
    width: Mapped[int] = mapped_column(Integer)
    height: Mapped[int] = mapped_column(Integer)
    large: Mapped[bytes] = mapped_column(LargeBinary)
    small: Mapped[bytes] = mapped_column(LargeBinary)
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        UniqueConstraint("municipality_id", "activity_id"),
        ForeignKeyConstraint(
            ["municipality_id", "activity_id"], ["activity.municipality_id", "activity.id"]
        ),
    )
