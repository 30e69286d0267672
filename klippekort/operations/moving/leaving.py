"""Write everything a municipality has into one open file, while the program goes on working."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, Table, text

from klippekort import __version__
from klippekort.domain.calendar import stamp
from klippekort.municipalities.models import Municipality
from klippekort.operations.moving.package import FORMAT, ExportKey, Manifest, Writer, line
from klippekort.operations.moving.sealed import OWN_KEY, SEALS, Row, Wrapped, open_value
from klippekort.operations.moving.tables import LEFT_OUT, exported, rows_of
from klippekort.operations.moving.values import to_json
from klippekort.operations.startup import Trouble, newest_migration
from klippekort.platform.db import db
from klippekort.platform.keys import KeyRing, keys

AT_ONCE = 500


def export_municipality(
    home: Municipality, folder: Path, key_file: Path, passphrase: str, *, by: str, now: datetime
) -> Path:
    """Write a municipality into a new file in `folder`, and return it. `now` is UTC.

    What is sealed is sealed anew under a key of this export, which goes into `key_file` under the
    passphrase. All of it is read as it stood at one instant. Raises Trouble when the key file is
    there already or stands beside the export, and when something sealed cannot be opened.
    """
    target = folder / f"{home.slug}-{now:%Y%m%dT%H%M%SZ}.zip"
    if key_file.parent.resolve() == folder.resolve():
        raise Trouble("Keep the key in another folder than the export.")
    key, ring = ExportKey(), keys()
    try:
        key.write(key_file, passphrase)
    except OSError as error:
        raise Trouble(f"{key_file} cannot be made: {error.strerror}.") from error
    try:
        with Writer(target) as writer, reading(home.id) as connection:
            wrapped = wrapped_keys(connection, home.id)
            for table in exported():
                found = _rows(connection, table, home.id)
                writer.add(table.name, _lines(table, found, ring, wrapped, home.id, key))
            writer.finish(_manifest(home, ring, key, writer, by, now))
    except BaseException:
        key_file.unlink()  # a key that opens nothing would only be mistaken for one that does
        raise
    return target


@contextmanager
def reading(number: int) -> Iterator[Connection]:
    """Give a connection that sees the municipality's rows as they stand at one instant."""
    db.session.rollback()
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
            connection.execute(text("set local statement_timeout = 0"))
            connection.execute(text("set local idle_in_transaction_session_timeout = 0"))
            tell(connection, number)
        yield connection
        connection.rollback()


def tell(connection: Connection, number: int) -> None:
    """Let PostgreSQL show the municipality's rows to this transaction, and no others."""
    told = text("select set_config('app.municipality', :number, true)")
    connection.execute(told, {"number": str(number)})


def wrapped_keys(connection: Connection, number: int) -> Wrapped:
    """Return the wrapped key of everybody who has one, by table and row."""
    found: Wrapped = {}
    for table in exported():
        if OWN_KEY in table.c:
            for row in _rows(connection, table, number):
                if row[OWN_KEY] is not None:
                    found[table.name, row["id"]] = row[OWN_KEY]
    return found


def _rows(connection: Connection, table: Table, number: int) -> Iterator[Row]:
    found = connection.execute(rows_of(table, number), execution_options={"yield_per": AT_ONCE})
    for row in found:
        yield cast(Row, row._mapping)


def _lines(
    table: Table, rows: Iterator[Row], ring: KeyRing, wrapped: Wrapped, number: int, key: ExportKey
) -> Iterator[str]:
    sealed = [one for one in table.columns if f"{table.name}.{one.name}" in SEALS]
    for row in rows:
        values: dict[str, Any] = {name: to_json(value) for name, value in row.items()}
        if OWN_KEY in values:
            values[OWN_KEY] = row[OWN_KEY] is not None  # a key is made anew where it is put back
        for column in sealed:
            name = f"{table.name}.{column.name}"
            try:
                said = open_value(ring, wrapped, number, name, row)
            except InvalidTag as error:
                raise Trouble(f"{name} of {row['id']} cannot be opened with these keys.") from error
            values[column.name] = None if said is None else key.seal(said, f"{name}|{row['id']}")
        yield line(values)


def _manifest(
    home: Municipality, ring: KeyRing, key: ExportKey, writer: Writer, by: str, now: datetime
) -> Manifest:
    return Manifest(
        format=FORMAT,
        program=__version__,
        migration=newest_migration(),
        number=home.id,
        slug=home.slug,
        name=home.name,
        made_at=stamp(now),
        made_by=by,
        installation=installation(ring),
        key=key.fingerprint,
        tables=writer.tables,
        left_out=LEFT_OUT,
    )


def installation(ring: KeyRing) -> str:
    """Return what tells one installation's keys from another's, and nothing else about them."""
    return ring.blind_index(0, "installation")
