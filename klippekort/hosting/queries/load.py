"""Reading how much each volunteer gives, and who might step in."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from klippekort.activities.models import Occurrence
from klippekort.domain.calendar import ONE_DAY, local_day, minutes_between
from klippekort.domain.hosting import TASK_OF, HostRole, OfferState, has_time, usual_of, weeks_of
from klippekort.domain.volunteer_load import Judged, Level, Limits, Load, fits, judge
from klippekort.domain.waves import Candidate, in_order
from klippekort.hosting.models import Hosting
from klippekort.hosting.queries import offers
from klippekort.hosting.queries.dates import Engagement, engaged_between
from klippekort.platform.db import db
from klippekort.platform.sorting import alphabetical
from klippekort.volunteers.models import Volunteer
from klippekort.volunteers.queries import blocked_of_all
from klippekort.volunteers.queries.company import times_with

SPAN = timedelta(weeks=4)
_LOOKED_AT = timedelta(weeks=16)
_SHORT_NOTICE = timedelta(days=2)
_WEEKS, _USUAL_WEEKS = 4, 12


def limits_of(row: Volunteer) -> Limits:
    """Return how much a volunteer will give in four weeks."""
    return Limits(row.most_times, None if row.most_hours is None else row.most_hours * 60)


def loads(now: datetime, at: datetime | None = None) -> dict[UUID, Load]:
    """Return what every volunteer who gives anything gave and has promised in the four weeks that
    end at an instant, or now and a week from it.
    """
    until = max(now + timedelta(days=7), at + ONE_DAY if at else now)
    everything = engaged_between(min(now, until) - _LOOKED_AT, until)
    told, asked = _minutes_told(until - SPAN), offers.asked_since(now - SPAN)
    kept: dict[UUID, list[Engagement]] = {one: [] for one in asked}
    for one in everything:
        kept.setdefault(one.volunteer_id, []).append(one)
    return {
        volunteer_id: _load(own, told, asked.get(volunteer_id, []), now, until)
        for volunteer_id, own in kept.items()
    }


def _load(
    own: list[Engagement],
    told: dict[tuple[UUID | None, UUID], int],
    asked: list[tuple[datetime, datetime]],
    now: datetime,
    until: datetime,
) -> Load:
    recent = [one for one in own if one.starts_at >= until - SPAN]
    weeks = weeks_of((local_day(one.starts_at) for one in own), local_day(now), 16)
    before, latest = weeks[:_USUAL_WEEKS], weeks[_USUAL_WEEKS:]
    return Load(
        times=len(recent),
        minutes=sum(
            told.get(
                (one.occurrence_id, one.volunteer_id), minutes_between(one.starts_at, one.ends_at)
            )
            for one in recent
        ),
        weeks=latest,
        usual=usual_of(before),
        short_notices=sum(1 for at, starts_at in asked if starts_at - at < _SHORT_NOTICE),
    )


def _minutes_told(since: datetime) -> dict[tuple[UUID | None, UUID], int]:
    """Return the minutes that hosts have confirmed, by date and volunteer."""
    rows = db.session.execute(
        select(Hosting.occurrence_id, Hosting.volunteer_id, Hosting.minutes)
        .join(Occurrence, Occurrence.id == Hosting.occurrence_id)
        .where(Occurrence.starts_at >= since)
    )
    return {(date_id, volunteer_id): minutes for date_id, volunteer_id, minutes in rows}


def warnings(now: datetime) -> list[tuple[Volunteer, Judged]]:
    """Return the volunteers who may be giving too much, the worst first."""
    given = loads(now)
    found = [
        (row, judged)
        for row in _active()
        if (judged := judge(given.get(row.id, Load(0, 0)), limits_of(row))).level is not Level.OK
    ]
    return sorted(found, key=lambda pair: (pair[1].level is not Level.OVER, pair[0].name))


def is_within_limits(volunteer: Volunteer, when: offers.When, now: datetime) -> bool:
    """Say whether one time more stays within what a volunteer will give."""
    given = loads(now, when.starts_at).get(volunteer.id, Load(0, 0))
    minutes = minutes_between(when.starts_at, when.ends_at)
    return fits(given, limits_of(volunteer), minutes=minutes)


def is_busy(volunteer_id: UUID, when: offers.When, besides: UUID | None = None) -> bool:
    """Say whether a volunteer hosts or goes along elsewhere at that time, `besides` a date that
    they are asked about.
    """
    around = engaged_between(when.starts_at - ONE_DAY, when.ends_at, volunteer_id)
    others = (one for one in around if besides is None or one.occurrence_id != besides)
    return any(one.ends_at > when.starts_at for one in others)


def candidates(wanted: offers.Wanted, now: datetime) -> list[Volunteer]:
    """Return who may be asked, in the order in which to ask them."""
    everybody = {row.id: row for row in _active()}
    found = in_order(_candidates(list(everybody.values()), wanted, offers.when_of(wanted), now))
    return [everybody[one.volunteer_id] for one in found]


def _candidates(
    everybody: list[Volunteer], wanted: offers.Wanted, when: offers.When, now: datetime
) -> list[Candidate]:
    given, asked = loads(now, when.starts_at), offers.asked_since(now - SPAN)
    blocked = blocked_of_all(TASK_OF[wanted.role], local_day(when.starts_at))
    hosted, minutes = _times_hosted(when.activity_id), minutes_between(when.starts_at, when.ends_at)
    gone = _times_gone(wanted)
    around = engaged_between(when.starts_at - ONE_DAY, when.ends_at)
    busy = {one.volunteer_id for one in around if one.ends_at > when.starts_at}
    known = {
        row.volunteer_id for row in offers.offers_for(wanted) if row.state != OfferState.COVERED
    }
    return [
        Candidate(
            row.id,
            same_association=row.association_id is not None
            and row.association_id == when.association_id,
            times_hosted=hosted.get(row.id, 0),
            shares_interest=when.kind in row.interests,
            is_free=has_time(when.starts_at, row.weekdays, row.parts),
            asks_lately=len(asked.get(row.id, ())),
            is_cleared=row.id not in blocked and _offers(row, wanted.role),
            is_within_limits=fits(given.get(row.id, Load(0, 0)), limits_of(row), minutes=minutes),
            is_away=(row.paused_until is not None and local_day(when.starts_at) <= row.paused_until)
            or (row.id in gone and gone[row.id] >= row.go_along_times),
            is_busy=row.id in busy,
            has_answered=row.id in known,
        )
        for row in everybody
    ]


def _offers(row: Volunteer, role: HostRole) -> bool:
    return {HostRole.GO_ALONG: row.goes_along, HostRole.DRIVER: row.drives}.get(role, True)


def _times_gone(wanted: offers.Wanted) -> Counter[UUID]:
    """Return how often each volunteer has gone with the citizen, where a friend is wanted."""
    if wanted.role is not HostRole.GO_ALONG or wanted.citizen_id is None:
        return Counter()
    return times_with(wanted.citizen_id)


def _times_hosted(activity_id: UUID | None) -> Counter[UUID]:
    if activity_id is None:
        return Counter()
    rows = db.session.execute(
        select(Hosting.volunteer_id, func.count(Hosting.id))
        .join(Occurrence, Occurrence.id == Hosting.occurrence_id)
        .where(Occurrence.activity_id == activity_id)
        .group_by(Hosting.volunteer_id)
    )
    return Counter({row[0]: row[1] for row in rows})


def _active() -> list[Volunteer]:
    found = (
        select(Volunteer)
        .filter_by(archived_at=None)
        .order_by(alphabetical(Volunteer.name), Volunteer.id)
    )
    return list(db.session.scalars(found))
