"""Activities and their dates as pages show them: codes and numbers turned to words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from babel.dates import format_date

from klippekort.activities.forms import ACCESS, KINDS, REASONS
from klippekort.activities.queries import Guest, OccurrenceFacts
from klippekort.domain.calendar import local_day
from klippekort.domain.scheduling import Repeats
from klippekort.platform.formatting import (
    Status,
    clock_time,
    day,
    full_day,
    kroner,
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


def kind_words(code: str) -> str:
    """Return what kind an activity is; a kind without words of its own is something else."""
    return str(KINDS.get(code, KINDS["other"]))


def access_words(codes: Iterable[str]) -> list[str]:
    """Return what the place is like, in words."""
    return [str(words) for code, words in ACCESS.items() if code in codes]


def price_words(oere: int) -> str:
    """Return a price in kroner, or that it costs nothing."""
    return kroner(oere) if oere else str(_("Free"))


def first_up(text: str) -> str:
    """Return a text with its first letter large."""
    return text[:1].upper() + text[1:]


def is_over(activity: Any, now: datetime, next_at: datetime | None) -> bool:
    """Say whether an approved activity has begun and has no more dates."""
    return next_at is None and activity.state == "approved" and activity.first_on <= local_day(now)


def state_status(activity: Any, now: datetime, next_at: datetime | None) -> Status:
    """Return how far an activity is; one that is approved yet has no more dates is over."""
    if activity.state == "proposed":
        return Status(_("Waits for an answer"), "waiting", "clock")
    if activity.state == "declined":
        return Status(_("Declined"), "bad", "close")
    if is_over(activity, now, next_at):
        return Status(_("Over"), "neutral", "check")
    return Status(_("Approved"), "good", "check")


def when_words(activity: Any) -> str:
    """Return when an activity is held: a day, or a weekday with its first and last day."""
    times = time_range(activity.starts, activity.ends)
    if activity.repeats == Repeats.ONCE:
        return f"{first_up(full_day(activity.first_on))}, {times}"
    weekday = format_date(activity.first_on, "EEEE", locale=current_locale())
    if activity.last_on is None:
        return str(
            _(
                "Every %(weekday)s, %(times)s, from %(first)s",
                weekday=weekday,
                times=times,
                first=_short(activity.first_on),
            )
        )
    return str(
        _(
            "Every %(weekday)s, %(times)s, from %(first)s to %(last)s",
            weekday=weekday,
            times=times,
            first=_short(activity.first_on),
            last=_short(activity.last_on),
        )
    )


def _short(on: date) -> str:
    return format_date(on, "long", locale=current_locale())


def date_shown(facts: OccurrenceFacts, now: datetime, guests: Iterable[Guest] = ()) -> DateShown:
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
        place=facts.place,
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
        guests=tuple(guest_words(guest) for guest in guests),
    )


def guest_words(guest: Guest) -> str:
    """Return a guest's first name, and what the place must be ready for."""
    if guest.needs_wheelchair:
        return str(_("%(name)s (wheelchair)", name=guest.first_name))
    return guest.first_name


def by_day(dates: list[DateShown]) -> list[tuple[str, list[DateShown]]]:
    """Return dates grouped under their day, in the order they came."""
    return [(name, list(found)) for name, found in groupby(dates, key=lambda one: one.day)]
