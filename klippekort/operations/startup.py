"""Open the app for a command, and say in one sentence why that can't be done."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from klippekort.app import create_app
from klippekort.config import Settings
from klippekort.platform.away import cannot_be_had, is_held
from klippekort.platform.db import db
from klippekort.platform.jobs import Job
from klippekort.platform.standing import newest_migration

__all__ = [
    "Trouble",
    "jobs_of",
    "newest_migration",
    "open_app",
    "ready_database",
    "tables_at",
    "upgrade",
]


class Trouble(Exception):
    """Why a command can't do its work: one sentence for whoever runs it."""


def open_app(settings: Settings) -> Flask:
    """Return the app. Raises Trouble for files it can't have."""
    try:
        app = create_app(settings)
    except OSError as error:
        raise Trouble(
            f"{error.filename or settings.data_folder} cannot be used: {error.strerror}."
        ) from error
    except (ValueError, KeyError) as error:
        raise Trouble(f"{settings.key_file} does not hold Klippekort's keys.") from error
    return app


def jobs_of(app: Flask) -> tuple[Job, ...]:
    """Return the jobs the app was put together with."""
    jobs: tuple[Job, ...] = app.extensions["jobs"]
    return jobs


def ready_database(app: Flask, settings: Settings, *, migrate: bool) -> None:
    """See to it that the tables are there and current, or raise Trouble.

    With `migrate` an embedded database is brought up to date; a server's never is unasked, for its
    tables belong to another role.
    """
    with app.app_context(), _reaching(settings.database_url):
        here, newest = tables_at(db.engine), newest_migration()
        db.engine.dispose()  # nothing may be open when the process forks
    if here == newest:
        return
    if here is not None and here > newest:
        raise Trouble("The database belongs to a newer Klippekort; start that one.")
    if not (migrate and settings.is_embedded):
        raise Trouble("The tables are not current; first run: klippekort database upgrade")
    upgrade(settings)


def upgrade(settings: Settings) -> None:
    """Bring the tables up to date as their owner, wholly or not at all.

    Raises Trouble when the database is away, full, or held by somebody else.
    """
    from klippekort.platform import migrate  # noqa: PLC0415  alembic: half a second, seldom needed

    with _reaching(settings.owner_database_url):
        migrate.upgrade(settings.owner_database_url, settings.database_url)


def tables_at(engine: Engine) -> str | None:
    """Return the migration the database stands at, or None for an empty one."""
    if not inspect(engine).has_table("alembic_version"):
        return None
    with engine.connect() as connection:
        version: str | None = connection.scalar(text("select version_num from alembic_version"))
        return version


@contextmanager
def _reaching(url: str) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        if is_held(error):
            raise Trouble(
                f"Somebody holds the database {_name_of(url)}, so nothing was changed; "
                "do it again in a quieter minute."
            ) from error
        was_reached = getattr(error.orig, "sqlstate", None) and not error.connection_invalidated
        # SQLite has no codes: what it could open and not write was reached.
        is_open = url.startswith("sqlite") and "unable to open" not in str(error.orig)
        if (was_reached or is_open) and cannot_be_had(error):
            said = str(error.orig).splitlines()[0]
            raise Trouble(
                f"The database {_name_of(url)} cannot do it now, and nothing was changed: {said}."
            ) from error
        if was_reached:
            raise  # something else is wrong
        raise Trouble(f"The database {_name_of(url)} cannot be reached.") from error


def _name_of(url: str) -> str:
    """Return a database's address as an operator may read it: without its password."""
    place = make_url(url)
    if place.drivername.startswith("sqlite"):
        return str(Path(place.database or ""))
    host = place.host or place.query.get("host") or "localhost"
    return f"{place.database} at {host}"
