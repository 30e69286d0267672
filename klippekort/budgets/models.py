"""Tables of money: what a staff hour costs, what a scheme may cost in a year, and what was spent as
it was added up at night. The sums hold no citizen.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned


class HourPrice(MunicipalityOwned, Model):
    """Øre for a staff hour under a scheme, from a day until the next price."""

    scheme_id: Mapped[UUID] = mapped_column(Uuid)
    from_on: Mapped[date] = mapped_column(Date)
    oere: Mapped[int] = mapped_column(Integer)
    decided_by: Mapped[UUID | None] = mapped_column(Uuid)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        UniqueConstraint("municipality_id", "scheme_id", "from_on"),
        CheckConstraint("oere between 1 and 500000", name="price_within_reason"),
        ForeignKeyConstraint(
            ["municipality_id", "scheme_id"], ["scheme.municipality_id", "scheme.id"]
        ),
    )


class YearGrant(MunicipalityOwned, Model):
    """Øre that a scheme may cost in a calendar year."""

    scheme_id: Mapped[UUID] = mapped_column(Uuid)
    year: Mapped[int] = mapped_column("calendar_year", SmallInteger)
    oere: Mapped[int] = mapped_column(BigInteger)
    decided_by: Mapped[UUID | None] = mapped_column(Uuid)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        UniqueConstraint("municipality_id", "scheme_id", "calendar_year"),
        CheckConstraint("oere >= 0", name="grant_not_negative"),
        ForeignKeyConstraint(
            ["municipality_id", "scheme_id"], ["scheme.municipality_id", "scheme.id"]
        ),
    )


class SpentDay(MunicipalityOwned, Model):
    """What a scheme's trips of one day took, in one district and with one supplier, in minutes and
    at the prices there were; `unpriced` minutes had none, `lines` is how many were rounded.
    """

    scheme_id: Mapped[UUID] = mapped_column(Uuid)
    on: Mapped[date] = mapped_column("on_day", Date)
    district_id: Mapped[UUID | None] = mapped_column(Uuid)
    supplier_id: Mapped[UUID] = mapped_column(Uuid)
    minutes: Mapped[int] = mapped_column(Integer)
    oere: Mapped[int] = mapped_column(BigInteger)
    unpriced: Mapped[int] = mapped_column(Integer)
    lines: Mapped[int] = mapped_column(Integer)
    __table_args__ = (
        CheckConstraint("minutes > 0", name="something_was_spent"),
        Index(None, "municipality_id", "on_day"),
        ForeignKeyConstraint(
            ["municipality_id", "scheme_id"], ["scheme.municipality_id", "scheme.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "district_id"], ["district.municipality_id", "district.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "supplier_id"], ["supplier.municipality_id", "supplier.id"]
        ),
    )


class OutingMonth(MunicipalityOwned, Model):
    """What a scheme's outings of one month, as far as it is kept, to one activity took; without an
    activity they went to places of one's own choice.
    """

    scheme_id: Mapped[UUID] = mapped_column(Uuid)
    month: Mapped[date] = mapped_column(Date)
    activity_id: Mapped[UUID | None] = mapped_column(Uuid)
    outings: Mapped[int] = mapped_column(Integer)
    minutes: Mapped[int] = mapped_column(Integer)
    oere: Mapped[int] = mapped_column(BigInteger)
    unpriced: Mapped[int] = mapped_column(Integer)
    lines: Mapped[int] = mapped_column(Integer)
    __table_args__ = (
        CheckConstraint("outings >= 0 and minutes >= 0", name="sums_not_negative"),
        Index(None, "municipality_id", "month"),
        ForeignKeyConstraint(
            ["municipality_id", "scheme_id"], ["scheme.municipality_id", "scheme.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "activity_id"], ["activity.municipality_id", "activity.id"]
        ),
    )


class SpentKept(MunicipalityOwned, Model):
    """When money was last added up, and of which days, both inclusive."""

    counted_at: Mapped[datetime] = mapped_column(UTCDateTime)
    first_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    __table_args__ = (
        CheckConstraint("until_on > first_on", name="kept_ends_after_it_begins"),
        UniqueConstraint("municipality_id"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )
