"""What each guarantee of a booking costs: the same booking with one wall or promise left out.

`python bench/guarantees.py` measures one client on a fresh database of each kind; the walls are
taken down and put up again around every turn, so that all variants share the machine's good and bad
moments.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import Engine, text

from bench.clients import IN_A_WEEK, MINUTES, Setup, book, booking, floor, seed_floor
from bench.ledger import PROCESSES, database, say
from bench.towns import ENOUGH, add_town
from klippekort.app import create_app
from klippekort.config import Settings
from klippekort.platform import clock, migrate
from klippekort.platform.db import db, writing
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.services.bookings import hold_minutes

TURNS, DEEDS_A_TURN = 30, 10


class Took(NamedTuple):
    """What a deed takes: ms by the clock, and ms of the app's own processor time.

    The second holds on a busy machine too. SQLite's work is in it, PostgreSQL's is not.
    """

    ms: float
    cpu: float


def without_key(setup: Setup, card_id: UUID) -> None:
    """Book without an idempotency key."""
    execute(book, setup.actor, card_id, setup.citizen_id, new_id())


def without_audit_line(setup: Setup, card_id: UUID) -> None:
    """Book without a line in the record of deeds."""
    trip_id, now, today = new_id(), clock.now(), clock.today()
    on = today + IN_A_WEEK
    execute(
        hold_minutes,
        setup.actor,
        card_id,
        trip_id,
        MINUTES,
        on=on,
        today=today,
        now=now,
        key=str(trip_id),
        content=[card_id, trip_id],
    )


def walls(engine: Engine) -> dict[str, tuple[Sequence[str], Sequence[str]]]:
    """Return how each wall is taken down and put up again."""
    if engine.dialect.name == "postgresql":
        tables = ("answer", "punch_card", "punch_lot", "punch_entry", "trip_pledge")
        guarded = (*tables, "audit_line", "audit_citizen")
        return {
            "without the triggers": (
                ["alter table punch_entry disable trigger user"],
                ["alter table punch_entry enable trigger user"],
            ),
            "without row-level security": (
                [f"alter table {table} disable row level security" for table in guarded],
                [f"alter table {table} enable row level security" for table in guarded],
            ),
        }
    with engine.connect() as connection:
        made = connection.execute(
            text(
                "select name, sql from sqlite_master where type = 'trigger' "
                "and tbl_name in ('punch_entry', 'punch_lot')"
            )
        ).all()
    down = [f"drop trigger {name}" for name, _ in made]
    return {"without the triggers": (down, [sql for _, sql in made])}


@contextmanager
def taken_down(engine: Engine, wall: tuple[Sequence[str], Sequence[str]] | None) -> Iterator[None]:
    """Take a wall down while the block runs."""
    down, up = wall or ((), ())
    _run(engine, down)
    try:
        yield
    finally:
        _run(engine, up)


def _run(engine: Engine, statements: Sequence[str]) -> None:
    token = writing.set(True)
    try:
        with engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
    finally:
        writing.reset(token)


def measure(kind: str, folder: Path) -> dict[str, Took]:
    """Return what the floor takes, and a booking, and one without each guarantee: medians."""
    with database(kind, folder) as (owner, url):
        settings = Settings(folder, url, owner, folder / "keys.json")
        migrate.upgrade(owner, url)
        engine = migrate.owner_engine(owner)
        with create_app(settings).app_context():
            town = add_town("Lindeby")
            citizen_id, card_id = town.add_card(1, 50, saved=ENOUGH)
            seed_floor(owner, [card_id])
            setup = Setup(settings, town.assessor, citizen_id)
            variants = {
                "floor": (floor, None),
                "booking": (booking, None),
                "without the key": (without_key, None),
                "without the audit line": (without_audit_line, None),
                **{name: (booking, wall) for name, wall in walls(engine).items()},
            }
            took: dict[str, list[Took]] = {name: [] for name in variants}
            with acting_for(town.number):
                for _ in range(TURNS):
                    for name, (deed, wall) in variants.items():
                        db.session.remove()
                        with taken_down(engine, wall):
                            took[name] += _timed(deed, setup, card_id)
            db.session.remove()
            db.engine.dispose()
        engine.dispose()
    return {
        name: Took(*(statistics.median(times) for times in zip(*all_times, strict=True)))
        for name, all_times in took.items()
    }


def _timed(deed: Callable[[Setup, UUID], None], setup: Setup, card_id: UUID) -> list[Took]:
    deed(setup, card_id)
    took = []
    for _ in range(DEEDS_A_TURN):
        began, worked = time.perf_counter(), time.thread_time()
        deed(setup, card_id)
        took.append(
            Took(1000 * (time.perf_counter() - began), 1000 * (time.thread_time() - worked))
        )
    return took


def main() -> None:
    """Measure both kinds of database and print a table of each."""
    for kind in PROCESSES:
        with tempfile.TemporaryDirectory() as name:
            found = measure(kind, Path(name))
        say(f"\n{kind}: a deed of one client, medians\n")
        say("| | ms | of it the app's own CPU |\n| --- | ---: | ---: |")
        for variant, took in found.items():
            say(f"| {variant} | {took.ms:.2f} | {took.cpu:.2f} |")


if __name__ == "__main__":
    main()
