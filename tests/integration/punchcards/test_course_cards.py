"""A card that is a course counts no minutes, and nobody reads that it is empty; all cards that run
are shown, and can be reached.
"""

from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.domain.calendar import local_day
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.i18n import force_locale
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.forms.scheme_words import sentences
from klippekort.punchcards.services.cards import grant_card
from tests.builders import DECIDED, a_card, a_scheme, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.papers.test_card_letters import COURSE
from tests.login import log_in

NOW = clock.now()
TODAY = local_day(NOW)


def course_scheme() -> UUID:
    return a_scheme(COURSE, name="Forløbskort", now=NOW)


def a_course_card(cast: Cast) -> UUID:
    scheme = course_scheme()
    with acting_for(HOME):
        made = execute(grant_card, cast.asta, cast.ellen, scheme, from_on=TODAY, now=NOW)
    return UUID(made)


@pytest.fixture
def english(client: FlaskClient, cast: Cast) -> FlaskClient:
    """A browser of the assessor that reads English, for telling words apart."""
    client.set_cookie("lang", "en", domain="localhost")
    return log_in(client, cast.asta)


def test_minutes_are_not_asked_of_a_course_and_refused(english: FlaskClient, cast: Cast):
    scheme = course_scheme()
    path = f"/borgere/{cast.ellen}/klippekort/ny"
    assert 'name="minutes"' not in english.get(f"{path}?scheme={scheme}").text
    said = {
        "key": str(new_id()),
        "scheme": str(scheme),
        "from_on": TODAY.isoformat(),
        "reason": "need_assessed",
        "way": "assessment",
    }
    refused = english.post(path, data={**said, "minutes": "30"})
    assert refused.status_code == 422
    assert "A course counts no minutes" in refused.text
    assert english.post(path, data={**said, "minutes": ""}).status_code == 303


def test_a_course_is_told_as_a_course_among_the_rules(app: Flask):
    with app.test_request_context(), force_locale("en"):
        said = " ".join(str(one) for one in sentences(COURSE))
    for lie in (
        "One klip",
        "30 ",
        "no limit",
        "never lapses",
        "costs ",
        "goes back",
        "lost",
        "saved",
    ):
        assert lie not in said, lie
    assert "It is a course." in said


def test_staff_do_not_read_that_a_course_is_empty(english: FlaskClient, cast: Cast):
    card = a_course_card(cast)
    for path in (f"/borgere/{cast.ellen}", f"/klippekort/{card}", f"/klippekort/{card}/forklaring"):
        page = english.get(path).text
        assert "0 minutes" not in page, path
        assert "0 klip" not in page, path
        assert "course" in page, path


def test_time_is_not_added_to_a_course(client: FlaskClient, cast: Cast):
    card = a_course_card(cast)
    log_in(client, cast.karen)
    assert "/tilfoej" not in client.get(f"/klippekort/{card}/forklaring").text
    assert (
        "/tilfoej" in client.get(f"/klippekort/{a_card(cast, cast.poul, now=NOW)}/forklaring").text
    )


def test_a_card_that_could_pay_is_named_as_a_course(english: FlaskClient, cast: Cast):
    a_card(cast, cast.ellen, now=NOW)
    a_course_card(cast)
    occurrence = an_occurrence(NOW + timedelta(days=3))
    log_in(english, cast.karen)
    page = english.get(f"/borgere/{cast.ellen}/tur/{occurrence}").text
    assert "Forløbskort, a course without minutes" in page


def test_the_assessor_sees_what_is_left_on_each_card(english: FlaskClient, cast: Cast):
    first = a_card(cast, cast.ellen, 90, now=NOW)
    other = a_scheme(DECIDED, name="Et andet kort", now=NOW)
    a_card(cast, cast.ellen, 150, scheme_id=other, now=NOW)
    page = english.get(f"/borgere/{cast.ellen}").text
    assert "3 klip" in page
    assert "5 klip" in page
    assert str(first) in page


def test_each_card_can_be_cut_and_ended_from_the_letters(english: FlaskClient, cast: Cast):
    first = a_card(cast, cast.ellen, now=NOW)
    other = a_scheme(DECIDED, name="Et andet kort", now=NOW)
    second, course = a_card(cast, cast.ellen, scheme_id=other, now=NOW), a_course_card(cast)
    page = english.get(f"/borgere/{cast.ellen}/breve").text
    for card in (first, second):
        assert f"/klippekort/{card}/mindre" in page
        assert f"/klippekort/{card}/afslut" in page
    assert f"/klippekort/{course}/mindre" not in page
    assert f"/klippekort/{course}/afslut" in page
