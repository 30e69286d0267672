"""What is told of a group, and to whom: the answer to what it asked, its numbers, its door."""

import re
from dataclasses import dataclass, replace
from datetime import time, timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from klippekort.citizens.queries import lock_citizen
from klippekort.domain.calendar import instant, local, local_day
from klippekort.domain.errors import Stale
from klippekort.domain.groups.anonymity import Anonymity
from klippekort.domain.groups.forms import Theme
from klippekort.domain.groups.joining import Outcome
from klippekort.groups import services
from klippekort.groups.queries.learning import demand, proposals_of
from klippekort.groups.queries.meetings import calls_about
from klippekort.groups.queries.members import numbers_shared
from klippekort.groups.queries.replies import changes_of
from klippekort.groups.services import AddressClosed, AddressOpened
from klippekort.messages.services import CallOutcome
from klippekort.operations.moving.tables import exported
from klippekort.own_page.views.home import has_groups_to_see
from klippekort.platform import events
from tests.builders import MONDAY
from tests.cast import Cast
from tests.integration.groups.arrange import (
    a_group,
    a_place,
    details,
    group_now,
    here,
    interest,
    joined,
    let_in,
    meetings_now,
    press,
    run,
    set_up_by_form,
    suggested,
)
from tests.integration.groups.conftest import Browse
from tests.integration.own_page.arrange import PIN, type_pin
from tests.integration.tablet import StandingClock
from tests.integration.waiting.arrange import own_card


def test_a_new_place_closes_the_old_door_for_each_meeting_to_come(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[AddressClosed] = []
    monkeypatch.setitem(events._handlers, AddressClosed, [heard.append])
    group_id = a_group(cast, "bereavement", place_id=a_place())
    elsewhere = replace(details(), place_id=a_place("Laden", "Møllevej 9"))
    run(services.change_details, cast.karen, group_id, elsewhere, now=MONDAY)
    assert [(one.address, one.starts_at) for one in heard] == [
        ("Kirkevej 3", meeting.starts_at) for meeting in meetings_now(group_id)
    ]


def test_a_place_that_is_back_opens_its_door_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[AddressOpened] = []
    place = a_place()
    group_id = a_group(cast, "bereavement", place_id=place)
    elsewhere = replace(details(), place_id=a_place("Laden", "Møllevej 9"))
    run(services.change_details, cast.karen, group_id, elsewhere, now=MONDAY)
    monkeypatch.setitem(events._handlers, AddressOpened, [heard.append])
    run(services.change_details, cast.karen, group_id, details(place_id=place), now=MONDAY)
    assert [(one.address, one.starts_at) for one in heard] == [
        ("Kirkevej 3", meeting.starts_at) for meeting in meetings_now(group_id)
    ]


def test_a_new_room_behind_the_same_door_closes_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[AddressClosed] = []
    monkeypatch.setitem(events._handlers, AddressClosed, [heard.append])
    place = a_place()
    group_id = a_group(cast, place_id=place)
    upstairs = replace(details(place_id=place), room="Første sal")
    run(services.change_details, cast.karen, group_id, upstairs, now=MONDAY)
    assert heard == []


@pytest.mark.parametrize("field", ["neutral_name", "room", "welcome"])
def test_no_field_that_others_read_tells_what_it_is_about(
    browse: Browse, cast: Cast, field: str
) -> None:
    group_id = a_group(cast, place_id=a_place())
    said = {"neutral_name": "Onsdagsgruppen", field: "Karin fra sorggruppen"}
    page = press(browse(cast.karen), f"/grupper/{group_id}/ret", **said)
    assert page.status_code == 422
    assert group_now(group_id).welcome != "Karin fra sorggruppen"


def _member(cast: Cast, group_id: UUID, name: str, *, shares: bool) -> UUID:
    member_id = interest(cast, group_id, name)
    talk = services.Talk(Outcome.FITS)
    run(services.note_talk, cast.karen, member_id, talk, now=MONDAY)
    run(services.offer, cast.karen, member_id, past_others="balance", now=MONDAY)
    run(services.answer, cast.karen, member_id, says_yes=True, shares_contact=shares, now=MONDAY)
    return member_id


def _numbers(group_id: UUID, member_id: UUID) -> list[str]:
    found = here(numbers_shared, group_now(group_id), member_id)
    return [name for name, _number in found]


def test_members_who_have_said_yes_see_each_others_numbers_and_no_others(cast: Cast) -> None:
    group_id = a_group(cast, "convener")
    ruth = _member(cast, group_id, "Ruth", shares=True)
    _member(cast, group_id, "Inge", shares=True)
    erna = _member(cast, group_id, "Erna", shares=False)
    assert (_numbers(group_id, ruth), _numbers(group_id, erna)) == (["Inge"], [])


def test_a_group_reads_that_one_of_us_has_it_and_then_the_answer(
    browse: Browse, client: FlaskClient, cast: Cast
) -> None:
    group_id = a_group(cast, place_id=a_place())
    run(services.propose, cast.karen, group_id, "ride", "En fælles bil.", now=MONDAY)
    page = f"/grupper/side/lindeby/{_token(cast, group_id)}"
    before = client.get(page).text
    (asked,) = here(proposals_of, group_now(group_id))
    run(services.answer_proposal, cast.karen, asked.id, "Bilen kører fra maj.", now=MONDAY)
    after = client.get(page).text
    assert "En fælles bil." in before
    assert "One of us has it." in before or "En af os" in before
    assert "Bilen kører fra maj." in after


def test_what_a_group_asked_for_goes_with_it_into_another(
    browse: Browse, client: FlaskClient, cast: Cast
) -> None:
    before, after = a_group(cast), a_group(cast, name="Fredagsgruppen", place_id=a_place())
    for text in ("En fælles bil.", "Mere kaffe."):
        run(services.propose, cast.karen, before, "ride", text, now=MONDAY)
    run(services.tell_change, cast.karen, before, "Lyset er tændt nu.", now=MONDAY)
    coffee = next(one for one in here(proposals_of, group_now(before)) if one.text == "Mere kaffe.")
    run(services.answer_proposal, cast.karen, coffee.id, "Der er brygget.", now=MONDAY)
    run(services.merge, cast.karen, before, after, now=MONDAY)
    assert here(proposals_of, group_now(before)) == []
    assert here(changes_of, group_now(before)) == []
    page = client.get(f"/grupper/side/lindeby/{_token(cast, after)}").text
    for words in ("En fælles bil.", "Mere kaffe.", "Der er brygget.", "Lyset er tændt nu."):
        assert words in page
    karen = browse(cast.karen)
    (task,) = re.findall(r'href="(/grupper/forslag/[^"]*)"', karen.get("/grupper/behov").text)
    assert "En fælles bil." in karen.get(task).text
    assert press(karen, task, text="Bilen kører fra maj.").status_code == 303
    page = client.get(f"/grupper/side/lindeby/{group_now(after).page_token}").text
    assert "Bilen kører fra maj." in page


def test_those_who_lead_read_who_has_what_the_group_asked_for(browse: Browse, cast: Cast) -> None:
    group_id = a_group(cast)
    run(services.propose, cast.karen, group_id, "ride", "En fælles bil.", now=MONDAY)
    assert "Karen" in browse(cast.karen).get(f"/grupper/{group_id}/forslag").text


def _token(cast: Cast, group_id: UUID) -> str:
    run(services.open_page, cast.karen, group_id, now=MONDAY)
    return str(group_now(group_id).page_token)


def test_whom_to_call_stands_before_all_else_on_the_page_of_those_who_come(
    client: FlaskClient, cast: Cast
) -> None:
    group_id = a_group(cast, place_id=a_place())
    page = client.get(f"/grupper/side/lindeby/{_token(cast, group_id)}").text
    assert page.index("tel:112") < page.index("<h2")


def _lines(page: str, heading: str) -> list[str]:
    """Return the list under a heading, words alone."""
    part = page.split(heading, 1)[1].split("</ul>")[0]
    return [re.sub(r"<[^>]*>", "", one) for one in re.findall(r"<li>(.*?)</li>", part, re.S)]


def test_a_cancelled_meeting_stands_on_the_page_until_its_day_is_over(
    client: FlaskClient, cast: Cast, clock_stands: StandingClock
) -> None:
    group_id = a_group(cast, place_id=a_place())
    page = f"/grupper/side/lindeby/{_token(cast, group_id)}"
    first = meetings_now(group_id)[0]
    run(services.cancel_meeting, cast.karen, first.id, "place", now=MONDAY)
    shown = _lines(client.get(page).text, "<h2>")
    assert [_is_off(one) for one in shown] == [True, False, False, False]
    clock_stands.at = first.ends_at + timedelta(hours=1)
    assert _is_off(_lines(client.get(page).text, "<h2>")[0])
    clock_stands.at = first.ends_at + timedelta(days=1)
    assert not any(map(_is_off, _lines(client.get(page).text, "<h2>")))


def _is_off(words: str) -> bool:
    return "Cancelled" in words or "Aflyst" in words


def test_a_citizens_own_page_says_that_a_meeting_is_cancelled(
    client: FlaskClient, cast: Cast
) -> None:
    group_id = a_group(cast, "convener")
    let_in(cast, UUID(run(services.suggest, cast.karen, group_id, cast.ellen, now=MONDAY)))
    token = own_card(cast, cast.ellen, PIN)
    type_pin(client, token, PIN)
    page = f"/kort/lindeby/{token}/grupper"
    assert not _is_off(client.get(page).text)
    first = meetings_now(group_id)[0]
    run(services.cancel_meeting, cast.karen, first.id, "place", now=MONDAY)
    assert _is_off(client.get(page).text)


def test_what_lies_past_a_new_end_is_not_called_cancelled(client: FlaskClient, cast: Cast) -> None:
    group_id = a_group(cast, "bereavement")
    page = f"/grupper/side/lindeby/{_token(cast, group_id)}"
    run(services.change_frame, cast.karen, group_id, _frame(group_id, meetings=2), now=MONDAY)
    assert [_is_off(one) for one in _lines(client.get(page).text, "<h2>")] == [False, False]


def test_whoever_acts_for_her_is_not_told_that_there_is_a_group(cast: Cast) -> None:
    group_id = a_group(cast, "convener")
    let_in(cast, UUID(run(services.suggest, cast.karen, group_id, cast.ellen, now=MONDAY)))
    herself, another = _Look(cast.ellen, False), _Look(cast.ellen, True)
    assert here(has_groups_to_see, herself)
    assert not here(has_groups_to_see, another)


@dataclass(frozen=True)
class _Look:
    citizen_id: UUID
    is_on_behalf: bool


def test_the_programme_leads_to_what_anybody_may_ask(client: FlaskClient, cast: Cast) -> None:
    page = client.get("/program/lindeby").text
    assert "/grupper/lindeby/interesse" in page
    assert "/grupper/lindeby/tre-spoergsmaal" in page


def _ask(cast: Cast, language: str, number: str) -> None:
    wish = services.Wish(Theme.LANGUAGE, language)
    run(services.ask_for_group, cast.karen, wish, number, source="self", now=MONDAY)


def _answer(cast: Cast, language: str) -> None:
    said = services.Need(Theme.LANGUAGE, "led", "way", "asked", language)
    run(services.note_need, cast.karen, said, now=MONDAY)


def test_people_of_two_languages_do_not_make_up_a_group(cast: Cast) -> None:
    for language in ("pl", "ar"):
        _ask(cast, language, f"20 12 34 5{len(language)} {language}")
        _answer(cast, language)
    assert here(demand, MONDAY.date()).enough == []


def test_who_asks_and_answers_counts_once(cast: Cast) -> None:
    for number in range(2):
        _ask(cast, "pl", f"20 12 34 5{number}")
        _answer(cast, "pl")
    assert here(demand, MONDAY.date()).enough == []
    _answer(cast, "pl")
    assert here(demand, MONDAY.date()).enough == [(Theme.LANGUAGE, "pl")]


def _frame(group_id: UUID, **said: Any) -> services.Frame:
    group = group_now(group_id)
    known = {name: getattr(group, name) for name in services.Frame.__dataclass_fields__}
    return services.Frame(**{**known, "evaluate_at": tuple(group.evaluate_at), **said})


def test_meetings_after_the_next_follow_a_new_rhythm(cast: Cast) -> None:
    group_id = a_group(cast, "bereavement", place_id=a_place())
    before = meetings_now(group_id)
    said = _frame(group_id, rhythm_days=7)
    run(services.change_frame, cast.karen, group_id, said, now=MONDAY)
    first, second, third = meetings_now(group_id)[:3]
    assert first.starts_at == before[0].starts_at
    assert (second.starts_at - first.starts_at).days == 7
    assert (third.starts_at - first.starts_at).days == 14


def test_a_longer_series_has_more_meetings_and_a_shorter_one_cancels_the_last(cast: Cast) -> None:
    group_id = a_group(cast, "bereavement")
    many = len(meetings_now(group_id))
    for meetings in (many + 2, many - 1):
        said = _frame(group_id, meetings=meetings)
        run(services.change_frame, cast.karen, group_id, said, now=MONDAY)
    states = [row.state for row in meetings_now(group_id)]
    assert states == ["planned"] * (many - 1) + ["cancelled"] * 3


def _clock_times(group_id: UUID, since: int) -> list[tuple[int, time]]:
    found = [local(row.starts_at) for row in meetings_now(group_id)[since:]]
    return [(one.weekday(), one.time()) for one in found]


def _elsewhere(cast: Cast, group_id: UUID, number: int) -> None:
    """Hold one meeting two days later, and in the morning, for once."""
    meeting = meetings_now(group_id)[number - 1]
    to = instant(local_day(meeting.starts_at) + timedelta(days=2), time(9, 30))
    run(services.move_meeting, cast.karen, meeting.id, to, now=MONDAY)


def test_a_longer_series_goes_on_in_its_own_rhythm_when_the_last_was_moved(cast: Cast) -> None:
    group_id = a_group(cast, "bereavement")
    many = len(meetings_now(group_id))
    usual = _clock_times(group_id, many - 2)[0]
    _elsewhere(cast, group_id, many)
    said = _frame(group_id, meetings=many + 2)
    run(services.change_frame, cast.karen, group_id, said, now=MONDAY)
    assert _clock_times(group_id, many) == [usual, usual]


def test_a_new_rhythm_goes_from_the_groups_own_day_when_the_next_was_moved(cast: Cast) -> None:
    group_id = a_group(cast, "bereavement")
    before = meetings_now(group_id)
    _elsewhere(cast, group_id, 1)
    said = _frame(group_id, rhythm_days=7)
    run(services.change_frame, cast.karen, group_id, said, now=MONDAY)
    after = meetings_now(group_id)
    assert set(_clock_times(group_id, 1)) == {_local(before[1])}
    assert (local_day(after[1].starts_at) - local_day(before[0].starts_at)).days == 7


def _local(row: Any) -> tuple[int, time]:
    return local(row.starts_at).weekday(), local(row.starts_at).time()


def test_there_is_room_for_those_who_are_there(cast: Cast) -> None:
    group_id = a_group(cast, "convener")
    for name in ("Ruth", "Inge", "Erna"):
        joined(cast, group_id, name)
    said = _frame(group_id, smallest=1, largest=2)
    with pytest.raises(services.TooManyMembers):
        run(services.change_frame, cast.karen, group_id, said, now=MONDAY)


def test_sizes_language_and_the_way_in_are_changed_on_a_page(browse: Browse, cast: Cast) -> None:
    group_id, karen = a_group(cast, "convener"), browse(cast.karen)
    page = f"/grupper/{group_id}/rammer"
    said = {**suggested(karen.get(page).text), "largest": "12", "language": "pl"}
    assert press(karen, page, **{**said, "evaluate_at": "4, 2"}).status_code == 303
    group = group_now(group_id)
    assert (group.largest, group.language, group.evaluate_at) == (12, "pl", [2, 4])


def test_what_a_form_has_is_changed_as_the_group_is_made(browse: Browse, cast: Cast) -> None:
    karen = browse(cast.karen)
    address = set_up_by_form(
        karen,
        "bereavement",
        "Torsdagsgruppen",
        first_on="2031-05-06",
        starts="19:00",
        evaluate_at="3",
        withdraws="when_ready",
    )
    group = group_now(UUID(address.rsplit("/", 1)[1]))
    assert (group.evaluate_at, group.withdraws, group.pre_talk) == ([3], "when_ready", True)


def test_the_meetings_page_fills_in_a_trip_for_a_member(browse: Browse, cast: Cast) -> None:
    group_id, karen = a_group(cast, "convener", place_id=a_place()), browse(cast.karen)
    member = run(services.suggest, cast.karen, group_id, cast.ellen, now=MONDAY)
    let_in(cast, UUID(member))
    page = karen.get(f"/grupper/moeder/{meetings_now(group_id)[0].id}").text
    link = unescape(re.findall(r'href="(/borgere/[^"]*/tur/sted[^"]*)"', page)[0])
    filled = suggested(karen.get(link).text)
    assert (filled["address"], filled["postcode"], filled["kind"]) == ("Kirkevej 3", "4681", "talk")
    assert str(group_id) not in link


def test_no_message_of_a_board_leaves_with_an_export() -> None:
    assert "group_post" not in {table.name for table in exported()}


def _to_call(page: str) -> dict[str, str]:
    """Return the address each member's call is ticked off at, by name."""
    found = re.findall(r'<h3 id="call-\d+">([^<]*)</h3>(.*?)</section>', page, re.S)
    ticks = {name: re.search(r'action="([^"]*/ringet/[^"]*)"', part) for name, part in found}
    return {name: tick[1] if tick else "" for name, tick in ticks.items()}


def test_a_call_about_a_moved_meeting_is_ticked_off_and_asked_for_anew(
    browse: Browse, cast: Cast
) -> None:
    group_id, karen = a_group(cast, "convener", place_id=a_place()), browse(cast.karen)
    for name in ("Ruth", "Inge"):
        joined(cast, group_id, name)
    meeting = meetings_now(group_id)[0]
    page = f"/grupper/moeder/{meeting.id}"
    later = meeting.starts_at + timedelta(days=1)
    run(services.move_meeting, cast.karen, meeting.id, later, now=MONDAY)
    ticks = _to_call(karen.get(page).text)
    assert "/grupper/moeder/" in karen.get(f"/grupper/{group_id}").text.split("<h2>")[1]
    press(karen, ticks["Ruth"], outcome="not_home")
    assert _to_call(karen.get(page).text) == ticks
    for tick in ticks.values():
        press(karen, tick, outcome="reached")
    assert set(_to_call(karen.get(page).text).values()) == {""}
    later += timedelta(days=1)
    run(services.move_meeting, cast.karen, meeting.id, later, now=MONDAY)
    assert _to_call(karen.get(page).text) == ticks


def test_who_was_told_is_not_told_twice(cast: Cast) -> None:
    group_id = a_group(cast, "convener")
    ruth = joined(cast, group_id, "Ruth")
    meeting = meetings_now(group_id)[0]
    run(services.cancel_meeting, cast.karen, meeting.id, "place", now=MONDAY)
    said = (cast.karen, meeting.id, ruth, CallOutcome.REACHED)
    run(services.note_call, *said, now=MONDAY)
    with pytest.raises(Stale):
        run(services.note_call, *said, now=MONDAY)


@pytest.mark.parametrize("step", ["raise", "leave", "end"])
def test_who_was_called_is_forgotten_with_the_place(cast: Cast, step: str) -> None:
    group_id = a_group(cast, "convener")
    ruth = joined(cast, group_id, "Ruth")
    meeting = meetings_now(group_id)[0]
    run(services.cancel_meeting, cast.karen, meeting.id, "place", now=MONDAY)
    run(services.note_call, cast.karen, meeting.id, ruth, CallOutcome.REACHED, now=MONDAY)
    if step == "raise":
        run(services.raise_anonymity, cast.karen, group_id, Anonymity.FIRST_NAME, now=MONDAY)
    elif step == "leave":
        run(services.leave, cast.karen, ruth, "time", now=MONDAY)
    else:
        run(services.end_group, cast.karen, group_id, "members", now=MONDAY)
    assert here(calls_about, meeting.id) == {}


def test_a_number_is_given_again_by_word_to_those_who_lead(browse: Browse, cast: Cast) -> None:
    group_id = a_group(cast, "convener")
    ruth = _member(cast, group_id, "Ruth", shares=True)
    inge = _member(cast, group_id, "Inge", shares=False)
    assert _numbers(group_id, ruth) == []
    press(browse(cast.karen), f"/grupper/pladser/{inge}/nummer", shares="y")
    assert _numbers(group_id, ruth) == ["Inge"]


def test_she_gives_her_number_anew_after_two_groups_became_one(
    browse: Browse, client: FlaskClient, cast: Cast
) -> None:
    before, after = a_group(cast, "convener"), a_group(cast, "convener", name="Fredagsgruppen")
    member_id = UUID(run(services.suggest, cast.karen, before, cast.ellen, now=MONDAY))
    let_in(cast, member_id)
    run(services.share_number, cast.karen, member_id, shares=True, now=MONDAY)
    _member(cast, after, "Inge", shares=True)
    run(services.merge, cast.karen, before, after, now=MONDAY)
    token = own_card(cast, cast.ellen, PIN)
    type_pin(client, token, PIN)
    page = f"/kort/lindeby/{token}/grupper"
    assert "Inge" not in client.get(page).text
    press(client, f"{page}/{after}/nummer/ja")
    assert "Inge" in client.get(page).text
    press(client, f"{page}/{after}/nummer/nej")
    assert "Inge" not in client.get(page).text


def test_a_protected_number_is_not_given(cast: Cast) -> None:
    group_id = a_group(cast, "convener")
    member_id = UUID(run(services.suggest, cast.karen, group_id, cast.ellen, now=MONDAY))
    let_in(cast, member_id)

    def protect() -> None:
        lock_citizen(cast.ellen).has_protected_address = True

    run(protect)
    with pytest.raises(services.NumberIsProtected):
        run(services.share_number, cast.karen, member_id, shares=True, now=MONDAY)


def test_two_groups_in_one_room_are_told_of_each_other(browse: Browse, cast: Cast) -> None:
    place_id = a_place()
    first = a_group(cast, name="Mandagsstuen", place_id=place_id)
    a_group(cast, name="Laden", place_id=place_id, starts=time(20))
    assert "Laden" in browse(cast.karen).get(f"/grupper/{first}").text


def test_two_groups_at_one_place_at_different_times_are_not(browse: Browse, cast: Cast) -> None:
    place_id = a_place()
    first = a_group(cast, name="Mandagsstuen", place_id=place_id)
    a_group(cast, name="Laden", place_id=place_id, starts=time(14))
    assert "Laden" not in browse(cast.karen).get(f"/grupper/{first}").text
