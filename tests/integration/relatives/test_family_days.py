"""What becomes of trips in the family's days: said of each, with the yes, and never silently."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from klippekort.domain.permissions import Actor, Role
from klippekort.domain.relatives import TripsToSettle
from klippekort.domain.trips import Company, TripState
from klippekort.messages.models import OutboxMessage
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.cards import get_card, state_of
from klippekort.relatives.services import proposing
from klippekort.relatives.services.proposing import Days
from klippekort.trips.models import TripRider
from klippekort.trips.queries.trips import TripRow, get_trip
from klippekort.trips.services.family_days import Fate, answer_days
from tests.builders import MONDAY, a_card, a_shift, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.own_page.arrange import Story
from tests.integration.own_page.visits import signed_in
from tests.integration.relatives.conftest import Browse
from tests.relatives_site import a_relative, let_in

WEDNESDAY, FRIDAY = date(2026, 11, 25), date(2026, 11, 27)
A_DAY = timedelta(days=1)
AT_TEN = MONDAY + 2 * A_DAY + timedelta(hours=2)
LATE = AT_TEN - timedelta(hours=3)


@pytest.fixture
def maja(cast: Cast) -> Actor:
    return let_in(cast.karen, a_relative(cast.karen, cast.ellen, now=MONDAY), now=MONDAY)


@pytest.fixture
def trip(cast: Cast) -> UUID:
    """Return a trip of Ellen's on Wednesday, with Bo."""
    a_card(cast, cast.ellen)
    a_shift(cast.bo, WEDNESDAY)
    return a_trip(cast.bo, cast.ellen, an_occurrence(AT_TEN), cast.bo)


def propose(maja: Actor, cast: Cast, kind: str) -> UUID:
    days = Days(kind, WEDNESDAY, FRIDAY)
    with acting_for(HOME):
        return UUID(execute(proposing.propose, maja, cast.ellen, days, now=MONDAY))


def say_yes(
    actor: Actor, proposal: UUID, *, fates: dict[UUID, Fate], now: datetime = MONDAY
) -> None:
    with acting_for(HOME):
        execute(answer_days, actor, proposal, is_yes=True, fates=fates, now=now)


def row_of(trip: UUID) -> TripRow:
    with acting_for(HOME):
        return get_trip(trip)


def free_minutes(card_id: UUID | None) -> int:
    with acting_for(HOME):
        return state_of(get_card(card_id)).available(WEDNESDAY) if card_id else 0


def told(kind: str) -> list[UUID | None]:
    with acting_for(HOME):
        return list(db.session.scalars(select(OutboxMessage.subject_id).filter_by(kind=kind)))


def test_a_yes_that_says_nothing_of_a_booked_trip_is_refused(cast: Cast, maja: Actor, trip: UUID):
    for kind in ("takes_her", "dont_book"):
        proposal = propose(maja, cast, kind)
        with pytest.raises(TripsToSettle) as refusal, acting_for(HOME):
            execute(proposing.answer, cast.karen, proposal, is_yes=True, now=MONDAY)
        assert refusal.value.count == 1
        with acting_for(HOME):
            execute(proposing.answer, cast.karen, proposal, is_yes=False, now=MONDAY)
    assert row_of(trip).state is TripState.BOOKED


def test_the_family_takes_her_and_the_helper_and_the_minutes_are_free(
    cast: Cast, maja: Actor, trip: UUID
):
    card_id = row_of(trip).card_id
    before = free_minutes(card_id)
    say_yes(cast.karen, propose(maja, cast, "takes_her"), fates={trip: Fate.FAMILY})
    row = row_of(trip)
    assert (row.company, row.escorts, row.card_id) == (Company.RELATIVE, (), None)
    assert free_minutes(card_id) > before
    assert (row.state, told("trip_with_family")) == (TripState.BOOKED, [trip])


def test_what_is_left_as_it_is_stays_so(cast: Cast, maja: Actor, trip: UUID):
    say_yes(cast.karen, propose(maja, cast, "takes_her"), fates={trip: Fate.KEEP})
    assert row_of(trip).company is Company.ESCORT
    assert told("trip_with_family") == []


def test_days_without_bookings_cancel_a_trip_as_hers_once_that_is_said(
    cast: Cast, maja: Actor, trip: UUID
):
    card_id = row_of(trip).card_id
    before = free_minutes(card_id)
    say_yes(cast.karen, propose(maja, cast, "dont_book"), fates={trip: Fate.CANCEL})
    assert row_of(trip).state is TripState.CANCELLED
    assert free_minutes(card_id) > before
    assert (told("trip_family_day"), told("trip_cancelled")) == ([trip], [])


def test_late_it_costs_what_her_own_cancelling_costs(cast: Cast, maja: Actor, trip: UUID):
    card_id = row_of(trip).card_id
    before = free_minutes(card_id)
    fates = {trip: Fate.FAMILY}
    say_yes(cast.karen, propose(maja, cast, "takes_her"), now=LATE, fates=fates)
    assert (row_of(trip).company, free_minutes(card_id)) == (Company.RELATIVE, before)


def test_from_a_trip_with_others_she_goes_over_to_one_of_her_own(
    cast: Cast, maja: Actor, trip: UUID
):
    a_card(cast, cast.poul, scheme_id=_scheme_of(trip))
    with acting_for(HOME):
        execute(_ride_along, trip, cast.poul)
    say_yes(cast.karen, propose(maja, cast, "takes_her"), fates={trip: Fate.FAMILY})
    [own] = told("trip_with_family")
    assert own not in (None, trip)
    assert row_of(own).company == Company.RELATIVE
    with acting_for(HOME):
        assert get_trip(trip, cast.ellen).state == TripState.CANCELLED
        assert get_trip(trip, cast.poul).escorts[0][0] == cast.bo.person_id


def _scheme_of(trip: UUID) -> UUID:
    card_id = row_of(trip).card_id
    with acting_for(HOME):
        return get_card(card_id).scheme_id if card_id else UUID(int=0)


def _ride_along(trip_id: UUID, citizen_id: UUID) -> None:
    row = get_trip(trip_id)
    db.session.add(
        TripRider(
            trip_id=trip_id,
            citizen_id=citizen_id,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            planned_minutes=0,
            agreed_how="said",
        )
    )


def test_where_the_family_cannot_after_all_somebody_calls_her(cast: Cast, maja: Actor, trip: UUID):
    proposal = propose(maja, cast, "takes_her")
    say_yes(cast.karen, proposal, fates={trip: Fate.FAMILY})
    with acting_for(HOME):
        execute(proposing.take_back, maja, proposal, now=MONDAY)
    assert told("family_cannot") == [trip]


def test_she_settles_her_own_trips_and_is_not_told_what_she_said(
    cast: Cast, maja: Actor, trip: UUID
):
    herself = Actor(HOME, Role.CITIZEN, person_id=cast.ellen)
    say_yes(herself, propose(maja, cast, "takes_her"), fates={trip: Fate.FAMILY})
    assert (row_of(trip).company, told("trip_with_family")) == (Company.RELATIVE, [])


def test_staff_are_led_to_the_page_where_each_trip_is_settled(
    cast: Cast, maja: Actor, trip: UUID, browse: Browse
):
    proposal, staffs = propose(maja, cast, "dont_book"), browse(cast.karen)
    page = f"/forslag-fra-paaroerende/{proposal}"
    assert f'href="{page}"' in staffs.get("/forslag-fra-paaroerende").text
    quick = staffs.post(f"{page}/svar", data={"key": str(uuid4()), "answer": "yes"})
    assert (quick.status_code, quick.location) == (303, page)
    said = {"key": str(uuid4()), "answer": "yes"}
    assert staffs.post(page, data=said).status_code == 422
    assert row_of(trip).state is TripState.BOOKED
    said = {**said, f"trip_{trip.hex}": "cancel"}
    assert staffs.post(page, data=said).status_code == 303
    assert row_of(trip).state is TripState.CANCELLED
    assert f'href="{page}"' not in staffs.get(f"/borgere/{cast.ellen}/fuldmagter").text


def test_on_her_own_page_she_says_of_each_trip_what_becomes_of_it(
    cast: Cast, maja: Actor, trip: UUID, app: Flask
):
    proposal, browser = propose(maja, cast, "takes_her"), app.test_client()
    at = signed_in(browser, Story(cast, trip, AT_TEN))
    page = f"{at}/mine-parorende/dage/{proposal}"
    assert f'href="{page}"' in browser.get(f"{at}/mine-parorende").text
    quick = {"key": str(uuid4()), "answer": "yes"}
    led = browser.post(f"{at}/mine-parorende/forslag/{proposal}", data=quick)
    assert (led.status_code, led.location) == (303, page)
    said = {"key": str(uuid4()), "answer": "yes"}
    assert browser.post(page, data=said).status_code == 422
    assert browser.post(page, data={**said, f"trip_{trip.hex}": "family"}).status_code == 303
    assert row_of(trip).company is Company.RELATIVE
