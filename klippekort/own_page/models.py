"""Tables of the own page: how she reads, one-time codes, what she asks for, and faces."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned


def _citizen() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["municipality_id", "citizen_id"], ["citizen.municipality_id", "citizen.id"]
    )


class OwnLiking(MunicipalityOwned, Model):
    """How a citizen likes to read her own page: the size of letters, and strong colours or not."""

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    size: Mapped[int] = mapped_column(SmallInteger)
    is_strong: Mapped[bool] = mapped_column(Boolean)
    __table_args__ = (
        CheckConstraint("size between 1 and 3", name="known_size"),
        _citizen(),
        UniqueConstraint("municipality_id", "citizen_id"),
    )


class OwnCode(MunicipalityOwned, Model):
    """The one-time code that was sent to a citizen's own phone; only its hash is kept."""

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    code_hash: Mapped[str] = mapped_column(String(200))
    tries: Mapped[int] = mapped_column(SmallInteger)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("tries >= 0", name="tries_not_negative"),
        _citizen(),
        UniqueConstraint("municipality_id", "citizen_id"),
    )


class DataRequest(MunicipalityOwned, Model):
    """Somebody wants on paper what is kept about a citizen (`data`), or who has looked (`looks`).

    `asked_by` is the role. `answer_by` is the last day the law allows.
    """

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    what: Mapped[str] = mapped_column(String(10))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    asked_by: Mapped[str] = mapped_column(String(20))
    answer_by: Mapped[date] = mapped_column(Date)
    printed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        CheckConstraint("what in ('data','looks')", name="known_matter"),
        _citizen(),
        Index(None, "municipality_id", "done_at", "answer_by"),
        Index(None, "municipality_id", "citizen_id"),
    )


class Portrait(MunicipalityOwned, Model):
    """A care worker's own picture, for those whom she comes to."""

    care_worker_id: Mapped[UUID] = mapped_column(Uuid)
    media_type: Mapped[str] = mapped_column(String(20))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    put_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "care_worker_id"],
            ["care_worker.municipality_id", "care_worker.id"],
        ),
        UniqueConstraint("municipality_id", "care_worker_id"),
    )
