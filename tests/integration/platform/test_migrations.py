"""The numbered steps and the models say the same, up, down and up again."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Engine, inspect

from klippekort.platform import migrate
from klippekort.platform.db import Base
from tests.databases import Template


@pytest.fixture
def empty(template: Template, database: str, tmp_path: Path) -> tuple[str, str]:
    """Return the owner's and the app's address of a database with nothing in it."""
    if template.cluster is not None:
        return template.cluster.create_database(f"empty_{tmp_path.name[-12:]}".lower())
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    return url, url


def _tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_the_head_equals_the_models(template: Template) -> None:
    engine = migrate.owner_engine(template.copy().owner_database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_the_checks_of_the_models_stand_under_their_own_names(template: Template) -> None:
    engine = migrate.owner_engine(template.copy().owner_database_url)
    inspector = inspect(engine)
    for table in Base.metadata.sorted_tables:
        stands = {check["name"] for check in inspector.get_check_constraints(table.name)}
        wanted = {c.name for c in table.constraints if isinstance(c, CheckConstraint)}
        assert stands == wanted, table.name
    engine.dispose()


def test_up_down_and_up_again(empty: tuple[str, str]) -> None:
    owner, app = empty
    engine = migrate.owner_engine(owner)
    migrate.upgrade(owner, app)
    made = _tables(engine)
    migrate.downgrade(owner, app)
    assert _tables(engine) == set()
    migrate.upgrade(owner, app)
    assert _tables(engine) == made
    assert migrate.is_current(engine)
    engine.dispose()
