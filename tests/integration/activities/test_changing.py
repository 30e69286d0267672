"""A date, those that follow, or all of a series are changed, and everybody concerned is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from klippekort.activities.models import Occurrence, Place, PlaceClosure
from klippekort.activities.queries import get_occurrence_facts, list_places
from klippekort.activities.services import (
    ActivityFacts,
    BelowBooked,
    BelowSmallest,
    ChairsOffered,
    Change,
    HeldThen,
    InThePast,
    LookAgain,
    NoDateLeft,
    OccurrenceCancelled,
    OccurrenceChanged,
    PlaceClosed,
    PlaceTaken,
    Wanted,
    cancel_occurrence,
    change_date,
    change_rule,
    give_seat_back,
    offer_chairs,
    preview_date,
    preview_rule,
    take_seat,
    timing_of,
    whole_facts_of,
)
from klippekort.activities.services.dates import extend
from klippekort.domain.calendar import instant, local
from klippekort.domain.errors import DomainError, Forbidden, NoSeat, Stale
from klippekort.domain.recurrence import Repeats
from klippekort.domain.series import Scope, TooFar
from klippekort.platform import events
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from tests.cast import HOME, Cast
from tests.integration.activities.arrange import (
    CARDS,
    NOW,
    ONCE,
    TUESDAY,
    activity,
    an_activity,
    dates_of,
    do,
    read,
    seat,
)
from tests.races import race

WEEK = timedelta(weeks=1)
ONLINE = replace(CARDS, place="", online_url="https://moede.example/kort")


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was told while nobody else listened."""
    told: list[Any] = []
    for event in (OccurrenceCancelled, OccurrenceChanged, ChairsOffered):
        monkeypatch.setitem(events._handlers, event, [told.append])
    return told


def wanted(row: Occurrence, **changes: Any) -> Wanted:
    """Return what a date is, with changes."""
    start, end = local(row.starts_at), local(row.ends_at)
    as_it_is = Wanted(
        start.date(),
        start.time(),
        end.time(),
        row.place_id,
        row.capacity,
        row.wheelchair_places,
        row.note,
    )
    return replace(as_it_is, **changes)


def preview(cast: Cast, row: Occurrence, scope: Scope, **changes: Any) -> Change:
    """Return what a change would do."""
    change: Change = read(preview_date, cast.viggo, row.id, wanted(row, **changes), scope, now=NOW)
    return change


def change(cast: Cast, row: Occurrence, scope: Scope, **changes: Any) -> None:
    """Let the host change a date, having seen whom it touches."""
    seen = preview(cast, row, scope, **changes).mark
    do(change_date, cast.viggo, row.id, wanted(row, **changes), scope, seen=seen, now=NOW)


def starts(activity_id: UUID, most: int = 4) -> list[str]:
    """Return the local starts of the first dates of an activity that stand."""
    standing = [row for row in dates_of(activity_id) if row.cancelled_at is None]
    return [f"{local(row.starts_at):%m-%d %H:%M}" for row in standing][:most]


def test_a_date_changed_alone_leaves_the_others(cast: Cast) -> None:
    activity_id = an_activity(cast)
    change(cast, dates_of(activity_id)[1], Scope.THIS, starts=time(10), ends=time(12))
    assert starts(activity_id, 3) == ["11-24 14:00", "12-01 10:00", "12-08 14:00"]


def test_making_dates_again_leaves_a_date_changed_alone(cast: Cast) -> None:
    activity_id = an_activity(cast)
    change(cast, dates_of(activity_id)[1], Scope.THIS, on=date(2026, 12, 3))
    assert do(extend, activity_id, NOW) == 0
    assert starts(activity_id, 3) == ["11-24 14:00", "12-03 14:00", "12-08 14:00"]


def test_this_and_following_leaves_what_lies_before(cast: Cast) -> None:
    activity_id = an_activity(cast)
    before = dates_of(activity_id)
    change(cast, before[1], Scope.FOLLOWING, starts=time(10), ends=time(12))
    assert starts(activity_id, 3) == ["11-24 14:00", "12-01 10:00", "12-08 10:00"]
    assert [row.id for row in dates_of(activity_id)] == [row.id for row in before]


def test_a_change_of_all_keeps_the_ids_of_dates(cast: Cast) -> None:
    activity_id = an_activity(cast)
    before = dates_of(activity_id)
    change(cast, before[2], Scope.ALL, on=date(2026, 12, 9))
    assert starts(activity_id, 3) == ["11-25 14:00", "12-02 14:00", "12-09 14:00"]
    assert [row.id for row in dates_of(activity_id)] == [row.id for row in before]


def test_after_a_change_making_dates_again_adds_only_the_weeks_to_come(cast: Cast) -> None:
    activity_id = an_activity(cast)
    change(cast, dates_of(activity_id)[1], Scope.FOLLOWING, on=date(2026, 12, 3))
    assert do(extend, activity_id, NOW) == 0
    assert do(extend, activity_id, NOW + WEEK) == 1
    assert starts(activity_id, 20)[-1] == "02-25 14:00"


def test_a_date_changed_alone_is_never_overwritten(cast: Cast) -> None:
    activity_id = an_activity(cast)
    dates = dates_of(activity_id)
    change(cast, dates[1], Scope.THIS, starts=time(9), ends=time(11))
    change(cast, dates[0], Scope.ALL, starts=time(10), ends=time(12))
    assert starts(activity_id, 3) == ["11-24 10:00", "12-01 09:00", "12-08 10:00"]
    assert do(extend, activity_id, NOW) == 0


def test_a_cancelled_date_does_not_come_back_at_the_new_time(cast: Cast) -> None:
    activity_id = an_activity(cast)
    dates = dates_of(activity_id)
    do(cancel_occurrence, cast.karen, dates[1].id, reason="weather", now=NOW)
    change(cast, dates[0], Scope.ALL, starts=time(10), ends=time(12))
    assert starts(activity_id, 2) == ["11-24 10:00", "12-08 10:00"]
    assert do(extend, activity_id, NOW) == 0


def test_guests_follow_their_date_and_are_told_of(cast: Cast, heard: list[Any]) -> None:
    activity_id = an_activity(cast)
    row = dates_of(activity_id)[0]
    sign_up = seat(cast, row.id, cast.ellen)
    change(cast, row, Scope.THIS, starts=time(15), ends=time(17))
    assert heard == [
        OccurrenceChanged(
            row.id,
            instant(TUESDAY, time(14)),
            instant(TUESDAY, time(15)),
            instant(TUESDAY, time(16)),
            instant(TUESDAY, time(17)),
            row.place_id,
            row.place_id,
            cast.viggo,
            NOW,
        )
    ]
    do(give_seat_back, cast.karen, sign_up, now=NOW)
    assert dates_of(activity_id)[0].seats_taken == 0


def test_calendars_hear_of_what_moves_and_only_that(cast: Cast) -> None:
    activity_id = an_activity(cast)
    change(cast, dates_of(activity_id)[1], Scope.FOLLOWING, starts=time(10), ends=time(12))
    assert [row.sequence for row in dates_of(activity_id)][:3] == [0, 1, 1]


def test_the_page_says_how_many_are_touched(cast: Cast) -> None:
    rows = dates_of(an_activity(cast))
    seat(cast, rows[0].id, cast.ellen)
    seat(cast, rows[1].id, cast.poul, wheelchair=True)
    found = preview(cast, rows[1], Scope.FOLLOWING, starts=time(10), ends=time(12))
    assert (found.guests, len(found.moved)) == (1, 12)


def test_a_preview_changes_nothing(cast: Cast) -> None:
    activity_id = an_activity(cast)
    preview(cast, dates_of(activity_id)[1], Scope.ALL, starts=time(10), ends=time(12))
    assert starts(activity_id, 2) == ["11-24 14:00", "12-01 14:00"]
    assert len(read(activity, activity_id).timings) == 1


def test_somebody_who_signed_up_since_is_looked_at_first(cast: Cast) -> None:
    row = dates_of(an_activity(cast))[0]
    seen = preview(cast, row, Scope.THIS, starts=time(15)).mark
    seat(cast, row.id, cast.ellen)
    later = wanted(row, starts=time(15))
    with pytest.raises(LookAgain):
        do(change_date, cast.viggo, row.id, later, Scope.THIS, seen=seen, now=NOW)


def test_a_capacity_below_those_who_come_is_refused_with_their_number(cast: Cast) -> None:
    rows = dates_of(an_activity(cast))
    for guest in (cast.ellen, cast.poul):
        seat(cast, rows[2].id, guest)
    with pytest.raises(BelowBooked) as refusal:
        preview(cast, rows[0], Scope.ALL, capacity=1, wheelchair_places=0)
    assert (refusal.value.booked, refusal.value.starts_at) == (2, rows[2].starts_at)


def test_fewer_wheelchair_places_than_are_taken_are_refused(cast: Cast) -> None:
    row = dates_of(an_activity(cast))[0]
    seat(cast, row.id, cast.poul, wheelchair=True)
    with pytest.raises(BelowBooked) as refusal:
        preview(cast, row, Scope.THIS, wheelchair_places=0)
    assert refusal.value.is_wheelchairs


def test_chairs_of_one_date_stay_when_the_series_gets_more(cast: Cast) -> None:
    activity_id = an_activity(cast)
    rows = dates_of(activity_id)
    do(offer_chairs, cast.viggo, rows[1].id, 2, now=NOW)
    change(cast, rows[0], Scope.ALL, capacity=20)
    assert [row.capacity for row in dates_of(activity_id)][:3] == [20, 2, 20]


def test_a_date_with_its_own_chairs_still_moves_with_the_others(cast: Cast) -> None:
    activity_id = an_activity(cast)
    rows = dates_of(activity_id)
    do(offer_chairs, cast.viggo, rows[1].id, 2, now=NOW)
    change(cast, rows[0], Scope.ALL, starts=time(10), ends=time(12))
    assert starts(activity_id, 2) == ["11-24 10:00", "12-01 10:00"]


def test_two_chairs_are_two_besides_those_that_are_taken(cast: Cast, heard: list[Any]) -> None:
    row = dates_of(an_activity(cast))[0]
    seat(cast, row.id, cast.ellen)
    do(offer_chairs, cast.viggo, row.id, 2, now=NOW)
    assert read(get_occurrence_facts, row.id).seats_left == 2
    assert heard == [ChairsOffered(row.id, cast.viggo, NOW)]


def test_a_single_activity_may_move_to_any_day(cast: Cast) -> None:
    activity_id = an_activity(cast, ONCE)
    (row,) = dates_of(activity_id)
    change(cast, row, Scope.THIS, on=date(2027, 1, 14))
    assert starts(activity_id) == ["01-14 14:00"]
    assert do(extend, activity_id, NOW) == 0


def test_a_series_takes_its_dates_along_within_the_week_only(cast: Cast) -> None:
    row = dates_of(an_activity(cast))[0]
    with pytest.raises(TooFar):
        preview(cast, row, Scope.FOLLOWING, on=date(2026, 12, 2))


def test_a_time_that_has_been_is_refused(cast: Cast) -> None:
    row = dates_of(an_activity(cast))[0]
    with pytest.raises(InThePast):
        preview(cast, row, Scope.THIS, on=date(2026, 11, 22))


def test_a_date_that_is_over_is_not_changed(cast: Cast) -> None:
    row = dates_of(an_activity(cast))[0]
    later = wanted(row, starts=time(15))
    with pytest.raises(Stale):
        read(preview_date, cast.viggo, row.id, later, Scope.THIS, now=NOW + WEEK)


def test_another_volunteer_changes_nothing(cast: Cast) -> None:
    row = dates_of(an_activity(cast))[0]
    somebody = replace(cast.viggo, person_id=cast.ellen)
    with pytest.raises(Forbidden):
        read(preview_date, somebody, row.id, wanted(row), Scope.THIS, now=NOW)


def test_a_place_that_is_used_then_is_told_of(cast: Cast) -> None:
    an_activity(cast, replace(CARDS, title="Banko", starts=time(10), ends=time(12)))
    row = dates_of(an_activity(cast))[0]
    earlier = wanted(row, starts=time(11))
    seen = preview(cast, row, Scope.THIS, starts=time(11)).mark
    told = {"seen": seen, "now": NOW}
    with pytest.raises(PlaceTaken) as refusal:
        do(change_date, cast.viggo, row.id, earlier, Scope.THIS, shares_room=False, **told)
    assert [clash.title for clash in refusal.value.clashes] == ["Banko"]
    do(change_date, cast.viggo, row.id, earlier, Scope.THIS, shares_room=True, **told)


def test_a_room_with_room_for_both_is_not_taken(cast: Cast) -> None:
    an_activity(cast, replace(CARDS, title="Banko", starts=time(10), ends=time(12)))
    row = dates_of(an_activity(cast))[0]
    do(lambda: setattr(db.session.scalars(select(Place)).one(), "room_capacity", 20))
    change_it = {"seen": preview(cast, row, Scope.THIS, starts=time(11)).mark, "now": NOW}
    earlier = wanted(row, starts=time(11))
    do(change_date, cast.viggo, row.id, earlier, Scope.THIS, shares_room=False, **change_it)
    assert starts(row.activity_id, 1) == ["11-24 11:00"]


def test_chairs_below_the_smallest_number_are_refused(cast: Cast) -> None:
    row = dates_of(an_activity(cast, replace(CARDS, smallest=5)))[0]
    with pytest.raises(BelowSmallest):
        preview(cast, row, Scope.THIS, capacity=4)
    with pytest.raises(BelowSmallest):
        do(offer_chairs, cast.viggo, row.id, 2, now=NOW)
    assert preview(cast, row, Scope.THIS, capacity=5).values


@pytest.mark.parametrize("facts", [CARDS, ONLINE], ids=["in a room", "online"])
def test_two_dates_of_one_activity_never_begin_at_once(cast: Cast, facts: ActivityFacts) -> None:
    first, second, *_ = dates_of(an_activity(cast, facts))
    with pytest.raises(HeldThen):
        preview(cast, first, Scope.THIS, on=TUESDAY + WEEK)
    assert preview(cast, first, Scope.THIS, on=TUESDAY + WEEK, starts=time(10), ends=time(12))
    assert second.starts_at - first.starts_at == WEEK


def test_a_new_rule_leaves_a_moved_date_alone_where_it_would_meet_it(cast: Cast) -> None:
    activity_id = an_activity(cast)
    wednesday = TUESDAY + timedelta(days=8)
    change(cast, dates_of(activity_id)[0], Scope.THIS, on=wednesday)
    change(cast, dates_of(activity_id)[2], Scope.FOLLOWING, on=wednesday + WEEK)
    days = [local(one.starts_at).date() for one in dates_of(activity_id) if not one.cancelled_at]
    assert len(days) == len(set(days))


def test_the_rule_makes_no_date_where_another_was_moved_to(cast: Cast) -> None:
    activity_id = an_activity(cast, ONLINE)
    row, last = dates_of(activity_id)[0], dates_of(activity_id)[-1]
    far = local(last.starts_at).date() + WEEK
    change(cast, row, Scope.THIS, on=far)
    do(extend, activity_id, now=NOW + WEEK)
    assert [local(one.starts_at).date() for one in dates_of(activity_id)].count(far) == 1


def test_a_place_that_is_closed_that_day_is_refused(cast: Cast) -> None:
    row = dates_of(an_activity(cast))[0]
    day = date(2026, 11, 26)
    shut = {"id": new_id(), "from_on": day, "until_on": day, "reason": "", "place_id": row.place_id}
    do(lambda: db.session.add(PlaceClosure(**shut)))
    with pytest.raises(PlaceClosed):
        preview(cast, row, Scope.THIS, on=day)


def rule(activity_id: UUID, **changes: Any) -> Any:
    """Return a timing as a row that is not stored, with changes."""
    facts = read(lambda: whole_facts_of(activity(activity_id)))
    return timing_of(activity_id, replace(facts, **changes), facts.place_id)


def rechange(cast: Cast, activity_id: UUID, **changes: Any) -> Change:
    """Hold an activity by another rule, and return what that did."""
    found: Change = read(
        preview_rule, cast.viggo, activity_id, rule(activity_id, **changes), now=NOW
    )
    timing = rule(activity_id, **changes)
    do(change_rule, cast.viggo, activity_id, timing, seen=found.mark, now=NOW)
    return found


def test_half_as_often_cancels_the_weeks_between_that_have_guests(
    cast: Cast, heard: list[Any]
) -> None:
    activity_id = an_activity(cast)
    rows = dates_of(activity_id)
    seat(cast, rows[1].id, cast.ellen)
    rechange(cast, activity_id, every=2)
    assert starts(activity_id, 3) == ["11-24 14:00", "12-08 14:00", "12-22 14:00"]
    assert heard.count(OccurrenceCancelled(rows[1].id, "moved", cast.viggo, NOW)) == 1


def test_weeks_between_without_guests_are_cancelled_and_come_back_with_the_rule(
    cast: Cast,
) -> None:
    activity_id = an_activity(cast)
    rechange(cast, activity_id, every=2)
    gone = [one for one in dates_of(activity_id) if one.cancelled_at]
    assert [(one.cancelled_reason, one.sequence) for one in gone] == [("moved", 1)] * 6
    rechange(cast, activity_id, every=1)
    assert sum(one.cancelled_at is None for one in dates_of(activity_id)) == 13


def test_somebody_who_had_a_seat_keeps_the_date_on_record(cast: Cast, heard: list[Any]) -> None:
    activity_id = an_activity(cast)
    row = dates_of(activity_id)[1]
    do(give_seat_back, cast.karen, seat(cast, row.id, cast.ellen), now=NOW)
    rechange(cast, activity_id, every=2)
    kept = {one.id: one.cancelled_reason for one in dates_of(activity_id)}
    assert kept[row.id] == "moved"
    assert heard.count(OccurrenceCancelled(row.id, "moved", cast.viggo, NOW)) == 1


def test_a_rule_may_begin_on_a_later_day(cast: Cast) -> None:
    activity_id = an_activity(cast)
    rechange(cast, activity_id, first_on=date(2026, 12, 8), weekdays=(1, 3))
    assert starts(activity_id, 4) == ["11-24 14:00", "12-01 14:00", "12-08 14:00", "12-10 14:00"]
    assert do(extend, activity_id, NOW) == 0


def test_from_weekly_to_monthly_the_nearest_date_stays(cast: Cast) -> None:
    activity_id = an_activity(cast)
    rechange(cast, activity_id, repeats=Repeats.MONTHLY_WEEKDAY, nth=-1, weekdays=(1,))
    assert starts(activity_id, 3) == ["11-24 14:00", "12-29 14:00", "01-26 14:00"]


def test_skipped_days_and_holidays_are_left_out_from_then_on(cast: Cast) -> None:
    activity_id = an_activity(cast, replace(CARDS, first_on=date(2026, 11, 27)))
    rechange(cast, activity_id, on_holidays="skipped", skipped=(date(2026, 12, 4),))
    assert starts(activity_id, 4) == ["11-27 14:00", "12-11 14:00", "12-18 14:00", "01-08 14:00"]


def test_a_rule_without_a_date_to_come_is_refused(cast: Cast) -> None:
    activity_id = an_activity(cast)
    with pytest.raises(NoDateLeft):
        rechange(cast, activity_id, last_on=date(2026, 11, 20))


def test_two_changes_of_the_rule_after_each_other_keep_the_dates(cast: Cast) -> None:
    activity_id = an_activity(cast)
    ids = [row.id for row in dates_of(activity_id)]
    change(cast, dates_of(activity_id)[2], Scope.FOLLOWING, on=date(2026, 12, 10))
    change(cast, dates_of(activity_id)[1], Scope.FOLLOWING, on=date(2026, 11, 30))
    change(cast, dates_of(activity_id)[3], Scope.FOLLOWING, starts=time(9))
    assert starts(activity_id, 4) == ["11-24 14:00", "11-30 14:00", "12-07 14:00", "12-14 09:00"]
    assert [row.id for row in dates_of(activity_id)][: len(ids)] == ids


def test_weekdays_may_change_places(cast: Cast) -> None:
    activity_id = an_activity(cast, replace(CARDS, weekdays=(1, 2, 3)))
    before = len(dates_of(activity_id))
    change(cast, dates_of(activity_id)[0], Scope.ALL, on=date(2026, 11, 27))
    assert starts(activity_id, 3) == ["11-25 14:00", "11-26 14:00", "11-27 14:00"]
    assert len(dates_of(activity_id)) == before


@pytest.mark.parametrize("clocks_change_on", [date(2026, 10, 25), date(2027, 3, 28)])
def test_a_changed_hour_is_the_same_on_the_wall_when_the_clocks_change(
    cast: Cast, clocks_change_on: date
) -> None:
    facts = replace(CARDS, first_on=clocks_change_on - WEEK, last_on=clocks_change_on + WEEK)
    now = NOW - 8 * WEEK
    activity_id = an_activity(cast, facts, now=now)
    row = dates_of(activity_id)[0]
    new = wanted(row, starts=time(10), ends=time(11))
    seen = read(preview_date, cast.viggo, row.id, new, Scope.ALL, now=now).mark
    do(change_date, cast.viggo, row.id, new, Scope.ALL, seen=seen, now=now)
    do(extend, activity_id, NOW + 13 * WEEK)
    shown = {
        f"{local(row.starts_at):%H:%M}–{local(row.ends_at):%H:%M}" for row in dates_of(activity_id)
    }
    assert shown == {"10:00–11:00"}


def test_a_listener_that_refuses_leaves_all_as_it_was(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    activity_id = an_activity(cast)

    def refuse(_event: OccurrenceChanged) -> None:
        raise Stale

    monkeypatch.setitem(events._handlers, OccurrenceChanged, [refuse])
    with pytest.raises(Stale):
        change(cast, dates_of(activity_id)[0], Scope.ALL, starts=time(10))
    assert starts(activity_id, 1) == ["11-24 14:00"]


def _quietly(deed: Callable[[], Any]) -> Callable[[], str]:
    def run() -> str:
        try:
            return str(execute(deed))
        except DomainError as refusal:
            return type(refusal).__name__

    return run


def test_a_cut_and_a_booking_at_once_never_leave_too_few_chairs(
    committed_app: Flask, committed_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = committed_cast
    monkeypatch.setitem(events._handlers, OccurrenceChanged, [])
    activity_id = an_activity(cast, replace(ONCE, capacity=2, wheelchair_places=0))
    (row,) = dates_of(activity_id)
    date_id, cut = row.id, wanted(row, capacity=1)
    seat(cast, date_id, cast.poul)
    seen = read(preview_date, cast.viggo, date_id, cut, Scope.THIS, now=NOW).mark

    outcomes = race(
        committed_app,
        HOME,
        _quietly(lambda: change_date(cast.viggo, date_id, cut, Scope.THIS, seen=seen, now=NOW)),
        _quietly(lambda: take_seat(cast.karen, date_id, cast.ellen, wheelchair=False, now=NOW)),
    )
    db.session.rollback()  # what was read before the race is seen no longer
    stored = dates_of(activity_id)[0]
    assert not outcomes.refusals
    assert (stored.capacity, stored.seats_taken) in [(1, 1), (2, 2)]
    assert (NoSeat.__name__ in outcomes.answers) == (stored.capacity == 1)


def test_a_place_is_found_again_by_its_name(cast: Cast) -> None:
    an_activity(cast)
    an_activity(cast, ONCE)
    with acting_for(HOME):
        assert len(list_places()) == 1
