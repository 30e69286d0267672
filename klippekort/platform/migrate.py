"""Bring a database's tables to where the code expects them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import make_url

from klippekort.platform.db import own_transactions, writing
from klippekort.platform.private import private_folder

# Any number that nothing else of ours locks by.
_ONE_AT_A_TIME = 4_711_043
MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def _config(connection: Connection, app_role: str | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    config.attributes["app_role"] = app_role
    return config


def owner_engine(owner_url: str) -> Engine:
    """Return an engine for migrations alone: no guards, our own transactions on SQLite."""
    engine = create_engine(owner_url)
    if engine.dialect.name == "sqlite":
        private_folder(Path(engine.url.database or "").parent)
        own_transactions(engine)
    return engine


class BrokenLink(RuntimeError):
    """A migration would leave a row that points at nothing."""


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """Yield a connection in one write transaction, in which a migration may do as it needs.

    SQLite makes a table of another shape by putting a new one in its place, which it allows only
    while it does not look after the links; so they are all looked at before the commit.
    Raises BrokenLink.
    """
    is_sqlite = engine.dialect.name == "sqlite"
    token = writing.set(True)
    try:
        with engine.connect() as connection:
            if is_sqlite:
                connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
            with connection.begin():
                yield connection
                if is_sqlite and connection.execute(text("PRAGMA foreign_key_check")).first():
                    raise BrokenLink
    finally:
        writing.reset(token)


def upgrade(owner_url: str, app_url: str, to: str = "head") -> None:
    """Migrate up to `to`. `app_url` names the role that is given its rights on PostgreSQL."""
    _run(owner_url, app_url, lambda config: command.upgrade(config, to))


def downgrade(owner_url: str, app_url: str, to: str = "base") -> None:
    """Migrate down to `to`."""
    _run(owner_url, app_url, lambda config: command.downgrade(config, to))


def _run(owner_url: str, app_url: str, steps: Callable[[Config], None]) -> None:
    engine = owner_engine(owner_url)
    try:
        with migrating(engine) as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("set local lock_timeout = '4s'"))
                # What nobody waits for any more holds no table: we may be killed half-way.
                connection.execute(text("set local client_connection_check_interval = '1s'"))
                connection.execute(text(f"select pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
            role = make_url(app_url).username
            owner = make_url(owner_url).username
            steps(_config(connection, role if role != owner else None))
            if engine.dialect.name == "postgresql" and role != owner:
                connection.execute(text(f'grant select on alembic_version to "{role}"'))
    finally:
        engine.dispose()


def is_current(engine: Engine) -> bool:
    """Say whether the database stands at the newest migration."""
    with engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_revision()
        scripts = ScriptDirectory.from_config(_config(connection, None))
        return here == scripts.get_current_head()
