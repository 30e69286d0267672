"""One municipality never sees, changes or points at another's rows."""

import pytest
from flask import Flask
from sqlalchemy import (
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    UniqueConstraint,
    create_engine,
    delete,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError, IntegrityError

from klippekort.citizens.models import Absence, Citizen
from klippekort.municipalities.models import District
from klippekort.platform import clock
from klippekort.platform.db import Base, db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import MunicipalityOwned, UnscopedQuery, acting_for
from tests.cast import AWAY, HOME, Cast


def test_another_municipality_sees_nothing(cast: Cast) -> None:
    with acting_for(AWAY):
        assert db.session.scalars(select(Citizen).filter_by(id=cast.ellen)).all() == []
        assert db.session.get(Citizen, (HOME, cast.ellen)) is None


def test_columns_and_counts_are_scoped_too(cast: Cast) -> None:
    with acting_for(AWAY):
        assert db.session.scalars(select(Citizen.first_name)).all() == ["Gudrun"]


def test_updates_and_deletes_stay_at_home(cast: Cast) -> None:
    with acting_for(AWAY):
        execute(lambda: db.session.execute(update(District).values(name="Taget")) and None)
        execute(lambda: db.session.execute(delete(Absence)) and None)
    with acting_for(HOME):
        assert "Taget" not in db.session.scalars(select(District.name)).all()


def test_nothing_is_read_without_a_municipality(cast: Cast) -> None:
    with pytest.raises(UnscopedQuery):
        db.session.scalars(select(Citizen)).all()


@pytest.mark.parametrize(
    "statement",
    [text("select * from citizen"), select(Citizen.__table__)],
)
def test_statements_that_cannot_be_scoped_are_refused(cast: Cast, statement: object) -> None:
    with acting_for(HOME), pytest.raises(UnscopedQuery):
        db.session.execute(statement)  # type: ignore[call-overload]


def test_a_new_row_for_another_municipality_is_refused(cast: Cast) -> None:
    def smuggle() -> None:
        db.session.add(District(municipality_id=AWAY, name="Smuglet"))
        db.session.flush()

    with acting_for(HOME), pytest.raises(UnscopedQuery):
        execute(smuggle)


def test_a_row_cannot_point_at_another_municipality(cast: Cast) -> None:
    def point() -> None:
        db.session.add(
            Absence(
                citizen_id=cast.ellen,
                kind="hospital",
                from_on=clock.today(),
                recorded_at=clock.now(),
            )
        )
        db.session.flush()

    with acting_for(AWAY), pytest.raises(IntegrityError):
        execute(point)


def test_the_municipality_is_forgotten_on_leaving(cast: Cast) -> None:
    with acting_for(HOME):
        with acting_for(AWAY):
            pass
        assert len(db.session.scalars(select(Citizen.id)).all()) == 2


def _owned_tables() -> list[str]:
    return sorted(
        str(mapper.local_table)
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, MunicipalityOwned)
    )


def test_every_owned_table_begins_all_its_keys_with_the_municipality(app: Flask) -> None:
    wrong = []
    for name in _owned_tables():
        table = db.metadata.tables[name]
        kinds = (PrimaryKeyConstraint, ForeignKeyConstraint, UniqueConstraint)
        for key in (c for c in table.constraints if isinstance(c, kinds)):
            columns = [column.name for column in key.columns]
            if columns[0] != "municipality_id" and not _points_up(key):
                wrong.append((name, columns))
    assert wrong == []


def _points_up(key: object) -> bool:
    """Say whether a key points at a table that stands above the municipalities."""
    referred = getattr(key, "referred_table", None)
    return referred is not None and referred.name in ("account", "municipality")


class TestRowLevelSecurity:
    """The wall behind the filter, for PostgreSQL alone."""

    @pytest.fixture(autouse=True)
    def only_postgresql(self, database: str) -> None:
        if database != "postgresql":
            pytest.skip("SQLite has no row-level security")

    def _rows(self, app: Flask, setting: str, statement: str) -> object:
        engine = create_engine(app.extensions["settings"].database_url)
        try:
            with engine.begin() as connection:
                connection.execute(
                    text("select set_config('app.municipality', :m, true)"), {"m": setting}
                )
                return connection.execute(text(statement)).rowcount
        finally:
            engine.dispose()

    def test_the_app_role_sees_its_municipality_alone(
        self, committed_app: Flask, committed_cast: Cast
    ) -> None:
        assert self._rows(committed_app, "2", "select 1 from citizen") == 1
        assert self._rows(committed_app, "", "select 1 from citizen") == 0
        assert self._rows(committed_app, "2", "update citizen set town = 'x'") == 1

    def test_a_row_cannot_be_moved_to_another_municipality(
        self, committed_app: Flask, committed_cast: Cast
    ) -> None:
        with pytest.raises(DBAPIError):
            self._rows(committed_app, "2", "update district set municipality_id = 1")

    def test_every_owned_table_is_behind_it(self, committed_app: Flask) -> None:
        engine = create_engine(committed_app.extensions["settings"].database_url)
        with engine.connect() as connection:
            forced = connection.execute(
                text("select relname from pg_class where relforcerowsecurity and relrowsecurity")
            )
            assert set(_owned_tables()) <= set(forced.scalars())
        engine.dispose()
