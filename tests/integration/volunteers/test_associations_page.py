"""Associations: agreements, contacts, limits, and parting."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.domain.errors import Forbidden
from klippekort.domain.permissions import Actor
from klippekort.platform import clock, events
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.volunteers import queries, services
from klippekort.volunteers.queries import ReliesOnAssociation, Relying
from tests.cast import AWAY, HOME, Cast
from tests.integration.activities.looking import faults_at
from tests.integration.volunteers.arrange import (
    add_contact,
    contact_actor,
    do,
    pressed,
    see,
)
from tests.login import log_in

LIST, OWN = "/foreninger", "/min-forening"


def page_of(cast: Cast) -> str:
    return f"{LIST}/{cast.association}"


def terms(**facts: Any) -> dict[str, Any]:
    told = {"scope": "To gåture om ugen", "from_on": "2026-01-01", "signed_by": "Formanden"}
    return {"key": str(uuid4())} | told | facts


@pytest.fixture
def inge(app: Flask, cast: Cast) -> FlaskClient:
    """The browser of the card club's contact."""
    return log_in(app.test_client(), contact_actor(cast, add_contact(cast)))


@pytest.mark.parametrize("tail", ["", "/ret", "/aftale", "/kontakt", "/graense", "/slet"])
def test_the_pages_are_as_pages_should_be(karen: FlaskClient, cast: Cast, tail: str) -> None:
    add_contact(cast)
    karen.post(f"{page_of(cast)}/aftale", data=terms())
    assert faults_at(karen, f"{page_of(cast)}{tail}") == []


@pytest.mark.parametrize("address", [LIST, f"{LIST}/ny"])
def test_the_list_is_as_pages_should_be(karen: FlaskClient, address: str) -> None:
    assert faults_at(karen, address) == []


def test_an_association_is_added_once(karen: FlaskClient) -> None:
    assert pressed(karen, f"{LIST}/ny", name="Biblioteket").status_code == 303
    assert pressed(karen, f"{LIST}/ny", name="BIBLIOTEKET").status_code == 422


def test_a_name_is_changed_but_not_to_anothers(karen: FlaskClient, cast: Cast) -> None:
    pressed(karen, f"{LIST}/ny", name="Biblioteket")
    page = f"{page_of(cast)}/ret"
    assert pressed(karen, page, name="biblioteket").status_code == 422
    assert pressed(karen, page, name="Kortklubben af 1912", phone="20123457").status_code == 303
    row = see(queries.get_association, cast.association)
    assert (row.name, row.phone) == ("Kortklubben af 1912", "+4520123457")


def test_an_agreement_is_kept_with_those_before_it(karen: FlaskClient, cast: Cast) -> None:
    karen.post(f"{page_of(cast)}/aftale", data=terms(until_on="2026-06-30"))
    karen.post(f"{page_of(cast)}/aftale", data=terms(from_on="2026-07-01", signed_by="Kasserer"))
    found = see(queries.agreements_of, cast.association)
    assert [one.signed_by for one in found] == ["Kasserer", "Formanden"]
    holds = see(queries.find_agreement, cast.association, found[1].until_on)
    assert holds.signed_by == "Formanden"


@pytest.mark.parametrize(
    "bad",
    [{"scope": ""}, {"signed_by": ""}, {"from_on": "31-11-2026"}, {"until_on": "2025-12-31"}],
)
def test_a_bad_agreement_keeps_what_was_typed(
    karen: FlaskClient, cast: Cast, bad: dict[str, str]
) -> None:
    answer = karen.post(f"{page_of(cast)}/aftale", data=terms(insurance="Egen police") | bad)
    assert answer.status_code == 422
    assert "Egen police" in answer.text


@pytest.mark.parametrize(("days", "is_told"), [(60, True), (61, False), (0, True)])
def test_an_agreement_that_ends_is_told_of_in_time(
    karen: FlaskClient, cast: Cast, days: int, is_told: bool
) -> None:
    until = clock.today() + timedelta(days=days)
    karen.post(f"{page_of(cast)}/aftale", data=terms(until_on=until.isoformat()))
    assert bool(see(queries.ending_agreements, clock.today())) is is_told
    assert ("Kortklubben" in karen.get("/frivillige/opfoelgning").text) is is_told


def test_an_agreement_that_is_renewed_is_not_told_of(karen: FlaskClient, cast: Cast) -> None:
    soon = clock.today() + timedelta(days=5)
    karen.post(f"{page_of(cast)}/aftale", data=terms(until_on=soon.isoformat()))
    karen.post(f"{page_of(cast)}/aftale", data=terms(from_on=soon.isoformat()))
    assert see(queries.ending_agreements, clock.today()) == []


def test_an_association_others_rely_on_is_not_removed(karen: FlaskClient, cast: Cast) -> None:
    page = karen.get(f"{page_of(cast)}/slet")
    assert "Viggo Vang" in page.text
    answer = pressed(karen, f"{page_of(cast)}/slet")
    assert answer.status_code == 409
    assert "Viggo Vang" in answer.text
    assert see(queries.get_association, cast.association)


def test_features_above_say_what_of_theirs_relies(
    karen: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering = {ReliesOnAssociation: [lambda asked: [Relying("activities", ("Whist",))]]}
    monkeypatch.setattr(events, "_answers", answering)
    assert "Whist" in karen.get(f"{page_of(cast)}/slet").text


def test_one_does_not_part_while_something_is_to_come(
    karen: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering = [lambda asked: [Relying("activities", ("Whist",))]]
    monkeypatch.setitem(events._answers, ReliesOnAssociation, answering)
    page = pressed(karen, f"{page_of(cast)}/stop").location
    assert "Whist" in karen.get(page).text
    assert faults_at(karen, page) == []
    assert len(see(queries.list_associations)) == 1


def test_an_association_nobody_relies_on_is_removed(karen: FlaskClient) -> None:
    page = pressed(karen, f"{LIST}/ny", name="Biblioteket").location
    karen.post(f"{page}/aftale", data=terms())
    pressed(karen, f"{page}/kontakt", name="Inge Iversen")
    assert faults_at(karen, f"{page}/slet") == []
    assert pressed(karen, f"{page}/slet").location == LIST
    assert see(queries.find_association, "Biblioteket") is None


def test_parting_keeps_everything_and_ends_the_log_ins(
    karen: FlaskClient, inge: FlaskClient, cast: Cast
) -> None:
    assert inge.get(OWN).status_code == 200
    assert pressed(karen, f"{page_of(cast)}/stop").status_code == 303
    assert pressed(karen, f"{page_of(cast)}/stop").status_code == 303
    assert inge.get(OWN).status_code == 303
    assert see(queries.list_associations) == []
    assert faults_at(karen, page_of(cast)) == []
    assert faults_at(karen, LIST) == []
    assert karen.post(f"{page_of(cast)}/aftale", data=terms()).status_code == 422
    pressed(karen, f"{page_of(cast)}/igen")
    assert len(see(queries.list_associations)) == 1


@pytest.mark.parametrize("address", [OWN, f"{OWN}/graense"])
def test_a_contacts_pages_are_as_pages_should_be(inge: FlaskClient, address: str) -> None:
    assert faults_at(inge, address) == []


def test_a_contact_sees_the_own_agreement_and_members(
    karen: FlaskClient, inge: FlaskClient, cast: Cast
) -> None:
    karen.post(f"{page_of(cast)}/aftale", data=terms())
    text = inge.get(OWN).text
    assert "To gåture om ugen" in text
    assert "Viggo Vang" in text


def test_a_contact_learns_nothing_of_records(inge: FlaskClient, cast: Cast) -> None:
    profile = services.Profile("Viggo Vang", drives=True)
    do(services.change_profile, cast.karen, cast.viggo.person_id, profile, now=clock.now())
    inge.set_cookie("lang", "en", domain="localhost")
    text = inge.get(OWN).text
    assert "own check is not in place" in text
    assert "riminal record" not in text


def test_a_contact_sees_none_of_another_associations_members(
    karen: FlaskClient, inge: FlaskClient
) -> None:
    pressed(karen, "/frivillige/ny", name="Ruth Ravn", new_association="Biblioteket")
    assert "Ruth Ravn" not in inge.get(OWN).text


def limits() -> dict[UUID, int]:
    """Return the most guests a month of each association that has said, by its id."""
    everyone = queries.list_associations()
    return {row.id: row.load_limit for row in everyone if row.load_limit is not None}


def test_a_contact_sets_the_own_limit(inge: FlaskClient, cast: Cast) -> None:
    assert pressed(inge, f"{OWN}/graense", guests="8").location == OWN
    assert see(limits) == {cast.association: 8}
    pressed(inge, f"{OWN}/graense", guests="")
    assert see(limits) == {}


@pytest.mark.parametrize("bad", ["-1", "1001", "many"])
def test_a_bad_limit_is_not_kept(inge: FlaskClient, bad: str) -> None:
    assert pressed(inge, f"{OWN}/graense", guests=bad).status_code == 422
    assert see(limits) == {}


def test_the_coordinator_sets_a_limit_for_them(karen: FlaskClient, cast: Cast) -> None:
    pressed(karen, f"{page_of(cast)}/graense", guests="0")
    assert see(limits) == {cast.association: 0}


def test_a_contact_sets_no_other_associations_limit(cast: Cast) -> None:
    contact = contact_actor(cast, add_contact(cast))
    other = do(services.add_association, cast.karen, "Biblioteket")
    with acting_for(HOME), pytest.raises(Forbidden):
        execute(services.set_load_limit, contact, UUID(other), guests=1)


def test_a_contact_opens_nothing_else(inge: FlaskClient, cast: Cast) -> None:
    for address in (LIST, page_of(cast), "/frivillige", "/overblik", "/borgere"):
        assert inge.get(address).status_code == 403


def test_a_removed_contact_is_shut_out(karen: FlaskClient, app: Flask, cast: Cast) -> None:
    contact_id = add_contact(cast)
    browser = log_in(app.test_client(), contact_actor(cast, contact_id))
    pressed(karen, f"{LIST}/kontakter/{contact_id}/fjern")
    assert browser.get(OWN).status_code == 303
    assert list(see(queries.contacts_of, cast.association)) == []


def test_an_administrator_gives_a_contact_a_password(client: FlaskClient, cast: Cast) -> None:
    page, ada = f"{LIST}/kontakter/{add_contact(cast)}/log-in", log_in(client, cast.ada)
    assert faults_at(ada, page) == []
    assert pressed(ada, page, email="inge@example.dk").status_code == 200
    assert faults_at(ada, page_of(cast)) == []


@pytest.mark.parametrize("who", ["viggo", "bo", "asta", "ida"])
def test_others_do_not_see_the_associations(client: FlaskClient, cast: Cast, who: str) -> None:
    assert log_in(client, getattr(cast, who)).get(LIST).status_code == 403


@pytest.mark.parametrize("tail", ["", "/ret", "/aftale", "/kontakt", "/graense", "/slet"])
def test_another_municipalitys_association_is_not_found(
    karen: FlaskClient, cast: Cast, tail: str
) -> None:
    elsewhere = Actor(AWAY, cast.karen.role, cast.karen.account_id)
    with acting_for(AWAY):
        theirs = execute(services.add_association, elsewhere, "Bakkeby Bridge")
    assert karen.get(f"{LIST}/{theirs}{tail}").status_code == 404
    assert pressed(karen, f"{LIST}/{theirs}/stop").status_code == 404
