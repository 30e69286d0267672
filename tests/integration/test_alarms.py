"""Somebody outside hears of a dead worker within ten minutes: the timer that is handed out."""

import os
import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from klippekort.config import Settings
from klippekort.platform import clock, house, job_status
from klippekort.platform.db import db
from klippekort.platform.election import LEADER
from klippekort.platform.execute import execute
from klippekort.platform.jobs import WorkerBeat
from tests.cast import Cast

ROOT = Path(__file__).resolve().parents[2]
UNITS = ROOT / "script" / "deploy"
PROMISED = timedelta(minutes=10)
SECONDS = {"s": 1, "min": 60}


def _between_looks() -> timedelta:
    """Return how long the timer lets pass between two looks, at most."""
    said = (UNITS / "klippekort-alarms.timer").read_text()
    total = timedelta()
    for name in ("OnUnitActiveSec", "AccuracySec"):
        [(count, unit)] = re.findall(rf"^{name}=(\d+)(s|min)$", said, re.MULTILINE)
        total += timedelta(seconds=int(count) * SECONDS[unit])
    return total


def test_the_timer_looks_often_enough_for_the_promise() -> None:
    """G8: what is silent for two minutes is told of at the next look, ten minutes at most."""
    assert job_status.SILENT_AFTER + _between_looks() <= PROMISED
    assert "Persistent=false" not in (UNITS / "klippekort-alarms.timer").read_text()
    assert "doctor --alarms" in (UNITS / "klippekort-alarms.service").read_text()


def _beat(at: datetime) -> None:
    db.session.add(WorkerBeat(name=LEADER, worker="w", at=at))


def _asked(app: Flask) -> "subprocess.CompletedProcess[str]":
    """Run what the unit runs, in a process of its own as the unit does."""
    settings: Settings = app.extensions["settings"]
    environment = {
        **os.environ,
        "KLIPPEKORT_DATA_FOLDER": str(settings.data_folder),
        "KLIPPEKORT_DATABASE_URL": settings.database_url,
        "KLIPPEKORT_OWNER_DATABASE_URL": settings.owner_database_url,
        "KLIPPEKORT_KEY_FILE": str(settings.key_file),
    }
    command = [sys.executable, "-m", "klippekort", "doctor", "--alarms"]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(("silent", "code"), [(timedelta(), 0), (PROMISED, 1)])
def test_what_the_timer_runs_fails_once_the_worker_is_dead(
    committed_app: Flask, committed_cast: Cast, silent: timedelta, code: int
) -> None:
    """G8: the unit fails, which is what tells whoever is on duty; with a worker it does not."""
    execute(house.note, "backup", "test", {}, clock.now())
    execute(_beat, clock.now() - (silent and silent - _between_looks()))
    db.session.remove()
    answer = _asked(committed_app)
    assert (answer.returncode, "klippekort worker" in answer.stdout) == (code, bool(code))
