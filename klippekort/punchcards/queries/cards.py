"""Reading cards: their rows, the state that decides, and the lines that explain it."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Table,
    Text,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy import cast as sql_cast

from klippekort.citizens.queries import absences_of, get_citizen
from klippekort.domain.accrual import SECOND_PART, GrantSpan, Plan
from klippekort.domain.errors import NotFound
from klippekort.domain.expiry import UNSETTLED
from klippekort.domain.ledger import SO_FAR, CardState, EntryKind, Hold, Lot, Pledge, Source
from klippekort.domain.plans import SCHEME_PAUSE, AbsenceSpan
from klippekort.domain.schemes import Setting, Terms, TermsFrom, from_json, terms_on
from klippekort.platform.db import db
from klippekort.platform.reading import Reader
from klippekort.platform.tenancy import OwnRows, Question, own
from klippekort.punchcards.models import (
    Grant,
    PunchCard,
    PunchEntry,
    PunchLot,
    Scheme,
    SchemePause,
    SchemeTerms,
    TripPledge,
)

_card = cast(Table, PunchCard.__table__)
_lots = cast(Table, PunchLot.__table__)
_pledges = cast(Table, TripPledge.__table__)
_terms = cast(Table, SchemeTerms.__table__)
_entries = cast(Table, PunchEntry.__table__)
_SOURCES = {str(source): source for source in Source}
# Written as the indexes of open lots have it, or they are not used.
_IS_OPEN = _lots.c.granted > _lots.c.used + _lots.c.expired


@dataclass
class CardHead:
    """A locked card as booking needs it: its row without the session around it."""

    id: UUID
    municipality_id: int
    scheme_id: UUID
    citizen_id: UUID
    opened_on: date
    closed_on: date | None
    advanced_through: date | None
    seq: int
    head: str


AnyCard = PunchCard | CardHead

_head = select(
    _card.c.id,
    _card.c.municipality_id,
    _card.c.scheme_id,
    _card.c.citizen_id,
    _card.c.opened_on,
    _card.c.closed_on,
    _card.c.advanced_through,
    _card.c.seq,
    _card.c.head,
).where(own(_card))
_LOCK = OwnRows(_head.where(_card.c.id == bindparam("card")).with_for_update())
_LOCK_MANY = OwnRows(
    _head.where(_card.c.id.in_(bindparam("cards", expanding=True)))
    .order_by(_card.c.id)
    .with_for_update()
)
_LOT = (
    _lots.c.id,
    _lots.c.source,
    _lots.c.period,
    _lots.c.credited_on,
    _lots.c.expires_on,
    _lots.c.expiry_rule,
    _lots.c.granted,
    _lots.c.held,
    _lots.c.used,
    _lots.c.expired,
)
_OPEN_LOTS_OF = OwnRows(
    select(_lots.c.card_id, *_LOT)
    .where(own(_lots), _lots.c.card_id.in_(bindparam("cards", expanding=True)), _IS_OPEN)
    .order_by(_lots.c.card_id, _lots.c.credited_on, _lots.c.id)
)
_OPEN_LOTS = OwnRows(
    select(
        *_LOT,
        exists().where(own(_pledges), _pledges.c.card_id == bindparam("card")).label("has_pledges"),
    )
    .where(own(_lots), _lots.c.card_id == bindparam("card"), _IS_OPEN)
    .order_by(_lots.c.credited_on, _lots.c.id)
)
_PLEDGES = OwnRows(
    select(_pledges.c.trip_id, _pledges.c.minutes, _pledges.c.on_day).where(
        own(_pledges), _pledges.c.card_id == bindparam("card")
    )
)
_VERSIONS = OwnRows(
    select(_terms.c.from_on, sql_cast(_terms.c.terms, Text))
    .where(own(_terms), _terms.c.scheme_id == bindparam("scheme"))
    .order_by(_terms.c.from_on)
)
_SIGNS = {EntryKind.HOLD: 1, EntryKind.RELEASE: -1, EntryKind.SPEND: -1}
_sums = (
    select(_entries.c.trip_id, _entries.c.lot_id, _entries.c.kind, func.sum(_entries.c.minutes))
    .where(own(_entries), _entries.c.kind.in_([literal_column(f"'{kind}'") for kind in _SIGNS]))
    .group_by(_entries.c.lot_id, _entries.c.trip_id, _entries.c.kind)
)
_HELD_IN = OwnRows(_sums.where(_entries.c.lot_id.in_(bindparam("lots", expanding=True))))
_HELD_FOR = OwnRows(
    _sums.where(_entries.c.trip_id == bindparam("trip"), _entries.c.card_id == bindparam("card"))
)


_back = _entries.alias("back")
# Written as the index of spends has it, or the index is not used.
_SPENT_KINDS: list[ColumnElement[str]] = [literal_column("'spend'"), literal_column("'forfeit'")]
_SPENT = OwnRows(
    select(func.coalesce(func.sum(_entries.c.minutes - func.coalesce(_back.c.minutes, 0)), 0))
    .select_from(_entries.outerjoin(_back, own(_back) & (_back.c.reverses_id == _entries.c.id)))
    .where(
        own(_entries),
        _entries.c.card_id == bindparam("card"),
        _entries.c.kind.in_(_SPENT_KINDS),
        _entries.c.trip_id.is_not(None),
        _entries.c.effective_on >= bindparam("since"),
    )
)
_CARD = Reader(PunchCard)
_CARDS_OF = OwnRows(
    select(*_CARD.columns)
    .where(own(_card), _card.c.citizen_id == bindparam("citizen"))
    .order_by(_card.c.closed_on.is_not(None), _card.c.id)
)
_grants = cast(Table, Grant.__table__)
_pauses = cast(Table, SchemePause.__table__)
# The scheme's pauses come along with the grants, each beside each: a booking asks no more for them.
_GRANTS = OwnRows(
    select(
        _grants.c.id,
        _grants.c.from_on,
        _grants.c.until_on,
        _grants.c.minutes,
        _grants.c.reason,
        _grants.c.at_end,
        _pauses.c.from_on.label("paused_from"),
        _pauses.c.until_on.label("paused_until"),
    )
    .select_from(
        _grants.outerjoin(_pauses, own(_pauses) & (_pauses.c.scheme_id == bindparam("scheme")))
    )
    .where(own(_grants), _grants.c.card_id == bindparam("card"))
    .order_by(_grants.c.from_on, _grants.c.id, _pauses.c.from_on)
)


def get_card(card_id: UUID) -> PunchCard:
    """Return a card. Raises NotFound."""
    card = db.session.scalars(select(PunchCard).filter_by(id=card_id)).one_or_none()
    if card is None:
        raise NotFound
    return card


def lock_card(card_id: UUID) -> PunchCard:
    """Return a card that nobody else can change before this transaction ends. Raises NotFound."""
    found = select(PunchCard).filter_by(id=card_id).with_for_update()
    card = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if card is None:
        raise NotFound
    return card


def lock_head(card_id: UUID) -> CardHead:
    """Return the row of a card that nobody else can change before this transaction ends.

    Raises NotFound.
    """
    rows = _LOCK.rows(card=card_id)
    if not rows:
        raise NotFound
    return CardHead(*rows[0])


def asks_to_lock(card_id: UUID) -> list[Question]:
    """Return what `lock_head`, and what first reads the lots after it, ask: for asking it ahead."""
    return [_LOCK.asked(card=card_id), _OPEN_LOTS.asked(card=card_id)]


def lock_heads(card_ids: Collection[UUID]) -> list[CardHead]:
    """Return the rows of cards that nobody else can change before this transaction ends, locked by
    id; those that are gone are left out.
    """
    return [CardHead(*row) for row in _LOCK_MANY.rows(cards=list(card_ids))]


def lock_cards(card_ids: Collection[UUID]) -> Sequence[PunchCard]:
    """Return cards that nobody else can change before this transaction ends, locked by id.

    Raises NotFound when one of them is missing.
    """
    found = select(PunchCard).where(PunchCard.id.in_(card_ids)).order_by(PunchCard.id)
    fresh = found.with_for_update().execution_options(populate_existing=True)
    cards = db.session.scalars(fresh).all()
    if len(cards) < len(set(card_ids)):
        raise NotFound
    return cards


def list_cards_of(citizen_id: UUID) -> Sequence[PunchCard]:
    """Return a citizen's cards to look at, the open ones first."""
    return [_CARD.read(row) for row in _CARDS_OF.rows(citizen=citizen_id)]


def find_open_card(citizen_id: UUID) -> PunchCard | None:
    """Return the card that pays unless another is named, or None."""
    return next((card for card in list_cards_of(citizen_id) if card.closed_on is None), None)


def list_due(day: date, limit: int = 100_000) -> Sequence[UUID]:
    """Return the ids of open cards that are not reckoned through `day`, in lock order."""
    behind = or_(PunchCard.advanced_through.is_(None), PunchCard.advanced_through < day)
    found = select(PunchCard.id).where(PunchCard.closed_on.is_(None), behind)
    return db.session.scalars(found.order_by(PunchCard.id).limit(limit)).all()


def unsettled_cards(scheme_id: UUID) -> Sequence[UUID]:
    """Return the ids of a scheme's open cards with time whose last day is not settled, in lock
    order.
    """
    unsettled = or_(
        PunchLot.expiry_rule == UNSETTLED,
        PunchLot.expiry_rule.startswith(SO_FAR, autoescape=True),
    )
    left = PunchLot.granted > PunchLot.used + PunchLot.expired
    found = (
        select(PunchCard.id)
        .join(PunchLot, PunchLot.card_id == PunchCard.id)
        .where(PunchCard.scheme_id == scheme_id, PunchCard.closed_on.is_(None), unsettled, left)
    )
    return db.session.scalars(found.distinct().order_by(PunchCard.id)).all()


def scheme_of(card: PunchCard) -> Scheme:
    """Return the scheme a card is under."""
    return db.session.scalars(select(Scheme).filter_by(id=card.scheme_id)).one()


@lru_cache(maxsize=1024)
def _parsed(terms: str) -> Terms:
    """Return stored terms; what was read once in this process is not read again."""
    return from_json(json.loads(terms))


def versions_of(scheme_id: UUID) -> tuple[TermsFrom, ...]:
    """Return the dated terms of a scheme, oldest first."""
    rows = _VERSIONS.rows(scheme=scheme_id)
    return tuple(TermsFrom(from_on, _parsed(terms)) for from_on, terms in rows)


def plan_of(card: AnyCard) -> Plan:
    """Return what governs a card over time."""
    grants: dict[UUID, GrantSpan] = {}
    pauses: dict[date, AbsenceSpan] = {}
    for grant_id, from_on, until_on, minutes, reason, at_end, *paused in _GRANTS.rows(
        card=card.id, scheme=card.scheme_id
    ):
        ended = at_end or "period_over"
        grants[grant_id] = GrantSpan(
            from_on, until_on, minutes, reason, ended, is_settled=at_end is not None
        )
        if paused[0] is not None:
            pauses[paused[0]] = AbsenceSpan(SCHEME_PAUSE, *paused)
    versions = versions_of(card.scheme_id)
    away = (*absences_of(card.citizen_id), *pauses.values())
    return Plan(versions, tuple(grants.values()), away, settings_of(card, versions))


def pauses_of(scheme_id: UUID) -> tuple[AbsenceSpan, ...]:
    """Return when a whole scheme stands still, as its cards' rules read it, the earliest first."""
    found = select(SchemePause.from_on, SchemePause.until_on).filter_by(scheme_id=scheme_id)
    rows = db.session.execute(found.order_by(SchemePause.from_on))
    return tuple(AbsenceSpan(SCHEME_PAUSE, from_on, until_on) for from_on, until_on in rows)


def asks_to_book(card: AnyCard) -> list[Question]:
    """Return what `state_for` and `plan_of` ask of a card that has no pledges, for asking it ahead.

    When the owner is away comes from elsewhere.
    """
    return [
        _OPEN_LOTS.asked(card=card.id),
        _GRANTS.asked(card=card.id, scheme=card.scheme_id),
        _VERSIONS.asked(scheme=card.scheme_id),
    ]


def settings_of(card: AnyCard, versions: tuple[TermsFrom, ...]) -> tuple[tuple[date, Setting], ...]:
    """Return where the citizen lives, where the terms make a difference of it."""
    if not any(version.terms.settings for version in versions):
        return ()
    return ((date.min, Setting(get_citizen(card.citizen_id).setting)),)


def last_period(card_id: UUID) -> str | None:
    """Return the name of the last period that gave a card time, or None."""
    found = select(PunchLot.period).filter_by(card_id=card_id, source=Source.ACCRUAL)
    newest = found.order_by(PunchLot.credited_on.desc(), PunchLot.id.desc())
    named = newest.where(~PunchLot.period.endswith(SECOND_PART, autoescape=True))
    return db.session.scalars(named.limit(1)).one_or_none()


def to_be_reckoned(card_id: UUID, state: CardState, plan: Plan) -> CardState:
    """Return the state that coming days are reckoned from.

    A card that was given anew, perhaps in a period that has given its time, must know which did.
    """
    return replace(state, last_period=last_period(card_id)) if len(plan.spans) > 1 else state


def current_terms(card: AnyCard, day: date) -> Terms:
    """Return the terms a card is under on `day`. Raises NotFound before the scheme begins."""
    return in_force(versions_of(card.scheme_id), day)


def in_force(versions: tuple[TermsFrom, ...], day: date) -> Terms:
    """Return the terms of a scheme on `day`. Raises NotFound before the scheme begins."""
    terms = terms_on(versions, day)
    if terms is None:
        raise NotFound
    return terms


def open_lots(card_id: UUID) -> Sequence[PunchLot]:
    """Return the lots that still hold minutes, free or held."""
    left = PunchLot.granted > PunchLot.used + PunchLot.expired
    found = select(PunchLot).filter_by(card_id=card_id).where(left)
    fresh = found.order_by(PunchLot.credited_on).execution_options(populate_existing=True)
    return db.session.scalars(fresh).all()


def open_lots_of(card_ids: Collection[UUID]) -> dict[UUID, dict[UUID, Lot]]:
    """Return the lots that still hold minutes by card, each by its id, oldest first."""
    lots: dict[UUID, dict[UUID, Lot]] = {}
    for card_id, lot_id, source, *rest in _OPEN_LOTS_OF.rows(cards=list(card_ids)):
        lots.setdefault(card_id, {})[lot_id] = Lot(Source(source), *rest)
    return lots


def holds_in(lots: dict[UUID, dict[UUID, Lot]]) -> dict[UUID, tuple[Hold, ...]]:
    """Return by card the minutes each trip holds in its open lots, for cards with any."""
    whose = {one: card_id for card_id, own in lots.items() for one, lot in own.items() if lot.held}
    rows: dict[UUID, list[Any]] = {}
    for row in _HELD_IN.rows(lots=list(whose)) if whose else ():
        rows.setdefault(whose[row[1]], []).append(row)
    return {card_id: _holds(part, lots[card_id]) for card_id, part in rows.items()}


def _holds(rows: Iterable[Any], lots: dict[UUID, Lot]) -> tuple[Hold, ...]:
    """Return the minutes each trip holds in these lots, from its sums by kind of entry."""
    sums: dict[tuple[UUID, UUID], int] = {}
    for trip_id, lot_id, kind, minutes in rows:
        if trip_id is None or lot_id is None:
            continue
        key = (trip_id, lot_id)
        sums[key] = sums.get(key, 0) + _SIGNS[EntryKind(kind)] * minutes
    return tuple(
        Hold(trip_id, lots[lot_id].key, minutes)
        for (trip_id, lot_id), minutes in sorted(sums.items(), key=lambda item: str(item[0]))
        if minutes
    )


def lots_by_id(card_id: UUID) -> dict[UUID, Lot]:
    """Return the lots that still hold minutes, free or held, each by its id, oldest first."""
    return _open(card_id)[0]


def _open(card_id: UUID) -> tuple[dict[UUID, Lot], tuple[Pledge, ...]]:
    """Return a card's open lots by their ids, oldest first, and what booked trips still lack."""
    rows = _OPEN_LOTS.rows(card=card_id)
    # Few cards have pledges; whether this one has comes along with the lots.
    pledges = _PLEDGES.rows(card=card_id) if not rows or rows[0][-1] else ()
    lots = {row[0]: Lot(_SOURCES[row[1]], *row[2:-1]) for row in rows}
    return lots, tuple(Pledge(*row) for row in pledges)


def state_of(card: AnyCard) -> CardState:
    """Return all that decides what a card can pay for; its closed lots are left out."""
    lots, pledges = _open(card.id)
    holds = holds_in({card.id: lots}).get(card.id, ())
    return CardState(tuple(lots.values()), holds, pledges, card.advanced_through)


def state_for(card: AnyCard, trip_id: UUID | None) -> tuple[CardState, dict[str, UUID]]:
    """Return what decides for one trip, and the ids of the open lots by their keys.

    Of the holds it has that trip's alone, and none for a trip that is not booked yet (None): their
    number may not make the next booking dearer.
    """
    lots, pledges = _open(card.id)
    holds = () if trip_id is None else _holds(_HELD_FOR.rows(trip=trip_id, card=card.id), lots)
    state = CardState(tuple(lots.values()), holds, pledges, card.advanced_through)
    return state, {lot.key: lot_id for lot_id, lot in lots.items()}


@dataclass(frozen=True)
class TripNames:
    """Asks the trips, which stand above, what these are called: pairs of id and destination."""

    trip_ids: frozenset[UUID]


@dataclass(frozen=True)
class Lapsing:
    """Free minutes of a card that are about to be lost, the first of them after the day `on`, the
    last of them after `last_on`.
    """

    card_id: UUID
    citizen_id: UUID
    minutes: int
    on: date
    last_on: date


def lapsing(from_on: date, through: date) -> list[Lapsing]:
    """Return the free minutes whose last usable day lies in these days, soonest first."""
    free = PunchLot.granted - PunchLot.held - PunchLot.used - PunchLot.expired
    first, last = func.min(PunchLot.expires_on), func.max(PunchLot.expires_on)
    rows = db.session.execute(
        select(PunchCard.id, PunchCard.citizen_id, func.sum(free), first, last)
        .join(PunchLot, PunchLot.card_id == PunchCard.id)
        .where(PunchCard.closed_on.is_(None), _IS_OPEN, free > 0)
        .where(PunchLot.expires_on.between(from_on, through))
        .group_by(PunchCard.id, PunchCard.citizen_id)
        .order_by(first, func.sum(free).desc())
    )
    return [
        Lapsing(card_id, citizen_id, minutes, on, last_on)
        for card_id, citizen_id, minutes, on, last_on in rows
        if on is not None and last_on is not None
    ]


def spent_since(card_id: UUID, day: date) -> int:
    """Return the minutes that trips have cost a card since a day, less what was given back of them.

    Trips that were not made count where they cost something: their punches are off the card too.
    """
    return int(_SPENT.rows(card=card_id, since=day)[0][0])


def periods_of(card_ids: Collection[UUID], source: Source) -> dict[UUID, set[str]]:
    """Return by card the periods for which it has a lot from this source, open or closed."""
    found = select(PunchLot.card_id, PunchLot.period).where(
        PunchLot.card_id.in_(card_ids), PunchLot.source == source
    )
    periods: dict[UUID, set[str]] = {card_id: set() for card_id in card_ids}
    for card_id, period in db.session.execute(found):
        periods[card_id].add(period)
    return periods
