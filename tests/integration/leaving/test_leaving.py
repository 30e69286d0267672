"""A citizen dies in the middle of it all: everything stops at once, and a mistake is undone."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from klippekort.citizens.queries import leaving as leavings
from klippekort.citizens.services.leaving import (
    CitizenLeft,
    Leaving,
    LeftAlready,
    NotNextToHer,
    NotYet,
    TooLongAgo,
    follow_up,
    register_leaving,
    tell,
    undo_leaving,
)
from klippekort.domain.errors import Forbidden, NotFound
from klippekort.domain.schemes import AtEnd, Ending
from klippekort.groups import services as groups
from klippekort.groups.queries.members import named_groups_of
from klippekort.messages.models import OutboxMessage
from klippekort.messages.services import complete_call, queue_call
from klippekort.platform.db import db
from klippekort.punchcards.models import CardTask, PunchCard
from klippekort.punchcards.queries.cards import state_of
from klippekort.punchcards.services.proof import verify_municipality
from klippekort.trips.jobs import book_agreements
from klippekort.trips.models import Trip, TripRider
from klippekort.trips.queries.agreements import get_agreement
from klippekort.volunteers.queries.company import lock_company
from klippekort.waiting.jobs import propose_standing
from klippekort.waiting.queries.offers import open_offers
from klippekort.waiting.queries.standing import get_standing
from klippekort.waiting.services.turns import offer_seat
from tests.builders import DECIDED, MONDAY, a_card, a_trip, an_occurrence
from tests.cast import Cast
from tests.integration.groups.arrange import a_group, let_in
from tests.integration.leaving.conftest import Browse, Plans
from tests.integration.waiting.arrange import (
    a_full_date,
    a_seat_comes_free,
    all_offers,
    cards_for,
    fill,
    here,
    run,
    state_of_trip,
    waits,
    wish,
)

TODAY = date(2026, 11, 23)
DIED = Leaving("died", TODAY, "relative")


def leave(cast: Cast, facts: Leaving = DIED) -> UUID:
    return UUID(run(register_leaving, cast.karen, cast.ellen, facts, now=MONDAY))


def cards_of(citizen_id: UUID) -> list[PunchCard]:
    return here(
        lambda: list(db.session.scalars(select(PunchCard).filter_by(citizen_id=citizen_id)))
    )


def waiting_calls(citizen_id: UUID) -> int:
    found = select(OutboxMessage).filter_by(citizen_id=citizen_id, state="queued")
    return here(lambda: len(db.session.scalars(found).all()))


def coming(citizen_id: UUID) -> list[str]:
    found = (
        select(TripRider.state)
        .join(Trip, Trip.id == TripRider.trip_id)
        .where(TripRider.citizen_id == citizen_id, TripRider.is_active, Trip.starts_at > MONDAY)
    )
    return here(lambda: list(db.session.scalars(found)))


def told(leaving_id: UUID) -> list[tuple[str, str]]:
    return here(
        lambda: sorted(
            (one.who.name, one.role) for one in leavings.tellings(MONDAY, leaving_id=leaving_id)
        )
    )


def free_minutes(citizen_id: UUID) -> int:
    def read() -> int:
        card = db.session.scalars(select(PunchCard).filter_by(citizen_id=citizen_id)).one()
        return sum(lot.free for lot in state_of(card).lots)

    return here(read)


def test_everything_planned_stops_at_once(cast: Cast, plans: Plans) -> None:
    leave(cast)
    assert coming(cast.ellen) == []
    assert state_of_trip(plans.trip) == "cancelled"
    assert (wish(plans.wish).state, wish(plans.place_in_line).state) == ("withdrawn", "withdrawn")
    assert here(lambda: get_standing(plans.standing).wish.state) == "ended"
    assert [offer.state for offer in all_offers()] == ["withdrawn"]
    assert here(lambda: get_agreement(plans.agreement).until_on) == TODAY
    assert here(lambda: named_groups_of(cast.ellen)) == {plans.group: "left"}
    assert run(lambda: lock_company(plans.company).state) == "cancelled"
    assert [card.closed_on for card in cards_of(cast.ellen)] == [TODAY]
    assert waiting_calls(cast.ellen) == 0


def test_a_trip_costs_the_dead_nothing_and_their_time_lapses_by_the_terms(
    cast: Cast, plans: Plans
) -> None:
    leave(cast)
    assert free_minutes(cast.ellen) == 0
    assert run(verify_municipality) == []


def test_nothing_leaves_afterwards(cast: Cast, plans: Plans) -> None:
    leave(cast)
    for day in range(1, 15):
        now = MONDAY + timedelta(days=day)
        here(book_agreements, TODAY + timedelta(days=day), now)
        here(propose_standing, TODAY + timedelta(days=day), now)
    run(
        queue_call,
        "thanks:1",
        "greeting",
        citizen_id=cast.ellen,
        supplier_id=cast.supplier,
        facts={},
        due_at=MONDAY,
        now=MONDAY,
    )
    assert waiting_calls(cast.ellen) == 0
    assert coming(cast.ellen) == []


def test_each_who_expects_her_gets_one_call_the_same_day(cast: Cast, plans: Plans) -> None:
    leaving = leave(cast)
    assert told(leaving) == [("Bo Berg", "escort"), ("Viggo Vang", "host")]
    due = here(
        lambda: db.session.scalars(
            select(OutboxMessage.due_at).filter_by(kind="citizen_left")
        ).all()
    )
    assert max(due) <= MONDAY + timedelta(hours=1)


def test_who_leads_her_group_is_told_and_it_can_be_ticked_off(cast: Cast, browse: Browse) -> None:
    place = run(groups.suggest, cast.karen, a_group(cast, "self_help"), cast.ellen, now=MONDAY)
    let_in(cast, UUID(place))
    leaving = leave(cast)
    assert told(leaving) == [("Bo Berg", "facilitator"), ("Viggo Vang", "facilitator")]
    later = MONDAY + timedelta(hours=1)
    for left_over in (2, 1):
        calls = here(leavings.tellings, later)
        assert len(calls) == left_over == here(leavings.count_to_tell, later)
        run(complete_call, cast.karen, calls[0].id, now=later)
    assert here(leavings.count_to_tell, later) == 0


def test_who_hosts_and_leads_gets_one_call(cast: Cast, plans: Plans) -> None:
    leave(cast)
    later = MONDAY + timedelta(hours=1)
    assert here(leavings.count_to_tell, later) == len(here(leavings.tellings, later)) == 2


def test_a_leader_who_has_not_been_called_hears_nothing_of_a_mistake(cast: Cast) -> None:
    place = run(groups.suggest, cast.karen, a_group(cast, "self_help"), cast.ellen, now=MONDAY)
    let_in(cast, UUID(place))
    run(undo_leaving, cast.karen, leave(cast), now=MONDAY + timedelta(minutes=5))
    assert here(leavings.count_to_tell, MONDAY + timedelta(hours=1)) == 0


def test_a_call_to_somebody_known_no_more_is_shown_and_ticked_off(
    cast: Cast, browse: Browse
) -> None:
    leaving = leave(cast)
    left = CitizenLeft(leaving, cast.ellen, "died", TODAY, cast.karen, MONDAY)
    run(tell, left, UUID(int=7), "facilitator")
    page = browse(cast.karen).get(f"/borgere/{cast.ellen}/stoppet").get_data(as_text=True)
    call = here(leavings.tellings, MONDAY + timedelta(hours=1))[0]
    assert f"/borgere/stoppet/opkald/{call.id}" in page


@pytest.mark.parametrize("agree", [True, False])
def test_a_death_is_only_said_when_the_relatives_agree(
    cast: Cast, plans: Plans, browse: Browse, agree: bool
) -> None:
    leaving = leave(cast, Leaving("died", TODAY, "relative", may_be_said=agree))
    calls = here(lambda: leavings.tellings(MONDAY, leaving_id=leaving))
    assert {one.is_death_said for one in calls} == {agree}
    page = browse(cast.karen).get(f"/borgere/{cast.ellen}/stoppet")
    assert page.status_code == 200


def test_the_other_on_a_shared_trip_still_goes(cast: Cast, plans: Plans) -> None:
    pottery = an_occurrence(MONDAY + timedelta(days=3, hours=2), title="Keramik")
    mine = a_trip(cast.karen, cast.poul, pottery, cast.mia)
    leave(cast)
    assert state_of_trip(mine) == "booked"


def test_an_undecided_scheme_asks_a_person(cast: Cast) -> None:
    a_card(cast, cast.ellen, terms=replace(DECIDED, ending=Ending(death=AtEnd.UNDECIDED)))
    leave(cast)
    rules = here(lambda: list(db.session.scalars(select(CardTask.rule).filter_by(closed_at=None))))
    assert rules == ["ending.death"]


def test_time_that_lapsed_is_back_on_the_card(cast: Cast) -> None:
    a_card(cast, cast.ellen, 300)
    leaving = leave(cast)
    assert free_minutes(cast.ellen) == 0
    run(undo_leaving, cast.karen, leaving, now=MONDAY + timedelta(days=2))
    assert free_minutes(cast.ellen) == 300
    assert run(verify_municipality) == []


def test_a_mistaken_death_is_undone_as_a_whole(cast: Cast, plans: Plans) -> None:
    before, calls = free_minutes(cast.ellen), waiting_calls(cast.ellen)
    leaving = leave(cast)
    run(undo_leaving, cast.karen, leaving, now=MONDAY + timedelta(hours=1))
    assert state_of_trip(plans.trip) == "booked"
    assert (wish(plans.wish).state, wish(plans.place_in_line).state) == ("open", "waiting")
    assert here(lambda: get_standing(plans.standing).wish.state) == "active"
    assert here(lambda: get_agreement(plans.agreement).until_on) is None
    assert here(lambda: named_groups_of(cast.ellen)) == {plans.group: "active"}
    assert run(lambda: lock_company(plans.company).state) == "agreed"
    assert [card.closed_on for card in cards_of(cast.ellen)] == [None]
    # Her greeting, and the trip that is held for her anew.
    assert waiting_calls(cast.ellen) == calls + 1
    assert run(verify_municipality) == []
    assert free_minutes(cast.ellen) == before
    assert here(leavings.not_back) == []


def test_a_trip_that_was_held_is_held_again_and_she_is_asked(cast: Cast, plans: Plans) -> None:
    (before,) = here(open_offers, cast.karen, TODAY)
    run(undo_leaving, cast.karen, leave(cast), now=MONDAY + timedelta(minutes=5))
    (offer,) = here(open_offers, cast.karen, TODAY)
    assert (offer.trip.occurrence_id, offer.escort) == (before.trip.occurrence_id, before.escort)
    assert (offer.offer.origin, offer.offer.standing_wish_id) == ("standing", plans.standing)
    calls = select(OutboxMessage.state).filter_by(kind="trip_offer", subject_id=offer.trip.id)
    assert here(lambda: list(db.session.scalars(calls))) == ["queued"]


def test_a_held_seat_that_somebody_has_taken_meanwhile_waits_for_a_person(
    cast: Cast, plans: Plans
) -> None:
    (offer,) = here(open_offers, cast.karen, TODAY)
    leaving = leave(cast)
    assert offer.trip.occurrence_id is not None
    fill(offer.trip.occurrence_id)
    run(undo_leaving, cast.karen, leaving, now=MONDAY + timedelta(minutes=5))
    (one,) = here(leavings.not_back)
    assert (one.what, one.why, one.details["title"]) == (
        "offer",
        "no_seat",
        offer.trip.destination,
    )
    assert here(open_offers, cast.karen, TODAY) == []


def test_her_place_in_a_line_with_a_seat_held_is_offered_again(cast: Cast) -> None:
    cards_for(cast, cast.ellen)
    song = a_full_date(cast)
    place = waits(cast.karen, cast.ellen, song)
    a_seat_comes_free(song)
    run(offer_seat, song, reason="freed", now=MONDAY)
    run(undo_leaving, cast.karen, leave(cast), now=MONDAY + timedelta(minutes=5))
    assert wish(place).state == "offered"
    assert [one.citizen.id for one in here(open_offers, cast.karen, TODAY)] == [cast.ellen]


def test_who_had_not_been_called_hears_nothing_of_a_mistake(cast: Cast, plans: Plans) -> None:
    leaving = leave(cast)
    run(undo_leaving, cast.karen, leaving, now=MONDAY + timedelta(hours=1))
    assert here(lambda: leavings.tellings(MONDAY + timedelta(hours=2))) == []


def test_who_was_told_is_told_again(cast: Cast, plans: Plans) -> None:
    leaving = leave(cast)
    call = here(lambda: leavings.tellings(MONDAY, leaving_id=leaving))[0]
    run(complete_call, cast.karen, call.id, now=MONDAY + timedelta(hours=1))
    run(undo_leaving, cast.karen, leaving, now=MONDAY + timedelta(hours=2))
    again = here(lambda: leavings.tellings(MONDAY + timedelta(hours=2)))
    assert [(one.who.name, one.is_back) for one in again] == [(call.who.name, True)]


def test_a_trip_that_has_passed_meanwhile_waits_for_a_person(cast: Cast, plans: Plans) -> None:
    leaving = leave(cast)
    run(undo_leaving, cast.karen, leaving, now=MONDAY + timedelta(days=3))
    over = here(lambda: {(one.what, one.why) for one in leavings.not_back()})
    assert ("trip", "over") in over
    assert state_of_trip(plans.trip) == "cancelled"


def test_the_spouse_gets_one_person_and_a_day(cast: Cast, plans: Plans) -> None:
    facts = Leaving("died", TODAY, "hospital", left_behind_id=cast.poul)
    leaving = leave(cast, facts)
    one = here(leavings.left_behind)[0]
    assert (one.citizen.id, one.owner_id) == (cast.poul, cast.karen.account_id)
    run(follow_up, cast.karen, leaving, now=MONDAY)
    assert here(leavings.left_behind) == []


def test_who_lives_at_the_same_address_is_offered(cast: Cast, browse: Browse) -> None:
    page = browse(cast.karen).get(f"/borgere/{cast.ellen}/stopper").get_data(as_text=True)
    assert "Poul" in page


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        (Leaving("died", TODAY + timedelta(days=1), "relative"), NotYet),
        (Leaving("moved", TODAY - timedelta(days=4000), "relative"), TooLongAgo),
    ],
)
def test_a_day_that_makes_no_sense_is_refused(cast: Cast, facts, refusal) -> None:
    with pytest.raises(refusal):
        leave(cast, facts)


def test_nobody_leaves_twice_or_is_left_behind_by_herself(cast: Cast) -> None:
    with pytest.raises(NotNextToHer):
        leave(cast, Leaving("died", TODAY, "relative", left_behind_id=cast.ellen))
    leave(cast)
    with pytest.raises(LeftAlready):
        leave(cast)


def test_only_those_who_may_can_say_it(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        run(register_leaving, cast.viggo, cast.ellen, DIED, now=MONDAY)
    with pytest.raises(NotFound):
        run(register_leaving, cast.karen, cast.gudrun, DIED, now=MONDAY)


def test_the_day_to_come_is_refused_at_the_field_and_what_was_typed_stands(
    cast: Cast, browse: Browse
) -> None:
    client = browse(cast.karen)
    answer = client.post(
        f"/borgere/{cast.ellen}/stopper",
        data={
            "key": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
            "kind": "died",
            "left_on": "2026-12-24",
            "told_by": "hospital",
            "left_behind": "",
            "owner": str(cast.karen.account_id),
        },
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="2026-12-24"' in page
