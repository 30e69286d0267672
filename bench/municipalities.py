"""What one request costs with 1 municipality in the database, and with 98.

`python bench/municipalities.py` (or `bench/municipalities`) starts a PostgreSQL server of its own,
makes municipalities of `--citizens` citizens each, and asks for the same pages and the same booking
in the first of them, when it is alone and when there are 98. The last line says how much more the
dearest costs then: 1.3 is what is promised. The rounds of both are taken turn by turn, in two
databases, so that a busy machine disturbs both alike.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from flask import Flask

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.clients import book
from bench.ledger import DURABLE, say, settle
from bench.towns import ENOUGH, Town, add_town
from klippekort.app import create_app
from klippekort.config import Settings
from klippekort.platform import migrate
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from tests import cluster
from tests.login import session_secret

MANY, ENTRIES, WARM = 98, 50, 5


@dataclass
class House:
    """A database with so many municipalities, the first of them, and one citizen's card there."""

    app: Flask
    town: Town
    citizen_id: UUID
    card_id: UUID


@contextmanager
def house(server: cluster.Cluster, folder: Path, towns: int, citizens: int) -> Iterator[House]:
    """Make so many municipalities with so many citizens each."""
    folder.mkdir()
    owner, url = server.create_database(f"bench_{towns}")
    settings = Settings(folder, url, owner, folder / "keys.json")
    migrate.upgrade(owner, url)
    app = create_app(settings)
    with app.app_context():
        first = add_town("By 0")
        citizen_id, card_id = first.add_card(0, ENTRIES, saved=ENOUGH)
        for number in range(towns):
            town = add_town(f"By {number}") if number else first
            for person in range(1, citizens):
                town.add_card(person, ENTRIES)
            db.session.remove()
        settle(owner)
        db.session.remove()
    yield House(app, first, citizen_id, card_id)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def deeds_of(one: House) -> dict[str, Callable[[], object]]:
    """Return what is timed: pages by somebody who is logged in, and a booking."""
    with one.app.app_context():
        secret = session_secret(one.town.coordinator)
        db.session.remove()
    client = one.app.test_client()
    client.set_cookie("session", secret, domain="localhost")

    def page(path: str) -> Callable[[], object]:
        def request() -> None:
            if (status := client.get(path).status_code) != 200:
                raise RuntimeError(f"{path}: {status}")

        return request

    def booking() -> None:
        with one.app.app_context(), acting_for(one.town.number):
            trip_id = new_id()
            who = one.town.coordinator
            execute(book, who, one.card_id, one.citizen_id, trip_id, key=str(trip_id))

    return {
        "citizen": page(f"/borgere/{one.citizen_id}"),
        "statement": page(f"/klippekort/{one.card_id}"),
        "find": page("/borgere?q=S%C3%B8rensen"),
        "overview": page("/overblik"),
        "trips": page("/ture"),
        "booking": booking,
    }


def measure(alone: House, among: House, rounds: int) -> float:
    """Time everything turn by turn in both, print a table, and return the worst ratio."""
    few, many = deeds_of(alone), deeds_of(among)
    say("| | ms alone | ms among 98 | ratio |\n| --- | ---: | ---: | ---: |")
    worst = 0.0
    for name, deed in few.items():
        for _ in range(WARM):
            deed(), many[name]()
        pairs = [(_took(deed), _took(many[name])) for _ in range(rounds)]
        one, other = (statistics.median(times) for times in zip(*pairs, strict=True))
        worst = max(worst, other / one)
        say(f"| {name} | {one:.2f} | {other:.2f} | {other / one:.2f} |")
    return worst


def _took(deed: Callable[[], object]) -> float:
    began = time.perf_counter()
    deed()
    return 1000 * (time.perf_counter() - began)


def main() -> None:
    """Read the command line, measure, and print the result last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--citizens", type=int, default=100, help="in each municipality")
    parser.add_argument("--municipalities", type=int, default=MANY)
    parser.add_argument("--rounds", type=int, default=60)
    chosen = parser.parse_args()
    cluster.SERVER_OPTIONS.update(DURABLE, max_connections="80", shared_buffers="128MB")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(cluster.Cluster())
        sizes = {"alone": 1, "among": chosen.municipalities}
        houses = {
            name: stack.enter_context(house(server, folder / name, towns, chosen.citizens))
            for name, towns in sizes.items()
        }
        worst = measure(houses["alone"], houses["among"], chosen.rounds)
    say(f"\nresult: growth={worst:.2f}")


if __name__ == "__main__":
    main()
