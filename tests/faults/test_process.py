"""F1, F4, F42 and F44: processes that are killed, started twice, or stand still unseen."""

import time
from contextlib import ExitStack
from pathlib import Path
from random import Random

import pytest
from flask import Flask

from klippekort.config import Settings
from klippekort.platform.db import db
from tests.cast import Cast
from tests.faults.machine import Crowd, running, served
from tests.faults.stage import Stage, set_the_stage, standing

pytestmark = pytest.mark.timeout(600)

SEED = 20261123
PEOPLE, CITIZENS, DATES = 12, 20, 5
KILLS = 25
PROCESSES = {"sqlite": 1, "postgresql": 3}


@pytest.fixture
def stage(committed_app: Flask, committed_cast: Cast) -> Stage:
    found = set_the_stage(committed_cast, CITIZENS, DATES)
    db.session.remove()
    return found


def _settings(app: Flask) -> Settings:
    settings: Settings = app.extensions["settings"]
    return settings


def _is_whole(crowd: Crowd) -> None:
    """Whatever was answered is there once, and nothing else is; the ledger proves."""
    booked = {name for name, answer in crowd.answers.items() if answer.status == 303}
    found = standing()
    assert sorted(found.booked) == sorted(booked)
    assert (found.trips, found.holds, found.faults) == (len(booked), len(booked), [])
    assert len(booked) == len(crowd.presses)


def test_processes_killed_under_load_lose_and_double_nothing(
    committed_app: Flask, stage: Stage, database: str, tmp_path: Path
) -> None:
    """F1 and F4, kill -9 of web processes at random: what was answered is stored, once."""
    chance, kills = Random(SEED), 0  # noqa: S311
    with served(_settings(committed_app), tmp_path / "log", PROCESSES[database]) as server:
        crowd = Crowd(server.port, stage.secret, stage.form_at, stage.presses())

        def kill() -> None:
            nonlocal kills
            time.sleep(chance.uniform(0.1, 0.5))
            if kills < KILLS:
                kills += server.kill_one(chance)

        crowd.run(PEOPLE, kill)
        first = crowd.presses[0].name
        again = crowd.again(first)
        assert again.location() == crowd.answers[first].location()
        assert "Traceback" not in b"".join(crowd.pages).decode(errors="replace")
    assert kills > KILLS / 2, "they were done before they could be disturbed"
    _is_whole(crowd)


def test_a_restart_under_load_answers_everybody(
    committed_app: Flask, stage: Stage, database: str, tmp_path: Path
) -> None:
    """F1, a restart as an administrator does it: answered by this server or by the next one."""
    settings, processes = _settings(committed_app), PROCESSES[database]
    with ExitStack() as first, ExitStack() as second:
        server = first.enter_context(served(settings, tmp_path / "log", processes))
        crowd = Crowd(server.port, stage.secret, stage.form_at, stage.presses()[:CITIZENS])

        def restart() -> None:
            time.sleep(0.3)
            if server.process.poll() is None:
                first.close()
                port = str(server.port)
                second.enter_context(served(settings, tmp_path / "log", processes, PORT=port))

        crowd.run(PEOPLE, restart)
        assert server.process.wait(30) == 0
    _is_whole(crowd)


def test_the_embedded_database_has_one_server_process(
    committed_app: Flask, database: str, tmp_path: Path
) -> None:
    """F42, `serve` with four processes on SQLite: refused in one sentence."""
    if database != "sqlite":
        pytest.skip("PostgreSQL may have as many as it likes")
    with running(_settings(committed_app), tmp_path / "log", "serve", WEB_CONCURRENCY="4") as four:
        assert four.process.wait(30) == 2
    assert "WEB_CONCURRENCY" in four.said()
    assert "Traceback" not in four.said()
