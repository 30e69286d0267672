"""What a cancelled trip does to the card, and what is asked when nobody has decided."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import select

from klippekort.activities.models import Place
from klippekort.activities.queries import get_occurrence_facts, get_place
from klippekort.activities.services import OccurrenceCancelled, OccurrenceChanged
from klippekort.domain.errors import NothingToUndo, Stale, Undecided
from klippekort.domain.schemes import Basis, Charge
from klippekort.domain.trips import CancelReason, Cause, TripState
from klippekort.messages.models import OutboxMessage
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.queries.cards import get_card, open_lots, state_of
from klippekort.trips.queries.trips import events_of, get_trip
from klippekort.trips.services.cancelling import cancel_trip
from klippekort.trips.services.following import follow_date, give_minutes_back
from klippekort.trips.services.keeping import finish_trip
from klippekort.trips.services.undoing import undo
from tests.builders import DECIDED, MONDAY, a_card, a_trip
from tests.cast import HOME, Cast
from tests.integration.tablet import StandingClock
from tests.integration.trips.conftest import DOORS_OPEN, GAME_AT, HOME_AGAIN, Browse, key_of

OPEN_BASIS = replace(DECIDED, charging=replace(DECIDED.charging, basis=Basis.UNDECIDED))


def _lots(card_id: UUID) -> dict[str, tuple[int, int]]:
    with acting_for(HOME):
        rows = open_lots(card_id)
        return {row.period: (row.granted - row.held - row.used, row.held) for row in rows}


def _free(card_id: UUID) -> int:
    with acting_for(HOME):
        return sum(lot.free for lot in state_of(get_card(card_id)).lots)


def test_a_cancelled_trip_gives_the_minutes_back_to_the_lots_they_came_from(
    browse: Browse, cast: Cast, card: UUID, game: UUID
) -> None:
    before = _lots(card)
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    assert _lots(card) != before
    sent = {"key": key_of(1), "reason": "supplier.helper_ill"}
    assert browse(cast.bo).post(f"/ture/{trip}/aflys", data=sent).status_code == 303
    assert _lots(card) == before


def test_a_late_cancellation_costs_what_the_scheme_says(
    browse: Browse, cast: Cast, card: UUID, game: UUID, standing_clock: StandingClock
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    standing_clock.at = DOORS_OPEN - timedelta(hours=1)
    sent = {"key": key_of(1), "reason": "citizen.not_today"}
    browse(cast.bo).post(f"/ture/{trip}/aflys", data=sent)
    assert _free(card) == 190


def test_an_undecided_no_show_is_asked_about(
    browse: Browse, cast: Cast, card: UUID, game: UUID, standing_clock: StandingClock
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    standing_clock.at = DOORS_OPEN + timedelta(minutes=5)
    sent = {"key": key_of(1), "reason": "no_show.not_home"}
    page = browse(cast.bo).post(f"/ture/{trip}/aflys", data=sent)
    assert (page.status_code, 'value="free"' in page.text) == (422, True)


def test_the_answer_about_a_no_show_is_followed(
    browse: Browse, cast: Cast, card: UUID, game: UUID, standing_clock: StandingClock
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    standing_clock.at = DOORS_OPEN + timedelta(minutes=5)
    sent = {"key": key_of(1), "reason": "no_show.not_home", "cost": "full"}
    sent["why"] = "It was agreed the day before."
    assert browse(cast.bo).post(f"/ture/{trip}/aflys", data=sent).status_code == 303
    with acting_for(HOME):
        assert get_trip(trip).state is TripState.NO_SHOW
    assert _free(card) == 190


def test_nobody_is_missing_before_the_trip_begins(
    browse: Browse, cast: Cast, card: UUID, game: UUID
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    sent = {"key": key_of(1), "reason": "no_show.not_home"}
    assert browse(cast.bo).post(f"/ture/{trip}/aflys", data=sent).status_code == 422


def test_the_service_asks_when_the_scheme_is_silent(cast: Cast, card: UUID, game: UUID) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    with acting_for(HOME), pytest.raises(Undecided) as asked:
        execute(
            cancel_trip,
            cast.bo,
            trip,
            cause=Cause.NO_SHOW,
            reason=CancelReason.NOT_HOME,
            now=DOORS_OPEN,
        )
    assert asked.value.rule == "cancelling.no_show"


def _once(deed: Callable[[], str]) -> None:
    def press() -> str:
        return deed()

    execute(press)


def test_a_cancelled_trip_cannot_be_cancelled_again(cast: Cast, card: UUID, game: UUID) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    cancel = partial(
        cancel_trip,
        cast.bo,
        trip,
        cause=Cause.WEATHER,
        reason=CancelReason.WEATHER,
        now=MONDAY,
    )
    with acting_for(HOME):
        _once(cancel)
        with pytest.raises(Stale):
            _once(cancel)


def test_a_cancelled_activity_gives_the_minutes_back(cast: Cast, card: UUID, game: UUID) -> None:
    a_trip(cast.bo, cast.ellen, game, cast.bo)
    event = OccurrenceCancelled(game, "ill", cast.karen, MONDAY)
    with acting_for(HOME):
        execute(give_minutes_back, event)
    assert _free(card) == 300


def test_what_a_trip_costs_is_asked_when_the_scheme_has_not_decided(
    browse: Browse, cast: Cast, game: UUID, standing_clock: StandingClock
) -> None:
    card = a_card(cast, cast.ellen, terms=OPEN_BASIS)
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    standing_clock.at = HOME_AGAIN
    browser, sent = browse(cast.bo), {"key": key_of(1), "started": "09:50", "ended": "11:00"}
    assert browser.post(f"/ture/{trip}/afslut", data=sent).status_code == 422
    decided = {**sent, "basis": "planned", "why": "The host was late."}
    assert browser.post(f"/ture/{trip}/afslut", data=decided).status_code == 303
    assert _free(card) == 190


def test_the_service_does_not_choose_what_a_trip_costs(cast: Cast, game: UUID) -> None:
    a_card(cast, cast.ellen, terms=OPEN_BASIS)
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    with acting_for(HOME), pytest.raises(Undecided):
        execute(finish_trip, cast.bo, trip, started_at=DOORS_OPEN, ended_at=GAME_AT, now=HOME_AGAIN)


def test_an_answer_of_ones_own_never_overrules_the_scheme(
    cast: Cast, card: UUID, game: UUID
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    with acting_for(HOME):
        execute(
            cancel_trip,
            cast.bo,
            trip,
            cause=Cause.SUPPLIER,
            reason=CancelReason.BUSY,
            now=MONDAY,
            answer=Charge.FULL,
        )
    assert _free(card) == 300


def _moved(game: UUID, by: timedelta, cast: Cast, place: UUID | None = None) -> OccurrenceChanged:
    with acting_for(HOME):
        date = get_occurrence_facts(game)
    return OccurrenceChanged(
        game,
        date.starts_at,
        date.starts_at + by,
        date.ends_at,
        date.ends_at + by,
        date.place_id,
        place or date.place_id,
        cast.karen,
        MONDAY,
    )


def test_a_trip_is_off_when_its_activity_moves(cast: Cast, card: UUID, game: UUID) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    with acting_for(HOME):
        execute(follow_date, _moved(game, timedelta(hours=2), cast))
        assert get_trip(trip).state == TripState.CANCELLED
        call = db.session.scalars(select(OutboxMessage).filter_by(kind="trip_cancelled")).one()
    assert _free(card) == 300
    assert call.facts["moved_to"] == (GAME_AT + timedelta(hours=2)).isoformat()


def test_nobody_puts_back_a_trip_to_a_time_that_is_no_more(
    cast: Cast, card: UUID, game: UUID
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)
    with acting_for(HOME):
        execute(follow_date, _moved(game, timedelta(hours=2), cast))
        last = events_of(trip)[-1]
        with pytest.raises(NothingToUndo):
            execute(undo, cast.karen, trip, last.id, now=MONDAY)


def test_another_room_behind_the_same_door_changes_no_trip(
    cast: Cast, card: UUID, game: UUID
) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)

    def another_room() -> str:
        known = get_place(get_occurrence_facts(game).place_id or game)
        room = Place(id=new_id(), name="Sal 2", address=known.address, postcode=known.postcode)
        db.session.add(room)
        return str(room.id)

    with acting_for(HOME):
        room = UUID(execute(another_room))
        execute(follow_date, _moved(game, timedelta(0), cast, room))
        assert get_trip(trip).state == TripState.BOOKED


def test_places_without_an_address_are_not_one_door(cast: Cast, card: UUID, game: UUID) -> None:
    trip = a_trip(cast.bo, cast.ellen, game, cast.bo)

    def somewhere_else() -> str:
        known = get_place(get_occurrence_facts(game).place_id or game)
        known.address = ""
        other = Place(id=new_id(), name="Skovhytten", address="", postcode=known.postcode)
        db.session.add(other)
        return str(other.id)

    with acting_for(HOME):
        other = UUID(execute(somewhere_else))
        execute(follow_date, _moved(game, timedelta(0), cast, other))
        assert get_trip(trip).state == TripState.CANCELLED
