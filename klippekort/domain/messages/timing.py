"""When something may be sent: quiet hours, the daily cap, the post, and trying again."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from klippekort.domain.calendar import (
    ONE_DAY,
    instant,
    is_public_holiday,
    is_weekday,
    local,
    local_day,
)

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=15)
# Within four hours somebody has it to do: the worker's own rhythm is taken off.
GIVE_UP_AFTER = timedelta(hours=3, minutes=55)
POST_WEEKDAYS = 5
DAY_BEFORE = time(10)
LAPSE_DAYS = 14
CALL_AGAIN = timedelta(hours=2)
OFFICE_OPENS, OFFICE_CLOSES = time(8), time(16)


@dataclass(frozen=True)
class OpenHours:
    """The hours of the Danish day in which people may be disturbed."""

    opens: time = time(8)
    closes: time = time(20)

    def is_open(self, at: datetime) -> bool:
        """Say whether somebody may be disturbed at this instant."""
        return self.opens <= local(at).time() < self.closes

    def next_open(self, at: datetime) -> datetime:
        """Return the first instant from `at` on when somebody may be disturbed."""
        if self.is_open(at):
            return at
        day = local_day(at)
        if local(at).time() >= self.closes:
            day += ONE_DAY
        return instant(day, self.opens)

    def next_day(self, at: datetime) -> datetime:
        """Return when the next Danish day's hours begin."""
        return instant(local_day(at) + ONE_DAY, self.opens)

    def back(self, at: datetime, span: timedelta) -> datetime:
        """Return the instant since when people might be disturbed for so long, until `at`."""
        day = local_day(at)
        while True:
            opens, end = instant(day, self.opens), min(at, instant(day, self.closes))
            if span <= end - opens:
                return end - span
            span -= max(timedelta(), end - opens)
            day -= ONE_DAY


def send_at(
    now: datetime, hours: OpenHours, *, sent_today: int, cap: int, is_urgent: bool
) -> datetime:
    """Return when a message that is due may go: now, or later for the hours or the daily cap.

    What is urgent (a change, an offer) is not held back by the cap.
    """
    opens = hours.next_open(now)
    is_today = local_day(opens) == local_day(now)
    if is_today and not is_urgent and sent_today >= cap:
        return hours.next_day(now)
    return opens


def is_too_late(at: datetime, late_at: datetime | None) -> bool:
    """Say whether what would go at this time comes after it is of any use."""
    return late_at is not None and at >= late_at


def next_try(attempts: int, spread: float) -> timedelta:
    """Return how long to wait after so many tries; `spread` (0 to 1) keeps tries from crowding."""
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * int(2 ** min(attempts - 1, 12)))
    return pause * (0.5 + spread)


def post_arrives(now: datetime, late_at: datetime | None) -> bool:
    """Say whether a letter that is printed tomorrow comes in time: five weekdays by post."""
    return late_at is None or weekdays_after(local_day(now), POST_WEEKDAYS + 1) < local_day(late_at)


def weekdays_after(day: date, count: int) -> date:
    """Return the day that lies so many weekdays after `day`, holidays not counted."""
    while count:
        day += ONE_DAY
        count -= is_weekday(day)
    return day


def remind_at(starts_at: datetime, *, days: int = 1, at: time = DAY_BEFORE) -> datetime:
    """Return when somebody is reminded of a trip: so many days before, the Danish clock."""
    return instant(local_day(starts_at) - ONE_DAY * days, at)


def after_working_hours(begun: datetime, hours: int) -> datetime:
    """Return when an office has been open for so many hours since `begun`: weekdays from eight to
    four, not on public holidays.
    """
    left, day = timedelta(hours=hours), local_day(begun)
    while True:
        opens, closes = instant(day, OFFICE_OPENS), instant(day, OFFICE_CLOSES)
        start = max(begun, opens)
        if is_weekday(day) and not is_public_holiday(day) and start < closes:
            if left <= closes - start:
                return start + left
            left -= closes - start
        day += ONE_DAY


def ask_by_phone_at(sent_at: datetime, answer_by: datetime) -> datetime:
    """Return when a question that nobody has answered becomes a call: half-way to the deadline."""
    return sent_at + max(timedelta(0), (answer_by - sent_at) / 2)


def call_again_at(now: datetime, hours: OpenHours, late_at: datetime | None) -> datetime:
    """Return when somebody who was not at home is called again: two hours on, never too late."""
    again = hours.next_open(now + CALL_AGAIN)
    return now if is_too_late(again, late_at) else again
