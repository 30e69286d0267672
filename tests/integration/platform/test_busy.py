"""When the database is held too long, one is asked to try again and nothing is shown."""

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import QueuePool

from klippekort.municipalities.models import District
from klippekort.platform import audit
from klippekort.platform.db import CONNECTIONS, SPARE_CONNECTIONS, db
from klippekort.platform.execute import Busy, execute
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.login import log_in


def _write() -> None:
    db.session.add(District(name="Vest"))
    db.session.flush()


@pytest.fixture
def client(committed_app: Flask, committed_cast: Cast) -> FlaskClient:
    """Karen's browser."""
    return log_in(committed_app.test_client(), committed_cast.karen)


@pytest.fixture
def held(committed_app: Flask, client: FlaskClient, database: str) -> Iterator[Flask]:
    """The app on an embedded database that another process writes to, and with little patience."""
    if database != "sqlite":
        pytest.skip("PostgreSQL locks rows, not the whole database")
    file = make_url(committed_app.extensions["settings"].database_url).database or ""
    db.session.remove()
    db.engine.dispose()
    event.listen(db.engine, "connect", lambda c, _record: c.execute("pragma busy_timeout=50"))
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("begin immediate")
    committed_app.testing = False
    yield committed_app
    other.close()


def test_a_write_says_busy(held: Flask) -> None:
    with acting_for(HOME), pytest.raises(Busy):
        execute(_write, tries=1)


def test_a_look_that_cannot_be_recorded_says_busy(held: Flask) -> None:
    with acting_for(HOME), pytest.raises(Busy):
        audit.audit_write(_write)


def test_a_page_whose_look_cannot_be_recorded_is_not_shown(
    held: Flask, client: FlaskClient, committed_cast: Cast
) -> None:
    answer = client.get(f"/borgere/{committed_cast.ellen}")
    assert answer.status_code == 503
    assert "Ellen" not in answer.text


def test_however_many_ask_at_once_a_process_keeps_to_its_connections(
    committed_app: Flask, database: str
) -> None:
    if database != "postgresql":
        pytest.skip("an embedded database has no connections to run out of")
    held = []
    pool = db.engine.pool
    assert isinstance(pool, QueuePool)

    def ask(_: int) -> int:
        with committed_app.app_context(), db.engine.connect() as connection:
            held.append(pool.checkedout())
            return int(connection.execute(text("select 1 from pg_sleep(0.02)")).scalar_one())

    with ThreadPoolExecutor(40) as many:
        answers = list(many.map(ask, range(80)))

    assert answers == [1] * 80
    assert CONNECTIONS < max(held) <= CONNECTIONS + SPARE_CONNECTIONS
