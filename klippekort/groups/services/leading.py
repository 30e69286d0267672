"""Who leads a group, who leaves it, and who stands in for one meeting."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete

from klippekort.accounts.models import RoleAssignment
from klippekort.accounts.queries import LOCAL, find_account_of, find_identity, has_role
from klippekort.accounts.services import take_access
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import NotFound, Stale
from klippekort.domain.groups.leading import is_same_name, may_be
from klippekort.domain.groups.life import State
from klippekort.domain.permissions import Action, Actor, Role
from klippekort.groups.models import GroupFacilitator, GroupStandIn, SupportGroup
from klippekort.groups.queries import members as members_queries
from klippekort.groups.queries import people as queries
from klippekort.groups.queries.meetings import lock_meeting
from klippekort.groups.services.common import coordinated, led, note
from klippekort.groups.services.errors import AlreadyIn, LeadsIt, TrainingOverdue
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import current_municipality


def add_leader(
    actor: Actor,
    group_id: UUID,
    *,
    volunteer_id: UUID | None = None,
    care_worker_id: UUID | None = None,
    is_experienced: bool = False,
    is_sure: bool = False,
    now: datetime,
) -> str:
    """Let a volunteer or a care worker lead a group from today, and return the row's id.

    Raises AlreadyIn, NotFound; Stale for a group that has ended; TrainingOverdue while it is
    forming: training that has lapsed blocks a new group, not a running one; LeadsIt when a member
    is called the same, unless `is_sure`.
    """
    group, today = coordinated(actor, group_id), local_day(now)
    if group.state == State.ENDED:
        raise Stale
    name = queries.name_of(volunteer_id=volunteer_id, care_worker_id=care_worker_id)
    person_id = volunteer_id or care_worker_id
    if any(one.person_id == person_id for one in queries.leaders_of(group_id, today)):
        raise AlreadyIn
    _check_person(group, name, volunteer_id, now, is_sure=is_sure)
    row = GroupFacilitator(
        id=new_id(),
        group_id=group_id,
        volunteer_id=volunteer_id,
        care_worker_id=care_worker_id,
        is_experienced=is_experienced,
        from_on=today,
    )
    db.session.add(row)
    if person_id is not None:
        _let_in(person_id, Role.VOLUNTEER if volunteer_id else Role.CARE_WORKER)
    db.session.flush()
    note(actor, Action.SET_UP_GROUP, group_id, "leader_added", facilitator=row.id)
    return str(row.id)


def _let_in(person_id: UUID, known_as: Role) -> None:
    """Let somebody who logs in with a password choose to be a facilitator there.

    A code from the telephone is not enough for what a group knows of people: whoever has nothing
    else is given a log-in by an administrator first.
    """
    account_id = find_account_of(person_id, known_as)
    if account_id is None or find_identity(account_id, LOCAL) is None:
        return
    if has_role(account_id, Role.FACILITATOR, person_id):
        return
    db.session.add(
        RoleAssignment(
            account_id=account_id,
            municipality_id=current_municipality(),
            role=Role.FACILITATOR,
            person_id=person_id,
        )
    )


def check_training(volunteer_id: UUID, now: datetime) -> None:
    """Return quietly when nothing has lapsed. Raises TrainingOverdue."""
    if kinds := queries.training_overdue(volunteer_id, local_day(now)):
        raise TrainingOverdue(kinds)


def _check_person(
    group: SupportGroup, name: str, volunteer_id: UUID | None, now: datetime, *, is_sure: bool
) -> None:
    """Return quietly when somebody may lead a group, or a meeting of it.

    Raises TrainingOverdue and LeadsIt.
    """
    if volunteer_id is not None and group.state == State.FORMING:
        check_training(volunteer_id, now)
    if not is_sure and _is_member(group, name):
        raise LeadsIt


def _is_member(group: SupportGroup, name: str) -> bool:
    """Say whether a member goes by this name, as far as the group keeps names."""
    return any(
        is_same_name(citizen.name, name) if citizen is not None else may_be(row.first_name, name)
        for row, citizen in members_queries.rows_of(group.id)
    )


def remove_leader(actor: Actor, facilitator_id: UUID, *, now: datetime) -> str:
    """Let somebody lead a group no longer, and return the group's id. Raises Stale.

    Whoever leads no other is no facilitator any more.
    """
    row = queries.get_facilitator(facilitator_id)
    group_id = row.group_id
    coordinated(actor, group_id)
    if row.until_on is not None:
        raise Stale
    _goes(actor, row, now)
    note(actor, Action.SET_UP_GROUP, group_id, "leader_removed", facilitator=facilitator_id)
    return str(group_id)


def _goes(actor: Actor, row: GroupFacilitator, now: datetime) -> None:
    """Let somebody lead a group no longer from this moment on, and nobody stand in for them.

    The last day is the one before, so that they can come to lead it anew the same day.
    """
    people, today = {row.volunteer_id or row.care_worker_id}, local_day(now)
    is_new = row.from_on == today
    for one in queries.stand_ins_for(row.id, None if is_new else now):
        people.add(one.volunteer_id or one.care_worker_id)
        db.session.delete(one)
    db.session.flush()
    if is_new:
        db.session.delete(row)
    else:
        row.until_on = today - timedelta(days=1)
    db.session.flush()
    for person_id in people:
        _let_out(actor, person_id, now)


def _let_out(actor: Actor, person_id: UUID | None, now: datetime) -> None:
    """Take the role of facilitator from somebody who leads no group and stands in at no meeting."""
    if person_id is None or queries.groups_led(person_id, local_day(now)):
        return
    if queries.still_stands_in(person_id, now):
        return
    program = replace(actor, role=Role.SYSTEM, supplier_id=None, district_id=None, person_id=None)
    take_access(program, role=Role.FACILITATOR, person_id=person_id, now=now)


def leaders_go(actor: Actor, group_id: UUID, now: datetime) -> None:
    """Let those who lead a group do so no longer, at once, now that it leads itself or has ended.

    Whoever leads no other is no facilitator any more.
    """
    for one in queries.leaders_of(group_id, local_day(now)):
        _goes(actor, queries.get_facilitator(one.id), now)


def end_stand_in(person_id: UUID, *, now: datetime) -> str | None:
    """Let somebody who stood in at a meeting, and leads no group, log in as a leader no longer."""
    _let_out(Actor(current_municipality(), Role.SYSTEM), person_id, now)
    return str(person_id)


def stand_in(
    actor: Actor,
    meeting_id: UUID,
    facilitator_id: UUID,
    *,
    volunteer_id: UUID | None = None,
    care_worker_id: UUID | None = None,
    is_sure: bool = False,
    now: datetime,
) -> str:
    """Note that a leader cannot come to a meeting, and who comes instead, if anybody does.

    Whoever comes instead sees the group in the days around that meeting, and leads it with the
    others then.

    Raises NotFound when they do not lead this group, Stale for a meeting that is over, AlreadyIn
    when who stands in leads the group anyway, and as for a new leader TrainingOverdue and LeadsIt.
    """
    meeting, today = lock_meeting(meeting_id), local_day(now)
    group = led(actor, meeting.group_id, now)
    leaders = {one.id: one for one in queries.leaders_of(meeting.group_id, today)}
    if facilitator_id not in leaders:
        raise NotFound
    if meeting.state != "planned":
        raise Stale
    instead = volunteer_id or care_worker_id
    if instead is not None:
        name = queries.name_of(volunteer_id=volunteer_id, care_worker_id=care_worker_id)
        if any(one.person_id == instead for one in leaders.values()):
            raise AlreadyIn
        _check_person(group, name, volunteer_id, now, is_sure=is_sure)
    before = _stood_in_for(meeting_id, facilitator_id)
    db.session.execute(
        delete(GroupStandIn).filter_by(meeting_id=meeting_id, facilitator_id=facilitator_id)
    )
    db.session.add(
        GroupStandIn(
            meeting_id=meeting_id,
            facilitator_id=facilitator_id,
            volunteer_id=volunteer_id,
            care_worker_id=care_worker_id,
        )
    )
    db.session.flush()
    if instead is not None:
        _let_in(instead, Role.VOLUNTEER if volunteer_id else Role.CARE_WORKER)
    if before != instead:
        _let_out(actor, before, now)
    note(actor, Action.RUN_GROUP, meeting.group_id, "stand_in", meeting=meeting_id)
    return str(meeting_id)


def can_come(actor: Actor, meeting_id: UUID, facilitator_id: UUID, *, now: datetime) -> str:
    """Note that a leader can come to a meeting after all; nobody stands in for them there.

    Returns the meeting's id. Raises Stale for a meeting that is over, and for who was to come.
    """
    meeting = lock_meeting(meeting_id)
    led(actor, meeting.group_id, now)
    row = queries.find_stand_in(meeting_id, facilitator_id)
    if meeting.state != "planned" or row is None:
        raise Stale
    instead = row.volunteer_id or row.care_worker_id
    db.session.delete(row)
    db.session.flush()
    _let_out(actor, instead, now)
    note(actor, Action.RUN_GROUP, meeting.group_id, "can_come", meeting=meeting_id)
    return str(meeting_id)


def _stood_in_for(meeting_id: UUID, facilitator_id: UUID) -> UUID | None:
    row = queries.find_stand_in(meeting_id, facilitator_id)
    return (row.volunteer_id or row.care_worker_id) if row is not None else None
