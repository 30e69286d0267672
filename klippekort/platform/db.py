"""The engine: dialect settings, column types, and the guard against stray writes."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    String,
    TypeDecorator,
    event,
)
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase

from klippekort.domain.calendar import stamp
from klippekort.platform.late_writes import forget_late, send_late
from klippekort.platform.postgresql import use_driver
from klippekort.platform.private import private_folder
from klippekort.platform.sorting import teach_alphabet

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
POSTGRESQL_LIMITS = (
    "-c lock_timeout=3s -c statement_timeout=10s -c idle_in_transaction_session_timeout=30s"
)
# Eight threads answer and one works; whoever comes when all are taken waits for a connection
# rather than for a lock, where each more who waits costs all the others.
CONNECTIONS, SPARE_CONNECTIONS = 10, 2
_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE")

writing: ContextVar[bool] = ContextVar("writing", default=False)
# SQLite lets writers in by chance, not in turn; in one process a lock is fairer (p99 0.9 s for 3.8
# s).
_one_writer = threading.RLock()


@contextmanager
def write_turn() -> Iterator[None]:
    """Hold the block until this process may write: one writer at a time on SQLite."""
    token = writing.set(True)
    try:
        if db.engine.dialect.name == "sqlite":
            with _one_writer:
                yield
        else:
            yield
    finally:
        writing.reset(token)


class Base(DeclarativeBase):
    """Base of every model."""

    metadata = MetaData(naming_convention=NAMING)


# Rows stay readable after a commit. The savepoint mode matters only to tests, which hand the
# session a
# connection whose transaction they throw away.
db = SQLAlchemy(
    model_class=Base,
    session_options={"expire_on_commit": False, "join_transaction_mode": "create_savepoint"},
)

if TYPE_CHECKING:
    Model = Base
else:
    Model = db.Model


class StrayWrite(RuntimeError):
    """Something was written outside `execute` or `audit_write`."""


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, timestamptz on PostgreSQL, fixed-width text ending in Z on
    SQLite.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(String(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must carry its time zone")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else stamp(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        at: datetime = value.astimezone(UTC)
        return at


class Json(TypeDecorator[Any]):
    """A plain JSON value, as text on both databases so that hashes and migrations agree."""

    impl = JSON
    cache_ok = True


def init_database(app: Flask, url: str, prepares: bool = True) -> None:
    """Connect the app to `url` and put the guards on its engine."""
    # What is stored is about people: an error may tell the statement, never what was in it.
    options: dict[str, Any] = {"hide_parameters": True}
    if url.startswith("postgresql"):
        options["connect_args"] = {"options": POSTGRESQL_LIMITS, "connect_timeout": 5}
        options |= {"pool_size": CONNECTIONS, "max_overflow": SPARE_CONNECTIONS}
    else:
        private_folder(Path(make_url(url).database or "").parent)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    app.config["SQLALCHEMY_RECORD_QUERIES"] = False
    db.init_app(app)
    with app.app_context():
        guard(db.engine, prepares)


def guard(engine: Engine, prepares: bool) -> None:
    """Refuse stray writes; let nothing overtake a late one; make SQLite take its lock at once."""

    @event.listens_for(engine, "before_cursor_execute")
    def refuse(connection: Connection, _cur: Any, statement: str, *_rest: Any) -> None:
        if writing.get():
            send_late(connection)
            return
        if _is_write(statement):
            raise StrayWrite(statement)

    teach_alphabet(engine)
    event.listen(engine, "commit", send_late)
    event.listen(engine, "begin", forget_late)
    event.listen(engine, "rollback", forget_late)
    event.listen(engine, "savepoint", lambda connection, *_: send_late(connection))
    event.listen(engine, "rollback_savepoint", lambda connection, *_: forget_late(connection))
    if engine.dialect.name == "sqlite":
        own_transactions(engine)
    else:
        use_driver(engine, prepares)


@lru_cache(maxsize=4096)
def _is_write(statement: str) -> bool:
    words = statement.upper().split()
    return words[0] in _WRITES or (words[0] == "WITH" and any(word in _WRITES for word in words))


def own_transactions(engine: Engine) -> None:
    """Let us, not the driver, begin SQLite's transactions, and set its pragmas.

    Its file is made for its owner alone; SQLite gives the two files beside it the same rights.
    """

    @event.listens_for(engine, "do_connect")
    def make(_dialect: Any, _record: Any, words: list[Any], _options: Any) -> None:
        if words[0] == ":memory:":
            return
        with suppress(OSError):  # it is there already; or SQLite says itself what is wrong
            os.close(os.open(words[0], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "busy_timeout=5000",
            "foreign_keys=ON",
            "recursive_triggers=ON",
            # A booking writes some twenty pages, most of them those of the one before it: the
            # rarer they are moved from the log to the file, the fewer times each is written.
            "wal_autocheckpoint=4000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing.get() else "BEGIN")
