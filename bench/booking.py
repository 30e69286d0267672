"""Time bookings over HTTP, as many people press the button for the same seats and helpers.

`python bench/booking.py` (or `bench/booking`) starts a PostgreSQL server that reaches the disk at
every commit, serves the app as in production beside a bare Flask app on the same database, and lets
1, 8 and 32 clients compete for the 200 seats of one occurrence and for 50 helpers. Then it proves
that nothing was sold twice. `--quick` takes one round each.
"""

import argparse
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import func, select, text

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.ledger import database, say, settle
from bench.served import app_served, floor_served
from bench.towns import ENOUGH, Town, add_town
from bench.wire import Answer, Wire, run
from klippekort.accounts.models import CareWorker, Shift
from klippekort.activities.models import Activity, Occurrence, SignUp
from klippekort.app import create_app
from klippekort.config import Settings
from klippekort.domain.calendar import instant, local
from klippekort.platform import clock, migrate
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.cards import get_card, state_of
from klippekort.punchcards.services.proof import verify_municipality
from klippekort.trips.models import TripEscort, TripRider
from tests.login import session_secret

CLIENTS = (1, 8, 32)
SEATS, ESCORTS = 200, 50
ORDERS = SEATS + SEATS // 10  # some come too late: the last seat has many takers
PROCESSES = 2
NOON = 12


@dataclass(frozen=True)
class Stage:
    """Who books for whom: the town, its citizens with their cards, and the helpers."""

    town: Town
    people: list[tuple[UUID, UUID]]
    workers: list[UUID]
    day: datetime


@dataclass(frozen=True)
class Rates:
    """Answers a second of so many clients, ours and the floor's, and how long ours took in ms."""

    clients: int
    booking: float
    floor: float
    p50: float
    p99: float

    @property
    def ratio(self) -> float:
        """Return the bookings a second over the floor's."""
        return self.booking / self.floor


def set_the_stage() -> Stage:
    """Make a town with citizens who can pay, and helpers who are at work the whole day."""
    town = add_town("Trængsel")
    people = [town.add_card(person, 50, saved=ENOUGH) for person in range(ORDERS)]
    tomorrow = clock.today() + timedelta(days=2)
    start = instant(tomorrow, datetime.min.time().replace(hour=NOON))

    def employ() -> list[UUID]:
        workers = [
            CareWorker(
                id=new_id(),
                employee_number=f"M{number}",
                name=f"Hjælper {number}",
                supplier_id=town.supplier_id,
                has_driving_licence=True,
            )
            for number in range(ESCORTS)
        ]
        db.session.add_all(workers)
        db.session.flush()
        span = {
            "starts_at": start - timedelta(hours=6),
            "ends_at": start + timedelta(hours=6),
        }
        db.session.add_all(Shift(care_worker_id=worker.id, **span) for worker in workers)
        return [worker.id for worker in workers]

    with acting_for(town.number):
        found: list[UUID] = execute(employ)
    return Stage(town, people, found, start)


def an_occurrence(stage: Stage, number: int) -> UUID:
    """Add an activity with one date of its own hour, two hundred seats, and return the date."""
    occurrence = new_id()
    starts_at = stage.day + timedelta(minutes=number)

    def add() -> None:
        activity, began = new_id(), local(starts_at)
        ends_at = starts_at + timedelta(minutes=60)
        facts = {"capacity": SEATS, "wheelchair_places": 0}
        db.session.add(
            Activity(
                id=activity,
                title=f"Fest {number}",
                kind="meal",
                place="Salen",
                address="Torvet 1",
                postcode="4681",
                repeats="once",
                first_on=began.date(),
                starts=began.time(),
                ends=local(ends_at).time(),
                state="approved",
                proposed_at=clock.now(),
                **facts,
            )
        )
        db.session.flush()
        db.session.add(
            Occurrence(
                id=occurrence,
                activity_id=activity,
                original_start=began.strftime("%Y-%m-%dT%H:%M"),
                starts_at=starts_at,
                ends_at=ends_at,
                **facts,
            )
        )

    with acting_for(stage.town.number):
        execute(add)
    return occurrence


def free_everybody(stage: Stage, owner: str) -> None:
    """Let the citizens and helpers of the last round be free for the next one."""
    engine = migrate.owner_engine(owner)
    with engine.begin() as connection:
        for table in ("trip_rider", "trip_escort"):
            connection.execute(text(f"alter table {table} no force row level security"))
            connection.execute(text(f"update {table} set is_active = false"))  # noqa: S608
            connection.execute(text(f"alter table {table} force row level security"))
    engine.dispose()


def orders(stage: Stage, occurrence: UUID) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each press of the button: every second one wants one of the helpers, who run out."""
    for number, (citizen_id, _card) in enumerate(stage.people):
        helper = stage.workers[number // 2 % ESCORTS] if number % 2 else ""
        yield (
            f"/borgere/{citizen_id}/tur/{occurrence}",
            {
                "key": str(uuid4()),
                "escort_id": str(helper),
                "transport": "walk",
                "travel_each_way": "10",
            },
        )


def press(
    port: int, stage: Stage, occurrence: UUID, clients: int
) -> list[Callable[[], Answer | None]]:
    """Return clients that are logged in and have the form, and who share out the orders."""
    cookie = f"session={session_secret(stage.town.coordinator)}"
    waiting = orders(stage, occurrence)
    first = f"/borgere/{stage.people[0][0]}/tur/{occurrence}"

    def client() -> Callable[[], Answer | None]:
        wire = Wire(port, cookie)
        token = wire.token(first)

        def ask() -> Answer | None:
            order = next(waiting, None)
            return wire.post(order[0], {**order[1], "csrf_token": token}) if order else None

        return ask

    return [client() for _ in range(clients)]


def floor(port: int, cards: list[UUID], clients: int) -> list[Callable[[], Answer | None]]:
    """Return clients who let the bare app lock a row, insert one and commit, as often."""
    numbers = count()

    def client() -> Callable[[], Answer | None]:
        wire = Wire(port)

        def ask() -> Answer | None:
            number = next(numbers)
            if number >= ORDERS:
                return None
            return wire.post("/book", {"card": str(cards[number % len(cards)])})

        return ask

    return [client() for _ in range(clients)]


def seed_floor(owner: str, cards: list[UUID]) -> None:
    """Make the floor's two tables, with a row for each card."""
    engine = migrate.owner_engine(owner)
    with engine.begin() as connection:
        connection.execute(
            text("create table floor_card (id uuid primary key, seq integer, name text)")
        )
        connection.execute(
            text("create table floor_entry (id uuid primary key, card_id uuid, minutes integer)")
        )
        connection.execute(text("grant all on floor_card, floor_entry to public"))
        rows = [{"id": card, "name": f"Kort {number}"} for number, card in enumerate(cards)]
        connection.execute(text("insert into floor_card values (:id, 0, :name)"), rows)
    engine.dispose()


def measure(settings: Settings, owner: str, stage: Stage, rounds: int) -> list[Rates]:
    """Let the clients press, round after round, ours and the floor in turn."""
    cards, number, found = [card for _, card in stage.people], count(), []
    seed_floor(owner, cards)
    with (
        app_served(settings, PROCESSES) as ours,
        floor_served(settings.database_url, PROCESSES) as bare,
    ):
        for clients in CLIENTS:
            rates, floors, waits = [], [], []
            for _ in range(rounds):
                free_everybody(stage, owner)
                occurrence = an_occurrence(stage, next(number))
                took, seconds = run(press(ours, stage, occurrence, clients))
                check(took)
                rates.append(len(took) / seconds)
                waits += [one for one, _answer in took]
                took, seconds = run(floor(bare, cards, clients))
                floors.append(len(took) / seconds)
            centiles = statistics.quantiles(waits, n=100)
            middle = statistics.median(rates), statistics.median(floors)
            found.append(Rates(clients, *middle, 1000 * centiles[49], 1000 * centiles[98]))
    return found


def check(took: list[tuple[float, Answer]]) -> None:
    """Raise unless every press was answered: booked (303) or refused in words (422)."""
    statuses = Counter(answer.status for _, answer in took)
    if set(statuses) - {303, 422}:
        raise RuntimeError(f"answers: {dict(statuses)}")
    say(f"  {statuses[303]} booked, {statuses[422]} refused in words")


@dataclass(frozen=True)
class Proof:
    """What must all be zero."""

    oversold: int
    double_booked: int
    lost_minutes: int


def prove(stage: Stage) -> Proof:
    """Count what was sold twice, who is in two places, and minutes that no booking explains."""
    with acting_for(stage.town.number):
        if found := verify_municipality():
            raise RuntimeError(f"the ledger does not prove: {found[0]}")
        taken = select(SignUp.occurrence_id, func.count()).where(SignUp.state == "booked")
        seats = db.session.execute(taken.group_by(SignUp.occurrence_id)).all()
        oversold = sum(max(0, sold - SEATS) for _, sold in seats)
        booked = dict(
            db.session.execute(
                select(TripRider.card_id, func.sum(TripRider.planned_minutes)).group_by(
                    TripRider.card_id
                )
            )
            .tuples()
            .all()
        )
        lost = sum(
            abs(booked.get(card_id, 0) - state_of(get_card(card_id)).held())
            for _, card_id in stage.people
        )
        return Proof(oversold, _in_two_places(), lost)


def _in_two_places() -> int:
    """Return how many helpers are on two trips of one occurrence at once."""
    spans = select(TripEscort.care_worker_id, TripEscort.starts_at, func.count())
    same = spans.group_by(TripEscort.care_worker_id, TripEscort.starts_at)
    return len(db.session.execute(same.having(func.count() > 1)).all())


def tell(found: list[Rates], proof: Proof) -> None:
    """Print the rates as a table, and the result last."""
    say("\n| clients | bookings/s | floor/s | ratio | p50 ms | p99 ms |")
    say("| ---: | ---: | ---: | ---: | ---: | ---: |")
    for one in found:
        say(
            f"| {one.clients} | {one.booking:.0f} | {one.floor:.0f} | {one.ratio:.2f} "
            f"| {one.p50:.1f} | {one.p99:.1f} |"
        )
    worst = min(one.ratio for one in found)
    say(
        f"\nresult: rate_to_floor={worst:.2f} oversold={proof.oversold} "
        f"double_booked={proof.double_booked} lost_minutes={proof.lost_minutes}"
    )


def main() -> None:
    """Read the command line, measure, prove, and print the result last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round each, for a first look")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with database("postgresql", folder) as (owner, url):
            settings = Settings(folder, url, owner, folder / "keys.json")
            migrate.upgrade(owner, url)
            app: Flask = create_app(settings)
            with app.app_context():
                stage = set_the_stage()
                settle(owner)
                found = measure(settings, owner, stage, 1 if chosen.quick else 3)
                tell(found, prove(stage))
                db.session.remove()
                db.engine.dispose()


if __name__ == "__main__":
    main()
