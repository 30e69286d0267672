"""SQL made once and run often: its text, and what turns values into the driver's and back.

SQLAlchemy looks a statement up, prepares its values and describes its rows anew each time, which on
the hot paths costs more than running it. Listeners to statements hear of these too.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from operator import itemgetter
from typing import Any, cast
from uuid import UUID

from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update, Uuid
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

Statement = Select[*tuple[Any, ...]] | Insert | Update | Delete
Row = tuple[Any, ...]
_Listener = Callable[..., Any]
# PostgreSQL's number for decimal numbers. SQLAlchemy's types for numbers ask what comes; the others
# don't.
_NUMERIC = 1700


class Prepared:
    """A statement as one kind of database wants it; lists of values cannot be in it."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        if compiled.post_compile_params:
            raise ValueError(f"its text depends on its values: {statement}")
        self.text = str(compiled)
        said = {name: _saying(part.type, dialect) for name, part in compiled.binds.items()}
        self._is_positional = compiled.positiontup is not None
        self._names = tuple(compiled.positiontup or said)
        self._pick = _picker(self._names)
        self._say = [
            (place, to) for place, name in enumerate(self._names) if (to := said[name]) is not None
        ]
        binds = compiled.binds.items()
        self._fixed = {name: part.effective_value for name, part in binds if not part.required}
        columns = statement.exported_columns  # of a write, what it returns
        read = [_reading(column.type, dialect) for column in columns]
        self.has_rows = bool(read)
        self._read = [(place, of) for place, of in enumerate(read) if of is not None]

    def run(self, connection: Connection, values: Mapping[str, Any]) -> list[Row]:
        """Run the statement in the transaction at hand and return its rows, if it has any.

        Raises DBAPIError, as SQLAlchemy does.
        """
        return run_together(connection, [(self, values)])[0]

    def given(self, values: Mapping[str, Any]) -> Row | dict[str, Any]:
        """Return values as the driver takes them."""
        if self._fixed:
            values = {**self._fixed, **values}
        said = list(self._pick(values))
        for place, to in self._say:
            said[place] = to(said[place])
        return tuple(said) if self._is_positional else dict(zip(self._names, said, strict=True))

    def rows(self, rows: Sequence[Row]) -> list[Row]:
        """Return a driver's rows as the program's."""
        return [self._row(list(row)) for row in rows] if self._read else list(rows)

    def _row(self, row: list[Any]) -> Row:
        for place, of in self._read:
            if row[place] is not None:
                row[place] = of(row[place])
        return tuple(row)


def _picker(names: Sequence[str]) -> Callable[[Mapping[str, Any]], Row]:
    """Return what picks the values of these names, in their order."""
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


def run_together(
    connection: Connection, asked: Sequence[tuple[Prepared, Mapping[str, Any]]]
) -> list[list[Row]]:
    """Run statements in the transaction at hand, in their order, and return the rows of each.

    PostgreSQL is asked all of them in one go, and to begin the transaction where it has not begun:
    what is waited for is the way there and back. Raises DBAPIError, as SQLAlchemy does.
    """
    dialect, driver = connection.dialect, connection.connection
    given = [one.given(values) for one, values in asked]
    is_piped = dialect.name == "postgresql"
    cursors = [driver.cursor() for _ in (asked if is_piped else asked[:1])]
    hear = _listeners(connection)
    try:
        if not is_piped:
            return _one_by_one(connection, cursors[0], asked, given, hear)
        for (one, _), cursor, said in zip(asked, cursors, given, strict=True):
            _tell(hear, connection, cursor, one.text, said)
        with one_trip(connection, len(asked)):
            for (one, _), cursor, said in zip(asked, cursors, given, strict=True):
                cursor.execute(one.text, said)
        return [
            one.rows(cursor.fetchall()) if one.has_rows else []
            for (one, _), cursor in zip(asked, cursors, strict=True)
        ]
    except dialect.loaded_dbapi.Error as error:
        gone = dialect.is_disconnect(error, driver, cursors[0])
        wrapped = DBAPIError.instance(
            asked[0][0].text,
            given[0],
            error,
            dialect.loaded_dbapi.Error,
            hide_parameters=connection.engine.hide_parameters,
            connection_invalidated=gone,
        )
        if gone:
            connection.invalidate(error)
        raise cast(DBAPIError, wrapped) from error
    finally:
        for cursor in cursors:
            cursor.close()


def leave_parting(
    connection: Connection, asked: Sequence[tuple[Prepared, Mapping[str, Any]]]
) -> None:
    """Leave writes to PostgreSQL's driver, which sends them together with the commit that must
    follow.
    """
    driver: Any = connection.connection.driver_connection
    hear = _listeners(connection)
    for one, values in asked:
        cursor, said = driver.cursor(), one.given(values)
        _tell(hear, connection, cursor, one.text, said)
        driver.parting.append((cursor, one.text, said))


def _one_by_one(
    connection: Connection,
    cursor: Any,
    asked: Sequence[tuple[Prepared, Mapping[str, Any]]],
    given: Sequence[Any],
    hear: Sequence[_Listener],
) -> list[list[Row]]:
    """Run statements one after another by one cursor, as a file in the same process is asked."""
    answers = []
    for (one, _), said in zip(asked, given, strict=True):
        _tell(hear, connection, cursor, one.text, said)
        cursor.execute(one.text, said)
        answers.append(one.rows(cursor.fetchall()) if one.has_rows else [])
    return answers


def _listeners(connection: Connection) -> list[_Listener]:
    return [one for one in connection.dispatch.before_cursor_execute]  # noqa: C416  asks no length


def _tell(
    hear: Sequence[_Listener], connection: Connection, cursor: Any, text: str, said: Any
) -> None:
    for listener in hear:
        listener(connection, cursor, text, said, None, False)


def one_trip(connection: Connection, statements: int = 1) -> AbstractContextManager[Any]:
    """Let the block send several statements before it waits for their answers, where that can be.

    The first of a transaction takes the beginning along.
    """
    if connection.dialect.name != "postgresql":
        return nullcontext()
    driver: Any = connection.connection.driver_connection
    begins = driver.info.transaction_status == TransactionStatus.IDLE
    pipeline: AbstractContextManager[Any] = driver.pipeline()
    return pipeline if begins or statements > 1 else nullcontext()


@lru_cache(maxsize=1024)
def prepared(dialect: Dialect, *statements: Statement) -> Prepared:
    """Return a statement, or several writes as one: none of them sees what the others wrote."""
    *first, last = statements
    parts = (cast(Insert | Update, part).cte(f"part_{n}") for n, part in enumerate(first))
    return Prepared(last.add_cte(*parts) if first else last, dialect)


# SQLite keeps ids as text, and a list holds the same few again and again.
_uuid = lru_cache(maxsize=8192)(UUID)


def _reading(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """Return what turns a value from the driver into ours, or None where it is so already."""
    found = _native(kind, dialect).result_processor(dialect, _NUMERIC)
    return _uuid if found is not None and isinstance(kind, Uuid) else found


def _saying(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """Return what turns a value of ours into the driver's, or None where it is so already."""
    found = _native(kind, dialect).bind_processor(dialect)
    return _hex if found is not None and isinstance(kind, Uuid) else found


def _hex(value: UUID | None) -> str | None:
    return None if value is None else f"{value.int:032x}"


def _native(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)
