"""Dates of the programme as pages, paper and feeds tell them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from math import ceil
from uuid import UUID

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from klippekort.activities.forms import REASONS
from klippekort.activities.views.words import access_words, kind_words, price_words
from klippekort.domain.calendar import local, local_day
from klippekort.platform.formatting import Status, clock_time, day, first_up, full_day, time_range
from klippekort.platform.i18n import _, current_locale, ngettext, reader_language
from klippekort.programme.queries.listed import Listed

STEP = 500
"""Metres that a distance is told in: nearer would tell where somebody lives."""


@dataclass(frozen=True)
class DateShown:
    """One date in words; what there is nothing to say of is empty.

    `room` says only whether there is any; `seats` and `wheelchairs` how many, for staff.
    """

    id: UUID
    activity_id: UUID
    on: date
    title: str
    kind: str
    day: str
    starts: str
    ends: str
    when: str
    price: str
    place: str
    address: str
    access: tuple[str, ...]
    association: str
    note: str
    room: str
    seats: str
    wheelchairs: str
    status: Status | None


def date_shown(one: Listed, now: datetime, *, is_paper: bool = False) -> DateShown:
    """Return a date in words; on paper no day is called today."""
    today = None if is_paper else local_day(now)
    return DateShown(
        id=one.id,
        activity_id=one.activity_id,
        on=local_day(one.starts_at),
        title=one.title,
        kind=kind_words(one.kind),
        day=first_up(day(one.starts_at, today)),
        starts=clock_time(one.starts_at),
        ends=clock_time(one.ends_at),
        when=time_range(one.starts_at, one.ends_at),
        price=price_words(one.price_oere),
        place=place_words(one),
        address=address_words(one),
        access=tuple(access_words(one.access)),
        association=one.association,
        note=one.note,
        room=room_words(one, now),
        seats=ngettext("%(num)s seat left", "%(num)s seats left", max(0, one.seats_left)),
        wheelchairs=ngettext(
            "%(num)s wheelchair place left",
            "%(num)s wheelchair places left",
            max(0, one.wheelchairs_left),
        ),
        status=status_of(one),
    )


def status_of(one: Listed) -> Status | None:
    """Return what one must know before one goes: that it is cancelled, or full."""
    if one.is_cancelled:
        return Status(cancelled_words(one), "bad", "close")
    return Status(_("Full"), "neutral", "people") if one.is_full else None


def cancelled_words(one: Listed) -> str:
    """Return that a date is cancelled, and why where that was said."""
    why = str(REASONS.get(one.cancelled_reason or "", ""))
    return str(_("Cancelled: %(reason)s", reason=why) if why else _("Cancelled"))


def room_words(one: Listed, now: datetime) -> str:
    """Return whether one can still come along."""
    if one.is_full:
        return str(_("Full"))
    if one.sign_up_hours and now > one.starts_at - timedelta(hours=one.sign_up_hours):
        return str(_("Sign-up has ended"))
    return str(_("There is room"))


def place_words(one: Listed) -> str:
    """Return the name of the place, or that it is online."""
    return one.place or (str(_("Online")) if one.is_online else "")


def address_words(one: Listed) -> str:
    """Return street, postcode and town on one line."""
    parts = (one.address, f"{one.postcode} {one.town}".strip())
    return ", ".join(part for part in parts if part)


def language_words(code: str) -> str:
    """Return the name of a language in the reader's own."""
    known = current_locale().languages
    return first_up(str(known.get(code) or Locale.parse(code).get_display_name() or code))


def way_words(metres: int | None, *, is_near: bool) -> str:
    """Return how far away a place is, roundly and as the crow flies."""
    if metres is None:
        return str(_("In the same postcode")) if is_near else ""
    km = max(1, ceil(metres / STEP)) * STEP / 1000
    words = format_decimal(km if km < 5 else ceil(km), "0.#", locale=current_locale())
    return str(_("Within %(km)s km", km=words))


def week_words(first: date) -> str:
    """Return a week and its days: "Uge 53: 28. december 2026 – 3. januar 2027"."""
    last = first + timedelta(days=6)
    return str(
        _(
            "Week %(number)s, from %(first)s to %(last)s",
            number=first.isocalendar().week,
            first=day(first),
            last=full_day(last),
        )
    )


def weekday(on: date) -> str:
    """Return the day of the week: "Mandag"."""
    return first_up(format_date(on, "EEEE", locale=current_locale()))


def short_date(on: date) -> str:
    """Return a day for a narrow column: "23. nov."."""
    pattern = reader_language().short_day
    return format_date(on, pattern, locale=current_locale())


def plain(text: str) -> str:
    """Return a text without what no feed may hold: control characters, but for new lines."""
    return "".join(mark for mark in text if mark == "\n" or mark.isprintable())


def by_day(dates: Iterable[DateShown]) -> list[tuple[str, list[DateShown]]]:
    """Return dates grouped under their day, in the order they came."""
    return [(name, list(found)) for name, found in groupby(dates, key=lambda one: one.day)]


def local_words(at: datetime) -> str:
    """Return an instant with the offset of the Danish clock, as machines read it."""
    return local(at).isoformat(timespec="seconds")
