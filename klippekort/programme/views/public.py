"""The programme of a municipality, open to all and without a log-in."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from klippekort.activities.forms import KINDS
from klippekort.activities.views.words import access_words, price_words
from klippekort.domain.calendar import day_span, iso_week, local_day, monday
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import public
from klippekort.platform.formatting import day, phone
from klippekort.platform.i18n import _, other_languages
from klippekort.programme.forms import PublicForm
from klippekort.programme.queries import listed
from klippekort.programme.queries.listed import Listed
from klippekort.programme.queries.telling import may_tell
from klippekort.programme.services.finding import Wanted, search
from klippekort.programme.views import words
from klippekort.programme.views.answering import (
    DAY,
    enter,
    in_asked_language,
    kept,
    public_url,
)
from klippekort.programme.views.blueprint import bp
from klippekort.programme.views.structured import events

SHOWN = timedelta(weeks=1)
FURTHEST = timedelta(weeks=13)
SEARCHED = timedelta(weeks=8)
MOST_SHOWN = 120
HTML = "text/html; charset=utf-8"


@bp.get("/program/<slug>")
@public
@in_asked_language
def programme(slug: str) -> ResponseReturnValue:
    """Tell what is on in seven days, or what answers a search in eight weeks."""
    home, now, form = enter(slug), clock.now(), PublicForm(request.args)
    form.offer()
    first = _first_day(local_day(now))
    is_narrowed = bool(form.q.data or form.kinds)
    span = SEARCHED if is_narrowed else SHOWN
    coming = listed.list_between(max(now, day_span(first)[0]), day_span(first + span)[0])
    wanted = Wanted(query=form.q.data or "", kinds=form.kinds)
    found = search(coming, wanted, {code: str(word) for code, word in KINDS.items()})
    dates = [one.date for one in found][:MOST_SHOWN]
    page = render_template(
        "programme/public.html",
        **_around(home, now, "programme.programme", slug=slug),
        form=form,
        is_narrowed=is_narrowed,
        may_tell=may_tell(),
        days=words.by_day([words.date_shown(one, now) for one in dates]),
        structured=events(dates, home, now),
        span=_span_words(first, first + span - timedelta(days=1)),
        **_turning(slug, first, local_day(now), is_narrowed),
    )
    return kept(page, HTML)


@bp.get("/program/<slug>/aktivitet/<uuid:activity_id>")
@public
@in_asked_language
def activity(slug: str, activity_id: UUID) -> ResponseReturnValue:
    """Tell of one activity and its coming dates; one that is over says so."""
    home, now = enter(slug), clock.now()
    title = listed.get_title(activity_id)
    dates = listed.list_activity(activity_id, now, now + FURTHEST)
    around = _around(home, now, "programme.activity", slug=slug, activity_id=activity_id)
    standing = [one for one in dates if not one.is_cancelled]
    page = render_template(
        "programme/activity.html",
        **around,
        title=title,
        activity_id=activity_id,
        one=next(iter(standing or dates), None),
        is_on=bool(standing),
        state=listed.get_state(activity_id),
        facts=_facts(standing[0]) if standing else None,
        places=_places(standing),
        is_unsure=not standing and listed.is_unsure(activity_id, local_day(now)),
        dates=[words.date_shown(one, now) for one in dates],
        structured=events(dates, home, now),
    )
    return kept(page, HTML)


@bp.get("/program/<slug>/billede/<uuid:picture_id>")
@public
def picture(slug: str, picture_id: UUID) -> ResponseReturnValue:
    """Show the picture of a published activity."""
    enter(slug)
    media_type, drawn = listed.get_picture(picture_id)
    return kept(drawn, media_type, seconds=DAY)


def contact_words(one: Listed) -> str:
    """Return whom to ask at the place, where that is public."""
    number = phone(one.contact_phone) if one.contact_phone else ""
    return ", ".join(part for part in (one.contact_name, number) if part)


def _first_day(today: date) -> date:
    """Return the day the programme begins: as the address says, from today to a quarter ahead."""
    try:
        asked = date.fromisoformat(request.args.get("fra", ""))
    except ValueError:
        return today
    return min(max(asked, today), today + FURTHEST - SHOWN)


def _span_words(first: date, last: date) -> str:
    return str(_("%(first)s to %(last)s", first=day(first), last=day(last)))


def _turning(slug: str, first: date, today: date, is_narrowed: bool) -> dict[str, str | None]:
    """Return the addresses of the week before and after; a search shows all it finds."""

    def at(on: date) -> str:
        return public_url("programme.programme", slug=slug, fra=on.isoformat())

    is_last = first >= today + FURTHEST - SHOWN
    return {
        "previous_url": at(first - SHOWN) if first > today and not is_narrowed else None,
        "next_url": at(first + SHOWN) if not is_last and not is_narrowed else None,
    }


def _around(home: Any, now: datetime, endpoint: str, **values: Any) -> dict[str, Any]:
    """Return what stands around both pages: the municipality, and the page in other words."""
    return {
        "municipality": home,
        "public_url": public_url,
        "week_name": iso_week(monday(local_day(now))),
        "language_urls": [
            (one, public_url_in(one.code, endpoint, **values)) for one in other_languages()
        ],
    }


def public_url_in(language: str, endpoint: str, **values: Any) -> str:
    """Return the address of this page in another language."""
    given = {name: said for name, said in request.args.items() if name != "sprog"}
    return url_for(endpoint, **{**given, **values, "sprog": language})


def _facts(one: Listed) -> list[tuple[str, str]]:
    """Return what one asks before one goes, as pairs of label and answer."""
    return [
        (_("Price"), price_words(one.price_oere)),
        (_("Price for a helper"), price_words(one.helper_price_oere)),
        (_("Bring"), one.bring),
        (_("Language"), "" if one.language == "da" else words.language_words(one.language)),
        (_("By"), one.association),
    ]


def _places(dates: Iterable[Listed]) -> list[list[tuple[str, str]]]:
    """Return what each place is like where these dates are held, as pairs of label and answer."""
    places = {one.place_id: one for one in reversed(list(dates))}
    return [
        [
            (_("Place"), words.place_words(one)),
            (_("Address"), words.address_words(one)),
            (_("At the place"), ", ".join(access_words(one.access))),
            (_("Parking"), one.parking),
            (_("Whom to ask"), contact_words(one)),
        ]
        for one in reversed(places.values())
    ]
