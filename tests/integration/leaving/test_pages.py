"""Whoever has died is a person on every page: nothing is offered, sent or asked of her any more."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask

from klippekort.citizens.queries import list_own_citizens
from klippekort.citizens.services.leaving import Leaving, register_leaving, undo_leaving
from klippekort.domain.errors import CitizenGone
from klippekort.own_page.queries.requests import count_requests, waiting_requests
from klippekort.own_page.services.requests import ask_on_paper, note_printed
from tests.builders import MONDAY, a_card, a_shift, a_trip, an_occurrence
from tests.cast import Cast
from tests.integration.leaving.conftest import Browse
from tests.integration.outreach.arrange import noted
from tests.integration.waiting.arrange import here, own_card, run

TODAY = date(2026, 11, 23)
# What nobody may begin with one who has died, by its address under hers.
BEGINS = ("lagt-maerke-til", "samtale/1", "oensker/nyt", "tur", "aftaler", "henvis", "opkald")


def leave(cast: Cast, kind: str = "died") -> UUID:
    facts = Leaving(kind, TODAY, "relative")
    return UUID(run(register_leaving, cast.karen, cast.ellen, facts, now=MONDAY))


def back(cast: Cast, leaving: UUID) -> None:
    run(undo_leaving, cast.karen, leaving, now=MONDAY + timedelta(minutes=5))


@pytest.mark.parametrize("kind", ["died", "moved"])
@pytest.mark.parametrize("who", ["bo", "karen", "ida", "asta"])
def test_her_page_says_it_first_and_offers_nothing(
    cast: Cast, browse: Browse, who: str, kind: str
) -> None:
    a_card(cast, cast.ellen)
    noted(cast.bo, cast.ellen)
    leave(cast, kind)
    page = browse(getattr(cast, who)).get(f"/borgere/{cast.ellen}").text
    main = page[page.index("<h1") :]
    assert "Ellen er her ikke mere" in main[:900]
    at = f"/borgere/{cast.ellen}/"
    assert [one for one in BEGINS if f'{at}{one}"' in main or f"{at}{one}/" in main] == []


def test_nothing_is_begun_by_its_address_either(cast: Cast, browse: Browse) -> None:
    leave(cast)
    karen, at = browse(cast.karen), f"/borgere/{cast.ellen}"
    assert {karen.get(f"{at}/{one}").status_code for one in BEGINS[:2]} == {409}


def test_she_is_in_nobodys_list_of_names(cast: Cast, browse: Browse) -> None:
    assert cast.ellen in [one.id for one in here(list_own_citizens, cast.bo, TODAY)]
    leaving = leave(cast)
    assert cast.ellen not in [one.id for one in here(list_own_citizens, cast.bo, TODAY)]
    assert str(cast.ellen) not in browse(cast.bo).get("/opsporing/lagt-maerke-til").text
    back(cast, leaving)
    assert cast.ellen in [one.id for one in here(list_own_citizens, cast.bo, TODAY)]


def test_her_printed_card_asks_for_no_newer_one(app: Flask, cast: Cast) -> None:
    token = own_card(cast, cast.ellen, "4711")
    leave(cast)
    answer = app.test_client().get(f"/kort/lindeby/{token}")
    assert answer.status_code == 410
    assert "nyt kort" not in answer.text
    assert "Så ring til os" in answer.text


def test_a_trip_that_was_cancelled_does_not_stand_as_a_trip_today(
    cast: Cast, browse: Browse
) -> None:
    a_shift(cast.bo, TODAY)
    a_card(cast, cast.ellen)
    trip = a_trip(cast.karen, cast.ellen, an_occurrence(MONDAY + timedelta(hours=4)), cast.bo)
    karen = browse(cast.karen)
    assert f"/ture/{trip}" in karen.get("/overblik").text
    leave(cast)
    assert f"/ture/{trip}" not in karen.get("/overblik").text


def test_the_dead_are_not_among_those_who_have_not_been_out(cast: Cast, browse: Browse) -> None:
    a_card(cast, cast.ellen)
    karen, listed = browse(cast.karen), "/pejlemaerker/bag/reach"
    assert str(cast.ellen) in karen.get(listed).text
    leave(cast)
    assert str(cast.ellen) not in karen.get(listed).text


def test_no_letter_with_own_data_goes_to_the_dead(cast: Cast, browse: Browse) -> None:
    asked = UUID(run(ask_on_paper, cast.karen, cast.ellen, "data", now=MONDAY))
    due = here(waiting_requests)[0].request.answer_by
    leaving = leave(cast)
    assert "Ellen" not in browse(cast.karen).get("/indsigt").text
    assert here(count_requests) == 0
    with pytest.raises(CitizenGone):
        run(note_printed, cast.karen, asked, now=MONDAY)
    with pytest.raises(CitizenGone):
        run(ask_on_paper, cast.karen, cast.ellen, "data", now=MONDAY)
    back(cast, leaving)
    assert [(one.request.id, one.request.answer_by) for one in here(waiting_requests)] == [
        (asked, due)
    ]


def test_whoever_has_moved_still_gets_the_letter_at_the_new_address(
    cast: Cast, browse: Browse
) -> None:
    run(ask_on_paper, cast.karen, cast.ellen, "data", now=MONDAY)
    leave(cast, "moved")
    page = browse(cast.karen).get("/indsigt").text
    assert "Ellen er flyttet. Find den nye adresse, før brevet bliver sendt." in page
