"""Choosing a file, looking it over, storing it: without JavaScript."""

import re
import stat
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from klippekort.citizens.models import Citizen
from klippekort.platform import clock
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from klippekort.reports.queries import cockpit as queries
from tests.builders import a_card
from tests.cast import HOME, Cast
from tests.integration.imports.conftest import CITIZEN_HEADER, a_citizen, file_of, finish_imports
from tests.login import log_in

GOOD = file_of(CITIZEN_HEADER, a_citizen(), a_citizen("610151-1234", "Åse"))
BAD = file_of(CITIZEN_HEADER, a_citizen("1015-1234"), a_citizen(supplier="Ukendt"))


@pytest.fixture
def ada(pages: FlaskClient, committed_cast: Cast) -> FlaskClient:
    return log_in(pages, committed_cast.ada)


def send(client: FlaskClient, data: bytes, kind: str = "citizens") -> TestResponse:
    form = {"key": str(uuid4()), "kind": kind, "file": (BytesIO(data), "borgere.csv")}
    return client.post("/indlaes", data=form, content_type="multipart/form-data")


def looked_over(client: FlaskClient, data: bytes) -> str:
    """Send a file, wait for the trial, and return the address of its page."""
    sent = send(client, data)
    assert sent.status_code == 303
    finish_imports()
    return sent.headers["Location"]


def citizens() -> int:
    db.session.rollback()
    with acting_for(HOME):
        return db.session.scalar(select(func.count(Citizen.id))) or 0


def test_the_page_asks_what_and_which(ada: FlaskClient):
    page = ada.get("/indlaes").text
    assert page.count("<h1") == 1
    assert 'type="file"' in page


def test_a_file_is_tried_before_it_is_stored(ada: FlaskClient):
    page = ada.get(looked_over(ada, GOOD)).text
    assert "Åse" in page
    assert "610151-••••" in page
    assert "610151-1234" not in page
    assert citizens() == 2


def test_the_button_stores_it_once(ada: FlaskClient, committed_app: Flask):
    address = looked_over(ada, GOOD)
    for _tap in range(2):
        assert ada.post(f"{address}/gem", data={"key": str(uuid4())}).status_code == 303
    finish_imports()
    assert citizens() == 4
    assert ada.get(address).status_code == 200


def test_what_makes_a_municipality_large_is_counted_at_once(
    ada: FlaskClient, committed_cast: Cast, monkeypatch: pytest.MonkeyPatch
):
    a_card(committed_cast, committed_cast.ellen, now=clock.now())
    monkeypatch.setattr(queries, "LARGE", 0)
    ada.post(f"{looked_over(ada, GOOD)}/gem", data={"key": str(uuid4())})
    finish_imports()
    db.session.rollback()
    with acting_for(HOME):
        assert queries.kept().counted_at is not None


def test_the_file_is_private_and_gone_when_it_is_stored(ada: FlaskClient, committed_app: Flask):
    address = looked_over(ada, GOOD)
    kept = uploads(committed_app) / address.rpartition("/")[2]
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    ada.post(f"{address}/gem", data={"key": str(uuid4())})
    finish_imports()
    assert not kept.exists()


def uploads(app: Flask) -> Path:
    folder: Path = app.extensions["settings"].data_folder
    return folder / "uploads"


def test_every_fault_is_shown_and_nothing_can_be_stored(ada: FlaskClient):
    address = looked_over(ada, BAD)
    page = ada.get(address).text
    assert "CPR-nummer" in page
    assert "1015-1234" not in page
    assert "/gem" not in page
    ada.post(f"{address}/gem", data={"key": str(uuid4())})
    finish_imports()
    assert citizens() == 2


def test_many_faults_are_paged(ada: FlaskClient):
    rows = [a_citizen(f"{number:03d}-1") for number in range(450)]
    address = looked_over(ada, file_of(CITIZEN_HEADER, *rows))
    page = ada.get(f"{address}?page=3").text
    assert "401–450" in page
    assert len(re.findall('<th scope="row"', page)) == 50


def test_no_file_is_an_error_at_the_field(ada: FlaskClient):
    answer = ada.post("/indlaes", data={"key": str(uuid4()), "kind": "staff"})
    assert answer.status_code == 422
    assert re.search(r'value="staff"[^>]*checked|checked[^>]*value="staff"', answer.text)


def test_an_upload_is_its_owners_alone(ada: FlaskClient, pages: FlaskClient, committed_cast: Cast):
    address = looked_over(ada, GOOD)
    other = pages.application.test_client()
    assert log_in(other, committed_cast.asta).get(address).status_code == 403
    assert ada.get(f"/indlaes/{uuid4()}").status_code == 404


def test_a_coordinator_may_not_import(pages: FlaskClient, committed_cast: Cast):
    assert log_in(pages, committed_cast.karen).get("/indlaes").status_code == 403
