"""Several want the last chair, or the same room, at the same moment."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Flask

from klippekort.activities.queries.load import guests_by_month, month_of
from klippekort.activities.services import PlaceTaken, post_activity, save_place
from klippekort.domain.errors import Refused
from klippekort.domain.trips import Company, Transport
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.trips.services.blocks import Block, Passenger
from klippekort.trips.services.reserving import reserve
from klippekort.volunteers.services import set_load_limit
from tests.cast import HOME, Cast
from tests.integration.activities.arrange import NOW, ONCE, TUESDAY, TWO, dates_of, do, read
from tests.integration.activities.test_places import HALL
from tests.races import Outcomes, race


def race_and_look(app: Flask, *deeds: Callable[[], object]) -> Outcomes:
    """Let the deeds race, and see afterwards what they did."""
    db.session.rollback()
    outcomes = race(app, HOME, *deeds)
    db.session.rollback()
    return outcomes


def test_of_two_who_want_a_room_at_once_one_gets_it(
    committed_app: Flask, committed_cast: Cast
) -> None:
    karen, club = committed_cast.karen, committed_cast.association
    hall = UUID(do(save_place, karen, replace(HALL, room_capacity=None), now=NOW))

    def post(title: str) -> Callable[[], object]:
        facts = replace(ONCE, title=title, place="", place_id=hall)
        told: dict[str, Any] = {"association_id": club, "shares_room": False, "now": NOW}
        return lambda: execute(post_activity, karen, facts, **told)

    outcomes = race_and_look(committed_app, post("Whist"), post("Sang"))
    assert len(outcomes.answers) == 1
    assert [type(one) for one in outcomes.refusals] == [PlaceTaken]


def test_of_two_who_want_an_associations_last_chair_of_the_month_one_gets_it(
    committed_app: Flask, committed_cast: Cast
) -> None:
    karen, club = committed_cast.karen, committed_cast.association
    do(set_load_limit, karen, club, guests=1)
    posted = (
        UUID(do(post_activity, karen, replace(ONCE, title=title), association_id=club, now=NOW))
        for title in ("Whist", "Sang")
    )
    first, second = (dates_of(one)[0].id for one in posted)

    def go(date_id: UUID, citizen_id: UUID) -> Callable[[], object]:
        riders = (Passenger(citizen_id, "said"),)
        block = Block(riders, date_id, Transport.WALK, 10, 10, company=Company.RELATIVE)
        return lambda: execute(reserve, karen, block, now=NOW)

    outcomes = race_and_look(
        committed_app, go(first, committed_cast.ellen), go(second, committed_cast.poul)
    )
    assert [str(one) for one in outcomes.refusals] == [str(Refused("association_full"))]
    assert read(guests_by_month, [club], TUESDAY, TUESDAY)[club, month_of(TWO)] == 1
