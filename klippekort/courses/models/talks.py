"""Tables of the talk: the guide as the municipality has it, and what each citizen answered."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.courses.models.courses import TO_CITIZEN
from klippekort.platform.db import Json, Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned


class CourseGuide(MunicipalityOwned, Model):
    """The guide as it reads from a version on: written once and kept, for talks that follow it.

    `hidden` are codes of questions that are not asked; `chips` are the municipality's own answers,
    `{question: {code: words}}`.
    """

    version: Mapped[int] = mapped_column(SmallInteger)
    hidden: Mapped[list[str]] = mapped_column(Json, default=list)
    chips: Mapped[dict[str, dict[str, str]]] = mapped_column(Json, default=dict)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    written_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        CheckConstraint("version > 0", name="version_above_zero"),
        UniqueConstraint("municipality_id", "version"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class CourseTalk(MunicipalityOwned, Model):
    """A talk with a citizen, kept as far as it has come. She has at most one under way.

    All that was said is sealed under her key. `guide_version` is the guide it began with, 0 the one
    the program brings. `not_now_until` is when she would like to be asked again.
    """

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    guide_version: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(String(10), default="open")
    answers_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    not_now_until: Mapped[date | None] = mapped_column(Date)
    begun_at: Mapped[datetime] = mapped_column(UTCDateTime)
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    talked_by: Mapped[UUID | None] = mapped_column(Uuid)
    talker_name: Mapped[str] = mapped_column(String(120), default="")
    __table_args__ = (
        CheckConstraint("state in ('open','finished')", name="known_state"),
        CheckConstraint("(state = 'finished') = (finished_at is not null)", name="finished_once"),
        CheckConstraint("guide_version >= 0", name="version_not_negative"),
        Index(None, "municipality_id", "citizen_id"),
        Index(
            "one_open_talk",
            "municipality_id",
            "citizen_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        ForeignKeyConstraint(["municipality_id", "citizen_id"], TO_CITIZEN),
    )
