"""What hosting is: who hosts a date, what a host may see and until when, and the year's thanks."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from statistics import median
from uuid import UUID

from klippekort.domain.calendar import local
from klippekort.domain.volunteering import Task


class HostRole(StrEnum):
    """What a volunteer offers or is asked to do."""

    HOST = "host"
    GO_ALONG = "go_along"
    DRIVER = "driver"


class OfferState(StrEnum):
    """Where an offer or a question is. It is `covered` when somebody else said yes first."""

    OFFERED = "offered"
    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    COVERED = "covered"


class SearchState(StrEnum):
    """Where the search for somebody else is."""

    OPEN = "open"
    COVERED = "covered"
    UNANSWERED = "unanswered"
    CLOSED = "closed"


class Word(StrEnum):
    """What host and staff tell each other of a guest: codes, so that no illness slips in."""

    MISSED = "missed"
    GOOD_TIME = "good_time"
    WANTED_BACK = "wanted_back"
    ASKED_FOR_TALK = "asked_for_talk"
    LOVE_BACK = "love_back"
    CANNOT_COME = "cannot_come"


class Need(StrEnum):
    """What a guest needs at the place: all a host learns of aids."""

    WHEELCHAIR_PLACE = "wheelchair_place"
    ROOM_FOR_WALKER = "room_for_walker"
    HEARS_BADLY = "hears_badly"
    SEES_BADLY = "sees_badly"


class Milestone(StrEnum):
    """What there is to say thank you for."""

    YEARS = "years"
    TIMES = "times"


TASK_OF: Mapping[HostRole, Task] = {
    HostRole.HOST: Task.HOST,
    HostRole.GO_ALONG: Task.GO_ALONG,
    HostRole.DRIVER: Task.DRIVE,
}
FROM_HOST = (Word.MISSED, Word.GOOD_TIME, Word.WANTED_BACK, Word.ASKED_FOR_TALK)
TO_HOST = (Word.LOVE_BACK, Word.CANNOT_COME)
SEES_FOR = timedelta(days=14)
"""How long after a date its host sees who was to come, where the log is not confirmed sooner."""
MOST_KM = 500
LEAST_WEEKS = 4
"""How many weeks it takes to know what is usual for somebody."""
YEARS = frozenset({1, *range(5, 101, 5)})
TIMES = (10, 25, 50, 100, 250, 500, 1000)
_PARTS = ((time(12), "morning"), (time(17), "afternoon"))
# Parts of the words for aids in Danish care records, and what each asks of a place.
_AIDS = {
    "rollator": Need.ROOM_FOR_WALKER,
    "gangstativ": Need.ROOM_FOR_WALKER,
    "gangvogn": Need.ROOM_FOR_WALKER,
    "høre": Need.HEARS_BADLY,
    "syn": Need.SEES_BADLY,
    "mobilitystok": Need.SEES_BADLY,
}


def may_see_guests(now: datetime, ended_at: datetime, confirmed_at: datetime | None) -> bool:
    """Say whether a host may see who comes: until the log is confirmed, and at most 14 days after.

    A log that is confirmed before the end closes nothing until the end.
    """
    until = ended_at + SEES_FOR
    if confirmed_at is not None:
        until = min(until, max(confirmed_at, ended_at))
    return now < until


def call_names(people: Iterable[tuple[UUID, str, str]]) -> dict[UUID, str]:
    """Return what each of these people (id, called, last name) is called among each other.

    Two alike get as many letters of the last name as it takes to tell them apart.
    """
    found = list(people)
    names: dict[UUID, str] = {}
    for person, called, last in found:
        alike = [other for one, name, other in found if name == called and one != person]
        names[person] = f"{called} {_initials(last, alike)}" if alike else called
    return names


def _initials(last: str, others: Sequence[str]) -> str:
    for length in range(1, len(last)):
        if not any(other.startswith(last[:length]) for other in others):
            return f"{last[:length]}."
    return last


def needs_at_place(aids: Iterable[str], *, takes_wheelchair_place: bool) -> tuple[Need, ...]:
    """Return what the place must be ready for; aids that change nothing there are left out."""
    found = {need for aid in aids for part, need in _AIDS.items() if part in aid.casefold()}
    if takes_wheelchair_place:
        found.add(Need.WHEELCHAIR_PLACE)
    return tuple(need for need in Need if need in found)


def part_of_day(starts_at: datetime) -> str:
    """Return the part of the Danish day in which something begins, as volunteers tell theirs."""
    at = local(starts_at).time()
    return next((part for ends, part in _PARTS if at < ends), "evening")


def has_time(starts_at: datetime, weekdays: Collection[int], parts: Collection[str]) -> bool:
    """Say whether something begins when a volunteer has time; who has told none has all."""
    is_day = not weekdays or local(starts_at).weekday() in weekdays
    return is_day and (not parts or part_of_day(starts_at) in parts)


def mileage_oere(km: int, rate_oere: int) -> int:
    """Return what so many kilometres are worth, in øre.

    Raises ValueError for a distance nobody drives in a day.
    """
    if not 0 < km <= MOST_KM:
        raise ValueError(f"{km} km")
    return km * rate_oere


@dataclass(frozen=True)
class Done:
    """A time somebody hosted: when, for how many minutes, and how many guests came."""

    on: date
    minutes: int
    guests: int


@dataclass(frozen=True)
class Paid:
    """An expense that was approved, in øre; `km` are 0 where it was not for driving."""

    oere: int
    km: int = 0


@dataclass(frozen=True)
class Thanks:
    """Something to say thank you for: so many years, or so many times."""

    kind: Milestone
    number: int


@dataclass(frozen=True)
class Statement:
    """A volunteer's year: what they gave, what they got back, and what there is to celebrate."""

    year: int
    times: int
    minutes: int
    guests: int
    expense_oere: int
    km: int
    mileage_oere: int
    thanks: tuple[Thanks, ...]


def statement(year: int, since: date, done: Iterable[Done], paid: Iterable[Paid]) -> Statement:
    """Return a volunteer's statement of a year; `done` is all they ever did, `paid` the year's."""
    all_done, got = list(done), list(paid)
    of_year = [one for one in all_done if one.on.year == year]
    before = sum(1 for one in all_done if one.on.year < year)
    return Statement(
        year=year,
        times=len(of_year),
        minutes=sum(one.minutes for one in of_year),
        guests=sum(one.guests for one in of_year),
        expense_oere=sum(one.oere for one in got if not one.km),
        km=sum(one.km for one in got),
        mileage_oere=sum(one.oere for one in got if one.km),
        thanks=thanks(year, since, before, before + len(of_year)),
    )


def thanks(year: int, since: date, times_before: int, times_now: int) -> tuple[Thanks, ...]:
    """Return what there is to celebrate in a year: round years, and round numbers of times."""
    years = year - since.year
    found = [Thanks(Milestone.YEARS, years)] if years in YEARS else []
    found += [Thanks(Milestone.TIMES, one) for one in TIMES if times_before < one <= times_now]
    return tuple(found)


def weeks_of(days: Iterable[date], today: date, weeks: int) -> tuple[int, ...]:
    """Return how many of these days lie in each of the whole weeks before this one, latest last."""
    monday = today - timedelta(days=today.weekday())
    counted = Counter((monday - day).days for day in days if day < monday)
    return tuple(
        sum(number for ago, number in counted.items() if 7 * (back - 1) < ago <= 7 * back)
        for back in range(weeks, 0, -1)
    )


def usual_of(weeks: Sequence[int]) -> float | None:
    """Return how many times a week somebody usually gives, None while too few weeks tell.

    `weeks` are whole weeks, the latest last; those before they began are left out.
    """
    began = next((number for number, times in enumerate(weeks) if times), len(weeks))
    known = weeks[began:]
    return float(median(known)) if len(known) >= LEAST_WEEKS else None
