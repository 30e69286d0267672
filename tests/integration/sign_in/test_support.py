"""A supporter from outside gets in for some hours, looks, and is on record."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.accounts.models import Account, Credential
from klippekort.accounts.models.sign_in import RecoveryCode
from klippekort.accounts.queries.support import get_support, list_support, pages_opened
from klippekort.accounts.services import EmailTaken
from klippekort.accounts.services.one_time_passwords import begin_enrolment, new_recovery_codes
from klippekort.accounts.services.sessions import begin_session
from klippekort.accounts.services.support import (
    StillOpen,
    Wanted,
    end_support,
    give_support,
)
from klippekort.citizens.forms.look_words import PURPOSES, ROLES, purpose_words, role_words
from klippekort.citizens.queries import get_citizen, list_looks
from klippekort.config import MailServer
from klippekort.domain.errors import Forbidden
from klippekort.domain.permissions import Action, Role
from klippekort.messages.models import MessageDelivery
from klippekort.platform.audit import SUPPORT, AuditLine, audit_write, record
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast, make_citizen
from tests.integration.accounts.people import NOON, RIGHT, answer, in_home, sent
from tests.login import log_in

LOOK = Wanted("Sanne Support", "sanne@firma.dk", Role.COORDINATOR, "Se på en fejl i et kort", 4)

TYPED = {
    "name": LOOK.name,
    "email": LOOK.email,
    "role": "coordinator",
    "purpose": LOOK.purpose,
    "hours": "4",
}


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def _let_in(cast: Cast, client: FlaskClient, wanted: Wanted = LOOK) -> str:
    support_id = str(in_home(cast.ada, give_support, wanted, password=RIGHT, now=NOON))
    account = db.session.scalars(select(Account).filter_by(display_name=wanted.name)).one()
    secret = execute(begin_session, account.id, NOON)
    client.set_cookie("session", secret, domain="localhost")
    return support_id


def test_a_supporter_sees_what_the_role_sees(cast: Cast, client: FlaskClient):
    _let_in(cast, client)
    assert client.get(f"/borgere/{cast.ellen}").status_code == 200


def test_a_supporter_changes_nothing(cast: Cast, client: FlaskClient):
    _let_in(cast, client)
    told = sent(from_day="2026-04-01", reason="holiday")
    assert client.post(f"/borgere/{cast.ellen}/fravaer", data=told).status_code == 403


def test_a_supporter_who_may_change_does_nothing_grave(cast: Cast, client: FlaskClient):
    _let_in(cast, client, replace(LOOK, role=Role.ADMINISTRATOR, may_change=True))
    assert client.get("/log-ins").status_code == 200
    assert client.get("/log-ins/opret/koordinator").status_code == 403


def test_it_ends_by_itself(cast: Cast, client: FlaskClient):
    _let_in(cast, client)
    with time_machine.travel(NOON + timedelta(hours=4), tick=False):
        assert client.get("/min-konto").status_code == 303


def test_an_administrator_ends_it_at_once(cast: Cast, client: FlaskClient):
    support_id = _let_in(cast, client)
    in_home(cast.ada, end_support, UUID(support_id), now=NOON)
    assert client.get("/min-konto").status_code == 303


def test_each_page_is_on_record_with_the_access(cast: Cast, client: FlaskClient):
    support_id = _let_in(cast, client)
    client.get(f"/borgere/{cast.ellen}")
    client.get("/log-ins")
    with acting_for(HOME):
        pages = pages_opened(UUID(support_id))
        looks = db.session.scalars(select(AuditLine).filter_by(action="see_citizen")).all()
    assert {(one.details["page"], one.details["status"]) for one in pages} == {
        ("trips.citizen", 200),
        ("accounts.manage", 403),
    }
    assert {line.details["support"] for line in looks} == {support_id}


def test_every_administrator_hears_of_it(cast: Cast, app: Flask, client: FlaskClient):
    before = app.extensions["settings"]
    server = MailServer("127.0.0.1", 1, "none", "svar@lindeby.example")
    app.extensions["settings"] = replace(before, mail=server)
    _let_in(cast, client)
    app.extensions["settings"] = before
    with acting_for(HOME):
        told = db.session.scalars(select(MessageDelivery)).all()
    assert [(one.channel, one.recipient_id) for one in told] == [("email", cast.ada.account_id)]
    page = log_in(app.test_client(), cast.ada).get("/foerste-uge").text
    assert "Sanne Support" in page


def test_the_password_needs_a_code_from_an_app_too(cast: Cast, client: FlaskClient):
    in_home(cast.ada, give_support, LOOK, password=RIGHT, now=NOON)
    said = sent(email=LOOK.email, password=RIGHT)
    assert client.post("/log-ind", data=said).location.startswith("/log-ind/engangskode/")


def test_nobody_who_works_here_becomes_a_supporter(cast: Cast):
    with pytest.raises(EmailTaken):
        in_home(
            cast.ada,
            give_support,
            replace(LOOK, email="karen@example.dk"),
            password=RIGHT,
            now=NOON,
        )


def test_only_an_administrator_lets_in(cast: Cast):
    with pytest.raises(Forbidden):
        in_home(cast.karen, give_support, LOOK, password=RIGHT, now=NOON)


def test_the_form_lets_in_and_shows_the_password_once(cast: Cast, app: Flask, client: FlaskClient):
    answered = log_in(client, cast.ada).post("/log-ins/support/ny", data=sent(**TYPED))
    assert answered.status_code == 200
    found = client.get("/log-ins/support").text
    assert "Se på en fejl i et kort" in found
    assert answer(app.test_client(), cast.karen).status_code == 422


@pytest.mark.parametrize(
    "said", [{"hours": "73"}, {"hours": "0"}, {"purpose": "kort"}, {"purpose": "Se på 010248-1234"}]
)
def test_a_foolish_wish_is_refused_at_its_field(
    cast: Cast, client: FlaskClient, said: dict[str, str]
):
    facts = TYPED | said
    assert (
        log_in(client, cast.ada).post("/log-ins/support/ny", data=sent(**facts)).status_code == 422
    )


METTE = replace(LOOK, name="Mette Madsen")
LATER = NOON + timedelta(hours=5)


def _account_of(name: str) -> UUID:
    return db.session.scalars(select(Account.id).filter_by(display_name=name)).one()


def _secrets_of(account_id: UUID) -> int:
    held = select(Credential.id).filter_by(account_id=account_id)
    codes = select(RecoveryCode.id).filter_by(account_id=account_id)
    return len(db.session.scalars(held).all()) + len(db.session.scalars(codes).all())


def test_another_name_does_not_get_in_by_an_open_access(cast: Cast, client: FlaskClient):
    in_home(cast.ada, give_support, LOOK, password=RIGHT, now=NOON)
    with pytest.raises(StillOpen) as refusal:
        in_home(cast.ada, give_support, METTE, password=RIGHT, now=NOON)
    assert (refusal.value.name, refusal.value.ends_at) == (LOOK.name, NOON + timedelta(hours=4))
    told = sent(**(TYPED | {"name": METTE.name}))
    answered = log_in(client, cast.ada).post("/log-ins/support/ny", data=told)
    assert answered.status_code == 422
    assert LOOK.name in answered.text


def test_another_name_later_is_another_account_with_nothing_of_the_first(
    cast: Cast, app: Flask, client: FlaskClient
):
    in_home(cast.ada, give_support, LOOK, password=RIGHT, now=NOON)
    first = _account_of(LOOK.name)
    execute(begin_enrolment, first, now=NOON)
    execute(new_recovery_codes, first)
    with time_machine.travel(LATER, tick=False):
        in_home(cast.ada, give_support, METTE, password="en ny adgangskode", now=LATER)
        said = sent(email=METTE.email, password="en ny adgangskode")
        page = client.post("/log-ind", data=said).location
        assert client.get(page).location.endswith("/opret")
        with acting_for(HOME):
            names = [line.name for line in list_support(LATER)]
        old = sent(email=LOOK.email, password=RIGHT)
        assert app.test_client().post("/log-ind", data=old).status_code == 422
    assert names == [METTE.name, LOOK.name]
    assert _account_of(METTE.name) != first
    assert _secrets_of(first) == 0


def test_the_same_person_anew_ends_the_earlier_access_for_all_to_see(cast: Cast):
    first_id = in_home(cast.ada, give_support, LOOK, password=RIGHT, now=NOON)
    first = _account_of(LOOK.name)
    soon = NOON + timedelta(hours=1)
    second_id = in_home(cast.ada, give_support, LOOK, password="en ny adgangskode", now=soon)
    with acting_for(HOME):
        earlier, later = (get_support(UUID(one), soon) for one in (first_id, second_id))
    assert (earlier.is_open, earlier.ends_at, later.is_open) == (False, soon, True)
    assert _secrets_of(first) == 0


def test_her_look_is_told_as_that_of_support_from_outside(cast: Cast, client: FlaskClient):
    support_id = _let_in(cast, client)
    client.get(f"/borgere/{cast.ellen}")
    with acting_for(HOME):
        look = db.session.scalars(select(AuditLine).filter_by(action="see_citizen")).one()
    assert (look.role, look.purpose) == ("support", "support")
    assert look.details == {"support": support_id, "as": "coordinator"}


def test_what_was_opened_is_told_in_words_with_the_citizen(
    cast: Cast, app: Flask, client: FlaskClient
):
    support_id = _let_in(cast, client)
    for page in (f"/borgere/{cast.ellen}", "/min-konto/log-ind", "/log-ins"):
        client.get(page)
    shown = log_in(app.test_client(), cast.ada).get(f"/log-ins/support/{support_id}").text
    table = shown[shown.index("<table") :]
    assert "Ellen" in table
    assert not any(word in table for word in ("trips.", "accounts.", "<td></td>"))


def _crowd(cast: Cast, number: int) -> list[UUID]:
    """Add so many citizens beside Ellen, and return their ids."""
    with acting_for(HOME):
        supplier = get_citizen(cast.ellen).supplier_id
        return [
            execute(make_citizen, f"Dorte{turn}", "Dam", supplier=supplier, district=cast.north)
            for turn in range(number)
        ]


def _opened(cast: Cast, client: FlaskClient, shown: list[UUID]) -> str:
    """Return the table of what was opened, where one page showed some citizens."""
    support_id = UUID(in_home(cast.ada, give_support, LOOK, password=RIGHT, now=NOON))
    page = {"page": "citizens.find", "method": "GET", "status": 200, "shown": shown}
    kind = "support_access"
    with acting_for(HOME):
        audit_write(
            record, cast.ada, Action.USE_SUPPORT, kind, support_id, purpose="support", **page
        )
    answered = log_in(client, cast.ada).get(f"/log-ins/support/{support_id}").text
    return answered[answered.index("<h1") :]


def test_a_page_that_showed_many_names_five_and_counts_the_rest(cast: Cast, client: FlaskClient):
    crowd = _crowd(cast, 7)
    table = _opened(cast, client, crowd)
    assert table.count("Dorte") == 5
    assert re.search(r"Dam\b[^<,]* 2 [^<,]*</td>", table)
    with acting_for(HOME):
        assert sum(len(list_looks(one)) for one in crowd) == 5  # who was not named was not seen


def test_a_page_that_showed_five_names_them_all(cast: Cast, client: FlaskClient):
    table = _opened(cast, client, _crowd(cast, 5))
    assert "Dorte0 Dam, Dorte1 Dam, Dorte2 Dam, Dorte3 Dam, Dorte4 Dam</td>" in table


def test_what_was_opened_says_that_it_is_told_as_the_citizen_reads_it(
    cast: Cast, client: FlaskClient
):
    assert "som borgeren læser det" in _opened(cast, client, [cast.ellen])


def test_the_hours_of_a_support_access_are_no_opening_hours(cast: Cast, client: FlaskClient):
    page = log_in(client, cast.ada).get("/log-ins/support/ny").text
    assert "Tider" not in page


def test_whoever_may_only_look_is_told_so(cast: Cast, client: FlaskClient):
    _let_in(cast, client)
    told = sent(from_day="2026-04-01", reason="holiday")
    page = client.post(f"/borgere/{cast.ellen}/fravaer", data=told).text
    assert "Spørg din leder" not in page


def test_one_look_of_hers_stands_once_in_the_citizens_own_log(cast: Cast, client: FlaskClient):
    _let_in(cast, client)
    client.get(f"/borgere/{cast.ellen}")
    with acting_for(HOME):
        (look,) = list_looks(cast.ellen)
    told = (role_words(look.role), purpose_words(look.purpose, look.action))
    assert told == (str(ROLES[SUPPORT]), str(PURPOSES[SUPPORT]))
    assert str(ROLES[Role.COORDINATOR]) not in told
