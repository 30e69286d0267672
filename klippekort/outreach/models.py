"""Tables of outreach: what was noticed, who follows it up, what was answered, what is set."""

from datetime import date, datetime
from typing import Any
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
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Json, Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned

_TO_CITIZEN = ["citizen.municipality_id", "citizen.id"]
_TO_CASE = ["outreach_case.municipality_id", "outreach_case.id"]
_CONSENTS = "'yes','no','not_asked'"
_IS_OPEN = text("closed_on is null")


class OutreachCase(MunicipalityOwned, Model):
    """Somebody who was noticed or referred, until it is settled: one open one a citizen.

    It has an owner and a next date from the start. `handed_to` has been asked to take it over;
    until that person says yes, it stays with its owner. Without a citizen nobody has yet found out
    who it is about. `consent` is what the citizen last said to being contacted.
    """

    citizen_id: Mapped[UUID | None] = mapped_column(Uuid)
    owner_id: Mapped[UUID | None] = mapped_column(Uuid)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    next_on: Mapped[date] = mapped_column(Date)
    consent: Mapped[str] = mapped_column(String(10))
    handed_to: Mapped[UUID | None] = mapped_column(Uuid)
    handed_on: Mapped[date | None] = mapped_column(Date)
    came_back_on: Mapped[date | None] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    closed_by: Mapped[UUID | None] = mapped_column(Uuid)
    outcome: Mapped[str | None] = mapped_column(String(12))
    __table_args__ = (
        CheckConstraint(f"consent in ({_CONSENTS})", name="known_consent"),
        CheckConstraint("(closed_on is null) = (outcome is null)", name="closed_with_an_outcome"),
        CheckConstraint("(handed_to is null) = (handed_on is null)", name="handed_on_a_day"),
        CheckConstraint("closed_on is null or handed_to is null", name="closed_is_not_handed"),
        Index(
            "ix_outreach_case_one_open",
            "municipality_id",
            "citizen_id",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index(None, "municipality_id", "closed_on", "next_on"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
        ForeignKeyConstraint(["municipality_id", "citizen_id"], _TO_CITIZEN),
    )


class OutreachNotice(MunicipalityOwned, Model):
    """What one person noticed or told us on one day.

    Words are sealed: under the citizen's key once we know whom they are about. Signs, words, whom
    they are about and who told us go on the same day, `forgotten_on`; that something was told, when
    and by what kind of person stays. `likeness` is a keyed fingerprint, so that asking twice is
    asking once.
    """

    case_id: Mapped[UUID] = mapped_column(Uuid)
    citizen_id: Mapped[UUID | None] = mapped_column(Uuid)
    source: Mapped[str] = mapped_column(String(12))
    channel: Mapped[str] = mapped_column(String(10))
    consent: Mapped[str] = mapped_column(String(10))
    noticed_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[UUID | None] = mapped_column(Uuid)
    signs: Mapped[list[str]] = mapped_column(Json, default=list)
    words_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    about_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    teller_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    likeness: Mapped[str | None] = mapped_column(String(64))
    answer_by: Mapped[date | None] = mapped_column(Date)
    answered_on: Mapped[date | None] = mapped_column(Date)
    answered_by: Mapped[UUID | None] = mapped_column(Uuid)
    reply: Mapped[str | None] = mapped_column(String(10))
    forgotten_on: Mapped[date | None] = mapped_column(Date)
    __table_args__ = (
        CheckConstraint(
            "source in ('staff','doctor','nurse','relative','preventive','self','other')",
            name="known_source",
        ),
        CheckConstraint("channel in ('tablet','page','public','typed')", name="known_channel"),
        CheckConstraint(f"consent in ({_CONSENTS})", name="known_consent"),
        CheckConstraint("(answered_on is null) = (reply is null)", name="answered_with_words"),
        CheckConstraint(
            "forgotten_on is null or (words_sealed is null and about_sealed is null "
            "and teller_sealed is null and likeness is null)",
            name="forgotten_is_gone",
        ),
        UniqueConstraint("municipality_id", "likeness"),
        Index(None, "municipality_id", "case_id"),
        Index(None, "municipality_id", "citizen_id", "recorded_at"),
        Index(None, "municipality_id", "forgotten_on", "recorded_at"),
        ForeignKeyConstraint(["municipality_id", "case_id"], _TO_CASE),
        ForeignKeyConstraint(["municipality_id", "citizen_id"], _TO_CITIZEN),
    )


class OutreachAnswer(MunicipalityOwned, Model):
    """What came of asking a citizen, or of a line on the list: a code and two days, for keeping.

    Until `until_on` the line rests; a no with that day is asked again after it.
    """

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    answer: Mapped[str] = mapped_column(String(10))
    given_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    case_id: Mapped[UUID | None] = mapped_column(Uuid)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        CheckConstraint("answer in ('yes','no','no_answer','done','later')", name="known_answer"),
        CheckConstraint("until_on is null or until_on >= given_on", name="rests_from_the_day"),
        CheckConstraint("answer <> 'later' or until_on is not null", name="later_has_a_day"),
        Index(None, "municipality_id", "citizen_id", "recorded_at"),
        Index(None, "municipality_id", "given_on"),
        ForeignKeyConstraint(["municipality_id", "citizen_id"], _TO_CITIZEN),
        ForeignKeyConstraint(["municipality_id", "case_id"], _TO_CASE),
    )


class OutreachTerms(MunicipalityOwned, Model):
    """What a municipality sets: its times, its signs, its rules, and who owns what comes in."""

    first_days: Mapped[int] = mapped_column(SmallInteger, default=7)
    handover_days: Mapped[int] = mapped_column(SmallInteger, default=3)
    answer_days: Mapped[int] = mapped_column(SmallInteger, default=7)
    forget_days: Mapped[int] = mapped_column(SmallInteger, default=30)
    again_months: Mapped[int] = mapped_column(SmallInteger, default=6)
    rest_days: Mapped[int] = mapped_column(SmallInteger, default=28)
    owner_id: Mapped[UUID | None] = mapped_column(Uuid)
    is_public: Mapped[bool] = mapped_column(Boolean, default=True)
    signs: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    rules: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    __table_args__ = (
        CheckConstraint("first_days between 1 and 30", name="first_days_within_reason"),
        CheckConstraint("handover_days between 1 and 14", name="handover_days_within_reason"),
        CheckConstraint("answer_days between 1 and 30", name="answer_days_within_reason"),
        CheckConstraint("forget_days between 1 and 365", name="forget_days_within_reason"),
        CheckConstraint("again_months between 1 and 36", name="again_months_within_reason"),
        CheckConstraint("rest_days between 1 and 182", name="rest_days_within_reason"),
        UniqueConstraint("municipality_id"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )
