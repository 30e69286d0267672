"""The first-week page says what is there, what is missing, and where to do it."""

import pytest
from flask.testing import FlaskClient

from klippekort.domain.permissions import Actor, Role
from klippekort.municipalities.services import create_municipality
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.services.schemes import adopt_preset
from klippekort.reports import services
from tests.cast import HOME, Cast
from tests.integration.schemes.test_scheme_pages import NEEDED, NEW_YEAR
from tests.login import log_in


def done(actor: Actor) -> set[str]:
    with acting_for(actor.municipality_id):
        return {step.name for step in services.first_week(actor) if step.is_done}


def adopt(cast: Cast, answers: dict[str, str]) -> None:
    with acting_for(HOME):
        execute(
            adopt_preset,
            cast.ada,
            "nyborg",
            name="Klip",
            from_on=NEW_YEAR,
            answers=answers,
            now=clock.now(),
        )


def test_an_empty_municipality_has_everything_to_do(cast: Cast):
    number = execute(create_municipality, "Vigby Kommune", now=clock.now())
    assert done(Actor(number, Role.ADMINISTRATOR)) == set()


def test_what_is_there_is_done(cast: Cast):
    there = {"phone", "suppliers", "districts", "travel", "log_ins", "citizens", "volunteers"}
    assert done(cast.ada) == there


def test_a_scheme_with_open_questions_is_not_done(cast: Cast):
    adopt(cast, {})
    assert "scheme" not in done(cast.ada)


def test_a_scheme_that_can_run_is_done(cast: Cast):
    adopt(cast, NEEDED)
    assert "scheme" in done(cast.ada)


def test_the_other_municipality_does_not_count(cast: Cast):
    assert "volunteers" not in done(Actor(cast.frida.municipality_id, Role.ADMINISTRATOR))


def test_the_page_counts_what_is_done(ada: FlaskClient):
    assert '<progress max="9" value="7"' in ada.get("/foerste-uge").text


def test_a_coordinator_sees_it_without_the_administrators_links(client: FlaskClient, cast: Cast):
    page = log_in(client, cast.karen).get("/foerste-uge")
    assert page.status_code == 200
    assert "/kommunen" not in page.text


def test_the_administrator_is_led_to_the_place(ada: FlaskClient):
    assert 'href="/kommunen#travel"' in ada.get("/foerste-uge").text


@pytest.mark.parametrize("who", ["asta", "bo", "viggo"])
def test_others_do_not_see_it(client: FlaskClient, cast: Cast, who: str):
    assert log_in(client, getattr(cast, who)).get("/foerste-uge").status_code == 403
