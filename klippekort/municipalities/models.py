"""Tables of the tenant: municipality, suppliers, districts."""

from datetime import datetime, time

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Integer,
    SmallInteger,
    String,
    Time,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned


class Municipality(Model):
    """A tenant. Its slug stands in the web addresses on printed cards, so it never changes.

    `out_of_hours` says what citizens do when the phone is not answered; `return_address` is where
    answers on paper are sent, in lines as on an envelope.
    Above `correction_limit` minutes a second person agrees to a correction; None is every time. A
    helper's tablet locks itself after `tablet_idle_minutes`.
    Messages rest `rest_minutes` before anybody acts on them, so that what was done can be undone.
    When something happens on a trip, `nurse_phone` is the nurse on call, and `incident_report` says
    where it is formally reported.
    An offer is answered within `offer_hours` in which the office is open, one of a standing wish
    within `standing_hold_hours`.
    """

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str | None] = mapped_column(String(20))
    phone_hours: Mapped[str | None] = mapped_column(String(80))
    out_of_hours: Mapped[str | None] = mapped_column(String(200))
    return_address: Mapped[str | None] = mapped_column(String(120))
    travel_near_minutes: Mapped[int | None] = mapped_column(Integer)
    travel_far_minutes: Mapped[int | None] = mapped_column(Integer)
    correction_limit: Mapped[int | None] = mapped_column(Integer)
    office_opens: Mapped[time] = mapped_column(Time, default=time(8))
    office_closes: Mapped[time] = mapped_column(Time, default=time(15))
    offer_hours: Mapped[int] = mapped_column(SmallInteger, default=8)
    standing_hold_hours: Mapped[int] = mapped_column(SmallInteger, default=16)
    rest_minutes: Mapped[int] = mapped_column(SmallInteger, default=5)
    nurse_phone: Mapped[str | None] = mapped_column(String(20))
    incident_report: Mapped[str | None] = mapped_column(String(200))
    tablet_idle_minutes: Mapped[int] = mapped_column(SmallInteger, default=10)
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("correction_limit >= 0", name="correction_limit_not_negative"),
        CheckConstraint("tablet_idle_minutes between 1 and 120", name="tablet_idle_within_reason"),
        CheckConstraint("rest_minutes between 0 and 60", name="rest_within_reason"),
        CheckConstraint("office_closes > office_opens", name="office_closes_after_it_opens"),
        CheckConstraint("offer_hours between 1 and 80", name="offer_hours_within_reason"),
        CheckConstraint(
            "standing_hold_hours between 1 and 80", name="standing_hold_hours_within_reason"
        ),
    )


class Supplier(MunicipalityOwned, Model):
    """Who delivers home care: the municipality itself or a private company."""

    name: Mapped[str] = mapped_column(String(120))
    is_municipal: Mapped[bool] = mapped_column(Boolean, default=False)
    phone: Mapped[str | None] = mapped_column(String(20))
    __table_args__ = (UniqueConstraint("municipality_id", "name"),)


class District(MunicipalityOwned, Model):
    """A part of the municipality."""

    name: Mapped[str] = mapped_column(String(80))
    __table_args__ = (UniqueConstraint("municipality_id", "name"),)
