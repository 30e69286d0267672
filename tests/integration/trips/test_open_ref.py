"""From the care record to the citizen: the same log-in, the same walls, never a person number."""

from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from klippekort.accounts import queries as accounts
from klippekort.citizens.models import Citizen
from klippekort.domain.permissions import Actor, Role
from klippekort.platform.audit import AuditCitizen, AuditLine
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.cast import AWAY, HOME, Cast, make_citizen
from tests.integration.accounts.people import (
    PIN,
    also_works_as,
    answer,
    has_password,
    has_pin,
    sent,
)
from tests.integration.tablet import StandingClock
from tests.integration.trips.conftest import Browse

REF, HERS = "J-000123", "J-000999"


def _call(citizen_id: UUID, ref: str, municipality_id: int) -> None:
    def change() -> None:
        db.session.scalars(select(Citizen).filter_by(id=citizen_id)).one().record_ref = ref

    with acting_for(municipality_id):
        execute(change)


@pytest.fixture(autouse=True)
def called(cast: Cast) -> None:
    """Ellen is J-000123 in the care record; so is somebody in the other municipality."""
    _call(cast.ellen, REF, HOME)
    _call(cast.gudrun, REF, AWAY)


def _purposes(citizen_id: UUID, municipality_id: int = HOME) -> list[str | None]:
    with acting_for(municipality_id):
        lines = select(AuditLine.purpose).join(AuditCitizen, AuditCitizen.line_id == AuditLine.id)
        lines = lines.where(AuditCitizen.citizen_id == citizen_id)
        return list(db.session.scalars(lines.order_by(AuditLine.at, AuditLine.id)))


def _goes_on(client: FlaskClient, first: TestResponse) -> str:
    """Follow from the log-in to where /open leads."""
    assert str(first.location).startswith("/open?ref=")
    return str(client.get(str(first.location)).location)


def test_it_leads_to_the_citizen_and_is_put_on_record(browse: Browse, cast: Cast) -> None:
    assert browse(cast.karen).get(f"/open?ref={REF}").location == f"/borgere/{cast.ellen}"
    assert _purposes(cast.ellen) == ["open_ref"]


def test_blanks_around_it_do_not_matter(browse: Browse, cast: Cast) -> None:
    assert browse(cast.karen).get(f"/open?ref=%20{REF}%20").status_code == 303


@pytest.mark.parametrize("ref", ["J-404", "J-404%00", "x" * 61, "%25", "J-00012_"])
def test_an_unknown_one_is_a_calm_page(browse: Browse, cast: Cast, ref: str) -> None:
    page = browse(cast.karen).get(f"/open?ref={ref}")
    assert page.status_code == 404
    assert page.text.count("<h1") == 1
    assert 'href="/borgere"' in page.text


@pytest.mark.parametrize("number", ["0101501234", "010150-1234", "010150%201234", "010150-AB12"])
def test_a_person_number_is_refused_and_not_shown_again(
    browse: Browse, cast: Cast, number: str, caplog: pytest.LogCaptureFixture
) -> None:
    page = browse(cast.karen).get(f"/open?ref={number}")
    assert page.status_code == 400
    assert "010150" not in page.text + caplog.text


def test_a_person_number_finds_nobody_who_has_it(browse: Browse, cast: Cast) -> None:
    with acting_for(HOME):
        execute(
            lambda: make_citizen(
                "Inger",
                "Ask",
                supplier=cast.supplier,
                district=cast.north,
                person_number="6101501234",
            )
        )
    assert browse(cast.karen).get("/open?ref=6101501234").status_code == 400


def test_without_one_it_leads_to_the_search(browse: Browse, cast: Cast) -> None:
    assert browse(cast.karen).get("/open").location == "/borgere"


def test_a_helper_of_hers_sees_her(browse: Browse, cast: Cast) -> None:
    page = browse(cast.bo).get(f"/open?ref={REF}", follow_redirects=True)
    assert page.request.path == f"/borgere/{cast.ellen}"


def test_another_helper_comes_to_the_ordinary_opening(browse: Browse, cast: Cast) -> None:
    page = browse(cast.mia).get(f"/open?ref={REF}", follow_redirects=True)
    assert page.request.path == f"/borgere/{cast.ellen}/adgang"


def test_a_planner_elsewhere_does_not_learn_that_she_is_there(browse: Browse, cast: Cast) -> None:
    def move() -> None:
        ellen = db.session.scalars(select(Citizen).filter_by(id=cast.ellen)).one()
        ellen.supplier_id = cast.private_supplier

    with acting_for(HOME):
        execute(move)
    assert browse(cast.ida).get(f"/open?ref={REF}").status_code == 404
    assert _purposes(cast.ellen) == []


def test_each_municipality_has_its_own(browse: Browse, cast: Cast) -> None:
    assert browse(cast.frida).get(f"/open?ref={REF}").location == f"/borgere/{cast.gudrun}"
    _call(cast.gudrun, HERS, AWAY)
    assert browse(cast.karen).get(f"/open?ref={HERS}").status_code == 404
    assert _purposes(cast.gudrun, AWAY) == ["open_ref"]


def test_whoever_must_log_in_first_lands_there(client: FlaskClient, cast: Cast) -> None:
    has_password(cast.karen)
    assert client.get(f"/open?ref={REF}").location == "/log-ind"
    assert _goes_on(client, answer(client, cast.karen)) == f"/borgere/{cast.ellen}"


def test_it_survives_a_wrong_password(client: FlaskClient, cast: Cast) -> None:
    has_password(cast.karen)
    client.get(f"/open?ref={REF}")
    answer(client, cast.karen, "forkert forkert")
    assert _goes_on(client, answer(client, cast.karen)) == f"/borgere/{cast.ellen}"


def test_it_is_gone_once_it_is_used(client: FlaskClient, cast: Cast) -> None:
    has_password(cast.karen)
    client.get(f"/open?ref={REF}")
    _goes_on(client, answer(client, cast.karen))
    client.post("/log-ud")
    assert answer(client, cast.karen).location == "/overblik"


def test_it_is_gone_after_ten_minutes(
    client: FlaskClient, cast: Cast, standing_clock: StandingClock
) -> None:
    has_password(cast.karen)
    client.get(f"/open?ref={REF}")
    standing_clock.pass_(minutes=11)
    assert answer(client, cast.karen).location == "/overblik"


def test_it_follows_through_the_choice_of_a_role(client: FlaskClient, cast: Cast) -> None:
    also_works_as(cast.karen, Role.ASSESSOR, HOME)
    has_password(cast.karen)
    client.get(f"/open?ref={REF}")
    assert answer(client, cast.karen).location == "/log-ind/rolle"
    assert _goes_on(client, _choose(client, cast.karen, Role.ASSESSOR)) == f"/borgere/{cast.ellen}"


def test_a_role_that_opens_no_citizens_begins_where_it_does(
    client: FlaskClient, cast: Cast
) -> None:
    has_password(cast.ada)
    client.get(f"/open?ref={REF}")
    assert not str(answer(client, cast.ada).location).startswith("/open")


def _choose(client: FlaskClient, who: Actor, role: Role) -> TestResponse:
    assert who.account_id is not None
    held = accounts.list_assignments(who.account_id)
    chosen = next(row.id for row in held if row.role == role)
    return client.post("/log-ind/rolle", data=sent(role=str(chosen)))


@pytest.mark.parametrize(
    "ref", ["https://example.dk", "//example.dk/x", "/\\example.dk", "javascript:alert(1)"]
)
def test_an_address_leads_nowhere_else(client: FlaskClient, cast: Cast, ref: str) -> None:
    has_password(cast.karen)
    client.get("/open", query_string={"ref": ref})
    first = answer(client, cast.karen)
    assert str(first.location).startswith("/open?ref=")
    assert client.get(str(first.location)).status_code == 404


def test_a_person_number_is_not_kept_for_later(client: FlaskClient, cast: Cast) -> None:
    has_password(cast.karen)
    client.get("/open?ref=010150-1234")
    with client.session_transaction() as kept:
        assert "010150" not in str(dict(kept))
    assert answer(client, cast.karen).location == "/overblik"


@pytest.fixture
def bos(app: Flask, cast: Cast) -> FlaskClient:
    """A locked tablet that Bo has a PIN for."""
    has_password(cast.bo)
    has_pin(cast.bo)
    client = app.test_client()
    answer(client, cast.bo)
    client.post("/tablet/laas")
    return client


def _back(client: FlaskClient, who: Actor) -> TestResponse:
    return client.post("/tablet/laas-op", data=sent(person=str(who.account_id), pin=PIN))


def test_a_locked_tablet_opens_there_with_the_pin(bos: FlaskClient, cast: Cast) -> None:
    assert bos.get(f"/open?ref={REF}").location == "/tablet/laas-op"
    assert _goes_on(bos, _back(bos, cast.bo)) == f"/borgere/{cast.ellen}"


def test_locking_the_tablet_forgets_it(bos: FlaskClient, cast: Cast) -> None:
    bos.get(f"/open?ref={REF}")
    bos.post("/tablet/laas")
    assert _back(bos, cast.bo).location == "/i-dag"
