"""Between the stored timings of an activity and the rules that make its dates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from klippekort.activities.models import Activity, Occurrence, Timing
from klippekort.activities.queries import Closed, closed_days, last_day
from klippekort.domain import recurrence
from klippekort.domain.calendar import local_day
from klippekort.domain.recurrence import OnHolidays, Repeats, Series, Slot, first_slot, slots_of
from klippekort.platform.ids import new_id

AHEAD = timedelta(weeks=13)
LOOKED = timedelta(days=731)
"""How far ahead it is looked whether somebody else uses the room."""


def rule_of(timing: Timing, closed: Closed) -> recurrence.Timing:
    """Return the rule of a timing, with the days its place is closed."""
    is_closed = timing.place_id in closed.on_holidays
    on_holidays = OnHolidays.SKIPPED if is_closed else OnHolidays(timing.on_holidays or "held")
    return recurrence.Timing(
        from_on=timing.from_on,
        starts=timing.starts,
        ends=timing.ends,
        repeats=Repeats(timing.repeats),
        every=timing.every or 1,
        weekdays=tuple(timing.weekdays or ()),
        nth=timing.nth,
        last_on=timing.last_on,
        on_holidays=on_holidays,
        skipped=frozenset(map(date.fromisoformat, timing.skipped or ())),
        closures=closed.spans.get(timing.place_id, ()) if timing.place_id else (),
    )


def series_of(timings: Sequence[Timing], closed: Closed | None = None) -> Series:
    """Return the rules of an activity; `closed` is read where it is not given."""
    if closed is None:
        closed = closed_days(timing.place_id for timing in timings)
    return tuple(rule_of(timing, closed) for timing in timings)


def next_in_rhythm(activity: Activity, now: datetime) -> date:
    """Return the first day after all that is planned on which an activity would be held if it went
    on as before: by its rule, or a week on where it was held once. It is never today or earlier.
    """
    last = max(activity.timing.from_on, last_day(activity.id) or activity.timing.from_on)
    after = max(last, local_day(now)) + timedelta(days=1)
    rule = replace(rule_of(activity.timing, Closed()), last_on=None)
    if rule.repeats is Repeats.ONCE:
        return after + timedelta(days=(last.weekday() - after.weekday()) % 7)
    found = first_slot((rule,), after)
    return local_day(found.starts_at) if found else after


def horizon(series: Series, today: date) -> date:
    """Return the day through which dates are made: 13 weeks ahead, and the next one however far
    away it lies.
    """
    through = today + AHEAD
    single = [timing.from_on for timing in series if timing.repeats is Repeats.ONCE]
    following = first_slot(series, today)
    nearest = [local_day(following.starts_at)] if following else []
    return max([through, *single, *nearest])


def new_dates(
    activity: Activity, timings: Mapping[int, Timing], slots: Iterable[Slot], now: datetime
) -> list[Occurrence]:
    """Return slots as dates that are not stored yet; `timings` by their number in the series."""
    return [
        Occurrence(
            id=new_id(),
            activity_id=activity.id,
            host_id=activity.host_id,
            original_start=slot.key,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            capacity=timings[slot.timing].capacity,
            wheelchair_places=timings[slot.timing].wheelchair_places,
            place_id=timings[slot.timing].place_id,
            note="",
            revised_at=now,
        )
        for slot in slots
    ]


def is_going_on(activity: Activity, now: datetime) -> bool:
    """Say whether a published activity will make another date by itself after all it has."""
    after = max(last_day(activity.id) or local_day(now), local_day(now)) + timedelta(days=1)
    return activity.state == "published" and bool(first_slot(series_of(activity.timings), after))


def dates_to_check(
    activity: Activity, timings: Sequence[Timing], now: datetime
) -> list[Occurrence]:
    """Return all dates of the next two years that a rule means, as rows that are never stored: what
    is to be held against what others hold in the same rooms.
    """
    series, today = series_of(timings), local_day(now)
    through = max(today + LOOKED, horizon(series, today))
    slots = slots_of(series, today, through)
    return new_dates(activity, dict(enumerate(timings)), slots, now)


def dates_ahead(
    activity: Activity, timings: Sequence[Timing], now: datetime, closed: Closed | None = None
) -> list[Occurrence]:
    """Return the dates an activity is to have from today on, as rows that are not stored yet."""
    series, numbered = series_of(timings, closed), dict(enumerate(timings))
    today = local_day(now)
    slots = slots_of(series, today, horizon(series, today))
    return new_dates(activity, numbered, slots, now)
