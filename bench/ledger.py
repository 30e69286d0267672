"""Time balances and bookings on cards with long histories, and bookings by many at once.

`python bench/ledger.py` (or `bench/ledger`) runs on a fresh SQLite file and on a PostgreSQL server
started for the occasion, both told to reach the disk at every commit. `--quick` takes short rounds.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import text

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.clients import DEEDS, Clients, Setup, booking, seed_floor
from bench.towns import ENOUGH, Town, add_town
from klippekort.app import create_app
from klippekort.config import Settings
from klippekort.platform import clock, migrate
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries import cards
from klippekort.punchcards.services.proof import verify_municipality
from tests import cluster
from tests.login import session_secret

SIZES = (50, 500, 5_000, 50_000)
CLIENTS = (1, 8, 50)
MANY = 100  # cards that clients who do not fight over one card book on
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
PROCESSES = {"postgresql": 2, "sqlite": 1}  # as the app is served: SQLite's file has one process
Deed = Callable[[], object]


@dataclass(frozen=True)
class Rates:
    """Deeds a second of so many clients: bookings, the floor, and the floor without a session."""

    where: str
    clients: int
    booking: float
    floor: float
    engine: float
    p50: float
    p99: float

    @property
    def ratio(self) -> float:
        """Return the bookings a second over the floor's."""
        return self.booking / self.floor


@dataclass
class Results:
    """What was measured on one database: median costs in ms by size of card, and rates."""

    name: str
    costs: dict[str, list[float]] = field(default_factory=dict)
    rates: list[Rates] = field(default_factory=list)

    def growth(self) -> float:
        """Return the worst cost on the longest history over that on the shortest."""
        return max(row[-1] / row[0] for row in self.costs.values())

    def rate_to_floor(self) -> float:
        """Return the worst ratio of bookings to floor."""
        return min(rates.ratio for rates in self.rates)


@dataclass(frozen=True)
class Measured:
    """The card of one size, with the town it stands in and its citizen's own page."""

    town: Town
    citizen_id: UUID
    card_id: UUID
    own_page: str
    secret: str


def say(line: str = "") -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


@contextmanager
def database(kind: str, folder: Path) -> Iterator[tuple[str, str]]:
    """Give the owner's and the app's address of a fresh database that reaches the disk."""
    if kind == "sqlite":
        url = f"sqlite:///{folder / 'bench.db'}"
        yield url, url
        return
    cluster.SERVER_OPTIONS.update(DURABLE, max_connections="80", shared_buffers="128MB")
    with cluster.Cluster() as running:
        yield running.create_database("bench")


def settle(owner: str) -> None:
    """Count the rows that came in bulk, as PostgreSQL does by itself within minutes."""
    db.session.remove()
    db.engine.dispose()
    engine = migrate.owner_engine(owner)
    with engine.begin() as connection:
        connection.execute(text("analyze"))
    engine.dispose()


def card_of(size: int, owner: str) -> Measured:
    """Make a town with a card of so many entries, beside a short one."""
    town = add_town(f"By {size}")
    town.add_card(2, SIZES[0])
    settle(owner)
    citizen_id, card_id = town.add_card(1, size, saved=ENOUGH)
    return Measured(town, citizen_id, card_id, *town.open_page_of(citizen_id))


def balance(one: Measured) -> None:
    """Work out what a card can pay for, as every decision does."""
    with acting_for(one.town.number):
        cards.state_of(cards.get_card(one.card_id)).available(clock.today())
        db.session.rollback()
        db.session.expunge_all()


def pages_of(app: Flask, one: Measured) -> dict[str, Deed]:
    """Return the pages that show a balance, each as a request by somebody who is logged in."""

    def page(path: str, cookie: tuple[str, str]) -> Deed:
        client = app.test_client()
        client.set_cookie(*cookie, domain="localhost", path="/")

        def request() -> None:
            if (status := client.get(path).status_code) != 200:
                raise RuntimeError(f"{path}: {status}")

        return request

    assessor = ("session", session_secret(one.town.assessor))
    coordinator = ("session", session_secret(one.town.coordinator))
    return {
        "page: citizen": page(f"/borgere/{one.citizen_id}", assessor),
        "page: statement": page(f"/klippekort/{one.card_id}", assessor),
        "page: overview list": page("/overblik", coordinator),
        "page: own page": page(one.own_page, ("card", one.secret)),
    }


def deeds_of(app: Flask, one: Measured) -> dict[str, Deed]:
    """Return what is timed on a card."""
    setup = Setup(app.extensions["settings"], one.town.assessor, one.citizen_id)

    def book() -> None:
        with acting_for(one.town.number):
            booking(setup, one.card_id)

    return {"balance": lambda: balance(one), "booking": book, **pages_of(app, one)}


def measure_costs(app: Flask, found: list[Measured], rounds: int, results: Results) -> None:
    """Time each deed on each card in turn, round after round, and keep the medians in ms."""
    deeds = [deeds_of(app, one) for one in found]
    for name in deeds[0]:
        took: list[list[float]] = [[] for _ in deeds]
        for turn in range(rounds + 3):
            for place, mine in enumerate(deeds):
                began = time.perf_counter()
                mine[name]()
                if turn >= 3:
                    took[place].append(1000 * (time.perf_counter() - began))
        results.costs[name] = [statistics.median(times) for times in took]


def measure_rates(
    clients: Clients, count: int, where: str, rounds: list[list[UUID]], seconds: float
) -> Rates:
    """Let so many clients book and do the floors in turn, on each round's cards."""
    seen: dict[str, list[float]] = {deed: [] for deed in DEEDS}
    waits: list[float] = []
    for cards_of_round in rounds:
        for deed, rates in seen.items():
            rate, took = clients.run(deed, count, cards_of_round, seconds)
            rates.append(rate)
            waits += took if deed == "booking" else []
    middle = {deed: statistics.median(rates) for deed, rates in seen.items()}
    centiles = statistics.quantiles(waits, n=100)
    return Rates(where, count, **middle, p50=1000 * centiles[49], p99=1000 * centiles[98])


def prove(towns: list[Town]) -> None:
    """Raise unless every card that was measured proves."""
    for town in towns:
        with acting_for(town.number):
            if found := verify_municipality():
                raise RuntimeError(f"the ledger does not prove: {found[0]}")


def measure(kind: str, folder: Path, chosen: argparse.Namespace) -> Results:
    """Measure everything on one kind of database."""
    results = Results(kind)
    with database(kind, folder) as (owner, url):
        settings = Settings(folder, url, owner, folder / "keys.json")
        migrate.upgrade(owner, url)
        app = create_app(settings)
        with app.app_context():
            found = []
            for size in SIZES:
                found.append(card_of(size, owner))
                settle(owner)
            measure_costs(app, found, 10 if chosen.quick else 40, results)
            say_costs(results)
            town = many_clients(settings, owner, chosen.quick, results)
            say_rates(results)
            prove([*(one.town for one in found), town])
            db.session.remove()
            db.engine.dispose()
    return results


def many_clients(settings: Settings, owner: str, quick: bool, results: Results) -> Town:
    """Measure the rates on many cards, and on one that all want, in a town that is returned."""
    rounds, seconds = (1, 1.0) if quick else (3, 1.5)
    town = add_town("Mange")
    pool = [town.add_card(person, 50, saved=ENOUGH) for person in range(MANY)]
    ids = [card_id for _, card_id in pool]
    seed_floor(owner, ids)
    settle(owner)
    clients = Clients(Setup(settings, town.assessor, pool[0][0]), PROCESSES[results.name])
    try:
        for count in CLIENTS:
            results.rates.append(
                measure_rates(clients, count, "many cards", [ids] * rounds, seconds)
            )
        for count in CLIENTS:
            hot = [[card_id] for card_id in ids[:rounds]]
            results.rates.append(measure_rates(clients, count, "one card", hot, seconds))
    finally:
        clients.close()
    return town


def say_costs(results: Results) -> None:
    """Print the costs as a table."""
    say(f"\n{results.name}: ms by entries on the card, medians\n")
    say("| | " + " | ".join(f"{size:,}" for size in SIZES) + " | growth |")
    say("| --- |" + " ---: |" * (len(SIZES) + 1))
    for name, row in results.costs.items():
        cells = " | ".join(f"{ms:.2f}" for ms in row)
        say(f"| {name} | {cells} | {row[-1] / row[0]:.2f} |")


def say_rates(results: Results) -> None:
    """Print the rates as a table."""
    say(f"\n{results.name}: deeds a second, medians of interleaved rounds\n")
    say("| | clients | bookings | floor | ratio | floor without session | p50 ms | p99 ms |")
    say("| --- |" + " ---: |" * 7)
    for one in results.rates:
        say(
            f"| {one.where} | {one.clients} | {one.booking:.0f} | {one.floor:.0f} "
            f"| {one.ratio:.2f} | {one.engine:.0f} | {one.p50:.1f} | {one.p99:.1f} |"
        )


def main() -> None:
    """Read the command line, measure, and print the result last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="short rounds, for a first look")
    parser.add_argument("--only", choices=PROCESSES, help="one kind of database")
    chosen = parser.parse_args()
    all_results = []
    for kind in [chosen.only] if chosen.only else list(PROCESSES):
        with tempfile.TemporaryDirectory() as name:
            all_results.append(measure(kind, Path(name), chosen))
    rate = min(results.rate_to_floor() for results in all_results)
    growth = max(results.growth() for results in all_results)
    say(f"\nresult: rate_to_floor={rate:.2f} growth={growth:.2f}")


if __name__ == "__main__":
    main()
