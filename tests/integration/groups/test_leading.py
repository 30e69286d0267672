"""Who leads a group and each meeting of it, and what its pages say of that."""

import re
from dataclasses import replace
from datetime import time
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from klippekort.domain.errors import Stale
from klippekort.domain.groups.board import Board
from klippekort.domain.groups.handing_over import Task
from klippekort.domain.groups.leading import PairAdvice
from klippekort.domain.groups.life import Step
from klippekort.domain.permissions import Actor, Role
from klippekort.groups import services
from klippekort.groups.forms import words
from klippekort.groups.queries.groups import get_group, list_groups
from klippekort.groups.queries.people import advice_on, leaders_of
from tests.builders import MONDAY
from tests.cast import Cast
from tests.integration.groups.arrange import (
    a_group,
    a_running_group,
    content_of,
    days_on,
    here,
    joined,
    let_in,
    meetings_now,
    press,
    run,
)
from tests.integration.groups.conftest import Browse
from tests.integration.groups.test_life import lapse_supervision, roles_of
from tests.integration.own_page.arrange import PIN, type_pin
from tests.integration.tablet import StandingClock
from tests.integration.waiting.arrange import own_card

TODAY, LATER = MONDAY.date(), days_on(days=2)
NEW_RULES = "Vi slukker telefonen.\nVi holder en pause."


@pytest.fixture
def karen(browse: Browse, cast: Cast) -> FlaskClient:
    return browse(cast.karen)


def rows_of(group_id: UUID) -> list[UUID]:
    """Return the rows of those who lead a group today."""
    return [one.id for one in here(leaders_of, group_id, TODAY)]


def away(cast: Cast, group_id: UUID, absent: UUID, **instead: Any) -> UUID:
    """Note that somebody cannot come to the first meeting, and return the meeting."""
    meeting_id: UUID = meetings_now(group_id)[0].id
    run(services.stand_in, cast.karen, meeting_id, absent, **instead, now=MONDAY)
    return meeting_id


def to_do(client: FlaskClient, group_id: UUID) -> str:
    """Return what a group's page says is to be done now."""
    page = client.get(f"/grupper/{group_id}").text
    found = re.search(r"<h2>At gøre nu</h2>.*?</ul>", page, re.S)
    return found[0] if found else ""


def leave_to_itself(cast: Cast, group_id: UUID, now: Any = MONDAY) -> None:
    """Settle all that is to be settled, and let a group lead itself."""
    run(services.take_step, cast.karen, group_id, Step.STEP_BACK, now=now)
    run(services.settle, cast.karen, group_id, list(Task), "Karen, 20 12 34 56", now=now)
    run(services.take_step, cast.karen, group_id, Step.LET_GO, now=now)


# Who stands in.


def test_one_who_stands_in_for_two_is_one_person(karen: FlaskClient, cast: Cast):
    group_id = a_running_group(cast, "bereavement")
    for absent in rows_of(group_id):
        meeting_id = away(cast, group_id, absent, care_worker_id=cast.mia.person_id)
    assert "alert-warning" in content_of(karen.get(f"/grupper/moeder/{meeting_id}").text)
    assert f"/grupper/moeder/{meeting_id}" in to_do(karen, group_id)


def test_a_member_does_not_stand_in_unless_it_is_another_of_that_name(cast: Cast):
    group_id = a_running_group(cast)
    joined(cast, group_id, "Mia")
    [absent, _other] = rows_of(group_id)
    mia = {"care_worker_id": cast.mia.person_id}
    with pytest.raises(services.LeadsIt):
        away(cast, group_id, absent, **mia)
    away(cast, group_id, absent, **mia, is_sure=True)


@pytest.mark.parametrize("has_begun", [False, True])
def test_lapsed_training_keeps_one_from_standing_in_at_a_new_group_alone(
    cast: Cast, has_begun: bool
):
    group_id = a_group(cast, "cafe", leaders=False)
    for worker in (cast.bo, cast.mia):
        led = {"care_worker_id": worker.person_id}
        run(services.add_leader, cast.karen, group_id, **led, now=MONDAY)
    if has_begun:
        run(services.take_step, cast.karen, group_id, Step.START, now=MONDAY)
    lapse_supervision(cast)
    viggo = {"volunteer_id": cast.viggo.person_id}
    if has_begun:
        away(cast, group_id, rows_of(group_id)[0], **viggo)
    else:
        with pytest.raises(services.TrainingOverdue):
            away(cast, group_id, rows_of(group_id)[0], **viggo)


def test_whoever_can_come_after_all_leads_the_meeting(karen: FlaskClient, cast: Cast):
    group_id = a_running_group(cast, "bereavement")
    meeting_id = away(cast, group_id, rows_of(group_id)[0], care_worker_id=cast.mia.person_id)
    assert roles_of(cast.mia) == ["care_worker", "facilitator"]
    page = karen.get(f"/grupper/moeder/{meeting_id}").text
    [button] = re.findall(r'action="(/grupper/moeder/[^"]*/vikar/[^"]*)"', page)
    assert press(karen, button).status_code == 303
    after = karen.get(f"/grupper/moeder/{meeting_id}").text
    assert (button in after, "alert-warning" in content_of(after)) == (False, False)
    assert cast.mia.display_name not in content_of(after)
    assert roles_of(cast.mia) == ["care_worker"]


def test_nobody_can_come_after_all_who_could_come_all_along(cast: Cast):
    group_id = a_running_group(cast)
    meeting = meetings_now(group_id)[0]
    with pytest.raises(Stale):
        run(services.can_come, cast.karen, meeting.id, rows_of(group_id)[0], now=MONDAY)


def test_a_facilitator_says_so_of_the_groups_they_lead_alone(
    browse: Browse, cast: Cast, leads: Actor
):
    other = a_group(cast, "bereavement", leaders=False)
    led = {"care_worker_id": cast.bo.person_id}
    run(services.add_leader, cast.karen, other, **led, now=MONDAY)
    own = a_group(cast, name="Torsdag")
    for group_id, answer in ((other, 403), (own, 303)):
        [absent] = rows_of(group_id)[:1]
        meeting_id = away(cast, group_id, absent)
        undo = f"/grupper/moeder/{meeting_id}/vikar/{absent}/kan-komme"
        assert press(browse(leads), undo).status_code == answer


def test_whoever_was_to_stand_in_for_one_who_leads_no_more_does_not(cast: Cast):
    group_id = a_running_group(cast)
    absent = rows_of(group_id)[0]
    meeting_id = away(cast, group_id, absent, care_worker_id=cast.mia.person_id)
    run(services.remove_leader, cast.karen, absent, now=days_on(days=1))
    mia = replace(cast.mia, role=Role.FACILITATOR)
    assert roles_of(cast.mia) == ["care_worker"]
    near = meetings_now(group_id)[0].starts_at.date()
    assert (meetings_now(group_id)[0].id, here(list_groups, mia, near)) == (meeting_id, [])


# Who leads it, and who does so no longer.


def test_nobody_comes_to_lead_a_group_that_has_ended(karen: FlaskClient, cast: Cast):
    group_id = a_running_group(cast)
    run(services.end_group, cast.karen, group_id, "finished", now=MONDAY)
    with pytest.raises(Stale):
        run(
            services.add_leader, cast.karen, group_id, care_worker_id=cast.mia.person_id, now=MONDAY
        )
    assert 'name="person"' not in karen.get(f"/grupper/{group_id}/ledere").text
    assert f"/grupper/{group_id}/ledere" not in karen.get(f"/grupper/{group_id}").text


@pytest.mark.parametrize("days", [0, 1])
def test_whoever_left_a_group_to_itself_can_step_in_again_at_once(cast: Cast, days: int):
    group_id, now = a_running_group(cast), days_on(days=days)
    leave_to_itself(cast, group_id, now)
    assert here(leaders_of, group_id, now.date()) == []
    run(services.take_step, cast.karen, group_id, Step.STEP_IN, now=now)
    bo = {"care_worker_id": cast.bo.person_id}
    run(services.add_leader, cast.karen, group_id, **bo, now=now)
    assert [one.person_id for one in here(leaders_of, group_id, now.date())] == [
        bo["care_worker_id"]
    ]


@pytest.mark.parametrize(("said", "step"), [({}, "let_go"), ({"reason": "finished"}, "slut")])
def test_whoever_leads_it_no_longer_is_led_to_the_groups_they_do_lead(
    browse: Browse, cast: Cast, leads: Actor, said: dict[str, str], step: str
):
    group_id, _other = a_running_group(cast), a_group(cast, name="Torsdag")
    run(services.take_step, cast.karen, group_id, Step.STEP_BACK, now=MONDAY)
    run(services.settle, cast.karen, group_id, list(Task), "Karen", now=MONDAY)
    client = browse(leads)
    answer = press(client, f"/grupper/{group_id}/{step}", **said)
    page = client.get(answer.location)
    assert (page.status_code, "Torsdag" in page.text) == (200, True)


def new_to_it(cast: Cast, name: str, *workers: Actor, **ticked: bool) -> UUID:
    """Set a group up that care workers lead, and return its id."""
    group_id = a_group(cast, "cafe", name=name, leaders=False)
    for worker in workers:
        led = {"care_worker_id": worker.person_id, **ticked}
        run(services.add_leader, cast.karen, group_id, **led, now=MONDAY)
    return group_id


def advice_now(group_id: UUID) -> tuple[PairAdvice, ...]:
    found: tuple[PairAdvice, ...] = here(
        lambda: advice_on(leaders_of(group_id, LATER.date()), LATER.date())
    )
    return found


def test_whoever_is_known_to_have_led_a_group_has_done_it_in_every_other(cast: Cast):
    group_id = new_to_it(cast, "Fredag", cast.bo, cast.mia)
    assert advice_now(group_id) == (PairAdvice.NO_ONE_EXPERIENCED,)
    new_to_it(cast, "Torsdag", cast.mia, is_experienced=True)
    assert advice_now(group_id) == ()


@pytest.mark.parametrize("how", ["ended", "let_go"])
def test_whoever_led_a_group_to_its_end_has_done_it_before(cast: Cast, how: str):
    group_id = new_to_it(cast, "Fredag", cast.mia)
    other = new_to_it(cast, "Torsdag", cast.bo, cast.mia)
    run(services.take_step, cast.karen, other, Step.START, now=MONDAY)
    assert advice_now(group_id) == (PairAdvice.NO_ONE_EXPERIENCED,)
    if how == "ended":
        run(services.end_group, cast.karen, other, "finished", now=LATER)
    else:
        leave_to_itself(cast, other, LATER)
    assert advice_now(group_id) == ()


def test_a_group_that_never_began_taught_nobody(cast: Cast):
    group_id, other = (new_to_it(cast, name, cast.mia) for name in ("Fredag", "Torsdag"))
    run(services.end_group, cast.karen, other, "finished", now=LATER)
    assert advice_now(group_id) == (PairAdvice.NO_ONE_EXPERIENCED,)


# A group on its own.


@pytest.mark.parametrize(
    ("code", "whom"), [("self_help", "et af medlemmerne"), ("bereavement", "den, der samler den")]
)
def test_nobody_is_told_to_call_herself(
    browse: Browse, cast: Cast, clock_stands: StandingClock, code: str, whom: str
):
    group_id = a_running_group(cast, code)
    leave_to_itself(cast, group_id)
    clock_stands.at = days_on(days=90)
    told = to_do(browse(cast.karen), group_id)
    assert ("20 12 34 56" in told, whom in told) == (False, True)


# The ground rules.


@pytest.fixture
def hers(cast: Cast, client: FlaskClient) -> tuple[UUID, str]:
    """A group that Ellen is in, and her page of it."""
    group_id = a_group(cast, rules="Det vi siger, bliver her.")
    let_in(cast, UUID(run(services.suggest, cast.karen, group_id, cast.ellen, now=MONDAY)))
    token = own_card(cast, cast.ellen, PIN)
    type_pin(client, token, PIN)
    return group_id, f"/kort/lindeby/{token}/grupper"


def guest_page(cast: Cast, group_id: UUID) -> str:
    """Open the page for those who come, and return its address."""
    run(services.open_page, cast.karen, group_id, now=MONDAY)
    return f"/grupper/side/lindeby/{here(get_group, group_id).page_token}"


@pytest.mark.parametrize("whose", ["hers", "guests"])
def test_members_read_the_rules_as_they_are_now(
    client: FlaskClient, cast: Cast, hers: tuple[UUID, str], whose: str
):
    group_id, page = hers
    if whose == "guests":
        page = guest_page(cast, group_id)
    assert "<p>Det vi siger, bliver her.</p>" in client.get(page).text
    run(services.write_rules, cast.karen, group_id, NEW_RULES, now=MONDAY)
    now = client.get(page).text
    assert ("Det vi siger, bliver her." in now, "<p>Vi holder en pause.</p>" in now) == (
        False,
        True,
    )


def test_a_rule_that_tells_what_the_group_is_about_is_left_to_those_who_lead(
    client: FlaskClient, cast: Cast, hers: tuple[UUID, str]
):
    group_id, page = hers
    rules = f"{words.RULES}\nVi taler om vores sorg."
    run(services.write_rules, cast.karen, group_id, rules, now=MONDAY)
    for address in (page, guest_page(cast, group_id)):
        shown = client.get(address).text
        assert ("Er vi bekymrede for nogen" in shown, "sorg" in shown) == (True, False)


@pytest.mark.parametrize(
    ("code", "told"), [("self_help", "Inge, Ruth"), ("bereavement", "2 af medlemmerne")]
)
def test_whoever_promised_older_rules_is_told_of(
    karen: FlaskClient, cast: Cast, code: str, told: str
):
    group_id = a_group(cast, code)
    for name in ("Ruth", "Inge"):
        joined(cast, group_id, name)
    assert told not in karen.get(f"/grupper/{group_id}").text
    run(services.write_rules, cast.karen, group_id, NEW_RULES, now=MONDAY)
    joined(cast, group_id, "Ella")
    assert told in content_of(karen.get(f"/grupper/{group_id}").text)


# Numbers.


def test_a_closed_board_says_when_the_phone_is_answered(
    browse: Browse, cast: Cast, clock_stands: StandingClock
):
    group_id = a_group(cast)
    run(services.set_board, cast.karen, group_id, Board.OPEN, now=MONDAY)
    clock_stands.at = days_on(hours=12)
    page = content_of(browse(cast.karen).get(f"/grupper/{group_id}/opslag").text)
    assert "Vi tager telefonen: hverdage kl. 8–15" in page


def test_the_hours_of_our_phone_are_not_those_of_another(
    browse: Browse, cast: Cast, clock_stands: StandingClock
):
    group_id = a_group(cast)
    run(services.set_board, cast.karen, group_id, Board.OPEN, now=MONDAY)
    other = services.Minding(time(9), time(12), False, "+4544556677", None, "")
    run(services.save_settings, cast.karen, other, now=MONDAY)
    clock_stands.at = days_on(hours=12)
    page = content_of(browse(cast.karen).get(f"/grupper/{group_id}/opslag").text)
    assert ("44 55 66 77" in page, "Vi tager telefonen" in page) == (True, False)


def test_a_number_to_call_is_one_press_away(karen: FlaskClient, cast: Cast):
    group_id = a_group(cast)
    asked = services.Asked("+4551630726", "self", "Ruth")
    let_in(cast, UUID(run(services.add_interest, cast.karen, group_id, asked, now=MONDAY)))
    meeting = meetings_now(group_id)[0]
    run(services.cancel_meeting, cast.karen, meeting.id, "weather", now=MONDAY)
    page = karen.get(f"/grupper/moeder/{meeting.id}").text
    assert 'href="tel:+4551630726"' in page
    assert ("51 63 07 26" in page, ">+4551630726" in page) == (True, False)


@pytest.mark.parametrize(("last", "ages"), [(70, "70 år"), (75, "70 til 75 år")])
def test_one_age_is_said_once(karen: FlaskClient, cast: Cast, last: int, ages: str):
    group_id = a_group(cast, told={"youngest": 70, "oldest": last})
    assert re.search(rf">\s*{ages}\s*<", karen.get(f"/grupper/{group_id}").text)
