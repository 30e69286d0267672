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
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from klippekort.platform.db import Json, Model, UTCDateTime
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import MunicipalityOwned


def _of(table: str, column: str) -> ForeignKeyConstraint:
    """Return the key to another table of the same municipality."""
    return ForeignKeyConstraint(
        ["municipality_id", column], [f"{table}.municipality_id", f"{table}.id"]
    )


def _some(name: str, where: str, *columns: str) -> Index:
    """Return an index of the rows that meet a condition: what a long history leaves behind."""
    return Index(
        name, "municipality_id", *columns, sqlite_where=text(where), postgresql_where=text(where)
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


class SchemePause(MunicipalityOwned, Model):
    """Days on which a whole scheme stands still, both inclusive; open while nobody knows the end.

    Two of one scheme never share a day: the database refuses it.
    """

    scheme_id: Mapped[UUID] = mapped_column(Uuid)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        CheckConstraint("until_on is null or until_on >= from_on", name="pause_ends_after_start"),
        Index(None, "municipality_id", "scheme_id", "from_on"),
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
    """The decision that gives a citizen a card, or a sum of time; `minutes` is its own rate a
    period. `at_end` names what ended it, as the terms of `ending` do; None for its own last day.
    """

    __tablename__ = "card_grant"  # `grant` is a word of SQL
    card_id: Mapped[UUID] = mapped_column(Uuid)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    minutes: Mapped[int | None] = mapped_column(Integer)
    origin: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(40))
    decided_by: Mapped[UUID | None] = mapped_column(Uuid)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    at_end: Mapped[str | None] = mapped_column(String(20))
    __table_args__ = (
        Index(None, "municipality_id", "card_id"),
        CheckConstraint("minutes is null or minutes >= 0", name="rate_is_not_negative"),
        _of("punch_card", "card_id"),
    )


class CardRequest(MunicipalityOwned, Model):
    """A card that somebody wants to give, and that runs from the day a colleague approves it.

    `answers` are what a person decided of the rules the scheme leaves open, `words` why, and
    `reply` why it was turned down: free text that can be erased.
    """

    citizen_id: Mapped[UUID] = mapped_column(Uuid)
    scheme_id: Mapped[UUID] = mapped_column(Uuid)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    minutes: Mapped[int | None] = mapped_column(Integer)
    origin: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(40))
    answers: Mapped[dict[str, str]] = mapped_column(Json)
    words: Mapped[str | None] = mapped_column(Text)
    reply: Mapped[str | None] = mapped_column(Text)
    asked_by: Mapped[UUID] = mapped_column(Uuid)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    outcome: Mapped[str | None] = mapped_column(String(12))
    closed_by: Mapped[UUID | None] = mapped_column(Uuid)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    card_id: Mapped[UUID | None] = mapped_column(Uuid)
    __table_args__ = (
        Index(None, "municipality_id", "citizen_id"),
        Index(None, "municipality_id", "closed_at"),
        CheckConstraint("(outcome is null) = (closed_at is null)", name="closed_with_an_outcome"),
        CheckConstraint("outcome in ('approved','declined','withdrawn')", name="known_outcome"),
        CheckConstraint(
            "outcome is null or outcome = 'withdrawn' or closed_by <> asked_by",
            name="nobody_approves_their_own",
        ),
        CheckConstraint("until_on is null or until_on >= from_on", name="last_day_after_first"),
        _of("citizen", "citizen_id"),
        _of("scheme", "scheme_id"),
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
    # The number of the entry that moved the totals last.
    moved_by: Mapped[int] = mapped_column(Integer, server_default="0")
    __table_args__ = (
        UniqueConstraint("municipality_id", "card_id", "source", "period"),
        CheckConstraint(
            "granted >= held + used + expired and held >= 0 and used >= 0 and expired >= 0",
            name="never_below_zero",
        ),
        # Both know open lots alone: PostgreSQL, not having met a new municipality yet, would else
        # take one of them for the way to a single lot, and read all its lots for every entry.
        _some("ix_punch_lot_open", "granted > used + expired", "card_id"),
        _some("ix_punch_lot_lapsing", "granted > used + expired", "expires_on"),
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
        _some("ix_punch_entry_spends", "kind in ('spend', 'forfeit')", "card_id", "effective_on"),
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
    """A citizen's page that was opened with code and PIN.

    Until `strong_until` a one-time code to her own phone has vouched for her too.
    """

    key_id: Mapped[UUID] = mapped_column(Uuid)
    token_hash: Mapped[str] = mapped_column(String(64))
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    strong_until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        UniqueConstraint("municipality_id", "token_hash"),
        _of("card_key", "key_id"),
    )


class CardTask(MunicipalityOwned, Model):
    """Something about a card that a person must decide or do; `minutes` of a period may wait for
    it.
    """

    card_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(20))
    rule: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(80))
    opened_on: Mapped[date] = mapped_column(Date)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by: Mapped[UUID | None] = mapped_column(Uuid)
    minutes: Mapped[int | None] = mapped_column(Integer)
    __table_args__ = (
        UniqueConstraint("municipality_id", "card_id", "kind", "subject"),
        _of("punch_card", "card_id"),
    )


class SchemeDraft(MunicipalityOwned, Model):
    """Terms somebody is writing: they may still contradict themselves, and bind nobody."""

    scheme_id: Mapped[UUID] = mapped_column(Uuid)
    terms: Mapped[dict[str, Any]] = mapped_column(Json)
    from_on: Mapped[date | None] = mapped_column(Date)
    changed_by: Mapped[UUID | None] = mapped_column(Uuid)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        UniqueConstraint("municipality_id", "scheme_id"),
        _of("scheme", "scheme_id"),
    )


class RuleAnswer(MunicipalityOwned, Model):
    """What somebody decided about a rule, and why: from a day on, or once for one card.

    The reason is free text and can be erased; what was decided stays.
    """

    scheme_id: Mapped[UUID] = mapped_column(Uuid)
    rule: Mapped[str] = mapped_column(String(160))
    value: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    from_on: Mapped[date] = mapped_column(Date)
    card_id: Mapped[UUID | None] = mapped_column(Uuid)
    subject: Mapped[str | None] = mapped_column(String(80))
    decided_by: Mapped[UUID | None] = mapped_column(Uuid)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        Index(None, "municipality_id", "scheme_id", "recorded_at"),
        _of("scheme", "scheme_id"),
        _of("punch_card", "card_id"),
    )


class CardCorrection(MunicipalityOwned, Model):
    """A correction that a person proposed and a second person must decide; never changed."""

    card_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(20))
    minutes: Mapped[int] = mapped_column(Integer)
    entry_id: Mapped[UUID | None] = mapped_column(Uuid)
    last_on: Mapped[date | None] = mapped_column(Date)
    reason_code: Mapped[str] = mapped_column(String(40))
    proposed_by: Mapped[UUID] = mapped_column(Uuid)
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    __table_args__ = (
        # So that a decision can say who proposed, and the database can compare the two people.
        UniqueConstraint("municipality_id", "id", "proposed_by"),
        Index(None, "municipality_id", "card_id"),
        CheckConstraint("minutes > 0", name="minutes_above_zero"),
        CheckConstraint("kind in ('add','take','waive','reverse')", name="known_kind"),
        CheckConstraint(
            "(kind = 'reverse') = (entry_id is not null)", name="only_a_reversal_names_an_entry"
        ),
        CheckConstraint("last_on is null or kind = 'add'", name="only_added_time_has_a_last_day"),
        _of("punch_card", "card_id"),
        _of("punch_entry", "entry_id"),
    )


class CorrectionDecision(MunicipalityOwned, Model):
    """What the second person said: the entries from `first_seq` to `last_seq` came of a yes."""

    correction_id: Mapped[UUID] = mapped_column(Uuid)
    proposed_by: Mapped[UUID] = mapped_column(Uuid)
    decided_by: Mapped[UUID] = mapped_column(Uuid)
    decided_at: Mapped[datetime] = mapped_column(UTCDateTime)
    outcome: Mapped[str] = mapped_column(String(20))
    first_seq: Mapped[int | None] = mapped_column(Integer)
    last_seq: Mapped[int | None] = mapped_column(Integer)
    __table_args__ = (
        UniqueConstraint("municipality_id", "correction_id"),
        CheckConstraint("decided_by <> proposed_by", name="nobody_decides_their_own"),
        CheckConstraint("outcome in ('approved','declined')", name="known_outcome"),
        CheckConstraint(
            "(outcome = 'approved') = (first_seq is not null) "
            "and (first_seq is null) = (last_seq is null)",
            name="a_yes_names_its_entries",
        ),
        CheckConstraint("last_seq >= first_seq", name="entries_in_order"),
        ForeignKeyConstraint(
            ["municipality_id", "correction_id", "proposed_by"],
            [
                "card_correction.municipality_id",
                "card_correction.id",
                "card_correction.proposed_by",
            ],
        ),
    )


class CorrectionNote(MunicipalityOwned, Model):
    """Free text about a proposal or its decision, kept apart so that it can be erased."""

    correction_id: Mapped[UUID] = mapped_column(Uuid)
    part: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    __table_args__ = (
        UniqueConstraint("municipality_id", "correction_id", "part"),
        CheckConstraint("part in ('proposal','decision')", name="known_part"),
        _of("card_correction", "correction_id"),
    )


class LedgerDifference(MunicipalityOwned, Model):
    """Something that did not prove at night; `cleared_at` is when it proved again.

    Without a card it is the record of looks and deeds.
    """

    card_id: Mapped[UUID | None] = mapped_column(Uuid)
    what: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(String(80))
    found_at: Mapped[datetime] = mapped_column(UTCDateTime)
    cleared_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    __table_args__ = (
        Index(None, "municipality_id", "cleared_at"),
        CheckConstraint("cleared_at is null or cleared_at >= found_at", name="cleared_after_found"),
        _of("punch_card", "card_id"),
    )


class GenuineStatement(Model):
    """That a statement was made, so that whoever holds it can ask whether it is genuine.

    It is asked about before a municipality is known. Neither the code nor the figures can be read
    here: the code is a keyed index, and the figures a keyed fingerprint under the code.
    """

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    municipality_id: Mapped[int] = mapped_column(SmallInteger)
    card_id: Mapped[UUID] = mapped_column(Uuid)
    code_index: Mapped[str] = mapped_column(String(64), unique=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    on_day: Mapped[date] = mapped_column(Date)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    made_by: Mapped[UUID | None] = mapped_column(Uuid)
    expires_on: Mapped[date] = mapped_column(Date)
    __table_args__ = (_of("punch_card", "card_id"),)
