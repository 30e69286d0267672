"""The pages of volunteers, coordinators and associations, as browsers get them."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient

from klippekort.activities.queries import get_occurrence_facts
from klippekort.activities.services import post_activity
from klippekort.domain.calendar import local_day
from klippekort.hosting.queries.dates import hosts_of
from klippekort.hosting.queries.expenses import expenses
from klippekort.hosting.queries.log import all_counts_only, find_hosting, km_rate
from klippekort.hosting.queries.words import open_words, words_of
from klippekort.hosting.services import (
    answer,
    ask,
    cannot_after_all,
    confirm_as_planned,
    set_hosting,
)
from klippekort.volunteers.services import write_promise
from tests.builders import a_card, a_shift, a_trip
from tests.cast import Cast
from tests.integration.activities.arrange import (
    FOUR,
    NOW,
    ONCE,
    TUESDAY,
    dates_of,
    do,
    read,
    seat,
)
from tests.integration.activities.looking import faults_at
from tests.integration.hosting.arrange import (
    FAR,
    Person,
    a_contact,
    a_volunteer,
    calls,
    cleared,
    offers,
    pressed,
    states,
    to_host,
    tuesdays,
    viggo_of,
)
from tests.integration.tablet import StandingClock
from tests.login import log_in

AFTER = FOUR + timedelta(minutes=5)
YEAR = TUESDAY.year


@pytest.fixture
def dates(cast: Cast) -> list[UUID]:
    """Viggo's Tuesdays; Ellen has a seat at the first and at one two weeks away."""
    found = tuesdays(cast)
    for number in (0, FAR):
        seat(cast, found[number], cast.ellen)
    return found


@pytest.fixture
def dora(cast: Cast) -> Person:
    """A volunteer who likes to help."""
    return a_volunteer("Dora Dam", association_id=cast.association, phone="+4520304050")


@pytest.fixture
def doras(app: Flask, dora: Person, standing_clock: StandingClock) -> FlaskClient:
    """Her browser."""
    return log_in(app.test_client(), dora.actor)


@pytest.fixture
def contact(app: Flask, cast: Cast, standing_clock: StandingClock) -> FlaskClient:
    """The browser of somebody who speaks for the card club."""
    return log_in(app.test_client(), a_contact(cast.association))


@pytest.fixture
def open_date(cast: Cast) -> UUID:
    """A date that the coordinator has posted and nobody hosts."""
    return dates_of(UUID(do(post_activity, cast.karen, ONCE, now=NOW)))[0].id


def question(cast: Cast, person: Person, date_id: UUID) -> UUID:
    """Let Karen ask somebody to host a date."""
    return UUID(do(ask, cast.karen, person.id, to_host(date_id), now=NOW))


def names(date_id: UUID) -> list[str]:
    """Return who hosts a date."""
    return [host.name for host in read(hosts_of, date_id)]


def test_a_host_s_day_tells_what_a_host_needs(viggo: FlaskClient, dates: list[UUID]) -> None:
    page = f"/vaertskab/datoer/{dates[0]}"
    assert faults_at(viggo, page) == []
    told = viggo.get(page).text
    assert "Ellen" in told
    assert "20 12 34 56" in told
    assert "Sørensen" not in told
    assert "Åvej" not in told


def test_a_day_of_another_s_is_not_opened(doras: FlaskClient, dates: list[UUID]) -> None:
    assert doras.get(f"/vaertskab/datoer/{dates[0]}").status_code == 403
    assert doras.get(f"/vaertskab/datoer/{dates[0]}/papir").status_code == 403


def test_afterwards_the_day_tells_a_number_alone(
    cast: Cast, viggo: FlaskClient, dates: list[UUID], standing_clock: StandingClock
) -> None:
    do(confirm_as_planned, cast.viggo, dates[0], now=AFTER)
    standing_clock.pass_(hours=33)
    log_in(viggo, cast.viggo)
    told = viggo.get(f"/vaertskab/datoer/{dates[0]}").text
    assert "Ellen" not in told
    assert "1 gæst" in told


def test_i_cant_after_all_is_one_tap_and_a_yes(
    viggo: FlaskClient, dates: list[UUID], dora: Person
) -> None:
    page = f"/vaertskab/datoer/{dates[FAR]}/kan-ikke"
    assert faults_at(viggo, page) == []
    pressed(viggo, page)
    assert names(dates[FAR]) == []
    assert states()[dora.id] == "asked"


def test_a_question_is_answered_on_the_phone(
    cast: Cast, doras: FlaskClient, dora: Person, dates: list[UUID]
) -> None:
    offer_id = question(cast, dora, dates[FAR])
    assert faults_at(doras, "/aktiviteter/mine") == []
    assert faults_at(doras, f"/vaertskab/tilbud/{offer_id}") == []
    pressed(doras, f"/vaertskab/tilbud/{offer_id}", svar="ja")
    assert names(dates[FAR]) == ["Viggo Vang", "Dora Dam"]


def test_an_answer_without_yes_or_no_changes_nothing(
    cast: Cast, doras: FlaskClient, dora: Person, dates: list[UUID]
) -> None:
    pressed(doras, f"/vaertskab/tilbud/{question(cast, dora, dates[FAR])}", svar="måske")
    assert states() == {dora.id: "asked"}


def test_another_s_question_is_not_opened(
    cast: Cast, viggo: FlaskClient, dora: Person, dates: list[UUID]
) -> None:
    assert viggo.get(f"/vaertskab/tilbud/{question(cast, dora, dates[FAR])}").status_code == 403


def test_dates_without_a_host_are_offered_for(
    doras: FlaskClient, dora: Person, open_date: UUID
) -> None:
    assert faults_at(doras, "/vaertskab/ledige-datoer") == []
    pressed(doras, "/vaertskab/ledige-datoer", dates=[str(open_date)])
    assert states() == {dora.id: "offered"}
    offer_id = offers()[0].id
    assert faults_at(doras, f"/vaertskab/tilbud/{offer_id}/kan-ikke") == []
    pressed(doras, f"/vaertskab/tilbud/{offer_id}/kan-ikke")
    assert states() == {dora.id: "withdrawn"}


def test_no_date_chosen_is_said_at_the_field(doras: FlaskClient, open_date: UUID) -> None:
    answer = pressed(doras, "/vaertskab/ledige-datoer")
    assert answer.status_code == 422
    assert 'id="dates-error' in answer.text


def test_a_date_that_somebody_took_meanwhile_is_refused_in_plain_words(
    doras: FlaskClient, open_date: UUID
) -> None:
    answer = pressed(doras, "/vaertskab/ledige-datoer", dates=[str(open_date), str(uuid4())])
    assert ("Vælg et af svarene på listen." in answer.text, answer.status_code) == (True, 422)


def test_a_missing_promise_is_said_to_both_sides(
    cast: Cast, app: Flask, standing_clock: StandingClock, open_date: UUID
) -> None:
    do(write_promise, cast.karen, text="Jeg holder tæt.", from_on=local_day(NOW), now=NOW)
    fresh = log_in(app.test_client(), a_volunteer("Nina Ny", started_on=TUESDAY).actor)
    answer = pressed(fresh, "/vaertskab/ledige-datoer", dates=[str(open_date)])
    assert 'id="dates-error' in answer.text
    assert len(calls("host_blocked")) == 1
    assert offers() == []


def test_a_coordinator_offers_for_one_who_called(
    karen: FlaskClient, dora: Person, open_date: UUID
) -> None:
    assert faults_at(karen, "/vaertskab/ledige-datoer") == []
    pressed(karen, "/vaertskab/ledige-datoer", dates=[str(open_date)], volunteer=str(dora.id))
    assert names(open_date) == ["Dora Dam"]


def test_the_week_shows_dates_without_a_host_and_asks_around(
    karen: FlaskClient, dora: Person, open_date: UUID
) -> None:
    assert faults_at(karen, "/vaertskab") == []
    assert f"/vaertskab/datoer/{open_date}/spoerg" in karen.get("/vaertskab").text
    pressed(karen, f"/vaertskab/datoer/{open_date}/soeg")
    assert states()[dora.id] == "asked"
    told = karen.get("/vaertskab").text
    assert "20 30 40 50" in told


def test_another_week_is_chosen_and_nonsense_is_this_week(karen: FlaskClient) -> None:
    assert "Uge 2" in karen.get("/vaertskab?uge=2027-W02").text
    assert "Uge 48" in karen.get("/vaertskab?uge=x").text


@pytest.mark.parametrize("month", ["9999-12", "0001-01", "x"])
def test_a_month_at_the_edge_of_time_is_this_month(karen: FlaskClient, month: str) -> None:
    assert "november 2026" in karen.get(f"/vaerter?maaned={month}").text.lower()


def test_a_coordinator_asks_somebody_and_writes_the_answer(
    karen: FlaskClient, dora: Person, dates: list[UUID], cast: Cast
) -> None:
    do(cannot_after_all, cast.viggo, viggo_of(cast), to_host(dates[1]), now=NOW)
    page = f"/vaertskab/datoer/{dates[FAR]}/spoerg"
    assert faults_at(karen, page) == []
    assert pressed(karen, page).status_code == 422
    pressed(karen, page, volunteer=str(dora.id))
    (offer_id,) = [row.id for row in offers() if row.occurrence_id == dates[FAR]]
    assert faults_at(karen, f"/vaertskab/tilbud/{offer_id}") == []
    pressed(karen, f"/vaertskab/tilbud/{offer_id}", svar="ja")
    assert names(dates[FAR]) == ["Viggo Vang", "Dora Dam"]


def test_a_call_is_ticked_off(
    cast: Cast, karen: FlaskClient, dora: Person, dates: list[UUID]
) -> None:
    question(cast, dora, dates[FAR])
    (call,) = calls("host_ask")
    pressed(karen, f"/vaertskab/opkald/{call.id}")
    assert calls("host_ask") == []


def test_a_friend_is_asked_for_a_trip_and_learns_a_first_name(
    cast: Cast, karen: FlaskClient, app: Flask
) -> None:
    friend = cleared(a_volunteer("Finn Friis", goes_along=True), cast)
    a_card(cast, cast.ellen)
    a_shift(cast.bo, TUESDAY, ends=18)
    trip_id = a_trip(cast.bo, cast.ellen, tuesdays(cast)[0], cast.bo)
    page = f"/vaertskab/ture/{trip_id}/spoerg"
    assert faults_at(karen, page) == []
    facts = {"citizen": str(cast.ellen), "role": "go_along", "volunteer": str(friend.id)}
    told = pressed(karen, page, **facts, meeting_point="Åvej 7")
    assert 'id="meeting_point-error' in told.text
    pressed(karen, page, **facts, meeting_point="Ved Brugsen")
    finns = log_in(app.test_client(), friend.actor)
    assert faults_at(finns, "/aktiviteter/mine") == []
    mine = finns.get("/aktiviteter/mine").text
    assert "Ellen" in mine
    assert "Ved Brugsen" in mine
    assert "Sørensen" not in mine


def test_an_association_sees_offers_and_no_guests(
    cast: Cast, contact: FlaskClient, dora: Person, dates: list[UUID]
) -> None:
    question(cast, dora, dates[FAR])
    assert faults_at(contact, "/vaertskab/forening") == []
    told = contact.get("/vaertskab/forening").text
    assert "Dora Dam" in told
    assert "Ellen" not in told
    for closed in (
        "/vaertskab",
        f"/vaertskab/datoer/{dates[0]}",
        f"/vaertskab/datoer/{dates[0]}/papir",
    ):
        assert contact.get(closed).status_code == 403


def test_an_association_has_its_own_activities(contact: FlaskClient) -> None:
    assert faults_at(contact, "/aktiviteter/mine") == []


def test_one_tap_confirms(
    cast: Cast, viggo: FlaskClient, dates: list[UUID], standing_clock: StandingClock
) -> None:
    standing_clock.pass_(hours=33)
    log_in(viggo, cast.viggo)
    assert faults_at(viggo, "/aktiviteter/mine") == []
    pressed(viggo, f"/vaertskab/datoer/{dates[0]}/som-planlagt")
    logged = read(find_hosting, dates[0])
    assert (logged.minutes, logged.offered_minutes, logged.guests) == (120, 120, 1)


def test_a_host_says_a_word_and_the_coordinator_reads_it(
    cast: Cast, viggo: FlaskClient, app: Flask, dates: list[UUID], standing_clock: StandingClock
) -> None:
    standing_clock.pass_(hours=33)
    log_in(viggo, cast.viggo)
    page = viggo.get(f"/vaertskab/datoer/{dates[0]}").text
    guest = page.split('name="guest" value="')[1].split('"')[0]
    pressed(viggo, f"/vaertskab/datoer/{dates[0]}/ord", guest=guest, word="missed")
    karens = log_in(app.test_client(), cast.karen)
    assert faults_at(karens, "/vaertskab") == []
    (word,) = read(open_words)
    assert "Ellen Sørensen" in karens.get("/vaertskab").text
    pressed(karens, f"/vaertskab/ord/{word.id}")
    assert read(open_words) == []


def test_staff_pass_a_word_on_to_the_host(
    cast: Cast, karen: FlaskClient, app: Flask, dates: list[UUID]
) -> None:
    page = f"/borgere/{cast.ellen}/ord"
    assert faults_at(karen, page) == []
    assert pressed(karen, page, activity="x").status_code == 422
    activity_id = karen.get(page).text.split('<option value="')[1].split('"')[0]
    pressed(karen, page, activity=activity_id, word="love_back")
    assert len(read(words_of, cast.ellen)) == 1
    viggos = log_in(app.test_client(), cast.viggo)
    assert "Ellen, Kortspil" in viggos.get("/aktiviteter/mine").text


def test_an_expense_is_claimed_and_paid(cast: Cast, viggo: FlaskClient, app: Flask) -> None:
    do(set_hosting, cast.karen, km_rate_oere=228, counts_only=[])
    assert faults_at(viggo, "/vaertskab/udlaeg") == []
    pressed(viggo, "/vaertskab/udlaeg", purpose="food", spent_on="2026-11-20", kroner="45,50")
    pressed(viggo, "/vaertskab/udlaeg", purpose="mileage", spent_on="2026-11-20", km="12")
    found = read(expenses, viggo_of(cast), from_on=date(2026, 11, 1))
    assert sorted(line.oere for line in found) == [2736, 4550]
    karens = log_in(app.test_client(), cast.karen)
    assert faults_at(karens, "/vaertskab/udlaeg") == []
    pressed(karens, f"/vaertskab/udlaeg/{found[0].id}", svar="ja")
    pressed(viggo, f"/vaertskab/udlaeg/{found[1].id}/fortryd")
    found = read(expenses, viggo_of(cast), from_on=date(2026, 11, 1))
    assert sorted(line.state for line in found) == ["approved", "withdrawn"]


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("purpose", {"spent_on": "2026-11-20", "kroner": "10"}),
        ("spent_on", {"purpose": "food", "spent_on": "2027-11-20", "kroner": "10"}),
        ("kroner", {"purpose": "food", "spent_on": "2026-11-20"}),
        ("kroner", {"purpose": "food", "spent_on": "2026-11-20", "kroner": "mange"}),
        ("km", {"purpose": "mileage", "spent_on": "2026-11-20", "km": "9000"}),
    ],
)
def test_what_cannot_be_claimed_is_said_at_its_field(
    cast: Cast, viggo: FlaskClient, field: str, facts: dict[str, Any]
) -> None:
    do(set_hosting, cast.karen, km_rate_oere=228, counts_only=[])
    answer = pressed(viggo, "/vaertskab/udlaeg", **facts)
    assert answer.status_code == 422
    assert f'id="{field}-error' in answer.text


def test_the_coordinator_sets_the_rate_and_where_to_count(
    karen: FlaskClient, dates: list[UUID]
) -> None:
    assert faults_at(karen, "/vaertskab/indstillinger") == []
    activity_id = karen.get("/vaertskab/indstillinger").text.split('type="checkbox" value="')[1]
    pressed(karen, "/vaertskab/indstillinger", rate="2,28", counted=[activity_id.split('"')[0]])
    assert read(km_rate) == 228
    assert len(read(all_counts_only)) == 1


def test_where_only_counted_the_host_is_asked_for_a_number(
    cast: Cast, viggo: FlaskClient, dates: list[UUID], standing_clock: StandingClock
) -> None:
    activity_id = dates_of_activity(dates[0])
    do(set_hosting, cast.karen, km_rate_oere=0, counts_only=[activity_id])
    standing_clock.pass_(hours=33)
    log_in(viggo, cast.viggo)
    page = f"/aktiviteter/datoer/{dates[0]}/fremmoede"
    assert faults_at(viggo, page) == []
    assert 'name="came"' not in viggo.get(page).text
    pressed(viggo, page, others="9", started="14:00", ended="16:00")
    assert read(find_hosting, dates[0]).guests == 9


def dates_of_activity(date_id: UUID) -> UUID:
    """Return the activity a date is of."""
    found: UUID = read(get_occurrence_facts, date_id).activity_id
    return found


def test_the_log_of_the_year_is_a_page_a_table_and_a_workbook(
    cast: Cast, karen: FlaskClient, dates: list[UUID], standing_clock: StandingClock
) -> None:
    do(confirm_as_planned, cast.viggo, dates[0], now=AFTER)
    standing_clock.pass_(hours=33)
    log_in(karen, cast.karen)
    for page in ("/vaertskab/log", "/vaerter", f"/vaertskab/log?aar={YEAR - 1}"):
        assert faults_at(karen, page) == []
    assert "Viggo Vang;Kortklubben;Kortspil;2026-11-24;14:00;120;1;;" in karen.get(
        "/vaertskab/log.csv"
    ).get_data(as_text=True)
    book = ZipFile(BytesIO(karen.get("/vaertskab/log.xlsx").data))
    assert "Viggo Vang" in book.read("xl/worksheets/sheet1.xml").decode()


def test_a_volunteer_s_year_is_their_own(
    cast: Cast, viggo: FlaskClient, doras: FlaskClient
) -> None:
    page = f"/vaertskab/frivillige/{viggo_of(cast)}/{YEAR}"
    for own in ("/vaertskab/mit-aar", page):
        assert faults_at(viggo, own) == []
    assert doras.get(page).status_code == 403
    assert viggo.get(f"/vaertskab/frivillige/{viggo_of(cast)}/{YEAR + 1}").status_code == 404


def test_what_is_on_paper_is_a_page_and_a_pdf(
    viggo: FlaskClient, cast: Cast, dates: list[UUID], open_date: UUID
) -> None:
    for page in (f"/vaertskab/datoer/{dates[0]}/papir", "/vaertskab/ledige-datoer/papir"):
        assert faults_at(viggo, page) == []
        assert viggo.get(f"{page}.pdf").data[:5] == b"%PDF-"
    assert viggo.get(f"/vaertskab/frivillige/{viggo_of(cast)}/{YEAR}.pdf").data[:5] == b"%PDF-"


@pytest.mark.parametrize(
    "page",
    [
        "/vaertskab/datoer/{0}",
        "/vaertskab/datoer/{0}/papir",
        "/vaertskab/datoer/{0}/spoerg",
        "/vaertskab/tilbud/{0}",
        "/vaertskab/tilbud/{0}/kan-ikke",
        "/vaertskab/ture/{0}/spoerg",
        "/vaertskab/frivillige/{0}/2026",
        "/borgere/{0}/ord",
    ],
)
def test_what_is_not_ours_is_not_found(karen: FlaskClient, page: str) -> None:
    assert karen.get(page.format(uuid4())).status_code == 404


def test_who_hosts_one_date_only_cannot_cancel_it(
    cast: Cast, doras: FlaskClient, dora: Person, dates: list[UUID]
) -> None:
    do(answer, dora.actor, question(cast, dora, dates[FAR - 1]), is_yes=True, now=NOW)
    told = doras.get("/aktiviteter/mine").text
    assert f"/vaertskab/datoer/{dates[FAR - 1]}/kan-ikke" in told
    assert f"/aktiviteter/datoer/{dates[FAR - 1]}/aflys" not in told
