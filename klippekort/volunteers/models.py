"""Tables of volunteers and their associations."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned


class Association(MunicipalityOwned, Model):
    """A club, church, library or other group that volunteers belong to."""

    name: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str | None] = mapped_column(String(20))
    __table_args__ = (
        UniqueConstraint("municipality_id", "name"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class Volunteer(MunicipalityOwned, Model):
    """Someone who offers their time. An e-mail address or phone number may be missing."""

    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(20))
    association_id: Mapped[UUID | None] = mapped_column(Uuid)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        UniqueConstraint("municipality_id", "email"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        ForeignKeyConstraint(
            ["municipality_id", "association_id"],
            ["association.municipality_id", "association.id"],
        ),
    )
