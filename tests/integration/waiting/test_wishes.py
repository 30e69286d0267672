"""Wishes without a date, dates held in place of cancelled trips, and what was never met."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from klippekort.activities.queries import dates_of
from klippekort.citizens.queries import get_citizen
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale
from klippekort.domain.schemes import Joint, JointTrips
from klippekort.domain.trips import CancelReason, Cause, Transport
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from klippekort.trips.models import Trip
from klippekort.trips.queries.trips import events_of
from klippekort.trips.services.blocks import Block, Passenger, Place
from klippekort.trips.services.cancelling import cancel_trip
from klippekort.trips.services.company import stay_home
from klippekort.trips.services.reserving import reserve
from klippekort.trips.services.undoing import undo
from klippekort.waiting.jobs import close_over
from klippekort.waiting.queries.offers import open_offers
from klippekort.waiting.queries.unmet import unmet_between
from klippekort.waiting.queries.wishes import words_of
from klippekort.waiting.services.answers import accept_offer, decline_offer
from klippekort.waiting.services.proposing import offer_for_wish
from klippekort.waiting.services.wishes import WishFacts, make_wish, withdraw_wish
from tests.builders import DECIDED, MONDAY, a_card, a_scheme, a_shift, a_trip, an_occurrence
from tests.cast import HOME, Cast
from tests.integration.waiting.arrange import (
    SONG_AT,
    THURSDAY,
    a_series,
    cards_for,
    here,
    run,
    the_offer,
    waits,
    wish,
)

MUSIC = WishFacts("Jeg vil gerne høre musik igen", "music")


def _made(cast: Cast, facts: WishFacts = MUSIC) -> UUID:
    return UUID(run(make_wish, cast.bo, cast.ellen, facts, now=MONDAY))


def _close_over(now: datetime) -> None:
    with acting_for(HOME):
        close_over(now.date(), now)


@pytest.fixture
def concert(cast: Cast) -> UUID:
    """Music on Thursday with seats left, a card for Ellen, and both helpers at work."""
    cards_for(cast, cast.ellen)
    a_shift(cast.bo, THURSDAY)
    a_shift(cast.mia, THURSDAY)
    return an_occurrence(SONG_AT, title="Koncert", kind="music")


def test_her_own_words_are_sealed_with_her_own_key(cast: Cast) -> None:
    made = _made(cast)

    def read() -> tuple[bytes, str | None]:
        row = wish(made)
        return row.words_sealed or b"", words_of(row, get_citizen(cast.ellen))

    sealed, words = here(read)
    assert b"musik" not in sealed
    assert words == "Jeg vil gerne høre musik igen"


def test_a_date_is_held_for_a_wish(cast: Cast, concert: UUID) -> None:
    made = _made(cast)
    run(offer_for_wish, cast.karen, made, concert, now=MONDAY)
    assert (wish(made).state, the_offer(cast.karen).offer.origin) == ("offered", "wish")


def test_a_no_leaves_the_wish_open(cast: Cast, concert: UUID) -> None:
    made = _made(cast)
    run(offer_for_wish, cast.karen, made, concert, now=MONDAY)
    run(decline_offer, cast.karen, the_offer(cast.karen).offer.id, now=MONDAY)
    assert wish(made).state == "open"


def test_a_yes_meets_the_wish(cast: Cast, concert: UUID) -> None:
    made = _made(cast)
    run(offer_for_wish, cast.karen, made, concert, now=MONDAY)
    run(accept_offer, cast.karen, the_offer(cast.karen).offer.id, now=MONDAY)
    assert wish(made).state == "met"


def test_nothing_is_held_for_a_wish_that_is_closed(cast: Cast, concert: UUID) -> None:
    made = _made(cast)
    run(withdraw_wish, cast.bo, made, reason="citizen", now=MONDAY)
    with pytest.raises(Stale):
        run(offer_for_wish, cast.karen, made, concert, now=MONDAY)


def test_a_wish_is_met_by_a_trip_that_was_booked_by_hand(cast: Cast, concert: UUID) -> None:
    made = _made(cast)
    trip = a_trip(cast.bo, cast.ellen, concert, cast.bo, now=MONDAY + timedelta(minutes=5))
    _close_over(MONDAY + timedelta(hours=1))
    assert (wish(made).state, wish(made).trip_id) == ("met", trip)


def test_a_wish_older_than_its_last_day_is_unmet(cast: Cast) -> None:
    made = _made(cast, WishFacts("Jul", "music", latest_on=date(2026, 11, 30)))
    _close_over(MONDAY + timedelta(days=8))
    assert (wish(made).state, wish(made).close_reason) == ("unmet", "too_old")


def test_a_wish_waits_through_its_last_day(cast: Cast) -> None:
    made = _made(cast, WishFacts("Jul", "music", latest_on=date(2026, 11, 30)))
    _close_over(MONDAY + timedelta(days=7))
    assert wish(made).state == "open"


def test_whoever_waited_in_vain_is_counted(cast: Cast, song: UUID) -> None:
    place = waits(cast.bo, cast.ellen, song)
    _close_over(SONG_AT)
    assert (wish(place).state, wish(place).close_reason) == ("unmet", "no_seat")
    found = here(unmet_between, MONDAY, SONG_AT + timedelta(days=1))
    assert [(one.reason, one.kind, one.district, one.month) for one in found] == [
        ("no_seat", "music", "Nord", date(2026, 11, 1))
    ]


def test_closing_what_is_over_again_changes_nothing(cast: Cast, song: UUID) -> None:
    place = waits(cast.bo, cast.ellen, song)
    _close_over(SONG_AT)
    _close_over(SONG_AT + timedelta(days=1))
    assert wish(place).closed_at == SONG_AT


def _cancel(cast: Cast, trip: UUID) -> None:
    run(
        cancel_trip,
        cast.karen,
        trip,
        cause=Cause.SUPPLIER,
        reason=CancelReason.HELPER_ILL,
        now=MONDAY,
    )


def test_a_cancelled_trip_is_answered_with_the_nearest_date(cast: Cast) -> None:
    cards_for(cast, cast.ellen)
    days = [THURSDAY + timedelta(weeks=week) for week in range(3)]
    for day in days:
        a_shift(cast.bo, day)
    activity = a_series(days)
    first = here(_dates, activity)[0]
    trip = a_trip(cast.bo, cast.ellen, first, cast.bo)
    _cancel(cast, trip)
    offer = the_offer(cast.karen)
    assert (offer.offer.instead_of_id, local_day(offer.trip.starts_at)) == (trip, days[1])


def test_whoever_had_stayed_at_home_herself_is_owed_no_other_date(cast: Cast) -> None:
    cards = JointTrips(charge=Joint.FULL)
    scheme = a_scheme(replace(DECIDED, joint_trips=cards))
    for who in (cast.ellen, cast.poul):
        a_card(cast, who, scheme_id=scheme)
    days = [THURSDAY + timedelta(weeks=week) for week in range(3)]
    for day in days:
        a_shift(cast.bo, day)
    first = here(_dates, a_series(days))[0]
    both = tuple(Passenger(who, "said", joint_agreed_how="said") for who in (cast.ellen, cast.poul))
    trip = run(reserve, cast.karen, Block(both, first, Transport.WALK, 10, 10), now=MONDAY)
    run(stay_home, cast.karen, trip, cast.ellen, CancelReason.ILL, now=MONDAY)
    _cancel(cast, trip)
    assert [row.citizen.id for row in here(open_offers, cast.karen, MONDAY.date())] == [cast.poul]


def test_without_another_date_of_it_one_of_its_kind_is_held(cast: Cast, concert: UUID) -> None:
    a_shift(cast.bo, date(2026, 11, 27))
    other = an_occurrence(SONG_AT + timedelta(days=1), title="Kor", kind="music")
    trip = a_trip(cast.bo, cast.ellen, concert, cast.bo)
    _cancel(cast, trip)
    assert the_offer(cast.karen).trip.occurrence_id == other


def test_when_nothing_fits_nothing_is_held(cast: Cast, concert: UUID) -> None:
    trip = a_trip(cast.bo, cast.ellen, concert, cast.bo)
    _cancel(cast, trip)
    assert here(open_offers, cast.karen, MONDAY.date()) == []


def test_what_was_offered_in_its_place_goes_when_the_cancelling_is_undone(cast: Cast) -> None:
    cards_for(cast, cast.ellen)
    for ahead in (1, 2):
        a_shift(cast.bo, date(2026, 11, 23) + timedelta(days=ahead))
    place = Place("Kirkegården", None, "4681", "other", SONG_AT, SONG_AT + timedelta(hours=1))
    block = Block((Passenger(cast.ellen, "said"),), place, Transport.WALK, 10, 10)
    trip = run(reserve, cast.bo, block, now=MONDAY)
    _cancel(cast, trip)
    assert len(here(open_offers, cast.karen, MONDAY.date())) == 1
    last = here(events_of, trip)[-1].id
    run(undo, cast.karen, trip, last, now=MONDAY)
    assert here(open_offers, cast.karen, MONDAY.date()) == []


def test_a_place_of_her_own_is_held_at_the_same_time_another_day(cast: Cast) -> None:
    cards_for(cast, cast.ellen)
    for ahead in (1, 2):
        a_shift(cast.bo, date(2026, 11, 23) + timedelta(days=ahead))
    place = Place("Kirkegården", None, "4681", "other", SONG_AT, SONG_AT + timedelta(hours=1))
    block = Block((Passenger(cast.ellen, "said"),), place, "walk", 10, 10)  # type: ignore[arg-type]
    trip = run(reserve, cast.bo, block, now=MONDAY)
    _cancel(cast, trip)
    held = the_offer(cast.karen).trip
    assert (held.destination, held.starts_at) == (
        "Kirkegården",
        here(_trip, trip).starts_at - timedelta(days=1),
    )


def _trip(trip_id: UUID) -> Trip:
    return db.session.scalars(select(Trip).filter_by(id=trip_id)).one()


def _dates(activity_id: UUID) -> list[UUID]:
    return [one.id for one in dates_of(activity_id, MONDAY)]
