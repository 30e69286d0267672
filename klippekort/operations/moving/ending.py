"""Take a municipality out of the database for good, and keep a proof of what was taken."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Table, delete, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from klippekort.config import Settings
from klippekort.municipalities.models import Municipality
from klippekort.operations.moving.leaving import AT_ONCE, tell
from klippekort.operations.moving.package import Content, line
from klippekort.operations.moving.tables import (
    LEFT_OUT,
    PEOPLE,
    exported,
    in_order,
    of_people,
    rows_of,
    with_role,
)
from klippekort.operations.moving.values import to_json
from klippekort.platform import house, migrate
from klippekort.platform.audit_heads import forget_heads
from klippekort.platform.db import db

# A trigger that fires before a delete is one that would refuse it.
_WALLS = text(
    "select distinct f.oid, f.proname, pg_get_functiondef(f.oid) as said from pg_trigger t "
    "join pg_proc f on f.oid = t.tgfoid join pg_class c on c.oid = t.tgrelid "
    "where not t.tgisinternal and t.tgtype & 2 = 2 and t.tgtype & 8 = 8 "
    "and c.relnamespace = 'public'::regnamespace"
)
_OPENED = (
    "create or replace function {name}() returns trigger language plpgsql as "
    "$$ begin return old; end $$"
)
_TRIGGERS = text(
    "select name, sql from sqlite_master where type = 'trigger' "
    "and lower(sql) like '%before delete on%'"
)


@dataclass(frozen=True)
class Ending:
    """What was taken: of each table how many rows, and the SHA-256 of them as they stood."""

    number: int
    slug: str
    name: str
    deleted_at: str
    deleted_by: str
    rows: int
    tables: dict[str, Content]
    hash: str


def delete_municipality(
    settings: Settings,
    home: Municipality,
    *,
    by: str,
    now: datetime,
    told: Callable[[Ending], object] = lambda _ending: None,
) -> Ending:
    """Delete every row of a municipality, and the log-ins of people who had a role only there.

    All of it or nothing, in one transaction as the tables' owner, who on PostgreSQL too sees no
    other municipality's rows meanwhile. The walls that keep a ledger from being deleted are down
    for this transaction alone. The proof is kept in the record of the house, and `told` as soon as
    all is gone for good, whatever fails after that. `now` is UTC.
    """
    db.session.remove()
    engine = migrate.owner_engine(settings.owner_database_url)
    try:
        with migrate.migrating(engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("set local lock_timeout = '4s'"))
                tell(connection, home.id)
            whole = [one for one in exported() if one.name not in PEOPLE]
            before = {one.name: _weigh(connection, one, home.id) for one in whole}
            people = list(connection.scalars(with_role(home.id)))
            with _walls_down(connection):
                _take(connection, home.id)
            log_ins = _take_log_ins(connection, people)
            ending = _ending(home, before, log_ins, by, now)
            connection.execute(
                insert(house.events), house.noted(connection, "deleted", by, asdict(ending), now)
            )
    finally:
        engine.dispose()
    told(ending)
    forget_heads(settings.data_folder, home.id)
    return ending


def _weigh(connection: Connection, table: Table, number: int) -> Content:
    """Return how many rows a table has of the municipality, and the hash of them all."""
    rows, digest = 0, hashlib.sha256()
    found = connection.execute(rows_of(table, number), execution_options={"yield_per": AT_ONCE})
    for row in found:
        digest.update(_line(row).encode())
        rows += 1
    return Content(rows, digest.hexdigest())


def _line(row: Row[Any]) -> str:
    return line({name: to_json(value) for name, value in row._mapping.items()})


def _take(connection: Connection, number: int) -> None:
    """Delete what points at others first, and the municipality itself last."""
    tables = db.metadata.sorted_tables
    numbered = [one for one in reversed(tables) if "municipality_id" in one.c]
    for table in numbered:
        connection.execute(delete(table).where(table.c.municipality_id == number))
    home = db.metadata.tables["municipality"]
    connection.execute(delete(home).where(home.c.id == number))
    for table in numbered:
        left = select(func.count()).select_from(table).where(table.c.municipality_id == number)
        if connection.scalar(left):
            raise RuntimeError(f"rows of {table.name} were left")


def _take_log_ins(connection: Connection, people: list[UUID]) -> dict[str, Content]:
    """Delete the log-ins of people who have no role left, and return what they were by table."""
    role = db.metadata.tables["role_assignment"]
    gone: dict[str, list[str]] = defaultdict(list)
    for account_id in sorted(people, key=str):
        if connection.scalar(select(role.c.id).where(role.c.account_id == account_id).limit(1)):
            continue
        stood = _log_in(connection, account_id)
        try:
            with connection.begin_nested():
                _take_log_in(connection, account_id)
        except IntegrityError:  # another municipality's relative, or a helper it let in
            continue
        for name, lines in stood.items():
            gone[name] += lines
    return {
        name: Content(len(lines), hashlib.sha256("".join(lines).encode()).hexdigest())
        for name, lines in gone.items()
    }


def _log_in(connection: Connection, account_id: UUID) -> dict[str, list[str]]:
    """Return the rows of somebody's log-in by table, each as it is weighed."""
    found = {}
    for table in of_people():
        mine = table.c[PEOPLE[table.name]] == account_id
        rows = connection.execute(select(table).where(mine).order_by(*in_order(table)))
        found[table.name] = [_line(row) for row in rows]
    return found


def _take_log_in(connection: Connection, account_id: UUID) -> None:
    waiting = [db.metadata.tables[name] for name in LEFT_OUT if name in db.metadata.tables]
    for table in [*waiting, *reversed(of_people())]:
        column = PEOPLE.get(table.name, "account_id")
        if column in table.c:
            connection.execute(delete(table).where(table.c[column] == account_id))


@contextmanager
def _walls_down(connection: Connection) -> Iterator[None]:
    """Let rows be deleted that nobody else may delete, in this transaction alone.

    Nobody else sees it: on PostgreSQL the functions are put back before the commit, on SQLite
    nobody else writes.
    """
    if connection.dialect.name == "postgresql":
        walls = connection.execute(_WALLS).all()
        for wall in walls:
            connection.execute(text(_OPENED.format(name=wall.proname)))
        yield
        for wall in walls:
            connection.exec_driver_sql(wall.said.replace("%", "%%"))
        return
    triggers = connection.execute(_TRIGGERS).all()
    for trigger in triggers:
        connection.exec_driver_sql(f'drop trigger "{trigger.name}"')
    yield
    for trigger in triggers:
        connection.exec_driver_sql(trigger.sql)


def _ending(
    home: Municipality,
    before: dict[str, Content],
    log_ins: dict[str, Content],
    by: str,
    now: datetime,
) -> Ending:
    """Return the proof; of log-ins it tells of those that were deleted."""
    tables = {name: one for name, one in (before | log_ins).items() if one.rows}
    whole = "".join(f"{name} {one.rows} {one.sha256}\n" for name, one in sorted(tables.items()))
    return Ending(
        home.id,
        home.slug,
        home.name,
        now.isoformat(),
        by,
        sum(one.rows for one in tables.values()),
        tables,
        hashlib.sha256(whole.encode()).hexdigest(),
    )
