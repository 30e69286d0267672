"""Feeds that calendars and news readers subscribe to. They speak Danish, whoever asks."""

from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from flask.typing import ResponseReturnValue

from klippekort.domain.calendar import day_span, local_day
from klippekort.platform import clock
from klippekort.platform.auth import public
from klippekort.platform.i18n import force_locale
from klippekort.platform.languages import LOCALES
from klippekort.programme.queries import listed
from klippekort.programme.queries.listed import Listed
from klippekort.programme.views import atom, ical
from klippekort.programme.views.answering import enter, kept, whole_url
from klippekort.programme.views.blueprint import bp

BACK, AHEAD = timedelta(weeks=4), timedelta(weeks=13)
CALENDAR = "text/calendar; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"
QUARTER = 15 * 60


def _span(now: datetime) -> tuple[datetime, datetime]:
    """Return four weeks back and a quarter ahead, by whole days: so a feed stays the same till
    midnight.
    """
    today = local_day(now)
    return day_span(today - BACK)[0], day_span(today + AHEAD)[1]


@bp.get("/program/<slug>/kalender.ics")
@public
def calendar(slug: str) -> ResponseReturnValue:
    """Give a calendar of all that is on."""
    home = enter(slug)
    now = clock.now()
    dates = listed.list_between(*_span(now), now=now)
    page = whole_url("programme.programme", slug=slug)
    return _calendar(home, dates, uuid5(NAMESPACE_URL, f"klippekort:{slug}"), home.name, page)


@bp.get("/program/<slug>/aktivitet/<uuid:activity_id>/kalender.ics")
@public
def activity_calendar(slug: str, activity_id: UUID) -> ResponseReturnValue:
    """Give a calendar of one activity."""
    home = enter(slug)
    title = listed.get_title(activity_id)
    now = clock.now()
    dates = listed.list_activity(activity_id, *_span(now), now=now)
    page = whole_url("programme.activity", slug=slug, activity_id=activity_id)
    return _calendar(home, dates, activity_id, title, page)


def _calendar(
    home: Any, dates: list[Listed], own_id: UUID, name: str, page: str
) -> ResponseReturnValue:
    with force_locale(LOCALES["da"]):
        drawn = ical.calendar(
            dates, own_id=own_id, name=name, slug=home.slug, number=home.phone, url=page
        )
    return _kept(drawn, CALENDAR, dates)


@bp.get("/program/<slug>/nyt.atom")
@public
def news(slug: str) -> ResponseReturnValue:
    """Give what is new, changed and cancelled."""
    home, now = enter(slug), clock.now()
    dates = listed.list_between(now, _span(now)[1])
    addresses = atom.Addresses(
        feed=whole_url("programme.news", slug=slug),
        page=whole_url("programme.programme", slug=slug),
        of_activity={
            one.activity_id: whole_url("programme.activity", slug=slug, activity_id=one.activity_id)
            for one in dates
        },
    )
    with force_locale(LOCALES["da"]):
        found = atom.entries(dates)
        drawn = atom.feed(found, name=home.name, slug=slug, addresses=addresses)
    return _kept(drawn, ATOM, dates)


def _kept(drawn: bytes, media_type: str, dates: list[Listed]) -> ResponseReturnValue:
    touched = max((one.touched_at for one in dates), default=None)
    return kept(drawn, media_type, seconds=QUARTER, touched_at=touched)
