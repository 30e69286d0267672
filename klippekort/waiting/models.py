"""Tables of what citizens wait for: wishes, standing wishes, offers, and kept score sheets."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Json, Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned

IN_LINE = "state in ('waiting','offered')"
IS_KEPT = "state in ('active','paused')"


class Wish(MunicipalityOwned, Model):
    """Something a citizen would like to go to. With an occurrence it is a place in its line.

    The citizen's own words are sealed under the citizen's key. `made_at` decides how long she has
    waited, and never changes.
    """

    __tablename__ = "trip_wish"

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    kind: Mapped[str | None] = mapped_column(String(20))
    activity_id: Mapped[UUID | None] = mapped_column(Uuid)
    occurrence_id: Mapped[UUID | None] = mapped_column(Uuid)
    earliest_on: Mapped[date | None] = mapped_column(Date)
    latest_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[str] = mapped_column(String(10))
    agreed_how: Mapped[str] = mapped_column(String(20))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[UUID | None] = mapped_column(Uuid)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    close_reason: Mapped[str | None] = mapped_column(String(20))
    trip_id: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        CheckConstraint(
            "state in ('open','waiting','offered','met','withdrawn','unmet')", name="known_state"
        ),
        CheckConstraint("latest_on >= earliest_on", name="latest_not_before_earliest"),
        Index(None, "municipality_id", "citizen_id"),
        Index(None, "municipality_id", "state"),
        Index(
            "one_place_in_line",
            "municipality_id",
            "occurrence_id",
            "citizen_id",
            unique=True,
            sqlite_where=text(IN_LINE),
            postgresql_where=text(IN_LINE),
        ),
        ForeignKeyConstraint(
            ["municipality_id", "citizen_id"], ["citizen.municipality_id", "citizen.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "activity_id"], ["activity.municipality_id", "activity.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "occurrence_id"], ["occurrence.municipality_id", "occurrence.id"]
        ),
        ForeignKeyConstraint(["municipality_id", "trip_id"], ["trip.municipality_id", "trip.id"]),
    )


class StandingWish(MunicipalityOwned, Model):
    """Something a citizen would like to go to again and again; each time is asked for anew.

    `noes` are those in a row: a yes begins again from none.
    """

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    activity_id: Mapped[UUID] = mapped_column(Uuid)
    every_weeks: Mapped[int] = mapped_column(Integer)
    care_worker_id: Mapped[UUID | None] = mapped_column(Uuid)
    day_part: Mapped[str] = mapped_column(String(10), default="any")
    state: Mapped[str] = mapped_column(String(10), default="active")
    noes: Mapped[int] = mapped_column(Integer, default=0)
    agreed_how: Mapped[str] = mapped_column(String(20))
    agreed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    agreed_by: Mapped[UUID | None] = mapped_column(Uuid)
    last_proposed_on: Mapped[date | None] = mapped_column(Date)
    __table_args__ = (
        CheckConstraint("every_weeks between 1 and 26", name="every_weeks_within_reason"),
        CheckConstraint("day_part in ('any','morning','afternoon','evening')", name="known_part"),
        CheckConstraint("state in ('active','paused','ended')", name="known_state"),
        CheckConstraint("noes >= 0", name="noes_not_negative"),
        Index(None, "municipality_id", "state"),
        Index(
            "one_standing_wish",
            "municipality_id",
            "citizen_id",
            "activity_id",
            unique=True,
            sqlite_where=text(IS_KEPT),
            postgresql_where=text(IS_KEPT),
        ),
        ForeignKeyConstraint(
            ["municipality_id", "citizen_id"], ["citizen.municipality_id", "citizen.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "activity_id"], ["activity.municipality_id", "activity.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "care_worker_id"],
            ["care_worker.municipality_id", "care_worker.id"],
        ),
    )


class TripOffer(MunicipalityOwned, Model):
    """A trip that is really held for a citizen until she answers, or the time to answer is over.

    `instead_of_id` is the trip we cancelled that this one is to replace. `score` is the sheet by
    which it was her turn.
    """

    trip_id: Mapped[UUID] = mapped_column(Uuid)
    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    origin: Mapped[str] = mapped_column(String(12))
    wish_id: Mapped[UUID | None] = mapped_column(Uuid)
    standing_wish_id: Mapped[UUID | None] = mapped_column(Uuid)
    instead_of_id: Mapped[UUID | None] = mapped_column(Uuid)
    offered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    answer_by: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(String(10), default="open")
    answered_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    answered_by: Mapped[UUID | None] = mapped_column(Uuid)
    score: Mapped[dict[str, Any] | None] = mapped_column(Json)
    __table_args__ = (
        CheckConstraint(
            "origin in ('waiting','standing','replacement','wish')", name="known_origin"
        ),
        CheckConstraint(
            "state in ('open','accepted','declined','lapsed','withdrawn')", name="known_state"
        ),
        UniqueConstraint("municipality_id", "trip_id"),
        Index(None, "municipality_id", "state", "answer_by"),
        Index(None, "municipality_id", "citizen_id"),
        Index(None, "municipality_id", "wish_id"),
        Index(None, "municipality_id", "standing_wish_id"),
        ForeignKeyConstraint(["municipality_id", "trip_id"], ["trip.municipality_id", "trip.id"]),
        ForeignKeyConstraint(
            ["municipality_id", "citizen_id"], ["citizen.municipality_id", "citizen.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "wish_id"], ["trip_wish.municipality_id", "trip_wish.id"]
        ),
        ForeignKeyConstraint(
            ["municipality_id", "standing_wish_id"],
            ["standing_wish.municipality_id", "standing_wish.id"],
        ),
        ForeignKeyConstraint(
            ["municipality_id", "instead_of_id"], ["trip.municipality_id", "trip.id"]
        ),
    )


class TurnSheet(MunicipalityOwned, Model):
    """Who was asked when a seat came free, and why: written once and never changed.

    `lines` hold ids, points and codes, in the order of the turn.
    """

    occurrence_id: Mapped[UUID] = mapped_column(Uuid)
    drawn_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason: Mapped[str] = mapped_column(String(12))
    lines: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    __table_args__ = (
        CheckConstraint("reason in ('freed','lapsed','again')", name="known_reason"),
        Index(None, "municipality_id", "occurrence_id", "drawn_at"),
        ForeignKeyConstraint(
            ["municipality_id", "occurrence_id"], ["occurrence.municipality_id", "occurrence.id"]
        ),
    )
