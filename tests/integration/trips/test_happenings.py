"""What happens on a trip and after it: notes, incidents with an owner, and a line home."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from klippekort.citizens.queries import get_citizen
from klippekort.citizens.queries.contacts import contacts_of
from klippekort.citizens.services.contacts import add_contact, end_contact
from klippekort.domain.errors import Forbidden, Stale
from klippekort.domain.incidents import Effect, IncidentKind
from klippekort.messages.queries import open_calls
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from klippekort.trips.jobs import erase_greetings
from klippekort.trips.queries.happenings import (
    greeting_in_clear,
    greetings_of,
    notes_of,
    open_incidents,
)
from klippekort.trips.queries.trips import get_trip
from klippekort.trips.services import happenings, keeping
from klippekort.trips.services.greetings import send_greeting
from tests.builders import MONDAY, a_trip
from tests.cast import HOME, Cast
from tests.integration.trips.conftest import DOORS_OPEN, HOME_AGAIN


@pytest.fixture
def trip(cast: Cast, card: UUID, game: UUID) -> UUID:
    return a_trip(cast.bo, cast.ellen, game, cast.bo)


def do(deed: Any, *told: Any, **named: Any) -> Any:
    with acting_for(HOME):
        return execute(deed, *told, **named)


def under_way(cast: Cast, trip: UUID) -> None:
    do(keeping.start_trip, cast.bo, trip, now=DOORS_OPEN)


def finished(cast: Cast, trip: UUID) -> None:
    times = {"started_at": DOORS_OPEN, "ended_at": HOME_AGAIN}
    do(keeping.finish_trip, cast.bo, trip, now=HOME_AGAIN, **times)


def a_daughter(cast: Cast, *, hears: bool = True) -> UUID:
    told = {"phone": "+4520123456", "relation": "child", "is_next_of_kin": True}
    made = do(
        add_contact,
        cast.bo,
        cast.ellen,
        name="Lise Sørensen",
        gets_greetings=hears,
        now=MONDAY,
        **told,
    )
    return UUID(made)


def happened(cast: Cast, trip: UUID, effect: Effect = Effect.NONE) -> UUID:
    kind = IncidentKind.FALL
    told = {"happened_at": DOORS_OPEN, "now": DOORS_OPEN}
    return UUID(do(happenings.record_incident, cast.bo, trip, kind, effect, **told))


def test_a_note_is_read_as_it_was_written(cast: Cast, trip: UUID) -> None:
    do(happenings.add_note, cast.bo, trip, "Ellen sang med på alle sange", now=DOORS_OPEN)
    with acting_for(HOME):
        assert [line.text for line in notes_of(trip)] == ["Ellen sang med på alle sange"]


def test_an_incident_waits_until_somebody_settles_it(cast: Cast, trip: UUID) -> None:
    under_way(cast, trip)
    incident = happened(cast, trip)
    do(happenings.take_on, cast.ida, incident, now=DOORS_OPEN)
    with acting_for(HOME):
        owners = [one.owner_id for one in open_incidents(cast.supplier)]
    do(happenings.close_incident, cast.ida, incident, is_reported=True, now=HOME_AGAIN)
    with acting_for(HOME):
        assert (owners, open_incidents()) == ([cast.ida.account_id], [])


def test_nobody_settles_it_twice(cast: Cast, trip: UUID) -> None:
    under_way(cast, trip)
    incident = happened(cast, trip)
    do(happenings.close_incident, cast.karen, incident, is_reported=False, now=HOME_AGAIN)
    with pytest.raises(Stale):
        do(happenings.close_incident, cast.karen, incident, is_reported=False, now=HOME_AGAIN)


def test_a_trip_waits_and_goes_on(cast: Cast, trip: UUID) -> None:
    under_way(cast, trip)
    happened(cast, trip, Effect.PAUSE)
    with acting_for(HOME):
        paused = get_trip(trip).paused_at
    do(happenings.resume_trip, cast.bo, trip, now=DOORS_OPEN)
    with acting_for(HOME):
        assert (paused, get_trip(trip).paused_at) == (DOORS_OPEN, None)


def test_an_incident_belongs_to_the_supplier_alone(cast: Cast, trip: UUID) -> None:
    under_way(cast, trip)
    happened(cast, trip)
    with acting_for(HOME):
        assert open_incidents(cast.private_supplier) == []


def test_a_line_home_reaches_the_daughter(cast: Cast, trip: UUID) -> None:
    daughter = a_daughter(cast)
    finished(cast, trip)
    line = do(
        send_greeting,
        cast.bo,
        trip,
        daughter,
        "Ellen vandt i whist i dag",
        agreed_how="said",
        now=HOME_AGAIN,
    )
    with acting_for(HOME):
        told = greeting_in_clear(UUID(line))
        calls = [call.kind for call in open_calls(HOME_AGAIN + timedelta(hours=1))]
    assert told is not None
    assert (told.text, told.name, calls) == (
        "Ellen vandt i whist i dag",
        "Lise Sørensen",
        ["greeting"],
    )


def test_a_relative_who_is_to_hear_nothing_hears_nothing(cast: Cast, trip: UUID) -> None:
    daughter = a_daughter(cast, hears=False)
    finished(cast, trip)
    with pytest.raises(Forbidden):
        do(send_greeting, cast.bo, trip, daughter, "Hej", agreed_how="said", now=HOME_AGAIN)


def test_a_line_is_gone_after_thirty_days(cast: Cast, trip: UUID) -> None:
    daughter = a_daughter(cast)
    finished(cast, trip)
    do(send_greeting, cast.bo, trip, daughter, "Hej", agreed_how="said", now=HOME_AGAIN)
    kept = []
    for days in (30, 31):
        later = HOME_AGAIN + timedelta(days=days)
        with acting_for(HOME):
            erase_greetings(later.date(), later)
            kept.append(len(greetings_of(trip)))
    assert kept == [1, 0]


def test_a_contact_who_stands_no_longer_leaves_no_name(cast: Cast, card: UUID) -> None:
    daughter = a_daughter(cast)
    do(end_contact, cast.bo, daughter, now=MONDAY)
    with acting_for(HOME):
        assert contacts_of(get_citizen(cast.ellen)) == []
