"""The citizen's own page opens for the code and the PIN, and for nothing else."""

import logging
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.domain.schemes import Allowance, Measure
from klippekort.groups import services as groups
from klippekort.platform import clock
from klippekort.platform.audit import AuditLine
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.services.card_keys import reopen_key, replace_lost_key
from klippekort.punchcards.services.cards import grant_card
from tests.builders import DECIDED, a_scheme
from tests.cast import HOME
from tests.integration.activities.looking import faults_at
from tests.integration.groups.arrange import a_group, let_in, run
from tests.integration.own_page.arrange import (
    PIN,
    Story,
    audit_of_citizen,
    book,
    give_card,
    type_pin,
)
from tests.integration.own_page.visits import by_card
from tests.login import log_in


def test_the_code_alone_shows_nothing_of_hers(client: FlaskClient, story: Story) -> None:
    page = client.get(f"/kort/lindeby/{give_card(story)}").text
    assert "Ellen" not in page


def test_code_and_pin_open_the_page(client: FlaskClient, story: Story) -> None:
    token = give_card(story)
    assert type_pin(client, token, PIN).status_code == 303
    assert "<h1>Hej Ellen</h1>" in client.get(f"/kort/lindeby/{token}").text


def test_blanks_in_the_pin_are_forgiven(client: FlaskClient, story: Story) -> None:
    assert type_pin(client, give_card(story), " 47 11 ").status_code == 303


def test_the_page_tells_who_fetches_her_and_when(client: FlaskClient, story: Story) -> None:
    book(story)
    token = give_card(story)
    type_pin(client, token, PIN)
    page = client.get(f"/kort/lindeby/{token}").text
    facts = ("Bo Berg", "13.50", "Kulturhuset", "35 kr.")
    assert [fact for fact in facts if fact not in page] == []


def test_the_page_has_the_phone_number_as_a_link(client: FlaskClient, story: Story) -> None:
    token = give_card(story)
    type_pin(client, token, PIN)
    assert 'href="tel:+4520123456"' in client.get(f"/kort/lindeby/{token}").text


def test_the_page_is_never_kept_by_the_browser(client: FlaskClient, story: Story) -> None:
    token = give_card(story)
    type_pin(client, token, PIN)
    assert "no-store" in client.get(f"/kort/lindeby/{token}").headers["Cache-Control"]


def test_a_wrong_pin_says_how_many_tries_are_left(client: FlaskClient, story: Story) -> None:
    answer = type_pin(client, give_card(story), "9999")
    assert answer.status_code == 422
    assert "4 forsøg" in answer.text


def test_what_is_not_four_digits_costs_no_try(client: FlaskClient, story: Story) -> None:
    token = give_card(story)
    for _ in range(6):
        type_pin(client, token, "47")
    assert type_pin(client, token, PIN).status_code == 303


def _lock(client: FlaskClient, token: str) -> None:
    for _ in range(5):
        type_pin(client, token, "9999")


def test_five_wrong_pins_lock_the_card(client: FlaskClient, story: Story) -> None:
    token = give_card(story)
    _lock(client, token)
    type_pin(client, token, PIN)
    assert "Kortet er låst" in client.get(f"/kort/lindeby/{token}").text


def test_staff_open_a_locked_card_again(client: FlaskClient, story: Story) -> None:
    token = give_card(story)
    _lock(client, token)
    with acting_for(HOME):
        execute(reopen_key, story.cast.asta, story.cast.ellen, now=clock.now())
    type_pin(client, token, PIN)
    assert "Hej Ellen" in client.get(f"/kort/lindeby/{token}").text


def test_a_right_pin_forgives_the_wrong_ones_before_it(client: FlaskClient, story: Story) -> None:
    token = give_card(story)
    for pin in ("9999", "9998", "9997", PIN):
        type_pin(client, token, pin)
    assert "4 forsøg" in type_pin(client, token, "9999").text


def test_a_lost_card_says_so_and_shows_nothing(client: FlaskClient, story: Story) -> None:
    token = give_card(story)
    type_pin(client, token, PIN)
    with acting_for(HOME):
        execute(replace_lost_key, story.cast.asta, story.cast.ellen, now=clock.now())
    page = client.get(f"/kort/lindeby/{token}")
    assert page.status_code == 410
    assert "Ellen" not in page.text


def test_an_unknown_code_is_met_kindly(client: FlaskClient, story: Story) -> None:
    page = client.get("/kort/lindeby/findesikke")
    assert page.status_code == 404
    assert "20 12 34 56" in page.text


def test_an_unknown_municipality_is_met_kindly(client: FlaskClient, story: Story) -> None:
    assert client.get(f"/kort/nowhere/{give_card(story)}").status_code == 404


def test_another_municipalitys_address_opens_nothing(client: FlaskClient, story: Story) -> None:
    token = give_card(story)
    assert client.get(f"/kort/bakkeby/{token}").status_code == 404
    assert type_pin(client, token, PIN, "bakkeby").status_code == 404


def test_one_cards_cookie_does_not_open_another(client: FlaskClient, story: Story) -> None:
    type_pin(client, give_card(story), PIN)
    client_cookie = client.get_cookie("card", path="/kort")
    token = give_card(story)
    assert client_cookie is not None
    assert "Hej Ellen" not in client.get(f"/kort/lindeby/{token}").text


def test_closing_ends_the_session_for_copies_of_the_cookie_too(
    client: FlaskClient, story: Story
) -> None:
    token = give_card(story)
    type_pin(client, token, PIN)
    cookie = client.get_cookie("card", path="/kort")
    assert cookie is not None
    client.post(f"/kort/lindeby/{token}/luk")
    client.set_cookie("card", cookie.value, path="/kort", domain="localhost")
    assert "Hej Ellen" not in client.get(f"/kort/lindeby/{token}").text


def test_tries_and_looks_are_on_record_as_hers(client: FlaskClient, story: Story) -> None:
    token = give_card(story)
    type_pin(client, token, "9999")
    type_pin(client, token, PIN)
    client.get(f"/kort/lindeby/{token}")
    lines = [(line.purpose, line.details.get("outcome")) for line in audit_of_citizen()]
    assert lines == [("own_card", "wrong_pin"), ("own_card", "opened"), ("own_page", None)]


def test_a_look_is_hers_also_where_a_helper_is_logged_in(client: FlaskClient, story: Story) -> None:
    log_in(client, story.cast.bo)
    token = give_card(story)
    type_pin(client, token, PIN)
    client.get(f"/kort/lindeby/{token}")
    assert audit_of_citizen()[-1].purpose == "own_page"


def test_neither_code_nor_pin_is_on_record(
    client: FlaskClient, story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        token = give_card(story)
        type_pin(client, token, "9999")
        type_pin(client, token, PIN)
        client.get(f"/kort/lindeby/{token}")
    with acting_for(HOME):
        said = str([line.details for line in db.session.scalars(select(AuditLine))]) + caplog.text
    assert token not in said
    assert PIN not in said


def test_her_groups_are_linked_to_once_she_is_in_one(client: FlaskClient, story: Story) -> None:
    cast, token = story.cast, give_card(story)
    type_pin(client, token, PIN)
    path = f"/kort/lindeby/{token}/grupper"
    before = path in client.get(f"/kort/lindeby/{token}").text
    group = a_group(cast, "self_help")
    place = run(groups.suggest, cast.karen, group, cast.ellen, now=clock.now())
    let_in(cast, UUID(place), now=clock.now())
    assert (before, path in client.get(f"/kort/lindeby/{token}").text) == (False, True)


def test_she_says_herself_what_she_likes_to_be_called(client: FlaskClient, story: Story) -> None:
    token = give_card(story)
    type_pin(client, token, PIN)
    page = f"/kort/lindeby/{token}/kaldenavn"
    assert faults_at(client, page) == []
    answer = client.post(page, data={"key": str(new_id()), "name": " Musse "})
    assert answer.status_code == 303
    assert 'value="Musse"' in client.get(page).text


def test_each_card_that_runs_is_on_her_page_a_course_without_minutes(
    client: FlaskClient, story: Story
) -> None:
    scheme = a_scheme(
        replace(DECIDED, measured_in=Measure.COURSE, allowance=Allowance(minutes=0)),
        name="Forløbskort",
    )
    with acting_for(HOME):
        wanted: dict[str, Any] = {"from_on": clock.today(), "now": clock.now()}
        execute(grant_card, story.cast.asta, story.cast.ellen, scheme, **wanted)
    client.set_cookie("lang", "en", domain="localhost")
    page = client.get(by_card(client, story)).text
    assert page.count("Left on your card") == 1
    assert page.count("It is a course.") == 1
    assert "0 minutes" not in page
