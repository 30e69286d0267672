"""Activities are posted by volunteers and answered by the coordinator."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from klippekort.activities.queries import get_activity, list_proposals
from klippekort.activities.services import (
    DatesOver,
    approve_activity,
    change_activity,
    decline_activity,
    facts_of,
    post_activity,
)
from klippekort.domain.errors import Forbidden, NotFound, Stale
from klippekort.domain.permissions import Actor, Role
from klippekort.platform.execute import execute
from klippekort.platform.tenancy import acting_for
from tests.cast import AWAY, Cast
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
)

COORDINATOR_AWAY = Actor(AWAY, Role.COORDINATOR)


def test_what_a_volunteer_posts_is_theirs_and_their_associations(cast: Cast) -> None:
    posted = activity(a_proposal(cast))
    assert (posted.host_id, posted.association_id) == (cast.viggo.person_id, cast.association)


def test_what_a_volunteer_posts_waits_without_dates(cast: Cast) -> None:
    activity_id = a_proposal(cast)
    assert (activity(activity_id).state, dates_of(activity_id)) == ("proposed", [])


def test_a_volunteer_who_stands_for_nobody_cannot_post(cast: Cast) -> None:
    nobody = replace(cast.viggo, person_id=None)
    with pytest.raises(Forbidden):
        do(post_activity, nobody, CARDS, now=NOW)


def test_a_care_worker_cannot_post(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        do(post_activity, cast.bo, CARDS, now=NOW)


def test_what_a_coordinator_posts_has_its_dates_at_once(cast: Cast) -> None:
    activity_id = UUID(do(post_activity, cast.karen, CARDS, now=NOW))
    assert (activity(activity_id).state, len(dates_of(activity_id))) == ("published", 13)


def test_a_host_must_be_known_here(cast: Cast) -> None:
    with pytest.raises(NotFound):
        do(post_activity, cast.karen, CARDS, now=NOW, host_id=cast.ellen)


def test_proposals_wait_oldest_first(cast: Cast) -> None:
    later = a_proposal(cast, now=NOW + timedelta(hours=1))
    earlier = a_proposal(cast)
    assert [row.id for row in read(list_proposals)] == [earlier, later]


def test_an_approved_activity_has_dates_thirteen_weeks_ahead(cast: Cast) -> None:
    dates = dates_of(an_activity(cast))
    assert (len(dates), dates[-1].original_start) == (13, "2027-02-16T14:00")


def test_a_single_activity_has_its_date_however_far_ahead(cast: Cast) -> None:
    next_year = replace(ONCE, first_on=TUESDAY + timedelta(days=300))
    assert len(dates_of(an_activity(cast, next_year))) == 1


def test_a_volunteer_cannot_approve_their_own(cast: Cast) -> None:
    activity_id = a_proposal(cast)
    with pytest.raises(Forbidden):
        do(approve_activity, cast.viggo, activity_id, now=NOW)


def test_a_proposal_is_answered_once(cast: Cast) -> None:
    activity_id = an_activity(cast)
    with pytest.raises(Stale):
        do(decline_activity, cast.karen, activity_id, reason="other", now=NOW)


def test_a_proposal_whose_day_has_passed_cannot_be_approved(cast: Cast) -> None:
    activity_id = a_proposal(cast, ONCE)
    with pytest.raises(DatesOver):
        do(approve_activity, cast.karen, activity_id, now=NOW + timedelta(days=2))


def test_a_declined_proposal_keeps_the_reason_and_gets_no_dates(cast: Cast) -> None:
    activity_id = a_proposal(cast)
    do(decline_activity, cast.karen, activity_id, reason="no_access", now=NOW)
    declined = activity(activity_id)
    assert (declined.state, declined.declined_reason) == ("declined", "no_access")
    assert dates_of(activity_id) == []


def test_the_next_municipality_does_not_find_an_activity(cast: Cast) -> None:
    activity_id = an_activity(cast)
    with acting_for(AWAY), pytest.raises(NotFound):
        get_activity(activity_id)


def test_the_next_municipality_cannot_approve_a_proposal(cast: Cast) -> None:
    activity_id = a_proposal(cast)
    with acting_for(AWAY), pytest.raises(NotFound):
        execute(approve_activity, COORDINATOR_AWAY, activity_id, now=NOW)


def test_a_host_changes_the_text_the_access_and_the_prices(cast: Cast) -> None:
    activity_id = an_activity(cast)
    facts = {"description": "Ny tekst", "access": ("quiet",)}
    prices = {"price_oere": 1050, "helper_price_oere": 500}
    do(change_activity, cast.viggo, activity_id, **facts, **prices, now=NOW)
    changed = facts_of(activity(activity_id))
    assert (changed.description, changed.access) == ("Ny tekst", ("quiet",))
    assert (changed.price_oere, changed.helper_price_oere) == (1050, 500)


def test_another_volunteer_cannot_change_it(cast: Cast) -> None:
    activity_id = an_activity(cast)
    somebody = replace(cast.viggo, person_id=cast.ellen)
    facts = {"description": "", "access": (), "price_oere": 0, "helper_price_oere": 0}
    with pytest.raises(Forbidden):
        do(change_activity, somebody, activity_id, **facts, now=NOW)
