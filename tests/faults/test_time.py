"""F5, F13, F14 and F15: leaders killed or frozen, clocks that jump, nights of two lengths."""

import os
import signal
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from klippekort.domain.calendar import ONE_DAY, instant, local_day
from klippekort.messages.models import OutboxMessage
from klippekort.municipalities.models import Municipality
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.job_runner import days_since, run_due
from klippekort.platform.jobs import Job, JobRun, Outcome, WorkerBeat
from klippekort.platform.tenancy import acting_for
from klippekort.platform.worker import Worker
from tests.cast import AWAY, HOME, Cast
from tests.cluster import SUPERUSER, Cluster
from tests.databases import PEOPLED, Template, let_go, quiet_app
from tests.faults.conftest import Often
from tests.integration.jobs.effects import COUNTED

pytestmark = pytest.mark.timeout(900)

SEED = 20261123
FAULTS, PROMISED = 50, 500
# Each job does some six hundred days: the more faults, the more there must be to disturb.
JOBS, PROMISED_JOBS = 1, 12
WORKERS = 3
# Of fifty faults; a file has no server whose connections could be cut, and no way to be relieved.
SHARES = {"freeze": 2, "crash": 2, "cut": 6}
AFTER = {"kill": 2.0, "freeze": 20.0, "crash": 5.0}
DAYS_BEHIND = 300
SPRING, AUTUMN = date(2027, 3, 28), date(2026, 10, 25)
PATIENCE = 180
_NOON = clock_time(12)
_CUT_ONE = (
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'klippekort_app' "
    "order by random() limit 1"
)


@dataclass(frozen=True)
class House:
    """The app on a database of its own, whose server may be crashed where it has one."""

    app: Flask
    cluster: Cluster | None

    @property
    def url(self) -> str:
        """Return where its database is."""
        return str(self.app.config["SQLALCHEMY_DATABASE_URI"])


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    """Everybody on a server of the test's own, with every job three hundred days behind."""
    with ExitStack() as stack:
        cluster = None
        if database == "postgresql":
            cluster = stack.enter_context(Cluster(synchronous_commit="on"))
        template = Template(database, tmp_path, cluster)
        stack.callback(template.close)
        app = quiet_app(template.copy(PEOPLED))
        with app.app_context():
            _fall_behind()
            yield House(app, cluster)
            let_go()


def _fall_behind() -> None:
    born = clock.now() - timedelta(days=DAYS_BEHIND)
    execute(lambda: db.session.execute(update(Municipality).values(created_at=born)).close())
    db.session.remove()


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


def _slow_job(number: int) -> Job:
    """Return a job that does one thing for a day, a little while after it began to."""
    name = f"counted-{number}"

    def write(day: date, now: datetime) -> None:
        facts = {"kind": "counted", "channel": "task", "facts": {}, "state": "queued"}
        key = f"{name}:{day}"
        message = OutboxMessage(dedupe_key=key, attempts=0, due_at=now, queued_at=now, **facts)
        db.session.add(message)

    def run(day: date, now: datetime) -> Outcome:
        time.sleep(0.02)
        with suppress(IntegrityError):  # the key is there: somebody has done it
            execute(write, day, now)
        return Outcome(expected=1, done=1)

    return Job(name, run)


def _work(house: House, jobs: tuple[Job, ...]) -> Callable[[], object]:
    def work() -> None:
        Worker(house.app, jobs, house.url).start()
        while True:
            signal.pause()

    return work


def _done() -> dict[int, tuple[list[str], list[str]]]:
    """Return each municipality's finished slots, and what was done for one, as often as it was."""
    found = {}
    for home in (HOME, AWAY):
        with acting_for(home):
            runs = select(JobRun.job, JobRun.slot).where(JobRun.finished_at.is_not(None))
            keys = select(OutboxMessage.dedupe_key).filter_by(kind="counted")
            found[home] = (
                sorted(f"{job}:{slot}" for job, slot in db.session.execute(runs)),
                sorted(db.session.scalars(keys)),
            )
            db.session.rollback()
    return found


def _wanted(jobs: tuple[Job, ...]) -> list[str]:
    days = days_since(clock.now() - timedelta(days=DAYS_BEHIND), clock.now())
    return sorted(f"{job.name}:{day}" for job in jobs for day in days)


def _leader(workers: list[int], since: datetime | None = None) -> int | None:
    """Return which of the workers leads, by its sign of life; one that is newer, if so asked."""
    try:
        db.session.rollback()
        found = select(WorkerBeat.worker, WorkerBeat.at).filter_by(name="leader")
        row = db.session.execute(found).first()
        db.session.rollback()
    except DBAPIError:  # the server has just been crashed
        return None
    if row is None or (since is not None and row.at < since):
        return None
    number = int(row.worker.rpartition(":")[2])
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


@dataclass
class Trouble:
    """What is done to workers and their database, and the seconds until somebody leads again."""

    house: House
    workers: list[int]
    begin: Callable[[], object]
    chance: Random
    waited: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def put(self, kind: str) -> None:
        """Put one fault, and wait until somebody leads who may."""
        getattr(self, kind)()

    def kill(self) -> None:
        """Kill the leader, or now and then one who waits; another worker begins in its place."""
        leader = _until(lambda: _leader(self.workers), "nobody leads")
        others = [number for number in self.workers if number != leader]
        victim = leader if self.chance.random() < 0.8 else self.chance.choice(others)
        self.workers.remove(victim)
        _end(victim)
        if victim == leader:
            self._time("kill", lambda: _leader(others))
        self.workers.append(_fork(self.begin))

    def freeze(self) -> None:
        """Let the leader stand still until it is relieved, and then wake up again."""
        frozen = _until(lambda: _leader(self.workers), "nobody leads")
        os.kill(frozen, signal.SIGSTOP)
        others = [number for number in self.workers if number != frozen]
        self._time("freeze", lambda: _leader(others))
        os.kill(frozen, signal.SIGCONT)

    def cut(self) -> None:
        """Cut a connection: the one of the election, or one of the work."""
        assert self.house.cluster is not None
        db.session.remove()
        db.engine.dispose()
        place: dict[str, Any] = {"host": str(self.house.cluster.folder), "dbname": "postgres"}
        with psycopg.connect(user=SUPERUSER, **place) as line:
            line.execute(_CUT_ONE)

    def crash(self) -> None:
        """Crash the database under all of them, and start it again."""
        assert self.house.cluster is not None
        self.house.cluster.crash()
        db.session.remove()
        db.engine.dispose()
        self.house.cluster.revive()
        back = clock.now()
        self._time("crash", lambda: _leader(self.workers, back))

    def _time(self, kind: str, is_over: Callable[[], object]) -> None:
        began = time.monotonic()
        _until(is_over, f"nobody leads after a {kind}")
        self.waited[kind].append(time.monotonic() - began)


def _in_any_order(chance: Random, number: int, has_server: bool) -> list[str]:
    shares = SHARES if has_server else {}
    kinds = [kind for kind, share in shares.items() for _ in range(share * number // FAULTS)]
    kinds += ["kill"] * (number - len(kinds))
    chance.shuffle(kinds)
    return kinds


def test_workers_in_all_kinds_of_trouble_do_each_day_once(
    house: House,
    workers: list[int],
    often: Often,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    """F5, killed, frozen, cut off, the database crashed: nothing missed, nothing twice."""
    chance = Random(SEED)  # noqa: S311
    jobs = tuple(_slow_job(number) for number in range(often(JOBS, PROMISED_JOBS)))
    work = _work(house, jobs)
    workers += [_fork(work) for _ in range(WORKERS)]
    trouble = Trouble(house, workers, work, chance)
    kinds = _in_any_order(chance, often(FAULTS, PROMISED), house.cluster is not None)
    for kind in kinds:
        time.sleep(chance.uniform(0.05, 0.3))
        trouble.put(kind)
    wanted = _wanted(jobs)
    _until(lambda: all(len(one) == len(wanted) for one, _ in _done().values()), "nobody goes on")
    assert _done() == dict.fromkeys((HOME, AWAY), (wanted, wanted))
    slowest = {kind: max(times) for kind, times in trouble.waited.items()}
    for kind, times in trouble.waited.items():
        told = (len(times), median(times), slowest[kind])
        record_testsuite_property(f"seconds after a {kind}", told)
    assert len(trouble.waited["kill"]) > len(kinds) / 2
    assert {kind: took for kind, took in slowest.items() if took > AFTER[kind]} == {}


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
    days = [f"counted:{day}" for day in days_since(first, last)]
    early = f"counted:{local_day(min(shown))}"
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
