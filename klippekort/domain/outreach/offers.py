"""What minutes that lie unused could become: a real date, told as one would say it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from klippekort.domain.calendar import local_day, minutes_between


@dataclass(frozen=True)
class Coming:
    """A date to come with room: who hosts it where somebody does, and its minutes from door to
    door reckon `travel` both ways together.
    """

    occurrence_id: UUID
    activity_id: UUID
    title: str
    host: str | None
    starts_at: datetime
    ends_at: datetime
    seats: int
    wheelchairs: int
    travel: int = 0

    @property
    def minutes(self) -> int:
        """Return the minutes the whole outing takes."""
        return minutes_between(self.starts_at, self.ends_at) + self.travel


@dataclass(frozen=True)
class Become:
    """What minutes could become: an activity, its first date, and how many times it is enough for.

    `minutes` is what one time takes.
    """

    activity_id: UUID
    occurrence_id: UUID
    title: str
    host: str | None
    on: date
    times: int
    minutes: int


def could_become(
    minutes: int,
    dates: Iterable[Coming],
    *,
    until: date | None = None,
    needs_wheelchair: bool = False,
) -> Become | None:
    """Return what `minutes` are enough for through the day `until`, or None.

    The soonest date that fits decides; it is told as often as there are dates and minutes for.
    """
    fits = [
        one
        for one in dates
        if one.seats > 0
        and one.minutes <= minutes
        and (until is None or local_day(one.starts_at) <= until)
        and (one.wheelchairs > 0 or not needs_wheelchair)
    ]
    if not fits:
        return None
    first = min(fits, key=lambda one: (one.starts_at, one.occurrence_id))
    same = [one for one in fits if one.activity_id == first.activity_id]
    times = min(minutes // first.minutes if first.minutes else len(same), len(same))
    return Become(
        first.activity_id,
        first.occurrence_id,
        first.title,
        first.host,
        local_day(first.starts_at),
        times,
        first.minutes,
    )
