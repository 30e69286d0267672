"""Table of what somebody must be told."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Json, Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned


class OutboxMessage(MunicipalityOwned, Model):
    """A message written with the change it tells of. Its key says what it means, so it is sent
    once.

    `subject_id` is the trip it is about, where it is about one. A `call` is made by a person from
    the call list; `state` is queued, done or withdrawn.
    """

    dedupe_key: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID | None] = mapped_column(Uuid)
    channel: Mapped[str] = mapped_column(String(10))
    citizen_id: Mapped[UUID | None] = mapped_column(Uuid)
    supplier_id: Mapped[UUID | None] = mapped_column(Uuid)
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    state: Mapped[str] = mapped_column(String(12), default="queued")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    queued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        UniqueConstraint("municipality_id", "dedupe_key"),
        Index(None, "municipality_id", "state", "due_at"),
        Index(None, "municipality_id", "subject_id"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )
