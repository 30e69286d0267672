"""Whoever has a telephone and no e-mail logs in with six digits that are read aloud."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.accounts.models import Account, Credential, Identity, RoleAssignment
from klippekort.accounts.queries import list_accounts
from klippekort.accounts.queries.telephones import shown_subject
from klippekort.domain.permissions import Role
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.volunteers import services
from klippekort.volunteers.queries import open_volunteer_calls
from tests.cast import HOME, Cast
from tests.integration.activities.looking import faults_at
from tests.integration.volunteers.arrange import add_contact, code_on, do, pressed
from tests.login import log_in

LOG_IN, PHONE = "/log-ind/kode", "20 12 34 57"


def give_phone(cast: Cast, phone: str | None = "+4520123457") -> None:
    profile = services.Profile("Viggo Vang", phone=phone)
    do(services.change_profile, cast.karen, cast.viggo.person_id, profile, now=clock.now())


def ruth(cast: Cast) -> str:
    """Add a volunteer with a telephone and nothing else, and return the id."""
    answer: str = do(
        services.add_volunteer,
        cast.karen,
        name="Ruth Ravn",
        email=None,
        phone="+4520123457",
        association_id=None,
        now=clock.now(),
    )
    return answer


def code_for(karen: FlaskClient, volunteer_id: Any) -> str:
    answer = pressed(karen, f"/frivillige/{volunteer_id}/kode")
    assert answer.status_code == 200
    return code_on(answer.text)


def enter(app: Flask, code: str, phone: str = PHONE) -> FlaskClient:
    browser = app.test_client()
    pressed(browser, LOG_IN, phone=phone, code=code)
    return browser


def is_in(browser: FlaskClient, address: str = "/om-mig") -> bool:
    return browser.get(address).status_code == 200


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_page_is_as_pages_should_be(anybody: FlaskClient) -> None:
    assert faults_at(anybody, LOG_IN) == []


def test_a_code_lets_in_who_has_only_a_telephone(
    karen: FlaskClient, app: Flask, cast: Cast
) -> None:
    code = code_for(karen, ruth(cast))
    assert is_in(enter(app, f"{code[:3]} {code[3:]}"))


def test_a_code_works_once(karen: FlaskClient, app: Flask, cast: Cast) -> None:
    code = code_for(karen, ruth(cast))
    enter(app, code)
    assert not is_in(enter(app, code))


def test_pressing_twice_shows_the_same_code(karen: FlaskClient, cast: Cast) -> None:
    give_phone(cast)
    page = f"/frivillige/{cast.viggo.person_id}/kode"
    key = {"key": "9a0b1f0e-7c55-4f53-9a55-0a1f2b3c4d5e"}
    first, second = (code_on(karen.post(page, data=key).text) for _turn in range(2))
    assert first == second


def test_a_new_code_takes_the_place_of_the_old(karen: FlaskClient, app: Flask, cast: Cast) -> None:
    volunteer_id = ruth(cast)
    old, new = (code_for(karen, volunteer_id) for _turn in range(2))
    assert not is_in(enter(app, old))
    assert is_in(enter(app, new))


@pytest.mark.parametrize(("minutes", "lets_in"), [(14, True), (15, False)])
def test_a_code_works_for_a_quarter_of_an_hour(
    karen: FlaskClient,
    app: Flask,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    minutes: int,
    lets_in: bool,
) -> None:
    code, now = code_for(karen, ruth(cast)), clock.now()
    row = db.session.scalars(select(Credential).filter_by(kind="code")).one()
    assert row.expires_at is not None
    given = row.expires_at - timedelta(minutes=15)
    assert given <= now
    monkeypatch.setattr(clock, "now", lambda: given + timedelta(minutes=minutes))
    assert is_in(enter(app, code)) is lets_in


@pytest.mark.parametrize(("tries", "lets_in"), [(4, True), (5, False)])
def test_five_wrong_tries_use_a_code_up(
    karen: FlaskClient, app: Flask, cast: Cast, tries: int, lets_in: bool
) -> None:
    code = code_for(karen, ruth(cast))
    for _turn in range(tries):
        enter(app, wrong(code))
    assert is_in(enter(app, code)) is lets_in


def test_a_code_goes_with_its_telephone(karen: FlaskClient, app: Flask, cast: Cast) -> None:
    code = code_for(karen, ruth(cast))
    assert not is_in(enter(app, code, phone="20 12 34 58"))


def test_every_wrong_answer_says_the_same(karen: FlaskClient, app: Flask, cast: Cast) -> None:
    code = code_for(karen, ruth(cast))
    known, unknown = (
        app.test_client().post(LOG_IN, data={"key": "", "phone": phone, "code": wrong(code)})
        for phone in (PHONE, "20 12 34 58")
    )
    assert known.status_code == unknown.status_code == 422


@pytest.mark.parametrize("bad", [{"phone": ""}, {"code": "12345"}, {"code": "abcdef"}])
def test_what_is_no_code_costs_no_try(
    karen: FlaskClient, app: Flask, cast: Cast, bad: dict[str, str]
) -> None:
    code_for(karen, ruth(cast))
    facts = {"phone": PHONE, "code": "123456"} | bad
    assert pressed(app.test_client(), LOG_IN, **facts).status_code == 422
    assert db.session.scalars(select(Credential.tries).filter_by(kind="code")).one() == 0


def test_only_a_hash_of_the_code_is_kept(karen: FlaskClient, cast: Cast) -> None:
    code = code_for(karen, ruth(cast))
    stored = db.session.scalars(select(Credential.secret).filter_by(kind="code")).one()
    assert code not in stored
    assert stored.startswith("$argon2id$")


def test_without_a_telephone_there_is_no_code(karen: FlaskClient, cast: Cast) -> None:
    give_phone(cast, None)
    answer = pressed(karen, f"/frivillige/{cast.viggo.person_id}/kode")
    assert answer.location == f"/frivillige/{cast.viggo.person_id}"
    assert db.session.scalars(select(Credential.id).filter_by(kind="code")).all() == []


def test_two_do_not_share_a_telephone(karen: FlaskClient, cast: Cast) -> None:
    code_for(karen, ruth(cast))
    give_phone(cast)
    assert pressed(karen, f"/frivillige/{cast.viggo.person_id}/kode").status_code == 303
    assert len(db.session.scalars(select(Credential.id).filter_by(kind="code")).all()) == 1


def test_a_code_opens_no_account_that_can_do_more(
    karen: FlaskClient, app: Flask, cast: Cast
) -> None:
    give_phone(cast)
    code = code_for(karen, cast.viggo.person_id)

    def promote() -> None:
        db.session.add(
            RoleAssignment(
                account_id=cast.viggo.account_id,
                municipality_id=HOME,
                role=Role.ADMINISTRATOR,
            )
        )

    with acting_for(HOME):
        execute(promote)
    assert not is_in(enter(app, code))
    assert pressed(karen, f"/frivillige/{cast.viggo.person_id}/kode").status_code == 303


def test_a_closed_log_in_gets_no_code(karen: FlaskClient, cast: Cast) -> None:
    volunteer_id = ruth(cast)
    code_for(karen, volunteer_id)
    pressed(karen, f"/frivillige/{volunteer_id}/stop")
    pressed(karen, f"/frivillige/{volunteer_id}/igen")
    assert pressed(karen, f"/frivillige/{volunteer_id}/kode").status_code == 303


def test_a_changed_telephone_holds_from_the_next_code(
    karen: FlaskClient, app: Flask, cast: Cast
) -> None:
    give_phone(cast)
    code_for(karen, cast.viggo.person_id)
    give_phone(cast, "+4520123458")
    code = code_for(karen, cast.viggo.person_id)
    assert not is_in(enter(app, code))
    assert is_in(enter(app, code, phone="20123458"))
    mine = select(Identity).filter_by(account_id=cast.viggo.account_id, issuer="phone")
    assert [shown_subject(one) for one in db.session.scalars(mine)] == ["+4520123458"]


def test_an_associations_contact_gets_a_code(karen: FlaskClient, app: Flask, cast: Cast) -> None:
    answer = pressed(karen, f"/foreninger/kontakter/{add_contact(cast)}/kode")
    assert answer.status_code == 200
    code_on(answer.text)


def test_who_logs_in_by_telephone_stands_in_the_administrators_list(
    karen: FlaskClient, cast: Cast
) -> None:
    code_for(karen, ruth(cast))
    with acting_for(HOME):
        found = {line.name: line.email for line in list_accounts()}
    assert found["Ruth Ravn"] == "+4520123457"


def test_an_account_with_both_is_listed_once_by_its_e_mail(karen: FlaskClient, cast: Cast) -> None:
    give_phone(cast)
    code_for(karen, cast.viggo.person_id)
    with acting_for(HOME):
        found = [line for line in list_accounts() if line.name == "Viggo Vang"]
    assert [(line.email, len(line.roles)) for line in found] == [("viggo@example.dk", 1)]


@pytest.mark.parametrize("who", ["viggo", "ada", "bo"])
def test_only_a_coordinator_gives_codes(client: FlaskClient, cast: Cast, who: str) -> None:
    browser = log_in(client, getattr(cast, who))
    assert pressed(browser, f"/frivillige/{cast.viggo.person_id}/kode").status_code == 403


def test_a_log_in_is_made_only_once(karen: FlaskClient, cast: Cast) -> None:
    volunteer_id = ruth(cast)
    for _turn in range(2):
        code_for(karen, volunteer_id)
    names = db.session.scalars(select(Account.id).filter_by(display_name="Ruth Ravn")).all()
    assert len(names) == 1


ASK = "/log-ind/kode/bed-om"


def wanted() -> list[str]:
    with acting_for(HOME):
        return [call.name for call in open_volunteer_calls(clock.now())]


def test_asking_for_a_code_asks_for_a_call_once(karen: FlaskClient, app: Flask, cast: Cast) -> None:
    code_for(karen, ruth(cast))
    browser = app.test_client()
    assert faults_at(browser, ASK) == []
    for _turn in range(2):
        assert pressed(browser, ASK, phone=PHONE).location == LOG_IN
    assert wanted() == ["Ruth Ravn"]
    assert faults_at(karen, "/frivillige/opfoelgning") == []


def test_asking_for_a_code_tells_nobody_who_is_known(
    karen: FlaskClient, app: Flask, cast: Cast
) -> None:
    code_for(karen, ruth(cast))
    answers = [pressed(app.test_client(), ASK, phone=phone) for phone in (PHONE, "20 12 34 58")]
    assert answers[0].location == answers[1].location
    assert wanted() == ["Ruth Ravn"]


def test_a_number_that_cannot_be_called_is_refused(anybody: FlaskClient) -> None:
    assert pressed(anybody, ASK, phone="12").status_code == 422
