"""Nobody can after all: others are asked in waves, and the first yes is enough."""

from datetime import datetime, time, timedelta
from uuid import UUID

import pytest

from klippekort.activities.services import cancel_occurrence
from klippekort.domain.calendar import instant, local_day
from klippekort.hosting.jobs import send_waves
from klippekort.hosting.queries.calls import open_host_calls
from klippekort.hosting.queries.dates import hosts_of
from klippekort.hosting.services import Covered, answer, cannot_after_all, offer_dates
from klippekort.messages.services import complete_call
from tests.cast import Cast
from tests.integration.activities.arrange import NOW, do, read
from tests.integration.hosting.arrange import (
    FAR,
    Person,
    a_volunteer,
    calls,
    offers,
    states,
    the_search,
    to_host,
    tuesdays,
    viggo_of,
)

NINE = instant(local_day(NOW), time(9))


@pytest.fixture
def people(cast: Cast) -> list[Person]:
    """Eight volunteers, the first of them from Viggo's club."""
    club = a_volunteer("Agnes Ask", association_id=cast.association)
    return [club, *(a_volunteer(f"{name} Holm") for name in "BCDEFGH")]


@pytest.fixture
def date_id(cast: Cast, people: list[Person]) -> UUID:
    """A date two weeks away that Viggo cannot host after all."""
    found = tuesdays(cast)[FAR]
    do(cannot_after_all, cast.viggo, viggo_of(cast), to_host(found), now=NINE)
    return found


def run(now: datetime) -> int:
    """Let the job run and return how many searches were due."""
    return read(send_waves, local_day(now), now).expected  # type: ignore[no-any-return]


def asked() -> int:
    """Return how many wait for being asked, or have been."""
    return sum(state == "asked" for state in states().values())


def offer_of(person: Person) -> UUID:
    """Return the question to somebody."""
    (found,) = [row.id for row in offers() if row.volunteer_id == person.id]
    return found


def test_two_are_asked_at_once_the_same_club_first(date_id: UUID, people: list[Person]) -> None:
    assert asked() == 2
    assert states()[people[0].id] == "asked"


def test_each_question_is_a_call_with_a_time_to_answer_by(date_id: UUID) -> None:
    told = calls("host_ask")
    assert len(told) == 2
    assert {call.facts["title"] for call in told} == {"Kortspil"}
    assert all(call.facts["answer_by"] for call in told)


def test_nobody_more_is_asked_before_the_wave_is_over(date_id: UUID) -> None:
    assert run(NINE + timedelta(hours=1)) == 0
    assert asked() == 2


def test_four_more_are_asked_after_a_working_day_and_then_the_rest(date_id: UUID) -> None:
    numbers = []
    for _ in range(2):
        run(the_search().next_at)
        numbers.append(asked())
    assert numbers == [6, 8]


def test_the_same_wave_is_never_sent_twice(date_id: UUID) -> None:
    due = the_search().next_at
    assert (run(due), run(due)) == (1, 0)
    assert asked() == 6


def test_after_the_last_wave_the_coordinator_gets_it(date_id: UUID) -> None:
    for _ in range(3):
        run(the_search().next_at)
    assert the_search().state == "unanswered"
    assert len(calls("host_unanswered")) == 1


def test_the_first_yes_stops_it_and_the_others_are_not_called(
    date_id: UUID, people: list[Person]
) -> None:
    do(answer, people[0].actor, offer_of(people[0]), is_yes=True, now=NINE)
    assert [host.name for host in read(hosts_of, date_id)] == ["Agnes Ask"]
    assert sorted(states().values()) == ["accepted", "covered", "withdrawn"]
    assert calls("host_ask") == []
    assert run(the_search().next_at) == 0


def test_who_was_called_is_thanked(cast: Cast, date_id: UUID, people: list[Person]) -> None:
    for call in calls("host_ask"):
        do(complete_call, cast.karen, call.id, now=NINE)
    do(answer, people[0].actor, offer_of(people[0]), is_yes=True, now=NINE)
    (thanks,) = calls("host_covered")
    assert UUID(thanks.facts["volunteer"]) != people[0].id


def test_a_yes_that_comes_second_hears_that_it_is_covered(
    date_id: UUID, people: list[Person]
) -> None:
    second = next(one for one in people[1:] if states().get(one.id) == "asked")
    do(answer, people[0].actor, offer_of(people[0]), is_yes=True, now=NINE)
    with pytest.raises(Covered):
        do(answer, second.actor, offer_of(second), is_yes=True, now=NINE)


def test_when_everybody_says_no_the_next_wave_goes_at_once(
    date_id: UUID, people: list[Person]
) -> None:
    for one in people:
        if states().get(one.id) == "asked":
            do(answer, one.actor, offer_of(one), is_yes=False, now=NINE)
    assert run(NINE) == 1
    assert asked() == 4


def test_an_offer_is_a_yes_while_somebody_is_looked_for(
    date_id: UUID, people: list[Person]
) -> None:
    keen = next(one for one in people if one.id not in states())
    do(offer_dates, keen.actor, keen.id, [date_id], now=NINE)
    assert states()[keen.id] == "accepted"
    assert the_search().state == "covered"


def test_nobody_over_their_limit_is_asked(cast: Cast) -> None:
    dates, tired = tuesdays(cast), a_volunteer("Tired Toft", most_times=1)
    do(offer_dates, cast.karen, tired.id, [dates[1]], now=NINE)
    do(cannot_after_all, cast.viggo, viggo_of(cast), to_host(dates[FAR]), now=NINE)
    assert the_search().state == "unanswered"
    assert calls("host_ask") == []


def test_nobody_is_called_at_night(cast: Cast, people: list[Person]) -> None:
    night = instant(local_day(NOW), time(23))
    do(cannot_after_all, cast.viggo, viggo_of(cast), to_host(tuesdays(cast)[FAR]), now=night)
    assert asked() == 0
    assert the_search().next_at == instant(local_day(NOW) + timedelta(days=1), time(8))


def test_with_too_little_time_the_coordinator_gets_it_at_once(
    cast: Cast, people: list[Person]
) -> None:
    noon = instant(local_day(NOW) + timedelta(days=1), time(11, 45))
    do(cannot_after_all, cast.viggo, viggo_of(cast), to_host(tuesdays(cast)[0]), now=noon)
    assert the_search().state == "unanswered"
    assert len(read(open_host_calls, noon)) == 1


def test_near_the_date_everybody_is_asked_at_once(cast: Cast, people: list[Person]) -> None:
    morning = instant(local_day(NOW) + timedelta(days=1), time(10, 45))
    do(cannot_after_all, cast.viggo, viggo_of(cast), to_host(tuesdays(cast)[0]), now=morning)
    assert asked() == 8


def test_a_date_that_is_cancelled_is_asked_about_no_more(cast: Cast, date_id: UUID) -> None:
    do(cancel_occurrence, cast.karen, date_id, reason="weather", now=NINE)
    assert the_search().state == "closed"
    assert calls("host_ask") == []


def test_a_host_hears_when_somebody_else_cancels_their_date(cast: Cast) -> None:
    dates = tuesdays(cast)
    do(cancel_occurrence, cast.viggo, dates[1], reason="host_ill", now=NINE)
    assert calls("host_cancelled") == []
    do(cancel_occurrence, cast.karen, dates[FAR], reason="weather", now=NINE)
    (call,) = calls("host_cancelled")
    assert UUID(call.facts["volunteer"]) == viggo_of(cast)


def test_where_another_host_is_left_nobody_is_looked_for(cast: Cast, people: list[Person]) -> None:
    date_id = tuesdays(cast)[FAR]
    do(offer_dates, cast.karen, people[1].id, [date_id], now=NINE)
    do(cannot_after_all, cast.viggo, viggo_of(cast), to_host(date_id), now=NINE)
    assert calls("host_ask") == []


def test_who_stepped_in_may_change_their_mind_as_well(date_id: UUID, people: list[Person]) -> None:
    do(answer, people[0].actor, offer_of(people[0]), is_yes=True, now=NINE)
    do(cannot_after_all, people[0].actor, people[0].id, to_host(date_id), now=NINE)
    assert the_search().state == "open"
    assert asked() == 2
