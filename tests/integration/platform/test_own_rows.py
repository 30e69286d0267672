"""Statements made once for the hot paths see one municipality's rows alone, like all others."""

from typing import cast

import pytest
from sqlalchemy import Table, bindparam, insert, select, update

from klippekort.municipalities.models import District
from klippekort.platform.db import StrayWrite, db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import (
    OwnRows,
    OwnWrites,
    UnscopedQuery,
    acting_for,
    adding,
    as_new,
    own,
)
from tests.cast import AWAY, HOME, Cast

DISTRICT = cast(Table, District.__table__)
NAMES = OwnRows(select(DISTRICT.c.name).where(own(DISTRICT)))
RENAME = update(DISTRICT).where(own(DISTRICT), DISTRICT.c.name == bindparam("was"))
RENAMED = RENAME.values(name=bindparam("becomes"))


def _names() -> set[str]:
    return {row.name for row in NAMES.run()}


def test_it_sees_one_municipality(cast: Cast) -> None:
    with acting_for(HOME):
        home = _names()
    with acting_for(AWAY):
        away = _names()
    assert home == {"Nord", "Syd"}
    assert away == {"Øst"}


def test_it_runs_for_nobody_without_a_municipality(cast: Cast) -> None:
    with pytest.raises(UnscopedQuery):
        NAMES.run()


@pytest.mark.parametrize(
    "statement",
    [
        select(DISTRICT.c.name),
        select(DISTRICT.c.name).where(DISTRICT.c.municipality_id == bindparam("home")),
        update(DISTRICT).values(name=bindparam("becomes")),
        insert(DISTRICT),
    ],
)
def test_a_statement_that_does_not_name_its_municipality_is_never_made(statement: object) -> None:
    with pytest.raises(UnscopedQuery):
        OwnRows(statement)  # type: ignore[arg-type]


def test_it_sees_what_the_session_has_not_sent_yet(cast: Cast) -> None:
    def add() -> list[str]:
        db.session.add(District(name="Vest"))
        return sorted(_names())

    with acting_for(HOME):
        assert execute(add) == ["Nord", "Syd", "Vest"]


def test_new_rows_belong_to_the_municipality_at_hand(cast: Cast) -> None:
    one = OwnRows(adding(DISTRICT))
    row = as_new(DISTRICT, id=new_id(), name="Vest", municipality_id=AWAY)
    with acting_for(HOME):
        execute(lambda: one.run(**row) and None)
        assert "Vest" in _names()
    with acting_for(AWAY):
        assert "Vest" not in _names()


def test_writes_that_go_together_are_all_done(cast: Cast) -> None:
    both = OwnWrites(adding(DISTRICT), RENAMED)
    row = as_new(DISTRICT, id=new_id(), name="Vest")
    with acting_for(HOME):
        execute(lambda: both.run(**row, was="Nord", becomes="Nordvest"))
        assert _names() == {"Nordvest", "Syd", "Vest"}


def test_a_write_outside_the_boundary_is_refused(cast: Cast) -> None:
    with acting_for(HOME), pytest.raises(StrayWrite):
        OwnRows(RENAMED).run(was="Nord", becomes="Nordvest")
