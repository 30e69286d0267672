"""A group gets other sizes, another rhythm, or others to lead it, as it goes on."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale
from klippekort.domain.groups.forms import is_evaluated
from klippekort.domain.groups.life import State
from klippekort.domain.groups.planning import Stood, go_on, own_time, plan
from klippekort.domain.permissions import Action, Actor
from klippekort.groups.models import GroupMeeting, SupportGroup
from klippekort.groups.queries.groups import count_of
from klippekort.groups.queries.meetings import meetings_of, planned_after, stood
from klippekort.groups.services.common import coordinated, note
from klippekort.groups.services.doors import close_address, open_address
from klippekort.groups.services.errors import FewerThanHeld, TooManyMembers
from klippekort.groups.services.meetings import cancel
from klippekort.groups.services.setting_up import Frame, fit, rhythm_of
from klippekort.platform.db import db


def change_frame(actor: Actor, group_id: UUID, frame: Frame, *, now: datetime) -> str:
    """Give a group another frame, and return its id.

    The next meeting stands; those after it follow a new rhythm from the day and hour that are the
    group's own, also where the next was moved for once, and whoever booked a trip to one
    that moves hears that nothing is held then. Meetings past a new end are cancelled, and missing
    ones planned. Raises TooManyMembers for less room than there are members, FewerThanHeld
    for fewer meetings than were held, and Stale for a group that has ended.
    """
    group = coordinated(actor, group_id)
    count = count_of(group)
    if group.state == State.ENDED:
        raise Stale
    if count.active > frame.largest:
        raise TooManyMembers(count.active, frame.largest)
    if frame.meetings is not None and frame.meetings < count.held:
        raise FewerThanHeld
    before = group.rhythm_days
    is_new_rhythm = (group.rhythm_days, group.minutes) != (frame.rhythm_days, frame.minutes)
    fit(group, frame)
    coming = planned_after(group_id, now)
    if is_new_rhythm:
        _follow(group, coming, before, now)
    _end_at(group, coming, now)
    _plan_missing(group, now)
    for row in meetings_of(group_id):
        if row.state == "planned":
            row.is_evaluated = is_evaluated(row.number, group.meetings, frame.evaluate_at)
    db.session.flush()
    note(actor, Action.SET_UP_GROUP, group_id, "framed")
    return str(group_id)


def _follow(
    group: SupportGroup, coming: Sequence[GroupMeeting], before: int, now: datetime
) -> None:
    """Let the meetings after the next follow a new rhythm; `before` is how many days lay between
    meetings until now.
    """
    if len(coming) < 2:
        return
    next_one, *later = coming
    rows = meetings_of(group.id)
    own = Stood(own_time(stood(rows), rows.index(next_one), before), is_moved=False)
    on, starts = go_on([own], group.rhythm_days, local_day(next_one.starts_at))
    rhythm, number = rhythm_of(group, on, starts), next_one.number + 1
    planned = plan(rhythm, next_one.number + len(later), (), from_number=number)
    for row, to in zip(later, planned, strict=True):
        if (row.starts_at, row.ends_at) == (to.starts_at, to.ends_at):
            continue
        close_address(group.place_id, row, now)
        was_moved = row.changed_at is not None
        row.starts_at, row.ends_at, row.changed_at = to.starts_at, to.ends_at, now
        if was_moved:
            open_address(group.place_id, row)


def _end_at(group: SupportGroup, coming: Sequence[GroupMeeting], now: datetime) -> None:
    for row in coming:
        if group.meetings is not None and row.number > group.meetings:
            cancel(group, row, "ended", now)


def _plan_missing(group: SupportGroup, now: datetime) -> None:
    rows = meetings_of(group.id)
    if group.meetings is None or not rows or rows[-1].number >= group.meetings:
        return
    first_on, starts = go_on(stood(rows), group.rhythm_days, local_day(now))
    rhythm = rhythm_of(group, first_on, starts)
    number = rows[-1].number + 1
    for one in plan(rhythm, group.meetings, tuple(group.evaluate_at), from_number=number):
        db.session.add(GroupMeeting(group_id=group.id, **vars(one)))
    db.session.flush()
