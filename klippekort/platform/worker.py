"""The worker: an alarm clock that asks the database, every five seconds, what is due."""

import logging
import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from threading import Event, Lock

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from klippekort.platform import clock
from klippekort.platform.away import cannot_be_had
from klippekort.platform.db import db
from klippekort.platform.election import election_for
from klippekort.platform.execute import Busy
from klippekort.platform.job_runner import run_due
from klippekort.platform.jobs import Job
from klippekort.platform.standing import find_version, is_fit

TICK_SECONDS = 5
BEAT_SECONDS = 1

log = logging.getLogger(__name__)


class Worker:
    """Runs jobs while it leads. Of several workers one leads; the others wait for it to fall."""

    def __init__(self, app: Flask, jobs: tuple[Job, ...], database_url: str) -> None:
        self.app, self.jobs = app, jobs
        self.name = f"{socket.gethostname()}:{os.getpid()}"[:80]
        self._election = election_for(app, database_url, self.name)
        self._turn = Lock()
        self._leads = False
        self._stopping = Event()
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Begin to beat and to work, in threads of its own; call it after any fork."""
        at_once = datetime.now(UTC)
        every = self._scheduler.add_job
        every(self.beat, "interval", seconds=BEAT_SECONDS, id="beat", next_run_time=at_once)
        every(self.tick, "interval", seconds=TICK_SECONDS, id="tick", next_run_time=at_once)
        # The library tells of every wake-up, and every late one; both are as they should be here.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler.start()

    def stop(self) -> None:
        """Finish the run at hand, begin no other, and let another worker lead."""
        self._stopping.set()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=True)
        with self._turn:
            self._leads = False
            self._election.resign()

    def beat(self) -> None:
        """Take part in the election, apart from the work, so that a long job holds up no beat.

        Whoever has just won it looks for work at once.
        """
        led = self._leads
        with _patience():
            if self._elect() and not led and self._scheduler.running:
                self._scheduler.modify_job("tick", next_run_time=datetime.now(UTC))

    def tick(self) -> None:
        """Run what is due, if this worker leads."""
        with _patience():
            if not self._elect() or not self._has_tables():
                return
            run_due(self.app, self.jobs, clock.now(), self.name, wanted=self._is_wanted)

    def _has_tables(self) -> bool:
        with self.app.app_context():
            version = find_version()
            db.session.remove()
        if not is_fit(version):
            log.warning("the tables are older than this program: the jobs wait for them")
            return False
        return True

    def _is_wanted(self) -> bool:
        return self._leads and not self._stopping.is_set()

    def _elect(self) -> bool:
        with self._turn:
            if not self._stopping.is_set():
                self._leads = self._election.lead()
            return self._is_wanted()


@contextmanager
def _patience() -> Iterator[None]:
    """Let a database that cannot be had be had later: what is due stays due."""
    try:
        yield
    except Exception as error:
        if not isinstance(error, Busy) and not cannot_be_had(error):
            raise
        log.warning("no database for the jobs: %s", type(error.__cause__ or error).__name__)


def work_until_told(worker: Worker) -> None:
    """Run the worker until the process is asked to end (SIGTERM or SIGINT)."""
    told = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    worker.start()
    told.wait()
    worker.stop()
