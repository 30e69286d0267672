"""A trip that cannot be booked says why in plain words, and what would fit instead."""

from dataclasses import replace
from datetime import date, time, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.activities.models import Activity
from klippekort.domain.schemes import Hours, LengthNotice, Notice, Span, Terms, Unit, Visits
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.cards import get_card
from klippekort.trips.queries.trips import next_trips
from klippekort.volunteers.models import Association
from tests.builders import DECIDED, MONDAY, a_card, a_shift, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.trips.conftest import GAME_AT, TUESDAY, Browse, answers
from tests.integration.waiting.arrange import cards_for

WEEK_AHEAD = Notice({"more": LengthNotice(Span(7, Unit.DAYS), over_punches=1)})
WEDNESDAY_AT = GAME_AT + timedelta(days=1)


@pytest.fixture
def bo(browse: Browse, cast: Cast) -> FlaskClient:
    """Bo's browser, in English."""
    browser = browse(cast.bo)
    browser.set_cookie("lang", "en", domain="localhost")
    return browser


def _refused(bo: FlaskClient, cast: Cast, occurrence: UUID, **changed: str) -> str:
    page = bo.post(f"/borgere/{cast.ellen}/tur/{occurrence}", data=answers(cast, **changed))
    assert page.status_code == 422
    return page.text


def _has_no_trip(citizen: UUID) -> bool:
    with acting_for(HOME):
        return next_trips(citizen, MONDAY) == []


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        (replace(DECIDED, hours=Hours(ends_by=time(11))), "over by 11:00"),
        (replace(DECIDED, hours=Hours(starts_from=time(10))), "not begin before 10:00"),
        (replace(DECIDED, notice=WEEK_AHEAD), "ordered longer ahead"),
        (replace(DECIDED, visits=Visits(longest=60)), "1 hour at most"),
    ],
)
def test_the_scheme_s_own_rules(
    bo: FlaskClient, cast: Cast, game: UUID, terms: Terms, words: str
) -> None:
    a_card(cast, cast.ellen, terms=terms)
    assert words in _refused(bo, cast, game)
    assert _has_no_trip(cast.ellen)


def test_too_few_minutes_says_how_many_are_missing(bo: FlaskClient, cast: Cast, game: UUID) -> None:
    a_card(cast, cast.ellen, 80)
    assert "30 minutes is missing" in _refused(bo, cast, game)


def test_a_refusal_offers_what_fits_nearby(bo: FlaskClient, cast: Cast, game: UUID) -> None:
    a_card(cast, cast.ellen, 80)
    short = an_occurrence(WEDNESDAY_AT, minutes=45, title="Kaffe")
    assert f'/borgere/{cast.ellen}/tur/{short}"' in _refused(bo, cast, game)


def test_time_that_comes_before_the_day_counts(bo: FlaskClient, cast: Cast, game: UUID) -> None:
    a_card(cast, cast.ellen, 60, rate=30)
    a_shift(cast.bo, date(2026, 12, 8))
    later = an_occurrence(GAME_AT + timedelta(weeks=2), title="Senere")
    booked = bo.post(f"/borgere/{cast.ellen}/tur/{later}", data=answers(cast))
    assert booked.status_code == 303


def test_no_seat(bo: FlaskClient, cast: Cast, card: UUID) -> None:
    a_card(cast, cast.poul, scheme_id=_scheme_of(card))
    a_shift(cast.bo, TUESDAY)
    full = an_occurrence(GAME_AT, capacity=1)
    a_trip(cast.karen, cast.poul, full)
    assert "All the seats are taken" in _refused(bo, cast, full)


def _scheme_of(card: UUID) -> UUID:
    with acting_for(HOME):
        return get_card(card).scheme_id


def test_a_citizen_is_in_one_place_at_a_time(
    bo: FlaskClient, cast: Cast, card: UUID, game: UUID
) -> None:
    other = an_occurrence(GAME_AT + timedelta(minutes=30), title="Sang")
    a_trip(cast.bo, cast.ellen, other, cast.mia)
    assert "on another trip at that time" in _refused(bo, cast, game)


def test_an_escort_is_in_one_place_at_a_time(
    bo: FlaskClient, cast: Cast, card: UUID, game: UUID
) -> None:
    a_card(cast, cast.poul, scheme_id=_scheme_of(card))
    a_trip(cast.karen, cast.poul, game, cast.bo)
    assert "The helper is on another trip" in _refused(bo, cast, game)


def test_an_escort_who_is_off_duty(bo: FlaskClient, cast: Cast, card: UUID) -> None:
    assert "not at work the whole time" in _refused(bo, cast, an_occurrence(GAME_AT))


def test_without_a_card_nothing_can_be_booked(bo: FlaskClient, cast: Cast, game: UUID) -> None:
    assert "no card that can pay" in _refused(bo, cast, game)


def test_what_was_chosen_is_kept(bo: FlaskClient, cast: Cast, card: UUID) -> None:
    page = _refused(bo, cast, an_occurrence(GAME_AT), transport="taxi")
    assert 'checked class="choice-input" id="transport-2"' in page


def test_an_unknown_helper_is_refused_at_the_field(
    bo: FlaskClient, cast: Cast, card: UUID, game: UUID
) -> None:
    page = _refused(bo, cast, game, escort_id=str(UUID(int=7)))
    assert "Choose who goes along" in page


def test_those_that_do_not_fit_say_why_on_the_list(bo: FlaskClient, cast: Cast, game: UUID) -> None:
    a_card(cast, cast.ellen, 80)
    page = bo.get(f"/borgere/{cast.ellen}/tur").text
    assert "30 minutes is missing" in page


def test_no_seat_is_given_once_sign_up_is_over(bo: FlaskClient, cast: Cast) -> None:
    a_card(cast, cast.ellen)
    closed = an_occurrence(GAME_AT, title="Middag", sign_up_hours=72)
    assert "Sign-up is over" in _refused(bo, cast, closed)
    assert _has_no_trip(cast.ellen)


def test_sign_up_is_open_until_it_is_over(bo: FlaskClient, cast: Cast) -> None:
    a_card(cast, cast.ellen)
    a_shift(cast.bo, TUESDAY)
    begins = an_occurrence(GAME_AT, title="Middag", sign_up_hours=1)
    page = bo.post(f"/borgere/{cast.ellen}/tur/{begins}", data=answers(cast))
    assert page.status_code == 303


@pytest.fixture
def club(cast: Cast) -> tuple[UUID, UUID]:
    """Two dates of the same month at a club that takes one guest a month."""
    dates = an_occurrence(GAME_AT, title="Klub"), an_occurrence(WEDNESDAY_AT, title="Klub")

    def limit() -> None:
        db.session.get_one(Association, (HOME, cast.association)).load_limit = 1
        for activity in db.session.scalars(select(Activity).filter_by(title="Klub")):
            activity.association_id = cast.association

    with acting_for(HOME):
        execute(limit)
    return dates


def test_an_association_gets_no_more_guests_than_it_takes(
    bo: FlaskClient, cast: Cast, club: tuple[UUID, UUID]
) -> None:
    cards_for(cast, cast.ellen, cast.poul)
    a_trip(cast.karen, cast.poul, club[0])
    assert "takes no more of our guests" in _refused(bo, cast, club[1])
    assert _has_no_trip(cast.ellen)


def test_an_association_with_room_left_gets_its_guest(
    bo: FlaskClient, cast: Cast, club: tuple[UUID, UUID]
) -> None:
    a_card(cast, cast.ellen)
    a_shift(cast.bo, TUESDAY)
    page = bo.post(f"/borgere/{cast.ellen}/tur/{club[0]}", data=answers(cast))
    assert page.status_code == 303
