"""Time the pages a working day is made of, beside a bare page of fifty rows.

`python bench/pages.py` (or `bench/pages`) loads the demo on SQLite and on a PostgreSQL server
started for the occasion, makes Today, a citizen, the choice of trips, the week board and the list
of activities show fifty rows each, serves them as in production, and asks for each with one client
and with eight. `--only` takes one kind of database.
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from uuid import UUID

from sqlalchemy import select, text

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.ledger import PROCESSES, database, say, settle
from bench.served import app_served, floor_served
from bench.wire import Answer, Wire, run
from klippekort.accounts.models import CareWorker, RoleAssignment, Shift
from klippekort.app import create_app
from klippekort.config import Settings
from klippekort.domain.calendar import day_span, monday
from klippekort.domain.permissions import Actor, Role
from klippekort.operations import demo
from klippekort.platform import clock, migrate
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.trips.models import Trip, TripEscort, TripRider
from tests.login import session_secret

ROWS, ASKED = 50, 120
CLIENTS = (1, 8)
HOME = 1


@dataclass(frozen=True)
class Page:
    """A page, whose it is, and where it lies."""

    name: str
    path: str
    secret: str


@dataclass(frozen=True)
class Took:
    """How long one page took, in ms, for so many clients."""

    name: str
    clients: int
    p50: float
    p99: float


def actor_of(role: Role, person: UUID | None = None) -> Actor:
    """Return somebody of the demo who has this role."""
    wanted = select(RoleAssignment).filter_by(municipality_id=HOME, role=role)
    if person is not None:
        wanted = wanted.filter_by(person_id=person)
    one = db.session.scalars(wanted.order_by(RoleAssignment.id)).first()
    if one is None:
        raise RuntimeError(f"the demo has no {role}")
    place = one.supplier_id, one.district_id, one.person_id
    return Actor(HOME, role, one.account_id, str(role), *place)


def a_full_day(helper: Actor) -> UUID:
    """Give a helper fifty finished trips today, and return the citizen of the first."""
    start, _ = day_span(clock.today())

    def add() -> UUID:
        riders = db.session.scalars(
            select(TripRider).where(TripRider.card_id.is_not(None)).limit(ROWS)
        ).all()
        for number, rider in enumerate(riders):
            begins = start + timedelta(minutes=8 * number)
            span = {"starts_at": begins, "ends_at": begins + timedelta(minutes=7)}
            trip = Trip(
                id=new_id(),
                destination=f"Tur {number}, Torvet",
                travel_minutes=0,
                transport="walk",
                state="completed",
                booked_at=begins,
                started_at=begins,
                ended_at=span["ends_at"],
                **span,
            )
            db.session.add(trip)
            db.session.flush()
            facts = {"planned_minutes": 7, "charged_minutes": 7, "agreed_how": "said"}
            db.session.add(
                TripRider(
                    trip_id=trip.id,
                    citizen_id=rider.citizen_id,
                    card_id=rider.card_id,
                    state="completed",
                    is_active=False,
                    **span,
                    **facts,
                )
            )
            db.session.add(
                TripEscort(trip_id=trip.id, care_worker_id=helper.person_id, is_active=True, **span)
            )
        return riders[0].citizen_id

    with acting_for(HOME):
        citizen: UUID = execute(add)
    return citizen


def a_full_board() -> None:
    """See to it that fifty helpers are on the board of this week."""
    first = monday(clock.today())

    def add() -> None:
        workers = db.session.scalars(select(CareWorker).limit(ROWS)).all()
        start, end = day_span(first)
        for worker in workers:
            mine = select(Shift).where(
                Shift.care_worker_id == worker.id, Shift.starts_at.between(start, end)
            )
            if db.session.scalars(mine).first() is None:
                begins = start + timedelta(hours=7)
                db.session.add(
                    Shift(
                        care_worker_id=worker.id,
                        starts_at=begins,
                        ends_at=begins + timedelta(hours=8),
                    )
                )

    with acting_for(HOME):
        execute(add)


def pages_of() -> list[Page]:
    """Return the pages, each with somebody logged in who sees it."""
    helper, coordinator = actor_of(Role.CARE_WORKER), actor_of(Role.COORDINATOR)
    citizen = a_full_day(helper)
    a_full_board()
    mine, hers = session_secret(helper), session_secret(coordinator)
    return [
        Page("Today", "/i-dag", mine),
        Page("citizen", f"/borgere/{citizen}", hers),
        Page("booking choice", f"/borgere/{citizen}/tur", hers),
        Page("week board", "/tavle", hers),
        Page("activities", "/aktiviteter", hers),
    ]


def seed_floor(owner: str) -> None:
    """Make the fifty rows of the bare page."""
    engine = migrate.owner_engine(owner)
    with engine.begin() as connection:
        connection.execute(
            text("create table floor_card (id varchar(36) primary key, seq integer, name text)")
        )
        if connection.dialect.name == "postgresql":
            connection.execute(text("grant all on floor_card to public"))
        rows = [{"id": str(new_id()), "name": f"Ellen Sørensen {n}"} for n in range(ROWS)]
        connection.execute(text("insert into floor_card values (:id, 1, :name)"), rows)
    engine.dispose()


def ask_for(port: int, path: str, cookie: str, clients: int) -> list[Callable[[], Answer | None]]:
    """Return clients who ask for a page until it has been asked for often enough."""
    numbers = count()

    def client() -> Callable[[], Answer | None]:
        wire = Wire(port, cookie)
        wire.get(path)

        def ask() -> Answer | None:
            return wire.get(path) if next(numbers) < ASKED else None

        return ask

    return [client() for _ in range(clients)]


def time_page(name: str, port: int, path: str, cookie: str, clients: int) -> Took:
    """Ask for a page and return how long it took."""
    took = run(ask_for(port, path, cookie, clients))
    if statuses := {answer.status for _, _, answer in took.answers} - {200}:
        raise RuntimeError(f"{path}: {statuses}")
    centiles = statistics.quantiles([1000 * seconds for seconds in took.waits()], n=100)
    return Took(name, clients, centiles[49], centiles[98])


def measure(kind: str, folder: Path) -> float:
    """Measure every page on one kind of database and return the worst ratio to the bare page."""
    with database(kind, folder) as (owner, url):
        settings = Settings(folder, url, owner, folder / "keys.json")
        migrate.upgrade(owner, url)
        app = create_app(settings)
        with app.app_context():
            demo.load(app, on=clock.today())
            pages = pages_of()
            seed_floor(owner)
            if kind == "postgresql":
                settle(owner)
            db.session.remove()
            db.engine.dispose()
        processes = PROCESSES[kind]
        found: list[tuple[Took, Took]] = []
        with app_served(settings, processes) as ours, floor_served(url, processes) as bare:
            for clients in CLIENTS:
                for page in pages:
                    floor = time_page("bare", bare, "/list", "", clients)
                    cookie = f"session={page.secret}"
                    found.append((time_page(page.name, ours, page.path, cookie, clients), floor))
    tell(kind, found)
    return max(one.p50 / floor.p50 for one, floor in found)


def tell(kind: str, found: list[tuple[Took, Took]]) -> None:
    """Print a table."""
    say(f"\n{kind}: ms\n")
    say("| page | clients | p50 | p99 | bare p50 | ratio |")
    say("| --- | ---: | ---: | ---: | ---: | ---: |")
    for one, floor in found:
        ratio = one.p50 / floor.p50
        say(
            f"| {one.name} | {one.clients} | {one.p50:.1f} | {one.p99:.1f} "
            f"| {floor.p50:.1f} | {ratio:.2f} |"
        )


def main() -> None:
    """Read the command line, measure, and print the result last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=PROCESSES, help="one kind of database")
    chosen = parser.parse_args()
    worst = 0.0
    for kind in [chosen.only] if chosen.only else list(PROCESSES):
        with tempfile.TemporaryDirectory() as name:
            worst = max(worst, measure(kind, Path(name)))
    say(f"\nresult: ratio_to_bare={worst:.2f}")


if __name__ == "__main__":
    main()
