"""What was kept of people who never came goes by itself, and those who may still come are asked."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from klippekort.accounts.queries import list_assignments
from klippekort.domain.errors import Forbidden
from klippekort.domain.groups.handing_over import Task
from klippekort.domain.groups.life import Step
from klippekort.domain.permissions import Actor, Role
from klippekort.groups import services
from klippekort.groups.jobs import end_stand_ins, forget_lines, forget_visits
from klippekort.groups.queries.groups import count_contacts_due, get_group, list_groups
from klippekort.groups.queries.meetings import get_meeting, meetings_of
from klippekort.groups.queries.people import leaders_of
from klippekort.groups.queries.visits import get_visit
from klippekort.groups.views.shown import warnings_of
from klippekort.platform.jobs import Outcome
from klippekort.platform.tenancy import acting_for
from tests.builders import MONDAY
from tests.cast import HOME, Cast
from tests.integration.groups.arrange import (
    a_group,
    a_running_group,
    content_of,
    days_on,
    details,
    here,
    interest,
    let_in,
    line_now,
    meetings_now,
    press,
    run,
)
from tests.integration.groups.conftest import Browse
from tests.integration.tablet import StandingClock

TODAY = MONDAY.date()


def job_runs(job: object, **span: int) -> Outcome:
    """Run a job so long after Monday."""
    now = days_on(**span)
    with acting_for(HOME):
        found: Outcome = job(now.date(), now)  # type: ignore[operator]
        return found


def a_visit(cast: Cast) -> UUID:
    """Let Else come and see the first meeting, a week on."""
    meeting = meetings_now(a_group(cast, "bereavement"))[0]
    said = {"first_name": "Else", "contact": "20 12 34 58"}
    return UUID(run(services.invite, cast.karen, meeting.id, **said, now=MONDAY))


def test_who_was_to_come_and_see_is_forgotten_two_weeks_on(cast: Cast):
    visit_id = a_visit(cast)
    assert job_runs(forget_visits, days=22).done == 0
    assert job_runs(forget_visits, days=23).done == 1
    row = here(get_visit, visit_id)
    assert (row.first_name, row.contact_sealed, row.outcome) == (None, None, "off")


@pytest.mark.parametrize("code", ["self_help", "bereavement", "anonymous"])
def test_nobody_stands_in_line_unheard_for_more_than_a_year(cast: Cast, code: str):
    group_id = a_group(cast, code)
    interest(cast, group_id)
    assert job_runs(forget_lines, days=364).done == 0
    assert job_runs(forget_lines, days=366).done == 1
    assert line_now(group_id) == []


def test_whoever_would_still_like_to_come_keeps_their_place(
    browse: Browse, cast: Cast, clock_stands: StandingClock
):
    group_id = a_group(cast, "bereavement")
    member_id = interest(cast, group_id)
    clock_stands.pass_(days=340)
    client = browse(cast.karen)
    page = client.get(f"/grupper/{group_id}/venteliste").text
    assert f"/grupper/pladser/{member_id}/ringet" in page
    press(client, f"/grupper/pladser/{member_id}/ringet")
    assert job_runs(forget_lines, days=400).done == 0
    assert len(line_now(group_id)) == 1


def stands_in(cast: Cast, group_id: UUID) -> UUID:
    """Let Bo stand in for Viggo at the first meeting, eight days on, and return the meeting."""
    led = {"volunteer_id": cast.viggo.person_id}
    run(services.add_leader, cast.karen, group_id, **led, now=MONDAY)
    [viggo] = here(leaders_of, group_id, TODAY)
    meeting_id: UUID = meetings_now(group_id)[0].id
    instead = {"care_worker_id": cast.bo.person_id}
    run(services.stand_in, cast.karen, meeting_id, viggo.id, **instead, now=MONDAY)
    return meeting_id


def roles_of(actor: Actor) -> list[str]:
    """Return what somebody may log in as."""
    return [row.role for row in here(list_assignments, actor.account_id)]


@pytest.mark.parametrize(
    ("day", "leads"), [(4, False), (5, True), (8, True), (9, True), (10, False)]
)
def test_whoever_stands_in_leads_the_group_around_that_meeting(cast: Cast, day: int, leads: bool):
    group_id = a_group(cast, leaders=False)
    stands_in(cast, group_id)
    bo, now = replace(cast.bo, role=Role.FACILITATOR), days_on(days=day)
    listed = [row.id for row in here(list_groups, bo, now.date())]
    assert (listed == [group_id]) is leads
    if leads:
        run(services.write_note, bo, group_id, "De griner.", now=now)
    else:
        with pytest.raises(Forbidden):
            run(services.write_note, bo, group_id, "De griner.", now=now)


def test_whoever_stood_in_is_no_facilitator_afterwards(cast: Cast):
    stands_in(cast, a_group(cast, leaders=False))
    assert roles_of(cast.bo) == ["care_worker", "facilitator"]
    assert job_runs(end_stand_ins, days=8).done == 0
    assert job_runs(end_stand_ins, days=11).done == 1
    assert roles_of(cast.bo) == ["care_worker"]


def test_whoever_leads_a_group_too_stays_one(cast: Cast):
    stands_in(cast, a_group(cast, leaders=False))
    led = {"care_worker_id": cast.bo.person_id}
    other = a_group(cast, leaders=False, name="Torsdag")
    run(services.add_leader, cast.karen, other, **led, now=MONDAY)
    job_runs(end_stand_ins, days=11)
    assert roles_of(cast.bo) == ["care_worker", "facilitator"]


def test_whoever_does_not_stand_in_after_all_is_no_facilitator(cast: Cast):
    meeting_id = stands_in(cast, a_group(cast, leaders=False))
    [viggo] = here(leaders_of, group_of(meeting_id), TODAY)
    run(services.stand_in, cast.karen, meeting_id, viggo.id, now=MONDAY)
    assert roles_of(cast.bo) == ["care_worker"]


def group_of(meeting_id: UUID) -> UUID:
    """Return whose meeting it is."""
    return UUID(str(here(lambda: get_meeting(meeting_id).group_id)))


def test_the_coordinator_is_warned_when_all_still_wait_for_a_group(
    cast: Cast, clock_stands: StandingClock
):
    group_id = a_group(cast, "conversation", leaders=False)
    for name in ("Ruth", "Inge", "Ella"):
        interest(cast, group_id, name)
    clock_stands.pass_(days=7)
    lacks = here(lambda: _warnings(group_id, clock_stands.at.date()))
    assert len(lacks) == len(["members", "leaders"])


def _warnings(group_id: UUID, today: date) -> list[str]:
    group = get_group(group_id)
    coming = [row for row in meetings_of(group_id) if row.state == "planned"]
    return warnings_of(group, coming, leaders_of(group_id, today), today)


def test_meetings_after_the_agreement_are_told_of(cast: Cast):
    group_id = a_running_group(cast)
    first = meetings_now(group_id)[0].starts_at.date()
    short = replace(details(), agreement_until=first)
    run(services.change_details, cast.karen, group_id, short, now=MONDAY)
    late, *_ = here(lambda: _warnings(group_id, TODAY))
    assert late.startswith("8 ")


def test_those_to_call_stand_on_the_page_of_a_meeting_that_was_moved(browse: Browse, cast: Cast):
    group_id = a_group(cast)
    let_in(cast, UUID(run(services.suggest, cast.karen, group_id, cast.ellen, now=MONDAY)))
    first, second = meetings_now(group_id)[:2]
    run(services.move_meeting, cast.karen, first.id, days_on(days=9), now=MONDAY)
    client = browse(cast.karen)
    pages = [content_of(client.get(f"/grupper/moeder/{one.id}").text) for one in (first, second)]
    assert ["Ellen Sørensen</h3>" in page for page in pages] == [True, False]


def test_nobody_is_named_where_no_names_are_kept(browse: Browse, cast: Cast):
    group_id = a_running_group(cast, "bereavement")
    meeting = meetings_now(group_id)[0]
    run(services.cancel_meeting, cast.karen, meeting.id, "ill", now=MONDAY)
    page = content_of(browse(cast.karen).get(f"/grupper/moeder/{meeting.id}").text)
    assert "Ruth" not in page


def test_the_overview_tells_of_groups_to_ask_how_it_goes(cast: Cast):
    group_id = a_running_group(cast)
    run(services.take_step, cast.karen, group_id, Step.STEP_BACK, now=MONDAY)
    run(services.settle, cast.karen, group_id, list(Task), "Karen", now=MONDAY)
    run(services.take_step, cast.karen, group_id, Step.LET_GO, now=MONDAY)
    days = [TODAY + timedelta(days=number) for number in (89, 90)]
    assert [here(count_contacts_due, day) for day in days] == [0, 1]
