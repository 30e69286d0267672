"""Tables of the tenant: municipality, suppliers, districts."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, Integer, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned


class Municipality(Model):
    """A tenant. Its slug stands in the web addresses on printed cards, so it never changes.

    Above `correction_limit` minutes a second person agrees to a correction; None is every time.
    """

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str | None] = mapped_column(String(20))
    phone_hours: Mapped[str | None] = mapped_column(String(80))
    travel_near_minutes: Mapped[int | None] = mapped_column(Integer)
    travel_far_minutes: Mapped[int | None] = mapped_column(Integer)
    correction_limit: Mapped[int | None] = mapped_column(Integer)
    is_demo: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("correction_limit >= 0", name="correction_limit_not_negative"),
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
