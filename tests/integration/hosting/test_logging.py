"""The host says who came, and the hours are theirs."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from klippekort.activities.queries import Guest, get_occurrence_facts, guests_of
from klippekort.activities.services import cancel_occurrence, post_activity
from klippekort.domain.errors import Forbidden
from klippekort.domain.permissions import Actor
from klippekort.hosting.queries.log import hosting_between, hosting_of
from klippekort.hosting.services import (
    HostingTimesMakeNoSense,
    LoggedBefore,
    NotBegun,
    log_attendance,
)
from klippekort.platform.tenancy import acting_for
from tests.cast import AWAY, HOME, Cast, make_citizen
from tests.integration.activities.arrange import (
    FOUR,
    NOW,
    ONCE,
    TWO,
    a_date,
    dates_of,
    do,
    read,
    seat,
)

AFTER = FOUR + timedelta(minutes=5)
NEXT_DAY = FOUR + timedelta(days=1)


def log(
    actor: Actor,
    occurrence_id: UUID,
    came: Collection[UUID] = (),
    *,
    others: int = 0,
    ended_at: datetime = FOUR,
    now: datetime = AFTER,
) -> None:
    """Say who came to a date that began at two."""
    do(
        log_attendance,
        actor,
        occurrence_id,
        came=came,
        others=others,
        started_at=TWO,
        ended_at=ended_at,
        now=now,
    )


def minutes_and_guests(cast: Cast, occurrence_id: UUID) -> tuple[int, int]:
    """Return what is logged for Viggo."""
    with acting_for(HOME):
        row = hosting_of(occurrence_id, cast.viggo.person_id or cast.ellen)
    assert row is not None
    return row.minutes, row.guests


def guests(occurrence_id: UUID) -> list[Guest]:
    """Return the guests of a date."""
    found: list[Guest] = read(guests_of, occurrence_id)
    return found


def test_the_host_s_minutes_and_guests_are_logged(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    ellen = seat(cast, occurrence_id, cast.ellen)
    log(cast.viggo, occurrence_id, {ellen}, others=4)
    assert minutes_and_guests(cast, occurrence_id) == (120, 5)


def test_those_who_are_not_ticked_did_not_come(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    ellen, _poul = (seat(cast, occurrence_id, person) for person in (cast.ellen, cast.poul))
    log(cast.viggo, occurrence_id, {ellen})
    assert {g.called: g.attended for g in guests(occurrence_id)} == {
        "Ellen": True,
        "Poul": False,
    }


def test_nobody_is_known_to_have_come_before_the_host_has_said(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    seat(cast, occurrence_id, cast.ellen)
    assert [guest.attended for guest in guests(occurrence_id)] == [None]


def test_saying_it_again_the_same_day_corrects_it(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    log(cast.viggo, occurrence_id, others=4)
    log(cast.viggo, occurrence_id, others=3, ended_at=FOUR - timedelta(minutes=30))
    assert minutes_and_guests(cast, occurrence_id) == (90, 3)


def test_a_host_cannot_correct_it_on_a_later_day(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    log(cast.viggo, occurrence_id)
    with pytest.raises(LoggedBefore):
        log(cast.viggo, occurrence_id, others=3, now=NEXT_DAY)


def test_a_host_may_say_it_for_the_first_time_on_a_later_day(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    log(cast.viggo, occurrence_id, others=3, now=NEXT_DAY)
    assert minutes_and_guests(cast, occurrence_id) == (120, 3)


def test_the_coordinator_corrects_it_on_a_later_day(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    log(cast.viggo, occurrence_id)
    log(cast.karen, occurrence_id, others=3, now=NEXT_DAY)
    assert minutes_and_guests(cast, occurrence_id) == (120, 3)


def test_nobody_has_come_before_it_begins(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    with pytest.raises(NotBegun):
        log(cast.viggo, occurrence_id, now=TWO - timedelta(minutes=1))


def test_nobody_came_to_what_was_cancelled(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    do(cancel_occurrence, cast.karen, occurrence_id, reason="weather", now=NOW)
    with pytest.raises(NotBegun):
        log(cast.viggo, occurrence_id)


def test_the_end_must_come_after_the_start(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    with pytest.raises(HostingTimesMakeNoSense):
        log(cast.viggo, occurrence_id, ended_at=TWO)


def test_another_volunteer_cannot_say_who_came(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    with pytest.raises(Forbidden):
        log(replace(cast.viggo, person_id=cast.ellen), occurrence_id)


def test_without_a_host_the_guests_are_ticked_and_no_hours_logged(cast: Cast) -> None:
    activity_id = UUID(do(post_activity, cast.karen, ONCE, now=NOW))
    occurrence_id = dates_of(activity_id)[0].id
    ellen = seat(cast, occurrence_id, cast.ellen)
    log(cast.karen, occurrence_id, {ellen})
    assert [guest.attended for guest in guests(occurrence_id)] == [True]
    assert read(hosting_between, NOW, NEXT_DAY) == []


def test_a_guest_is_a_first_name_and_a_need(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    seat(cast, occurrence_id, cast.poul, wheelchair=True)
    (guest,) = guests(occurrence_id)
    assert (guest.called, guest.needs_wheelchair) == ("Poul", True)


def test_two_of_one_name_get_a_letter_more(cast: Cast) -> None:
    def another_ellen() -> UUID:
        return make_citizen("Ellen", "Bach", supplier=cast.supplier, district=cast.north)

    occurrence_id = a_date(cast)
    for person in (cast.ellen, do(another_ellen), cast.poul):
        seat(cast, occurrence_id, person)
    assert [g.called for g in guests(occurrence_id)] == ["Ellen B.", "Ellen S.", "Poul"]


def test_who_hosted_what_is_told_for_a_span_of_time(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    log(cast.viggo, occurrence_id, others=4)
    (line,) = read(hosting_between, NOW, NEXT_DAY)
    assert (line.volunteer, line.association, line.activity) == (
        "Viggo Vang",
        "Kortklubben",
        "Kortspil",
    )
    assert (line.starts_at, line.minutes, line.guests) == (TWO, 120, 4)
    assert read(hosting_between, NEXT_DAY, NEXT_DAY + timedelta(days=1)) == []


def test_the_next_municipality_sees_no_hosting_of_ours(cast: Cast) -> None:
    occurrence_id = a_date(cast)
    log(cast.viggo, occurrence_id, others=4)
    with acting_for(AWAY):
        assert hosting_between(NOW, NEXT_DAY) == []


def test_the_facts_name_the_host(cast: Cast) -> None:
    assert read(get_occurrence_facts, a_date(cast)).host_name == "Viggo Vang"
