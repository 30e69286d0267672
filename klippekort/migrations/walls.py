"""The walls that a migration builds around its tables, on SQLite and on PostgreSQL.

Everything here is plain SQL and frozen in time: it imports no models.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from alembic import context, op


def instant() -> sa.String:
    """Return the column type of an instant: timestamptz, or fixed-width text on SQLite."""
    return sa.String(27).with_variant(sa.DateTime(timezone=True), "postgresql")


def is_postgresql() -> bool:
    """Say which database this is."""
    return op.get_context().dialect.name == "postgresql"


def _app_role() -> str | None:
    role: str | None = context.config.attributes.get("app_role")
    return role


def grant(table: str, rights: str) -> None:
    """Give the app's role these rights on a table, where it is not the owner."""
    role = _app_role()
    if is_postgresql() and role:
        op.execute(f'grant {rights} on "{table}" to "{role}"')


def open_table(table: str) -> None:
    """Let the app read and write a table that belongs to no municipality."""
    grant(table, "select, insert, update, delete")


def municipal(table: str, rights: str = "select, insert, update, delete") -> None:
    """Show a table's rows to their own municipality alone, with these rights."""
    grant(table, rights)
    if is_postgresql():
        mine = "municipality_id = nullif(current_setting('app.municipality', true), '')::int"
        op.execute(f'alter table "{table}" enable row level security')
        op.execute(f'alter table "{table}" force row level security')
        op.execute(f'create policy own_rows on "{table}" using ({mine}) with check ({mine})')


@contextmanager
def whole_table(table: str) -> Iterator[None]:
    """Let the block change every municipality's rows at once, as only a migration may."""
    if is_postgresql():
        op.execute(f'alter table "{table}" no force row level security')
    yield
    if is_postgresql():
        op.execute(f'alter table "{table}" force row level security')


def append_only(table: str) -> None:
    """Refuse every change and removal of a table's rows, whoever asks."""
    if is_postgresql():
        op.execute(
            f"""create function {table}_is_append_only() returns trigger language plpgsql as
            $$ begin raise exception '{table} is append-only'; end $$"""
        )
        op.execute(
            f'create trigger append_only before update or delete on "{table}" '
            f"for each row execute function {table}_is_append_only()"
        )
        op.execute(
            f'create trigger no_truncate before truncate on "{table}" '
            f"for each statement execute function {table}_is_append_only()"
        )
        return
    for verb in ("update", "delete"):
        op.execute(
            f'create trigger {table}_no_{verb} before {verb} on "{table}" '
            f"begin select raise(abort, '{table} is append-only'); end"
        )


def drop_append_only(table: str) -> None:
    """Take the append-only wall down again, before the table goes."""
    if is_postgresql():
        op.execute(f'drop trigger append_only on "{table}"')
        op.execute(f'drop trigger no_truncate on "{table}"')
        op.execute(f"drop function {table}_is_append_only()")
        return
    for verb in ("update", "delete"):
        op.execute(f"drop trigger {table}_no_{verb}")


def one_place_at_a_time(table: str, person: str) -> None:
    """Refuse a person two active spans that share time, even to raw SQL."""
    if is_postgresql():
        op.execute("create extension if not exists btree_gist")
        op.execute(
            f'alter table "{table}" add constraint {table}_one_place_at_a_time exclude using gist '
            f"(municipality_id with =, {person} with =, tstzrange(starts_at, ends_at) with &&) "
            "where (is_active)"
        )
        return
    for verb in ("insert", "update"):
        op.execute(
            f"""create trigger {table}_one_place_{verb} before {verb} on "{table}"
            when new.is_active and exists (
                select 1 from "{table}" as other
                where other.municipality_id = new.municipality_id
                and other.{person} = new.{person} and other.is_active and other.id <> new.id
                and other.starts_at < new.ends_at and new.starts_at < other.ends_at)
            begin select raise(abort, '{table}_one_place_at_a_time'); end"""
        )
