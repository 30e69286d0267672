"""Going together: found by name, asked one by one, booked for all or for none."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import get_citizen, list_looks
from klippekort.citizens.services.contacts import add_contact, write_escort_note
from klippekort.domain.permissions import Actor
from klippekort.domain.schemes import Basis, Charge, Joint, JointTrips, Payer, Terms
from klippekort.domain.trips import CancelReason, TripState
from klippekort.messages.queries import open_calls
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.cards import get_card, state_of
from klippekort.trips.models import TripNote
from klippekort.trips.queries.happenings import greetings_of
from klippekort.trips.queries.trips import next_trips, riders_of, rows_of
from klippekort.trips.services.company import stay_home
from klippekort.trips.services.keeping import finish_trip, start_trip
from tests.builders import DECIDED, MONDAY, a_card, a_scheme, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.tablet import StandingClock
from tests.integration.tablets.sending import Tablet, intent_of, outcome
from tests.integration.trips.conftest import (
    DOORS_OPEN,
    GAME_AT,
    HOME_AGAIN,
    Browse,
    answer_to,
    answers,
    key_of,
)
from tests.pages import faults_of

SHARED = replace(
    DECIDED,
    joint_trips=JointTrips(charge=Joint.SHARED),
    cancelling=replace(
        DECIDED.cancelling,
        no_show=Charge.HALF,
        broken_off=Charge.FULL,
        citizen=replace(DECIDED.cancelling.citizen, charge=Charge.FULL),
    ),
)


@pytest.fixture
def karen(browse: Browse, cast: Cast) -> FlaskClient:
    """Karen's browser, in English: she may book for everybody."""
    return _english(browse, cast.karen)


def _english(browse: Browse, actor: Actor) -> FlaskClient:
    browser = browse(actor)
    browser.set_cookie("lang", "en", domain="localhost")
    return browser


def _cards(cast: Cast, terms: Terms = SHARED, minutes: int = 300) -> list[UUID]:
    scheme = a_scheme(terms)
    return [a_card(cast, who, minutes, scheme_id=scheme) for who in (cast.ellen, cast.poul)]


@pytest.fixture
def cards(cast: Cast, game: UUID) -> list[UUID]:
    """Ellen's and Poul's cards, under a scheme that shares the minutes of a trip together."""
    return _cards(cast)


def _path(cast: Cast, game: UUID, *others: UUID) -> str:
    query = "&".join(f"med={one}" for one in others)
    return f"/borgere/{cast.ellen}/tur/{game}/sammen?{query}"


def _yes(*citizens: UUID) -> dict[str, str]:
    return {f"yes_{one.hex}": "said" for one in citizens}


def _said(cast: Cast, **changed: str) -> dict[str, str]:
    sent = {"transport": "wheelchair_bus", "between": "0", **_yes(cast.ellen, cast.poul)}
    return answers(cast, **{**sent, **changed})


def _held(cards: list[UUID]) -> list[int]:
    with acting_for(HOME):
        return [state_of(get_card(card)).held() for card in cards]


def test_somebody_is_found_by_name(karen: FlaskClient, cast: Cast, game: UUID) -> None:
    page = karen.get(f"{_path(cast, game)}q=po").text
    assert "Take Poul along" in page
    assert f"med={cast.poul}" in page


def test_a_helper_finds_only_her_own(browse: Browse, cast: Cast, game: UUID) -> None:
    page = _english(browse, cast.bo).get(f"{_path(cast, game)}q=po").text
    assert "Nobody whom you may book for has a name like that" in page


def test_nobody_takes_a_stranger_along(browse: Browse, cast: Cast, game: UUID) -> None:
    bo = browse(cast.bo)
    assert bo.get(_path(cast, game, cast.poul)).status_code == 403
    assert browse(cast.karen).get(_path(cast, game, cast.gudrun)).status_code == 404


def test_everybody_who_is_seen_is_on_record(
    karen: FlaskClient, cast: Cast, game: UUID, cards: list[UUID]
) -> None:
    karen.get(_path(cast, game, cast.poul))
    with acting_for(HOME):
        purposes = [look.purpose for who in (cast.ellen, cast.poul) for look in list_looks(who)]
    assert purposes.count("book_trip") == 2


def test_each_card_says_what_it_pays(
    karen: FlaskClient, cast: Cast, game: UUID, cards: list[UUID]
) -> None:
    page = karen.get(_path(cast, game, cast.poul)).text
    assert page.count("(the time is shared)") == 2


def test_both_are_booked_at_once(
    karen: FlaskClient, cast: Cast, game: UUID, cards: list[UUID]
) -> None:
    booked = karen.post(_path(cast, game, cast.poul), data=_said(cast))
    assert (booked.status_code, _held(cards)) == (303, [55, 55])
    assert "Poul" in karen.get(booked.location).text


def test_each_one_s_yes_is_kept(
    karen: FlaskClient, cast: Cast, game: UUID, cards: list[UUID]
) -> None:
    karen.post(_path(cast, game, cast.poul), data=_said(cast))
    with acting_for(HOME):
        trip = next_trips(cast.ellen, MONDAY)[0].trip_id
        assert [one.joint_agreed_how for one in riders_of(trip)] == ["said", "said"]


def test_without_everybody_s_yes_nobody_goes(
    karen: FlaskClient, cast: Cast, game: UUID, cards: list[UUID]
) -> None:
    said = _said(cast, between="7", **{f"yes_{cast.poul.hex}": ""})
    page = karen.post(_path(cast, game, cast.poul), data=said)
    assert (page.status_code, _held(cards)) == (422, [0, 0])
    assert f'id="yes_{cast.poul.hex}-error"' in page.text
    assert 'value="7"' in page.text


def test_whoever_is_fetched_last_is_home_first(
    karen: FlaskClient, cast: Cast, game: UUID, cards: list[UUID]
) -> None:
    karen.post(_path(cast, game, cast.poul), data=_said(cast, between="5"))
    with acting_for(HOME):
        ellen, poul = (next_trips(who, MONDAY)[0] for who in (cast.ellen, cast.poul))
    assert poul.starts_at - ellen.starts_at == timedelta(minutes=5)
    assert ellen.ends_at - poul.ends_at == timedelta(minutes=5)
    assert _held(cards) == [60, 55]


def test_another_may_be_fetched_first(
    karen: FlaskClient, cast: Cast, game: UUID, cards: list[UUID]
) -> None:
    karen.post(_path(cast, game, cast.poul, cast.ellen), data=_said(cast, between="5"))
    assert _held(cards) == [55, 60]


def test_two_helpers_may_go_along(
    karen: FlaskClient, cast: Cast, game: UUID, cards: list[UUID]
) -> None:
    two = _said(cast, escorts_wanted="2", second_id=str(cast.mia.person_id))
    karen.post(_path(cast, game, cast.poul), data=two)
    with acting_for(HOME):
        assert next_trips(cast.poul, MONDAY)[0].escort_name == "Bo Berg & Mia Møller"


def test_why_one_of_them_cannot_stands_by_the_name(
    karen: FlaskClient, cast: Cast, game: UUID
) -> None:
    a_card(cast, cast.ellen, terms=SHARED)
    page = karen.get(_path(cast, game, cast.poul)).text
    assert "There is no card that can pay on that day" in page
    assert "All say yes" not in page


@pytest.mark.parametrize(
    ("joint", "words"),
    [
        (JointTrips(charge=Joint.FORBIDDEN), "cannot pay for trips together with others"),
        (JointTrips(charge=Joint.FREE, most_citizens=1), "At most 1 may go together"),
    ],
)
def test_a_scheme_may_say_no_to_going_together(
    karen: FlaskClient, cast: Cast, game: UUID, joint: JointTrips, words: str
) -> None:
    _cards(cast, replace(DECIDED, joint_trips=joint))
    assert words in karen.get(_path(cast, game, cast.poul)).text


def test_when_it_is_full_dates_for_both_are_offered(
    karen: FlaskClient, cast: Cast, cards: list[UUID]
) -> None:
    narrow = an_occurrence(GAME_AT, capacity=1, title="Lille stue")
    an_occurrence(GAME_AT + timedelta(days=1), capacity=1, title="Også lille")
    wide = an_occurrence(GAME_AT + timedelta(days=2), title="Stor stue")
    page = karen.get(_path(cast, narrow, cast.poul)).text
    offered = re.findall(r"/tur/([0-9a-f-]{36})/sammen[^\"]*\">([^,<]*), ", page)
    assert (str(wide), "Stor stue") in offered
    assert "Også lille" not in page
    assert "Ellen 1 klip and 25 minutes" in " ".join(page.split())


def test_each_reads_the_own_price_of_a_date_that_is_offered_instead(
    karen: FlaskClient, cast: Cast
) -> None:
    paid = replace(SHARED.money, citizen=replace(SHARED.money.citizen, ticket=Payer.MUNICIPALITY))
    for who, terms, name in (
        (cast.ellen, replace(SHARED, money=paid), "Hendes"),
        (cast.poul, SHARED, "Hans"),
    ):
        a_card(cast, who, 300, scheme_id=a_scheme(terms, name=name))
    narrow = an_occurrence(GAME_AT, capacity=1, title="Lille stue")
    an_occurrence(GAME_AT + timedelta(days=1), title="Stor stue")
    page = _words(karen.get(_path(cast, narrow, cast.poul)).text)
    assert re.search(r"Price for Ellen: [^·]*which the municipality pays · Price for Poul: ", page)


def test_what_nobody_has_decided_is_asked(karen: FlaskClient, cast: Cast, game: UUID) -> None:
    cards = _cards(cast, replace(DECIDED, joint_trips=JointTrips()))
    assert karen.post(_path(cast, game, cast.poul), data=_said(cast)).status_code == 422
    answer = {answer_to("joint_trips.charge"): "full", "why": "Each has a helper of her own."}
    said = _said(cast, **answer)
    assert karen.post(_path(cast, game, cast.poul), data=said).status_code == 303
    assert _held(cards) == [110, 110]


def test_alone_there_is_nothing_to_book(
    karen: FlaskClient, cast: Cast, game: UUID, cards: list[UUID]
) -> None:
    page = karen.post(_path(cast, game), data=_said(cast))
    assert (page.status_code, _held(cards)) == (200, [0, 0])


def test_every_state_of_the_page_is_a_good_page(
    browse: Browse, cast: Cast, game: UUID, cards: list[UUID]
) -> None:
    browser = browse(cast.karen)
    pages = {
        "alone": browser.get(f"{_path(cast, game)}q=po").text,
        "both": browser.get(f"{_path(cast, game, cast.poul)}&hjaelpere=2").text,
        "missing": browser.post(_path(cast, game, cast.poul), data=answers(cast)).text,
    }
    faults = {
        name: [fault for fault in faults_of(page) if "token" not in fault]
        for name, page in pages.items()
    }
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.fixture
def trip(karen: FlaskClient, cast: Cast, game: UUID, cards: list[UUID]) -> UUID:
    """Ellen and Poul go to the cards together, with Bo."""
    karen.post(_path(cast, game, cast.poul), data=_said(cast))
    with acting_for(HOME):
        return next_trips(cast.ellen, MONDAY)[0].trip_id


def _states(cast: Cast, trip: UUID) -> list[TripState]:
    with acting_for(HOME):
        found = {row.citizen_id: row.state for row in rows_of(trip)}
    return [found[cast.ellen], found[cast.poul]]


def _charged(cast: Cast, trip: UUID) -> list[int | None]:
    with acting_for(HOME):
        found = {row.citizen_id: row.charged_minutes for row in rows_of(trip)}
    return [found[cast.ellen], found[cast.poul]]


# In good time her trip costs Ellen nothing; Poul's scheme charges the whole, and by the real time.
HERS = replace(
    DECIDED,
    joint_trips=JointTrips(charge=Joint.SHARED),
    charging=replace(DECIDED.charging, basis=Basis.PLANNED),
)
HIS = replace(
    SHARED,
    joint_trips=JointTrips(charge=Joint.FULL),
    charging=replace(SHARED.charging, basis=Basis.ACTUAL),
)

HER_TIME, HIS_TIME = "1 klip and 25 minutes (55 min)", "3 klip and 20 minutes (1 h 50 min)"


def _booked(karen: FlaskClient, cast: Cast, game: UUID, hers: Terms, his: Terms) -> UUID:
    """Book Ellen and Poul together, each under a scheme of her or his own."""
    for who, terms, name in ((cast.ellen, hers, "Hendes"), (cast.poul, his, "Hans")):
        a_card(cast, who, 300, scheme_id=a_scheme(terms, name=name))
    karen.post(_path(cast, game, cast.poul), data=_said(cast))
    with acting_for(HOME):
        return next_trips(cast.ellen, MONDAY)[0].trip_id


def test_what_cancelling_costs_is_said_of_each_by_the_own_card(
    karen: FlaskClient, cast: Cast, game: UUID
) -> None:
    trip = _booked(karen, cast, game, HERS, HIS)
    page = _words(karen.get(f"/ture/{trip}/aflys").text)
    good_time = "The citizen cancels in good time:"
    assert f"Ellen: {good_time} the time goes back on the card." in page
    assert f"Poul: {good_time} the whole trip is paid." in page
    assert ": Home care cancels" not in page


def test_what_cancelling_costs_is_said_once_where_it_is_the_same(
    karen: FlaskClient, cast: Cast, trip: UUID
) -> None:
    page = _words(karen.get(f"/ture/{trip}/aflys").text)
    assert page.count("The citizen cancels in good time:") == 1
    assert "Ellen: The citizen" not in page


def test_who_stays_at_home_alone_is_not_told_what_the_others_cards_go_by(
    karen: FlaskClient, cast: Cast, game: UUID
) -> None:
    trip = _booked(karen, cast, game, HERS, HIS)
    _ellen_stays(cast, trip)
    page = _words(karen.get(f"/ture/{trip}/aflys").text)
    assert "The citizen cancels in good time: the whole trip is paid." in page
    assert "goes back on the card: " not in page
    assert "Ellen" not in page


def test_what_the_trip_is_on_each_card_stands_where_it_is_asked_who_pays(
    karen: FlaskClient, cast: Cast, game: UUID
) -> None:
    open_ = replace(DECIDED.cancelling.citizen, charge=Charge.UNDECIDED)
    hers, his = (
        replace(one, cancelling=replace(one.cancelling, citizen=open_)) for one in (HERS, HIS)
    )
    trip = _booked(karen, cast, game, hers, his)
    sent = {"key": key_of(9), "reason": "citizen.ill", "citizen_id": ""}
    page = _words(karen.post(f"/ture/{trip}/aflys", data=sent).text)
    assert f"Ellen: The trip is {HER_TIME}. Poul: The trip is {HIS_TIME}." in page
    sent["citizen_id"] = str(cast.poul)
    page = _words(karen.post(f"/ture/{trip}/aflys", data=sent).text)
    assert f"The trip is {HIS_TIME}." in page
    assert "Poul: The trip is" not in page


def test_what_a_finish_costs_is_said_of_each_by_the_own_card(
    browse: Browse, karen: FlaskClient, cast: Cast, game: UUID, standing_clock: StandingClock
) -> None:
    trip = _booked(karen, cast, game, HERS, HIS)
    karen = _karen_at(browse, cast, standing_clock, HOME_AGAIN)
    page = _words(karen.get(f"/ture/{trip}/afslut").text)
    assert f"Planned: 09:50–11:40, Ellen {HER_TIME}, Poul {HIS_TIME}." in page
    assert "Ellen: The card pays the planned time." in page
    assert "Poul: The card pays the time the trip took." in page


def test_what_a_finish_costs_is_said_once_where_it_is_the_same(
    browse: Browse, karen: FlaskClient, cast: Cast, game: UUID, standing_clock: StandingClock
) -> None:
    trip = _booked(karen, cast, game, HERS, HERS)
    karen = _karen_at(browse, cast, standing_clock, HOME_AGAIN)
    page = _words(karen.get(f"/ture/{trip}/afslut").text)
    assert f"Planned: 09:50–11:40, {HER_TIME}. The card pays the planned time." in page


@pytest.mark.parametrize("part", ["aflys", "afslut"])
def test_the_terms_of_all_who_ride_are_read_in_one_statement(
    browse: Browse,
    karen: FlaskClient,
    cast: Cast,
    game: UUID,
    part: str,
    standing_clock: StandingClock,
) -> None:
    trip = _booked(karen, cast, game, HERS, HIS)
    karen = _karen_at(browse, cast, standing_clock, HOME_AGAIN)
    said: list[str] = []

    def note(_c: Any, _cur: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    assert karen.get(f"/ture/{trip}/{part}").status_code == 200
    event.remove(db.engine, "before_cursor_execute", note)
    assert sum("scheme_terms" in one or "punch_card" in one for one in said) == 1


def _ellen_stays(cast: Cast, trip: UUID) -> None:
    with acting_for(HOME):
        execute(stay_home, cast.karen, trip, cast.ellen, CancelReason.ILL, now=MONDAY)


def _started(cast: Cast, trip: UUID) -> None:
    with acting_for(HOME):
        execute(start_trip, cast.bo, trip, now=DOORS_OPEN)


def _karen_at(
    browse: Browse, cast: Cast, standing_clock: StandingClock, at: datetime
) -> FlaskClient:
    """Return Karen's browser, logged in at that time."""
    standing_clock.at = at
    return _english(browse, cast.karen)


def _times(**changed: str) -> dict[str, str]:
    """Return what the finish page sends of times: those that were planned, on the Danish clock."""
    return {"key": key_of(9), "started": "09:50", "ended": "11:40", **changed}


def _of(citizen: UUID) -> str:
    return f"rider_{citizen.hex}"


def _words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_the_trip_of_one_who_stays_at_home_is_the_other_s(
    karen: FlaskClient, cast: Cast, trip: UUID
) -> None:
    _ellen_stays(cast, trip)
    page = karen.get(f"/ture/{trip}").text
    said = _words(page)
    assert "Stays at home Ellen" in said
    assert "Ellen is picked up" not in said
    assert "Poul is picked up" in said
    assert f"/ture/{trip}/aflys" in page


@pytest.mark.parametrize("part", ["aflys", "afslut", "ledsager", "noget-skete"])
def test_what_is_done_to_a_trip_is_done_for_those_who_still_go(
    browse: Browse, cast: Cast, trip: UUID, part: str, standing_clock: StandingClock
) -> None:
    _ellen_stays(cast, trip)
    karen = _karen_at(browse, cast, standing_clock, DOORS_OPEN + timedelta(minutes=1))
    page = karen.get(f"/ture/{trip}/{part}")
    assert (page.status_code, "Poul" in page.text) == (200, True)


def test_whoever_still_goes_is_started_and_finished(
    browse: Browse, cast: Cast, trip: UUID, standing_clock: StandingClock
) -> None:
    _ellen_stays(cast, trip)
    karen = _karen_at(browse, cast, standing_clock, HOME_AGAIN)
    karen.post(f"/ture/{trip}/start", data={"key": key_of(8)})
    assert karen.post(f"/ture/{trip}/afslut", data=_times()).status_code == 303
    assert _states(cast, trip) == [TripState.CANCELLED, TripState.COMPLETED]


def test_after_one_went_home_early_the_other_is_finished(
    browse: Browse, cast: Cast, trip: UUID, standing_clock: StandingClock
) -> None:
    _started(cast, trip)
    early = {_of(cast.ellen): "along", _of(cast.poul): "out", "is_broken_off": "y"}
    karen = _karen_at(browse, cast, standing_clock, HOME_AGAIN)
    karen.post(f"/ture/{trip}/afslut", data=_times(ended="10:20", **early))
    assert _states(cast, trip) == [TripState.BROKEN_OFF, TripState.UNDER_WAY]
    page = karen.get(f"/ture/{trip}").text
    assert "Under way" in page
    assert karen.post(f"/ture/{trip}/afslut", data=_times(key=key_of(10))).status_code == 303
    assert _states(cast, trip) == [TripState.BROKEN_OFF, TripState.COMPLETED]


def _home_at(cast: Cast, trip: UUID) -> list[datetime | None]:
    with acting_for(HOME):
        found = {row.citizen_id: row.ended_at for row in rows_of(trip)}
    return [found[cast.ellen], found[cast.poul]]


def _after(minutes: int) -> datetime:
    return DOORS_OPEN + timedelta(minutes=minutes)


def test_each_has_a_homecoming_of_her_own(
    browse: Browse, cast: Cast, trip: UUID, standing_clock: StandingClock
) -> None:
    _started(cast, trip)
    karen = _karen_at(browse, cast, standing_clock, HOME_AGAIN)
    early = {_of(cast.ellen): "along", _of(cast.poul): "out"}
    karen.post(f"/ture/{trip}/afslut", data=_times(ended="10:20", **early))
    assert _home_at(cast, trip) == [_after(30), None]
    karen.post(f"/ture/{trip}/afslut", data=_times(key=key_of(10)))
    assert _home_at(cast, trip) == [_after(30), HOME_AGAIN]
    page = karen.get(f"/ture/{trip}").text
    said = _words(page)
    assert re.search(r"Ellen \w+ : Done, [^.]*\.[^.]*\. Home again at 10.20", said)
    assert re.search(r"Poul \w+ : Done, [^.]*\. Home again at 11.40", said)
    assert re.search(r"9.50–10.20: Kortspil", page)


def test_whoever_went_home_early_is_told_of_with_the_others(
    browse: Browse, cast: Cast, trip: UUID, standing_clock: StandingClock
) -> None:
    _started(cast, trip)
    karen = _karen_at(browse, cast, standing_clock, HOME_AGAIN)
    each = {_of(cast.ellen): "along", _of(cast.poul): "along", _home(cast.ellen): "10:20"}
    assert karen.post(f"/ture/{trip}/afslut", data=_times(**each)).status_code == 303
    assert _home_at(cast, trip) == [_after(30), HOME_AGAIN]
    assert _charged(cast, trip) == [15, 55]


def test_who_is_fetched_first_once_another_stays_at_home_pays_from_her_own_door(
    karen: FlaskClient, browse: Browse, cast: Cast, game: UUID, standing_clock: StandingClock
) -> None:
    """Ellen was to be fetched first, and home last; the times are those of Poul's door."""
    _cards(cast)
    karen.post(_path(cast, game, cast.poul), data=_said(cast, between="5"))
    with acting_for(HOME):
        trip = next_trips(cast.ellen, MONDAY)[0].trip_id
    _ellen_stays(cast, trip)
    karen = _karen_at(browse, cast, standing_clock, HOME_AGAIN)
    karen.post(f"/ture/{trip}/afslut", data=_times(started="09:50", ended="10:50"))
    assert _charged(cast, trip)[1] == 30


def _home(citizen: UUID) -> str:
    return f"home_{citizen.hex}"


@pytest.mark.parametrize(("ellen", "at"), [("along", "11:50"), ("along", "9:40"), ("out", "10:20")])
def test_a_homecoming_that_makes_no_sense_is_asked_again(
    browse: Browse, cast: Cast, trip: UUID, standing_clock: StandingClock, ellen: str, at: str
) -> None:
    _started(cast, trip)
    karen = _karen_at(browse, cast, standing_clock, HOME_AGAIN)
    each = {_of(cast.ellen): ellen, _of(cast.poul): "along", _home(cast.ellen): at}
    page = karen.post(f"/ture/{trip}/afslut", data=_times(**each))
    assert (page.status_code, f'id="{_home(cast.ellen)}-error"' in page.text) == (422, True)
    assert _states(cast, trip) == [TripState.UNDER_WAY, TripState.UNDER_WAY]


def test_who_is_home_alone_is_not_charged_for_the_others_way(
    karen: FlaskClient, browse: Browse, cast: Cast, game: UUID, standing_clock: StandingClock
) -> None:
    """Poul is fetched five minutes after Ellen, and is home five minutes before her."""
    _cards(cast)
    karen.post(_path(cast, game, cast.poul), data=_said(cast, between="5"))
    with acting_for(HOME):
        trip = next_trips(cast.ellen, MONDAY)[0].trip_id
    karen = _karen_at(browse, cast, standing_clock, HOME_AGAIN)
    early = {_of(cast.ellen): "out", _of(cast.poul): "along"}
    karen.post(f"/ture/{trip}/afslut", data=_times(started="09:45", ended="10:30", **early))
    assert _charged(cast, trip) == [None, 20]
    page = karen.get(f"/ture/{trip}?borger={cast.poul}").text
    last = karen.get(f"/ture/{trip}/aflys").text
    assert ("Why is Ellen not with you?" in last, "Why is" in page) == (True, False)
    karen.post(f"/ture/{trip}/afslut", data=_times(started="09:45", ended="11:40", key=key_of(10)))
    assert _charged(cast, trip)[0] == 58
    lines = re.findall(r"<textarea[^>]*>([^<]*)", karen.get(f"/ture/{trip}").text)
    assert [re.findall(r"\d+:\d\d–\d+:\d\d", line) for line in lines] == [
        ["09:45–11:40"],
        ["09:50–10:30"],
    ]


def test_a_trip_that_one_of_them_made_is_not_cancelled(
    karen: FlaskClient, cast: Cast, trip: UUID
) -> None:
    _ellen_stays(cast, trip)
    times: dict[str, Any] = {"started_at": DOORS_OPEN, "ended_at": HOME_AGAIN, "now": HOME_AGAIN}
    with acting_for(HOME):
        execute(finish_trip, cast.karen, trip, **times)
    assert "How it went Done" in _words(karen.get(f"/ture/{trip}").text)


@pytest.mark.parametrize("part", ["aflys", "afslut"])
def test_a_form_about_a_trip_together_names_all_who_go(
    browse: Browse, cast: Cast, trip: UUID, part: str, standing_clock: StandingClock
) -> None:
    karen = _karen_at(browse, cast, standing_clock, DOORS_OPEN + timedelta(minutes=1))
    heading = karen.get(f"/ture/{trip}/{part}").text.partition("<h1>")[2].partition("</h1>")[0]
    assert ("Ellen" in heading, "Poul" in heading) == (True, True)


def test_whom_a_cancellation_is_about_must_be_said(
    karen: FlaskClient, cast: Cast, trip: UUID
) -> None:
    page = karen.post(f"/ture/{trip}/aflys", data={"key": key_of(9), "reason": "citizen.ill"})
    assert (page.status_code, 'id="citizen_id-error"' in page.text) == (422, True)
    assert _states(cast, trip) == [TripState.BOOKED, TripState.BOOKED]


def test_one_stays_at_home_and_the_other_goes(karen: FlaskClient, cast: Cast, trip: UUID) -> None:
    said = {"key": key_of(9), "reason": "citizen.ill", "citizen_id": str(cast.poul)}
    assert karen.post(f"/ture/{trip}/aflys", data=said).status_code == 303
    assert _states(cast, trip) == [TripState.BOOKED, TripState.CANCELLED]


def test_everybody_may_stay_at_home(karen: FlaskClient, cast: Cast, trip: UUID) -> None:
    said = {"key": key_of(9), "reason": "weather.weather", "citizen_id": ""}
    assert karen.post(f"/ture/{trip}/aflys", data=said).status_code == 303
    assert _states(cast, trip) == [TripState.CANCELLED, TripState.CANCELLED]


def test_nobody_else_can_be_left_at_home(karen: FlaskClient, cast: Cast, trip: UUID) -> None:
    said = {"key": key_of(9), "reason": "citizen.ill", "citizen_id": str(cast.gudrun)}
    assert karen.post(f"/ture/{trip}/aflys", data=said).status_code == 422


def test_the_history_says_who_stayed_at_home(karen: FlaskClient, cast: Cast, trip: UUID) -> None:
    said = {"key": key_of(9), "reason": "citizen.ill", "citizen_id": str(cast.poul)}
    karen.post(f"/ture/{trip}/aflys", data=said)
    history = _words(karen.get(f"/ture/{trip}").text.partition('class="history"')[2])
    assert re.search(r"Poul \w+: .* cancelled the trip\.", history)


@pytest.mark.parametrize(
    ("reason", "state", "charged"),
    [
        ("no_show.not_home", TripState.NO_SHOW, 27),
        ("turned_down.said_no", TripState.TURNED_DOWN, 55),
        ("citizen.ill", TripState.CANCELLED, 55),
    ],
)
def test_one_may_turn_out_to_be_missing_on_the_way(
    browse: Browse,
    cast: Cast,
    trip: UUID,
    standing_clock: StandingClock,
    reason: str,
    state: TripState,
    charged: int,
) -> None:
    _started(cast, trip)
    karen = _karen_at(browse, cast, standing_clock, DOORS_OPEN + timedelta(minutes=5))
    said = {"key": key_of(9), "reason": reason, "citizen_id": str(cast.poul)}
    assert karen.post(f"/ture/{trip}/aflys", data=said).status_code == 303
    assert _states(cast, trip) == [TripState.UNDER_WAY, state]
    assert _charged(cast, trip) == [None, charged]


def test_a_trip_under_way_is_not_cancelled_for_everybody(
    browse: Browse, cast: Cast, trip: UUID, standing_clock: StandingClock
) -> None:
    _started(cast, trip)
    karen = _karen_at(browse, cast, standing_clock, DOORS_OPEN + timedelta(minutes=5))
    page = karen.get(f"/ture/{trip}/aflys").text
    assert ("Everybody" in page, "The weather" in page) == (False, False)
    said = {"key": key_of(9), "reason": "citizen.ill", "citizen_id": ""}
    assert karen.post(f"/ture/{trip}/aflys", data=said).status_code == 422


def test_the_finish_says_of_each_who_came_along(
    browse: Browse, cast: Cast, trip: UUID, standing_clock: StandingClock
) -> None:
    _started(cast, trip)
    karen = _karen_at(browse, cast, standing_clock, HOME_AGAIN)
    each = {_of(cast.ellen): "along", _of(cast.poul): "no_show.not_home"}
    assert karen.post(f"/ture/{trip}/afslut", data=_times(**each)).status_code == 303
    assert _states(cast, trip) == [TripState.COMPLETED, TripState.NO_SHOW]
    assert _charged(cast, trip) == [55, 27]


def test_a_trip_that_nobody_came_along_on_is_cancelled_instead(
    browse: Browse, cast: Cast, trip: UUID, standing_clock: StandingClock
) -> None:
    _started(cast, trip)
    karen = _karen_at(browse, cast, standing_clock, HOME_AGAIN)
    each = {_of(cast.ellen): "no_show.not_home", _of(cast.poul): "no_show.not_home"}
    page = karen.post(f"/ture/{trip}/afslut", data=_times(**each))
    assert (page.status_code, f'id="{_of(cast.ellen)}-error"' in page.text) == (422, True)
    assert _states(cast, trip) == [TripState.UNDER_WAY, TripState.UNDER_WAY]


def test_what_a_missing_one_costs_is_asked_where_nobody_has_decided(
    karen: FlaskClient, browse: Browse, cast: Cast, game: UUID, standing_clock: StandingClock
) -> None:
    _cards(cast, replace(DECIDED, joint_trips=JointTrips(charge=Joint.SHARED)))
    karen.post(_path(cast, game, cast.poul), data=_said(cast))
    with acting_for(HOME):
        trip = next_trips(cast.ellen, MONDAY)[0].trip_id
    karen = _karen_at(browse, cast, standing_clock, HOME_AGAIN)
    each = {_of(cast.ellen): "along", _of(cast.poul): "no_show.not_home"}
    asked = karen.post(f"/ture/{trip}/afslut", data=_times(**each))
    assert (asked.status_code, 'name="cost"' in asked.text) == (422, True)
    karen.post(
        f"/ture/{trip}/afslut", data=_times(**each, cost="free", why="He was at the doctor's.")
    )
    assert _charged(cast, trip) == [55, 0]


def test_one_question_does_not_forget_the_answer_to_another(
    karen: FlaskClient, browse: Browse, cast: Cast, game: UUID, standing_clock: StandingClock
) -> None:
    open_ = replace(DECIDED.cancelling, no_show=Charge.UNDECIDED, broken_off=Charge.UNDECIDED)
    joint = JointTrips(charge=Joint.SHARED)
    _cards(cast, replace(DECIDED, joint_trips=joint, cancelling=open_))
    karen.post(_path(cast, game, cast.poul), data=_said(cast))
    with acting_for(HOME):
        trip = next_trips(cast.ellen, MONDAY)[0].trip_id
    karen = _karen_at(browse, cast, standing_clock, HOME_AGAIN)
    sent = {_of(cast.ellen): "along", _of(cast.poul): "no_show.not_home", "is_broken_off": "y"}
    asked = ""
    for question, answer in (("broken_off", "full"), ("cost", "free"), ("why", "He was ill.")):
        page = karen.post(f"/ture/{trip}/afslut", data=_times(**sent))
        asked, sent = (
            page.text,
            {name: sent[name] for name in sent if f'name="{name}"' in page.text},
        )
        assert (page.status_code, f'name="{question}"' in asked) == (422, True)
        sent[question] = answer
    assert all(f'name="{one}"' in asked for one in ("broken_off", "cost", "why"))
    assert karen.post(f"/ture/{trip}/afslut", data=_times(**sent)).status_code == 303
    assert _states(cast, trip) == [TripState.BROKEN_OFF, TripState.NO_SHOW]


def _a_daughter_of(cast: Cast, citizen: UUID) -> UUID:
    told: dict[str, Any] = {
        "name": "Lise",
        "phone": "+4520123456",
        "relation": "child",
        "is_next_of_kin": True,
    }
    with acting_for(HOME):
        made = execute(add_contact, cast.karen, citizen, **told, gets_greetings=True, now=MONDAY)
    return UUID(made)


def _finished(cast: Cast, trip: UUID) -> None:
    times: dict[str, Any] = {"started_at": DOORS_OPEN, "ended_at": HOME_AGAIN, "now": HOME_AGAIN}
    with acting_for(HOME):
        execute(finish_trip, cast.bo, trip, **times)


def test_the_second_rider_s_daughter_gets_a_line_too(
    browse: Browse, cast: Cast, trip: UUID, standing_clock: StandingClock
) -> None:
    daughter = _a_daughter_of(cast, cast.poul)
    _finished(cast, trip)
    karen = _karen_at(browse, cast, standing_clock, HOME_AGAIN)
    assert f"/ture/{trip}/hilsen" in karen.get(f"/ture/{trip}").text
    line = {"contact": str(daughter), "text": "Poul vandt i whist", "has_agreed": "y"}
    sent = karen.post(f"/ture/{trip}/hilsen", data={"key": key_of(9), **line})
    with acting_for(HOME):
        about = [call.citizen_id for call in open_calls(HOME_AGAIN + timedelta(hours=1))]
        kept = [line.citizen_id for line in greetings_of(trip)]
    assert (sent.status_code, about, kept) == (303, [cast.poul], [cast.poul])


def test_each_who_went_has_a_line_for_the_care_record(
    karen: FlaskClient, cast: Cast, trip: UUID
) -> None:
    _finished(cast, trip)
    page = karen.get(f"/ture/{trip}").text
    assert page.count("<textarea") == 2


def test_a_list_of_helpers_says_whom_they_have_been_out_with(
    karen: FlaskClient, cast: Cast, trip: UUID, game: UUID
) -> None:
    _ellen_stays(cast, trip)
    _finished(cast, trip)
    later = an_occurrence(GAME_AT + timedelta(hours=3), title="Banko")
    page = karen.get(f"/borgere/{cast.ellen}/tur/{later}/sammen?med={cast.poul}").text
    assert "Bo Berg – has been on 1 trip with Poul" in " ".join(page.split())


def test_a_list_of_helpers_tells_two_of_one_name_apart(
    karen: FlaskClient, cast: Cast, trip: UUID, game: UUID
) -> None:
    _ellen_stays(cast, trip)
    _finished(cast, trip)
    with acting_for(HOME):
        execute(lambda: _call(cast.ellen, "Poul"))
        poul = get_citizen(cast.poul).name
    later = an_occurrence(GAME_AT + timedelta(hours=3), title="Banko")
    page = karen.get(f"/borgere/{cast.ellen}/tur/{later}/sammen?med={cast.poul}").text
    assert f"Bo Berg – has been on 1 trip with {poul}" in " ".join(page.split())


def _call(citizen_id: UUID, first_name: str) -> None:
    citizen = db.session.scalars(select(Citizen).filter_by(id=citizen_id)).one()
    citizen.first_name = first_name


def test_the_pages_of_a_trip_together_are_good_pages(
    browse: Browse, cast: Cast, game: UUID, cards: list[UUID], standing_clock: StandingClock
) -> None:
    browser = browse(cast.karen)
    browser.post(_path(cast, game, cast.poul), data=_said(cast))
    with acting_for(HOME):
        trip = next_trips(cast.ellen, MONDAY)[0].trip_id
    pages = {"cancel": browser.get(f"/ture/{trip}/aflys").text}
    _started(cast, trip)
    standing_clock.at = HOME_AGAIN
    browser = browse(cast.karen)
    pages |= {part: browser.get(f"/ture/{trip}/{part}").text for part in ("afslut", "aflys")}
    _a_daughter_of(cast, cast.ellen)
    _a_daughter_of(cast, cast.poul)
    _finished(cast, trip)
    pages |= {part: browser.get(f"/ture/{trip}{part}").text for part in ("", "/hilsen")}
    faults = {
        name: [fault for fault in faults_of(page) if "token" not in fault]
        for name, page in pages.items()
    }
    assert {name: found for name, found in faults.items() if found} == {}


def _says(page: str) -> str:
    return re.sub(r"<[^>]+>", " ", page)


def test_all_who_ride_stand_where_something_happened(
    karen: FlaskClient, cast: Cast, trip: UUID
) -> None:
    for who, name in ((cast.ellen, "Lise"), (cast.poul, "Jens")):
        with acting_for(HOME):
            execute(
                add_contact,
                cast.karen,
                who,
                name=name,
                phone="+4520123456",
                relation="child",
                is_next_of_kin=True,
                gets_greetings=False,
                now=MONDAY,
            )
            execute(write_escort_note, cast.karen, who, f"{name} ved besked", now=MONDAY)
    page = karen.get(f"/ture/{trip}/noget-skete").text
    for word in ("Lise: ", "Jens: ", "Lise ved besked", "Jens ved besked"):
        assert word in page
    assert "checked" not in page.split('id="citizen_id"')[1].split("</fieldset>")[0]


@pytest.mark.parametrize(
    ("page", "said"),
    [("noget-skete", {"kind": "fall", "effect": "none"}), ("note", {"text": "Poul var glad"})],
)
def test_whom_it_is_about_is_asked_where_several_ride(
    karen: FlaskClient, trip: UUID, page: str, said: dict[str, str]
) -> None:
    asked = karen.post(f"/ture/{trip}/{page}", data={"key": key_of(3), **said})
    assert asked.status_code == 422
    assert "Choose whom it is about." in asked.text


def test_a_note_about_one_is_that_one_s(karen: FlaskClient, cast: Cast, trip: UUID) -> None:
    sent = {"key": key_of(3), "text": "Poul var glad", "citizen_id": str(cast.poul)}
    assert karen.post(f"/ture/{trip}/note", data=sent).status_code == 303
    with acting_for(HOME):
        rows = db.session.scalars(select(TripNote).filter_by(trip_id=trip))
        assert [row.citizen_id for row in rows] == [cast.poul]


def test_who_something_happened_to_stands_in_the_list(
    karen: FlaskClient, cast: Cast, trip: UUID
) -> None:
    sent = {"kind": "fall", "effect": "none", "citizen_id": str(cast.poul)}
    karen.post(f"/ture/{trip}/noget-skete", data={"key": key_of(3), **sent})
    listed = _says(karen.get("/haendelser").text)
    assert "Poul" in listed
    assert "Ellen" not in listed


def test_nobody_but_those_who_ride_can_be_chosen(
    karen: FlaskClient, cast: Cast, trip: UUID
) -> None:
    sent = {"key": key_of(3), "text": "Hej", "citizen_id": str(cast.gudrun)}
    assert karen.post(f"/ture/{trip}/note", data=sent).status_code == 422


def test_a_tablet_says_whom_it_is_about(karen: FlaskClient, cast: Cast, trip: UUID) -> None:
    tablet = Tablet(karen, cast.karen)
    whose: dict[str, Any] = {"text": "Poul var glad", "citizen_id": str(cast.poul)}
    assert outcome(tablet.send(tablet.intent("note", trip, **whose))) == "done"
    fall = tablet.intent("happened", trip, kind="fall", effect="none", citizen_id=str(cast.poul))
    assert outcome(tablet.send(fall)) == "done"
    assert intent_of(fall).citizen_id == cast.poul
    unsaid = tablet.send(tablet.intent("note", trip, text="Han var glad")).get_json()
    assert (unsaid["outcome"], unsaid["words"]) == ("refused", "Choose whom it is about.")
