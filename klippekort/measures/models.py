"""Tables of measures: wording, what was answered, when it is due, and what must be followed up."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Json, Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned

_TO_CITIZEN = ["citizen.municipality_id", "citizen.id"]
_TO_MEASUREMENT = ["measurement.municipality_id", "measurement.id"]
IS_KEPT = "replaced_at is null"
IS_OPEN = "state = 'open'"


class OwnInstrument(MunicipalityOwned, Model):
    """An instrument that the municipality has added itself, as the text it was read from."""

    instrument: Mapped[str] = mapped_column(String(30))
    version: Mapped[str] = mapped_column(String(12))
    definition: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    added_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        UniqueConstraint("municipality_id", "instrument", "version"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class InstrumentWording(MunicipalityOwned, Model):
    """The words of an instrument in one language, as the municipality may use them.

    `may_use` says how it came by the right to them. `items` are in the instrument's order;
    `answers` go from its lowest answer to its highest.
    """

    instrument: Mapped[str] = mapped_column(String(30))
    version: Mapped[str] = mapped_column(String(12))
    language: Mapped[str] = mapped_column(String(8))
    lead: Mapped[str] = mapped_column(String(400), default="")
    items: Mapped[list[str]] = mapped_column(Json, default=list)
    answers: Mapped[list[str]] = mapped_column(Json, default=list)
    may_use: Mapped[str] = mapped_column(String(300))
    written_at: Mapped[datetime] = mapped_column(UTCDateTime)
    written_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        UniqueConstraint("municipality_id", "instrument", "version", "language"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class MeasureSettings(MunicipalityOwned, Model):
    """What is asked at the start and at the end, as instrument keys; and who follows up."""

    at_start: Mapped[list[str]] = mapped_column(Json, default=list)
    at_end: Mapped[list[str]] = mapped_column(Json, default=list)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    __table_args__ = (
        UniqueConstraint("municipality_id"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class Measurement(MunicipalityOwned, Model):
    """What a citizen answered on a day, or that she would not or could not, and the score of it.

    Each answer is a number, `declined`, `not_able`, or None. Scores stand with the version of the
    rule they were made by. One that was typed in wrongly is replaced and kept.
    """

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    instrument: Mapped[str] = mapped_column(String(30))
    version: Mapped[str] = mapped_column(String(12))
    language: Mapped[str] = mapped_column(String(8))
    mode: Mapped[str] = mapped_column(String(10))
    moment: Mapped[str] = mapped_column(String(10))
    measured_on: Mapped[date] = mapped_column(Date)
    outcome: Mapped[str] = mapped_column(String(10))
    answers: Mapped[list[Any]] = mapped_column(Json, default=list)
    raw: Mapped[int | None] = mapped_column(Integer)
    score: Mapped[int | None] = mapped_column(Integer)
    code: Mapped[str | None] = mapped_column(String(30))
    subscales: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    rule_version: Mapped[int] = mapped_column(SmallInteger)
    asked_by: Mapped[UUID | None] = mapped_column(Uuid)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[UUID | None] = mapped_column(Uuid)
    replaced_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    replaced_by: Mapped[UUID | None] = mapped_column(Uuid)
    replaced_because: Mapped[str | None] = mapped_column(String(20))
    __table_args__ = (
        CheckConstraint("mode in ('self','interview','paper','proxy')", name="known_mode"),
        CheckConstraint("moment in ('start','end','check','other')", name="known_moment"),
        CheckConstraint("outcome in ('answered','declined','not_able')", name="known_outcome"),
        CheckConstraint(
            "outcome = 'answered' or (raw is null and score is null)", name="score_needs_answers"
        ),
        CheckConstraint(
            "(replaced_at is null) = (replaced_because is null)", name="replaced_with_reason"
        ),
        Index(
            "one_measure_a_day",
            "municipality_id",
            "citizen_id",
            "instrument",
            "measured_on",
            unique=True,
            sqlite_where=text(IS_KEPT),
            postgresql_where=text(IS_KEPT),
        ),
        Index(None, "municipality_id", "instrument", "measured_on"),
        ForeignKeyConstraint(["municipality_id", "citizen_id"], _TO_CITIZEN),
    )


class MeasureDue(MunicipalityOwned, Model):
    """A citizen is to be asked by a day, and because of what: a course, a group, or by hand.

    It is `open`, `done` by a measurement, or `dropped`.
    """

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    instrument: Mapped[str] = mapped_column(String(30))
    version: Mapped[str] = mapped_column(String(12))
    moment: Mapped[str] = mapped_column(String(10))
    cause: Mapped[str] = mapped_column(String(20))
    cause_id: Mapped[UUID | None] = mapped_column(Uuid)
    due_on: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10), default="open")
    measurement_id: Mapped[UUID | None] = mapped_column(Uuid)
    set_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        CheckConstraint("moment in ('start','end','check','other')", name="known_moment"),
        CheckConstraint("state in ('open','done','dropped')", name="known_state"),
        CheckConstraint("(state = 'open') = (closed_at is null)", name="closed_once"),
        CheckConstraint(
            "(state = 'done') = (measurement_id is not null)", name="done_by_a_measure"
        ),
        Index(None, "municipality_id", "state", "due_on"),
        Index(
            "due_once",
            "municipality_id",
            "citizen_id",
            "instrument",
            "moment",
            unique=True,
            sqlite_where=text(IS_OPEN),
            postgresql_where=text(IS_OPEN),
        ),
        ForeignKeyConstraint(["municipality_id", "citizen_id"], _TO_CITIZEN),
        ForeignKeyConstraint(["municipality_id", "measurement_id"], _TO_MEASUREMENT),
    )


class MeasureDuty(MunicipalityOwned, Model):
    """A low score that somebody must follow up by a day, and what was done, in sealed words."""

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    measurement_id: Mapped[UUID] = mapped_column(Uuid)
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    due_on: Mapped[date] = mapped_column(Date)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by: Mapped[UUID | None] = mapped_column(Uuid)
    done: Mapped[str | None] = mapped_column(String(20))
    done_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    __table_args__ = (
        CheckConstraint("(closed_at is null) = (done is null)", name="closed_with_a_deed"),
        UniqueConstraint("municipality_id", "measurement_id"),
        Index(None, "municipality_id", "closed_at", "due_on"),
        ForeignKeyConstraint(["municipality_id", "citizen_id"], _TO_CITIZEN),
        ForeignKeyConstraint(["municipality_id", "measurement_id"], _TO_MEASUREMENT),
    )
