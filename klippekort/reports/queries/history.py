"""The municipality's real history as lives that can be replayed, a batch of citizens at a time.

A batch takes the same few queries however many citizens and trips it holds.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, cast, exists, func, or_, select
from sqlalchemy.orm import aliased

from klippekort.activities.models import Activity, Occurrence
from klippekort.citizens.models import Absence
from klippekort.domain.calendar import COPENHAGEN, ONE_DAY, day_span, local, minutes_between
from klippekort.domain.lab.cards import ENDS
from klippekort.domain.lab.events import Event, Happening
from klippekort.domain.lab.town import RE_DATED, Days, History, Move
from klippekort.domain.ledger import EntryKind, Source
from klippekort.domain.schemes import CAUSES
from klippekort.domain.trips import CancelReason, Cause, TripState
from klippekort.platform.db import db
from klippekort.punchcards.models import (
    Grant,
    PunchCard,
    PunchEntry,
    PunchLot,
    Scheme,
    SchemePause,
)
from klippekort.punchcards.queries.past import wrote_late
from klippekort.trips.models import Trip, TripEscort, TripEvent, TripRider
from klippekort.waiting.models import StandingWish

# Nobody wrote down when an imported trip was ordered: it is taken as ordered in good time.
ORDERED_AHEAD = timedelta(weeks=4)
_NOT_TIME_OF_ITS_OWN = (EntryKind.HOLD, EntryKind.RELEASE)
_OUTCOMES = {
    TripState.COMPLETED: Happening.DONE,
    TripState.BROKEN_OFF: Happening.BROKEN_OFF,
    TripState.CANCELLED: Happening.CANCEL,
    TripState.NO_SHOW: Happening.NO_SHOW,
    TripState.WASTED_VISIT: Happening.WASTED_VISIT,
    TripState.TURNED_DOWN: Happening.CANCEL,
}
_TOLD = ("cancelled", "no_show", "imported")


def holders(setting: str) -> Sequence[UUID]:
    """Return who has, or had, a card under a scheme for this setting, in a fixed order."""
    found = (
        select(PunchCard.citizen_id)
        .join(Scheme, Scheme.id == PunchCard.scheme_id)
        .where(Scheme.setting == setting)
        .distinct()
        .order_by(PunchCard.citizen_id)
    )
    return db.session.scalars(found).all()


def histories(setting: str, citizen_ids: Sequence[UUID], days: Days) -> list[History]:
    """Return these citizens' lives up to the last of the days, as they were lived.

    An absence counts from the day it began, as if it had been known in time; so do the
    days on which a whole scheme stood still.
    """
    cards = _cards(setting, citizen_ids)
    lines: dict[UUID, list[_Line]] = defaultdict(list)
    for citizen_id, line in (
        *_grants(cards),
        *_absences(citizen_ids),
        *_pauses(cards),
        *_corrections(cards),
        *_trips(cards, citizen_ids, days),
    ):
        lines[citizen_id].append(line)
    moves, parts = _moves(cards, days), _day_parts(citizen_ids)
    return [
        History(
            str(citizen_id),
            _numbered(lines[citizen_id]),
            tuple(moves.get(citizen_id, ())),
            parts.get(citizen_id, "any"),
        )
        for citizen_id in citizen_ids
    ]


@dataclass(frozen=True)
class _CardOf:
    """Whose a card is, its name in that citizen's life, and the day it opened."""

    citizen_id: UUID
    name: str
    opened_on: date


@dataclass(frozen=True)
class _Line:
    """An event that has no number yet, and its place: when it acts, and what comes first then."""

    acts_at: datetime
    rank: int
    kind: Happening
    at: datetime
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class _Ended:
    """How a trip came to nothing, as its own history tells it."""

    at: datetime | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


_NOT_TOLD = _Ended()
_Lines = Iterator[tuple[UUID, _Line]]
_Cards = Mapping[UUID, _CardOf]


def _cards(setting: str, citizen_ids: Sequence[UUID]) -> _Cards:
    rows = db.session.execute(
        select(PunchCard.id, PunchCard.citizen_id, PunchCard.opened_on)
        .join(Scheme, Scheme.id == PunchCard.scheme_id)
        .where(Scheme.setting == setting, PunchCard.citizen_id.in_(citizen_ids))
        .order_by(PunchCard.citizen_id, PunchCard.opened_on, PunchCard.id)
    )
    found: dict[UUID, _CardOf] = {}
    count: dict[UUID, int] = defaultdict(int)
    for card_id, citizen_id, opened_on in rows:
        count[citizen_id] += 1
        name = str(count[citizen_id]) if count[citizen_id] > 1 else ""
        found[card_id] = _CardOf(citizen_id, name, opened_on)
    return found


def _numbered(lines: list[_Line]) -> tuple[Event, ...]:
    """Return a life in order, its lines numbered as in a file: the header is 1."""
    lines.sort(key=lambda line: (line.acts_at, line.rank))
    return tuple(
        Event(number, line.kind, line.at, **line.facts) for number, line in enumerate(lines, 2)
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), COPENHAGEN)


def _grants(cards: _Cards) -> _Lines:
    rows = db.session.execute(
        select(
            Grant.card_id,
            Grant.from_on,
            Grant.until_on,
            Grant.minutes,
            Grant.reason,
            Grant.at_end,
        )
        .where(Grant.card_id.in_(cards))
        .order_by(Grant.card_id, Grant.from_on, Grant.id)
    )
    for card_id, from_on, until_on, minutes, reason, at_end in rows:
        card, at = cards[card_id], _midnight(from_on)
        if until_on is not None and at_end in ENDS:
            gone = _midnight(until_on + ONE_DAY)
            ended = {"kind": at_end, "reason": reason, "card": card.name}
            yield card.citizen_id, _Line(gone, 0, Happening.END, gone, ended)
            until_on = None
        facts = {"minutes": minutes, "until": until_on, "reason": reason, "card": card.name}
        yield card.citizen_id, _Line(at, 0, Happening.GRANT, at, facts)
        # It was granted in real life, so a scheme that asks for approval has it at once.
        yield card.citizen_id, _Line(at, 0, Happening.APPROVE, at, {"card": card.name})


def _absences(citizen_ids: Sequence[UUID]) -> _Lines:
    rows = db.session.execute(
        select(Absence.citizen_id, Absence.kind, Absence.from_on, Absence.until_on)
        .where(Absence.citizen_id.in_(citizen_ids))
        .order_by(Absence.citizen_id, Absence.from_on, Absence.id)
    )
    for citizen_id, kind, from_on, until_on in rows:
        at = _midnight(from_on)
        yield citizen_id, _Line(at, 0, Happening.ABSENCE, at, {"kind": kind, "until": until_on})


def _pauses(cards: _Cards) -> _Lines:
    """Yield when the schemes of these cards stood still, once for each life."""
    rows = db.session.execute(
        select(PunchCard.id, SchemePause.from_on, SchemePause.until_on)
        .join(SchemePause, SchemePause.scheme_id == PunchCard.scheme_id)
        .where(PunchCard.id.in_(cards))
        .order_by(SchemePause.from_on, SchemePause.id)
    )
    stood = dict.fromkeys(
        (cards[card_id].citizen_id, from_on, until_on) for card_id, from_on, until_on in rows
    )
    for citizen_id, from_on, until_on in stood:
        at = _midnight(from_on)
        yield citizen_id, _Line(at, 0, Happening.PAUSE, at, {"until": until_on})


def _day_parts(citizen_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return the part of the day of those who have a standing wish, of the one agreed first."""
    rows = db.session.execute(
        select(StandingWish.citizen_id, StandingWish.day_part)
        .where(StandingWish.citizen_id.in_(citizen_ids), StandingWish.state == "active")
        .order_by(StandingWish.agreed_at.desc(), StandingWish.id.desc())
    )
    return {row.citizen_id: row.day_part for row in rows}


def _corrections(cards: _Cards) -> _Lines:
    """Yield what people put on cards or took off, and time that was brought along."""
    up = (EntryKind.CREDIT, EntryKind.ADJUST_UP)
    rows = db.session.execute(
        select(PunchEntry.card_id, PunchEntry.kind, PunchEntry.effective_on, PunchEntry.minutes)
        .outerjoin(PunchLot, PunchLot.id == PunchEntry.lot_id)
        .where(
            PunchEntry.card_id.in_(cards),
            PunchEntry.kind.in_([*up, EntryKind.ADJUST_DOWN]),
            PunchEntry.reason_code.not_in(RE_DATED),
            ~wrote_late(),
            (PunchEntry.kind != EntryKind.CREDIT)
            | PunchLot.source.in_([Source.CARRIED_OVER, Source.ADJUSTMENT]),
        )
        .order_by(PunchEntry.card_id, PunchEntry.seq)
    )
    for card_id, kind, effective_on, minutes in rows:
        card = cards[card_id]
        at = _midnight(max(effective_on, card.opened_on))
        signed = minutes if kind in up else -minutes
        facts = {"minutes": signed, "card": card.name}
        yield card.citizen_id, _Line(at, 1, Happening.ADJUST, at, facts)


def _trips(cards: _Cards, people: Sequence[UUID], days: Days) -> _Lines:
    # By citizen, not by card: the riders are indexed by citizen.
    mine = (
        TripRider.citizen_id.in_(people),
        TripRider.starts_at < day_span(days.until_on)[1],
    )
    riders, helpers, ended = _riders(mine), _helpers(mine), _ended(mine)
    rows = db.session.execute(
        select(
            TripRider.card_id,
            Trip.id,
            TripRider.starts_at,
            TripRider.ends_at,
            Trip.travel_minutes,
            Trip.booked_at,
            TripRider.state,
            Trip.started_at,
            func.coalesce(TripRider.ended_at, Trip.ended_at).label("ended_at"),
            Activity.kind,
        )
        .join(Trip, Trip.id == TripRider.trip_id)
        .outerjoin(Occurrence, Occurrence.id == Trip.occurrence_id)
        .outerjoin(Activity, Activity.id == Occurrence.activity_id)
        .where(*mine, *_WAS_BOOKED)
        .order_by(Trip.starts_at, Trip.id)
    )
    for row in rows:
        card = cards.get(row.card_id)
        if card is None:  # it was paid by a card of the other setting
            continue
        order = _order(row, card, riders.get(row.id, 1), helpers.get(row.id, 1))
        yield card.citizen_id, order
        if outcome := _outcome(row, card, order, ended.get(row.id, _NOT_TOLD)):
            yield card.citizen_id, outcome


_NO_ORDER = (TripState.HELD, TripState.LAPSED)
_WAS_BOOKED = (
    Trip.state.not_in(_NO_ORDER),
    or_(
        Trip.state != TripState.TURNED_DOWN,  # at the door, or an offer that never was an order
        exists().where(TripEvent.trip_id == Trip.id, TripEvent.kind == "booked"),
    ),
)

_Mine = tuple[ColumnElement[bool], ...]


def _riders(mine: _Mine) -> dict[UUID, int]:
    """Return how many ride on the trips where it is more than one."""
    other = aliased(TripRider)
    count = func.count(other.id)
    rows = db.session.execute(
        select(TripRider.trip_id, count)
        .join(other, other.trip_id == TripRider.trip_id)
        .where(*mine)
        .group_by(TripRider.id, TripRider.trip_id)
        .having(count > 1)
    )
    return {row[0]: row[1] for row in rows}


def _helpers(mine: _Mine) -> dict[UUID, int]:
    """Return how many come along on the trips where it is more than one."""
    count = func.count(TripEscort.id)
    rows = db.session.execute(
        select(TripRider.trip_id, count)
        .join(TripEscort, TripEscort.trip_id == TripRider.trip_id)
        .where(*mine, TripEscort.is_active)
        .group_by(TripRider.id, TripRider.trip_id)
        .having(count > 1)
    )
    return {row[0]: row[1] for row in rows}


def _ended(mine: _Mine) -> dict[UUID, _Ended]:
    rows = db.session.execute(
        select(TripEvent.trip_id, TripEvent.kind, TripEvent.at, TripEvent.details)
        .join(TripRider, TripRider.trip_id == TripEvent.trip_id)
        .where(*mine, TripEvent.kind.in_(_TOLD))
        .order_by(TripEvent.at, TripEvent.id)
    )
    return {
        trip_id: _Ended(None if kind == "imported" else at, details)
        for trip_id, kind, at, details in rows
    }


def _order(row: Any, card: _CardOf, riders: int, helpers: int) -> _Line:
    start, ordered = local(row.starts_at), local(row.booked_at)
    if ordered > start:
        ordered = min(max(start - ORDERED_AHEAD, _midnight(card.opened_on)), start)
    minutes = minutes_between(row.starts_at, row.ends_at)
    facts = {
        "is_timed": True,
        "ref": str(row.id),
        "minutes": minutes,
        "travel": min(row.travel_minutes, minutes),
        "ordered_at": ordered,
        "citizens": riders,
        "helpers": helpers,
        "activity": row.kind or "",
        "card": card.name,
        "consent": True if riders > 1 else None,
    }
    return _Line(ordered, 1, Happening.TRIP, start, facts)


def _outcome(row: Any, card: _CardOf, order: _Line, ended: _Ended) -> _Line | None:
    """Return what became of a trip, or None while it waits."""
    kind = _OUTCOMES.get(TripState(row.state))
    if kind is None:
        return None
    facts: dict[str, Any] = {"is_timed": True, "ref": order.facts["ref"], "card": card.name}
    if kind in (Happening.DONE, Happening.BROKEN_OFF):
        at = row.ended_at or row.ends_at
        facts["minutes"] = minutes_between(row.started_at or row.starts_at, at)
    else:
        at = ended.at or row.starts_at
        if kind is Happening.CANCEL:
            facts["by"] = _by(ended.details)
    at = local(at)
    return _Line(max(at, order.acts_at), 2, kind, at, facts)


def _by(details: Mapping[str, Any]) -> str:
    """Return who or what cancelled: a cause the rules know, the citizen when nobody said."""
    if details.get("reason") == CancelReason.INFECTION:
        return "infection"
    cause = str(details.get("cause") or Cause.CITIZEN)
    return cause if cause in CAUSES else Cause.CITIZEN.value


def _moves(cards: _Cards, days: Days) -> dict[UUID, list[Move]]:
    """Return what the ledger says of the counted days, summed by month, kind and rule."""
    undone = aliased(PunchEntry)
    counted = (
        PunchEntry.card_id.in_(cards),
        PunchEntry.effective_on.between(days.from_on, days.until_on),
    )
    month = func.substr(cast(PunchEntry.effective_on, String(10)), 1, 7)
    plain = (PunchEntry.card_id, month, PunchEntry.kind, PunchEntry.reason_code)
    kinds = (*_NOT_TIME_OF_ITS_OWN, EntryKind.REVERSE)
    found: dict[UUID, list[Move]] = defaultdict(list)
    for card_id, in_month, kind, rule, minutes in db.session.execute(
        select(*plain, func.sum(PunchEntry.minutes))
        .where(*counted, PunchEntry.kind.not_in(kinds))
        .group_by(*plain)
    ):
        found[cards[card_id].citizen_id].append(Move(in_month, EntryKind(kind), minutes, rule))
    back = (PunchEntry.card_id, month, undone.kind, undone.reason_code)
    for card_id, in_month, kind, rule, minutes in db.session.execute(
        select(*back, func.sum(PunchEntry.minutes))
        .join(undone, undone.id == PunchEntry.reverses_id)
        .where(*counted, PunchEntry.kind == EntryKind.REVERSE)
        .group_by(*back)
    ):
        found[cards[card_id].citizen_id].append(Move(in_month, EntryKind(kind), -minutes, rule))
    return found
