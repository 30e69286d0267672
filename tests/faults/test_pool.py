"""G11: connections that are handed from one municipality to the next show each its own."""

from random import Random
from threading import Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from klippekort.citizens.models import Citizen
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for, set_municipality
from tests.cast import AWAY, HOME, Cast
from tests.faults.conftest import Often

pytestmark = pytest.mark.timeout(600)

SEED, THREADS = 20261123, 8
USUAL, PROMISED = 2_000, 100_000
NOBODY = None
# Asked past the program's own filter: what the wall in the database lets through.
SEEN = "select distinct municipality_id from citizen"
WHICH = "select pg_backend_pid()"


class _Rounds:
    """What one thread's sessions saw: leaks in words, and for whom each connection was used."""

    def __init__(self) -> None:
        self.leaks: list[str] = []
        self.used: set[tuple[int, int | None]] = set()
        self.done = 0

    def run(self, app: Flask, chance: Random, count: int) -> None:
        """Open so many sessions, one after the other, for whom chance says."""
        for _ in range(count):
            with app.app_context():
                self._session(chance)
            self.done += 1

    def _session(self, chance: Random) -> None:
        """Read as one municipality, or as two in one transaction, and end in one of four ways."""
        set_municipality(NOBODY)
        if chance.random() < 0.3:
            self._look(NOBODY)
        for whose in chance.sample((HOME, AWAY), chance.randint(0, 2)):
            with acting_for(whose):
                db.session.scalars(select(Citizen.id)).all()
                self._look(whose)
        end = chance.choice((db.session.commit, db.session.rollback, _fail, _leave_open))
        end()

    def _look(self, whose: int | None) -> None:
        connection = db.session.connection()
        seen = set(connection.exec_driver_sql(SEEN).scalars())
        if seen != ({whose} if whose else set()):
            self.leaks.append(f"{whose} saw {seen}")
        self.used.add((connection.exec_driver_sql(WHICH).scalar_one(), whose))


def _fail() -> None:
    """Leave a transaction that the database has broken off."""
    with pytest.raises(DBAPIError):
        db.session.connection().exec_driver_sql("select 1 / 0")


def _leave_open() -> None:
    """Leave the transaction to whoever puts the connection back."""


def test_a_pool_handed_round_between_municipalities_shows_each_its_own(
    committed_app: Flask, committed_cast: Cast, database: str, often: Often
) -> None:
    """G11, sessions of two municipalities and of nobody on the same few connections: 0 leaks."""
    if database != "postgresql":
        pytest.skip("SQLite has no row-level security")
    count = often(USUAL, PROMISED)
    rounds = [_Rounds() for _ in range(THREADS)]
    threads = [
        Thread(target=one.run, args=(committed_app, Random(SEED + seed), count // THREADS))  # noqa: S311
        for seed, one in enumerate(rounds)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [leak for one in rounds for leak in one.leaks] == []
    assert sum(one.done for one in rounds) == count
    used = {pair for one in rounds for pair in one.used}
    connections = {connection for connection, _whose in used}
    assert used >= {(one, whose) for one in connections for whose in (HOME, AWAY)}
    assert len(connections) < count / 20
