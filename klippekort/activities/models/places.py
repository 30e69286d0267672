"""Tables of the places where activities are held, and of the days they are closed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ColumnElement,
    Date,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Uuid,
    and_,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column, validates

from klippekort.platform.db import Json, Model, UTCDateTime
from klippekort.platform.telephones import WithPhone
from klippekort.platform.tenancy import MunicipalityOwned


class Place(WithPhone, Model):
    """Somewhere things are held, or a room there; `access` are codes of what it is like.

    `latitude` and `longitude` are degrees (WGS 84), where somebody has said where it lies.
    `room_capacity` counts everybody, `wheelchair_places` guests; None where nobody has counted.
    Where `contact_is_public`, everybody may read whom to ask; else the number is sealed.
    """

    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(160), default="")
    postcode: Mapped[str | None] = mapped_column(String(4))
    town: Mapped[str | None] = mapped_column(String(60))
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    access: Mapped[list[str]] = mapped_column(Json, default=list)
    wheelchair_places: Mapped[int | None] = mapped_column(Integer)
    room_capacity: Mapped[int | None] = mapped_column(Integer)
    parking: Mapped[str] = mapped_column(String(200), default="")
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    phone_in_clear: Mapped[str | None] = mapped_column("contact_phone", String(20))
    phone_sealed: Mapped[bytes | None] = mapped_column("contact_phone_sealed", LargeBinary)
    contact_is_public: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    is_closed_on_holidays: Mapped[bool] = mapped_column(Boolean, default=False)
    archived_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("(latitude is null) = (longitude is null)", name="point_is_whole"),
        CheckConstraint("wheelchair_places >= 0 and room_capacity > 0", name="room_is_real"),
        Index(None, "municipality_id", "name"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )

    @property
    def contact_phone(self) -> str | None:
        """Return the number of whom to ask, in clear: E.164."""
        return self.phone

    @contact_phone.setter
    def contact_phone(self, phone: str | None) -> None:
        self.keep_phone(phone, is_public=bool(self.contact_is_public))

    @validates("contact_is_public")
    def _keep_as_public(self, _name: str, is_public: bool) -> bool:
        self.keep_phone(self.phone, is_public=is_public)
        return is_public

    @classmethod
    def unsealed(cls) -> ColumnElement[bool]:
        """Return the condition that a number is to be sealed and is not yet."""
        return and_(super().unsealed(), ~cls.contact_is_public)


class PlaceClosure(MunicipalityOwned, Model):
    """Danish days, both inclusive, on which nothing is held at a place."""

    place_id: Mapped[UUID] = mapped_column(Uuid)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(120), default="")
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="ends_after_it_begins"),
        Index(None, "municipality_id", "place_id"),
        ForeignKeyConstraint(
            ["municipality_id", "place_id"], ["place.municipality_id", "place.id"]
        ),
    )
