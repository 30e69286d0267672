"""The screens of waiting, used as people use them."""

from dataclasses import replace
from datetime import date, time, timedelta
from uuid import UUID

import pytest
from flask import Flask

from klippekort.domain.fairness import RULES
from klippekort.platform.tenancy import acting_for
from klippekort.trips.queries.trips import next_trips
from klippekort.waiting.jobs import pass_on
from klippekort.waiting.queries.offers import home
from klippekort.waiting.queries.standing import standing_of
from klippekort.waiting.queries.wishes import wishes_of
from klippekort.waiting.services.standing import StandingFacts, agree_standing, propose
from klippekort.waiting.services.wishes import WishFacts, make_wish, withdraw_wish
from tests.builders import DECIDED, MONDAY, a_card, a_shift, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.activities.looking import faults_at
from tests.integration.tablet import StandingClock
from tests.integration.waiting.arrange import (
    SONG_AT,
    THURSDAY,
    a_neighbour,
    a_seat_comes_free,
    a_series,
    cards_for,
    here,
    run,
    the_offer,
    waits,
    wish,
)
from tests.integration.waiting.conftest import Browse

KEY = str(UUID(int=1))


@pytest.fixture
def offer_id(cast: Cast, song: UUID) -> UUID:
    """The seat that Ellen is offered, from the line."""
    waits(cast.bo, cast.ellen, song)
    a_seat_comes_free(song)
    with acting_for(HOME):
        pass_on(MONDAY.date(), MONDAY)
    return the_offer(cast.karen).offer.id


def _wish(cast: Cast) -> UUID:
    facts = WishFacts("Musik", "music")
    return UUID(run(make_wish, cast.bo, cast.ellen, facts, now=MONDAY))


def test_a_full_date_leads_to_its_waiting_list(browse: Browse, cast: Cast, song: UUID) -> None:
    page = browse(cast.bo).get(f"/borgere/{cast.ellen}/tur/{song}").text
    assert f"/borgere/{cast.ellen}/venteliste/{song}" in page


def test_a_date_with_a_seat_leads_to_no_list(browse: Browse, cast: Cast, song: UUID) -> None:
    open_date = an_occurrence(SONG_AT + timedelta(hours=3))
    page = browse(cast.bo).get(f"/borgere/{cast.ellen}/tur/{open_date}").text
    assert "venteliste" not in page


def test_a_citizen_is_put_on_the_list(browse: Browse, cast: Cast, song: UUID) -> None:
    there = f"/borgere/{cast.ellen}/venteliste/{song}"
    assert browse(cast.bo).post(there, data={"key": KEY}).status_code == 303
    assert [row.wish.state for row in here(wishes_of, cast.ellen)] == ["waiting"]


def test_a_citizen_on_the_list_is_told_so(browse: Browse, cast: Cast, song: UUID) -> None:
    waits(cast.karen, cast.ellen, song)
    there = f"/borgere/{cast.ellen}/venteliste/{song}"
    assert browse(cast.bo).post(there, data={"key": KEY}).status_code == 422


def test_a_wish_is_written_down(browse: Browse, cast: Cast) -> None:
    sent = {"key": KEY, "words": "Jeg savner at danse", "kind": "music", "latest_on": "2026-12-31"}
    answer = browse(cast.bo).post(f"/borgere/{cast.ellen}/oensker/nyt", data=sent)
    assert answer.status_code == 303
    assert "Jeg savner at danse" in browse(cast.bo).get(answer.location).text


def test_a_wish_without_words_is_asked_for_them(browse: Browse, cast: Cast) -> None:
    answer = browse(cast.bo).post(f"/borgere/{cast.ellen}/oensker/nyt", data={"key": KEY})
    assert answer.status_code == 422


def test_a_wish_cannot_end_before_today(browse: Browse, cast: Cast) -> None:
    sent = {"key": KEY, "words": "Dans", "latest_on": "2026-11-01"}
    answer = browse(cast.bo).post(f"/borgere/{cast.ellen}/oensker/nyt", data=sent)
    assert answer.status_code == 422


def test_a_helper_of_another_district_sees_no_wishes(browse: Browse, cast: Cast) -> None:
    assert browse(cast.mia).get(f"/borgere/{cast.ellen}/oensker").status_code == 403


def test_an_activity_of_the_kind_is_shown_with_the_wish(
    browse: Browse, cast: Cast, song: UUID
) -> None:
    choir = an_occurrence(SONG_AT + timedelta(hours=2), title="Kor", kind="music")
    page = browse(cast.karen).get(f"/oensker/{_wish(cast)}").text
    assert f"/hold/{choir}" in page


def test_a_date_is_held_for_a_wish_and_asked_about(browse: Browse, cast: Cast, song: UUID) -> None:
    choir = an_occurrence(SONG_AT + timedelta(hours=2), title="Kor", kind="music")
    there = f"/oensker/{_wish(cast)}/hold/{choir}"
    answer = browse(cast.karen).post(there, data={"key": KEY})
    assert answer.location == f"/tilbud/{the_offer(cast.karen).offer.id}"


def test_what_cannot_be_held_says_why(browse: Browse, cast: Cast) -> None:
    cards_for(cast, cast.ellen)
    choir = an_occurrence(SONG_AT, title="Kor", kind="music")
    made, browser = _wish(cast), browse(cast.karen)
    browser.post(f"/oensker/{made}/hold/{choir}", data={"key": KEY})
    assert "alert-warning" in browser.get(f"/oensker/{made}").text


def test_a_date_outside_the_cards_hours_says_what_they_are(browse: Browse, cast: Cast) -> None:
    hours = replace(DECIDED.hours, starts_from=time(9), ends_by=time(10))
    a_card(cast, cast.ellen, terms=replace(DECIDED, hours=hours))
    a_shift(cast.bo, SONG_AT.date())
    choir = an_occurrence(SONG_AT, title="Kor", kind="music")
    made, browser = _wish(cast), browse(cast.karen)
    browser.post(f"/oensker/{made}/hold/{choir}", data={"key": KEY})
    page = browser.get(f"/oensker/{made}").text
    assert "Hele turen skal ligge mellem kl. 9.00 og 10.00." in page


def test_a_wish_is_closed_and_put_back(browse: Browse, cast: Cast) -> None:
    made, browser = _wish(cast), browse(cast.bo)
    browser.post(f"/oensker/{made}/luk", data={"key": KEY, "reason": "citizen"})
    assert wish(made).state == "withdrawn"
    browser.post(f"/oensker/{made}/igen", data={"key": str(UUID(int=2))})
    assert wish(made).state == "open"


def test_a_wish_is_not_closed_without_a_reason(browse: Browse, cast: Cast) -> None:
    made = _wish(cast)
    assert browse(cast.bo).post(f"/oensker/{made}/luk", data={"key": KEY}).status_code == 422


def test_a_yes_on_the_page_books_the_trip(browse: Browse, cast: Cast, offer_id: UUID) -> None:
    browse(cast.bo).post(f"/tilbud/{offer_id}/ja", data={"key": KEY})
    assert len(here(next_trips, cast.ellen, MONDAY)) == 1


def test_a_second_yes_says_that_it_is_booked(browse: Browse, cast: Cast, offer_id: UUID) -> None:
    browser = browse(cast.bo)
    browser.post(f"/tilbud/{offer_id}/ja", data={"key": KEY})
    again = browser.post(f"/tilbud/{offer_id}/ja", data={"key": str(UUID(int=2))})
    assert again.location == f"/tilbud/{offer_id}"
    assert "/ja" not in browser.get(again.location).text


def test_a_yes_after_the_deadline_is_told_in_plain_words(
    browse: Browse, cast: Cast, offer_id: UUID, standing_clock: StandingClock
) -> None:
    browser = browse(cast.bo)
    standing_clock.pass_(days=2)
    answer = browser.post(f"/tilbud/{offer_id}/ja", data={"key": KEY}, follow_redirects=True)
    assert (answer.status_code, "/ja" in answer.text) == (200, False)
    assert here(next_trips, cast.ellen, MONDAY) == []


def test_today_asks_a_helper_to_ask(browse: Browse, cast: Cast, offer_id: UUID) -> None:
    assert f"/tilbud/{offer_id}" in browse(cast.bo).get("/i-dag").text
    assert f"/tilbud/{offer_id}" not in browse(cast.mia).get("/i-dag").text


def test_the_citizens_page_shows_the_offer(browse: Browse, cast: Cast, offer_id: UUID) -> None:
    assert f"/tilbud/{offer_id}" in browse(cast.bo).get(f"/borgere/{cast.ellen}").text


def test_an_offer_says_what_it_costs(browse: Browse, cast: Cast, offer_id: UUID) -> None:
    browser = browse(cast.bo)
    browser.set_cookie("lang", "en", domain="localhost")
    page = browser.get(f"/tilbud/{offer_id}").text
    assert ("Costs on the card" in page, "3 klip and 20 minutes" in page) == (True, True)
    assert "35 kr." in page.replace("\xa0", " ") or "DKK" in page


def test_the_overview_tells_what_to_ring_about(browse: Browse, cast: Cast, offer_id: UUID) -> None:
    assert "Sang, Medborgerhuset" in browse(cast.karen).get("/overblik").text


def test_another_day_lists_three_at_most(browse: Browse, cast: Cast) -> None:
    days = [THURSDAY + timedelta(weeks=week) for week in range(5)]
    for day in days:
        a_shift(cast.bo, day)
    cards_for(cast, cast.ellen)
    activity = a_series(days)
    standing = UUID(
        run(agree_standing, cast.bo, cast.ellen, StandingFacts(activity, 1), now=MONDAY)
    )
    proposed = run(propose, standing, now=MONDAY)
    page = browse(cast.bo).get(f"/tilbud/{proposed}/anden-dag").text
    assert page.count(f'action="/tilbud/{proposed}/anden-dag/') == 3
    assert page.count("På kortet: 2 klip og 20 minutter") == 3
    assert page.count("Gratis") == 3


def test_a_standing_wish_is_agreed_on(browse: Browse, cast: Cast) -> None:
    activity = a_series([THURSDAY])
    sent = {
        "key": KEY,
        "activity": str(activity),
        "rhythm": "2",
        "day_part": "afternoon",
        "helper": str(cast.bo.person_id),
    }
    browser = browse(cast.bo)
    assert browser.post(f"/borgere/{cast.ellen}/faste-oensker/nyt", data=sent).status_code == 303
    kept = here(standing_of, cast.ellen)
    assert [(row.wish.every_weeks, row.helper) for row in kept] == [(2, "Bo Berg")]


def test_a_standing_wish_rests_and_goes_on(browse: Browse, cast: Cast) -> None:
    activity = a_series([THURSDAY])
    made = run(agree_standing, cast.bo, cast.ellen, StandingFacts(activity, 1), now=MONDAY)
    browser = browse(cast.bo)
    browser.post(f"/faste-oensker/{made}/pause", data={"key": KEY})
    assert here(standing_of, cast.ellen)[0].wish.state == "paused"
    browser.post(f"/faste-oensker/{made}/fortsaet", data={"key": str(UUID(int=2))})
    assert here(standing_of, cast.ellen)[0].wish.state == "active"


def test_the_line_stands_in_its_order(browse: Browse, cast: Cast, song: UUID) -> None:
    waits(cast.bo, cast.ellen, song)
    waits(cast.karen, cast.poul, song, MONDAY - timedelta(days=15))
    page = browse(cast.karen).get(f"/ventelister/{song}").text
    assert page.index("Poul Østergaard") < page.index("Ellen Sørensen")


def test_a_helper_does_not_see_the_order(browse: Browse, cast: Cast, song: UUID) -> None:
    assert browse(cast.bo).get(f"/ventelister/{song}").status_code == 403


def test_the_formula_is_printed_for_everybody(app: Flask) -> None:
    page = app.test_client().get("/fair-tur")
    assert page.status_code == 200
    assert all(f">{rule.most}<" in page.text for rule in RULES)


def test_the_administrator_sets_the_answer_times(browse: Browse, cast: Cast) -> None:
    sent = {
        "key": KEY,
        "opens": "09:00",
        "closes": "14:30",
        "offer_hours": "4",
        "standing_hold_hours": "12",
    }
    assert browse(cast.ada).post("/kommunen/svarfrister", data=sent).status_code == 303
    stored = here(home)
    assert (stored.office_opens.hour, stored.office_closes.minute, stored.offer_hours) == (9, 30, 4)


def test_an_office_must_close_after_it_opens(browse: Browse, cast: Cast) -> None:
    sent = {
        "key": KEY,
        "opens": "15:00",
        "closes": "08:00",
        "offer_hours": "4",
        "standing_hold_hours": "12",
    }
    assert browse(cast.ada).post("/kommunen/svarfrister", data=sent).status_code == 422


def _unmet(cast: Cast, count: int, kind: str) -> None:
    for number in range(count):
        neighbour = a_neighbour(cast, f"Nabo{kind}{number}")
        made = run(make_wish, cast.karen, neighbour, WishFacts("x", kind), now=MONDAY)
        run(withdraw_wish, cast.karen, UUID(made), reason="not_possible", now=MONDAY)


def test_small_numbers_are_not_told(browse: Browse, cast: Cast) -> None:
    _unmet(cast, 2, "walk")
    _unmet(cast, 5, "faith")
    _unmet(cast, 6, "music")
    file = browse(cast.karen).get("/udaekkede-behov.csv").data.decode("utf-8-sig")
    kinds = [line.rsplit(";", 1)[1] for line in file.splitlines() if "music" in line.lower()]
    assert "2" not in [line.rsplit(";", 1)[1] for line in file.splitlines()]
    assert kinds in ([], ["6"])


def test_nothing_unmet_is_a_good_page(browse: Browse, cast: Cast) -> None:
    assert faults_at(browse(cast.karen), "/udaekkede-behov") == []


def test_the_pages_are_whole(browse: Browse, cast: Cast, song: UUID, offer_id: UUID) -> None:
    made = _wish(cast)
    activity = a_series([date(2026, 12, 3)])
    standing = run(agree_standing, cast.bo, cast.ellen, StandingFacts(activity, 1), now=MONDAY)
    waits(cast.karen, cast.poul, song)
    _unmet(cast, 1, "walk")
    faults = {
        address: faults_at(browse(cast.karen), address)
        for address in (
            f"/borgere/{cast.ellen}/oensker",
            f"/borgere/{cast.ellen}/oensker/nyt",
            f"/borgere/{cast.ellen}/faste-oensker/nyt",
            f"/borgere/{cast.ellen}/venteliste/{song}",
            f"/borgere/{cast.ellen}",
            f"/oensker/{made}",
            "/oensker",
            f"/faste-oensker/{standing}",
            "/tilbud",
            f"/tilbud/{offer_id}",
            f"/tilbud/{offer_id}/anden-dag",
            "/ventelister",
            f"/ventelister/{song}",
            "/fair-tur",
            "/udaekkede-behov",
        )
    }
    assert {address: found for address, found in faults.items() if found} == {}
