"""What is added up at night is what the ledger says, to the øre."""

import random
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from klippekort.accounts.models import CareWorker
from klippekort.budgets import services
from klippekort.budgets.queries.kept import counted_at
from klippekort.budgets.queries.outings import outings
from klippekort.budgets.queries.prices import prices_of
from klippekort.budgets.queries.years import years_of
from klippekort.domain.calendar import day_span
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.punchcards.models import PunchEntry, PunchLot
from klippekort.trips.models import Trip, TripEscort, TripRider
from tests.builders import MONDAY, a_card, a_scheme, an_occurrence
from tests.cast import Cast, make_citizen
from tests.integration.groups.arrange import here, run

TODAY = date(2026, 11, 24)
SEED = 7
TRIPS = 90


class History:
    """Trips of three years that were paid by cards, made up as a seed says."""

    def __init__(self, cast: Cast, cards: dict[UUID, UUID], dates: list[UUID]) -> None:
        self.chance, self.cards, self.dates = random.Random(SEED), cards, dates  # noqa: S311
        self.lots = {citizen_id: new_id() for citizen_id in cards}
        self.seq = dict.fromkeys(cards, 1000)
        self.helpers = [self._helper(n, one) for n, one in enumerate(_suppliers(cast))]

    def _helper(self, number: int, supplier_id: UUID) -> UUID:
        one = CareWorker(
            id=new_id(), employee_number=f"x{number}", name="Hanne", supplier_id=supplier_id
        )
        db.session.add(one)
        return one.id

    def make(self) -> None:
        """Give each card time, and let it pay."""
        for citizen_id, card_id in self.cards.items():
            lot = {"source": "allowance", "period": "long", "credited_on": date(2023, 1, 1)}
            db.session.add(PunchLot(id=self.lots[citizen_id], card_id=card_id, **lot))
            db.session.flush()
            self._entry(citizen_id, "credit", 100_000, date(2023, 1, 1))
        for number in range(TRIPS):
            self._trip(number, self.chance.choice(sorted(self.cards)))

    def _entry(
        self, citizen_id: UUID, kind: str, minutes: int, on: date, **more: UUID | None
    ) -> UUID:
        self.seq[citizen_id] += 1
        own = {"card_id": self.cards[citizen_id], "lot_id": self.lots[citizen_id]}
        chain = {"previous": "", "hash": "", "reason_code": "trip", "recorded_at": MONDAY}
        row = PunchEntry(
            id=new_id(),
            seq=self.seq[citizen_id],
            kind=kind,
            minutes=minutes,
            effective_on=on,
            **own,
            **chain,
            **more,
        )
        db.session.add(row)
        db.session.flush()
        return row.id

    def _trip(self, number: int, citizen_id: UUID) -> None:
        day = TODAY - timedelta(days=self.chance.randrange(-3, 1000))
        minutes, trip_id = self.chance.choice((25, 40, 55, 70)), new_id()
        starts_at = day_span(day)[0] + timedelta(minutes=self.chance.choice((0, 15, 1439)))
        span = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=minutes)}
        if self.chance.random() < 0.9:  # the others are forgotten by now
            self._block(trip_id, citizen_id, minutes, span)
        paid = {"trip_id": trip_id if number % 10 else None}
        self._entry(citizen_id, "hold", minutes, day, **paid)
        spend = self._entry(citizen_id, "spend", minutes, day, **paid)
        if self.chance.random() < 0.2:
            self._entry(citizen_id, "reverse", minutes, day, reverses_id=spend)

    def _block(
        self, trip_id: UUID, citizen_id: UUID, minutes: int, span: dict[str, datetime]
    ) -> None:
        trip = Trip(id=trip_id, occurrence_id=self.chance.choice([None, *self.dates]), **span)
        trip.destination, trip.travel_minutes, trip.transport = "Kortklub", 0, "walk"
        trip.state, trip.booked_at = "completed", span["starts_at"]
        db.session.add(trip)
        db.session.flush()
        facts: dict[str, Any] = {"state": "completed", "is_active": False, "agreed_how": "said"}
        own = {"trip_id": trip_id, "citizen_id": citizen_id, "planned_minutes": minutes}
        db.session.add(TripRider(card_id=self.cards[citizen_id], **own, **facts, **span))
        if self.chance.random() < 0.7:
            helper = self.chance.choice(self.helpers)
            is_active = self.chance.random() < 0.8
            db.session.add(
                TripEscort(trip_id=trip_id, care_worker_id=helper, is_active=is_active, **span)
            )


def _suppliers(cast: Cast) -> list[UUID]:
    return [cast.supplier, cast.private_supplier]


@pytest.fixture
def schemes(cast: Cast) -> list[UUID]:
    """Two schemes with prices that change in the middle of a month, and a history."""
    found = [a_scheme(name=name) for name in ("Klip", "Timer")]
    citizens = [cast.ellen, *run(_citizens, cast)]
    cards = {
        one: a_card(cast, one, scheme_id=found[number % 2]) for number, one in enumerate(citizens)
    }
    dates = [an_occurrence(MONDAY + timedelta(days=1)), an_occurrence(MONDAY, title="Dans")]
    run(lambda: History(cast, cards, dates).make())
    for scheme_id, from_on, oere in (
        (found[0], date(2024, 6, 17), 40_001),
        (found[0], date(2026, 3, 11), 45_007),
        (found[1], date(2023, 1, 1), 51_013),
    ):
        run(services.set_price, cast.ada, scheme_id, from_on, oere, now=MONDAY)
    return found


def _citizens(cast: Cast) -> list[UUID]:
    places = ((cast.supplier, cast.south), (cast.private_supplier, cast.north))
    return [
        make_citizen("Inger", f"Kær {n}", supplier=supplier, district=district)
        for n, (supplier, district) in enumerate(places)
    ]


def everything(schemes: list[UUID]) -> list[Any]:
    """Return what the pages of money tell of four years."""
    return [
        (
            here(years_of, schemes, year, TODAY),
            [here(outings, one, year, here(prices_of, one)) for one in schemes],
        )
        for year in (2024, 2025, 2026, 2027)
    ]


def test_money_added_up_at_night_is_what_the_ledger_says(schemes: list[UUID]):
    live = everything(schemes)
    run(services.keep_money, here(services.read_money, TODAY), now=MONDAY)
    assert here(counted_at) == MONDAY
    assert everything(schemes) == live


def test_nothing_is_kept_that_was_added_up_at_other_prices(schemes: list[UUID], cast: Cast):
    money = here(services.read_money, TODAY)
    run(services.set_price, cast.ada, schemes[1], date(2025, 2, 14), 60_000, now=MONDAY)
    run(services.keep_money, money, now=MONDAY)
    assert here(counted_at) is None


def test_another_price_counts_at_once(schemes: list[UUID], cast: Cast):
    run(services.keep_money, here(services.read_money, TODAY), now=MONDAY)
    run(services.set_price, cast.ada, schemes[1], date(2025, 2, 14), 60_000, now=MONDAY)
    run(services.drop_price, cast.ada, schemes[0], date(2026, 3, 11), now=MONDAY)
    kept = everything(schemes)
    run(services.forget_money)
    assert everything(schemes) == kept
