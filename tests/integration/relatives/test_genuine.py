"""A statement tells whoever holds it that it is genuine, and altered figures are found."""

import re
import subprocess
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from klippekort.domain.genuine import Figures, code_of, shown_code
from klippekort.domain.proxies import Purpose
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.services import genuine
from tests.builders import MONDAY, a_card
from tests.cast import HOME, Cast
from tests.integration.relatives.conftest import Browse
from tests.integration.tablet import StandingClock
from tests.relatives_site import a_relative, let_in

TODAY = date(2026, 11, 23)
CODE = code_of(987654321987654321987654321)
PAGE = f"/aegte/{shown_code(CODE)}"


@pytest.fixture
def card(cast: Cast) -> UUID:
    card_id = a_card(cast, cast.ellen, 300)
    with acting_for(HOME):
        execute(genuine.make_statement, cast.karen, card_id, on=TODAY, code=CODE, now=MONDAY)
    return card_id


def asked(client: FlaskClient, figures: Figures) -> str:
    said = dict(
        zip("gbut", (figures.given, figures.used, figures.lapsed, figures.left), strict=True)
    )
    return str(client.get(f"{PAGE}?{urlencode(said)}").text)


def test_whoever_holds_it_sees_that_it_is_genuine_and_no_name(client: FlaskClient, card: UUID):
    page = client.get(PAGE).text
    assert "Lindeby Kommune" in page
    assert "Ellen" not in page
    with acting_for(HOME):
        found = genuine.check(shown_code(CODE).lower(), None, now=MONDAY)
    assert found is not None
    assert found.fingerprint[:4] in page


@pytest.mark.parametrize("wrong", [Figures(360, 0, 0, 360), Figures(300, 60, 0, 240)])
def test_altered_figures_are_found(client: FlaskClient, card: UUID, wrong: Figures):
    with acting_for(HOME):
        right = genuine.figures_on(card, TODAY)
        found = [genuine.check(CODE, one, now=MONDAY) for one in (right, wrong)]
    assert [one.fits for one in found if one] == [True, False]
    assert "alert-success" in asked(client, right)
    assert "alert-error" in asked(client, wrong)


def test_a_code_of_nobody_is_no_statement(client: FlaskClient, card: UUID):
    assert client.get("/aegte/K7QF-2MHT-9XPA-04CD").status_code == 404
    assert client.get("/aegte?kode=K7QF").status_code == 422
    answer = client.get(f"/aegte?kode={shown_code(CODE)}")
    assert (answer.status_code, answer.location) == (303, PAGE)


def test_it_is_vouched_for_for_a_year(
    client: FlaskClient, card: UUID, standing_clock: StandingClock
):
    standing_clock.pass_(days=365)
    assert "alert-info" in client.get(PAGE).text
    standing_clock.pass_(days=1)
    assert "alert-warning" in client.get(PAGE).text


def test_codes_are_not_guessed_at_leisure(
    client: FlaskClient, card: UUID, standing_clock: StandingClock
):
    asked = [client.get(f"/aegte/{uuid4().hex[:16]}").status_code for _guess in range(31)]
    assert (asked[29], asked[30]) == (404, 429)
    standing_clock.pass_(minutes=1, seconds=1)
    assert client.get(PAGE).status_code == 200


def test_a_relative_who_may_see_has_one_made_as_a_tagged_pdf(cast: Cast, browse: Browse):
    a_card(cast, cast.ellen, 300)
    sees = a_relative(cast.karen, cast.ellen, purposes={Purpose.SEE}, now=MONDAY)
    maja = browse(let_in(cast.karen, sees, now=MONDAY))
    answer = maja.post(
        f"/min-side/{cast.ellen}/bevis", data={"key": str(uuid4()), "on": "23-11-2026"}
    )
    assert answer.mimetype == "application/pdf", answer.text[:2000]
    read = ["pdftotext", "-layout", "-", "-"]
    text = subprocess.run(read, input=answer.data, capture_output=True, check=True).stdout.decode()
    about = subprocess.run(["pdfinfo", "-"], input=answer.data, capture_output=True, check=True)
    assert re.search(rb"Tagged:\s+yes", about.stdout)
    code = re.search(r"\b(?:[0-9A-Z]{4}-){3}[0-9A-Z]{4}\b", text)
    assert code is not None
    pages = text.split("\f")
    (about_it,) = [page for page in pages if "Er dette papir ægte?" in page]
    assert code[0] in about_it
    assert "fingeraftryk" in about_it
    with acting_for(HOME):
        found = genuine.check(code[0], Figures(300, 0, 0, 300), now=MONDAY)
    assert found is not None
    assert found.fits is True


def test_nobody_else_has_one_made(cast: Cast, browse: Browse, card: UUID):
    blind = a_relative(cast.karen, cast.ellen, purposes={Purpose.PROPOSE}, now=MONDAY)
    maja = browse(let_in(cast.karen, blind, now=MONDAY))
    said = {"key": str(uuid4()), "on": "23-11-2026"}
    assert maja.post(f"/min-side/{cast.ellen}/bevis", data=said).status_code in (403, 404)
    assert browse(cast.frida).get(f"/klippekort/{card}/bevis").status_code == 404
    assert browse(cast.viggo).get(f"/klippekort/{card}/bevis").status_code == 403


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), TODAY - timedelta(days=1)])
def test_a_day_the_card_knows_nothing_of_is_refused(
    cast: Cast, browse: Browse, card: UUID, day: date
):
    answer = browse(cast.karen).post(
        f"/klippekort/{card}/bevis", data={"key": str(uuid4()), "on": day.isoformat()}
    )
    assert answer.status_code == 422
