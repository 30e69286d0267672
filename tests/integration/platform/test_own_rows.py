"""Statements made once for the hot paths see one municipality's rows alone, like all others."""

from collections.abc import Callable
from contextlib import suppress
from typing import cast

import pytest
from sqlalchemy import Table, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from klippekort.domain.errors import NoSeat
from klippekort.municipalities.models import District
from klippekort.platform import audit
from klippekort.platform.among import among
from klippekort.platform.db import StrayWrite, db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.prepared import Row
from klippekort.platform.tenancy import (
    OwnRows,
    UnscopedQuery,
    acting_for,
    adding,
    ahead,
    as_new,
    own,
)
from tests.cast import AWAY, HOME, Cast

DISTRICT = cast(Table, District.__table__)
CONCERNED = cast(Table, audit.AuditCitizen.__table__)
ADD, ABOUT = OwnRows(adding(DISTRICT)), OwnRows(adding(CONCERNED))
NAMES = OwnRows(select(DISTRICT.c.name).where(own(DISTRICT)))
IDS = OwnRows(select(DISTRICT.c.id).where(own(DISTRICT)))
NAMED = OwnRows(select(DISTRICT.c.name).where(own(DISTRICT), DISTRICT.c.name == bindparam("name")))
RENAME = update(DISTRICT).where(own(DISTRICT), DISTRICT.c.name == bindparam("was"))
RENAMED = RENAME.values(name=bindparam("becomes"))


def _names() -> set[str]:
    return {name for (name,) in NAMES.rows()}


def test_it_sees_one_municipality(cast: Cast) -> None:
    with acting_for(HOME):
        home = _names()
    with acting_for(AWAY):
        away = _names()
    assert home == {"Nord", "Syd"}
    assert away == {"Øst"}


def test_it_runs_for_nobody_without_a_municipality(cast: Cast) -> None:
    with pytest.raises(UnscopedQuery):
        NAMES.rows()


@pytest.mark.parametrize(
    "statement",
    [
        select(DISTRICT.c.name),
        select(DISTRICT.c.name).where(DISTRICT.c.municipality_id == bindparam("home")),
        select(DISTRICT.c.name, CONCERNED.c.citizen_id).where(own(DISTRICT)),
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
        execute(lambda: one.run(**row))
        assert "Vest" in _names()
    with acting_for(AWAY):
        assert "Vest" not in _names()


@pytest.mark.parametrize("names", [["Vest"], ["Vest", "Øst"]])
def test_late_writes_are_done_at_the_commit(cast: Cast, names: list[str]) -> None:
    def add() -> None:
        for name in names:
            ADD.run_late(**as_new(DISTRICT, id=new_id(), name=name))

    with acting_for(HOME):
        execute(add)
        assert _names() == {"Nord", "Syd", *names}


def test_late_writes_to_several_tables_are_all_done(cast: Cast) -> None:
    line_id = new_id()

    def write() -> None:
        ADD.run_late(**as_new(DISTRICT, id=new_id(), name="Vest"))
        ABOUT.run_late(**as_new(CONCERNED, id=new_id(), line_id=line_id, citizen_id=cast.ellen))

    with acting_for(HOME):
        execute(write)
        assert "Vest" in _names()
        found = select(audit.AuditCitizen.citizen_id).filter_by(line_id=line_id)
        assert db.session.scalars(found).all() == [cast.ellen]


@pytest.mark.parametrize(
    "ask",
    [
        _names,
        lambda: set(db.session.scalars(select(District.name))),
        lambda: {row.name for row in db.session.connection().execute(select(DISTRICT.c.name))},
    ],
)
def test_nothing_overtakes_a_late_write(cast: Cast, ask: Callable[[], set[str]]) -> None:
    def write_and_ask() -> list[str]:
        ADD.run_late(**as_new(DISTRICT, id=new_id(), name="Vest"))
        return list(ask())

    with acting_for(HOME):
        assert "Vest" in execute(write_and_ask)


def test_late_writes_are_rolled_back_with_their_part_of_the_work(cast: Cast) -> None:
    def think_better_of_it() -> None:
        with suppress(NoSeat), db.session.begin_nested():
            ADD.run_late(**as_new(DISTRICT, id=new_id(), name="Vest"))
            raise NoSeat
        ADD.run_late(**as_new(DISTRICT, id=new_id(), name="Øst"))

    with acting_for(HOME):
        execute(think_better_of_it)
        assert _names() == {"Nord", "Syd", "Øst"}


def test_a_refusal_drops_late_writes(cast: Cast) -> None:
    def refuse() -> None:
        ADD.run_late(**as_new(DISTRICT, id=new_id(), name="Vest"))
        raise NoSeat

    with acting_for(HOME):
        with pytest.raises(NoSeat):
            execute(refuse)
        assert _names() == {"Nord", "Syd"}


def test_a_late_write_that_the_database_refuses_undoes_everything(cast: Cast) -> None:
    def write() -> None:
        db.session.add(District(name="Vest"))
        ADD.run_late(**as_new(DISTRICT, id=new_id(), name=None))

    with acting_for(HOME):
        with pytest.raises(IntegrityError):
            execute(write)
        assert _names() == {"Nord", "Syd"}


def test_late_writes_stay_in_the_municipality_they_were_made_for(cast: Cast) -> None:
    def write_at_home_then_look_away() -> list[str]:
        ADD.run_late(**as_new(DISTRICT, id=new_id(), name="Vest"))
        with acting_for(AWAY):
            return list(_names())

    with acting_for(HOME):
        assert "Vest" not in execute(write_at_home_then_look_away)
        assert "Vest" in _names()


@pytest.mark.parametrize("write", ["run", "run_late"])
def test_a_write_outside_the_boundary_is_refused(cast: Cast, write: str) -> None:
    with acting_for(HOME), pytest.raises(StrayWrite):
        getattr(OwnRows(RENAMED), write)(was="Nord", becomes="Nordvest")


def test_a_list_of_values_may_be_asked_for(cast: Cast) -> None:
    among = OwnRows(
        select(DISTRICT.c.name).where(
            own(DISTRICT), DISTRICT.c.name.in_(bindparam("names", expanding=True))
        )
    )
    with acting_for(HOME):
        assert among.rows(names=["Nord", "Øst"]) == [("Nord",)]


def test_ids_are_one_value_however_many_they_are(cast: Cast) -> None:
    found = select(DISTRICT.c.name).where(own(DISTRICT), among(DISTRICT.c.id, "ids"))
    named = OwnRows(found)
    with acting_for(HOME):
        ids = [district_id for (district_id,) in IDS.rows()]
        assert {name for (name,) in named.rows(ids=ids)} == {"Nord", "Syd"}
        assert len(named.rows(ids=ids[:1])) == 1
        assert named.rows(ids=[]) == []
        with ahead(named.asked(ids=ids)):
            assert len(named.rows(ids=ids)) == 2
    with acting_for(AWAY):
        assert named.rows(ids=ids) == []


def test_what_was_asked_ahead_is_answered_once(cast: Cast) -> None:
    def rename_meanwhile() -> list[list[Row]]:
        with ahead(NAMED.asked(name="Nord")):
            OwnRows(RENAMED).run(was="Nord", becomes="Nordvest")
            return [NAMED.rows(name="Nord"), NAMED.rows(name="Nord")]

    with acting_for(HOME):
        assert execute(rename_meanwhile)[-1] == []


def test_what_was_asked_ahead_answers_no_other_municipality(cast: Cast) -> None:
    def look_away() -> list[Row]:
        with ahead(NAMED.asked(name="Nord")), acting_for(AWAY):
            return NAMED.rows(name="Nord")

    with acting_for(HOME):
        assert execute(look_away) == []


def test_what_was_asked_ahead_answers_no_other_question(cast: Cast) -> None:
    def ask() -> list[Row]:
        with ahead(NAMED.asked(name="Nord")):
            return NAMED.rows(name="Syd")

    with acting_for(HOME):
        assert execute(ask) == [("Syd",)]
