"""What the scheme leaves open is asked when a trip is booked or ended; the answer is followed."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.citizens.services import record_absence
from klippekort.domain.errors import Undecided
from klippekort.domain.ledger import EntryKind
from klippekort.domain.permissions import Actor
from klippekort.domain.schemes import (
    OPEN,
    Activities,
    Cancelled,
    Charge,
    Frequency,
    Notice,
    Others,
    Pause,
    Pauses,
    Span,
    Terms,
    Unit,
    Visits,
)
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import PunchEntry
from klippekort.punchcards.queries.cards import get_card, spent_since, state_of
from klippekort.trips.queries.trips import get_trip, next_trips
from tests.builders import DECIDED, MONDAY, a_card, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.tablet import StandingClock
from tests.integration.trips.conftest import (
    DOORS_OPEN,
    GAME_AT,
    HOME_AGAIN,
    TUESDAY,
    Browse,
    answer_to,
    answers,
    key_of,
)

NOT_LISTED = replace(DECIDED, activities=Activities(allowed=("shopping",), others=Others.UNDECIDED))
RULE = "activities.others"
WHY = "She has so looked forward to it."
ALLOWED = {answer_to(RULE): "allowed", "why": WHY}


@pytest.fixture
def bo(browse: Browse, cast: Cast) -> FlaskClient:
    """Bo's browser, in English."""
    return _english(browse, cast.bo)


def _english(browse: Browse, actor: Actor) -> FlaskClient:
    browser = browse(actor)
    browser.set_cookie("lang", "en", domain="localhost")
    return browser


def _path(cast: Cast, occurrence: UUID) -> str:
    return f"/borgere/{cast.ellen}/tur/{occurrence}"


def _has_trip(citizen: UUID) -> bool:
    with acting_for(HOME):
        return next_trips(citizen, MONDAY) != []


def _booked(bo: FlaskClient, cast: Cast, game: UUID, **sent: str) -> int:
    return bo.post(_path(cast, game), data=answers(cast, **sent)).status_code


def test_what_is_open_is_asked_before_anything_is_pressed(
    bo: FlaskClient, cast: Cast, game: UUID
) -> None:
    a_card(cast, cast.ellen, terms=NOT_LISTED)
    page = bo.get(_path(cast, game))
    assert page.status_code == 200
    assert "May the card pay for what is not on the list?" in page.text


def test_without_an_answer_nothing_is_booked(bo: FlaskClient, cast: Cast, game: UUID) -> None:
    a_card(cast, cast.ellen, terms=NOT_LISTED)
    page = bo.post(_path(cast, game), data=answers(cast))
    assert (page.status_code, f'name="{answer_to(RULE)}"' in page.text) == (422, True)
    assert not _has_trip(cast.ellen)


def test_an_answer_books_the_trip(bo: FlaskClient, cast: Cast, game: UUID) -> None:
    a_card(cast, cast.ellen, terms=NOT_LISTED)
    assert _booked(bo, cast, game, **ALLOWED) == 303
    assert _has_trip(cast.ellen)


def test_an_answer_may_be_a_no(bo: FlaskClient, cast: Cast, game: UUID) -> None:
    a_card(cast, cast.ellen, terms=NOT_LISTED)
    assert _booked(bo, cast, game, **{**ALLOWED, answer_to(RULE): "forbidden"}) == 422
    assert not _has_trip(cast.ellen)


@pytest.mark.parametrize("answer", ["", "perhaps"])
def test_an_answer_that_is_none_books_nothing(
    bo: FlaskClient, cast: Cast, game: UUID, answer: str
) -> None:
    a_card(cast, cast.ellen, terms=NOT_LISTED)
    assert _booked(bo, cast, game, why=WHY, **{answer_to(RULE): answer}) == 422
    assert _booked(bo, cast, game, why=WHY, **{answer_to("no.such.rule"): "yes"}) == 422


def test_an_open_limit_may_be_lifted_for_one_trip(bo: FlaskClient, cast: Cast, game: UUID) -> None:
    a_card(cast, cast.ellen, terms=replace(DECIDED, visits=Visits(longest=OPEN)))
    page = bo.post(_path(cast, game), data=answers(cast))
    assert page.status_code == 422
    assert "How many minutes may a trip last at most?" in page.text
    assert _booked(bo, cast, game, why=WHY, **{answer_to("visits.longest"): "none"}) == 303


def test_the_service_asks_too(cast: Cast, game: UUID) -> None:
    a_card(cast, cast.ellen, terms=NOT_LISTED)
    with pytest.raises(Undecided) as question:
        a_trip(cast.bo, cast.ellen, game, cast.bo)
    assert question.value.rule == RULE


def _away(cast: Cast) -> None:
    with acting_for(HOME):
        execute(record_absence, cast.karen, cast.ellen, "hospital", TUESDAY, None, MONDAY)


@pytest.mark.parametrize(("usable", "status"), [(True, 303), (False, 422)])
def test_a_pause_stops_the_card_or_does_not(
    bo: FlaskClient, cast: Cast, game: UUID, usable: bool, status: int
) -> None:
    a_card(cast, cast.ellen, terms=replace(DECIDED, pauses=Pauses(any=Pause(True, usable, False))))
    _away(cast)
    assert _booked(bo, cast, game) == status


def test_long_trips_come_only_so_often(bo: FlaskClient, cast: Cast, game: UUID) -> None:
    often = Visits(at_most={"outings": Frequency(at_most=1, weeks=2, longer_than=60)})
    a_card(cast, cast.ellen, terms=replace(DECIDED, visits=often))
    a_trip(cast.bo, cast.ellen, an_occurrence(GAME_AT + timedelta(days=3)))
    page = bo.post(_path(cast, game), data=answers(cast))
    assert (page.status_code, "only be so many long trips" in page.text) == (422, True)


def test_saved_time_is_ordered_ahead(bo: FlaskClient, cast: Cast, game: UUID) -> None:
    notice = Notice(saved_time=Span(1, Unit.MONTHS))
    a_card(cast, cast.ellen, rate=30, terms=replace(DECIDED, notice=notice))
    page = bo.post(_path(cast, game), data=answers(cast))
    assert (page.status_code, "ordered longer ahead" in page.text) == (422, True)


def test_a_trip_is_over_before_midnight(bo: FlaskClient, cast: Cast, card: UUID) -> None:
    late = an_occurrence(GAME_AT + timedelta(hours=13))
    page = bo.post(_path(cast, late), data=answers(cast))
    assert (page.status_code, "over before midnight" in page.text) == (422, True)


def _kinds(card: UUID) -> list[str]:
    with acting_for(HOME):
        rows = db.session.scalars(select(PunchEntry).filter_by(card_id=card))
        return [row.kind for row in rows]


def test_a_late_cancellation_loses_the_time_and_punches_the_card(
    browse: Browse, cast: Cast, card: UUID, game: UUID, standing_clock: StandingClock
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    standing_clock.at = DOORS_OPEN - timedelta(hours=1)
    sent = {"key": key_of(1), "reason": "citizen.not_today"}
    assert browse(cast.bo).post(f"/ture/{trip}/aflys", data=sent).status_code == 303
    assert EntryKind.SPEND not in _kinds(card)
    with acting_for(HOME):
        assert get_trip(trip).charged_minutes == 110
        assert spent_since(card, TUESDAY - timedelta(days=7)) == 110


def test_the_statement_says_that_the_trip_was_not_made(
    browse: Browse, cast: Cast, card: UUID, game: UUID, standing_clock: StandingClock
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    standing_clock.at = DOORS_OPEN - timedelta(hours=1)
    sent = {"key": key_of(1), "reason": "citizen.not_today"}
    browse(cast.bo).post(f"/ture/{trip}/aflys", data=sent)
    page = _english(browse, cast.asta).get(f"/klippekort/{card}").text
    assert "Turen blev ikke til noget" in page


def _half(terms: Terms) -> Terms:
    return replace(terms, cancelling=replace(terms.cancelling, no_show=Charge.HALF))


def test_half_a_trip_is_given_back(
    browse: Browse, cast: Cast, game: UUID, standing_clock: StandingClock
) -> None:
    card = a_card(cast, cast.ellen, terms=_half(DECIDED))
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    standing_clock.at = DOORS_OPEN + timedelta(minutes=5)
    sent = {"key": key_of(1), "reason": "no_show.not_home"}
    assert browse(cast.bo).post(f"/ture/{trip}/aflys", data=sent).status_code == 303
    with acting_for(HOME):
        assert sum(lot.free for lot in state_of(get_card(card)).lots) == 245


def test_returned_time_lives_as_long_as_the_scheme_says(
    bo: FlaskClient, cast: Cast, game: UUID
) -> None:
    longer = Cancelled(Charge.FREE, longer_life=Span(10, Unit.WEEKS))
    terms = replace(DECIDED, cancelling=replace(DECIDED.cancelling, supplier=longer))
    card = a_card(cast, cast.ellen, terms=terms)
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    sent = {"key": key_of(1), "reason": "supplier.helper_ill"}
    assert bo.post(f"/ture/{trip}/aflys", data=sent).status_code == 303
    with acting_for(HOME):
        lots = state_of(get_card(card)).lots
    ten_weeks = date(2026, 11, 23) + timedelta(weeks=10)
    assert sum(lot.free for lot in lots if lot.expires_on == ten_weeks) == 110


def test_what_a_broken_off_trip_costs_is_asked(
    browse: Browse, cast: Cast, game: UUID, standing_clock: StandingClock
) -> None:
    cancelling = replace(DECIDED.cancelling, broken_off=Charge.UNDECIDED)
    card = a_card(cast, cast.ellen, terms=replace(DECIDED, cancelling=cancelling))
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    standing_clock.at = HOME_AGAIN
    bo = browse(cast.bo)
    sent = {"key": key_of(1), "started": "09:50", "ended": "10:20", "is_broken_off": "y"}
    page = bo.post(f"/ture/{trip}/afslut", data=sent)
    assert (page.status_code, 'name="broken_off"' in page.text) == (422, True)
    not_offered = bo.post(f"/ture/{trip}/afslut", data=sent | {"broken_off": "half", "why": WHY})
    assert (not_offered.status_code, 'name="broken_off"' in not_offered.text) == (422, True)
    sent |= {"broken_off": "actual", "why": WHY}
    assert bo.post(f"/ture/{trip}/afslut", data=sent).status_code == 303
    with acting_for(HOME):
        assert sum(lot.free for lot in state_of(get_card(card)).lots) == 270
