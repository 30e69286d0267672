"""The table of what tablets told: each intent once, as it was told, and how it was settled."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Json, Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned


class Intent(MunicipalityOwned, Model):
    """Something done on a tablet, under the id the tablet gave it; `based_on` is what it knew.

    The payload holds codes, ids and times of day, never free text. Only a person's settlement is
    ever added, and only once.
    """

    account_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(12))
    trip_id: Mapped[UUID | None] = mapped_column(Uuid)
    citizen_id: Mapped[UUID | None] = mapped_column(Uuid)
    based_on: Mapped[int | None] = mapped_column(Integer)
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    device_at: Mapped[datetime] = mapped_column(UTCDateTime)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    clock_off_seconds: Mapped[int | None] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]] = mapped_column(Json)
    needs_person: Mapped[bool] = mapped_column(Boolean)
    settled_by: Mapped[UUID | None] = mapped_column(Uuid)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled_how: Mapped[str | None] = mapped_column(String(12))
    reason_code: Mapped[str | None] = mapped_column(String(20))
    __table_args__ = (
        CheckConstraint(
            "kind in ('start','finish','cancel','note','book','happened','notice','resume')",
            name="known_kind",
        ),
        CheckConstraint("outcome in ('done','conflict','refused','settled')", name="known_outcome"),
        CheckConstraint(
            "(outcome = 'settled') = (settled_at is not null) and "
            "(settled_at is null) = (settled_by is null) and "
            "(settled_at is null) = (settled_how is null) and "
            "(settled_at is null) = (reason_code is null)",
            name="settled_by_a_person",
        ),
        CheckConstraint("settled_how in ('tablet','keep','both')", name="known_settlement"),
        Index(None, "municipality_id", "needs_person", "settled_at"),
        Index(None, "municipality_id", "trip_id"),
        ForeignKeyConstraint(["municipality_id", "trip_id"], ["trip.municipality_id", "trip.id"]),
        ForeignKeyConstraint(
            ["municipality_id", "citizen_id"], ["citizen.municipality_id", "citizen.id"]
        ),
    )
