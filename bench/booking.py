"""Time bookings over HTTP, as many people press the button for the same seats and helpers.

`python bench/booking.py` (or `bench/booking`) starts a PostgreSQL server that reaches the disk at
every commit, serves the app as in production beside a bare Flask app on the same database, and lets
1, 8 and 32 clients compete for the 200 seats of one occurrence and for 50 helpers. Then it proves
that nothing was sold twice. `--quick` takes one round each.

A round is timed from the first press to the last booking; who came too late, or wanted a helper who
was gone, costs time in it all the same, and counts in the waiting times. The floor is as many
presses on the bare app, which locks the one row that all of them want, inserts one and commits.
"""

import argparse
import os
import statistics
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import func, select, text

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.ledger import database, say, settle
from bench.served import app_served, floor_served
from bench.towns import ENOUGH, Town, add_town
from bench.wire import Answer, Run, Wire, run
from klippekort.accounts.models import CareWorker, Shift
from klippekort.activities.models import Activity, Occurrence, Place, SignUp
from klippekort.app import create_app
from klippekort.config import Settings
from klippekort.domain.calendar import instant, is_public_holiday, is_weekday, local
from klippekort.platform import clock, migrate
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.cards import get_card, state_of
from klippekort.punchcards.services.proof import verify_municipality
from klippekort.trips.models import Trip, TripEscort, TripRider
from tests.login import session_secret

CLIENTS = (1, 8, 32)
SEATS, ESCORTS = 200, 50
ORDERS = SEATS + SEATS // 10  # some come too late: the last seat has many takers
EACH_WITH_HELPER = 4  # every fourth wants a helper: 55 for 50
PROCESSES = 2
NOON = 12


@dataclass(frozen=True)
class Stage:
    """Who books for whom: the town, its citizens with their cards, and the helpers."""

    town: Town
    people: list[tuple[UUID, UUID]]
    workers: list[UUID]
    day: datetime
    held: dict[UUID, int]
    """Minutes each card held for other trips before."""


@dataclass(frozen=True)
class Rates:
    """Bookings a second of so many clients, the floor's writes, how long an answer took in ms, and
    the share of the machine that the clients themselves took, beside ours and beside the floor.
    """

    clients: int
    booking: float
    floor: float
    p50: float
    p99: float
    busy: float
    floor_busy: float

    @property
    def ratio(self) -> float:
        """Return the bookings a second over the floor's."""
        return self.booking / self.floor


def set_the_stage() -> Stage:
    """Make a town with citizens who can pay, and helpers who are at work the whole day."""
    town = add_town("Trængsel")
    people = [town.add_card(person, 50, saved=ENOUGH) for person in range(ORDERS)]
    start = instant(_a_working_day(), time(NOON))

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
        held = {card_id: state_of(get_card(card_id)).held() for _, card_id in people}
    return Stage(town, people, found, start, held)


def _a_working_day() -> date:
    """Return the first day from the day after tomorrow on that no scheme's hours leave out."""
    day = clock.today() + timedelta(days=2)
    while not is_weekday(day) or is_public_holiday(day):
        day += timedelta(days=1)
    return day


def an_occurrence(stage: Stage, number: int) -> UUID:
    """Add an activity with one date of its own hour, two hundred seats, and return the date."""
    occurrence = new_id()
    starts_at = stage.day + timedelta(minutes=number)

    def add() -> None:
        activity, place, began = new_id(), new_id(), local(starts_at)
        ends_at = starts_at + timedelta(minutes=60)
        facts = {"capacity": SEATS, "wheelchair_places": 0}
        db.session.add(Place(id=place, name="Salen", address="Torvet 1", postcode="4681"))
        db.session.add(
            Activity(
                id=activity,
                title=f"Fest {number}",
                kind="meal",
                state="published",
                proposed_at=clock.now(),
            )
        )
        db.session.flush()
        db.session.add(
            Occurrence(
                id=occurrence,
                activity_id=activity,
                place_id=place,
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
    """Yield each press of the button with what the page sends: every fourth wants one of the
    helpers, who run out.
    """
    for number, (citizen_id, _card) in enumerate(stage.people):
        wants, left = number % EACH_WITH_HELPER == 1, number // EACH_WITH_HELPER % ESCORTS
        yield (
            f"/borgere/{citizen_id}/tur/{occurrence}",
            {
                "key": str(uuid4()),
                "occurrence_id": str(occurrence),
                "escort_id": str(stage.workers[left]) if wants else "",
                "second_id": "",
                "escorts_wanted": "1",
                "escort_by": local(stage.day).date().isoformat(),
                "transport": "walk",
                "reckoned_for": "walk",
                "travel_each_way": "10",
                "answered": "",
                "rule": "",
            },
        )


def press(
    port: int, stage: Stage, occurrence: UUID, clients: int
) -> list[Callable[[], Answer | None]]:
    """Return clients, each with its own login and form, who share out the orders."""
    waiting = iter(list(orders(stage, occurrence)))  # threads share it, as none can a generator
    first = f"/borgere/{stage.people[0][0]}/tur/{occurrence}"

    def client() -> Callable[[], Answer | None]:
        wire = Wire(port, f"session={session_secret(stage.town.coordinator)}")
        token = wire.token(first)

        def ask() -> Answer | None:
            order = next(waiting, None)
            return wire.post(order[0], {**order[1], "csrf_token": token}) if order else None

        return ask

    return [client() for _ in range(clients)]


def floor(port: int, card: UUID, clients: int) -> list[Callable[[], Answer | None]]:
    """Return clients who let the bare app lock the row, insert one and commit, as often."""
    numbers = count()

    def client() -> Callable[[], Answer | None]:
        wire = Wire(port)

        def ask() -> Answer | None:
            return wire.post("/book", {"card": str(card)}) if next(numbers) < ORDERS else None

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

        def one_round(clients: int) -> tuple[Run, Run]:
            free_everybody(stage, owner)
            booked = run(press(ours, stage, an_occurrence(stage, next(number)), clients))
            check(booked)
            return booked, run(floor(bare, cards[0], clients))

        one_round(CLIENTS[1])  # so that nothing is timed that starts, connects or is prepared
        for clients in CLIENTS:
            found.append(_rates(clients, [one_round(clients) for _ in range(rounds)]))
    return found


def _rates(clients: int, rounds: list[tuple[Run, Run]]) -> Rates:
    booked, bare = [one for one, _ in rounds], [one for _, one in rounds]
    waits = statistics.quantiles([took for one in booked for took in one.waits()], n=100)
    return Rates(
        clients,
        statistics.median(one.rate() for one in booked),
        statistics.median(one.rate() for one in bare),
        1000 * waits[49],
        1000 * waits[98],
        statistics.median(one.share() for one in booked),
        statistics.median(one.share() for one in bare),
    )


def check(took: Run) -> None:
    """Raise unless every press was answered: booked (303), or refused in words (422)."""
    statuses = Counter(answer.status for _, _, answer in took.answers)
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
            abs(stage.held[card_id] + booked.get(card_id, 0) - _held(card_id))
            for _, card_id in stage.people
        )
        return Proof(oversold + _miscounted(dict(seats)), _in_two_places(), lost)


def _held(card_id: UUID) -> int:
    held: int = state_of(get_card(card_id)).held()
    return held


def _miscounted(seats: dict[UUID, int]) -> int:
    """Return by how many seats the dates' own count differs from the seats that are taken."""
    counted = db.session.execute(select(Occurrence.id, Occurrence.seats_taken)).tuples()
    return sum(abs(taken - seats.get(date_id, 0)) for date_id, taken in counted)


def _in_two_places() -> int:
    """Return how many helpers, and how many citizens, are on two trips to one occurrence."""
    found = 0
    for kind, who in ((TripEscort, TripEscort.care_worker_id), (TripRider, TripRider.citizen_id)):
        spans = select(who).join(Trip, Trip.id == kind.trip_id)
        same = spans.group_by(who, Trip.occurrence_id).having(func.count() > 1)
        found += len(db.session.execute(same).all())
    return found


def tell(found: list[Rates], proof: Proof) -> None:
    """Print the rates as a table, and the result last."""
    say(f"\nload over the last minute: {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores\n")
    say("| clients | bookings/s | floor/s | ratio | p50 ms | p99 ms | clients' share of CPU |")
    say("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for one in found:
        say(
            f"| {one.clients} | {one.booking:.0f} | {one.floor:.0f} | {one.ratio:.2f} "
            f"| {one.p50:.1f} | {one.p99:.1f} | {one.busy:.0%}, floor {one.floor_busy:.0%} |"
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
