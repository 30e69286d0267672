"""Many clients at once: they book through the app, or do the bare minimum on the same database."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from uuid import UUID

from flask import Flask
from sqlalchemy import Column, Integer, MetaData, Table, Uuid, bindparam, insert, select, text

from klippekort.app import create_app
from klippekort.config import Settings
from klippekort.domain.permissions import Action, Actor
from klippekort.platform import audit, clock, migrate
from klippekort.platform.db import UTCDateTime, db, write_turn, writing
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.services.bookings import hold_minutes

MINUTES = 1
IN_A_WEEK = timedelta(weeks=1)
_floor = MetaData()
_cards = Table("bench_card", _floor, Column("id", Uuid, primary_key=True), Column("seq", Integer))
_entries = Table(
    "bench_entry",
    _floor,
    Column("id", Uuid, primary_key=True),
    Column("card_id", Uuid),
    Column("minutes", Integer),
    Column("recorded_at", UTCDateTime),
)
_LOCK = select(_cards.c.seq).where(_cards.c.id == bindparam("card")).with_for_update()
_INSERT = insert(_entries)


@dataclass(frozen=True)
class Setup:
    """What a client process is told once: where the database is, and who books for whom."""

    settings: Settings
    actor: Actor
    citizen_id: UUID


@dataclass(frozen=True)
class Round:
    """One round: what is done, by how many threads of each process, on which cards, how long."""

    deed: str
    threads: int
    cards: tuple[UUID, ...]
    seconds: float


def book(actor: Actor, card_id: UUID, citizen_id: UUID, trip_id: UUID) -> str:
    """Hold a minute for a trip in a week and put it on record, as booking a trip does."""
    now, today = clock.now(), clock.today()
    on = today + IN_A_WEEK
    hold_minutes(actor, card_id, trip_id, MINUTES, on=on, today=today, now=now)
    audit.record(actor, Action.BOOK_TRIP, "trip", trip_id, citizens=[citizen_id], minutes=MINUTES)
    return str(trip_id)


def booking(setup: Setup, card_id: UUID) -> None:
    """Book once: a press of the button with a key of its own, through the write boundary."""
    trip_id = new_id()
    execute(
        book,
        setup.actor,
        card_id,
        setup.citizen_id,
        trip_id,
        key=str(trip_id),
        content=[card_id, trip_id],
    )


def floor(_setup: Setup, card_id: UUID) -> None:
    """Lock one row, insert one row, commit: through the app's session, and nothing else."""
    with write_turn():
        db.session.execute(_LOCK, {"card": card_id}).scalar_one()
        db.session.execute(_INSERT, _row(card_id))
        db.session.commit()


def engine_floor(_setup: Setup, card_id: UUID) -> None:
    """Do the same without the session: on the engine's bare connection."""
    with write_turn(), db.engine.begin() as connection:
        connection.execute(_LOCK, {"card": card_id}).scalar_one()
        connection.execute(_INSERT, _row(card_id))


def _row(card_id: UUID) -> dict[str, object]:
    return {"id": new_id(), "card_id": card_id, "minutes": MINUTES, "recorded_at": clock.now()}


def seed_floor(owner_url: str, cards: Sequence[UUID]) -> None:
    """Make the floor's two tables, with a row for each card."""
    engine = migrate.owner_engine(owner_url)
    token = writing.set(True)
    try:
        with engine.begin() as connection:
            _floor.create_all(connection)
            connection.execute(insert(_cards), [{"id": card, "seq": 0} for card in cards])
            if engine.dialect.name == "postgresql":
                connection.execute(text("grant all on bench_card, bench_entry to public"))
    finally:
        writing.reset(token)
        engine.dispose()


DEEDS: dict[str, Callable[[Setup, UUID], None]] = {
    "booking": booking,
    "floor": floor,
    "engine": engine_floor,
}


def _thread(
    app: Flask, setup: Setup, one: Round, first: int, gate: threading.Barrier, took: list[float]
) -> None:
    deed = DEEDS[one.deed]
    with app.app_context(), acting_for(setup.actor.municipality_id):
        deed(setup, one.cards[first % len(one.cards)])  # connects and warms up
        gate.wait()
        ends = time.perf_counter() + one.seconds
        for number in count(first, one.threads):
            began = time.perf_counter()
            if began >= ends:
                return
            deed(setup, one.cards[number * 7919 % len(one.cards)])
            took.append(time.perf_counter() - began)


def serve(pipe: Connection, setup: Setup) -> None:
    """Answer each round sent down the pipe with how long each deed took, until None comes."""
    app = create_app(setup.settings)
    while (one := pipe.recv()) is not None:
        took: list[float] = []
        gate = threading.Barrier(one.threads)
        threads = [
            threading.Thread(target=_thread, args=(app, setup, one, first, gate, took))
            for first in range(one.threads)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        pipe.send(took)


class Clients:
    """Processes that stay up between rounds, so that nobody is timed while starting."""

    def __init__(self, setup: Setup, processes: int) -> None:
        spawn = get_context("spawn")
        self._ends, self._processes = [], []
        for _ in range(processes):
            ours, theirs = spawn.Pipe()
            process = spawn.Process(target=serve, args=(theirs, setup))
            process.start()
            self._ends.append(ours)
            self._processes.append(process)

    def run(
        self, deed: str, clients: int, cards: Sequence[UUID], seconds: float
    ) -> tuple[float, list[float]]:
        """Return the deeds a second of so many clients together, and how long each deed took."""
        used = self._ends[: min(clients, len(self._ends))]
        one = Round(deed, clients // len(used), tuple(cards), seconds)
        for end in used:
            end.send(one)
        took = [seconds for end in used for seconds in end.recv()]
        return len(took) / seconds, took

    def close(self) -> None:
        """End the processes."""
        for end, process in zip(self._ends, self._processes, strict=True):
            end.send(None)
            process.join()
