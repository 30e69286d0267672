"""A seat is sold once, on either database, and can be given back."""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from klippekort.activities.models import SignUp
from klippekort.activities.queries import get_occurrence_facts
from klippekort.activities.services import (
    OccurrenceOver,
    cancel_occurrence,
    give_seat_back,
    take_seat,
)
from klippekort.domain.errors import CitizenBusy, NoSeat, NotFound, NoWheelchairPlace
from klippekort.domain.permissions import Actor, Role
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.cast import AWAY, HOME, Cast, make_citizen
from tests.integration.activities.arrange import NOW, ONCE, TWO, a_date, do, read, seat
from tests.races import race


def left(occurrence_id: UUID) -> tuple[int, int]:
    """Return the seats and the wheelchair places that are left."""
    facts = read(get_occurrence_facts, occurrence_id)
    return facts.seats_left, facts.wheelchairs_left


def test_a_seat_taken_is_a_seat_fewer(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    seat(cast, occurrence_id, cast.ellen)
    assert left(occurrence_id) == (9, 2)


def test_a_wheelchair_takes_a_seat_and_a_wheelchair_place(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    seat(cast, occurrence_id, cast.poul, wheelchair=True)
    assert left(occurrence_id) == (9, 1)


def test_the_last_seat_is_the_last(cast: Cast) -> None:
    occurrence_id = a_date(cast, replace(ONCE, capacity=1, wheelchair_places=0))
    seat(cast, occurrence_id, cast.ellen)
    with pytest.raises(NoSeat):
        seat(cast, occurrence_id, cast.poul)


def test_a_guest_takes_one_seat_at_a_date(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    seat(cast, occurrence_id, cast.ellen)
    with pytest.raises(CitizenBusy):
        seat(cast, occurrence_id, cast.ellen)
    assert left(occurrence_id) == (9, 2)


def test_there_may_be_seats_but_no_place_for_a_wheelchair(cast: Cast) -> None:
    occurrence_id = a_date(cast, replace(ONCE, wheelchair_places=0))
    with pytest.raises(NoWheelchairPlace):
        seat(cast, occurrence_id, cast.poul, wheelchair=True)


def test_a_refused_wheelchair_takes_no_seat(cast: Cast) -> None:
    occurrence_id = a_date(cast, replace(ONCE, wheelchair_places=0))
    with pytest.raises(NoWheelchairPlace):
        seat(cast, occurrence_id, cast.poul, wheelchair=True)
    assert left(occurrence_id) == (10, 0)


def test_a_date_that_has_begun_takes_no_more_guests(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    with pytest.raises(OccurrenceOver):
        do(take_seat, cast.karen, occurrence_id, cast.ellen, wheelchair=False, now=TWO)


def test_a_cancelled_date_takes_no_guests(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    do(cancel_occurrence, cast.karen, occurrence_id, reason="weather", now=NOW)
    with pytest.raises(OccurrenceOver):
        seat(cast, occurrence_id, cast.ellen)


def test_another_municipality_finds_no_such_date(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    frida = Actor(AWAY, Role.COORDINATOR)
    with acting_for(AWAY), pytest.raises(NotFound):
        execute(take_seat, frida, occurrence_id, cast.gudrun, wheelchair=False, now=NOW)


def test_a_seat_given_back_is_free_again(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    sign_up_id = seat(cast, occurrence_id, cast.poul, wheelchair=True)
    do(give_seat_back, cast.karen, sign_up_id, now=NOW)
    assert left(occurrence_id) == (10, 2)


def test_a_seat_is_given_back_once(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    sign_up_id = seat(cast, occurrence_id, cast.ellen)
    do(give_seat_back, cast.karen, sign_up_id, now=NOW)
    do(give_seat_back, cast.karen, sign_up_id, now=NOW)
    assert left(occurrence_id) == (10, 2)


def test_somebody_who_gave_the_seat_back_may_come_after_all(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    do(give_seat_back, cast.karen, seat(cast, occurrence_id, cast.ellen), now=NOW)
    seat(cast, occurrence_id, cast.ellen)
    assert left(occurrence_id) == (9, 2)


def _taker(cast: Cast, occurrence_id: UUID, citizen_id: UUID, chair: bool) -> Callable[[], str]:
    def take() -> str:
        taken = take_seat(cast.karen, occurrence_id, citizen_id, wheelchair=chair, now=NOW)
        return str(taken)

    return lambda: str(execute(take))


@pytest.mark.parametrize(("chair", "refusal"), [(False, NoSeat), (True, NoWheelchairPlace)])
def test_one_of_two_at_the_same_moment_gets_the_last_place(
    committed_app: Flask, committed_cast: Cast, chair: bool, refusal: type[Exception]
) -> None:
    facts = replace(ONCE, capacity=2 if chair else 1, wheelchair_places=1)
    occurrence_id = a_date(committed_cast, facts)
    people = (committed_cast.ellen, committed_cast.poul)
    deeds = [_taker(committed_cast, occurrence_id, person, chair) for person in people]
    outcomes = race(committed_app, HOME, *deeds)
    assert (len(outcomes.answers), [type(r) for r in outcomes.refusals]) == (1, [refusal])


def test_a_race_for_a_seat_and_one_given_back_leave_the_count_right(
    committed_app: Flask, committed_cast: Cast
) -> None:
    cast = committed_cast
    occurrence_id = a_date(cast)
    sign_up_id = seat(cast, occurrence_id, cast.ellen)
    with acting_for(HOME):
        eli = execute(make_citizen, "Eli", "Holm", supplier=cast.supplier, district=cast.north)
    seat(cast, occurrence_id, eli)  # or the wall at zero seats would hide that one went twice
    take = _taker(cast, occurrence_id, cast.poul, False)
    race(
        committed_app,
        HOME,
        take,
        lambda: execute(give_seat_back, cast.karen, sign_up_id, now=NOW),
        lambda: execute(give_seat_back, cast.karen, sign_up_id, now=NOW),
    )
    with acting_for(HOME):
        booked = db.session.scalars(select(SignUp).filter_by(state="booked")).all()
    assert (len(booked), left(occurrence_id)) == (2, (8, 2))
