"""The programme on paper: a week in large type, and a poster for the wall."""

import base64
import threading
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import segno
from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from klippekort.domain.calendar import day_span, local_day, monday
from klippekort.domain.errors import NotFound
from klippekort.platform import clock, pdf
from klippekort.platform.auth import public
from klippekort.platform.formatting import day, first_up, time_range
from klippekort.programme.queries import listed
from klippekort.programme.queries.listed import Listed
from klippekort.programme.views import words
from klippekort.programme.views.answering import (
    enter,
    in_asked_language,
    kept,
    public_url,
    whole_url,
)
from klippekort.programme.views.blueprint import bp
from klippekort.programme.views.finding import first_day

PDF = "application/pdf"
WEEKS_AHEAD = 13
A4_TO_A3 = 2**0.5
DATES_ON_POSTER, TIMED_ON_POSTER = 4, 3
LONGEST_TEXT, UNDER_PICTURE, LONGEST_BRING = 320, 90, 60
"""Letters of the description, alone and under a picture, and of what to bring, that there is room
for on one sheet.
"""

LONG_TITLE = 45
"""Letters from which a title is set smaller."""

SHORT_TITLE, SHORT_TEXT = 20, 160
"""Letters up to which there is room to set everything larger."""

_one_at_a_time = threading.Lock()


@bp.get("/program/<slug>/<week>.pdf")
@public
@in_asked_language
def printed_week(slug: str, week: str) -> ResponseReturnValue:
    """Print a week, from this one to a quarter ahead, in large type."""
    home, now, first = enter(slug), clock.now(), first_day(week)
    this = monday(local_day(now))
    if not this <= first <= this + timedelta(weeks=WEEKS_AHEAD):
        raise NotFound
    dates = listed.list_between(day_span(first)[0], day_span(first + timedelta(days=6))[1])
    html = render_template(
        "programme/paper_week.html",
        municipality=home,
        title=words.week_words(first),
        days=words.by_day([words.date_shown(one, now, is_paper=True) for one in dates]),
        address=whole_url("programme.programme", slug=slug),
        qr=_code(whole_url("programme.programme", slug=slug)),
    )
    return _printed(html, f"program-{week}.pdf", public_url("programme.programme", slug=slug))


@bp.get("/program/<slug>/aktivitet/<uuid:activity_id>/plakat.pdf")
@public
@in_asked_language
def poster(slug: str, activity_id: UUID) -> ResponseReturnValue:
    """Print a poster for one activity, on A4 or with ?papir=a3 on A3; what has no more dates needs
    none.
    """
    home, now = enter(slug), clock.now()
    ahead = now + timedelta(weeks=WEEKS_AHEAD)
    coming = listed.list_activity(activity_id, now, ahead)
    dates = [one for one in coming if not one.is_cancelled]
    if not dates:
        raise NotFound
    page = whole_url("programme.activity", slug=slug, activity_id=activity_id)
    one = _usual(dates)
    picture, (hours, days) = _picture(one), _when(dates, one)
    html = render_template(
        "programme/paper_poster.html",
        municipality=home,
        one=words.date_shown(one, now, is_paper=True),
        size=_size(one, has_picture=picture is not None),
        text=_short(one.description, UNDER_PICTURE if picture else LONGEST_TEXT),
        bring=_short(one.bring, LONGEST_BRING),
        hours=hours,
        days=days,
        picture=picture,
        picture_text=one.picture_text,
        address=page,
        qr=_code(page),
    )
    instead = public_url("programme.activity", **_values(slug, one))
    zoom = A4_TO_A3 if request.args.get("papir") == "a3" else 1.0
    return _printed(html, "plakat.pdf", instead, zoom)


def _values(slug: str, one: Listed) -> dict[str, Any]:
    return {"slug": slug, "activity_id": one.activity_id}


def _code(address: str) -> str:
    drawn: str = segno.make_qr(address, error="m").svg_data_uri(scale=8, border=4)
    return drawn


def _size(one: Listed, *, has_picture: bool) -> str:
    """Return how large a poster is set, by how much stands on it: it is to fill one sheet."""
    if len(one.title) >= LONG_TITLE:
        return "poster-long"
    is_short = len(one.title) <= SHORT_TITLE and len(one.description) <= SHORT_TEXT
    return "poster-large" if is_short and not has_picture and not one.bring else ""


def _short(text: str, most: int) -> str:
    """Return a text that leaves room for the rest, cut between words."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    return f"{text[:most].rsplit(' ', 1)[0]} …"


def _usual(dates: Sequence[Listed]) -> Listed:
    """Return the first of the next dates that is held where most of them are."""
    near = dates[:DATES_ON_POSTER]
    held = Counter(one.place_id for one in near)
    return max(near, key=lambda one: held[one.place_id])


def _when(dates: Sequence[Listed], usual: Listed) -> tuple[str, list[str]]:
    """Return the hours of the next dates, and their days; what differs stands with the days: other
    hours, and another place than the usual date's.
    """
    near = dates[:DATES_ON_POSTER]
    hours = [time_range(one.starts_at, one.ends_at) for one in near]
    places = ["" if one.place_id == usual.place_id else words.place_words(one) for one in near]
    days = [first_up(day(one.starts_at)) for one in near]
    is_same = len(set(hours)) == 1
    parts = zip(days, [""] * len(near) if is_same else hours, places, strict=True)
    told = [", ".join(part for part in one if part) for one in parts]
    is_short = is_same and not any(places)
    return hours[0] if is_same else "", told if is_short else told[:TIMED_ON_POSTER]


def _picture(one: Listed) -> str | None:
    if one.picture_id is None:
        return None
    media_type, drawn = listed.get_picture(one.picture_id)
    return f"data:{media_type};base64,{base64.b64encode(drawn).decode()}"


def _printed(html: str, name: str, instead: str, zoom: float = 1.0) -> ResponseReturnValue:
    """Return a page as a PDF; where that cannot be made, the page on the web instead."""
    try:
        drawn = _draw(html, zoom)
    except pdf.PdfUnavailable:
        return redirect(instead, 303)
    return kept(drawn, PDF, seconds=15 * 60, name=name)


def _draw(html: str, zoom: float) -> bytes:
    """Draw one at a time: anybody may ask, and the pages of those at work must not wait for it."""
    with _one_at_a_time:
        return _drawn(html, zoom)


@lru_cache(maxsize=64)
def _drawn(html: str, zoom: float) -> bytes:
    return pdf.render(html, zoom=zoom)
