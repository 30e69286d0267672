"""Run migrations on a given connection; used by Alembic only."""

from alembic import context
from sqlalchemy import Connection, create_engine

from klippekort.config import from_environment
from klippekort.platform.db import Base, own_transactions, writing


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
    engine = create_engine(from_environment().owner_database_url)
    if engine.dialect.name == "sqlite":
        own_transactions(engine)
    token = writing.set(True)
    with engine.begin() as fresh:
        run(fresh)
    writing.reset(token)
