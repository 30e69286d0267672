"""Volunteers offer and are asked; nobody rosters them."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Forbidden, NotFound, Stale
from klippekort.domain.hosting import HostRole
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.trips import CancelReason, Cause
from klippekort.domain.volunteering import Task
from klippekort.hosting.jobs import send_waves
from klippekort.hosting.queries.dates import hosts_of
from klippekort.hosting.queries.offers import Wanted
from klippekort.hosting.services import (
    AddressTold,
    ChecksMissing,
    Elsewhere,
    NotOffered,
    OnPause,
    OverLimit,
    TimesUsedUp,
    TooLate,
    answer,
    ask,
    cannot_after_all,
    offer_dates,
)
from klippekort.platform.tenancy import acting_for
from klippekort.trips.services.cancelling import cancel_trip
from klippekort.volunteers.services import write_promise
from klippekort.volunteers.services.company import NoTimesLeft, arrange_company
from tests.builders import a_card, a_shift, a_trip, an_occurrence
from tests.cast import AWAY, Cast
from tests.integration.activities.arrange import NOW, TUESDAY, TWO, do, read
from tests.integration.hosting.arrange import (
    FAR,
    a_contact,
    a_volunteer,
    calls,
    cleared,
    offers,
    states,
    to_host,
    tuesdays,
    viggo_of,
)


def hosts(occurrence_id: UUID) -> list[str]:
    """Return the names of those who host a date."""
    return [host.name for host in read(hosts_of, occurrence_id)]


def test_the_usual_host_hosts_every_date_unasked(cast: Cast) -> None:
    assert hosts(tuesdays(cast)[FAR]) == ["Viggo Vang"]


def test_a_volunteer_offers_several_dates_and_waits_for_a_yes(cast: Cast) -> None:
    dates, dora = tuesdays(cast), a_volunteer("Dora Dam")
    do(offer_dates, dora.actor, dora.id, dates[1:3], now=NOW)
    assert [row.state for row in offers()] == ["offered", "offered"]
    assert hosts(dates[1]) == ["Viggo Vang"]


def test_a_coordinator_s_yes_makes_two_hosts(cast: Cast) -> None:
    date_id, dora = tuesdays(cast)[FAR], a_volunteer("Dora Dam")
    (offer_id,) = do(offer_dates, dora.actor, dora.id, [date_id], now=NOW)
    do(answer, cast.karen, UUID(offer_id), is_yes=True, now=NOW)
    assert hosts(date_id) == ["Viggo Vang", "Dora Dam"]


def test_nobody_says_yes_to_their_own_offer(cast: Cast) -> None:
    dora = a_volunteer("Dora Dam")
    (offer_id,) = do(offer_dates, dora.actor, dora.id, [tuesdays(cast)[FAR]], now=NOW)
    with pytest.raises(Forbidden):
        do(answer, dora.actor, UUID(offer_id), is_yes=True, now=NOW)


def test_offering_twice_is_one_offer(cast: Cast) -> None:
    date_id, dora = tuesdays(cast)[FAR], a_volunteer("Dora Dam")
    for _ in range(2):
        do(offer_dates, dora.actor, dora.id, [date_id], now=NOW)
    assert len(offers()) == 1


def test_a_coordinator_offers_for_somebody_who_has_called(cast: Cast) -> None:
    date_id, dora = tuesdays(cast)[FAR], a_volunteer("Dora Dam", logs_in=False)
    do(offer_dates, cast.karen, dora.id, [date_id], now=NOW)
    assert hosts(date_id) == ["Viggo Vang", "Dora Dam"]


def test_nobody_offers_for_another(cast: Cast) -> None:
    dora = a_volunteer("Dora Dam")
    with pytest.raises(Forbidden):
        do(offer_dates, dora.actor, viggo_of(cast), [tuesdays(cast)[FAR]], now=NOW)


def test_a_date_that_has_begun_is_offered_for_no_more(cast: Cast) -> None:
    dora = a_volunteer("Dora Dam")
    with pytest.raises(TooLate):
        do(offer_dates, dora.actor, dora.id, [tuesdays(cast)[0]], now=TWO)


def test_a_missing_promise_blocks_the_offer_and_says_which(cast: Cast) -> None:
    do(write_promise, cast.karen, text="Jeg holder tæt.", from_on=TUESDAY, now=NOW)
    date_id, dora = tuesdays(cast)[FAR], a_volunteer("Dora Dam", started_on=TUESDAY)
    with pytest.raises(ChecksMissing) as refusal:
        do(offer_dates, dora.actor, dora.id, [date_id], now=NOW)
    assert [one.kind for one in refusal.value.missing] == ["promise"]


def test_a_question_is_answered_by_the_one_who_was_asked(cast: Cast) -> None:
    date_id, dora = tuesdays(cast)[FAR], a_volunteer("Dora Dam")
    offer_id = UUID(do(ask, cast.karen, dora.id, to_host(date_id), now=NOW))
    with pytest.raises(Forbidden):
        do(answer, cast.viggo, offer_id, is_yes=True, now=NOW)
    do(answer, dora.actor, offer_id, is_yes=True, now=NOW)
    assert hosts(date_id) == ["Viggo Vang", "Dora Dam"]


def test_no_is_an_answer(cast: Cast) -> None:
    date_id, dora = tuesdays(cast)[FAR], a_volunteer("Dora Dam")
    offer_id = UUID(do(ask, cast.karen, dora.id, to_host(date_id), now=NOW))
    do(answer, dora.actor, offer_id, is_yes=False, now=NOW)
    assert states() == {dora.id: "declined"}
    with pytest.raises(Stale):
        do(answer, dora.actor, offer_id, is_yes=True, now=NOW)


def test_a_care_worker_asks_nobody(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        do(ask, cast.bo, viggo_of(cast), to_host(tuesdays(cast)[FAR]), now=NOW)


def test_who_would_be_over_their_limit_is_not_asked(cast: Cast) -> None:
    dates, dora = tuesdays(cast), a_volunteer("Dora Dam", most_times=1)
    do(offer_dates, cast.karen, dora.id, [dates[1]], now=NOW)
    with pytest.raises(OverLimit):
        do(ask, cast.karen, dora.id, to_host(dates[FAR]), now=NOW)


def test_who_has_a_pause_is_not_asked(cast: Cast) -> None:
    dora = a_volunteer("Dora Dam", paused_until=TUESDAY + timedelta(days=60))
    with pytest.raises(OnPause):
        do(ask, cast.karen, dora.id, to_host(tuesdays(cast)[FAR]), now=NOW)


def test_who_hosts_elsewhere_then_is_not_asked(cast: Cast) -> None:
    elsewhere = an_occurrence(TWO + timedelta(minutes=30))
    tuesdays(cast)
    with pytest.raises(Elsewhere):
        do(ask, cast.karen, viggo_of(cast), to_host(elsewhere), now=NOW)


def test_an_association_asks_its_own_members_for_its_own_dates_alone(cast: Cast) -> None:
    date_id, member = tuesdays(cast)[FAR], a_volunteer("Mads", association_id=cast.association)
    stranger, contact = a_volunteer("Sif"), a_contact(cast.association)
    with pytest.raises(Forbidden):
        do(ask, contact, stranger.id, to_host(date_id), now=NOW)
    own = read(hosts_of, date_id)
    assert own
    foreign = an_occurrence(TWO)
    with pytest.raises(NotFound):
        do(ask, contact, member.id, to_host(foreign), now=NOW)


def test_the_usual_host_takes_one_date_back(cast: Cast) -> None:
    dates = tuesdays(cast)
    do(cannot_after_all, cast.viggo, viggo_of(cast), to_host(dates[FAR]), now=NOW)
    assert (hosts(dates[FAR]), hosts(dates[1])) == ([], ["Viggo Vang"])


def test_nobody_takes_back_what_they_never_said(cast: Cast) -> None:
    dora = a_volunteer("Dora Dam")
    with pytest.raises(Stale):
        do(cannot_after_all, dora.actor, dora.id, to_host(tuesdays(cast)[FAR]), now=NOW)


@pytest.fixture
def trip_id(cast: Cast) -> UUID:
    """A trip of Ellen's on the Tuesday."""
    a_card(cast, cast.ellen)
    a_shift(cast.bo, TUESDAY)
    return a_trip(cast.bo, cast.ellen, an_occurrence(TWO), cast.bo)


def along(trip_id: UUID, cast: Cast, point: str = "") -> Wanted:
    """Return what Ellen's friend on a trip is wanted for."""
    return Wanted(HostRole.GO_ALONG, trip_id=trip_id, citizen_id=cast.ellen, meeting_point=point)


def test_a_friend_goes_along_as_often_as_they_have_said(cast: Cast, trip_id: UUID) -> None:
    dora = cleared(a_volunteer("Dora Dam", goes_along=True, go_along_times=1), cast)
    offer_id = UUID(do(ask, cast.karen, dora.id, along(trip_id, cast), now=NOW))
    do(answer, dora.actor, offer_id, is_yes=True, now=NOW)
    with pytest.raises(TimesUsedUp):
        do(ask, cast.karen, dora.id, along(trip_id, cast), now=NOW)


def test_a_day_agreed_besides_counts_among_the_times(cast: Cast, trip_id: UUID) -> None:
    dora = cleared(a_volunteer("Dora Dam", goes_along=True, go_along_times=1), cast)
    day = TUESDAY + timedelta(days=7)
    do(arrange_company, cast.karen, dora.id, cast.ellen, task=Task.GO_ALONG, on_day=day, now=NOW)
    with pytest.raises(TimesUsedUp):
        do(ask, cast.karen, dora.id, along(trip_id, cast), now=NOW)


def test_a_trip_counts_among_the_times_that_can_be_agreed(cast: Cast, trip_id: UUID) -> None:
    dora = cleared(a_volunteer("Dora Dam", goes_along=True, go_along_times=1), cast)
    offer_id = UUID(do(ask, cast.karen, dora.id, along(trip_id, cast), now=NOW))
    do(answer, dora.actor, offer_id, is_yes=True, now=NOW)
    day = TUESDAY + timedelta(days=7)
    with pytest.raises(NoTimesLeft):
        do(
            arrange_company,
            cast.karen,
            dora.id,
            cast.ellen,
            task=Task.GO_ALONG,
            on_day=day,
            now=NOW,
        )


def test_a_friend_hears_when_the_trip_is_not_made(cast: Cast, trip_id: UUID) -> None:
    dora = cleared(a_volunteer("Dora Dam", goes_along=True), cast)
    offer_id = UUID(do(ask, cast.karen, dora.id, along(trip_id, cast), now=NOW))
    do(answer, dora.actor, offer_id, is_yes=True, now=NOW)
    why = {"cause": Cause.CITIZEN, "reason": CancelReason.ILL}
    do(cancel_trip, cast.karen, trip_id, **why, now=NOW)
    for _ in range(2):
        read(send_waves, local_day(NOW), NOW)
    assert states() == {dora.id: "withdrawn"}
    assert len(calls("host_cancelled")) == 1


def test_who_has_not_offered_to_go_along_is_not_asked(cast: Cast, trip_id: UUID) -> None:
    with pytest.raises(NotOffered):
        do(ask, cast.karen, a_volunteer("Dora Dam").id, along(trip_id, cast), now=NOW)


@pytest.mark.parametrize("point", ["Åvej 7", "uden for Åvej nr. 7, stuen"])
def test_a_friend_never_learns_the_address(cast: Cast, trip_id: UUID, point: str) -> None:
    dora = a_volunteer("Dora Dam", goes_along=True)
    with pytest.raises(AddressTold):
        do(ask, cast.karen, dora.id, along(trip_id, cast, point), now=NOW)


def test_a_trip_is_asked_about_only_for_somebody_on_it(cast: Cast, trip_id: UUID) -> None:
    dora = a_volunteer("Dora Dam", goes_along=True)
    wanted = replace(along(trip_id, cast), citizen_id=cast.poul)
    with pytest.raises(NotFound):
        do(ask, cast.karen, dora.id, wanted, now=NOW)


def test_the_next_municipality_finds_no_question_of_ours(cast: Cast) -> None:
    date_id, dora = tuesdays(cast)[FAR], a_volunteer("Dora Dam")
    offer_id = UUID(do(ask, cast.karen, dora.id, to_host(date_id), now=NOW))
    with acting_for(AWAY), pytest.raises(NotFound):
        answer(Actor(AWAY, Role.COORDINATOR), offer_id, is_yes=True, now=NOW)
