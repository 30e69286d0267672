"""What there is to go to and who may go along, as the rules of matching read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from klippekort.activities.models import Occurrence, Place
from klippekort.domain.calendar import local, local_day
from klippekort.domain.groups.forms import Theme
from klippekort.domain.groups.joining import Room, is_open
from klippekort.domain.groups.life import State
from klippekort.domain.matching.facts import Thing, part_of
from klippekort.domain.matching.people import Friend
from klippekort.groups.models import GroupMeeting, SupportGroup
from klippekort.groups.queries.groups import counts_of, list_named_open, standing_of
from klippekort.platform.db import db
from klippekort.programme.queries.listed import Listed, list_between
from klippekort.volunteers.models import Volunteer
from klippekort.volunteers.queries.company import willing

LOOKS_AHEAD = timedelta(weeks=5)
_COMPANY_THEMES = (Theme.COMPANY, Theme.LANGUAGE, Theme.NEW_HERE)
# The other themes are about loss and illness: somebody talks of them first, no list proposes them.


@dataclass(frozen=True)
class Offered:
    """What there is to go to: dates by id, and what they are ranked as."""

    dates: dict[UUID, Listed]
    things: list[Thing]


def offered(now: datetime) -> Offered:
    """Return the dates of the next five weeks that one can still sign up for."""
    listed = [one for one in list_between(now, now + LOOKS_AHEAD) if _can_go(one, now)]
    sizes = _sizes(now)
    things = [_thing(one, sizes.get(one.id, 0)) for one in listed]
    return Offered({one.id: one for one in listed}, things)


def _can_go(one: Listed, now: datetime) -> bool:
    closes = one.starts_at - timedelta(hours=one.sign_up_hours)
    return not one.is_cancelled and not one.is_full and closes > now


def _sizes(now: datetime) -> dict[UUID, int]:
    found = select(Occurrence.id, Occurrence.capacity).where(
        Occurrence.starts_at > now, Occurrence.starts_at < now + LOOKS_AHEAD
    )
    return dict(db.session.execute(found).all())


def _thing(one: Listed, people: int) -> Thing:
    return Thing(
        id=one.id,
        key=one.activity_id,
        kind=one.kind,
        starts=one.starts_at.timestamp(),
        part=part_of(local(one.starts_at).hour),
        language=one.language,
        people=people,
        access=frozenset(one.access),
        has_wheelchair_place=one.wheelchairs_left > 0 or one.is_online,
        area=one.postcode,
        oere=one.price_oere,
    )


@dataclass(frozen=True)
class OpenGroup:
    """A group that may be named and takes new members, with its next meeting."""

    group: SupportGroup
    meets_at: datetime | None
    thing: Thing


def open_groups(now: datetime) -> list[OpenGroup]:
    """Return the groups for company that go by names, are open, and take those who are sent."""
    today = local_day(now)
    groups = [
        one for one in list_named_open() if one.referral and one.theme in set(_COMPANY_THEMES)
    ]
    counts = counts_of(groups)
    free = []
    for one in groups:
        count = counts[one.id]
        taken = count.active + count.offered
        room = Room(
            State(one.state),
            taken,
            one.largest,
            count.held,
            one.open_until,
            standing_of(one, today),
        )
        if is_open(room) is None:
            free.append(one)
    if not free:
        return []
    meets, places = _next_meetings(free, now), _places(free)
    return [_open_group(one, meets.get(one.id), places) for one in free]


def _next_meetings(groups: Sequence[SupportGroup], now: datetime) -> dict[UUID, datetime]:
    found = (
        select(GroupMeeting.group_id, func.min(GroupMeeting.starts_at))
        .where(
            GroupMeeting.group_id.in_([one.id for one in groups]),
            GroupMeeting.state == "planned",
            GroupMeeting.starts_at > now,
        )
        .group_by(GroupMeeting.group_id)
    )
    return dict(db.session.execute(found).all())


def _places(groups: Sequence[SupportGroup]) -> dict[UUID, Place]:
    ids = {one.place_id for one in groups if one.place_id is not None}
    return {one.id: one for one in db.session.scalars(select(Place).where(Place.id.in_(ids)))}


def _open_group(
    group: SupportGroup, meets_at: datetime | None, places: dict[UUID, Place]
) -> OpenGroup:
    place = places.get(group.place_id) if group.place_id else None
    thing = Thing(
        id=group.id,
        key=group.id,
        kind="talk",
        starts=meets_at.timestamp() if meets_at else float("inf"),
        part=part_of(local(meets_at).hour) if meets_at else "",
        language=group.language,
        people=group.largest,
        access=frozenset(place.access) if place else frozenset(),
        has_wheelchair_place=place is None or bool(place.wheelchair_places),
        area=(place.postcode or "") if place else "",
    )
    return OpenGroup(group, meets_at, thing)


def friends_for(citizen_id: UUID, now: datetime) -> tuple[list[Friend], dict[UUID, str]]:
    """Return the go-along friends who may be asked for a citizen today, and their names."""
    asked = {one.id: one for one in willing(citizen_id, local_day(now)) if one.times_left}
    rows = db.session.scalars(select(Volunteer).where(Volunteer.id.in_(list(asked))))
    found = [
        Friend(
            row.id,
            frozenset(row.interests),
            frozenset(row.languages),
            frozenset(row.parts),
            asked[row.id].times_left,
        )
        for row in rows
    ]
    return found, {one.id: one.name for one in asked.values()}
