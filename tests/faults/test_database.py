"""F2, F3, F18 and F19: PostgreSQL that crashes, refuses, hangs, or has no connection left."""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median
from threading import Thread
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import make_url

from klippekort.config import Settings
from klippekort.municipalities.models import District
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import Busy, execute
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.cluster import SUPERUSER, Cluster
from tests.databases import PEOPLED, Template, let_go, quiet_app
from tests.faults.conftest import Often
from tests.faults.machine import Crowd, Process, running, served
from tests.faults.stage import Stage, set_the_stage, standing
from tests.login import log_in

pytestmark = pytest.mark.timeout(600)

SEED = 20261123
PEOPLE, CITIZENS, DATES = 12, 20, 5
CRASHES, CUTS = 4, 40
PROMISED_CRASHES, PROMISED_CITIZENS = 50, 120
BACK_SECONDS, PATIENCE = 5, 60
_CUT_ONE = (
    "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'klippekort_app' "
    "and datname = current_database() order by random() limit 1"
)
CALM = "Klippekort holder en kort pause"


@dataclass
class House:
    """The app on a cluster of its own, that may be crashed."""

    app: Flask
    cast: Cast
    cluster: Cluster

    @property
    def settings(self) -> Settings:
        """Return how to reach its database."""
        found: Settings = self.app.extensions["settings"]
        return found

    def as_superuser(self, statement: str) -> list[tuple[Any, ...]]:
        """Run a statement at the server, and return its rows."""
        name = make_url(self.settings.database_url).database
        with psycopg.connect(
            host=str(self.cluster.folder),
            dbname=name,
            user=SUPERUSER,
            autocommit=True,
            options="-c default_transaction_read_only=off",
        ) as line:
            done = line.execute(statement)
            return done.fetchall() if done.description else []


@pytest.fixture(scope="module")
def own_cluster(request: pytest.FixtureRequest) -> Iterator[Cluster]:
    if request.config.getoption("--database") == "sqlite":
        pytest.skip("PostgreSQL was not asked for")
    options = {"max_connections": "30", "synchronous_commit": "on"}
    with Cluster(**options) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def own_template(
    own_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Template]:
    template = Template("postgresql", tmp_path_factory.mktemp("own"), own_cluster)
    yield template
    template.close()


@pytest.fixture
def house(own_cluster: Cluster, own_template: Template) -> Iterator[House]:
    app = quiet_app(own_template.copy(PEOPLED))
    app.testing = False
    with app.app_context():
        yield House(app, own_template.told(PEOPLED), own_cluster)
        let_go()


@pytest.fixture
def stage(house: House) -> Stage:
    found = set_the_stage(house.cast, CITIZENS, DATES)
    db.session.remove()
    return found


def _is_whole(crowd: Crowd) -> None:
    booked = {name for name, answer in crowd.answers.items() if answer.status == 303}
    found = standing()
    assert sorted(found.booked) == sorted(booked)
    assert (found.trips, found.holds, found.faults) == (len(booked), len(booked), [])
    assert len(booked) == len(crowd.presses)


def _was_calm(crowd: Crowd, server: Process) -> None:
    """Whoever was not served was asked to try again, and shown nothing of the machine."""
    assert set(crowd.statuses) <= {303, 503}, server.said()
    assert not [page for page in crowd.pages if CALM.encode() not in page]
    assert "Traceback" not in server.said()
    assert "parameters:" not in server.said()


@dataclass
class Crashes:
    """Crashes spread evenly over what a crowd does; how long each kept it from being served."""

    cluster: Cluster
    crowd: Crowd
    wanted: int
    chance: Random
    waited: list[float] = field(default_factory=list)

    def __call__(self) -> None:
        """Crash the database when the next one is due, and wait until a page is served again."""
        share = (len(self.waited) + self.chance.random()) / (self.wanted + 1)
        is_due = len(self.crowd.answers) >= share * len(self.crowd.presses)
        if len(self.waited) == self.wanted or not is_due:
            time.sleep(0.05)
            return
        self.cluster.crash()
        time.sleep(0.3)
        self.cluster.revive()
        began = time.monotonic()
        while not self._is_served():
            assert time.monotonic() - began < PATIENCE, "nobody is served any more"
            time.sleep(0.02)
        self.waited.append(time.monotonic() - began)

    def _is_served(self) -> bool:
        with suppress(OSError, RuntimeError):  # cut off in the middle
            return self.crowd.open(self.crowd.form_at).status == 200
        return False


def test_a_database_that_crashes_under_load_loses_nothing(
    house: House,
    tmp_path: Path,
    often: Often,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    """F2, crash and restart under load: what was answered is stored, once; it comes back alone."""
    stage = set_the_stage(house.cast, often(CITIZENS, PROMISED_CITIZENS), DATES)
    db.session.remove()
    wanted = often(CRASHES, PROMISED_CRASHES)
    with served(house.settings, tmp_path / "log", 2) as server:
        crowd = Crowd(server.port, stage.secret, stage.form_at, stage.presses())
        crashes = Crashes(house.cluster, crowd, wanted, Random(SEED))  # noqa: S311
        crowd.run(PEOPLE, crashes)
        _was_calm(crowd, server)
    assert len(crashes.waited) == wanted, "they were done before they could be disturbed"
    record_testsuite_property("seconds until served", (median(crashes.waited), max(crashes.waited)))
    assert max(crashes.waited) <= BACK_SECONDS
    db.engine.dispose()
    _is_whole(crowd)


def test_connections_that_are_cut_are_not_noticed(
    house: House, stage: Stage, tmp_path: Path
) -> None:
    """F3, backends ended at random: tried again inside the request, or a page that says so."""
    chance, cuts = Random(SEED), 0  # noqa: S311
    with served(house.settings, tmp_path / "log", 2) as server:
        crowd = Crowd(server.port, stage.secret, stage.form_at, stage.presses())

        def cut() -> None:
            nonlocal cuts
            time.sleep(chance.uniform(0.05, 0.2))
            if cuts < CUTS:
                cuts += len(house.as_superuser(_CUT_ONE))

        crowd.run(PEOPLE, cut)
        _was_calm(crowd, server)
    assert cuts > CUTS / 2
    _is_whole(crowd)


def _open(house: House) -> FlaskClient:
    return log_in(house.app.test_client(), house.cast.karen)


def _is_calm(answer: Any) -> None:
    assert answer.status_code == 503, answer.text[:500]
    assert CALM in answer.text
    assert "Traceback" not in answer.text
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("path", ["/", "/borgere/{ellen}", "/log-ind", "/ture"])
def test_a_database_that_is_away_is_a_short_break(house: House, path: str) -> None:
    """F2, refused connections: a calm page on every address, and all is well when it is back."""
    client, address = _open(house), path.format(ellen=house.cast.ellen)
    before = client.get(address, follow_redirects=True).status_code
    db.session.remove()
    house.cluster.crash()
    try:
        answer = client.get(address)
        if "log-ind" in path and answer.status_code == 200:
            return  # it needs no database to be shown
        _is_calm(answer)
    finally:
        house.cluster.revive()
    assert client.get(address, follow_redirects=True).status_code == before


def test_a_table_that_is_locked_too_long_is_a_short_break(house: House) -> None:
    """F2 and F19, a statement that waits for another's lock: given up after three seconds."""
    client = _open(house)
    db.session.remove()
    name = make_url(house.settings.database_url).database
    with psycopg.connect(host=str(house.cluster.folder), dbname=name, user=SUPERUSER) as other:
        other.execute("lock table citizen in access exclusive mode")
        began = time.monotonic()
        _is_calm(client.get(f"/borgere/{house.cast.ellen}"))
        assert time.monotonic() - began < 8
        other.rollback()
    assert client.get(f"/borgere/{house.cast.ellen}").status_code == 200


def test_a_server_without_connections_left_is_a_short_break(house: House) -> None:
    """F2, too many clients: a calm page, and served again once there is room."""
    client = _open(house)
    db.session.remove()
    db.engine.dispose()
    url = make_url(house.settings.database_url)
    taken = []
    try:
        with suppress(psycopg.OperationalError):
            while True:
                place: dict[str, Any] = {"dbname": url.database, "user": url.username}
                taken.append(psycopg.connect(host=str(house.cluster.folder), **place))
        _is_calm(client.get(f"/borgere/{house.cast.ellen}"))
    finally:
        for line in taken:
            line.close()
    latest = time.monotonic() + 5
    while client.get(f"/borgere/{house.cast.ellen}").status_code != 200:
        assert time.monotonic() < latest


def test_a_server_that_may_only_be_read_takes_no_deed(house: House) -> None:
    """F2, a copy after a fail-over: what would write asks for patience instead."""
    client = _open(house)
    db.session.remove()
    db.engine.dispose()
    name = make_url(house.settings.database_url).database
    house.as_superuser(f'alter database "{name}" set default_transaction_read_only = on')
    try:
        _is_calm(client.get(f"/borgere/{house.cast.ellen}"))
        with acting_for(HOME), pytest.raises(Busy):
            execute(_write)
    finally:
        house.as_superuser(f'alter database "{name}" reset default_transaction_read_only')
        db.session.remove()
        db.engine.dispose()
    assert client.get(f"/borgere/{house.cast.ellen}").status_code == 200


def _write() -> None:
    db.session.add(District(name="Vest"))
    db.session.flush()


def test_two_deeds_in_opposite_order_are_both_done(house: House) -> None:
    """F18, a deadlock: the one that is chosen to die is done again, unseen."""
    done: list[int] = []

    def deed(first: int, second: int) -> None:
        for number in (first, second):
            db.session.connection().exec_driver_sql(
                f"select pg_advisory_xact_lock({number}), pg_sleep(0.3)"
            )

    def run(first: int, second: int) -> None:
        with house.app.app_context(), acting_for(HOME):
            execute(deed, first, second)
            done.append(first)

    threads = [Thread(target=run, args=pair) for pair in ((71, 72), (72, 71))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [71, 72]


def test_the_worker_waits_for_a_database_that_is_away(house: House, tmp_path: Path) -> None:
    """F2, no database while the worker runs: it goes on when the database is back."""
    with running(house.settings, tmp_path / "log", "worker") as worker:
        _until_it_beats(house)
        house.cluster.crash()
        time.sleep(2)
        house.cluster.revive()
        since = clock.now()
        _until_it_beats(house, since)
        assert worker.process.poll() is None, worker.said()


def _until_it_beats(house: House, since: Any = None) -> None:
    latest = time.monotonic() + 30
    while time.monotonic() < latest:
        beats = house.as_superuser("select beat_at from worker_beat where name = 'leader'")
        if beats and (since is None or beats[0][0] > since):
            return
        time.sleep(0.2)
    pytest.fail("no worker leads")
