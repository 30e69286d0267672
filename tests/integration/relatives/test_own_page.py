"""A citizen lets somebody act for her on her own page, answers what they propose, and stops it."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.accounts.models import Account, RoleAssignment
from klippekort.domain.permissions import Actor, Role
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.relatives.queries.proxies import standings
from klippekort.relatives.queries.relatives import rows_of
from klippekort.relatives.services import proposing
from klippekort.relatives.services.proposing import Days
from tests.builders import MONDAY, a_card
from tests.cast import BORN, HOME, Cast
from tests.integration.relatives.conftest import Browse
from tests.login import log_in
from tests.relatives_site import a_relative, let_in

TODAY = date(2026, 11, 23)


@pytest.fixture
def ellen(app: Flask, cast: Cast) -> FlaskClient:
    """Ellen's own browser, logged in by more than her card."""
    a_card(cast, cast.ellen)
    account = new_id()

    def open_account() -> None:
        db.session.add(Account(id=account, display_name="Ellen", created_at=BORN))
        db.session.flush()
        role = {"municipality_id": HOME, "role": Role.CITIZEN, "person_id": cast.ellen}
        db.session.add(RoleAssignment(account_id=account, **role))

    execute(open_account)
    return log_in(app.test_client(), Actor(HOME, Role.CITIZEN, account, person_id=cast.ellen))


def mine(cast: Cast) -> str:
    return f"/min-side/{cast.ellen}/mine-parorende"


def kin(cast: Cast) -> list[UUID]:
    with acting_for(HOME):
        return [row.id for row in rows_of(cast.ellen)]


def test_she_gives_a_proxy_and_takes_it_back(ellen: FlaskClient, cast: Cast):
    typed = {
        "key": str(uuid4()),
        "name": "Maja Holm",
        "relation": "child",
        "phone": "+46 70 123 45 67",
        "email": "",
        "purposes": ["see", "messages"],
        "until_on": "31-12-2026",
        "is_known": "y",
    }
    without = {**typed, "is_known": "", "purposes": [], "key": str(uuid4())}
    assert ellen.post(f"{mine(cast)}/ny", data=without).status_code == 422
    assert ellen.post(f"{mine(cast)}/ny", data=typed).status_code == 303
    assert "Maja Holm" in ellen.get(mine(cast)).text
    [relative] = kin(cast)
    said = {"key": str(uuid4())}
    assert ellen.post(f"{mine(cast)}/{relative}/stop", data=said).status_code == 303
    with acting_for(HOME):
        assert standings([relative])[relative].proxy is None


def test_she_answers_what_a_relative_proposes(ellen: FlaskClient, cast: Cast, browse: Browse):
    maja = let_in(cast.karen, a_relative(cast.karen, cast.ellen, now=MONDAY), now=MONDAY)
    with acting_for(HOME):
        days = Days("dont_book", TODAY, TODAY, "Vi bager")
        proposal = execute(proposing.propose, maja, cast.ellen, days, now=MONDAY)
    assert "Vi bager" in ellen.get(mine(cast)).text
    said = {"key": str(uuid4()), "answer": "no"}
    assert ellen.post(f"{mine(cast)}/forslag/{proposal}", data=said).status_code == 303
    assert "Vi bager" not in ellen.get(mine(cast)).text


def test_a_relative_gives_nothing_to_anybody_on_her_behalf(cast: Cast, browse: Browse):
    maja = let_in(cast.karen, a_relative(cast.karen, cast.ellen, now=MONDAY), now=MONDAY)
    page = browse(maja)
    for address in (mine(cast), f"{mine(cast)}/ny"):
        assert page.get(address).status_code == 403
    [relative] = kin(cast)
    said = {"key": str(uuid4())}
    assert page.post(f"{mine(cast)}/{relative}/stop", data=said).status_code == 403


def test_she_reaches_no_relative_of_anybody_else(ellen: FlaskClient, cast: Cast):
    fathers = a_relative(cast.karen, cast.poul, now=MONDAY)
    said = {"key": str(uuid4())}
    assert ellen.post(f"{mine(cast)}/{fathers}/stop", data=said).status_code == 404


def test_the_page_tells_on_whose_behalf_it_is_opened(cast: Cast, browse: Browse):
    a_card(cast, cast.ellen)
    maja = let_in(cast.karen, a_relative(cast.karen, cast.ellen, now=MONDAY), now=MONDAY)
    page = browse(replace(maja)).get(f"/min-side/{cast.ellen}")
    assert (page.status_code, "Ellen" in page.text) == (200, True)
    assert "Åvej 7" not in page.text
