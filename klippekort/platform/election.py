"""Which worker leads: a comfort, for what keeps effects single are their own unique keys."""

import fcntl
import logging
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import IO, Protocol

from flask import Flask
from sqlalchemy import Connection, Engine, NullPool, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from klippekort.platform import clock
from klippekort.platform.audit import audit_write
from klippekort.platform.db import db
from klippekort.platform.jobs import WorkerBeat

LOCK_KEY = 5_254_991  # ours alone among the advisory locks of the database
STALLED_SECONDS = 15
CLOCK_TOLERANCE = timedelta(seconds=5)
BEAT_SECONDS = 4.0
EMBEDDED_BEAT_SECONDS = 10.0
LEADER, WRONG_CLOCK = "leader", "wrong_clock"

# A cut cable is noticed within six seconds instead of two hours.
_CONNECT = {
    "connect_timeout": 5,
    "keepalives": 1,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "options": "-c statement_timeout=5s",
    "application_name": "klippekort worker",
}

_HELD = text(
    "select exists (select from pg_locks where locktype = 'advisory' and granted "
    "and classid = 0 and objid = :key and pid = pg_backend_pid())"
)
_TAKE = text("select pg_try_advisory_lock(:key)")
_BEAT = text(
    "insert into worker_beat (name, worker, backend, beat_at) "
    "values (:name, :worker, pg_backend_pid(), clock_timestamp()) on conflict (name) do update "
    "set worker = excluded.worker, backend = excluded.backend, beat_at = excluded.beat_at"
)
# The lock is asked for again here: a dead leader's number may belong to somebody else by now.
_EVICT = text(
    "select beat.worker, pg_terminate_backend(beat.backend, 2000) from worker_beat as beat "
    "where beat.name = :name and beat.beat_at < clock_timestamp() - make_interval(secs => :limit) "
    "and exists (select from pg_locks where locktype = 'advisory' and granted "
    "and classid = 0 and objid = :key and pid = beat.backend)"
)
_CLOCK = text("select clock_timestamp()")

log = logging.getLogger(__name__)


class Election(Protocol):
    """How a worker learns whether it leads."""

    def lead(self) -> bool:
        """Return whether this worker leads now, becoming the leader if there is none."""

    def resign(self) -> None:
        """Let another worker lead."""


def election_for(app: Flask, url: str, worker: str) -> Election:
    """Return the way workers on this database choose their leader."""
    if url.startswith("sqlite"):
        return FileElection(app, Path(make_url(url).database or ""), worker)
    return LockElection(url, worker)


class LockElection:
    """PostgreSQL: a lock on a connection of its own, and a heartbeat by the database's clock.

    The lock ends with the connection, so a killed leader is followed at once. One that is frozen
    keeps its lock; whoever waits ends its connection once it has not beaten for 15 seconds.
    """

    def __init__(self, url: str, worker: str) -> None:
        self.worker = worker
        self._engine: Engine = create_engine(
            url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args=_CONNECT
        )
        self._connection: Connection | None = None
        self._beaten = 0.0

    def lead(self) -> bool:
        """Return whether this worker leads now; False too while the database is away."""
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
            return self._lead(self._connection)
        except DBAPIError as error:
            log.warning("the election could not be held: %s", type(error.orig).__name__)
            self.resign()
            return False

    def resign(self) -> None:
        """End the connection, and the lock with it."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(DBAPIError):  # it may be broken already
                connection.close()

    def _lead(self, connection: Connection) -> bool:
        # The lock is re-entrant: taken twice, it would have to be let go twice.
        if connection.scalar(_HELD, {"key": LOCK_KEY}):
            self._beat(connection)
            return True
        if not self._clock_agrees(connection):
            return False
        if not connection.scalar(_TAKE, {"key": LOCK_KEY}):
            evicted = connection.execute(
                _EVICT, {"name": LEADER, "limit": STALLED_SECONDS, "key": LOCK_KEY}
            ).first()
            if evicted is None or not connection.scalar(_TAKE, {"key": LOCK_KEY}):
                return False
            log.warning("worker %s stood still and was relieved", evicted.worker)
        self._beat(connection, at_once=True)
        return True

    def _clock_agrees(self, connection: Connection) -> bool:
        if abs(connection.scalar(_CLOCK) - clock.now()) <= CLOCK_TOLERANCE:
            return True
        log.error("the clock here is over 5 seconds from the database's, so this worker won't lead")
        self._beat(connection, WRONG_CLOCK)
        return False

    def _beat(self, connection: Connection, name: str = LEADER, at_once: bool = False) -> None:
        if at_once or time.monotonic() - self._beaten >= BEAT_SECONDS:
            connection.execute(_BEAT, {"name": name, "worker": self.worker})
            self._beaten = time.monotonic()


class FileElection:
    """SQLite: a lock on a file beside the database, which ends with the process."""

    def __init__(self, app: Flask, database: Path, worker: str) -> None:
        self.app, self.worker = app, worker
        self._path = database.with_name(database.name + ".worker.lock")
        self._file: IO[str] | None = None
        self._beaten = 0.0

    def lead(self) -> bool:
        """Return whether this worker leads now, becoming the leader if there is none."""
        if self._file is None and not self._take():
            return False
        if not self._beaten or time.monotonic() - self._beaten >= EMBEDDED_BEAT_SECONDS:
            with self.app.app_context():
                audit_write(_note_beat, self.worker)
            self._beaten = time.monotonic()
        return True

    def resign(self) -> None:
        """Let go of the file."""
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def _take(self) -> bool:
        file = self._path.open("a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True


def _note_beat(worker: str) -> None:
    beat = db.session.get(WorkerBeat, LEADER)
    if beat is None:
        beat = WorkerBeat(name=LEADER)
        db.session.add(beat)
    beat.worker, beat.backend, beat.at = worker, None, clock.now()
