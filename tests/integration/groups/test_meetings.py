"""The meetings of a group: moved, cancelled, led, counted, and what is said of them."""

from dataclasses import replace
from datetime import time, timedelta
from typing import Any
from uuid import UUID

import pytest

from klippekort.domain.calendar import instant, local
from klippekort.domain.errors import NotFound, Stale
from klippekort.groups import services
from klippekort.groups.queries import meeting_address
from klippekort.groups.queries.learning import answers_of
from klippekort.groups.queries.meetings import came_to, missed_their_first
from klippekort.groups.queries.members import members_of
from klippekort.groups.queries.people import leaders_of
from klippekort.groups.services import AddressClosed, AddressOpened
from klippekort.platform import events
from tests.builders import MONDAY
from tests.cast import Cast
from tests.integration.groups.arrange import (
    TUESDAY,
    a_group,
    a_place,
    a_running_group,
    content_of,
    details,
    here,
    joined,
    let_in,
    meetings_now,
    press,
    run,
)
from tests.integration.groups.conftest import Browse
from tests.integration.tablet import StandingClock

TODAY = MONDAY.date()


def test_a_meeting_that_lacks_a_leader_says_so_until_somebody_stands_in(browse: Browse, cast: Cast):
    group_id = a_running_group(cast, "bereavement")
    meeting = meetings_now(group_id)[0]
    [bo] = [one for one in here(leaders_of, group_id, TODAY) if not one.is_volunteer]
    client, page = browse(cast.karen), f"/grupper/moeder/{meeting.id}"
    press(client, f"{page}/vikar", absent=str(bo.id), instead="")
    assert "alert-warning" in content_of(client.get(page).text)
    press(client, f"{page}/vikar", absent=str(bo.id), instead=f"w:{cast.mia.person_id}")
    assert "alert-warning" not in content_of(client.get(page).text)


def test_who_leads_anyway_does_not_stand_in(cast: Cast):
    group_id = a_running_group(cast)
    viggo, bo = sorted(here(leaders_of, group_id, TODAY), key=lambda one: not one.is_volunteer)
    with pytest.raises(services.AlreadyIn):
        run(
            services.stand_in,
            cast.karen,
            meetings_now(group_id)[0].id,
            bo.id,
            volunteer_id=viggo.person_id,
            now=MONDAY,
        )


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[AddressClosed]:
    """Hear of addresses that are closed."""
    heard: list[AddressClosed] = []
    monkeypatch.setitem(events._handlers, AddressClosed, [heard.append])
    return heard


def test_a_meeting_that_moves_closes_an_address_for_a_time(cast: Cast, closed: list[AddressClosed]):
    group_id = a_group(cast, "bereavement", place_id=a_place())
    meeting = meetings_now(group_id)[0]
    to = instant(TUESDAY + timedelta(days=1), time(19))
    run(services.move_meeting, cast.karen, meeting.id, to, now=MONDAY)
    assert closed == [
        AddressClosed("Kirkevej 3", "4681", meeting.starts_at, meeting.ends_at, MONDAY)
    ]
    moved = meetings_now(group_id)[0]
    assert (moved.starts_at, moved.ends_at - moved.starts_at) == (to, timedelta(hours=2))


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[AddressOpened]:
    """Hear of addresses that are open again."""
    heard: list[AddressOpened] = []
    monkeypatch.setitem(events._handlers, AddressOpened, [heard.append])
    return heard


def _moved(cast: Cast, group_id: UUID, to: Any) -> None:
    meeting = meetings_now(group_id)[0]
    run(services.move_meeting, cast.karen, meeting.id, to, now=MONDAY)


def test_a_meeting_that_moves_back_opens_the_address_again(cast: Cast, opened: list[AddressOpened]):
    group_id = a_group(cast, "bereavement", place_id=a_place())
    before = meetings_now(group_id)[0]
    _moved(cast, group_id, before.starts_at + timedelta(days=1))
    assert opened == []
    _moved(cast, group_id, before.starts_at)
    assert opened == [AddressOpened("Kirkevej 3", "4681", before.starts_at, before.ends_at)]


@pytest.mark.parametrize("how", ["move", "cancel", "leave"])
def test_a_door_that_another_group_may_have_left_is_not_told_to_be_open(
    cast: Cast, opened: list[AddressOpened], how: str
):
    place_id, elsewhere = a_place(), a_place("Laden", "Møllevej 9")
    group_id = a_group(cast, place_id=place_id)
    other = a_group(cast, name="Laden", place_id=elsewhere if how == "leave" else place_id)
    theirs = meetings_now(other)[0]
    if how == "move":
        _moved(cast, other, theirs.starts_at + timedelta(days=2))
    elif how == "cancel":
        run(services.cancel_meeting, cast.karen, theirs.id, "place", now=MONDAY)
    before = meetings_now(group_id)[0].starts_at
    _moved(cast, group_id, before + timedelta(days=1))
    _moved(cast, group_id, before)
    assert opened == []


def test_one_meeting_that_was_moved_moves_none_of_those_planned_later(cast: Cast):
    group_id = a_group(cast, "convener")
    before = meetings_now(group_id)
    to = instant(local(before[-1].starts_at).date() + timedelta(days=2), time(9, 30))
    run(services.move_meeting, cast.karen, before[-1].id, to, now=MONDAY)
    run(services.plan_more, cast.karen, group_id, now=MONDAY)
    planned = [local(row.starts_at) for row in meetings_now(group_id)[6:]]
    assert {(one.weekday(), one.time()) for one in planned} == {(TUESDAY.weekday(), time(19))}
    assert (planned[0].date() - local(before[-2].starts_at).date()).days == 28


def test_a_meeting_is_not_moved_into_the_past(cast: Cast):
    meeting = meetings_now(a_group(cast))[0]
    with pytest.raises(services.NoTimeLeft):
        run(services.move_meeting, cast.karen, meeting.id, MONDAY, now=MONDAY)


def test_a_meeting_is_not_moved_past_the_agreement(cast: Cast):
    group_id = a_group(cast)
    until = replace(details(), agreement_until=TUESDAY)
    run(services.change_details, cast.karen, group_id, until, now=MONDAY)
    to = instant(TUESDAY + timedelta(days=1), time(19))
    with pytest.raises(services.NoTimeLeft):
        run(services.move_meeting, cast.karen, meetings_now(group_id)[0].id, to, now=MONDAY)


def test_a_group_does_not_meet_twice_at_once(cast: Cast):
    first, second = meetings_now(a_group(cast))[:2]
    with pytest.raises(services.MeetsThen):
        run(services.move_meeting, cast.karen, first.id, second.starts_at, now=MONDAY)


def test_a_cancelled_meeting_is_not_held(cast: Cast):
    meeting = meetings_now(a_group(cast))[0]
    run(services.cancel_meeting, cast.karen, meeting.id, "weather", now=MONDAY)
    with pytest.raises(Stale):
        run(services.hold_meeting, cast.karen, meeting.id, services.Held(3), now=meeting.ends_at)


def test_a_meeting_is_not_held_before_it_begins(cast: Cast):
    meeting = meetings_now(a_group(cast))[0]
    with pytest.raises(Stale):
        run(services.hold_meeting, cast.karen, meeting.id, services.Held(3), now=MONDAY)


def test_a_named_group_keeps_who_came(cast: Cast):
    group_id = a_running_group(cast)
    ids = [one.id for one in here(members_of, group_id)]
    meeting = meetings_now(group_id)[0]
    held = services.Held(0, frozenset(ids[:2]))
    run(services.hold_meeting, cast.karen, meeting.id, held, now=meeting.ends_at)
    assert sorted(here(came_to, meeting.id).values()) == [False, True, True]
    assert meetings_now(group_id)[0].head_count == 2
    assert here(missed_their_first, meeting.id) == {ids[2]}


def _who_came(cast: Cast, meeting_id: UUID, now: Any, *ids: UUID) -> None:
    run(services.hold_meeting, cast.karen, meeting_id, services.Held(0, frozenset(ids)), now=now)


@pytest.mark.parametrize("how", ["known", "unknown"])
def test_who_has_left_since_came_all_the_same(cast: Cast, how: str):
    group_id = a_group(cast)
    if how == "known":
        ellen = UUID(run(services.suggest, cast.karen, group_id, cast.ellen, now=MONDAY))
        let_in(cast, ellen)
        left = ellen
    else:
        left = joined(cast, group_id, "Erna")
    ruth, inge = joined(cast, group_id, "Ruth"), joined(cast, group_id, "Inge")
    meeting = meetings_now(group_id)[0]
    _who_came(cast, meeting.id, meeting.ends_at, left, ruth, inge)
    run(services.leave, cast.karen, left, "time", now=meeting.ends_at)
    _who_came(cast, meeting.id, meeting.ends_at, ruth, inge)
    assert meetings_now(group_id)[0].head_count == 3
    kept = {left} if how == "known" else set()
    assert {one for one, came in here(came_to, meeting.id).items() if came} == {ruth, inge} | kept
    _who_came(cast, meeting.id, meeting.ends_at, ruth)
    assert meetings_now(group_id)[0].head_count == 2


def test_whoever_tells_anew_hears_that_those_who_left_stay_counted(
    browse: Browse, cast: Cast, clock_stands: StandingClock
):
    group_id = a_group(cast)
    ruth, inge = joined(cast, group_id, "Ruth"), joined(cast, group_id, "Inge")
    meeting = meetings_now(group_id)[0]
    _who_came(cast, meeting.id, meeting.ends_at, ruth, inge)
    run(services.leave, cast.karen, ruth, "time", now=meeting.ends_at)
    clock_stands.at = meeting.ends_at
    page = browse(cast.karen).get(f"/grupper/moeder/{meeting.id}/fremmoede").text
    assert "stays counted" in page or "tæller stadig med" in page


def test_a_stranger_did_not_come(cast: Cast):
    group_id = a_running_group(cast)
    meeting = meetings_now(group_id)[0]
    held = services.Held(1, frozenset({group_id}))
    with pytest.raises(NotFound):
        run(services.hold_meeting, cast.karen, meeting.id, held, now=meeting.ends_at)


def test_a_group_without_names_keeps_a_number_whatever_is_told(cast: Cast):
    group_id = a_group(cast, "bereavement")
    member_id = joined(cast, group_id)
    meeting = meetings_now(group_id)[0]
    held = services.Held(4, frozenset({member_id}))
    run(services.hold_meeting, cast.karen, meeting.id, held, now=meeting.ends_at)
    assert (meetings_now(group_id)[0].head_count, here(came_to, meeting.id)) == (4, {})


def test_a_group_without_an_end_gets_six_more_meetings(cast: Cast):
    group_id = a_group(cast, "convener")
    assert run(services.plan_more, cast.karen, group_id, now=MONDAY) == 6
    rows = meetings_now(group_id)
    assert [row.number for row in rows] == list(range(1, 13))
    assert rows[6].starts_at - rows[5].starts_at == timedelta(days=14)


def test_a_series_has_no_more_meetings(cast: Cast):
    with pytest.raises(Stale):
        run(services.plan_more, cast.karen, a_group(cast, "conversation"), now=MONDAY)


def test_paper_counts_as_much_as_the_screen(
    browse: Browse, cast: Cast, clock_stands: StandingClock
):
    group_id = a_group(cast, "bereavement")
    meeting = meetings_now(group_id)[0]
    run(services.hold_meeting, cast.karen, meeting.id, services.Held(4), now=meeting.ends_at)
    clock_stands.at = meeting.ends_at
    client, here_ = browse(cast.karen), f"/grupper/moeder/{meeting.id}"
    press(client, f"{here_}/paa-papir", well="2", so_so="1", badly="0")
    press(client, f"{here_}/hvordan", answer="well")
    assert here(answers_of, group_id) == {"well": 3, "so_so": 1}


def test_no_more_answers_than_people_who_came(cast: Cast):
    meeting = meetings_now(a_group(cast, "bereavement"))[0]
    run(services.hold_meeting, cast.karen, meeting.id, services.Held(3), now=meeting.ends_at)
    pile = {"well": 40}
    with pytest.raises(services.TooManyAnswers):
        run(services.tap_many, cast.karen, meeting.id, pile, now=meeting.ends_at)


def test_nothing_is_said_of_a_meeting_that_was_not_held(cast: Cast):
    with pytest.raises(Stale):
        run(services.tap, cast.karen, meetings_now(a_group(cast))[0].id, "well", now=MONDAY)


def test_a_trip_goes_to_an_address_not_to_a_house(cast: Cast):
    group_id = a_group(cast, place_id=a_place("Sorgcentret"))
    where = here(meeting_address, meetings_now(group_id)[0].id)
    assert (where.word, where.address) == ("meeting", "Kirkevej 3")
    assert "Sorgcentret" not in repr(where)


def test_no_trip_goes_to_a_meeting_on_screen(cast: Cast):
    meeting = meetings_now(a_group(cast, "online"))[0]
    with pytest.raises(NotFound):
        here(meeting_address, meeting.id)


def test_whoever_leads_sees_what_a_trip_may_be_told(browse: Browse, cast: Cast):
    group_id = a_group(cast, "bereavement", place_id=a_place("Sorgcentret"))
    page = browse(cast.karen).get(f"/grupper/moeder/{meetings_now(group_id)[0].id}").text
    assert "Kirkevej 3, 4681" in page
    assert "Sorgcentret" not in page
