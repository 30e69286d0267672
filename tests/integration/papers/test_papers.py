"""Cards, certificates, day lists, and the page for whoever takes a call."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.citizens.services.contacts import write_escort_note
from klippekort.domain.calendar import local_day
from klippekort.papers import jobs
from klippekort.platform import clock
from klippekort.platform.audit import AuditCitizen
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.services.card_keys import make_key
from tests.builders import a_card
from tests.cast import HOME, Cast
from tests.integration.papers.reading import facts, smallest, words
from tests.login import log_in
from tests.papers_site import a_busy_week, folders, on_day

NOW = clock.now()


def printed(client: FlaskClient, address: str) -> bytes:
    answer = client.get(address)
    assert answer.mimetype == "application/pdf", answer.status
    assert answer.headers["Cache-Control"] == "private, no-store"
    drawn: bytes = answer.data
    return drawn


@pytest.mark.parametrize(
    ("name", "size", "pages"),
    [("lommekort", "242.646 x 153.071", "2"), ("a5", "419.528 x 595", "1")],
)
def test_a_card_is_printed_in_its_size(
    app: Flask, client: FlaskClient, cast: Cast, tmp_path: Path, name: str, size: str, pages: str
):
    a_card(cast, cast.ellen, 120, now=NOW)
    with acting_for(HOME):
        execute(make_key, cast.asta, cast.ellen, pin="4711", now=NOW)
    log_in(client, cast.karen)
    drawn = printed(client, f"/borgere/{cast.ellen}/kort/{name}.pdf")
    said, text = facts(drawn, tmp_path), words(drawn, tmp_path)
    assert said["Page size"].startswith(size)
    assert (said["Pages"], said["Tagged"]) == (pages, "yes")
    assert smallest(drawn, tmp_path) >= 18
    assert "Ellen" in text
    assert "20 12 34 56" in text
    assert "Åvej" not in text
    assert "4711" not in text


def test_a_card_that_is_not_made_cannot_be_printed(client: FlaskClient, cast: Cast):
    log_in(client, cast.karen)
    assert client.get(f"/borgere/{cast.ellen}/kort/a5.pdf").status_code == 404


def test_a_day_list_holds_all_one_needs_and_is_written_down(
    app: Flask, client: FlaskClient, cast: Cast, tmp_path: Path
):
    a_busy_week(cast, NOW, trips=1, offers=0)
    with acting_for(HOME):
        execute(write_escort_note, cast.karen, cast.ellen, "Har sukkersyge.", now=NOW)
    day = local_day(on_day(NOW, 0))
    log_in(client, cast.bo)
    drawn = printed(client, f"/papirer/dagsliste/{day}.pdf")
    text = words(drawn, tmp_path)
    for wanted in ("13.50", "Ellen Sørensen", "Åvej 7", "Kortspil", "Har sukkersyge.", "Bo Berg"):
        assert wanted in text
    assert facts(drawn, tmp_path)["Tagged"] == "yes"
    with acting_for(HOME):
        seen = select(AuditCitizen).filter_by(citizen_id=cast.ellen)
        assert db.session.scalars(seen).first() is not None
    log_in(client, cast.mia)
    other = words(printed(client, f"/papirer/dagsliste/{day}.pdf"), tmp_path)
    assert "Ellen" not in other


def test_tomorrows_lists_lie_ready_in_the_evening(app: Flask, cast: Cast, tmp_path: Path):
    a_busy_week(cast, NOW, trips=1, offers=0)
    evening = on_day(NOW, -1).replace(hour=18)
    with folders(app, day_list_folder=tmp_path), acting_for(HOME):
        assert jobs.lay_day_lists(local_day(evening), evening.replace(hour=12)).done == 0
        assert jobs.lay_day_lists(local_day(evening), evening).done == 1
        (laid,) = (tmp_path / "lindeby").rglob("*.pdf")
        assert laid.parent.name == local_day(on_day(NOW, 0)).isoformat()
        assert laid.stat().st_mode & 0o077 == 0
        later = evening + timedelta(days=3)
        jobs.lay_day_lists(local_day(later), later.replace(hour=12))
        assert not laid.exists()


@pytest.mark.parametrize(
    "typed", ["Ellen", "ellen åvej", "Åvej 7 Sørensen", "søren 4681", "aavej lindeby"]
)
def test_whoever_calls_is_found_by_name_and_address(client: FlaskClient, cast: Cast, typed: str):
    log_in(client, cast.karen)
    page = client.get("/opkald", query_string={"q": typed})
    assert f"/borgere/{cast.ellen}/opkald" in page.text
    assert "Åvej 7" in page.text


def test_a_planner_finds_her_own_suppliers_alone(client: FlaskClient, cast: Cast):
    log_in(client, cast.ida)
    assert str(cast.gudrun) not in client.get("/opkald?q=gudrun").text


def test_all_she_could_do_on_a_screen_is_two_taps_from_finding_her(
    app: Flask, client: FlaskClient, cast: Cast
):
    trips = a_busy_week(cast, NOW)
    with acting_for(HOME):
        execute(make_key, cast.asta, cast.ellen, pin="4711", now=NOW)
    log_in(client, cast.karen)
    found = client.get("/opkald?q=ellen").text
    first = f"/borgere/{cast.ellen}/opkald"
    assert first in found  # the first tap
    page = client.get(first).text
    links = set(re.findall(r'(?:href|action)="([^"]+)"', page))
    her = f"/borgere/{cast.ellen}"
    for second in (
        f"{her}/tur",
        f"/ture/{trips[0]}/aflys",
        f"{her}/oensker/nyt",
        f"{her}/kort/tabt",
        f"{her}/ugebrev",
        f"{her}/beskeder",
        f"{her}/fuldmagter",
        f"{her}/indsigt",
    ):
        assert any(link.split("?")[0] == second for link in links), (second, sorted(links))
    assert any(re.search(r"/tilbud/[^/]+/(ja|nej)", link) for link in links), sorted(links)


def test_a_letter_can_be_made_for_whoever_calls(
    app: Flask, client: FlaskClient, cast: Cast, monkeypatch
):
    started: list[UUID] = []
    monkeypatch.setattr(
        "klippekort.papers.views.weeks.start_run", lambda _app, _home, run: started.append(run)
    )
    log_in(client, cast.karen)
    page = client.post(f"/borgere/{cast.ellen}/ugebrev", data={"key": str(new_id())})
    assert page.location == f"/papirer/ugebreve/{started[0]}"
    assert printed(client, f"/borgere/{cast.ellen}/program.pdf")
