"""How a group is filled: who may stand in line, whose turn it is, and what is kept of them."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import get_citizen
from klippekort.domain.errors import Forbidden, NotFound, Stale
from klippekort.domain.groups.joining import Outcome, Reason
from klippekort.domain.permissions import Actor
from klippekort.groups import services
from klippekort.groups.jobs import lapse_offers
from klippekort.groups.queries.members import citizen_of, get_member, named_groups_of
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from tests.builders import MONDAY
from tests.cast import AWAY, HOME, Cast
from tests.integration.groups.arrange import (
    TUESDAY,
    a_group,
    days_on,
    details,
    group_now,
    here,
    interest,
    joined,
    line_now,
    meetings_now,
    names_in,
    press,
    run,
)
from tests.integration.groups.conftest import Browse

FITS = services.Talk(Outcome.FITS)


def suggested(cast: Cast, group_id: UUID, citizen_id: UUID, **said: object) -> UUID:
    return UUID(run(services.suggest, cast.karen, group_id, citizen_id, now=MONDAY, **said))


def asked(cast: Cast, member_id: UUID) -> None:
    run(services.note_talk, cast.karen, member_id, FITS, now=MONDAY)
    run(services.offer, cast.karen, member_id, now=MONDAY)


def test_a_citizen_stands_in_the_line_of_a_named_group(cast: Cast):
    group_id = a_group(cast)
    suggested(cast, group_id, cast.ellen)
    assert [one.name for one in line_now(group_id)] == ["Ellen Sørensen"]


@pytest.mark.parametrize("code", ["bereavement", "anonymous"])
def test_no_citizen_is_tied_to_a_group_without_names(cast: Cast, code: str):
    group_id = a_group(cast, code)
    with pytest.raises(services.KeepsNoNames):
        suggested(cast, group_id, cast.ellen)


def test_joining_twice_is_refused(cast: Cast):
    group_id = a_group(cast)
    suggested(cast, group_id, cast.ellen)
    with pytest.raises(services.AlreadyIn):
        suggested(cast, group_id, cast.ellen)


def test_the_same_phone_number_stands_in_line_once(cast: Cast):
    group_id = a_group(cast, "bereavement")
    interest(cast, group_id, "Ruth")
    with pytest.raises(services.AlreadyIn):
        interest(cast, group_id, "RUTH")


@pytest.mark.parametrize(
    "typed", ["20-12-34-56", "+45 20 12 34 56", "0045 20123456.", "Tlf. 20123456", "ring 20123456"]
)
def test_a_number_is_the_same_however_it_is_written(cast: Cast, typed: str):
    group_id = a_group(cast, "bereavement")
    first = services.Asked("20 12 34 56", "self", "Ruth")
    run(services.add_interest, cast.karen, group_id, first, now=MONDAY)
    with pytest.raises(services.AlreadyIn):
        run(services.add_interest, cast.karen, group_id, replace(first, contact=typed), now=MONDAY)


def test_whoever_left_may_come_again_and_waits_anew(cast: Cast):
    group_id = a_group(cast)
    member_id = suggested(cast, group_id, cast.ellen)
    asked(cast, member_id)
    run(services.answer, cast.karen, member_id, says_yes=True, now=MONDAY)
    run(services.leave, cast.karen, member_id, "time", now=MONDAY)
    assert names_in(group_id) == []
    again = UUID(run(services.suggest, cast.karen, group_id, cast.ellen, now=days_on(days=2)))
    assert (again, line_now(group_id)[0].asked_at) == (member_id, days_on(days=2))


def test_a_leader_of_the_same_name_is_asked_about(cast: Cast):
    group_id = a_group(cast)

    def rename() -> None:
        row = db.session.get(Citizen, (HOME, cast.ellen))
        assert row is not None
        row.first_name, row.last_name = "Viggo", "Vang"

    run(rename)
    with pytest.raises(services.LeadsIt):
        suggested(cast, group_id, cast.ellen)
    assert suggested(cast, group_id, cast.ellen, is_sure=True)


@pytest.mark.parametrize(("code", "name"), [("bereavement", "viggo"), ("self_help", "Viggo Vang")])
def test_a_leader_who_asks_to_join_is_asked_about(browse: Browse, cast: Cast, code: str, name: str):
    group_id = a_group(cast, code)
    said = {"contact": "20 12 34 56", "source": "self", "first_name": name}
    address = f"/grupper/{group_id}/venteliste/ny"
    answer = press(browse(cast.karen), address, **said)
    assert (answer.status_code, 'id="is_sure-error"' in answer.text) == (422, True)
    assert press(browse(cast.karen), address, **said, is_sure="y").status_code == 303


def test_a_member_known_by_first_name_does_not_lead_by_mistake(cast: Cast):
    group_id = a_group(cast, "bereavement", leaders=False)
    interest(cast, group_id, "Bo")
    with pytest.raises(services.LeadsIt):
        run(
            services.add_leader,
            cast.karen,
            group_id,
            care_worker_id=cast.bo.person_id,
            now=MONDAY,
        )


def test_a_member_of_the_same_name_does_not_lead_by_mistake(cast: Cast):
    group_id = a_group(cast, leaders=False)

    def rename() -> None:
        row = db.session.get(Citizen, (HOME, cast.ellen))
        assert row is not None
        row.first_name, row.last_name = "Bo", "Berg"

    run(rename)
    suggested(cast, group_id, cast.ellen)
    with pytest.raises(services.LeadsIt):
        run(
            services.add_leader,
            cast.karen,
            group_id,
            care_worker_id=cast.bo.person_id,
            now=MONDAY,
        )


def test_a_care_worker_suggests_for_their_own_alone(cast: Cast):
    group_id = a_group(cast)
    assert run(services.suggest, cast.bo, group_id, cast.ellen, now=MONDAY)
    with pytest.raises(Forbidden):
        run(services.suggest, cast.bo, group_id, cast.poul, now=MONDAY)


def test_another_municipalitys_citizen_is_not_found(cast: Cast):
    group_id = a_group(cast)
    with pytest.raises(NotFound):
        suggested(cast, group_id, cast.gudrun)


def test_another_municipalitys_group_is_not_found(cast: Cast):
    group_id = a_group(cast)
    far = replace(cast.karen, municipality_id=AWAY)
    with acting_for(AWAY), pytest.raises(NotFound):
        services.write_note(far, group_id, "x", now=MONDAY)


def test_nobody_is_sent_to_an_anonymous_group(cast: Cast):
    group_id = a_group(cast, "anonymous")
    sent = services.Asked("20 12 34 56", "staff")
    with pytest.raises(services.NotReferred):
        run(services.add_interest, cast.karen, group_id, sent, now=MONDAY)


def test_a_group_asks_for_the_talk_first(cast: Cast):
    group_id = a_group(cast, "bereavement")
    member_id = interest(cast, group_id)
    with pytest.raises(services.CannotJoin) as refusal:
        run(services.offer, cast.karen, member_id, now=MONDAY)
    assert refusal.value.reason is Reason.TALK_MISSING


def test_half_a_year_must_have_passed(cast: Cast):
    group_id = a_group(cast, "bereavement")
    member_id = interest(cast, group_id)
    later = services.Talk(Outcome.FITS, MONDAY.date() + timedelta(days=30))
    run(services.note_talk, cast.karen, member_id, later, now=MONDAY)
    with pytest.raises(services.CannotJoin) as refusal:
        run(services.offer, cast.karen, member_id, now=MONDAY)
    assert refusal.value.reason is Reason.TOO_SOON


def test_the_day_of_a_loss_is_reckoned_with_and_not_kept(browse: Browse, cast: Cast):
    group_id = a_group(cast, "bereavement")
    member_id = interest(cast, group_id)
    said = {"outcome": "fits", "lost_on": "2026-08-01"}
    press(browse(cast.karen), f"/grupper/pladser/{member_id}/samtale", **said)
    kept = here(get_member, member_id).not_before_on
    assert kept is not None
    assert kept.isoformat() == "2027-02-01"


def test_a_loss_is_not_to_come(browse: Browse, cast: Cast):
    member_id = interest(cast, a_group(cast, "bereavement"))
    said = {"outcome": "fits", "lost_on": "2026-11-24"}
    answer = press(browse(cast.karen), f"/grupper/pladser/{member_id}/samtale", **said)
    assert (answer.status_code, 'id="lost_on-error"' in answer.text) == (422, True)


@pytest.mark.parametrize("outcome", [Outcome.OTHER_HELP, Outcome.SAID_NO])
def test_whom_the_group_does_not_suit_is_forgotten(cast: Cast, outcome: Outcome):
    group_id = a_group(cast, "bereavement")
    member_id = interest(cast, group_id)
    run(services.note_talk, cast.karen, member_id, services.Talk(outcome), now=MONDAY)
    assert line_now(group_id) == []


def test_who_has_waited_longest_is_asked_first(cast: Cast):
    group_id = a_group(cast, "bereavement")
    first, second = interest(cast, group_id, "Ruth"), interest(cast, group_id, "Inge")
    for member_id in (first, second):
        run(services.note_talk, cast.karen, member_id, FITS, now=MONDAY)
    with pytest.raises(services.NotTheirTurn):
        run(services.offer, cast.karen, second, now=MONDAY)
    run(services.offer, cast.karen, second, past_others="balance", now=MONDAY)
    assert [one.id for one in line_now(group_id) if one.answer_by] == [second]


def test_an_offer_waits_in_office_hours(cast: Cast):
    group_id = a_group(cast, "bereavement")
    member_id = interest(cast, group_id)
    asked(cast, member_id)
    assert here(get_member, member_id).answer_by == MONDAY + timedelta(days=1, hours=1)


def test_who_does_not_answer_stands_behind_and_then_nowhere(cast: Cast):
    group_id = a_group(cast, "bereavement")
    member_id = interest(cast, group_id)
    asked(cast, member_id)
    for day, left in ((3, 1), (6, 0)):
        now = days_on(days=day)
        with acting_for(HOME):
            lapse_offers(now.date(), now)
        assert len(line_now(group_id)) == left
        if left:
            run(services.offer, cast.karen, member_id, now=now)


def test_an_answer_that_comes_too_late_is_told_so(cast: Cast):
    group_id = a_group(cast, "bereavement")
    member_id = interest(cast, group_id)
    with pytest.raises(services.NoAnswerLeft):
        run(services.answer, cast.karen, member_id, says_yes=True, now=MONDAY)


def test_nobody_comes_in_once_the_agreement_is_over(cast: Cast):
    group_id = a_group(cast, "bereavement")
    until = replace(details(), agreement_until=TUESDAY)
    run(services.change_details, cast.karen, group_id, until, now=MONDAY)
    member_id = interest(cast, group_id)
    asked(cast, member_id)
    with pytest.raises(services.CannotJoin) as refusal:
        run(services.answer, cast.karen, member_id, says_yes=True, now=days_on(days=9))
    assert refusal.value.reason is Reason.AGREEMENT_OVER


def test_the_last_place_is_offered_once(cast: Cast):
    group_id = a_group(cast, "conversation", smallest=1, largest=2)
    for name in ("Ruth", "Inge"):
        joined(cast, group_id, name)
    third = interest(cast, group_id, "Asta")
    run(services.note_talk, cast.karen, third, FITS, now=MONDAY)
    with pytest.raises(services.CannotJoin) as refusal:
        run(services.offer, cast.karen, third, now=MONDAY)
    assert refusal.value.reason is Reason.FULL


def test_a_group_closes_to_newcomers(cast: Cast):
    group_id = a_group(cast, "leaderless")
    meeting = meetings_now(group_id)[0]
    run(services.hold_meeting, cast.karen, meeting.id, services.Held(5), now=meeting.ends_at)
    with pytest.raises(services.CannotJoin) as refusal:
        interest(cast, group_id, now=meeting.ends_at)
    assert refusal.value.reason is Reason.CLOSED


def test_a_yes_is_a_yes_to_the_rules_as_they_read(cast: Cast):
    group_id = a_group(cast)
    run(services.write_rules, cast.karen, group_id, "Nye regler", now=MONDAY)
    member_id = joined(cast, group_id)
    assert here(get_member, member_id).rules_version == 2


def test_how_somebody_is_reached_is_gone_once_they_are_in(cast: Cast):
    group_id = a_group(cast, "bereavement")
    row = here(get_member, joined(cast, group_id))
    assert (row.contact_sealed, row.likeness, row.source, row.outcome) == (None,) * 4


def test_heads_have_no_places(cast: Cast):
    group_id = a_group(cast, "anonymous")
    member_id = joined(cast, group_id)
    assert group_now(group_id).counted_members == 1
    with pytest.raises(NotFound):
        here(get_member, member_id)


def test_one_head_fewer(cast: Cast):
    group_id = a_group(cast, "anonymous")
    joined(cast, group_id)
    run(services.one_left, cast.karen, group_id, "time", now=MONDAY)
    with pytest.raises(services.NobodyThere):
        run(services.one_left, cast.karen, group_id, "time", now=MONDAY)


def test_heads_are_not_counted_where_names_are(cast: Cast):
    group_id = a_group(cast)
    with pytest.raises(Stale):
        run(services.one_left, cast.karen, group_id, "time", now=MONDAY)


def test_a_protected_address_shares_no_phone_number(cast: Cast):
    group_id = a_group(cast)

    def protect() -> None:
        row = db.session.get(Citizen, (HOME, cast.ellen))
        assert row is not None
        row.has_protected_address = True

    run(protect)
    member_id = suggested(cast, group_id, cast.ellen)
    asked(cast, member_id)
    run(
        services.answer,
        cast.karen,
        member_id,
        says_yes=True,
        shares_contact=True,
        now=MONDAY,
    )
    assert here(get_citizen, cast.ellen).has_protected_address
    assert not here(get_member, member_id).shares_contact


def test_leaders_fill_the_group_they_lead_and_no_other(cast: Cast, leads: Actor):
    mine = a_group(cast, "bereavement")
    other = a_group(cast, "bereavement", name="Andre", leaders=False)
    asked_for = services.Asked("20 12 34 56", "self", "Ruth")
    assert run(services.add_interest, leads, mine, asked_for, now=MONDAY)
    with pytest.raises(Forbidden):
        run(services.add_interest, leads, other, asked_for, now=MONDAY)


def test_staff_see_named_groups_by_their_neutral_names(browse: Browse, cast: Cast):
    group_id = a_group(cast)
    page = browse(cast.asta).get(f"/borgere/{cast.ellen}/grupper").text
    assert "Onsdagsgruppen" in page
    assert "syg" not in page.casefold()
    answer = press(
        browse(cast.asta), f"/borgere/{cast.ellen}/grupper", group=str(group_id), said_yes="y"
    )
    assert answer.status_code == 303
    assert here(named_groups_of, cast.ellen) == {group_id: "waiting"}


def test_nobody_is_written_down_without_a_yes(browse: Browse, cast: Cast):
    group_id = a_group(cast)
    answer = press(browse(cast.asta), f"/borgere/{cast.ellen}/grupper", group=str(group_id))
    assert 'id="said_yes-error"' in answer.text
    assert here(citizen_of, group_id) is None
