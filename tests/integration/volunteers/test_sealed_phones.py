"""Numbers written before they were sealed are read as ever, and sealed by the job."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Table, select, update

from klippekort.accounts.jobs import seal_phones
from klippekort.accounts.models import Identity
from klippekort.accounts.queries import PHONE, find_open_account
from klippekort.activities.models import Place
from klippekort.activities.services import save_place
from klippekort.oversight.jobs import run
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.volunteers import queries, services
from klippekort.volunteers.models import Volunteer
from tests.cast import AWAY, HOME, Cast
from tests.integration.activities.test_places import HALL
from tests.integration.volunteers.arrange import do, pressed
from tests.integration.volunteers.test_code_log_in import code_for, enter, give_phone, is_in

NUMBER, SHOWN = "+4520123457", "20 12 34 57"


def in_clear(model: Any, row_id: UUID, **columns: Any) -> None:
    """Write a row's columns as an earlier version did."""
    table: Table = model.__table__

    def write() -> None:
        wanted = update(table).where(table.c.id == row_id).values(columns)
        db.session.connection().execute(wanted)

    with acting_for(HOME):
        execute(write)
    db.session.expire_all()


def stored(model: Any, row_id: UUID, *columns: str) -> list[Any]:
    """Return a row's columns as they lie in the database."""
    table: Table = model.__table__
    wanted = select(*(table.c[name] for name in columns)).where(table.c.id == row_id)
    db.session.rollback()
    with acting_for(HOME):
        return list(db.session.connection().execute(wanted).one())


def sealed() -> int:
    """Let the job run, and return how many numbers it sealed."""
    with acting_for(HOME):
        outcome = seal_phones(clock.today(), clock.now())
    db.session.expire_all()
    assert outcome.failed == 0
    return outcome.done


def viggos(cast: Cast) -> UUID:
    """Return who Viggo is as a volunteer."""
    assert cast.viggo.person_id is not None
    return cast.viggo.person_id


def number_of(cast: Cast) -> str | None:
    """Return Viggo's number as the program reads it."""
    with acting_for(HOME):
        return queries.get_volunteer(viggos(cast)).phone


def test_a_number_in_clear_is_read_and_sealed_once(karen: FlaskClient, cast: Cast) -> None:
    in_clear(Volunteer, viggos(cast), phone=NUMBER, phone_sealed=None)
    page = f"/frivillige/{cast.viggo.person_id}"
    assert SHOWN in karen.get(page).text
    assert sealed() == 1
    phone, hidden = stored(Volunteer, viggos(cast), "phone", "phone_sealed")
    assert phone is None
    assert NUMBER.encode() not in bytes(hidden)
    assert number_of(cast) == NUMBER
    assert SHOWN in karen.get(page).text
    assert sealed() == 0


def test_the_job_seals_the_numbers_of_its_own_municipality(cast: Cast) -> None:
    in_clear(Volunteer, viggos(cast), phone=NUMBER)
    with acting_for(AWAY):
        assert seal_phones(clock.today(), clock.now()).done == 0
    assert stored(Volunteer, viggos(cast), "phone") == [NUMBER]


def test_what_an_earlier_version_wrote_last_is_what_holds(cast: Cast) -> None:
    give_phone(cast, "+4520123458")
    in_clear(Volunteer, viggos(cast), phone=NUMBER)
    assert number_of(cast) == NUMBER
    sealed()
    assert number_of(cast) == NUMBER


def test_a_number_is_taken_away(cast: Cast) -> None:
    give_phone(cast)
    give_phone(cast, None)
    assert stored(Volunteer, viggos(cast), "phone", "phone_sealed") == [None, None]


def test_a_sealed_number_says_nothing_in_another_row(cast: Cast) -> None:
    give_phone(cast)
    [hidden] = stored(Volunteer, viggos(cast), "phone_sealed")
    other = UUID(
        do(
            services.add_volunteer,
            cast.karen,
            name="Ruth Ravn",
            email=None,
            phone=None,
            association_id=None,
            now=clock.now(),
        )
    )
    in_clear(Volunteer, other, phone_sealed=hidden)
    with acting_for(HOME), pytest.raises(InvalidTag):
        _read = queries.get_volunteer(other).phone


def test_volunteers_are_found_by_their_number(karen: FlaskClient, cast: Cast) -> None:
    give_phone(cast)
    assert "Viggo Vang" in karen.get("/frivillige", query_string={"q": "20123457"}).text
    assert "Viggo Vang" not in karen.get("/frivillige", query_string={"q": "20123458"}).text


def test_who_logged_in_with_a_number_in_clear_goes_on_doing_so(
    karen: FlaskClient, app: Flask, cast: Cast
) -> None:
    give_phone(cast)
    code_for(karen, cast.viggo.person_id)
    known = db.session.scalars(select(Identity.id).filter_by(issuer=PHONE)).one()
    in_clear(Identity, known, subject=NUMBER, phone_sealed=None)
    assert is_in(enter(app, code_for(karen, cast.viggo.person_id)))
    in_clear(Identity, known, subject=NUMBER, phone_sealed=None)
    assert sealed() == 1
    assert stored(Identity, known, "subject") != [NUMBER]
    assert find_open_account(NUMBER, issuer=PHONE) == cast.viggo.account_id
    assert is_in(enter(app, code_for(karen, cast.viggo.person_id)))


def test_a_number_in_clear_is_nobody_elses(karen: FlaskClient, cast: Cast) -> None:
    give_phone(cast)
    code_for(karen, cast.viggo.person_id)
    known = db.session.scalars(select(Identity.id).filter_by(issuer=PHONE)).one()
    in_clear(Identity, known, subject=NUMBER, phone_sealed=None)
    told = {"email": None, "phone": NUMBER, "association_id": None, "now": clock.now()}
    other = do(services.add_volunteer, cast.karen, name="Ruth Ravn", **told)
    assert pressed(karen, f"/frivillige/{other}/kode").status_code == 303
    assert find_open_account(NUMBER, issuer=PHONE) == cast.viggo.account_id


def test_whom_to_ask_at_a_place_is_in_clear_only_where_everybody_may_read_it(cast: Cast) -> None:
    place_id = UUID(do(save_place, cast.karen, HALL, now=clock.now()))
    columns = ("contact_phone", "contact_phone_sealed")
    assert stored(Place, place_id, *columns)[0] is None
    for is_public, lies in ((True, [HALL.contact_phone, None]), (False, None)):
        facts = replace(HALL, contact_is_public=is_public)
        do(save_place, cast.karen, facts, place_id=place_id, now=clock.now())
        assert (stored(Place, place_id, *columns) == lies) is is_public
        assert sealed() == 0
        with acting_for(HOME):
            assert db.session.scalars(select(Place).filter_by(id=place_id)).one().contact_phone == (
                HALL.contact_phone
            )


def test_the_number_of_who_stopped_long_ago_is_forgotten(cast: Cast) -> None:
    give_phone(cast)
    in_clear(Volunteer, viggos(cast), archived_at=clock.now().replace(year=clock.now().year - 3))
    with acting_for(HOME):
        run(clock.today(), clock.now())
    assert stored(Volunteer, viggos(cast), "phone", "phone_sealed") == [None, None]
