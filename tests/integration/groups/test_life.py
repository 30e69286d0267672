"""Leaders, meetings, handing over, promising more, joining two groups, and what is learnt."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import update

from klippekort.accounts.models import Identity
from klippekort.accounts.queries import list_assignments
from klippekort.domain.errors import NotFound
from klippekort.domain.groups.anonymity import Anonymity, PromiseOnlyGrows
from klippekort.domain.groups.handing_over import Task
from klippekort.domain.groups.joining import Outcome, Reason
from klippekort.domain.groups.life import Step, TooFewLeaders, TooFewMembers, WrongState
from klippekort.domain.permissions import Actor
from klippekort.groups import services
from klippekort.groups.queries.groups import get_group
from klippekort.groups.queries.learning import notes_of, proposals_of
from klippekort.groups.queries.members import rows_of
from klippekort.groups.queries.people import leaders_of
from klippekort.platform.db import db
from klippekort.volunteers.models import VolunteerClearance
from tests.builders import MONDAY
from tests.cast import Cast
from tests.integration.groups.arrange import (
    a_group,
    a_running_group,
    begin,
    details,
    group_now,
    here,
    interest,
    joined,
    let_in,
    line_now,
    meetings_now,
    names_in,
    run,
    shape,
)

TODAY = MONDAY.date()


def lapse_supervision(cast: Cast) -> None:
    """Let Viggo's supervision have run out long ago."""

    def add() -> None:
        db.session.add(
            VolunteerClearance(
                volunteer_id=cast.viggo.person_id,
                kind="supervision",
                outcome="passed",
                assessed_on=TODAY - timedelta(days=400),
                renew_by=TODAY - timedelta(days=35),
                recorded_at=MONDAY,
            )
        )

    run(add)


def test_a_group_begins_with_enough_people(cast: Cast):
    group_id = a_group(cast, "conversation")
    with pytest.raises(TooFewMembers):
        begin(cast, group_id)


def test_two_who_lead_are_not_one(cast: Cast):
    group_id = a_group(cast, "bereavement", smallest=1, leaders=False)
    joined(cast, group_id)
    run(services.add_leader, cast.karen, group_id, care_worker_id=cast.bo.person_id, now=MONDAY)
    with pytest.raises(TooFewLeaders):
        begin(cast, group_id)


def test_a_group_meets_somewhere(cast: Cast):
    group_id = a_group(cast, "conversation", smallest=1)
    joined(cast, group_id)
    nowhere = replace(details(), online_url=None)
    run(services.change_details, cast.karen, group_id, nowhere, now=MONDAY)
    with pytest.raises(services.NoPlace):
        begin(cast, group_id)


def test_a_group_does_not_begin_after_its_agreement(cast: Cast):
    group_id = a_group(cast, "conversation", smallest=1)
    joined(cast, group_id)
    over = replace(details(), agreement_until=TODAY - timedelta(days=1))
    run(services.change_details, cast.karen, group_id, over, now=MONDAY)
    with pytest.raises(services.CannotJoin) as refusal:
        begin(cast, group_id)
    assert refusal.value.reason is Reason.AGREEMENT_OVER


def test_lapsed_training_blocks_a_new_group(cast: Cast):
    lapse_supervision(cast)
    group_id = a_group(cast, leaders=False)
    with pytest.raises(services.TrainingOverdue):
        run(
            services.add_leader,
            cast.karen,
            group_id,
            volunteer_id=cast.viggo.person_id,
            now=MONDAY,
        )


def test_lapsed_training_does_not_block_a_running_group(cast: Cast):
    group_id = a_running_group(cast)
    [viggo] = [one for one in here(leaders_of, group_id, TODAY) if one.is_volunteer]
    run(services.remove_leader, cast.karen, viggo.id, now=MONDAY)
    lapse_supervision(cast)
    assert run(
        services.add_leader, cast.karen, group_id, volunteer_id=cast.viggo.person_id, now=MONDAY
    )


def test_training_that_lapses_before_the_first_day_blocks_it(cast: Cast):
    group_id = a_group(cast, "conversation", smallest=1)
    joined(cast, group_id)
    lapse_supervision(cast)
    with pytest.raises(services.TrainingOverdue):
        begin(cast, group_id)


def roles_of(actor: Actor) -> list[str]:
    """Return what somebody may log in as."""
    return [row.role for row in here(list_assignments, actor.account_id)]


def test_whoever_leads_a_group_may_log_in_as_that(cast: Cast):
    a_group(cast)
    assert roles_of(cast.viggo) == ["facilitator", "volunteer"]
    assert roles_of(cast.bo) == ["care_worker", "facilitator"]


def test_a_code_is_not_enough_for_what_a_group_knows(cast: Cast):
    def only_by_phone() -> None:
        db.session.execute(
            update(Identity).filter_by(account_id=cast.viggo.account_id).values(issuer="phone")
        )

    run(only_by_phone)
    a_group(cast)
    assert roles_of(cast.viggo) == ["volunteer"]


def test_whoever_leads_no_group_any_more_may_not(cast: Cast):
    one, other = a_group(cast), a_group(cast, name="Torsdag")
    for group_id, roles in ((one, ["facilitator", "volunteer"]), (other, ["volunteer"])):
        [viggo] = [row for row in here(leaders_of, group_id, TODAY) if row.is_volunteer]
        run(services.remove_leader, cast.karen, viggo.id, now=MONDAY)
        assert roles_of(cast.viggo) == roles


def test_nobody_leads_a_group_twice(cast: Cast):
    group_id = a_group(cast)
    with pytest.raises(services.AlreadyIn):
        run(services.add_leader, cast.karen, group_id, care_worker_id=cast.bo.person_id, now=MONDAY)


def test_a_group_is_not_left_before_all_is_settled(cast: Cast):
    group_id = a_running_group(cast)
    run(services.take_step, cast.karen, group_id, Step.STEP_BACK, now=MONDAY)
    most = [task for task in Task if task is not Task.KEY]
    run(services.settle, cast.karen, group_id, most, "Karen", now=MONDAY)
    with pytest.raises(services.NotHandedOver) as refusal:
        run(services.take_step, cast.karen, group_id, Step.LET_GO, now=MONDAY)
    assert refusal.value.missing == (Task.KEY,)


def test_leaders_leave_with_the_handing_over(cast: Cast):
    group_id = a_running_group(cast)
    run(services.take_step, cast.karen, group_id, Step.STEP_BACK, now=MONDAY)
    run(services.settle, cast.karen, group_id, list(Task), "Karen", now=MONDAY)
    run(services.take_step, cast.karen, group_id, Step.LET_GO, now=MONDAY)
    assert here(leaders_of, group_id, TODAY + timedelta(days=1)) == []


@pytest.mark.parametrize("code", ["self_help", "bereavement", "anonymous"])
def test_what_was_kept_of_people_goes_when_a_group_ends(cast: Cast, code: str):
    group_id = a_group(cast, code)
    joined(cast, group_id, "Ruth")
    interest(cast, group_id, "Inge")
    run(services.end_group, cast.karen, group_id, "members", now=MONDAY)
    group = group_now(group_id)
    assert (names_in(group_id), line_now(group_id), group.counted_members) == ([], [], 0)
    assert {row.state for row in meetings_now(group_id)} == {"cancelled"}


def test_a_group_ends_once(cast: Cast):
    group_id = a_group(cast)
    run(services.end_group, cast.karen, group_id, "members", now=MONDAY)
    with pytest.raises(WrongState):
        run(services.end_group, cast.karen, group_id, "members", now=MONDAY)


@pytest.mark.parametrize("to", [Anonymity.NAMED, Anonymity.FIRST_NAME])
def test_a_promise_is_not_taken_back(cast: Cast, to: Anonymity):
    with pytest.raises(PromiseOnlyGrows):
        run(services.raise_anonymity, cast.karen, a_group(cast, "bereavement"), to, now=MONDAY)


def test_who_waits_still_waits_after_the_promise_grew(cast: Cast):
    group_id = a_group(cast)
    interest(cast, group_id, "Inge")
    run(services.raise_anonymity, cast.karen, group_id, Anonymity.HEAD_COUNT, now=MONDAY)
    [row] = line_now(group_id)
    assert (row.name, row.contact) == (None, "20 12 34 56, spørg efter Inge")


def merged(cast: Cast, one: UUID, other: UUID, *, is_sure: bool = False) -> None:
    run(services.merge, cast.karen, one, other, is_sure=is_sure, now=MONDAY)


def test_two_groups_become_one(cast: Cast):
    one, other = a_group(cast), a_group(cast, name="Torsdag")
    joined(cast, one, "Ruth")
    joined(cast, other, "Inge")
    interest(cast, one, "Ella")
    merged(cast, one, other)
    assert names_in(other) == ["Inge", "Ruth"]
    assert [row.name for row in line_now(other)] == ["Ella"]
    assert (group_now(one).state, group_now(one).end_reason) == ("ended", "merged")


def test_who_is_in_both_is_in_the_one_once(cast: Cast):
    one, other = a_group(cast), a_group(cast, name="Torsdag")
    for group_id in (one, other):
        made = UUID(run(services.suggest, cast.karen, group_id, cast.ellen, now=MONDAY))
        let_in(cast, made)
    merged(cast, one, other)
    assert names_in(other) == ["Ellen Sørensen"]


def test_nobody_comes_to_be_known_by_more_than_was_promised(cast: Cast):
    one, other = a_group(cast, "bereavement"), a_group(cast, name="Torsdag")
    with pytest.raises(PromiseOnlyGrows):
        merged(cast, one, other, is_sure=True)


def test_a_named_group_may_become_part_of_one_that_promises_more(cast: Cast):
    one, other = a_group(cast), a_group(cast, "bereavement", name="Torsdag")
    made = UUID(run(services.suggest, cast.karen, one, cast.ellen, now=MONDAY))
    let_in(cast, made)
    with pytest.raises(services.OtherTheme):
        merged(cast, one, other)
    merged(cast, one, other, is_sure=True)
    assert names_in(other) == ["Ellen"]


def test_groups_for_different_people_become_one_only_where_it_is_meant(cast: Cast):
    one = a_group(cast, "self_help", name="Onsdag", told={"relation": "child", "oldest": 40})
    other = a_group(cast, "self_help", name="Torsdag", told={"relation": "spouse"})
    with pytest.raises(services.OtherPeople):
        merged(cast, one, other)
    merged(cast, one, other, is_sure=True)
    assert group_now(one).end_reason == "merged"


def test_heads_are_added_up(cast: Cast):
    one, other = a_group(cast, "anonymous"), a_group(cast, "anonymous", name="Torsdag")
    joined(cast, one, "Ruth")
    joined(cast, other, "Inge")
    merged(cast, one, other)
    assert (group_now(one).counted_members, group_now(other).counted_members) == (0, 2)


def test_together_they_must_fit(cast: Cast):
    one = a_group(cast, "conversation", smallest=1, largest=2)
    other = a_group(cast, "conversation", name="Torsdag", smallest=1, largest=2)
    for group_id, name in ((one, "Ruth"), (one, "Ella"), (other, "Inge")):
        joined(cast, group_id, name)
    with pytest.raises(services.TooManyMembers) as refusal:
        merged(cast, one, other)
    assert (refusal.value.together, refusal.value.largest) == (3, 2)


def test_a_group_does_not_become_part_of_itself(cast: Cast):
    group_id = a_group(cast)
    with pytest.raises(NotFound):
        merged(cast, group_id, group_id)


def test_notes_and_what_is_asked_for_are_read_by_those_who_lead(cast: Cast):
    group_id = a_group(cast)
    run(services.write_note, cast.karen, group_id, "De griner meget.", now=MONDAY)
    run(services.propose, cast.karen, group_id, "ride", "En fælles bil", now=MONDAY)
    [asked] = here(lambda: proposals_of(get_group(group_id)))
    run(services.answer_proposal, cast.karen, asked.id, "Fra mandag.", now=MONDAY)
    [note] = here(lambda: notes_of(get_group(group_id)))
    [asked] = here(lambda: proposals_of(get_group(group_id)))
    assert (note.text, asked.text, asked.answer) == (
        "De griner meget.",
        "En fælles bil",
        "Fra mandag.",
    )
    assert asked.answer_by == date(2026, 12, 7)


def test_somebody_is_asked_about_who_did_not_answer_the_talk(cast: Cast):
    group_id = a_group(cast, "bereavement")
    member_id = interest(cast, group_id)
    later = services.Talk(Outcome.LATER)
    run(services.note_talk, cast.karen, member_id, later, now=MONDAY)
    assert line_now(group_id)[0].reason is Reason.TALK_SAID_LATER


def suggested(cast: Cast, group_id: UUID, citizen_id: UUID) -> UUID:
    """Put a citizen in a group's line and return the place's id."""
    return UUID(run(services.suggest, cast.karen, group_id, citizen_id, now=MONDAY))


@pytest.mark.parametrize("there", ["left", "waiting"])
def test_a_member_stays_one_whatever_she_was_in_the_other_group(cast: Cast, there: str):
    one, other = a_group(cast), a_group(cast, name="Torsdag")
    let_in(cast, suggested(cast, one, cast.ellen))
    place = suggested(cast, other, cast.ellen)
    if there == "left":
        run(services.take_out, cast.karen, place, now=MONDAY)
    merged(cast, one, other)
    assert (names_in(other), line_now(other)) == (["Ellen Sørensen"], [])


def test_who_has_left_the_other_group_takes_no_place_there(cast: Cast):
    one, other = (a_group(cast, name=name, smallest=1, largest=2) for name in ("En", "To"))
    let_in(cast, suggested(cast, one, cast.ellen))
    place = suggested(cast, other, cast.ellen)
    run(services.take_out, cast.karen, place, now=MONDAY)
    for group_id, name in ((one, "Ruth"), (other, "Inge")):
        joined(cast, group_id, name)
    with pytest.raises(services.TooManyMembers) as refusal:
        merged(cast, one, other)
    assert refusal.value.together == 3


def test_a_number_is_shared_with_nobody_new(cast: Cast):
    one, other = a_group(cast), a_group(cast, name="Torsdag")
    member_id = interest(cast, one)
    run(services.note_talk, cast.karen, member_id, services.Talk(Outcome.FITS), now=MONDAY)
    run(services.offer, cast.karen, member_id, now=MONDAY)
    yes = {"says_yes": True, "shares_contact": True}
    run(services.answer, cast.karen, member_id, **yes, now=MONDAY)
    merged(cast, one, other)
    [(row, _citizen)] = here(rows_of, other)
    assert (row.state, row.shares_contact, row.rules_version) == ("active", False, 1)


def test_another_language_is_to_be_meant(cast: Cast):
    one, other = a_group(cast, language="pl"), a_group(cast, name="Torsdag")
    with pytest.raises(services.OtherLanguage):
        merged(cast, one, other)
    merged(cast, one, other, is_sure=True)


def test_other_rules_are_promised_first(cast: Cast):
    one, other = a_group(cast), a_group(cast, name="Torsdag", rules="Vi holder pause.")
    joined(cast, one)
    with pytest.raises(services.OtherRules):
        merged(cast, one, other)
    run(services.merge, cast.karen, one, other, have_promised=True, now=MONDAY)
    assert names_in(other) == ["Ruth"]


def again(cast: Cast, group_id: UUID) -> None:
    """Let the Ruth who waits for a group ask for it once more."""
    with pytest.raises(services.AlreadyIn):
        interest(cast, group_id)


@pytest.mark.parametrize("to", [Anonymity.FIRST_NAME, Anonymity.HEAD_COUNT])
def test_asking_twice_is_asking_once_after_the_promise_grew(cast: Cast, to: Anonymity):
    group_id = a_group(cast)
    interest(cast, group_id)
    run(services.raise_anonymity, cast.karen, group_id, to, now=MONDAY)
    again(cast, group_id)


@pytest.mark.parametrize("code", ["self_help", "bereavement", "anonymous"])
def test_who_waits_for_both_groups_waits_once(cast: Cast, code: str):
    one, other = a_group(cast, code), a_group(cast, code, name="Torsdag")
    for group_id in (one, other):
        interest(cast, group_id)
    merged(cast, one, other)
    assert len(line_now(other)) == 1
    again(cast, other)


def test_a_member_known_by_number_does_not_join_twice(cast: Cast):
    group_id = a_group(cast)
    joined(cast, group_id)
    again(cast, group_id)


@pytest.mark.parametrize("how", ["let_go", "end"])
def test_whoever_led_a_group_that_needs_it_no_more_is_no_facilitator(cast: Cast, how: str):
    group_id = a_running_group(cast)
    if how == "end":
        run(services.end_group, cast.karen, group_id, "finished", now=MONDAY)
    else:
        run(services.take_step, cast.karen, group_id, Step.STEP_BACK, now=MONDAY)
        run(services.settle, cast.karen, group_id, list(Task), "Karen", now=MONDAY)
        run(services.take_step, cast.karen, group_id, Step.LET_GO, now=MONDAY)
    assert roles_of(cast.viggo) == ["volunteer"]
    assert here(leaders_of, group_id, TODAY + timedelta(days=1)) == []


def test_whoever_leads_another_group_stays_one(cast: Cast):
    one, _other = a_group(cast), a_group(cast, name="Torsdag")
    run(services.end_group, cast.karen, one, "finished", now=MONDAY)
    assert roles_of(cast.viggo) == ["facilitator", "volunteer"]


def test_a_facilitator_may_end_the_group_she_leads(cast: Cast, leads: Actor):
    run(services.end_group, leads, a_group(cast), "finished", now=MONDAY)
    assert roles_of(cast.viggo) == ["volunteer"]


def test_a_cafe_opens_its_door_before_anybody_has_signed_up(cast: Cast):
    group_id = a_group(cast, "cafe")
    begin(cast, group_id)
    assert group_now(group_id).state == "running"


def test_no_group_is_made_after_its_agreement(cast: Cast):
    over = replace(details(), agreement_until=TODAY + timedelta(days=1))
    with pytest.raises(services.AgreementTooShort):
        run(services.set_up, cast.karen, over, shape(), now=MONDAY)


def test_no_more_is_planned_than_is_agreed(cast: Cast):
    group_id = a_group(cast)
    last = meetings_now(group_id)[-1].starts_at.date()
    for days, planned in ((20, 1), (1, None)):
        until = replace(details(), agreement_until=last + timedelta(days=days))
        run(services.change_details, cast.karen, group_id, until, now=MONDAY)
        if planned is None:
            with pytest.raises(services.NoTimeLeft):
                run(services.plan_more, cast.karen, group_id, now=MONDAY)
        else:
            assert run(services.plan_more, cast.karen, group_id, now=MONDAY) == planned
