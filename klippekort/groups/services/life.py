"""A group's life: it begins, is led, is handed over to itself, and ends."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete

from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale
from klippekort.domain.groups.forms import least_to_begin
from klippekort.domain.groups.handing_over import Task, missing, next_contact
from klippekort.domain.groups.joining import Reason
from klippekort.domain.groups.life import Agreement, State, Step, after, check_start
from klippekort.domain.permissions import Action, Actor
from klippekort.groups.models import (
    GroupAttendance,
    GroupPicture,
    SupportGroup,
)
from klippekort.groups.queries import groups as queries
from klippekort.groups.queries.meetings import last_held, planned_after
from klippekort.groups.queries.members import rows_of
from klippekort.groups.queries.people import leaders_of
from klippekort.groups.services.board import clear
from klippekort.groups.services.calling import forget_calls
from klippekort.groups.services.common import led, note
from klippekort.groups.services.errors import CannotJoin, NoPlace, NotHandedOver
from klippekort.groups.services.filling import forget
from klippekort.groups.services.leading import check_training, leaders_go
from klippekort.groups.services.measuring import ask_at_end
from klippekort.groups.services.meetings import cancel
from klippekort.groups.services.visiting import forget_visits
from klippekort.platform.db import db


def take_step(actor: Actor, group_id: UUID, step: Step, *, now: datetime) -> str:
    """Take a group to its next state, and return its id; `end_group` ends one.

    Raises WrongState; to begin TooFewMembers, TooFewLeaders, NoPlace, TrainingOverdue and, when the
    agreement is over, CannotJoin; to let go NotHandedOver.
    """
    group, today = led(actor, group_id, now), local_day(now)
    if step is Step.END:
        raise Stale
    to = after(State(group.state), step)
    if step is Step.START:
        _check_start(group, now)
        group.started_on = today
    if step is Step.LET_GO:
        if left := missing(group.handed_over):
            raise NotHandedOver(left)
        group.self_run_on, group.contact_due_on = today, next_contact(today)
    if step is Step.STEP_BACK and group.meetings is None:
        _ask_before_handing_over(group_id)
    if step is Step.STEP_IN and group.state == State.SELF_RUN:
        group.self_run_on = group.contact_due_on = None
        group.handed_over = []
    group.state = to
    db.session.flush()
    if step is Step.LET_GO:
        leaders_go(actor, group_id, now)
    note(actor, Action.RUN_GROUP, group_id, step.value)
    return str(group_id)


def _ask_before_handing_over(group_id: UUID) -> None:
    """Let a group that has no last meeting say how it goes before those who lead it leave."""
    if (meeting := last_held(group_id)) is not None:
        meeting.is_evaluated = True


def _check_start(group: SupportGroup, now: datetime) -> None:
    today = local_day(now)
    leaders = leaders_of(group.id, today)
    if group.place_id is None and not group.online_url:
        raise NoPlace
    if queries.standing_of(group, today) is Agreement.OVER:
        raise CannotJoin(Reason.AGREEMENT_OVER)
    least = least_to_begin(group.form, group.smallest)
    check_start(queries.count_of(group).active, least, len(leaders), group.facilitators)
    for one in leaders:
        if one.is_volunteer:
            check_training(one.person_id, now)


def settle(
    actor: Actor, group_id: UUID, done: Sequence[Task], contact: str, *, now: datetime
) -> str:
    """Store what is settled before a group is left to itself, and whom it may call then.

    Raises WrongState by way of Stale for a group that is not led.
    """
    group = led(actor, group_id, now)
    if group.state not in (State.RUNNING, State.STEPPING_BACK):
        raise Stale
    group.handed_over = [task.value for task in Task if task in done]
    group.contact_light = contact
    db.session.flush()
    note(actor, Action.RUN_GROUP, group_id, "settled", tasks=len(group.handed_over))
    return str(group_id)


def note_contact(actor: Actor, group_id: UUID, *, now: datetime) -> str:
    """Note that somebody has asked a group on its own how it goes; the next time is set.

    Returns the group's id. Raises Stale for a group that is not on its own.
    """
    group = led(actor, group_id, now)
    if group.state != State.SELF_RUN:
        raise Stale
    group.contact_due_on = next_contact(local_day(now))
    db.session.flush()
    note(actor, Action.RUN_GROUP, group_id, "contact")
    return str(group_id)


def end_group(actor: Actor, group_id: UUID, reason: str, *, now: datetime) -> str:
    """End a group: what is to come is cancelled, and what was kept of people goes.

    Citizens of a named group stay as those who have left. Raises WrongState.
    """
    group = led(actor, group_id, now)
    close(actor, group, reason, now)
    note(actor, Action.RUN_GROUP, group_id, "ended", reason=reason)
    return str(group_id)


def close(actor: Actor, group: SupportGroup, reason: str, now: datetime) -> None:
    """Bring a group to its end; nobody leads it from then on. Raises WrongState."""
    coming = planned_after(group.id, now)
    group.state = after(State(group.state), Step.END)
    group.ended_on, group.end_reason, group.counted_members = local_day(now), reason, 0
    group.page_token = group.contact_due_on = None
    for meeting in coming:
        cancel(group, meeting, "ended", now)
    clear(group)
    forget_visits(group, now)
    db.session.execute(delete(GroupPicture).filter_by(group_id=group.id, shows="person"))
    people = rows_of(group.id)
    forget_calls(*(row.id for row, _citizen in people))
    for row, citizen in people:
        if citizen is None:
            db.session.execute(delete(GroupAttendance).where(GroupAttendance.member_id == row.id))
            db.session.delete(row)
        else:
            ask_at_end(row, now)
            forget(row)
    db.session.flush()
    leaders_go(actor, group.id, now)
