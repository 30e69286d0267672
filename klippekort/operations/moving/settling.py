"""Put an exported municipality into this installation: all of it, proved, or nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, text

from klippekort.municipalities.services import is_name, is_slug, slug_of
from klippekort.operations.moving import rechaining, strangers
from klippekort.operations.moving.leaving import AT_ONCE, installation
from klippekort.operations.moving.package import ExportKey, Manifest, NotAnExport, Reader
from klippekort.operations.moving.sealed import OWN_KEY, SEALS, Wrapped, new_key, seal_value
from klippekort.operations.moving.tables import HOME, PEOPLE, exported, mine
from klippekort.operations.moving.values import from_json
from klippekort.operations.startup import Trouble, newest_migration
from klippekort.platform.audit_chain import seal
from klippekort.platform.db import db
from klippekort.platform.keys import KeyRing, keys
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.services.proof import verify_municipality, verify_record

TOTALS = ("granted", "held", "used", "expired", "moved_by")


@dataclass(frozen=True)
class Arrival:
    """What became of an import: the municipality's number and slug here, and how many rows.

    `is_home` says that it came back to the keys and the number it left. Elsewhere PINs and what is
    printed on statements no longer prove anything, and one-time passwords are set up anew.
    """

    number: int
    slug: str
    rows: int
    is_home: bool


@dataclass(frozen=True)
class _Ground:
    """Where the rows are put: everything that turns an exported row into one of this house."""

    number: int
    slug: str
    name: str
    is_home: bool
    ring: KeyRing
    wrapped: Wrapped
    key: ExportKey
    manifest: Manifest

    @property
    def is_renumbered(self) -> bool:
        """Say whether the municipality has another number here."""
        return self.number != self.manifest.number


def import_municipality(
    reader: Reader, key: ExportKey, *, number: int | None, slug: str | None, name: str | None
) -> Arrival:
    """Put a municipality from its export here, under its own number or a given one.

    To be run by `execute`: one transaction, in which the ledger is proved before anything counts.
    Without `number` it keeps its own when that is free, and else gets the next one. Raises Trouble
    when the number, slug or name is taken or cannot be one, when the export is of another version,
    when the key is of another export, and when what was put here does not prove. Raises NotAnExport
    for a sealed value that was changed.
    """
    ground = _ground(reader.manifest, key, number, slug, name)
    with acting_for(ground.number):
        db.session.flush()
        connection = db.session.connection()
        _be_patient(connection, ground.number)
        if strangers.unknown_columns(reader.manifest.tables):
            raise NotAnExport("There are tables in the export that this Klippekort does not know.")
        people = strangers.People(connection)
        rows = sum(_fill(connection, people, table, reader, ground) for table in exported())
        db.session.expire_all()
        while not ground.is_home and seal():
            pass
        _prove(connection, reader, ground)
    return Arrival(ground.number, ground.slug, rows, ground.is_home)


def _ground(
    manifest: Manifest, key: ExportKey, number: int | None, slug: str | None, name: str | None
) -> _Ground:
    if manifest.migration != newest_migration():
        raise Trouble(
            f"The export is of version {manifest.program} (tables {manifest.migration}); "
            f"these tables are at {newest_migration()}. Bring both to the same version first."
        )
    if key.fingerprint != manifest.key:
        raise Trouble("That key belongs to another export.")
    home = db.metadata.tables[HOME]
    there = db.session.execute(select(home.c.id, home.c.slug, home.c.name)).all()
    numbers = {row.id for row in there}
    here = number or (manifest.number if manifest.number not in numbers else max(numbers) + 1)
    called = manifest.slug if slug is None else slug
    named = manifest.name if name is None else name.strip()
    if not is_slug(called):
        raise Trouble(
            f"“{called}” cannot stand in a web address; give --slug in small letters, figures and "
            f"hyphens, such as {slug_of(called)}."
        )
    if not is_name(named):
        raise Trouble("A municipality needs a name, of at most 80 letters; give one with --name.")
    if here in numbers:
        raise Trouble(f"There is already a municipality with number {here}.")
    if called in {row.slug for row in there}:
        raise Trouble(f"There is already a municipality {called}; give another with --slug.")
    if named.casefold() in {row.name.casefold() for row in there}:
        raise Trouble(f"There is already a municipality called {named}; give another with --name.")
    ring = keys()
    is_home = installation(ring) == manifest.installation and here == manifest.number
    return _Ground(here, called, named, is_home, ring, {}, key, manifest)


def _be_patient(connection: Connection, number: int) -> None:
    """Let the transaction take its time, and point at rows that come later in it."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        return
    connection.execute(text("set local statement_timeout = 0"))
    connection.execute(
        text("select set_config('app.municipality', :number, true)"), {"number": str(number)}
    )


def _fill(
    connection: Connection,
    people: strangers.People,
    table: Table,
    reader: Reader,
    ground: _Ground,
) -> int:
    """Put one table's rows here and return how many."""
    rows = _turned(table, reader.rows(table.name), ground)
    if table.name == "punch_entry" and ground.is_renumbered:
        rows = rechaining.chained(rows, ground.manifest.number)
    if not ground.is_home:
        rows = strangers.without_old_proofs(table.name, rows)
    if table.name in PEOPLE or table.name == "role_assignment":
        rows = people.new(table, rows)
    many = 0
    for batch in _batches(rows):
        connection.execute(insert(table), batch)
        many += len(batch)
    if table.name == "punch_entry" and ground.is_renumbered:
        rechaining.move_heads(connection, ground.number)
    return many


def _turned(
    table: Table, lines: Iterable[dict[str, Any]], ground: _Ground
) -> Iterator[dict[str, Any]]:
    """Give each row as this installation keeps it."""
    columns = {column.name for column in table.columns}
    for said in lines:
        if set(said) != columns:
            raise NotAnExport(f"The columns of {table.name} are not the ones known here.")
        try:
            row = {
                column.name: None
                if _is_sealed(table, column.name)
                else from_json(column, said[column.name])
                for column in table.columns
            }
        except (TypeError, ValueError) as error:
            raise NotAnExport(f"A row of {table.name} cannot be read.") from error
        yield _settled(table, row, said, ground)


def _is_sealed(table: Table, column: str) -> bool:
    return column == OWN_KEY or f"{table.name}.{column}" in SEALS


def _settled(
    table: Table, row: dict[str, Any], said: dict[str, Any], ground: _Ground
) -> dict[str, Any]:
    if table.name == HOME:
        return {**row, "id": ground.number, "slug": ground.slug, "name": ground.name}
    if "municipality_id" in row:
        row["municipality_id"] = ground.number
    if OWN_KEY in row and said[OWN_KEY]:
        row[OWN_KEY] = new_key(ground.ring, ground.number, table.name, row["id"])
        ground.wrapped[table.name, row["id"]] = row[OWN_KEY]
    if table.name == "punch_lot":
        row.update(dict.fromkeys(TOTALS, 0))  # the entries move them, as they did the first time
    opened: dict[str, str] = {}
    for column in table.columns:
        name, sealed = f"{table.name}.{column.name}", said[column.name]
        if name in SEALS and sealed is not None:
            words = opened[column.name] = ground.key.unseal(sealed, f"{name}|{row['id']}")
            row[column.name] = seal_value(
                ground.ring, ground.wrapped, ground.number, name, row, words
            )
    return strangers.found_again(table.name, row, opened, ground.ring, ground.number)


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[Sequence[dict[str, Any]]]:
    waiting = iter(rows)
    while batch := list(islice(waiting, AT_ONCE)):
        yield batch


def _prove(connection: Connection, reader: Reader, ground: _Ground) -> None:
    """Compare what stands here with the export, and prove every minute. Raises Trouble."""
    for table in exported():
        if table.name in PEOPLE or table.name in strangers.MAY_DIFFER:
            continue
        many = connection.scalar(
            select(func.count()).select_from(table).where(mine(table, ground.number))
        )
        if many != reader.manifest.tables[table.name].rows:
            raise Trouble(f"Not every row of {table.name} is here; nothing was imported.")
    lots = db.metadata.tables["punch_lot"]
    totals = {
        str(row.id): tuple(row[1:])
        for row in connection.execute(
            select(lots.c.id, *(lots.c[name] for name in TOTALS)).where(mine(lots, ground.number))
        )
    }
    for said in reader.rows("punch_lot"):
        if totals[said["id"]] != tuple(said[name] for name in TOTALS):
            raise Trouble(f"Lot {said['id']} does not add up; nothing was imported.")
    if verify_municipality() or verify_record():
        raise Trouble("The ledger does not prove; nothing was imported.")
