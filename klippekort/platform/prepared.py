"""SQL made once and run often: its text, and what turns values into the driver's and back.

SQLAlchemy looks a statement up, prepares its values and describes its rows anew each time, which on
the hot paths costs more than running it. Listeners to statements hear of these too.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Connection, Delete, Dialect, Insert, Select, Update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

Statement = Select[*tuple[Any, ...]] | Insert | Update | Delete
Row = tuple[Any, ...]
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
        names = compiled.positiontup
        said = {name: _native(part.type, dialect) for name, part in compiled.binds.items()}
        self._is_positional = names is not None
        self._said = [(name, said[name].bind_processor(dialect)) for name in names or said]
        binds = compiled.binds.items()
        self._fixed = {name: part.effective_value for name, part in binds if not part.required}
        columns = statement.exported_columns  # of a write, what it returns
        read = [
            _native(column.type, dialect).result_processor(dialect, _NUMERIC) for column in columns
        ]
        self._has_rows = bool(read)
        self._read = [(place, of) for place, of in enumerate(read) if of is not None]

    def run(self, connection: Connection, values: Mapping[str, Any]) -> list[Row]:
        """Run the statement in the transaction at hand and return its rows, if it has any.

        Raises DBAPIError, as SQLAlchemy does.
        """
        dialect, driver = connection.dialect, connection.connection
        given = self._given(values)
        cursor = driver.cursor()
        try:
            for hear in connection.dispatch.before_cursor_execute:
                hear(connection, cursor, self.text, given, None, False)
            cursor.execute(self.text, given)
            return self._rows(cursor.fetchall()) if self._has_rows else []
        except dialect.loaded_dbapi.Error as error:
            gone = dialect.is_disconnect(error, driver, cursor)
            wrapped = DBAPIError.instance(
                self.text, given, error, dialect.loaded_dbapi.Error, connection_invalidated=gone
            )
            if gone:
                connection.invalidate(error)
            raise cast(DBAPIError, wrapped) from error
        finally:
            cursor.close()

    def _given(self, values: Mapping[str, Any]) -> Row | dict[str, Any]:
        if self._fixed:
            values = {**self._fixed, **values}
        said = [values[name] if to is None else to(values[name]) for name, to in self._said]
        if self._is_positional:
            return tuple(said)
        return {name: value for (name, _), value in zip(self._said, said, strict=True)}

    def _rows(self, rows: Sequence[Row]) -> list[Row]:
        return [self._row(list(row)) for row in rows] if self._read else list(rows)

    def _row(self, row: list[Any]) -> Row:
        for place, of in self._read:
            if row[place] is not None:
                row[place] = of(row[place])
        return tuple(row)


@lru_cache(maxsize=256)
def prepared(dialect: Dialect, *statements: Statement) -> Prepared:
    """Return a statement, or several writes as one: none of them sees what the others wrote."""
    *first, last = statements
    parts = (cast(Insert | Update, part).cte(f"part_{n}") for n, part in enumerate(first))
    return Prepared(last.add_cte(*parts) if first else last, dialect)


def _native(kind: TypeEngine[Any], dialect: Dialect) -> TypeEngine[Any]:
    return kind.dialect_impl(dialect)
