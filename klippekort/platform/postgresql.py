"""PostgreSQL's driver as the program uses it: it keeps what is prepared, and tells when it died."""

import select
import time
from typing import Any

import psycopg
from psycopg.pq import ExecStatus, TransactionStatus
from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

LONG_REST_SECONDS = 30
MOST_PREPARED = 500
_RESTS_SINCE = "rests since"
_OPEN = (TransactionStatus.INTRANS, TransactionStatus.INERROR)


class Driver(psycopg.Connection[Any]):
    """A connection that remembers its prepared statements when a transaction is rolled back.

    psycopg forgets them, lest a table was made in it. Ours are made over connections of their own,
    and every page that reads ends in a rollback, so that each statement would be planned anew.

    `parting` are the last writes of the transaction at hand: cursor, text and values. They are sent
    in one go with the commit, which is not done when one of them is refused.
    """

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.parting: list[tuple[psycopg.Cursor[Any], str, Any]] = []

    def commit(self) -> None:
        """Commit any pending transaction, its last writes before it."""
        parting, self.parting = self.parting, []
        if not parting:
            super().commit()
            return
        with self.pipeline():
            for cursor, text, said in parting:
                cursor.execute(text, said)
            self.execute("COMMIT", prepare=False)

    def rollback(self) -> None:
        """Roll back to the start of any pending transaction."""
        self.parting = []
        with self.lock:
            is_open = self.pgconn.transaction_status in _OPEN
            done = is_open and self.pgconn.exec_(b"ROLLBACK").status == ExecStatus.COMMAND_OK
        # A connection that was lost has nothing left to undo, and must not hide why it is asked to.
        if not done and not self.closed:
            super().rollback()


def use_driver(engine: Engine, prepares: bool) -> None:
    """Connect an engine through our driver, and have a connection that is dead replaced unseen.

    Where it does not prepare, each statement is planned anew: a pooler may answer each transaction
    from another connection, where nothing is prepared.

    One that the server has ended has something to be read; one that the network has lost says
    nothing, so it is asked after a rest. Asking each time would cost a page two more round trips.
    """

    @event.listens_for(engine, "do_connect")
    def connect(_dialect: Any, _record: Any, said: Any, named: Any) -> Driver:
        driver = Driver.connect(*said, **named)
        driver.prepared_max = MOST_PREPARED
        if not prepares:
            driver.prepare_threshold = None
        return driver

    @event.listens_for(engine, "checkin")
    def rest(_driver: Any, record: Any) -> None:
        record.info[_RESTS_SINCE] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def wake(driver: Any, record: Any, _proxy: Any) -> None:
        rested = time.monotonic() - record.info.get(_RESTS_SINCE, time.monotonic())
        try:
            is_quiet = not select.select([driver.fileno()], [], [], 0)[0]
            alive = (is_quiet and rested < LONG_REST_SECONDS) or engine.dialect.do_ping(driver)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError from error
        if not alive:
            raise DisconnectionError
