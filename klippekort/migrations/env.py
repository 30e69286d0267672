"""Run migrations on a given connection; used by Alembic only."""

from alembic import context
from sqlalchemy import Connection

from klippekort.config import from_environment
from klippekort.platform.db import Base
from klippekort.platform.migrate import migrating, owner_engine


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        compare_server_default=False,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = owner_engine(from_environment().owner_database_url)
    with migrating(engine) as fresh:
        run(fresh)
