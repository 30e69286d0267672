"""A group gets other sizes, another rhythm, or others to lead it, as it goes on."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from klippekort.domain.calendar import local
from klippekort.domain.errors import Stale
from klippekort.domain.groups.forms import is_evaluated
from klippekort.domain.groups.life import State
from klippekort.domain.groups.planning import plan
from klippekort.domain.permissions import Action, Actor
from klippekort.groups.models import GroupMeeting, SupportGroup
from klippekort.groups.queries.groups import count_of
from klippekort.groups.queries.meetings import meetings_of, planned_after
from klippekort.groups.services.common import coordinated, note
from klippekort.groups.services.doors import close_address
from klippekort.groups.services.errors import FewerThanHeld, TooManyMembers
from klippekort.groups.services.meetings import cancel
from klippekort.groups.services.setting_up import Frame, fit, rhythm_of
from klippekort.platform.db import db


def change_frame(actor: Actor, group_id: UUID, frame: Frame, *, now: datetime) -> str:
    """Give a group another frame, and return its id.

    The next meeting stands; those after it follow a new rhythm, and whoever booked a trip to one
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
    is_new_rhythm = (group.rhythm_days, group.minutes) != (frame.rhythm_days, frame.minutes)
    fit(group, frame)
    coming = planned_after(group_id, now)
    if is_new_rhythm:
        _follow(group, coming, now)
    _end_at(group, coming, now)
    _plan_missing(group)
    for row in meetings_of(group_id):
        if row.state == "planned":
            row.is_evaluated = is_evaluated(row.number, group.meetings, frame.evaluate_at)
    db.session.flush()
    note(actor, Action.SET_UP_GROUP, group_id, "framed")
    return str(group_id)


def _follow(group: SupportGroup, coming: Sequence[GroupMeeting], now: datetime) -> None:
    if len(coming) < 2:
        return
    first = local(coming[0].starts_at)
    last = coming[0].number + len(coming) - 1
    rhythm = rhythm_of(group, first.date(), first.time())
    planned = plan(rhythm, last, (), from_number=coming[0].number)
    for row, to in list(zip(coming, planned, strict=True))[1:]:
        if (row.starts_at, row.ends_at) == (to.starts_at, to.ends_at):
            continue
        close_address(group.place_id, row, now)
        row.starts_at, row.ends_at, row.changed_at = to.starts_at, to.ends_at, now


def _end_at(group: SupportGroup, coming: Sequence[GroupMeeting], now: datetime) -> None:
    for row in coming:
        if group.meetings is not None and row.number > group.meetings:
            cancel(group, row, "ended", now)


def _plan_missing(group: SupportGroup) -> None:
    rows = meetings_of(group.id)
    if group.meetings is None or not rows or rows[-1].number >= group.meetings:
        return
    last = local(max(row.starts_at for row in rows))
    first_on = last.date() + timedelta(days=group.rhythm_days)
    rhythm = rhythm_of(group, first_on, last.time())
    number = rows[-1].number + 1
    for one in plan(rhythm, group.meetings, tuple(group.evaluate_at), from_number=number):
        db.session.add(GroupMeeting(group_id=group.id, **vars(one)))
    db.session.flush()
