"""Reading who leads a group, and who may."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from klippekort.accounts.models import CareWorker, RoleAssignment
from klippekort.domain.clearances import Kind, Standing, standing
from klippekort.domain.errors import NotFound
from klippekort.domain.groups.leading import (
    STANDS_IN_AFTER,
    TRAINING,
    PairAdvice,
    advice,
    overdue,
)
from klippekort.domain.groups.life import State
from klippekort.domain.permissions import Role
from klippekort.groups.models import GroupFacilitator, GroupMeeting, GroupStandIn, SupportGroup
from klippekort.platform.db import db
from klippekort.platform.sorting import alphabetical
from klippekort.volunteers.models import Volunteer
from klippekort.volunteers.queries import held_of, rules

_LATELY = timedelta(days=21)


@dataclass(frozen=True)
class Leader:
    """Somebody who leads a group; `id` is the row, `person_id` the volunteer or care worker.

    `is_experienced` is known from any group: ticked there, or led there until it needed it no more.
    """

    id: UUID
    person_id: UUID
    name: str
    phone: str | None
    is_volunteer: bool
    is_experienced: bool


@dataclass(frozen=True)
class StandIn:
    """A leader who cannot come, and who stands in, if anybody; `id` is the leader's row."""

    id: UUID
    absent: str
    instead: str | None
    instead_id: UUID | None


def leaders_of(group_id: UUID, today: date) -> list[Leader]:
    """Return those who lead a group today, by name."""
    rows = db.session.execute(
        select(GroupFacilitator, Volunteer, CareWorker)
        .outerjoin(Volunteer, Volunteer.id == GroupFacilitator.volunteer_id)
        .outerjoin(CareWorker, CareWorker.id == GroupFacilitator.care_worker_id)
        .where(
            GroupFacilitator.group_id == group_id,
            GroupFacilitator.from_on <= today,
            or_(GroupFacilitator.until_on.is_(None), GroupFacilitator.until_on >= today),
        )
    )
    found = [_leader(*row) for row in rows]
    knows = _experienced({one.person_id for one in found})
    told = (replace(one, is_experienced=one.person_id in knows) for one in found)
    return sorted(told, key=lambda one: (one.name, one.id))


def _leader(
    row: GroupFacilitator, volunteer: Volunteer | None, worker: CareWorker | None
) -> Leader:
    person = volunteer or worker
    if person is None:
        raise NotFound
    phone = volunteer.phone if volunteer else None
    return Leader(row.id, person.id, person.name, phone, volunteer is not None, row.is_experienced)


def _experienced(people: Collection[UUID]) -> set[UUID]:
    """Return who of these people has led a group before: said of them in any group, or seen in one
    that began and is led no more.
    """
    person = func.coalesce(GroupFacilitator.volunteer_id, GroupFacilitator.care_worker_id)
    is_over = and_(
        SupportGroup.started_on.is_not(None), SupportGroup.state.in_((State.ENDED, State.SELF_RUN))
    )
    found = (
        select(person)
        .join(SupportGroup, SupportGroup.id == GroupFacilitator.group_id)
        .where(person.in_(people), or_(GroupFacilitator.is_experienced, is_over))
    )
    return set(db.session.scalars(found))


def get_facilitator(facilitator_id: UUID) -> GroupFacilitator:
    """Return somebody who leads a group. Raises NotFound."""
    found = select(GroupFacilitator).filter_by(id=facilitator_id)
    row = db.session.scalars(found).one_or_none()
    if row is None:
        raise NotFound
    return row


def name_of(*, volunteer_id: UUID | None, care_worker_id: UUID | None) -> str:
    """Return what a volunteer or a care worker is called. Raises NotFound."""
    found = (
        select(Volunteer.name).where(Volunteer.id == volunteer_id)
        if volunteer_id is not None
        else select(CareWorker.name).where(CareWorker.id == care_worker_id)
    )
    name = db.session.scalars(found).one_or_none()
    if name is None:
        raise NotFound
    return name


def candidates() -> list[tuple[str, str]]:
    """Return who may lead: (code, name) of volunteers, then of care workers, by name."""
    volunteers = db.session.execute(
        select(Volunteer.id, Volunteer.name)
        .where(Volunteer.archived_at.is_(None))
        .order_by(alphabetical(Volunteer.name))
    )
    workers = db.session.execute(
        select(CareWorker.id, CareWorker.name).order_by(alphabetical(CareWorker.name))
    )
    return [
        *((f"v:{one}", name) for one, name in volunteers),
        *((f"w:{one}", name) for one, name in workers),
    ]


def groups_led(person_id: UUID, today: date) -> int:
    """Return how many groups somebody leads today."""
    found = (
        select(func.count(GroupFacilitator.id))
        .join(SupportGroup, SupportGroup.id == GroupFacilitator.group_id)
        .where(
            or_(
                GroupFacilitator.volunteer_id == person_id,
                GroupFacilitator.care_worker_id == person_id,
            ),
            or_(GroupFacilitator.until_on.is_(None), GroupFacilitator.until_on >= today),
            SupportGroup.state.not_in((State.ENDED, State.SELF_RUN)),
        )
    )
    return db.session.scalar(found) or 0


def still_stands_in(person_id: UUID, now: datetime) -> bool:
    """Say whether somebody stands in at a meeting to come, or at one that has just been."""
    found = (
        select(GroupStandIn.id)
        .join(GroupMeeting, GroupMeeting.id == GroupStandIn.meeting_id)
        .where(
            or_(GroupStandIn.volunteer_id == person_id, GroupStandIn.care_worker_id == person_id),
            GroupMeeting.starts_at > now - STANDS_IN_AFTER,
            GroupMeeting.state != "cancelled",
        )
    )
    return db.session.scalars(found.limit(1)).first() is not None


def stood_in(now: datetime) -> list[UUID]:
    """Return those who stood in at a meeting these weeks, and still may log in as one who leads."""
    person = func.coalesce(GroupStandIn.volunteer_id, GroupStandIn.care_worker_id)
    found = (
        select(person)
        .join(GroupMeeting, GroupMeeting.id == GroupStandIn.meeting_id)
        .join(RoleAssignment, RoleAssignment.person_id == person)
        .where(
            GroupMeeting.starts_at.between(now - _LATELY, now - STANDS_IN_AFTER),
            RoleAssignment.role == Role.FACILITATOR,
            RoleAssignment.municipality_id == GroupStandIn.municipality_id,
        )
        .distinct()
    )
    return list(db.session.scalars(found))


def advice_on(leaders: Sequence[Leader], today: date) -> tuple[PairAdvice, ...]:
    """Return what to think of about those who lead a group."""
    loads = [groups_led(one.person_id, today) for one in leaders]
    return advice([one.is_experienced for one in leaders], loads)


def training_of(volunteer_id: UUID, today: date) -> list[Standing]:
    """Return how a volunteer's training and supervision stand. Raises NotFound."""
    held, known = held_of(volunteer_id), rules(today)
    return [standing(kind, held, today, known) for kind in TRAINING]


def candidates_with_load(today: date) -> dict[str, tuple[str, int, int]]:
    """Return who may lead, by code: the name, how many groups they have ever led, and how many now.

    So one who has done it and one who has not are easily put together.
    """
    rows = db.session.execute(
        select(
            func.coalesce(GroupFacilitator.volunteer_id, GroupFacilitator.care_worker_id),
            func.count(GroupFacilitator.id),
            func.sum(case((_leads_on(today), 1), else_=0)),
        )
        .join(SupportGroup, SupportGroup.id == GroupFacilitator.group_id)
        .group_by(func.coalesce(GroupFacilitator.volunteer_id, GroupFacilitator.care_worker_id))
    )
    known = {str(person): (ever, int(now or 0)) for person, ever, now in rows}
    return {code: (name, *known.get(code[2:], (0, 0))) for code, name in candidates()}


def _leads_on(today: date) -> ColumnElement[bool]:
    return and_(
        or_(GroupFacilitator.until_on.is_(None), GroupFacilitator.until_on >= today),
        SupportGroup.state.not_in((State.ENDED, State.SELF_RUN)),
    )


def training_overdue(volunteer_id: UUID, today: date) -> tuple[Kind, ...]:
    """Return the training a volunteer has let lapse. Raises NotFound."""
    return overdue(held_of(volunteer_id), today, rules(today))


def stand_ins_of(meeting_id: UUID, leaders: Sequence[Leader]) -> dict[UUID, StandIn]:
    """Return, by facilitator, who cannot come to a meeting and who stands in."""
    names = {one.id: one.name for one in leaders}
    rows = db.session.execute(
        select(GroupStandIn, Volunteer.name, CareWorker.name)
        .outerjoin(Volunteer, Volunteer.id == GroupStandIn.volunteer_id)
        .outerjoin(CareWorker, CareWorker.id == GroupStandIn.care_worker_id)
        .where(GroupStandIn.meeting_id == meeting_id)
    )
    return {
        row.facilitator_id: StandIn(
            row.facilitator_id,
            names[row.facilitator_id],
            volunteer or worker,
            row.volunteer_id or row.care_worker_id,
        )
        for row, volunteer, worker in rows
        if row.facilitator_id in names
    }


def find_stand_in(meeting_id: UUID, facilitator_id: UUID) -> GroupStandIn | None:
    """Return that a leader cannot come to a meeting, with who stands in, or None."""
    found = select(GroupStandIn).filter_by(meeting_id=meeting_id, facilitator_id=facilitator_id)
    return db.session.scalars(found).one_or_none()


def stand_ins_for(facilitator_id: UUID, after: datetime | None) -> Sequence[GroupStandIn]:
    """Return where a leader cannot come: at the meetings that end after an instant, or at all."""
    found = select(GroupStandIn).filter_by(facilitator_id=facilitator_id)
    if after is not None:
        found = found.join(GroupMeeting, GroupMeeting.id == GroupStandIn.meeting_id)
        found = found.where(GroupMeeting.ends_at > after)
    return db.session.scalars(found).all()
