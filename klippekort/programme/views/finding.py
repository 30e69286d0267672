"""Finding something to go to: as a list, as a week, and on a map."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from klippekort.activities.forms import ACCESS, KINDS
from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.calendar import day_said, day_span, iso_week, local_day, monday
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action, Actor, Scope, authorise, scope_of
from klippekort.domain.travel import Point
from klippekort.municipalities.queries import get_municipality
from klippekort.platform import clock
from klippekort.platform.addresses import url_for
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.formatting import day, first_up
from klippekort.platform.formatting import week as week_number
from klippekort.platform.i18n import _
from klippekort.programme.forms import KILOMETRES, KRONER, WEEKDAYS, FindForm
from klippekort.programme.queries.company import dates_with_known
from klippekort.programme.queries.listed import Listed, list_between, list_languages
from klippekort.programme.queries.places import Start, Starts, list_starts
from klippekort.programme.services.finding import Found, Wanted, by_activity, search
from klippekort.programme.views import mapping, words
from klippekort.programme.views.blueprint import bp
from klippekort.travel.queries import home_of

SHOWN = timedelta(weeks=4)
FURTHEST = timedelta(weeks=13)
MOST_SHOWN = 60
"""The most activities on one list; whoever sees that many can narrow."""

DATES_SHOWN = 3
HOME = "hjem"
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})\Z")


@dataclass(frozen=True)
class Asked:
    """What a page was asked for: the form, what it says, for whom, and the days it is about."""

    form: FindForm
    wanted: Wanted
    citizen: Any
    first: date
    last: date
    now: datetime

    @property
    def kept(self) -> dict[str, list[str]]:
        """The answers as they stand in addresses of other views."""
        known = {name for name in self.form._fields if request.args.get(name)}
        return {name: request.args.getlist(name) for name in known}

    @property
    def is_narrowed(self) -> bool:
        """Say whether anything is left out."""
        return bool(set(self.kept) - {"borger"})

    def found(self, dates: Sequence[Listed]) -> list[Found]:
        """Return those of the dates that fit."""
        known = dates_with_known(self.citizen.id, self.now) if self.citizen else frozenset()
        return search(dates, self.wanted, {k: str(v) for k, v in KINDS.items()}, known)


@dataclass(frozen=True)
class Offer:
    """An activity on the list: its next date in words, the days after it, how far away it is."""

    next: words.DateShown
    days: tuple[str, ...]
    more: int
    way: str
    with_known: bool


@bp.get("/aktiviteter/find")
@requires(Action.SEE_ACTIVITIES, purpose="find_activity")
def find() -> ResponseReturnValue:
    """List the activities that fit, the likeliest first."""
    asked = _asked()
    offers = by_activity(asked.found(_coming(asked)))
    return _page(
        "programme/find.html",
        asked,
        "find",
        offers=[_offer(dates, asked.now) for dates in offers[:MOST_SHOWN]],
        left_out=max(0, len(offers) - MOST_SHOWN),
    )


@bp.get("/aktiviteter/kort")
@requires(Action.SEE_ACTIVITIES, purpose="find_activity")
def map_() -> ResponseReturnValue:
    """Draw the places where something that fits is held, and list them by number."""
    asked = _asked()
    offers = by_activity(asked.found(_coming(asked)))
    held: defaultdict[UUID | None, list[Offer]] = defaultdict(list)
    spots: dict[UUID, mapping.Spot] = {}
    for dates in (held_there for whole in offers for held_there in _by_place(whole)):
        one = dates[0].date
        is_drawn = one.place_id is not None and one.point is not None
        held[one.place_id if is_drawn else None].append(_offer(dates, asked.now))
        if one.place_id is not None and one.point is not None:
            spots[one.place_id] = mapping.Spot(one.place_id, one.place, one.town, one.point)
    return _page(
        "programme/map.html",
        asked,
        "map_",
        drawing=mapping.draw(list(spots.values()), _centre(asked)),
        held=held,
        elsewhere=held[None],
    )


def _by_place(dates: Sequence[Found]) -> list[Sequence[Found]]:
    """Return the dates of an activity together by where they are held, in the order they came."""
    places: defaultdict[UUID | None, list[Found]] = defaultdict(list)
    for one in dates:
        places[one.date.place_id].append(one)
    return list(places.values())


def _centre(asked: Asked) -> Point | None:
    """Return where rings of distance are drawn from: never a home, which is not for a map."""
    start = asked.wanted.start
    is_home = asked.form.sted.data == HOME
    return None if start is None or is_home else start.point


@bp.get("/aktiviteter/uge/<week>")
@requires(Action.SEE_ACTIVITIES, purpose="find_activity")
def week(week: str) -> ResponseReturnValue:
    """Show a week day by day; what is cancelled stays where it was."""
    asked, first = _asked(), first_day(week)
    last = first + timedelta(days=6)
    dates = list_between(day_span(first)[0], day_span(last)[1], now=asked.now)
    by_date: defaultdict[date, list[words.DateShown]] = defaultdict(list)
    for one in asked.found(dates):
        shown = words.date_shown(one.date, asked.now)
        by_date[shown.on].append(shown)
    days = [first + timedelta(days=number) for number in range(7)]
    return _page(
        "programme/week.html",
        replace(asked, first=first, last=last),
        "week",
        title=words.week_words(first),
        week_short=first_up(week_number(first)),
        weekday=words.weekday,
        short_date=words.short_date,
        days=[(one, by_date[one], one == local_day(asked.now)) for one in days],
        previous_url=_week_url(first - timedelta(weeks=1), asked),
        next_url=_week_url(first + timedelta(weeks=1), asked),
    )


def first_day(week: str) -> date:
    """Return the Monday of a week such as 2026-W53. Raises NotFound, also a lifetime away."""
    said = _WEEK.match(week)
    try:
        first = date.fromisocalendar(int(said[1]), int(said[2]), 1) if said else _unknown()
    except ValueError:
        return _unknown()
    return day_said(first.isoformat(), local_day(clock.now())) or _unknown()


def _unknown() -> date:
    raise NotFound


def _week_url(first: date, asked: Asked) -> str:
    return url_for("programme.week", week=iso_week(first), **asked.kept)


def _coming(asked: Asked) -> list[Listed]:
    """Return what begins in the days asked for, and has not begun."""
    found = list_between(max(asked.now, day_span(asked.first)[0]), day_span(asked.last)[1])
    return [one for one in found if not one.is_cancelled and one.starts_at > asked.now]


def _asked() -> Asked:
    now = clock.now()
    today = local_day(now)
    form, citizen, starts = FindForm(request.args), _citizen(today), list_starts()
    languages = {code: words.language_words(code) for code in list_languages()}
    form.offer(_start_choices(starts, citizen), languages, has_citizen=citizen is not None)
    if citizen is not None and "sted" not in request.args:
        form.sted.data = HOME
    form.validate()
    first = min(max(form.fra.data or today, today), today + FURTHEST)
    last = min(form.til.data or first + SHOWN, today + FURTHEST)
    return Asked(form, _wanted(form, starts, citizen), citizen, first, max(first, last), now)


def _citizen(today: date) -> Any:
    """Return the citizen it is for, or None; the look is on record. Raises NotFound, Forbidden."""
    said = request.args.get("borger", "")
    if not said:
        return None
    try:
        citizen = get_citizen(UUID(said))
    except ValueError:
        raise NotFound from None
    authorise(current_actor(), Action.SEE_CITIZEN, reach(citizen, today))
    saw(citizen.id)
    return citizen


def _start_choices(starts: Starts, citizen: Any) -> dict[str, str]:
    home = {HOME: _("Home of %(name)s", name=citizen.first_name)} if citizen else {}
    codes = {one.postcode or "": one.name for one in starts.postcodes}
    return {**home, **codes, **{str(one.id): one.name for one in starts.places}}


def _wanted(form: FindForm, starts: Starts, citizen: Any) -> Wanted:
    km, kroner = form.number("afstand", KILOMETRES), form.number("pris", KRONER)
    return Wanted(
        query=form.q.data or "",
        kinds=form.chosen("slags", KINDS),
        days=frozenset(int(one) for one in form.chosen("dage", WEEKDAYS)),
        access=form.chosen("adgang", ACCESS),
        language=form.sprog.data or "",
        price_oere=None if kroner is None else kroner * 100,
        needs_wheelchair_place=form.koerestol.data,
        start=_start(form.sted.data or "", starts, citizen),
        metres=None if km is None else km * 1000,
        known_only=citizen is not None and form.kendt.data,
    )


def _start(said: str, starts: Starts, citizen: Any) -> Start | None:
    if said == HOME and citizen is not None:
        home = home_of(citizen)
        return Start("", home.point, home.postcode)
    known = {one.postcode or "": one for one in starts.postcodes}
    known |= {str(one.id): one for one in starts.places}
    return known.get(said)


def _offer(dates: Sequence[Found], now: datetime) -> Offer:
    first = dates[0]
    later = [_later(one.date, first.date) for one in dates[1 : 1 + DATES_SHOWN]]
    return Offer(
        next=words.date_shown(first.date, now),
        days=tuple(later),
        more=max(0, len(dates) - 1 - DATES_SHOWN),
        way=words.way_words(first.metres, is_near=first.is_near),
        with_known=any(one.with_known for one in dates),
    )


def _later(one: Listed, first: Listed) -> str:
    """Return a later day in words, with the place where it is another than that of the first."""
    place = words.place_words(one) if one.place_id != first.place_id else ""
    return f"{day(one.starts_at)} ({place})" if place else day(one.starts_at)


def _activity_url(actor: Actor, slug: str) -> Callable[[UUID], str]:
    """Return what gives an activity's page; who sees only their own gets the public one."""
    sees_all = scope_of(actor.role, Action.SEE_ACTIVITIES) is Scope.MUNICIPALITY

    def of(activity_id: UUID) -> str:
        if sees_all:
            return url_for("activities.show", activity_id=activity_id)
        return url_for("programme.activity", slug=slug, activity_id=activity_id)

    return of


def _page(template: str, asked: Asked, view: str, **shown: Any) -> ResponseReturnValue:
    """Return one of the three pages, with the addresses of the other two."""
    this_week = iso_week(monday(asked.first))
    actor = current_actor()
    slug = get_municipality(actor.municipality_id).slug
    return render_template(
        template,
        form=asked.form,
        citizen=asked.citizen,
        is_narrowed=asked.is_narrowed,
        views=[
            (_("List"), url_for("programme.find", **asked.kept), "list", view == "find"),
            (
                _("Week"),
                url_for("programme.week", week=this_week, **asked.kept),
                "calendar",
                view == "week",
            ),
            (_("Map"), url_for("programme.map_", **asked.kept), "pin", view == "map_"),
        ],
        is_week=view == "week",
        activity_url=_activity_url(actor, slug),
        slug=slug,
        week_name=this_week,
        **shown,
    )
