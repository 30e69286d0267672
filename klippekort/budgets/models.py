"""Tables of money: what a staff hour costs, and what a scheme may cost in a year."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
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
