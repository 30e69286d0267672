"""F6: a disk without a byte left, and one that may only be read, under both databases."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from klippekort.config import Settings
from klippekort.platform.db import db
from tests.cast import Cast
from tests.cluster import Cluster
from tests.databases import PEOPLED, Template, let_go, quiet_app
from tests.faults.disks import Disk, Failing, failing_disk, small_disk
from tests.faults.machine import Crowd, Process, running, served
from tests.faults.stage import Stage, set_the_stage, standing

pytestmark = pytest.mark.timeout(600)

CITIZENS, DATES, PEOPLE = 10, 3, 4
REFUSED = 5
CALM = b"Klippekort holder en kort pause"


def _staged(app: Flask, cast: Cast) -> Stage:
    found = set_the_stage(cast, CITIZENS, DATES)
    let_go()
    return found


def _settings(app: Flask) -> Settings:
    found: Settings = app.extensions["settings"]
    return found


def _was_calm(crowd: Crowd, server: Process) -> None:
    assert crowd.statuses[503] >= REFUSED
    assert set(crowd.statuses) <= {303, 503}
    assert [page for page in crowd.pages if CALM not in page] == []
    assert "Traceback" not in server.said()


def _is_whole(crowd: Crowd) -> None:
    booked = {name for name, answer in crowd.answers.items() if answer.status == 303}
    found = standing()
    assert sorted(found.booked) == sorted(booked)
    assert (found.trips, found.holds, found.faults) == (len(booked), len(booked), [])
    assert len(booked) == len(crowd.presses)


@pytest.fixture
def moved(committed_app: Flask, committed_cast: Cast, tmp_path: Path) -> "Moved":
    """A SQLite database that is ready to be put on a disk of its own."""
    settings = _settings(committed_app)
    if not settings.is_embedded:
        pytest.skip("PostgreSQL has tests of its own here")
    return Moved(_staged(committed_app, committed_cast), settings)


class Moved:
    """A stage whose database is put elsewhere."""

    def __init__(self, stage: Stage, settings: Settings) -> None:
        self.stage, self._settings = stage, settings

    def to(self, folder: Path) -> Settings:
        """Put database and keys in a folder, which becomes the data folder."""
        file = folder / "klippekort.db"
        shutil.copy(self._settings.database_url.removeprefix("sqlite:///"), file)
        shutil.copy(self._settings.key_file, folder / "keys.json")
        os.sync()
        return Settings(folder, f"sqlite:///{file}", f"sqlite:///{file}", folder / "keys.json")


def test_a_full_disk_under_sqlite_takes_nothing_and_spoils_nothing(
    moved: Moved, tmp_path: Path
) -> None:
    """F6, not a byte left on SQLite's own disk: a calm page, and all goes on once there is room."""
    with small_disk(tmp_path / "disk", 64) as disk:
        settings = moved.to(disk.place)
        crowd = _through_a_full_disk(settings, moved.stage, disk, tmp_path / "log")
        with quiet_app(settings).app_context():
            _is_whole(crowd)
            checked = db.session.connection().exec_driver_sql("pragma integrity_check")
            assert checked.scalar() == "ok"
            let_go()


def _through_a_full_disk(
    settings: Settings, stage: Stage, disk: Disk, log: Path, cluster: Cluster | None = None
) -> Crowd:
    with served(settings, log) as server:
        crowd = Crowd(server.port, stage.secret, stage.form_at, stage.presses())
        disk.fill()

        def give_room() -> None:
            time.sleep(0.2)
            if crowd.statuses[503] >= REFUSED:
                disk.empty()
                if cluster is not None and cluster.is_dead():
                    cluster.revive()  # as its own watchdog would

        crowd.run(PEOPLE, give_room)
        _was_calm(crowd, server)
    return crowd


@pytest.fixture
def small_cluster(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Cluster, Disk]]:
    """A PostgreSQL server with all that is its own on a small disk."""
    if request.config.getoption("--database") == "sqlite":
        pytest.skip("PostgreSQL was not asked for")
    options = {"max_wal_size": "64MB", "min_wal_size": "32MB", "synchronous_commit": "on"}
    with Cluster(**options) as cluster:
        assert cluster.folder is not None
        with small_disk(cluster.folder / "disk", 600) as disk:
            cluster.crash()
            data = cluster.folder / "data"
            subprocess.run(["cp", "-a", data, disk.place / "data"], check=True)
            shutil.rmtree(data)
            data.symlink_to(disk.place / "data")
            cluster.revive()
            yield cluster, disk
            cluster.stop()


def test_a_full_disk_under_postgresql_takes_nothing_and_spoils_nothing(
    small_cluster: tuple[Cluster, Disk], tmp_path: Path
) -> None:
    """F6, not a byte left for PostgreSQL's tables and its log: a calm page, even if it goes down of
    it; what was answered is there, and all goes on once there is room.
    """
    cluster, disk = small_cluster
    template = Template("postgresql", tmp_path, cluster)
    app = quiet_app(template.copy(PEOPLED))
    with app.app_context():
        stage = _staged(app, template.told(PEOPLED))
        crowd = _through_a_full_disk(_settings(app), stage, disk, tmp_path / "log", cluster)
        _is_whole(crowd)
        let_go()
    template.close()


@pytest.fixture
def failing(tmp_path: Path) -> Iterator[Failing]:
    with failing_disk(tmp_path / "image", tmp_path / "disk") as disk:
        yield disk


def test_a_disk_that_may_only_be_read_takes_nothing_and_keeps_everything(
    moved: Moved, failing: Failing, tmp_path: Path
) -> None:
    """F6, the kernel finds a fault and lets nobody write: a calm page; after a repair what was
    answered is there, and the rest goes through.
    """
    settings, presses = moved.to(failing.place), moved.stage.presses()
    first, rest = presses[: CITIZENS // 2], presses[CITIZENS // 2 :]
    with served(settings, tmp_path / "log") as server:
        crowd = Crowd(server.port, moved.stage.secret, moved.stage.form_at, first)
        crowd.run(PEOPLE, lambda: time.sleep(0.1))
        failing.fail()
        for press in rest[:REFUSED]:
            answer = crowd.open(press.path)
            assert (answer.status, CALM in answer.body) == (503, True)
        assert crowd.open("/live").status == 200
        assert "Traceback" not in server.said()
    with running(settings, tmp_path / "doctor", "doctor") as doctor:
        assert doctor.process.wait(60) == 1
    assert "cannot be written (Read-only file system)" in doctor.said()
    assert "Traceback" not in doctor.said()
    failing.mend()
    with served(settings, tmp_path / "again") as server:
        again = Crowd(server.port, moved.stage.secret, moved.stage.form_at, presses)
        again.answers = dict(crowd.answers)
        again.run(PEOPLE, lambda: time.sleep(0.1))
        assert "Traceback" not in server.said()
    with quiet_app(settings).app_context():
        _is_whole(again)
        let_go()
