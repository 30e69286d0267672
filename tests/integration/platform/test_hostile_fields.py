"""What no person types: a NUL, white space for a choice, JSON for a form, days of another age."""

from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from klippekort.municipalities.models import District
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.forms.editor import SECTIONS
from klippekort.punchcards.forms.leaves import written
from tests.builders import DECIDED, a_scheme
from tests.cast import HOME, Cast
from tests.login import log_in

WITH_NUMBERS = ("/aegte/x?g={0}&b={0}&u={0}&t={0}", "/tilsyn/stikproeve?ord=x&antal={0}")
WITH_DAYS = (
    "/tavle?uge={}",
    "/ture?uge={}",
    "/tilsyn/stikproeve?ord=x&fra={}",
    "/vaertskab?uge={}",
)


@pytest.fixture
def ada(client: FlaskClient, cast: Cast) -> FlaskClient:
    return log_in(client, cast.ada)


@pytest.fixture
def karen(client: FlaskClient, cast: Cast) -> FlaskClient:
    return log_in(client, cast.karen)


def test_a_nul_is_left_out_of_what_is_typed(ada: FlaskClient) -> None:
    sent = {"district-key": str(uuid4()), "district-name": "Ha\0vnen"}
    assert ada.post("/kommunen/distrikter", data=sent).status_code == 303
    with acting_for(HOME):
        assert "Havnen" in db.session.scalars(select(District.name)).all()


def test_a_nul_in_a_search_finds_nothing_and_breaks_nothing(karen: FlaskClient) -> None:
    assert karen.get("/borgere?q=%00El%00len").status_code == 200


@pytest.mark.parametrize("words", ["x" * 100_000, "x " * 2500, "æ" * 100_000])
@pytest.mark.parametrize("page", ["/borgere", "/aktiviteter", "/program/lindeby"])
def test_a_search_for_a_whole_book_finds_nothing(karen: FlaskClient, page: str, words: str) -> None:
    assert karen.get(page, query_string={"q": words}).status_code < 500


@pytest.mark.parametrize("blank", ["\u3000", "\n", "\xa0", "\u2028"])
def test_white_space_is_no_choice(karen: FlaskClient, cast: Cast, blank: str) -> None:
    sent = {"key": str(uuid4()), "reminder": blank}
    answer = karen.post(f"/borgere/{cast.ellen}/beskeder", data=sent)
    assert answer.status_code in (303, 422)


@pytest.mark.parametrize("said", [[1], "x", None, {"name": {"a": 1}}, {"name": 7}])
def test_json_is_no_form(ada: FlaskClient, said: object) -> None:
    answer = ada.post("/kommunen/distrikter", json=said)
    assert answer.status_code in (303, 400, 422)


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1066-10-14"])
@pytest.mark.parametrize("page", WITH_DAYS)
def test_a_day_of_another_age_is_none(app: Flask, cast: Cast, page: str, day: str) -> None:
    client = log_in(app.test_client(), cast.ada if "tilsyn" in page else cast.karen)
    assert client.get(page.format(day)).status_code in (200, 422)


@pytest.mark.parametrize("page", WITH_NUMBERS)
def test_a_number_without_end_is_none(app: Flask, cast: Cast, page: str) -> None:
    client = log_in(app.test_client(), cast.ada)
    assert client.get(page.format("1" * 400)).status_code in (404, 422)


def test_a_report_nested_without_end_is_refused(client: FlaskClient) -> None:
    answer = client.post("/csp-rapport", data=b"[" * 9000, content_type="application/csp-report")
    assert answer.status_code == 400


def test_a_name_in_the_rules_with_a_dot_in_it_is_refused_at_its_field(karen: FlaskClient) -> None:
    scheme_id = a_scheme()
    sent = MultiDict(written(DECIDED, SECTIONS["afbud"].parts))
    sent["key"] = str(uuid4())
    sent["cancelling-citizen-bands-count"] = "1"
    sent["cancelling-citizen-bands-0-name"] = "3.14"
    page = karen.post(f"/ordninger/{scheme_id}/aendring/afbud", data=sent)
    assert page.status_code == 422
    assert 'href="#cancelling-citizen-bands-0"' in page.text
