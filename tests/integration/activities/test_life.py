"""From an idea to an end: who says yes, who publishes, and who is told."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from klippekort.activities.jobs import JOBS
from klippekort.activities.queries import list_to_confirm, list_upcoming, lock_activity
from klippekort.activities.services import (
    DatesOver,
    HeldNowhere,
    NeverHeld,
    OccurrenceCancelled,
    TooManyDates,
    approve_activity,
    cancel_activity,
    cancel_occurrence,
    change_activity,
    confirm_activity,
    decline_activity,
    end_activity,
    post_activity,
    propose_activity,
    publish_activity,
    rewrite_proposal,
    whole_facts_of,
)
from klippekort.activities.services.dates import extend
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Forbidden, Refused, Stale
from klippekort.domain.permissions import Actor, Role
from klippekort.domain.recurrence import Repeats, WhyNever
from klippekort.domain.trips import Company, Transport
from klippekort.hosting.queries.calls import open_host_calls
from klippekort.platform import events
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.trips.services.blocks import Block, Passenger
from klippekort.trips.services.reserving import reserve
from klippekort.volunteers.models import AssociationContact
from tests.cast import HOME, Cast
from tests.integration.activities.arrange import (
    CARDS,
    NOW,
    ONCE,
    TUESDAY,
    a_proposal,
    activity,
    an_activity,
    dates_of,
    do,
    read,
    seat,
)

EXTEND, ASK = JOBS
WEEK = timedelta(weeks=1)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[OccurrenceCancelled]:
    """What was told about cancelled dates while nobody else listened."""
    told: list[OccurrenceCancelled] = []
    monkeypatch.setitem(events._handlers, OccurrenceCancelled, [told.append])
    return told


@pytest.fixture
def contact(cast: Cast) -> Actor:
    """Somebody who speaks for the association."""
    contact_id = new_id()
    row = {"id": contact_id, "association_id": cast.association, "name": "Inge", "created_at": NOW}
    do(lambda: db.session.add(AssociationContact(**row)))
    return Actor(HOME, Role.ASSOCIATION, display_name="Inge", person_id=contact_id)


def test_approved_with_remarks_waits_for_its_host(cast: Cast) -> None:
    activity_id = a_proposal(cast)
    do(approve_activity, cast.karen, activity_id, remarks="Husk kaffen.", now=NOW)
    waiting = activity(activity_id)
    assert (waiting.state, waiting.remarks, dates_of(activity_id)) == (
        "approved",
        "Husk kaffen.",
        [],
    )


def test_its_host_publishes_what_was_approved(cast: Cast) -> None:
    activity_id = a_proposal(cast)
    do(approve_activity, cast.karen, activity_id, remarks="Husk kaffen.", now=NOW)
    do(publish_activity, cast.viggo, activity_id, now=NOW)
    assert (activity(activity_id).state, len(dates_of(activity_id))) == ("published", 13)


def test_a_host_cannot_publish_without_a_yes(cast: Cast) -> None:
    activity_id = a_proposal(cast)
    with pytest.raises(Stale):
        do(publish_activity, cast.viggo, activity_id, now=NOW)


def test_changing_what_was_approved_asks_for_a_new_yes(cast: Cast) -> None:
    activity_id = a_proposal(cast)
    do(approve_activity, cast.karen, activity_id, remarks="Husk kaffen.", now=NOW)
    do(rewrite_proposal, cast.viggo, activity_id, replace(CARDS, title="Banko"), now=NOW)
    assert (activity(activity_id).state, activity(activity_id).title) == ("proposed", "Banko")


def test_what_is_published_is_not_rewritten(cast: Cast) -> None:
    activity_id = an_activity(cast)
    with pytest.raises(Stale):
        do(rewrite_proposal, cast.viggo, activity_id, CARDS, now=NOW)


def test_what_was_declined_cannot_be_approved(cast: Cast) -> None:
    activity_id = a_proposal(cast)
    do(decline_activity, cast.karen, activity_id, reason="other", now=NOW)
    with pytest.raises(Stale):
        do(approve_activity, cast.karen, activity_id, now=NOW)


def test_what_has_no_day_left_is_not_published(cast: Cast) -> None:
    activity_id = a_proposal(cast, ONCE)
    do(approve_activity, cast.karen, activity_id, remarks="Ring først.", now=NOW)
    with pytest.raises(DatesOver):
        do(publish_activity, cast.viggo, activity_id, now=NOW + WEEK)


def test_a_proposal_can_be_withdrawn(cast: Cast) -> None:
    activity_id = a_proposal(cast)
    do(cancel_activity, cast.viggo, activity_id, reason="other", now=NOW)
    assert activity(activity_id).state == "cancelled"


def test_a_cancelled_activity_tells_everybody_with_a_date(
    cast: Cast, heard: list[OccurrenceCancelled]
) -> None:
    activity_id = an_activity(cast)
    seat(cast, dates_of(activity_id)[3].id, cast.ellen)
    do(cancel_activity, cast.viggo, activity_id, reason="host_ill", now=NOW)
    assert [event.occurrence_id for event in heard][:13] == [
        row.id for row in dates_of(activity_id)
    ]
    assert read(list_upcoming, NOW, NOW + 13 * WEEK) == []


def test_the_cancelled_dates_stay_on_record_for_calendars(cast: Cast) -> None:
    activity_id = an_activity(cast)
    do(cancel_activity, cast.karen, activity_id, reason="too_few", now=NOW)
    assert {(row.cancelled_reason, row.sequence) for row in dates_of(activity_id)} == {
        ("too_few", 1)
    }


def test_an_activity_ends_after_a_day(cast: Cast, heard: list[OccurrenceCancelled]) -> None:
    activity_id = an_activity(cast)
    do(end_activity, cast.viggo, activity_id, last_on=TUESDAY + WEEK, now=NOW)
    standing = [row for row in dates_of(activity_id) if row.cancelled_at is None]
    assert (len(standing), len(heard), activity(activity_id).state) == (2, 11, "published")
    assert do(extend, activity_id, NOW + WEEK) == 0


def test_the_day_after_its_last_it_has_ended(cast: Cast) -> None:
    activity_id = an_activity(cast)
    do(end_activity, cast.viggo, activity_id, last_on=TUESDAY, now=NOW)
    later = NOW + timedelta(days=2)
    read(EXTEND.run, local_day(later), later)
    assert activity(activity_id).state == "ended"


def test_an_activity_ended_before_today_has_ended_at_once(cast: Cast) -> None:
    activity_id = an_activity(cast)
    do(end_activity, cast.karen, activity_id, last_on=date(2026, 11, 20), now=NOW)
    assert activity(activity_id).state == "ended"


def test_another_volunteer_ends_nothing(cast: Cast) -> None:
    somebody = replace(cast.viggo, person_id=cast.ellen)
    with pytest.raises(Forbidden):
        do(end_activity, somebody, an_activity(cast), last_on=TUESDAY, now=NOW)


def unconfirmed(cast: Cast, by: date) -> UUID:
    """Return an activity that must be confirmed by a day."""
    return an_activity(cast, replace(CARDS, confirm_by=by))


def test_an_activity_is_asked_about_two_weeks_before(cast: Cast) -> None:
    activity_id = unconfirmed(cast, local_day(NOW) + timedelta(days=14))
    assert [one.id for one in read(list_to_confirm, local_day(NOW))] == [activity_id]
    assert read(list_to_confirm, local_day(NOW) - timedelta(days=1)) == []


@pytest.mark.parametrize(("days", "dates"), [(0, 1), (1, 0)])
def test_what_nobody_confirms_is_not_found_after_its_day(cast: Cast, days: int, dates: int) -> None:
    unconfirmed(cast, local_day(NOW))
    later = NOW + timedelta(days=days)
    assert len(read(list_upcoming, later, later + WEEK)) == dates


def test_no_dates_are_made_until_somebody_says_that_it_exists(cast: Cast) -> None:
    activity_id, later = unconfirmed(cast, local_day(NOW)), NOW + 3 * WEEK
    made = len(dates_of(activity_id))
    do(extend, activity_id, later)
    assert len(dates_of(activity_id)) == made
    do(confirm_activity, cast.viggo, activity_id, now=later)
    assert len(dates_of(activity_id)) == made + 3


def test_whom_to_ask_stands_on_the_list_once_and_goes_with_the_answer(cast: Cast) -> None:
    activity_id = unconfirmed(cast, local_day(NOW) + timedelta(days=10))
    for _time in range(2):
        read(ASK.run, local_day(NOW), NOW)
    (call,) = read(open_host_calls, NOW)
    assert (call.kind, call.name, call.facts["title"]) == (
        "activity_exists",
        "Kortklubben",
        "Kortspil",
    )
    do(confirm_activity, cast.viggo, activity_id, now=NOW)
    assert read(open_host_calls, NOW) == []


def test_when_the_day_has_passed_somebody_is_called_again(cast: Cast) -> None:
    unconfirmed(cast, local_day(NOW))
    read(ASK.run, local_day(NOW), NOW)
    (first,) = read(open_host_calls, NOW)
    later = NOW + timedelta(days=1)
    read(ASK.run, local_day(later), later)
    (second,) = read(open_host_calls, later)
    assert second.id != first.id


def test_nobody_books_what_may_not_exist(cast: Cast) -> None:
    activity_id = unconfirmed(cast, local_day(NOW))
    date_id, later = dates_of(activity_id)[1].id, NOW + timedelta(days=1)
    riders = (Passenger(cast.ellen, "said"),)
    block = Block(riders, date_id, Transport.WALK, 10, 10, company=Company.RELATIVE)
    with pytest.raises(Refused) as refusal:
        do(reserve, cast.karen, block, now=later)
    assert refusal.value.rule == "unconfirmed"


def test_a_word_from_its_host_keeps_it_for_half_a_year(cast: Cast) -> None:
    activity_id = unconfirmed(cast, local_day(NOW))
    do(confirm_activity, cast.viggo, activity_id, now=NOW)
    assert activity(activity_id).confirm_by == date(2027, 5, 23)


def repeat(cast: Cast, before: UUID, actor: Actor | None = None, **changes: Any) -> UUID:
    """Let the host post the same as last time a month later, and return its id."""
    facts = read(lambda: whole_facts_of(activity(before)))
    later = {"repeats": Repeats.ONCE, "first_on": TUESDAY + 4 * WEEK, "weekdays": ()}
    wanted = replace(facts, **{**later, **changes})
    posted = do(post_activity, actor or cast.viggo, wanted, repeat_of=before, now=NOW)
    return UUID(posted)


def test_the_same_as_last_time_is_published_at_once(cast: Cast) -> None:
    again = repeat(cast, an_activity(cast, ONCE))
    assert (activity(again).state, len(dates_of(again))) == ("published", 1)


@pytest.mark.parametrize("changes", [{"title": "Banko"}, {"price_oere": 9900}, {"kind": "talk"}])
def test_what_is_not_the_same_waits_for_a_coordinator(cast: Cast, changes: dict[str, Any]) -> None:
    again = repeat(cast, an_activity(cast, ONCE), **changes)
    assert (activity(again).state, dates_of(again)) == ("proposed", [])


def test_a_repeat_of_what_waits_waits_too(cast: Cast) -> None:
    assert activity(repeat(cast, a_proposal(cast, ONCE))).state == "proposed"


def test_nobody_repeats_what_is_anothers(cast: Cast) -> None:
    somebody = replace(cast.viggo, person_id=cast.ellen)
    with pytest.raises(Forbidden):
        repeat(cast, an_activity(cast, ONCE), somebody)


def test_an_associations_contact_posts_for_it(cast: Cast, contact: Actor) -> None:
    activity_id = UUID(do(post_activity, contact, ONCE, now=NOW))
    posted = activity(activity_id)
    assert (posted.state, posted.proposed_by) == ("proposed", "association")
    assert (posted.association_id, posted.host_id) == (cast.association, None)


def test_an_association_ends_its_own_only(cast: Cast, contact: Actor) -> None:
    own = UUID(do(post_activity, cast.karen, CARDS, association_id=cast.association, now=NOW))
    do(end_activity, contact, own, last_on=TUESDAY, now=NOW)
    with pytest.raises(Forbidden):
        do(end_activity, replace(contact, person_id=new_id()), own, last_on=TUESDAY, now=NOW)


def test_a_citizens_idea_waits_for_a_coordinator(cast: Cast) -> None:
    ellen = Actor(HOME, Role.CITIZEN, person_id=cast.ellen)
    idea = UUID(do(propose_activity, ellen, cast.ellen, ONCE, now=NOW))
    kept = activity(idea)
    assert (kept.state, kept.proposed_by, kept.proposer_id) == ("proposed", "citizen", cast.ellen)


def test_a_citizen_proposes_in_no_other_name(cast: Cast) -> None:
    ellen = Actor(HOME, Role.CITIZEN, person_id=cast.ellen)
    with pytest.raises(Forbidden):
        do(propose_activity, ellen, cast.poul, ONCE, now=NOW)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"last_on": TUESDAY - WEEK}, WhyNever.LAST_DAY),
        ({"weekdays": (0,), "last_on": TUESDAY + timedelta(days=1)}, WhyNever.LAST_DAY),
        ({"skipped": (TUESDAY,), "last_on": TUESDAY}, WhyNever.SKIPPED),
    ],
)
def test_what_is_never_held_is_not_posted(
    cast: Cast, changes: dict[str, Any], why: WhyNever
) -> None:
    with pytest.raises(NeverHeld) as refusal:
        do(post_activity, cast.karen, replace(CARDS, **changes), now=NOW)
    assert refusal.value.why is why


def test_ten_thousand_dates_are_not_posted(cast: Cast) -> None:
    daily = replace(CARDS, weekdays=tuple(range(7)), last_on=date(2054, 4, 10))
    with pytest.raises(TooManyDates):
        do(post_activity, cast.karen, daily, now=NOW)


def test_a_series_that_begins_far_ahead_has_its_first_date(cast: Cast) -> None:
    far = replace(CARDS, first_on=date(2027, 9, 7))
    assert [row.original_start for row in dates_of(an_activity(cast, far))] == ["2027-09-07T14:00"]


def test_the_rest_of_what_is_said_is_kept(cast: Cast) -> None:
    said = replace(
        CARDS,
        place="",
        online_url="https://example.dk/kort",
        language="sign",
        bring="Kort",
        smallest=3,
        sign_up_hours=24,
        insurance_class="volunteer_effort",
    )
    activity_id = an_activity(cast, said)
    kept = activity(activity_id)
    assert (kept.language, kept.bring, kept.smallest, kept.sign_up_hours) == ("sign", "Kort", 3, 24)
    assert dates_of(activity_id)[0].place_id is None


def test_a_locked_activity_is_the_stored_one(cast: Cast) -> None:
    activity_id = an_activity(cast)
    assert do(lambda: lock_activity(activity_id).title) == "Kortspil"


def test_an_idea_without_a_place_is_not_approved_as_it_stands(cast: Cast) -> None:
    idea = replace(ONCE, place="", address="", postcode=None, town=None, access=())
    activity_id = UUID(do(propose_activity, cast.karen, cast.ellen, idea, now=NOW))
    with pytest.raises(HeldNowhere):
        do(approve_activity, cast.karen, activity_id, now=NOW)
    assert activity(activity_id).state == "proposed"


def revised(activity_id: UUID) -> list[datetime | None]:
    """Return when what feeds tell of each date was last changed."""
    return [row.revised_at for row in dates_of(activity_id)]


def test_feeds_learn_when_anything_they_tell_was_changed(cast: Cast) -> None:
    activity_id = an_activity(cast, replace(CARDS, last_on=TUESDAY + WEEK))
    assert revised(activity_id) == [NOW, NOW]
    first, second = dates_of(activity_id)
    later, last = NOW + timedelta(minutes=5), NOW + timedelta(minutes=9)
    do(cancel_occurrence, cast.viggo, second.id, reason="weather", now=later)
    assert revised(activity_id) == [NOW, later]
    told = {"description": "Ny tekst", "price_oere": 0, "helper_price_oere": 0}
    do(change_activity, cast.viggo, activity_id, **told, now=last)
    assert revised(activity_id) == [last, last]
    assert first.sequence == 0
