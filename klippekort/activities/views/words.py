"""Activities and their dates as pages show them: codes and numbers turned to words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from babel.dates import format_date

from klippekort.activities.forms import ACCESS, KINDS, NTH, REASONS
from klippekort.activities.queries import Closed, OccurrenceFacts
from klippekort.activities.services import BelowBooked, Change, PlaceTaken
from klippekort.activities.services.series import rule_of
from klippekort.domain.activity_life import Existence, State, existence
from klippekort.domain.calendar import local_day
from klippekort.domain.recurrence import Pattern, Repeats, describe
from klippekort.platform.formatting import (
    Status,
    clock_time,
    day,
    first_up,
    full_day,
    kroner,
    moment,
    time_range,
)
from klippekort.platform.i18n import _, current_locale, ngettext


@dataclass(frozen=True)
class DateShown:
    """One date in words; `guests` are the first names of those with a seat."""

    id: UUID
    activity_id: UUID
    title: str
    kind: str
    place: str
    day: str
    starts_at_text: str
    ends_at_text: str
    price: str
    seats: str
    wheelchairs: str
    status: Status | None
    is_cancelled: bool
    has_begun: bool
    guests: tuple[str, ...] = ()
    note: str = ""
    host_id: UUID | None = None
    host: str = ""


def kind_words(code: str) -> str:
    """Return what kind an activity is; a kind without words of its own is something else."""
    return str(KINDS.get(code, KINDS["other"]))


def access_words(codes: Iterable[str]) -> list[str]:
    """Return what the place is like, in words."""
    return [str(words) for code, words in ACCESS.items() if code in codes]


def price_words(oere: int) -> str:
    """Return a price in kroner, or that it costs nothing."""
    return kroner(oere) if oere else str(_("Free"))


def nowhere_words() -> str:
    """Return what must be done before an activity that is held nowhere can be approved."""
    return str(_("Correct it first: write where it is held, and when."))


def place_words(activity: Any) -> str:
    """Return where an activity is held in the end; where nobody has said so, that."""
    place = activity.timing.place
    return where_words(place.name if place else "", activity.online_url)


def where_words(place: str | None, online_url: str | None) -> str:
    """Return a place's name, or that it is online, or that nobody has said where it is."""
    return place or str(_("Online") if online_url else _("Not said yet"))


def is_over(activity: Any, now: datetime, next_at: datetime | None) -> bool:
    """Say whether a published activity has begun and has no more dates."""
    is_published = activity.state == State.PUBLISHED
    return next_at is None and is_published and activity.first.from_on <= local_day(now)


def state_status(activity: Any, now: datetime, next_at: datetime | None) -> Status:
    """Return how far an activity is; one that is published yet has no more dates is over."""
    match State(activity.state):
        case State.PROPOSED:
            return Status(_("Waits for an answer"), "waiting", "clock")
        case State.APPROVED:
            return Status(_("Approved, waits for its host"), "waiting", "clock")
        case State.DECLINED:
            return Status(_("Declined"), "bad", "close")
        case State.CANCELLED:
            return Status(_("Cancelled"), "bad", "close")
        case State.ENDED:
            return Status(_("Over"), "neutral", "check")
    if is_over(activity, now, next_at):
        return Status(_("Over"), "neutral", "check")
    if existence(activity.confirm_by, local_day(now)) is Existence.HIDDEN:
        return Status(_("Hidden until somebody says it still exists"), "bad", "warning")
    return Status(_("On"), "good", "check")


def when_words(activity: Any) -> str:
    """Return when an activity is held in the end: a day, or how often with first and last day."""
    timing = activity.timing
    times = time_range(timing.starts, timing.ends)
    if timing.repeats == Repeats.ONCE:
        return f"{first_up(full_day(timing.from_on))}, {times}"
    often = often_words(describe(rule_of(timing, Closed())))
    first = _short(activity.first.from_on)
    if timing.last_on is None:
        return str(_("%(often)s, %(times)s, from %(first)s", often=often, times=times, first=first))
    return str(
        _(
            "%(often)s, %(times)s, from %(first)s to %(last)s",
            often=often,
            times=times,
            first=first,
            last=_short(timing.last_on),
        )
    )


def often_words(pattern: Pattern) -> str:
    """Return how often something is held, such as "Every Tuesday and Friday"."""
    days = listed([_weekday(day) for day in pattern.weekdays])
    if pattern.repeats is Repeats.WEEKLY:
        if pattern.every == 1:
            return str(_("Every %(weekday)s", weekday=days))
        return str(_("Every %(num)s weeks on %(weekday)s", num=pattern.every, weekday=days))
    if pattern.repeats is Repeats.MONTHLY_WEEKDAY:
        which = str(NTH[str(pattern.nth or 1)])
        words = _("%(which)s: %(weekday)s", which=which, weekday=days)
    elif pattern.misses_short_months:
        words = _("On day %(day)s of the months that have it", day=pattern.day_of_month)
    else:
        words = _("On day %(day)s of the month", day=pattern.day_of_month)
    if pattern.every == 1:
        return str(words)
    return str(_("%(what)s, every %(num)s months", what=words, num=pattern.every))


def rhythm_words(activity: Any) -> str:
    """Return how often something could go on: as before, or every week where it was held once."""
    timing = activity.timing
    if timing.repeats == Repeats.ONCE:
        return str(_("Every week, until a last day"))
    often = often_words(describe(rule_of(timing, Closed())))
    return str(_("%(often)s, until a last day", often=often))


def listed(words: list[str]) -> str:
    """Return words with commas between, and "and" before the last."""
    if len(words) < 2:
        return "".join(words)
    return str(_("%(most)s and %(last)s", most=", ".join(words[:-1]), last=words[-1]))


def _weekday(number: int) -> str:
    monday = date(2024, 1, 1)
    return format_date(monday + timedelta(days=number), "EEEE", locale=current_locale())


def next_words(next_at: datetime | None, now: datetime) -> str:
    """Return when something is held next, with its year where that is another; empty when never."""
    if next_at is None:
        return ""
    on = local_day(next_at)
    if on.year == local_day(now).year:
        return first_up(moment(next_at))
    return first_up(_("%(day)s at %(time)s", day=full_day(on), time=clock_time(next_at)))


def last_words(last_at: datetime | None) -> str:
    """Return when something was held last; empty when never."""
    return full_day(local_day(last_at)) if last_at is not None else ""


def clash_words(taken: PlaceTaken) -> str:
    """Return who else uses a place, and what to do about it."""
    first = taken.clashes[0]
    when = f"{full_day(local_day(first.starts_at))}, {clock_time(first.starts_at)}"
    return str(
        _(
            "%(place)s is used by %(title)s on %(when)s. Choose another time or place, or tick “We "
            "share the room”.",
            place=taken.place,
            title=first.title,
            when=when,
        )
    )


def held_words(at: datetime) -> str:
    """Return when the activity is held already."""
    when = f"{full_day(local_day(at))}, {clock_time(at)}"
    return str(_("The activity is held already on %(when)s. Choose another time.", when=when))


def below_words(short: BelowBooked) -> str:
    """Return how many have signed up at the date that would be too small."""
    when = full_day(local_day(short.starts_at))
    if short.is_wheelchairs:
        return ngettext(
            "%(num)s guest in a wheelchair comes on %(when)s. Write at least that many.",
            "%(num)s guests in wheelchairs come on %(when)s. Write at least that many.",
            short.booked,
            when=when,
        )
    return ngettext(
        "%(num)s guest has signed up for %(when)s. Write at least that many.",
        "%(num)s guests have signed up for %(when)s. Write at least that many.",
        short.booked,
        when=when,
    )


@dataclass(frozen=True)
class TouchedShown:
    """A date that a change touches, in words: before and after, and who is coming."""

    before: str
    after: str
    guests: tuple[str, ...]


def touched_shown(
    change: Change, guests: Mapping[UUID, tuple[str, ...]], now: datetime
) -> list[TouchedShown]:
    """Return the dates with guests that a change touches, by time."""
    touched = sorted((*change.moved, *change.cancelled), key=lambda one: one.starts_at)
    return [
        TouchedShown(
            before=first_up(_moment(one.starts_at, now)),
            after=_after(one.after, now),
            guests=guests.get(one.id, ()),
        )
        for one in touched
        if one.booked
    ]


def _after(values: Any, now: datetime) -> str:
    if values is None:
        return str(_("Cancelled"))
    start = first_up(_moment(values.starts_at, now))
    return f"{start}–{clock_time(values.ends_at)}"


def _moment(at: datetime, now: datetime) -> str:
    return f"{day(at, local_day(now))} {clock_time(at)}"


def _short(on: date) -> str:
    return format_date(on, "long", locale=current_locale())


def date_shown(facts: OccurrenceFacts, now: datetime, guests: tuple[str, ...] = ()) -> DateShown:
    """Return a date in words."""
    status = None
    if facts.is_cancelled:
        why = str(REASONS.get(facts.cancelled_reason or "", ""))
        words = _("Cancelled: %(reason)s", reason=why) if why else _("Cancelled")
        status = Status(words, "bad", "close")
    elif facts.seats_left == 0:
        status = Status(_("Full"), "neutral", "people")
    return DateShown(
        id=facts.id,
        activity_id=facts.activity_id,
        title=facts.title,
        kind=kind_words(facts.kind),
        place=where_words(facts.place, facts.online_url),
        day=first_up(day(facts.starts_at, local_day(now))),
        starts_at_text=clock_time(facts.starts_at),
        ends_at_text=clock_time(facts.ends_at),
        price=price_words(facts.price_oere),
        seats=ngettext("%(num)s seat left", "%(num)s seats left", facts.seats_left),
        wheelchairs=ngettext(
            "%(num)s wheelchair place left",
            "%(num)s wheelchair places left",
            facts.wheelchairs_left,
        ),
        status=status,
        is_cancelled=facts.is_cancelled,
        has_begun=facts.starts_at <= now,
        guests=guests,
        host_id=facts.host_id,
        host=facts.host_name or "",
        note=facts.note,
    )


def by_day(dates: list[DateShown]) -> list[tuple[str, list[DateShown]]]:
    """Return dates grouped under their day, in the order they came."""
    return [(name, list(found)) for name, found in groupby(dates, key=lambda one: one.day)]
