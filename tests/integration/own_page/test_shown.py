"""A tablet turned to a citizen reaches only her own things, until the helper's PIN."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.accounts.models import Credential
from klippekort.activities.models import Occurrence
from klippekort.platform.audit import AuditLine
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.trips.models import Trip, TripEvent, TripRider
from tests.cast import HOME
from tests.integration.own_page.arrange import HELPER_PIN, Story, key_in
from tests.login import log_in
from tests.pages import faults_of


def _turn(client: FlaskClient, story: Story, *, to_trip: bool = True) -> None:
    """Log Bo in and turn his tablet to Ellen, with a trip to say yes or no to."""
    log_in(client, story.cast.bo)
    form = {"key": str(new_id())}
    if to_trip:
        form |= {
            "occurrence_id": str(story.occurrence),
            "transport": "staff_car",
            "travel_each_way": "10",
            "escort_id": str(story.cast.bo.person_id),
        }
    client.post(f"/borgere/{story.cast.ellen}/vis", data=form)


def _answer(client: FlaskClient, answer: str, key: str | None = None) -> str:
    key = key or key_in(client.get("/vist").text)
    client.post("/vist/svar", data={"key": key, "answer": answer})
    return client.get("/vist").text


def _unlock(client: FlaskClient, pin: str) -> int:
    return client.post("/vist/laas-op", data={"key": str(new_id()), "pin": pin}).status_code


def _trips() -> list[Trip]:
    with acting_for(HOME):
        return list(db.session.scalars(select(Trip)))


@pytest.mark.parametrize(("reckoned_for", "minutes"), [("walk", 10), ("taxi", 7), ("", 7)])
def test_minutes_that_were_reckoned_for_another_way_are_reckoned_anew(
    client: FlaskClient, story: Story, reckoned_for: str, minutes: int
) -> None:
    _ask(client, story, transport="taxi", reckoned_for=reckoned_for, travel_each_way="7")
    _answer(client, "yes")
    assert _trips()[0].out_minutes == minutes


def test_without_a_helper_one_is_found_in_time(client: FlaskClient, story: Story) -> None:
    _ask(client, story, transport="walk", travel_each_way="10")
    _answer(client, "yes")
    assert _trips()[0].escort_by is not None


def _ask(client: FlaskClient, story: Story, **said: str) -> None:
    log_in(client, story.cast.bo)
    form = {"key": str(new_id()), "occurrence_id": str(story.occurrence), **said}
    client.post(f"/borgere/{story.cast.ellen}/vis", data=form)


def test_she_sees_the_trip_with_place_time_company_and_cost(
    client: FlaskClient, story: Story
) -> None:
    _turn(client, story)
    page = client.get("/vist").text
    facts = (
        "Kortspil og kaffe",
        "Kulturhuset",
        "13.50",
        "Bo Berg",
        "3 klip og 20 minutter",
        "35 kr.",
    )
    assert [fact for fact in facts if fact not in page] == []


@pytest.mark.parametrize("path", ["/borgere", "/min-konto", "/log-ind", "/kort/lindeby/x"])
def test_no_other_page_is_reached(client: FlaskClient, story: Story, path: str) -> None:
    _turn(client, story)
    assert client.get(path).headers["Location"] == "/vist"


def test_nothing_else_is_changed_either(client: FlaskClient, story: Story) -> None:
    _turn(client, story)
    answer = client.post(f"/borgere/{story.cast.poul}/vis", data={"key": str(new_id())})
    assert answer.headers["Location"] == "/vist"
    assert "Poul" not in client.get("/vist").text


def test_style_sheets_are_still_there(client: FlaskClient, story: Story) -> None:
    _turn(client, story)
    with client.get("/static/css/citizen.css") as answer:
        assert answer.status_code == 200


def test_going_back_shows_nothing_kept(client: FlaskClient, story: Story) -> None:
    _turn(client, story)
    assert "no-store" in client.get("/vist").headers["Cache-Control"]


def test_the_page_has_no_menu(client: FlaskClient, story: Story) -> None:
    _turn(client, story)
    assert "<nav" not in client.get("/vist").text


def test_her_yes_books_the_trip_as_hers(client: FlaskClient, story: Story) -> None:
    _turn(client, story)
    _answer(client, "yes")
    with acting_for(HOME):
        assert db.session.scalars(select(TripRider)).one().agreed_how == "shown"
        assert db.session.scalars(select(TripEvent)).one().details["said_to"] == "Bo Berg"


def test_after_her_yes_the_tablet_is_still_hers(client: FlaskClient, story: Story) -> None:
    _turn(client, story)
    assert "Turen er aftalt" in _answer(client, "yes")
    assert client.get("/borgere").headers["Location"] == "/vist"


def test_two_taps_on_yes_book_once(client: FlaskClient, story: Story) -> None:
    _turn(client, story)
    key = key_in(client.get("/vist").text)
    _answer(client, "yes", key)
    _answer(client, "yes", key)
    assert len(_trips()) == 1


def test_a_no_after_a_yes_changes_nothing(client: FlaskClient, story: Story) -> None:
    _turn(client, story)
    _answer(client, "yes")
    assert "Turen er aftalt" in _answer(client, "no", str(new_id()))


def test_her_no_books_nothing_and_is_on_record(client: FlaskClient, story: Story) -> None:
    _turn(client, story)
    _answer(client, "no")
    with acting_for(HOME):
        lines = db.session.scalars(select(AuditLine).filter_by(action="show_card")).all()
    assert [line.details["answer"] for line in lines] == [None, "no"]
    assert _trips() == []


def test_a_seat_that_went_meanwhile_is_told_calmly(client: FlaskClient, story: Story) -> None:
    _turn(client, story)
    with acting_for(HOME):
        execute(_fill, story)
    assert "Turen er ikke booket" in _answer(client, "yes")
    assert _trips() == []


def _fill(story: Story) -> None:
    occurrence = db.session.scalars(select(Occurrence).filter_by(id=story.occurrence)).one()
    occurrence.seats_taken = occurrence.capacity


def test_the_helpers_pin_gives_the_tablet_back(client: FlaskClient, story: Story) -> None:
    _turn(client, story)
    assert _unlock(client, HELPER_PIN) == 303
    assert client.get("/min-konto").status_code == 200


def test_a_wrong_pin_keeps_it_locked(client: FlaskClient, story: Story) -> None:
    _turn(client, story)
    assert _unlock(client, "1357") == 422
    assert client.get("/borgere").headers["Location"] == "/vist"


def test_after_five_wrong_pins_the_right_one_is_too_late(client: FlaskClient, story: Story) -> None:
    _turn(client, story)
    for _ in range(5):
        _unlock(client, "1357")
    assert _unlock(client, HELPER_PIN) == 422


def test_one_who_forgot_the_pin_logs_out(client: FlaskClient, story: Story) -> None:
    _turn(client, story)
    client.post("/log-ud")
    assert "/log-ind" in client.get("/vist").headers["Location"]


def test_a_helper_without_a_pin_chooses_one_first(client: FlaskClient, story: Story) -> None:
    with acting_for(HOME):
        execute(_forget_pins)
    log_in(client, story.cast.bo)
    answer = client.post(f"/borgere/{story.cast.ellen}/vis", data={"key": str(new_id())})
    assert answer.headers["Location"] == "/min-konto/pin"


def _forget_pins() -> None:
    for row in db.session.scalars(select(Credential).filter_by(kind="pin")):
        db.session.delete(row)


def test_without_a_proposal_she_sees_her_card(client: FlaskClient, story: Story) -> None:
    _turn(client, story, to_trip=False)
    page = client.get("/vist").text
    assert "Hej Ellen" in page
    assert 'name="answer"' not in page


@pytest.mark.parametrize("role", ["asta", "ida", "ada", "viggo"])
def test_those_who_do_not_visit_her_show_her_nothing(
    client: FlaskClient, story: Story, role: str
) -> None:
    log_in(client, getattr(story.cast, role))
    answer = client.post(f"/borgere/{story.cast.ellen}/vis", data={"key": str(new_id())})
    assert answer.status_code == 403


def test_another_municipalitys_citizen_is_not_found(client: FlaskClient, story: Story) -> None:
    log_in(client, story.cast.bo)
    answer = client.post(f"/borgere/{story.cast.gudrun}/vis", data={"key": str(new_id())})
    assert answer.status_code == 404


def test_the_page_is_recorded_as_a_look(client: FlaskClient, story: Story) -> None:
    _turn(client, story)
    client.get("/vist")
    with acting_for(HOME):
        lines = db.session.scalars(select(AuditLine).filter_by(subject_kind="page")).all()
    assert [line.purpose for line in lines] == ["shown"]


@pytest.mark.parametrize("path", ["/vist", "/vist/laas-op"])
def test_the_pages_are_sound(
    client: FlaskClient, story: Story, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    _turn(client, story)
    monkeypatch.setitem(client.application.config, "WTF_CSRF_ENABLED", True)
    assert faults_of(client.get(path).text) == []
