"""F5, F13, F14 and F15: leaders killed or frozen, clocks that jump, nights of two lengths."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from random import Random
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from klippekort.domain.calendar import ONE_DAY, instant, local_day
from klippekort.messages.models import OutboxMessage
from klippekort.municipalities.models import Municipality
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.job_runner import days_since, run_due
from klippekort.platform.jobs import Job, JobRun, WorkerBeat
from klippekort.platform.tenancy import acting_for
from klippekort.platform.worker import Worker
from tests.cast import AWAY, HOME, Cast
from tests.integration.jobs.effects import COUNTED

pytestmark = pytest.mark.timeout(900)

SEED = 20261123
KILLS, FREEZES = 50, 2
DAYS_BEHIND = 300
SPRING, AUTUMN = date(2027, 3, 28), date(2026, 10, 25)
PATIENCE = 180
_NOON = clock_time(12)


@pytest.fixture
def url(committed_app: Flask, committed_cast: Cast) -> str:
    """A database on which every job is three hundred days behind, in two municipalities."""
    born = clock.now() - timedelta(days=DAYS_BEHIND)
    execute(lambda: db.session.execute(update(Municipality).values(created_at=born)).close())
    db.session.remove()
    return str(committed_app.config["SQLALCHEMY_DATABASE_URI"])


def _fork(work: Callable[[], object]) -> int:
    child = os.fork()
    if child:
        return child
    try:
        db.session.remove()
        db.engine.dispose(close=False)
        work()
    finally:
        os._exit(0)


def _slowly(day: date, now: datetime) -> object:
    time.sleep(0.02)
    return COUNTED.run(day, now)


def _work(app: Flask, url: str) -> Callable[[], object]:
    jobs = (Job("counted", _slowly),)  # type: ignore[arg-type]

    def work() -> None:
        Worker(app, jobs, url).start()
        signal.pause()

    return work


def _done() -> dict[int, tuple[list[str], list[str]]]:
    """Return each municipality's finished days, and what was done for a day, as often as it was."""
    found = {}
    for home in (HOME, AWAY):
        with acting_for(home):
            runs = select(JobRun.slot).where(JobRun.finished_at.is_not(None))
            keys = select(OutboxMessage.dedupe_key).filter_by(kind="counted")
            found[home] = (
                sorted(db.session.scalars(runs)),
                sorted(key.partition(":")[2] for key in db.session.scalars(keys)),
            )
            db.session.rollback()
    return found


def _leader(workers: list[int]) -> int | None:
    """Return the worker that leads, by its sign of life."""
    db.session.rollback()
    named = db.session.scalars(select(WorkerBeat.worker).filter_by(name="leader")).first()
    db.session.rollback()
    number = int(named.rpartition(":")[2]) if named else 0
    return number if number in workers else None


@pytest.fixture
def workers() -> Iterator[list[int]]:
    """The numbers of workers that run; whatever is left is ended."""
    alive: list[int] = []
    yield alive
    for number in alive:
        _end(number)


def _end(number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(number, signal.SIGKILL)
        os.waitpid(number, 0)


def test_workers_killed_fifty_times_do_each_day_once(
    committed_app: Flask, url: str, workers: list[int]
) -> None:
    """F5, leaders killed at random, some frozen: nothing missed, nothing twice."""
    chance, hit = Random(SEED), Counter[str]()  # noqa: S311
    days = [str(day) for day in days_since(clock.now() - timedelta(days=DAYS_BEHIND), clock.now())]
    workers += [_fork(_work(committed_app, url)) for _ in range(3)]
    for _ in range(KILLS):
        time.sleep(chance.uniform(0.1, 0.6))
        victim = _leader(workers) or chance.choice(workers)
        hit["leader" if victim == _leader(workers) else "other"] += 1
        workers.remove(victim)
        _end(victim)
        workers.append(_fork(_work(committed_app, url)))
    latest = time.monotonic() + PATIENCE
    while any(len(finished) < len(days) for finished, _ in _done().values()):
        assert time.monotonic() < latest, "nobody goes on"
        time.sleep(0.5)
    assert _done() == dict.fromkeys((HOME, AWAY), (days, days))
    assert hit["leader"] > KILLS / 4


def test_a_frozen_leader_is_followed(
    committed_app: Flask, url: str, workers: list[int], database: str
) -> None:
    """F5, a leader that stands still and wakes up again: relieved, and harmless when it is back."""
    if database != "postgresql":
        pytest.skip("a file lock has no other process to relieve it")
    workers += [_fork(_work(committed_app, url)) for _ in range(2)]
    frozen = _until(lambda: _leader(workers), "nobody leads")
    os.kill(frozen, signal.SIGSTOP)
    others = [number for number in workers if number != frozen]
    began = time.monotonic()
    _until(lambda: _leader(others), "nobody relieves a leader that is frozen")
    assert time.monotonic() - began < 25
    os.kill(frozen, signal.SIGCONT)
    days = [str(day) for day in days_since(clock.now() - timedelta(days=DAYS_BEHIND), clock.now())]
    _until(lambda: all(len(one) == len(days) for one, _ in _done().values()), "nobody goes on")
    assert _done() == dict.fromkeys((HOME, AWAY), (days, days))


def _until(asked: Callable[[], Any], otherwise: str) -> Any:
    latest = time.monotonic() + PATIENCE
    while time.monotonic() < latest:
        if found := asked():
            return found
        time.sleep(0.1)
    pytest.fail(otherwise)


def _ticks(chance: Random, first: datetime, last: datetime) -> Iterator[datetime]:
    """Yield what a clock shows that jumps back and forth by up to three hours, and goes on."""
    at = first
    while at < last:
        yield at + timedelta(minutes=chance.uniform(-180, 180))
        at += timedelta(minutes=chance.uniform(5, 120))
    yield last


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("night", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_a_clock_that_jumps_over_a_night_of_another_length_does_each_day_once(
    app: Flask, cast: Cast, night: date, seed: int
) -> None:
    """F14 and F15: jumps of three hours over the night the clocks change."""
    first, last = instant(night - ONE_DAY, _NOON), instant(night + ONE_DAY, _NOON)
    execute(lambda: db.session.execute(update(Municipality).values(created_at=first)).close())
    shown = list(_ticks(Random(seed), first, last))  # noqa: S311
    for now in shown:
        run_due(app, (COUNTED,), now, "w")
    days = [str(day) for day in days_since(first, last)]
    early = str(local_day(min(shown)))
    for home, (finished, done) in _done().items():
        assert [day for day in finished if day >= days[0]] == days, home
        assert finished == done
        assert set(finished) <= {early, *days}


def test_a_job_that_runs_often_neither_stops_nor_races_when_the_clock_is_set_back(
    app: Flask, cast: Cast
) -> None:
    """F14, a job of every ten seconds when the clock goes back an hour: it goes on within it."""
    often = Job("counted", COUNTED.run, every=timedelta(seconds=10))
    noon = datetime(2026, 11, 23, 11, tzinfo=UTC)
    assert len(run_due(app, (often,), noon, "w")) == 2
    back = noon - timedelta(hours=1)
    assert len(run_due(app, (often,), back, "w")) == 2
    assert run_due(app, (often,), back + timedelta(seconds=5), "w") == []
