"""Several people, one freed seat, one offer."""

from collections.abc import Callable
from uuid import UUID

import pytest
from flask import Flask

from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.trips.queries.trips import next_trips
from klippekort.waiting.services.answers import accept_offer, decline_offer, lapse_offer
from klippekort.waiting.services.errors import OfferOver
from klippekort.waiting.services.turns import offer_seat
from tests.builders import MONDAY
from tests.cast import HOME, Cast
from tests.integration.waiting.arrange import (
    a_full_date,
    a_seat_comes_free,
    all_offers,
    cards_for,
    here,
    seats_left,
    the_offer,
    waits,
)
from tests.races import race


@pytest.fixture
def freed(committed_cast: Cast) -> UUID:
    """A song with one free seat, for which Ellen and Poul wait."""
    cast = committed_cast
    cards_for(cast, cast.ellen, cast.poul)
    song = a_full_date(cast)
    waits(cast.bo, cast.ellen, song)
    waits(cast.karen, cast.poul, song)
    a_seat_comes_free(song)
    return song


@pytest.fixture
def offered(committed_cast: Cast, freed: UUID) -> UUID:
    """The offer of that seat to Ellen."""
    with acting_for(HOME):
        execute(offer_seat, freed, reason="again", now=MONDAY)
    return the_offer(committed_cast.karen).offer.id


def _offer(song: UUID) -> Callable[[], object]:
    return lambda: execute(offer_seat, song, reason="freed", now=MONDAY)


def test_one_freed_seat_is_offered_exactly_once(
    committed_app: Flask, committed_cast: Cast, freed: UUID
) -> None:
    outcomes = race(committed_app, HOME, _offer(freed), _offer(freed), _offer(freed))
    assert outcomes.refusals == []
    assert (len(all_offers()), seats_left(freed)) == (1, 0)


def test_two_who_take_the_same_yes_book_once(
    committed_app: Flask, committed_cast: Cast, freed: UUID, offered: UUID
) -> None:
    cast = committed_cast
    outcomes = race(
        committed_app,
        HOME,
        lambda: execute(accept_offer, cast.bo, offered, now=MONDAY),
        lambda: execute(accept_offer, cast.karen, offered, now=MONDAY),
    )
    assert (len(outcomes.answers), [type(one) for one in outcomes.refusals]) == (1, [OfferOver])
    assert len(here(next_trips, cast.ellen, MONDAY) + here(next_trips, cast.poul, MONDAY)) == 1


def test_a_yes_and_a_no_at_once_leave_one_answer(
    committed_app: Flask, committed_cast: Cast, freed: UUID, offered: UUID
) -> None:
    cast = committed_cast
    outcomes = race(
        committed_app,
        HOME,
        lambda: execute(accept_offer, cast.bo, offered, now=MONDAY),
        lambda: execute(decline_offer, cast.karen, offered, now=MONDAY),
    )
    assert (len(outcomes.answers), [type(one) for one in outcomes.refusals]) == (1, [OfferOver])
    assert seats_left(freed) == 0


def test_an_offer_that_lapses_in_two_workers_passes_on_once(
    committed_app: Flask, committed_cast: Cast, freed: UUID, offered: UUID
) -> None:
    at = the_offer(committed_cast.karen).offer.answer_by
    race(
        committed_app,
        HOME,
        lambda: execute(lapse_offer, offered, now=at),
        lambda: execute(lapse_offer, offered, now=at),
    )
    assert sorted(one.state for one in all_offers()) == ["lapsed", "open"]
