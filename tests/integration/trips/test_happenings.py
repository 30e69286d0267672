"""What happens on a trip and after it: notes, incidents with an owner, and a line home."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from klippekort.citizens.queries import get_citizen
from klippekort.citizens.queries.contacts import contacts_of
from klippekort.citizens.services.contacts import add_contact, end_contact
from klippekort.domain.errors import Forbidden, Stale
from klippekort.domain.incidents import Effect, IncidentKind, LeftOut, NotReported, left_out
from klippekort.domain.permissions import Actor
from klippekort.domain.trips import TripState
from klippekort.messages.queries import open_calls
from klippekort.municipalities.services import set_happenings
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
from tests.integration.tablet import StandingClock
from tests.integration.trips.conftest import DOORS_OPEN, HOME_AGAIN, Browse, key_of


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
    do(happenings.close_incident, cast.karen, incident, is_reported=True, now=HOME_AGAIN)
    with pytest.raises(Stale):
        do(happenings.close_incident, cast.karen, incident, is_reported=True, now=HOME_AGAIN)


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


# ---- the pages -----------------------------------------------------------------------------------


def english(browse: Browse, actor: Actor) -> FlaskClient:
    browser = browse(actor)
    browser.set_cookie("lang", "en", domain="localhost")
    return browser


def tell(browser: FlaskClient, trip: UUID, effect: Effect) -> str:
    """Tell of a fall on the page, and return the page it leads to."""
    sent = {"key": key_of(7), "kind": "fall", "effect": effect.value}
    return browser.post(f"/ture/{trip}/noget-skete", data=sent, follow_redirects=True).text


@pytest.mark.parametrize(
    ("effect", "state", "why_not"),
    [
        (Effect.NONE, TripState.CANCELLED, None),
        (Effect.PAUSE, TripState.UNDER_WAY, None),
        (Effect.END, TripState.UNDER_WAY, None),
        (Effect.END, TripState.BOOKED, None),
        (Effect.PAUSE, TripState.BOOKED, LeftOut.NOT_BEGUN),
        (Effect.PAUSE, TripState.COMPLETED, LeftOut.OVER),
        (Effect.END, TripState.CANCELLED, LeftOut.OVER),
    ],
)
def test_an_effect_that_no_longer_applies_is_left_out(
    effect: Effect, state: TripState, why_not: LeftOut | None
) -> None:
    assert left_out(effect, state) is why_not


def test_what_happened_is_kept_whatever_became_of_the_trip(cast: Cast, trip: UUID) -> None:
    finished(cast, trip)
    happened(cast, trip, Effect.PAUSE)
    with acting_for(HOME):
        assert len(open_incidents(cast.supplier)) == 1
        assert get_trip(trip).paused_at is None


def test_a_trip_that_ends_now_goes_on_to_the_page_where_it_is_ended(
    browse: Browse, cast: Cast, trip: UUID, standing_clock: StandingClock
) -> None:
    standing_clock.at = DOORS_OPEN
    under_way(cast, trip)
    page = tell(english(browse, cast.bo), trip, Effect.END)
    assert "Finish the trip with Ellen" in page
    box = re.search(r'<input [^>]*name="is_broken_off"[^>]*>', page)
    assert box is not None
    assert " checked" in box[0]
    assert "The trip is not ended yet: write the times below" in page


def test_a_trip_that_has_not_begun_does_not_wait_and_that_is_said(
    browse: Browse, cast: Cast, trip: UUID, standing_clock: StandingClock
) -> None:
    standing_clock.at = DOORS_OPEN
    page = tell(english(browse, cast.bo), trip, Effect.PAUSE)
    assert "The trip had not begun, so it does not wait." in page


def test_what_was_on_the_screen_is_kept_though_the_trip_ended_meanwhile(
    browse: Browse, cast: Cast, trip: UUID, standing_clock: StandingClock
) -> None:
    finished(cast, trip)
    standing_clock.at = HOME_AGAIN
    page = tell(english(browse, cast.bo), trip, Effect.END)
    assert "It is told. Your leader can see it now. The trip was over already." in page


def test_the_history_and_the_list_say_what_it_did_to_the_trip(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    under_way(cast, trip)
    happened(cast, trip, Effect.END)
    karen = english(browse, cast.karen)
    assert "told that something happened. The trip was to end." in karen.get(f"/ture/{trip}").text
    assert "The trip was to end." in karen.get("/haendelser").text


def test_the_planners_own_it_until_one_of_them_takes_it(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    incident = happened(cast, trip)
    ida = english(browse, cast.ida)
    assert "Owner: the planners at Hjemmeplejen, until one of them" in ida.get("/haendelser").text
    ida.post(f"/haendelser/{incident}/tag", data={"key": key_of(8)})
    assert f"Owner: {cast.ida.display_name}" in ida.get("/haendelser").text


def test_what_must_be_reported_is_not_closed_before_it_is(
    browse: Browse, cast: Cast, trip: UUID
) -> None:
    incident = happened(cast, trip)
    with pytest.raises(NotReported):
        do(happenings.close_incident, cast.ida, incident, is_reported=False, now=HOME_AGAIN)
    ida = english(browse, cast.ida)
    refused = ida.post(f"/haendelser/{incident}/luk", data={"key": key_of(9)})
    assert refused.status_code == 422
    assert f'href="#reported-{incident}">Report it first, and tick' in refused.text
    ida.post(f"/haendelser/{incident}/luk", data={"key": key_of(9), "is_reported": "y"})
    with acting_for(HOME):
        assert open_incidents() == []


def test_next_of_kin_without_a_number_are_named(browse: Browse, cast: Cast, trip: UUID) -> None:
    bo, path = english(browse, cast.bo), f"/ture/{trip}/noget-skete"
    assert "No next of kin is written down for Ellen." in bo.get(path).text
    told = {"phone": None, "relation": "child", "is_next_of_kin": True, "gets_greetings": False}
    do(add_contact, cast.bo, cast.ellen, name="Lise Sørensen", now=MONDAY, **told)
    page = bo.get(path).text
    assert "Next of kin: Lise Sørensen. No number is written down." in page
    assert "No next of kin is written down" not in page


@pytest.mark.parametrize("path", ["/ture/{trip}/noget-skete", "/haendelser"])
def test_where_it_is_reported_ends_with_one_full_stop(
    browse: Browse, cast: Cast, trip: UUID, path: str
) -> None:
    do(set_happenings, cast.ada, None, "I journalen og på dpsd.dk.", 5, now=MONDAY)
    page = english(browse, cast.karen).get(path.format(trip=trip)).text
    assert "dpsd.dk." in page
    assert "dpsd.dk.." not in page
