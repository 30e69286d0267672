"""Tables of schemes, cards and the ledger of minutes."""

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
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Json, Model, UTCDateTime
from klippekort.platform.tenancy import MunicipalityOwned


def _of(table: str, column: str) -> ForeignKeyConstraint:
    """Return the key to another table of the same municipality."""
    return ForeignKeyConstraint(
        ["municipality_id", column], [f"{table}.municipality_id", f"{table}.id"]
    )


class Scheme(MunicipalityOwned, Model):
    """A municipality's punch-card scheme in one setting."""

    name: Mapped[str] = mapped_column(String(80))
    setting: Mapped[str] = mapped_column(String(20))
    preset: Mapped[str | None] = mapped_column(String(40))
    __table_args__ = (
        UniqueConstraint("municipality_id", "name"),
        ForeignKeyConstraint(["municipality_id"], ["municipality.id"]),
    )


class SchemeTerms(MunicipalityOwned, Model):
    """What a scheme says from a day on (see `domain.schemes`)."""

    scheme_id: Mapped[UUID] = mapped_column(Uuid)
    from_on: Mapped[date] = mapped_column(Date)
    terms: Mapped[dict[str, Any]] = mapped_column(Json)
    decided_by: Mapped[UUID | None] = mapped_column(Uuid)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        UniqueConstraint("municipality_id", "scheme_id", "from_on"),
        _of("scheme", "scheme_id"),
    )


class PunchCard(MunicipalityOwned, Model):
    """A citizen's card under one scheme, with the head of its chain of entries."""

    scheme_id: Mapped[UUID] = mapped_column(Uuid)
    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    opened_on: Mapped[date] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    advanced_through: Mapped[date | None] = mapped_column(Date)
    seq: Mapped[int] = mapped_column(Integer, default=0)
    head: Mapped[str] = mapped_column(String(64), default="")
    __table_args__ = (
        UniqueConstraint("municipality_id", "citizen_id", "scheme_id"),
        Index(None, "municipality_id", "advanced_through"),
        _of("scheme", "scheme_id"),
        _of("citizen", "citizen_id"),
    )


class Grant(MunicipalityOwned, Model):
    """The decision that gives a citizen a card, or a sum of time; `minutes` is its own weekly
    rate.
    """

    __tablename__ = "card_grant"  # `grant` is a word of SQL
    card_id: Mapped[UUID] = mapped_column(Uuid)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    minutes: Mapped[int | None] = mapped_column(Integer)
    origin: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(40))
    decided_by: Mapped[UUID | None] = mapped_column(Uuid)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        Index(None, "municipality_id", "card_id"),
        CheckConstraint("minutes is null or minutes >= 0", name="rate_is_not_negative"),
        _of("punch_card", "card_id"),
    )


class PunchLot(MunicipalityOwned, Model):
    """Minutes that came together; a trigger on the entries moves the totals, never a hand."""

    card_id: Mapped[UUID] = mapped_column(Uuid)
    source: Mapped[str] = mapped_column(String(20))
    period: Mapped[str] = mapped_column(String(40))
    credited_on: Mapped[date] = mapped_column(Date)
    expires_on: Mapped[date | None] = mapped_column(Date)
    expiry_rule: Mapped[str | None] = mapped_column(String(20))
    granted: Mapped[int] = mapped_column(Integer, default=0)
    held: Mapped[int] = mapped_column(Integer, default=0)
    used: Mapped[int] = mapped_column(Integer, default=0)
    expired: Mapped[int] = mapped_column(Integer, default=0)
    __table_args__ = (
        UniqueConstraint("municipality_id", "card_id", "source", "period"),
        CheckConstraint(
            "granted >= held + used + expired and held >= 0 and used >= 0 and expired >= 0",
            name="never_below_zero",
        ),
        Index(None, "municipality_id", "expires_on"),
        _of("punch_card", "card_id"),
    )


class PunchEntry(MunicipalityOwned, Model):
    """One line of the ledger: written once, never changed, chained to the line before."""

    card_id: Mapped[UUID] = mapped_column(Uuid)
    seq: Mapped[int] = mapped_column(Integer)
    lot_id: Mapped[UUID | None] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(20))
    minutes: Mapped[int] = mapped_column(Integer)
    trip_id: Mapped[UUID | None] = mapped_column(Uuid)
    reverses_id: Mapped[UUID | None] = mapped_column(Uuid)
    effective_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    reason_code: Mapped[str] = mapped_column(String(40))
    actor_id: Mapped[UUID | None] = mapped_column(Uuid)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    __table_args__ = (
        UniqueConstraint("municipality_id", "card_id", "seq"),
        UniqueConstraint("municipality_id", "reverses_id"),
        CheckConstraint("minutes > 0", name="minutes_above_zero"),
        CheckConstraint(
            "kind in ('credit','hold','release','spend','expire','forfeit','waive',"
            "'adjust_up','adjust_down','reverse')",
            name="known_kind",
        ),
        Index(None, "municipality_id", "trip_id"),
        Index(None, "municipality_id", "lot_id"),
        _of("punch_card", "card_id"),
        _of("punch_lot", "lot_id"),
        _of("punch_entry", "reverses_id"),
    )


class EntryNote(MunicipalityOwned, Model):
    """Free text about an entry, kept apart so that it can be erased without touching the chain."""

    entry_id: Mapped[UUID] = mapped_column(Uuid)
    text: Mapped[str] = mapped_column(Text)
    __table_args__ = (
        UniqueConstraint("municipality_id", "entry_id"),
        _of("punch_entry", "entry_id"),
    )


class TripPledge(MunicipalityOwned, Model):
    """Minutes a booked trip still lacks, to be held as they accrue."""

    card_id: Mapped[UUID] = mapped_column(Uuid)
    trip_id: Mapped[UUID] = mapped_column(Uuid)
    minutes: Mapped[int] = mapped_column(Integer)
    on: Mapped[date] = mapped_column("on_day", Date)
    __table_args__ = (
        UniqueConstraint("municipality_id", "card_id", "trip_id"),
        CheckConstraint("minutes > 0", name="pledge_above_zero"),
        _of("punch_card", "card_id"),
    )


class CardKey(MunicipalityOwned, Model):
    """What opens a citizen's page: the printed code's secret and a PIN, with its tries counted
    first.
    """

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    token_hash: Mapped[str] = mapped_column(String(64))
    token_encrypted: Mapped[bytes] = mapped_column(LargeBinary)
    pin_hash: Mapped[str] = mapped_column(String(200))
    tries: Mapped[int] = mapped_column(Integer, default=0)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    killed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        UniqueConstraint("municipality_id", "token_hash"),
        Index(None, "municipality_id", "citizen_id"),
        CheckConstraint("tries between 0 and 5", name="five_tries"),
        _of("citizen", "citizen_id"),
    )


class CardSession(MunicipalityOwned, Model):
    """A citizen's page that was opened with code and PIN."""

    key_id: Mapped[UUID] = mapped_column(Uuid)
    token_hash: Mapped[str] = mapped_column(String(64))
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        UniqueConstraint("municipality_id", "token_hash"),
        _of("card_key", "key_id"),
    )


class CardTask(MunicipalityOwned, Model):
    """Something about a card that a person must decide or do."""

    card_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(20))
    rule: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(80))
    opened_on: Mapped[date] = mapped_column(Date)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        UniqueConstraint("municipality_id", "card_id", "kind", "subject"),
        _of("punch_card", "card_id"),
    )
