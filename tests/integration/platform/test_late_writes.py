"""Writes that wait are not lost where a part of the transaction is taken back."""

from uuid import UUID

from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.cards import get_card, state_of
from klippekort.punchcards.services.bookings import hold_minutes
from klippekort.punchcards.services.proof import verify_card
from tests.builders import MONDAY, a_card
from tests.cast import HOME, Cast
from tests.integration.trips.conftest import TUESDAY

KEPT, DROPPED = UUID(int=1), UUID(int=2)


class TakenBack(Exception):
    """A part of a transaction that comes to nothing."""


def hold(cast: Cast, card: UUID, trip: UUID, minutes: int) -> None:
    today = MONDAY.date()
    hold_minutes(cast.karen, card, trip, minutes, on=TUESDAY, today=today, now=MONDAY)


def test_what_came_before_a_part_that_is_taken_back_stays(cast: Cast) -> None:
    card = a_card(cast, cast.ellen)

    def deed() -> None:
        hold(cast, card, KEPT, 30)
        try:
            with db.session.begin_nested():
                hold(cast, card, DROPPED, 50)
                raise TakenBack
        except TakenBack:
            pass

    with acting_for(HOME):
        execute(deed)
        assert state_of(get_card(card)).held() == 30
        assert verify_card(card) == []


def test_what_comes_after_it_is_kept_too(cast: Cast) -> None:
    card = a_card(cast, cast.ellen)

    def deed() -> None:
        try:
            with db.session.begin_nested():
                hold(cast, card, DROPPED, 50)
                raise TakenBack
        except TakenBack:
            pass
        hold(cast, card, KEPT, 30)

    with acting_for(HOME):
        execute(deed)
        assert state_of(get_card(card)).held() == 30
        assert verify_card(card) == []


def test_a_part_that_holds_is_kept(cast: Cast) -> None:
    card = a_card(cast, cast.ellen)

    def deed() -> None:
        with db.session.begin_nested():
            hold(cast, card, DROPPED, 50)
        hold(cast, card, KEPT, 30)

    with acting_for(HOME):
        execute(deed)
        assert state_of(get_card(card)).held() == 80
        assert verify_card(card) == []
