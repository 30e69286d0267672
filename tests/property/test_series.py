"""Series: what must hold whatever the rule."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from klippekort.domain.calendar import (
    instant,
    is_public_holiday,
    local,
    monday,
    public_holidays,
)
from klippekort.domain.recurrence import (
    Closure,
    OnHolidays,
    Repeats,
    Timing,
    cut,
    ended,
    first_slot,
    never_occurs,
    slots_of,
)
from klippekort.domain.series import Existing, Plan, Within, moved_rule, replan

# Both changes of the clocks, week 53, and the leap day of 2028 lie within.
DAYS = st.dates(date(2026, 9, 1), date(2028, 4, 1))
NIGHTS = st.sampled_from([time(1, 30), time(2), time(2, 30), time(2, 59), time(3), time(3, 15)])
CLOCKS = NIGHTS | st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0))
CLOSURES = st.builds(
    lambda first, length: Closure(first, first + timedelta(days=length)), DAYS, st.integers(0, 40)
)
TIMINGS = st.builds(
    Timing,
    from_on=DAYS,
    starts=CLOCKS,
    ends=CLOCKS,
    repeats=st.sampled_from(Repeats),
    every=st.integers(1, 6),
    weekdays=st.lists(st.integers(0, 6), max_size=7, unique=True).map(tuple),
    nth=st.sampled_from([1, 2, 3, 4, -1]),
    last_on=st.none() | DAYS,
    on_holidays=st.sampled_from(OnHolidays),
    skipped=st.frozensets(DAYS, max_size=5),
    closures=st.lists(CLOSURES, max_size=2).map(tuple),
)
SERIES = st.lists(TIMINGS, min_size=1, max_size=3, unique_by=lambda timing: timing.from_on).map(
    lambda timings: tuple(sorted(timings, key=lambda timing: timing.from_on))
)
REACHES = st.sampled_from(Within)
FIRST, THROUGH = date(2026, 9, 1), date(2028, 6, 1)
# The table of holidays takes longer to load the first time than one example may take.
public_holidays(FIRST.year)
MISSING = {date(2027, 3, 28), date(2028, 3, 26)}


def day_of(key: str) -> date:
    return date.fromisoformat(key[:10])


def standing(series, fixed) -> list[Existing]:
    """The dates of a series, of which every so many may not be touched."""
    return [
        Existing(UUID(int=n), slot.key, slot.starts_at, slot.ends_at, n % 5 in fixed)
        for n, slot in enumerate(slots_of(series, FIRST, FIRST + timedelta(days=150)))
    ]


def carried_out(existing: list[Existing], plan: Plan) -> list[Existing]:
    """The dates after a plan: what was retired is cancelled, and so fixed."""
    slots = {pair.id: pair.slot for pair in (*plan.kept, *plan.moved)}
    keys = {pair.id: pair.slot.key for pair in plan.answered}
    after = [
        Existing(one.id, slots[one.id].key, slots[one.id].starts_at, slots[one.id].ends_at)
        if one.id in slots
        else replace(one, key=keys.get(one.id, one.key), is_fixed=True)
        for one in existing
    ]
    made = [
        Existing(UUID(int=10**6 + n), slot.key, slot.starts_at, slot.ends_at)
        for n, slot in enumerate(plan.added)
    ]
    return after + made


@given(series=SERIES, middle=DAYS)
def test_rolling_generation_makes_what_one_go_makes(series, middle):
    at_once = list(slots_of(series, FIRST, THROUGH))
    rolling = [
        *slots_of(series, FIRST, middle),
        *slots_of(series, middle + timedelta(days=1), THROUGH),
    ]
    assert rolling == at_once


@given(series=SERIES)
def test_a_key_names_one_slot(series):
    keys = [slot.key for slot in slots_of(series, FIRST, THROUGH)]
    assert len(keys) == len(set(keys))


@given(series=SERIES)
def test_slots_come_by_day_and_end_after_they_start(series):
    slots = list(slots_of(series, FIRST, THROUGH))
    assert all(day_of(early.key) < day_of(late.key) for early, late in pairwise(slots))
    assert all(slot.starts_at < slot.ends_at for slot in slots)


@given(series=SERIES)
def test_a_start_is_what_the_clock_on_the_wall_says(series):
    for slot in slots_of(series, FIRST, THROUGH):
        wall = datetime.fromisoformat(slot.key)
        shown = local(slot.starts_at).replace(tzinfo=None)
        is_missing = wall.date() in MISSING and wall.hour == 2
        assert shown == wall + timedelta(hours=1 if is_missing else 0)


@given(timing=TIMINGS)
def test_an_end_is_what_the_clock_says_outside_the_nights_of_change(timing):
    for slot in slots_of((timing,), FIRST, THROUGH):
        day = day_of(slot.key) + timedelta(days=int(timing.ends_next_day))
        # One that would end before it starts keeps its length instead: only in the missing hour.
        if day not in MISSING:
            assert slot.ends_at == instant(day, timing.ends)


@given(series=SERIES)
def test_every_slot_obeys_the_timing_it_came_from(series):
    for slot in slots_of(series, FIRST, THROUGH):
        timing, day = series[slot.timing], day_of(slot.key)
        assert timing.from_on <= day <= (timing.last_on or THROUGH)
        assert day not in timing.skipped
        assert not any(gone.from_on <= day <= gone.until_on for gone in timing.closures)
        assert timing.on_holidays is OnHolidays.HELD or not is_public_holiday(day)


@given(timing=TIMINGS)
def test_no_day_that_fits_is_left_out(timing):
    """The weekly rule told another way: day by day."""
    weekly = replace(timing, repeats=Repeats.WEEKLY, skipped=frozenset(), closures=())
    weekly = replace(weekly, on_holidays=OnHolidays.HELD, last_on=None)
    wanted = set(weekly.weekdays) or {weekly.from_on.weekday()}
    through = weekly.from_on + timedelta(days=120)
    expected = [
        day
        for day in (weekly.from_on + timedelta(days=n) for n in range(121))
        if day.weekday() in wanted
        and (monday(day) - monday(weekly.from_on)).days // 7 % weekly.every == 0
    ]
    assert [day_of(s.key) for s in slots_of((weekly,), weekly.from_on, through)] == expected


@given(timing=TIMINGS)
def test_the_same_day_of_the_month_comes_in_every_month_that_has_it(timing):
    rule = replace(timing, repeats=Repeats.MONTHLY_DAY, every=1, skipped=frozenset(), closures=())
    rule = replace(rule, on_holidays=OnHolidays.HELD, last_on=None)
    through = rule.from_on + timedelta(days=400)
    days = [day_of(slot.key) for slot in slots_of((rule,), rule.from_on, through)]
    every_day = [rule.from_on + timedelta(days=n) for n in range(401)]
    assert days == [day for day in every_day if day.day == rule.from_on.day]


@given(series=SERIES)
def test_a_series_with_a_date_occurs(series):
    found = list(slots_of(series, FIRST, THROUGH))
    assert not (never_occurs(series) and found)
    if found:
        assert first_slot(series) == found[0]


@given(series=SERIES, at=DAYS, new=TIMINGS)
def test_a_cut_changes_nothing_before_it(series, at, new):
    new = replace(new, from_on=max(at, new.from_on))
    before = list(slots_of(series, FIRST, at - timedelta(days=1)))
    after = list(slots_of(cut(series, at, new), FIRST, at - timedelta(days=1)))
    assert [slot.key for slot in after] == [slot.key for slot in before]


@given(series=SERIES, at=DAYS)
def test_an_ended_series_is_the_series_until_its_end(series, at):
    before = [slot.key for slot in slots_of(series, FIRST, at)]
    assert [slot.key for slot in slots_of(ended(series, at), FIRST, THROUGH)] == before


@given(old=SERIES, new=SERIES, reach=REACHES, fixed=st.frozensets(st.integers(0, 4), max_size=3))
def test_planning_again_changes_nothing(old, new, reach, fixed):
    existing = standing(old, fixed)
    slots = list(slots_of(new, FIRST, FIRST + timedelta(days=150)))
    again = replan(carried_out(existing, replan(existing, slots, reach)), slots, reach)
    assert (again.moved, again.added, again.retired, again.answered) == ((), (), (), ())


@given(old=SERIES, new=SERIES, reach=REACHES, fixed=st.frozensets(st.integers(0, 4), max_size=3))
def test_every_slot_is_filled_once_and_no_date_is_lost(old, new, reach, fixed):
    existing = standing(old, fixed)
    slots = list(slots_of(new, FIRST, FIRST + timedelta(days=150)))
    plan = replan(existing, slots, reach)
    after = carried_out(existing, plan)
    keys = [one.key for one in after]
    assert {slot.key for slot in slots} <= set(keys)
    named = [*(pair.id for pair in (*plan.kept, *plan.moved)), *plan.retired]
    assert sorted(named) == sorted(one.id for one in existing if not one.is_fixed)


@given(old=SERIES, new=SERIES, reach=REACHES, fixed=st.frozensets(st.integers(0, 4), max_size=3))
def test_what_is_fixed_keeps_its_time(old, new, reach, fixed):
    existing = standing(old, fixed)
    slots = list(slots_of(new, FIRST, FIRST + timedelta(days=150)))
    after = {one.id: one for one in carried_out(existing, replan(existing, slots, reach))}
    for one in existing:
        if one.is_fixed:
            assert (after[one.id].starts_at, after[one.id].ends_at) == (one.starts_at, one.ends_at)


@given(series=SERIES, later=st.integers(1, 90))
def test_a_new_hour_loses_nobody(series, later):
    existing = standing(series, frozenset())
    moved = tuple(
        replace(timing, starts=time(timing.starts.hour, (timing.starts.minute + later) % 60))
        for timing in series
    )
    slots = slots_of(moved, FIRST, FIRST + timedelta(days=150))
    assert replan(existing, slots, Within.WEEK).retired == ()


@given(timing=TIMINGS, shift=st.integers(-6, 6), later=st.integers(0, 3))
def test_a_rule_that_moves_a_date_puts_it_where_it_was_moved_to(timing, shift, later):
    rule = replace(timing, skipped=frozenset(), closures=(), last_on=None)
    rule = replace(rule, on_holidays=OnHolidays.HELD)
    through = rule.from_on + timedelta(days=900)
    days = [day_of(slot.key) for slot in slots_of((rule,), rule.from_on, through)]
    of = days[min(later, len(days) - 1)]
    first = monday(of) if rule.repeats is Repeats.WEEKLY else of.replace(day=1)
    to = of + timedelta(days=shift)
    if (to < first) or (rule.repeats is Repeats.WEEKLY and to > first + timedelta(days=6)):
        to = of
    if rule.repeats is not Repeats.WEEKLY and to.month != of.month:
        to = of
    moved = moved_rule(rule, of, to, of)
    held = [day_of(slot.key) for slot in slots_of((moved,), min(of, to), through)]
    assert to in held
    assert moved.from_on <= to
