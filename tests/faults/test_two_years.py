"""G6: two years of nights in minutes, and every night each card is what a plain card says it is.

The worker is killed at statements drawn by lot, stays away for days, and its clock jumps; citizens
book, go, cancel and lie in hospital meanwhile. The model knows neither the ledger nor the jobs.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from random import Random
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import ColumnElement, Select, event, select, update

from klippekort.citizens.services.absences import record_absence
from klippekort.domain.calendar import instant, local_day
from klippekort.domain.errors import InsufficientMinutes
from klippekort.domain.messages.channels import Channel, Purpose
from klippekort.messages.models import OutboxMessage
from klippekort.messages.queries import CITIZEN, Recipient
from klippekort.messages.services.settings import choose_channels
from klippekort.municipalities.models import Municipality
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.job_runner import run_due
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.jobs import JOBS
from klippekort.punchcards.models import CardTask, PunchLot, TripPledge
from klippekort.punchcards.queries.cards import lock_card
from klippekort.punchcards.services import ledger
from klippekort.punchcards.services.bookings import charge_minutes, hold_minutes, release_minutes
from klippekort.punchcards.services.cards import grant_card
from klippekort.punchcards.services.proof import verify_municipality
from tests.builders import a_scheme
from tests.cast import HOME, Cast, make_citizen
from tests.faults.conftest import Often
from tests.property.plain_card import PlainCard, PlainLot, PlainRules, as_terms

pytestmark = pytest.mark.timeout(900)

SEED = 20261123
FIRST, USUAL_NIGHTS, NIGHTS = date(2026, 1, 1), 181, 730
CITIZENS, PROMISED_CITIZENS = 25, 500
DEEDS = 6
SECONDS = 180
CLOCKS_CHANGE = {date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31)}
# Few cards whose time lapses by weeks: each of them is warned every fortnight.
SCHEMES = (
    *[PlainRules(minutes=30, cap=120)] * 4,
    *[PlainRules(minutes=45, cap_weeks=4, oldest_lapse=True, from_monday=False)] * 4,
    PlainRules(minutes=30, weeks=6, from_monday=False, at_once=False),
    PlainRules(minutes=60, cap=240, oldest_lapse=True, year_end=True),
)
# The whole ledger is proved every night, which is most of a night's work: here once, at last.
NIGHTLY = tuple(job for job in JOBS if job.name != "prove_ledger")
WARNED_AHEAD, LETTER_AHEAD = timedelta(days=14), timedelta(days=21)
A_FORTNIGHT = timedelta(days=13)


class Killed(BaseException):
    """The worker is gone: nothing may catch this on the way out."""


class Killer:
    """Ends whoever runs the statement that was drawn."""

    def __init__(self) -> None:
        self.left: int | None = None

    def __call__(self, *_: object) -> None:
        """Count a statement."""
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                self.left = None
                raise Killed


@dataclass
class Resident:
    """A citizen with a stored card and the plain one; `over` are lots with nothing left."""

    citizen_id: UUID
    card_id: UUID
    plain: PlainCard
    trips: dict[UUID, date] = field(default_factory=dict)
    over: list[PlainLot] = field(default_factory=list)
    told: dict[date, datetime] = field(default_factory=dict)

    def open_lots(self) -> Iterator[PlainLot]:
        """Yield the lots that hold minutes, free or held; the others never open again."""
        done = [lot for lot in self.plain.lots if lot.granted <= lot.used + lot.lost]
        if done:
            self.over += done
            self.plain.lots = [lot for lot in self.plain.lots if lot.granted > lot.used + lot.lost]
        yield from self.plain.lots

    def is_warned(self, day: date, now: datetime) -> None:
        """Note a warning where one is due: of the soonest day on which free time lapses."""
        ends = [lot.last for lot in self.plain.lots if lot.last is not None and lot.free]
        soon = [last for last in ends if day < last <= day + LETTER_AHEAD]
        if not soon or min(soon) > day + WARNED_AHEAD or min(soon) in self.told:
            return
        if all(at < now - A_FORTNIGHT for at in self.told.values()):
            self.told[min(soon)] = now


@dataclass
class Town:
    """The people, what is done to them, and a count of it."""

    app: Flask
    cast: Cast
    chance: Random
    killer: Killer
    people: list[Resident] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)
    number: int = 0
    reached: date = FIRST

    def settle(self, citizens: int) -> None:
        """Give everybody a card in the first week, and let them ask to be warned."""
        now = instant(FIRST, clock_time(9))
        schemes = {
            rules: a_scheme(as_terms(rules), name=f"Ordning {number}", now=now)
            for number, rules in enumerate(dict.fromkeys(SCHEMES))
        }
        where = {"supplier": self.cast.supplier, "district": self.cast.north}
        made = execute(lambda: [make_citizen(f"B{n}", "Holm", **where) for n in range(citizens)])
        for number, citizen_id in enumerate(made):
            rules = SCHEMES[number % len(SCHEMES)]
            first = FIRST + timedelta(days=self.chance.randrange(7))
            lasts = first + timedelta(days=self.chance.randrange(60, 700))
            last = lasts if number % 9 == 8 else None
            card = execute(
                grant_card,
                self.cast.asta,
                citizen_id,
                schemes[rules],
                from_on=first,
                until_on=last,
                now=now,
            )
            wish, to = {Purpose.LAPSE: Channel.CALL}, Recipient(CITIZEN, citizen_id)
            execute(choose_channels, self.cast.karen, to, wish, now=now)
            plain = PlainCard(rules)
            plain.grants.append((first, last, rules.minutes))
            self.people.append(Resident(citizen_id, UUID(card), plain))
            plain.reckon(FIRST)

    def night(self, day: date, *, is_killed: bool, jumps: bool) -> None:
        """Let the worker do what is due, and the plain cards live through the day."""
        usual = instant(day, clock_time(0, 10))
        ticks = [usual]
        if jumps:
            minutes = [self.chance.uniform(-180, 180) for _ in range(3)]
            ticks = [*(usual + timedelta(minutes=one) for one in minutes), usual]
        if day in CLOCKS_CHANGE:
            ticks += [usual + timedelta(minutes=30 * number) for number in range(1, 12)]
        for now in ticks:
            if is_killed:
                self._kill(now)
            ran = run_due(self.app, NIGHTLY, now, "w")
            assert [one for one in ran if not one.finished] == []
            self._live_through(local_day(now), now)

    def _live_through(self, day: date, now: datetime) -> None:
        """Let the plain cards come to the day it is by the worker's clock."""
        if day <= self.reached:
            return
        self.reached = day
        for one in self.people:
            self.broken |= {str(trip) for trip in one.plain.reckon(day)}
            one.is_warned(day, now)

    def _kill(self, now: datetime) -> None:
        """Kill the worker at a statement of the night, or find that it is done before."""
        self.killer.left = self.chance.randrange(20 + len(self.people) // 2)
        try:
            run_due(self.app, NIGHTLY, now, "w")
        except Killed:
            self.done["killed"] += 1
        self.killer.left = None
        db.session.remove()

    def day(self, day: date) -> None:
        """Let some of the people do something."""
        now = instant(day, clock_time(10))
        for _ in range(DEEDS):
            one = self.chance.choice(self.people)
            self._reckon(one, day, now)
            deed = self.chance.choices(
                (self._book, self._go, self._cancel, self._hospital, self._hope),
                (8, 8, 4, 2, 1),
            )
            deed[0](one, day, now)

    def _reckon(self, one: Resident, day: date, now: datetime) -> None:
        """Reckon the card, as every page does first that shows it, though no worker is there."""
        if one.plain.reckoned is None or one.plain.reckoned < day:
            execute(_advance, one.card_id, day, now)
            self.broken |= {str(trip) for trip in one.plain.reckon(day)}
            self.done["reckoned by day"] += 1

    def _book(self, one: Resident, day: date, now: datetime) -> None:
        ahead = timedelta(days=self.chance.randrange(30))
        self._hold(one, day, now, self.chance.randrange(10, 150), day + ahead)

    def _hope(self, one: Resident, day: date, now: datetime) -> None:
        """Book for time that is still to come, and then lie in hospital when it would have."""
        on = day + timedelta(days=8)
        self._hold(one, day, now, one.plain.available(on) + self.chance.randrange(1, 30), on)
        self._stay(one, day + timedelta(days=1), on, now)

    def _hold(self, one: Resident, day: date, now: datetime, minutes: int, on: date) -> None:
        self.number += 1
        trip = UUID(int=self.number)
        when: dict[str, Any] = {"on": on, "today": day, "now": now}
        if one.plain.can_book(minutes, on, day):
            execute(hold_minutes, self.cast.bo, one.card_id, trip, minutes, **when)
            one.plain.book(trip, minutes, on)
            one.trips[trip] = on
            self.done["booked"] += 1
        else:
            with pytest.raises(InsufficientMinutes):
                execute(hold_minutes, self.cast.bo, one.card_id, trip, minutes, **when)
            self.done["refused"] += 1

    def _go(self, one: Resident, day: date, now: datetime) -> None:
        trip = next((trip for trip, on in one.trips.items() if on <= day), None)
        if trip is None:
            return
        minutes, on = self.chance.randrange(10, 150), one.trips.pop(trip)
        when: dict[str, Any] = {"on": on, "reason": "trip", "today": day, "now": now}
        paid = execute(charge_minutes, self.cast.bo, one.card_id, trip, minutes, **when)
        assert tuple(paid) == one.plain.charge(trip, minutes, on, day)
        self.done["went"] += 1

    def _cancel(self, one: Resident, day: date, now: datetime) -> None:
        if not one.trips:
            return
        trip = self.chance.choice(list(one.trips))
        del one.trips[trip]
        when: dict[str, Any] = {"reason": "cancel_citizen", "today": day, "now": now}
        back = execute(release_minutes, self.cast.bo, one.card_id, trip, **when)
        assert back == one.plain.release(trip, day)
        self.done["cancelled"] += 1

    def _hospital(self, one: Resident, day: date, now: datetime) -> None:
        first = day + timedelta(days=self.chance.randrange(1, 9))
        self._stay(one, first, first + timedelta(days=self.chance.randrange(25)), now)

    def _stay(self, one: Resident, first: date, last: date, now: datetime) -> None:
        if any(begins <= last and first <= ends for begins, ends in one.plain.hospital):
            return
        stay = (one.citizen_id, "hospital", first, last)
        execute(record_absence, self.cast.asta, *stay, now)
        one.plain.hospital.append((first, last))
        self.done["hospital"] += 1

    def is_as_stored(self) -> None:
        """Compare what all cards hold, and what their trips lack, with the plain cards."""
        assert _lots(_IS_OPEN) == _told(self.people, Resident.open_lots)
        lacking = select(TripPledge.card_id, TripPledge.trip_id, TripPledge.minutes, TripPledge.on)
        assert _rows(lacking) == {
            (one.card_id, trip, *pledge)
            for one in self.people
            for trip, pledge in one.plain.pledges.items()
        }

    def is_whole(self) -> None:
        """Compare all that ever was with the plain cards, and prove the ledger."""
        assert _lots() == _told(self.people, lambda one: [*one.over, *one.plain.lots])
        reviewed = select(CardTask.subject).filter_by(kind="review", rule="pledge")
        assert {subject for (subject,) in _rows(reviewed)} == self.broken
        warned = select(OutboxMessage.dedupe_key).where(OutboxMessage.kind.startswith("lapse_"))
        assert {key for (key,) in _rows(warned)} == {
            f"lapse_warning:{one.card_id}:{on}" for one in self.people for on in one.told
        }
        assert verify_municipality() == []


_IS_OPEN = PunchLot.granted > PunchLot.used + PunchLot.expired
_Row = tuple[Any, ...]


def _rows(found: Select[*tuple[Any, ...]]) -> set[_Row]:
    rows = {tuple(row) for row in db.session.execute(found)}
    db.session.rollback()
    return rows


def _lots(*which: ColumnElement[bool]) -> set[_Row]:
    totals = (PunchLot.granted, PunchLot.held, PunchLot.used, PunchLot.expired)
    named = (PunchLot.card_id, PunchLot.source, PunchLot.credited_on, PunchLot.expires_on)
    return _rows(select(*named, *totals).where(*which))


def _told(people: list[Resident], lots_of: Callable[[Resident], Iterable[PlainLot]]) -> set[_Row]:
    return {
        (one.card_id, lot.source, lot.day, lot.last, *lot.totals)
        for one in people
        for lot in lots_of(one)
    }


def _advance(card_id: UUID, day: date, now: datetime) -> None:
    ledger.advance(lock_card(card_id), through=day, now=now)


@pytest.fixture
def town(committed_app: Flask, committed_cast: Cast, often: Often) -> Iterator[Town]:
    """So many people, each with a card from the first week on, before the first night."""
    if db.engine.dialect.name == "sqlite":  # as the server here: nothing needs to reach the disk
        event.listen(db.engine, "connect", lambda line, _: line.execute("PRAGMA synchronous=OFF"))
        db.session.remove()
        db.engine.dispose()
    born = instant(FIRST, clock_time(8))
    execute(lambda: db.session.execute(update(Municipality).values(created_at=born)).close())
    killer = Killer()
    event.listen(db.engine, "before_cursor_execute", killer)
    with acting_for(HOME):
        made = Town(committed_app, committed_cast, Random(SEED), killer)  # noqa: S311
        made.settle(often(CITIZENS, PROMISED_CITIZENS))
        yield made


def test_every_night_of_two_years_the_cards_are_the_plain_cards(
    town: Town,
    often: Often,
    database: str,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    """F5, F13, F14 and F15 at once, through every night the clocks change: model = system."""
    nights = often(USUAL_NIGHTS, NIGHTS)
    chance, began, away = Random(SEED + 1), time.monotonic(), 0  # noqa: S311
    for number in range(1, nights):
        day = FIRST + timedelta(days=number)
        away = away - 1 if away else chance.randrange(2, 20) * (chance.random() < 0.02)
        if not away or day in CLOCKS_CHANGE or number == nights - 1:
            town.night(day, is_killed=chance.random() < 0.1, jumps=chance.random() < 0.1)
        town.is_as_stored()
        town.day(day)
    took = time.monotonic() - began
    town.is_whole()
    record_testsuite_property("two years", (len(town.people), took, dict(town.done)))
    wanted = ("killed", "reckoned by day", "booked", "refused", "went", "cancelled", "hospital")
    assert min(town.done[name] for name in wanted) > 5, town.done
    assert town.broken
    assert sum(len(one.told) for one in town.people) > 0
    if database == "sqlite":
        assert took <= SECONDS
