"""Cards lived through by the pure rules, their entries chained as the program chains them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace
from typing import cast
from uuid import UUID

from klippekort.domain import accrual, promises
from klippekort.domain import ledger as rules
from klippekort.domain.accrual import Plan
from klippekort.domain.calendar import instant, local_day
from klippekort.domain.ledger import CardState, Entry, EntryKind
from klippekort.domain.trips import Price
from klippekort.operations.demo.schemes import DemoScheme
from klippekort.operations.demo.world import Frame, Resident
from klippekort.punchcards.models import CardTask, PunchCard, PunchEntry, PunchLot, TripPledge
from klippekort.punchcards.services.ledger import chain_hash, sealed_lot_id

_RECKONED_AT = time(0, 5)


class Card:
    """One card from the day it was given, as `punchcards.services` would have kept it."""

    def __init__(
        self,
        frame: Frame,
        card_id: UUID,
        resident: Resident,
        scheme: DemoScheme,
        plan: Plan,
        granted_at: datetime,
    ) -> None:
        self.frame, self.id, self.resident, self.scheme = frame, card_id, resident, scheme
        self.plan, self.granted_at = plan, granted_at
        self.state = CardState()
        self.spans: list[tuple[datetime, datetime]] = []
        self._seq, self._head = 0, ""
        self._lots: dict[str, UUID] = {}

    def advance(self, through: date) -> None:
        """Reckon the card through a day."""
        last = self.state.advanced_through
        if last is not None and through <= last:
            return
        result = accrual.advance(self.state, self.plan, through)
        for entry in result.entries:
            self._chain(
                entry, None, max(self.granted_at, instant(entry.effective_on, _RECKONED_AT))
            )
        self._keep(result.state)
        for trip in result.unmet:
            self.ask("review", "pledge", str(trip), through)
        for alert in result.alerts:
            self.ask("call_citizen", "saving_alert", alert.on.isoformat(), alert.on)

    def book(self, trip: UUID, minutes: int, on: date, at: datetime, actor_id: UUID) -> None:
        """Set minutes aside for a trip. Raises InsufficientMinutes."""
        today = local_day(at)
        self.advance(today)
        entries, after = promises.book(self.state, self.plan, trip, minutes, on=on, today=today)
        self._post(entries, actor_id, at)
        self.state = replace(self.state, pledges=after.pledges)

    def charge(
        self, trip: UUID, price: Price, on: date, at: datetime, actor_id: UUID
    ) -> tuple[int, int]:
        """Charge a trip and return the minutes it cost and the minutes waived."""
        today = local_day(at)
        self.advance(today)
        self._forget_pledge(trip)
        entries = rules.settle(
            self.state,
            trip,
            price.minutes,
            on=on,
            today=today,
            reason="trip" if price.is_made else "forfeit",
            lost=not price.is_made,
        )
        self._post(entries, actor_id, at)
        self._post(rules.expire(self.state, today), None, at)
        took = EntryKind.SPEND if price.is_made else EntryKind.FORFEIT
        spent = sum(e.minutes for e in entries if e.kind is took)
        return spent, sum(e.minutes for e in entries if e.kind is EntryKind.WAIVE)

    def release(self, trip: UUID, at: datetime, actor_id: UUID, reason: str) -> None:
        """Give a trip's minutes back to the lots they came from."""
        today = local_day(at)
        self.advance(today)
        self._forget_pledge(trip)
        self._post(rules.release(self.state, trip, today=today, reason=reason), actor_id, at)
        self._post(rules.expire(self.state, today), None, at)

    def ask(self, kind: str, rule: str, subject: str, on: date) -> None:
        """Leave something for a person to decide; what is older than two weeks has been decided."""
        is_old = on < self.frame.today - timedelta(days=14)
        self.frame.rows.add(
            CardTask,
            id=self.frame.dice.new_id(instant(on, _RECKONED_AT)),
            card_id=self.id,
            kind=kind,
            rule=rule,
            subject=subject,
            opened_on=on,
            closed_at=instant(on + timedelta(days=2), time(9, 30)) if is_old else None,
        )

    def store(self) -> None:
        """Add the card and what its trips still lack, once nothing more will happen to it."""
        self.frame.rows.add(
            PunchCard,
            id=self.id,
            scheme_id=self.scheme.id,
            citizen_id=self.resident.id,
            opened_on=self.plan.grants[0].from_on,
            advanced_through=self.state.advanced_through,
            seq=self._seq,
            head=self._head,
        )
        for pledge in self.state.pledges:
            self.frame.rows.add(
                TripPledge,
                id=self.frame.dice.new_id(self.frame.now),
                card_id=self.id,
                trip_id=pledge.trip,
                minutes=pledge.minutes,
                on=pledge.on,
            )

    def _forget_pledge(self, trip: UUID) -> None:
        kept = tuple(pledge for pledge in self.state.pledges if pledge.trip != trip)
        self.state = replace(self.state, pledges=kept)

    def _post(self, entries: Sequence[Entry], actor_id: UUID | None, at: datetime) -> None:
        if not entries:
            return
        for entry in entries:
            self._chain(entry, actor_id, at)
        self._keep(rules.apply(self.state, *entries))

    def _keep(self, state: CardState) -> None:
        """Keep the card as it is now; lots with nothing left are out of the picture."""
        self.state = replace(state, lots=tuple(lot for lot in state.lots if lot.saved))

    def _lot(self, entry: Entry, at: datetime) -> UUID | None:
        if (lot := entry.new_lot) is not None:
            self._lots[lot.key] = sealed_lot_id(self.frame.dice.new_id(at), self.id, lot)
            self.frame.rows.add(
                PunchLot,
                id=self._lots[lot.key],
                card_id=self.id,
                source=lot.source.value,
                period=lot.period,
                credited_on=lot.credited_on,
                expires_on=lot.expires_on,
                expiry_rule=lot.expiry_rule,
            )
        return self._lots[entry.lot] if entry.lot else None

    def _chain(self, entry: Entry, actor_id: UUID | None, at: datetime) -> None:
        self._seq += 1
        values = {
            "id": self.frame.dice.new_id(at),
            "card_id": self.id,
            "seq": self._seq,
            "lot_id": self._lot(entry, at),
            "kind": entry.kind.value,
            "minutes": entry.minutes,
            "trip_id": entry.trip,
            "reverses_id": None,
            "effective_on": entry.effective_on,
            "recorded_at": at,
            "reason_code": str(entry.reason),
            "actor_id": actor_id,
            "previous": self._head,
        }
        # A row of the model is five times as slow to make, and the hash only reads it.
        row = SimpleNamespace(**values, municipality_id=self.frame.town.number)
        self._head = chain_hash(cast(PunchEntry, row))
        self.frame.rows.add(PunchEntry, **values, hash=self._head)
