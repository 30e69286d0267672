"""Cards with long histories that verify: made by the rules, chained, and put in all at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import insert

from klippekort.domain import accrual
from klippekort.domain import ledger as rules
from klippekort.domain.accrual import GrantSpan, Plan
from klippekort.domain.calendar import monday
from klippekort.domain.ledger import CardState, Entry, Lot, Source
from klippekort.domain.schemes import (
    Allowance,
    Charging,
    CountedFrom,
    Expiry,
    FirstPeriod,
    Span,
    Terms,
    TermsFrom,
    Travel,
    Unit,
)
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import current_municipality
from klippekort.punchcards.models import Grant, PunchCard, PunchEntry, PunchLot
from klippekort.punchcards.services.ledger import chained

TERMS = Terms(
    minutes_per_punch=30,
    allowance=Allowance(60, counted_from=CountedFrom.ISO_WEEK, first=FirstPeriod.GRANT_PERIOD),
    expiry=Expiry(rolling=(Span(8, Unit.WEEKS),)),
    charging=Charging(travel=Travel.COUNTS),
)
# Every card ends with the same half year: 50 entries. What differs is the years before it.
WEEKS = 16
RECENT = 3 * WEEKS + 2
TRIPS_A_WEEK = 22  # and one credit: 45 entries
A_WEEK = timedelta(weeks=1)


@dataclass
class History:
    """A card in the making: the entries so far and what is open after them."""

    plan: Plan
    state: CardState
    entries: list[Entry]

    def keep(self, entries: list[Entry]) -> None:
        """Add entries that the rules gave, and forget the lots they closed."""
        self.entries += entries
        state = rules.apply(self.state, *entries)
        self.state = replace(state, lots=tuple(lot for lot in state.lots if lot.saved))

    def pass_days(self, through: date) -> None:
        """Let time arrive and lapse through a day."""
        result = accrual.advance(self.state, self.plan, through)
        self.keep(list(result.entries))
        self.state = replace(self.state, advanced_through=result.state.advanced_through)

    def go(self, day: date, minutes: int) -> None:
        """Book and make a trip on a day."""
        trip = new_id()
        self.keep(rules.hold(self.state, trip, minutes, on=day, today=day))
        self.keep(rules.settle(self.state, trip, minutes, on=day, today=day, reason="trip"))


def _live(entries: int, today: date) -> History:
    """Return a card's history of exactly so many entries, reckoned through today."""
    years, odd = divmod(entries - RECENT, 1 + 2 * TRIPS_A_WEEK)
    if years < 0 or odd:
        raise ValueError(f"a card of {entries} entries cannot be made of whole weeks")
    began = monday(today) - (years + WEEKS - 1) * A_WEEK
    plan = Plan((TermsFrom(began, TERMS),), (GrantSpan(began),))
    history = History(plan, CardState(), [])
    for week in range(years):
        first = began + week * A_WEEK
        history.pass_days(first)
        for _ in range(TRIPS_A_WEEK - 1):
            history.go(first, 2)
        history.go(first, 60 - 2 * (TRIPS_A_WEEK - 1))
    for week in range(WEEKS):
        first = began + (years + week) * A_WEEK
        history.pass_days(first)
        history.go(first, 60 if week < WEEKS // 2 else 20)
    history.pass_days(today)
    for ahead in (1, 2):
        on = today + ahead * A_WEEK
        history.keep(rules.hold(history.state, new_id(), 20, on=on, today=today))
    return history


def long_card(
    citizen_id: UUID, scheme_id: UUID, entries: int, now: datetime, *, today: date, saved: int = 0
) -> UUID:
    """Store a card with so many entries and return its id; call it inside `execute`.

    `saved` minutes that never lapse come on top, as one entry more.
    """
    history = _live(entries, today)
    if saved:
        lot = Lot(Source.CARRIED_OVER, f"{today}/1", today, None, None)
        history.keep([rules.credit(lot, saved, reason="carried_over")])
    began = history.plan.grants[0].from_on
    card = PunchCard(
        id=new_id(),
        municipality_id=current_municipality(),
        scheme_id=scheme_id,
        citizen_id=citizen_id,
        opened_on=began,
        advanced_through=today,
        seq=0,
        head="",
    )
    lots, rows = chained(card, history.entries, {}, actor_id=None, now=now)
    grant = Grant(
        card_id=card.id, from_on=began, origin="assessed", reason="need_assessed", recorded_at=now
    )
    for row in (card, grant):
        db.session.add(row)
        db.session.flush()
    _store(PunchLot, lots)
    _store(PunchEntry, rows)
    return card.id


def _store(kind: type[PunchLot | PunchEntry], rows: Sequence[PunchLot | PunchEntry]) -> None:
    empty = {"granted": 0, "held": 0, "used": 0, "expired": 0, "moved_by": 0}
    names = [column.key for column in kind.__table__.columns]
    said = [
        {name: empty[name] if name in empty else getattr(row, name) for name in names}
        for row in rows
    ]
    # Core, not the session: fifty thousand rows in one go, all of this municipality.
    db.session.connection().execute(insert(kind.__table__), said)
