"""Kill workers in the middle of whatever they do, and compare what they leave.

The deeds are done by a process of its own, which is killed for real; the next one goes on with the
deed that was under way, under the same key. In the end the ledger is what it is when nobody dies.
"""

import os
import select
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time as clock_time
from datetime import timedelta
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from flask import Flask
from sqlalchemy import select as rows_of

from klippekort.app import create_app
from klippekort.domain.calendar import instant
from klippekort.platform.db import db
from klippekort.platform.execute import Answer, execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import PunchCard, PunchEntry, PunchLot
from klippekort.punchcards.services import proof
from klippekort.punchcards.services.balances import OpeningLot, carry_over
from klippekort.punchcards.services.cards import grant_card
from klippekort.trips.models import Trip, TripRider
from tests.builders import a_scheme, an_occurrence
from tests.cast import HOME, Cast, assemble, make_citizen
from tests.databases import Template
from tests.integration.ledger.busy_worker import BEGINS, DEEDS, EARLIER, ROUNDS, Stage, day_of
from tests.property.plain_card import PlainRules, as_terms

ROOT = Path(__file__).parents[3]
# A deed is some 30 statements and a commit or two: the kill comes anywhere, and often at a commit.
LONGEST_LIFE = {"statement": 120, "commit": 6}
PATIENCE = 60
History = Counter[tuple[Any, ...]]


def _set_the_stage(app: Flask, cast: Cast) -> Stage:
    """Give two citizens a card with plenty of time, and make what the deeds will need."""
    now = instant(BEGINS, clock_time(7))
    scheme = a_scheme(as_terms(PlainRules(minutes=30, weeks=5)))
    lots = [OpeningLot(300, BEGINS), OpeningLot(400, BEGINS - timedelta(days=1), day_of(ROUNDS))]
    with acting_for(HOME):
        newcomers = execute(_newcomers, cast)
        for citizen in (cast.ellen, cast.poul, *newcomers[:EARLIER]):
            card = execute(grant_card, cast.asta, citizen, scheme, from_on=BEGINS, now=now)
            execute(carry_over, cast.asta, UUID(card), lots, now=now)
    dates = [
        an_occurrence(instant(day_of(number) + timedelta(days=1), clock_time(10)), minutes=40)
        for number in range(ROUNDS)
    ]
    assert cast.asta.account_id is not None
    assert cast.karen.account_id is not None
    return Stage(
        {name: str(value) for name, value in vars(app.extensions["settings"]).items()},
        cast.asta.account_id,
        cast.karen.account_id,
        scheme,
        [cast.ellen, cast.poul],
        newcomers,
        dates,
    )


def _newcomers(cast: Cast) -> list[UUID]:
    return [
        make_citizen(f"Citizen {number}", "Ny", supplier=cast.supplier, district=cast.north)
        for number in range(ROUNDS + EARLIER)
    ]


class Workshop:
    """Starts workers on a stage, listens to them and kills them."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self.file = folder / "stage.json"
        stage.save(self.file)
        self.done: set[int] = set()
        self.under_way: int | None = None
        self.worker: int | None = None
        self.has_ended = False

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.ledger.busy_worker", str(self.file)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        self.unread = b""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.worker is not None:
            os.kill(self.worker, signal.SIGKILL)
        self.process.communicate()

    def start(self) -> None:
        """Start a worker on the first deed that is not done."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{len(self.done)}\n".encode())
        assert self._hear() == "worker"

    def hear(self, what: str, times: int) -> None:
        """Listen until the worker has said something so many times."""
        while times:
            times -= self._hear() == what

    def kill(self) -> int | None:
        """Kill the worker, hear it out, and return the deed that was under way, if any."""
        assert self.worker is not None
        os.kill(self.worker, signal.SIGKILL)
        while self.worker is not None:
            self._hear()
        assert self.exit_code == -signal.SIGKILL
        return self.under_way

    def hear_out(self) -> None:
        """Listen until the worker has done everything."""
        while self.worker is not None:
            self._hear()
        assert (self.exit_code, self.has_ended) == (0, True)

    def _hear(self) -> str:
        """Return the first word of the next line."""
        assert self.process.stdout is not None
        while b"\n" not in self.unread:
            heard, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
            assert heard, "the worker has fallen silent"
            said = os.read(self.process.stdout.fileno(), 4096)
            assert said, "the workshop has closed"
            self.unread += said
        line, _, self.unread = self.unread.partition(b"\n")
        word, *rest = line.decode().split()
        self._note(word, int(rest[0]) if rest else 0)
        return word

    def _note(self, word: str, number: int) -> None:
        if word == "worker":
            self.worker, self.under_way = number, None
        elif word == "begins":
            self.under_way = number
        elif word == "done":
            self.done.add(number)
            self.under_way = None
        elif word == "gone":
            self.worker, self.exit_code = None, number
            assert number in (0, -signal.SIGKILL), "the worker has fallen over its own feet"
        elif word == "end":
            self.has_ended = True


@contextmanager
def _as_of_one_moment() -> Iterator[None]:
    """Read everything in one snapshot: the server may still be at the dead worker's last wish."""
    with acting_for(HOME):
        if db.engine.dialect.name == "postgresql":
            db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield
        db.session.rollback()


def _is_whole(done: set[int]) -> None:
    """What was said to be done is there, the ledger proves, and trips and cards tell the same."""
    with _as_of_one_moment():
        assert proof.verify_municipality() == []
        known = {int(key) for key in db.session.scalars(rows_of(Answer.key))}
        assert {DEEDS[number % len(DEEDS)] for number in done - known} <= {"night"}
        moved: Counter[tuple[UUID | None, str]] = Counter()
        for trip, kind, minutes in db.session.execute(
            rows_of(PunchEntry.trip_id, PunchEntry.kind, PunchEntry.minutes)
        ):
            moved[trip, kind] += minutes
        trips = db.session.execute(
            rows_of(Trip.id, Trip.state, TripRider.planned_minutes, TripRider.charged_minutes).join(
                TripRider, TripRider.trip_id == Trip.id
            )
        ).all()
        for trip, state, planned, charged in trips:
            spent = moved[trip, "spend"]
            held = moved[trip, "hold"] - moved[trip, "release"] - spent
            assert (held, spent) == {
                "booked": (planned, 0),
                "cancelled": (0, 0),
                "completed": (0, charged),
            }[state]
        assert {trip for trip, _ in moved if trip} == {row.id for row in trips}


def _history(stage: Stage) -> dict[int, History]:
    """Return every card's entries, by whose it is; lots of the same day have no order."""
    people = [*stage.citizens, *stage.newcomers]
    with _as_of_one_moment():
        found = db.session.execute(
            rows_of(
                PunchCard.citizen_id,
                PunchEntry.kind,
                PunchEntry.minutes,
                PunchEntry.effective_on,
                PunchEntry.recorded_at,
                PunchEntry.reason_code,
                PunchLot.period,
            )
            .join(PunchEntry, PunchEntry.card_id == PunchCard.id)
            .join(PunchLot, PunchLot.id == PunchEntry.lot_id, isouter=True)
        )
        history: dict[int, History] = {}
        for citizen, *line in found:
            history.setdefault(people.index(citizen), Counter())[tuple(line)] += 1
        return history


def undisturbed(template: Template, folder: Path) -> dict[int, History]:
    """Return the history the same deeds make on a fresh database when nobody dies."""
    app = create_app(template.copy())
    with app.app_context():
        stage = _set_the_stage(app, assemble())
        with Workshop(stage, folder) as workshop:
            workshop.start()
            workshop.hear_out()
        history = _history(stage)
        db.session.remove()
        db.engine.dispose()
    return history


def kill_workers(
    app: Flask, cast: Cast, folder: Path, kills: int, chance: Random
) -> tuple[Counter[str], dict[int, History]]:
    """Kill so many workers, then let one finish; return what each was doing when it was hit, and
    the history of the cards.

    After each kill what was said to be done is there and the ledger proves.
    """
    stage = _set_the_stage(app, cast)
    hit: Counter[str] = Counter()
    with Workshop(stage, folder) as workshop:
        for _ in range(kills):
            workshop.start()
            what = chance.choice(sorted(LONGEST_LIFE))
            workshop.hear(what, chance.randint(1, LONGEST_LIFE[what]))
            under_way = workshop.kill()
            hit[DEEDS[under_way % len(DEEDS)] if under_way is not None else "between"] += 1
            _is_whole(workshop.done)
        assert not workshop.has_ended
        workshop.start()
        workshop.hear_out()
        _is_whole(workshop.done)
    assert workshop.done == set(range(ROUNDS * len(DEEDS)))
    return hit, _history(stage)
