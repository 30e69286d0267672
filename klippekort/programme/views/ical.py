"""Dates as a calendar that telephones and computers subscribe to.

Times are in UTC: each date is an event of its own and repeats by no rule, so the instant says all,
and no reader needs to know our summer time, or to have it right.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, timedelta
from functools import lru_cache
from uuid import UUID

from icalendar import STATUS, Calendar, Event

from klippekort.activities.views.words import access_words, kind_words, price_words
from klippekort.platform.formatting import phone
from klippekort.platform.i18n import _
from klippekort.programme.queries.listed import Listed
from klippekort.programme.views.answering import whole_url
from klippekort.programme.views.words import address_words, cancelled_words, place_words, plain

MADE_BY = "-//Klippekort//Programme//DA"
ASKED_AGAIN = timedelta(hours=1)
_END = b"END:VCALENDAR"


def calendar(
    dates: Iterable[Listed], *, own_id: UUID, name: str, slug: str, number: str | None, url: str
) -> bytes:
    """Return a whole calendar file.

    `own_id` is the calendar's own for ever, `number` the municipality's telephone, `url` the page
    that the calendar belongs to.
    """
    whole = Calendar.new(
        prodid=MADE_BY,
        method="PUBLISH",
        language="da",
        name=" ".join(plain(name).split()),
        uid=own_id,
        url=url,
        refresh_interval=ASKED_AGAIN,
    )
    # RFC 7986 wants the kind of value said, which the library leaves out.
    whole["REFRESH-INTERVAL"].params["VALUE"] = "DURATION"
    # Outlook knows the interval by this older name.
    whole.add("X-PUBLISHED-TTL", "PT1H")
    begun, end, rest = whole.to_ical().rpartition(_END)
    # How many chairs are left is not told, and must not make every event be drawn anew.
    told = (replace(one, seats_left=0, wheelchairs_left=0) for one in dates)
    events = (_drawn(one, slug, number, _page(one, slug)) for one in told)
    return b"".join((begun, *events, end, rest))


def uid(one: Listed, slug: str) -> str:
    """Return what names a date in every calendar for ever, whatever is changed of it."""
    return f"{one.id}@{slug}.klippekort"


def _page(one: Listed, slug: str) -> str:
    return whole_url("programme.activity", slug=slug, activity_id=one.activity_id)


@lru_cache(maxsize=8192)
def _drawn(one: Listed, slug: str, number: str | None, page: str) -> bytes:
    """Return an event as it stands in the file; drawing one takes the library two milliseconds."""
    drawn: bytes = _event(one, slug, number, page).to_ical()
    return drawn


def _event(one: Listed, slug: str, number: str | None, page: str) -> Event:
    touched = one.touched_at.astimezone(UTC)
    where = (place_words(one), address_words(one))
    title = _("Cancelled: %(title)s", title=one.title) if one.is_cancelled else one.title
    event = Event.new(
        uid=uid(one, slug),
        summary=plain(title),
        start=one.starts_at.astimezone(UTC),
        end=one.ends_at.astimezone(UTC),
        stamp=touched,
        last_modified=touched,
        sequence=one.sequence,
        status=STATUS.CANCELLED if one.is_cancelled else STATUS.CONFIRMED,
        location=plain(", ".join(part for part in where if part)),
        description=plain(_description(one, number)),
        categories=[kind_words(one.kind)],
        url=page,
    )
    if one.point is not None:
        event.add("geo", (one.point.latitude, one.point.longitude))
    return event


def _description(one: Listed, number: str | None) -> str:
    """Return what there is to know on lines of their own; a number to call comes last."""
    lines = [
        cancelled_words(one) if one.is_cancelled else "",
        one.note,
        one.description,
        _("Price: %(price)s", price=price_words(one.price_oere)),
        ", ".join(access_words(one.access)),
        _("Bring: %(what)s", what=one.bring) if one.bring else "",
        _("Call %(phone)s if you would like to come.", phone=phone(number)) if number else "",
    ]
    return "\n".join(line for line in lines if line)
