"""Reading groups: one, those somebody leads, how full they are, and by which rules they go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select

from klippekort.domain.calendar import day_span
from klippekort.domain.errors import NotFound
from klippekort.domain.groups.forms import Withdraws
from klippekort.domain.groups.joining import Room
from klippekort.domain.groups.leading import STANDS_IN_AFTER, STANDS_IN_BEFORE, Leading
from klippekort.domain.groups.life import Agreement, State, agreement
from klippekort.domain.permissions import Actor, Reach, Role
from klippekort.groups.models import (
    GroupFacilitator,
    GroupMeeting,
    GroupMember,
    GroupRules,
    GroupStandIn,
    SupportGroup,
)
from klippekort.platform.db import db
from klippekort.platform.sorting import alphabetical


@dataclass(frozen=True)
class GroupCount:
    """How many are in a group, asked, and waiting, and how many meetings have been."""

    active: int
    offered: int
    waiting: int
    held: int


def get_group(group_id: UUID) -> SupportGroup:
    """Return a group. Raises NotFound."""
    return _one(select(SupportGroup).filter_by(id=group_id))


def lock_group(group_id: UUID) -> SupportGroup:
    """Return a group nobody else can change before this transaction ends. Raises NotFound."""
    found = select(SupportGroup).filter_by(id=group_id).with_for_update()
    return _one(found.execution_options(populate_existing=True))


def _one(found: Select[SupportGroup]) -> SupportGroup:
    row = db.session.scalars(found).one_or_none()
    if row is None:
        raise NotFound
    return row


def find_by_name(neutral_name: str) -> SupportGroup | None:
    """Return the group that is called this, whatever its case, or None."""
    # A database of one file knows no small letters beyond a to z: names are compared here.
    named = db.session.execute(select(SupportGroup.id, SupportGroup.neutral_name))
    wanted = neutral_name.casefold()
    known = next((row_id for row_id, name in named if name.casefold() == wanted), None)
    return get_group(known) if known is not None else None


def list_groups(actor: Actor, today: date) -> Sequence[SupportGroup]:
    """Return the groups an actor may see by name: all, or those a facilitator leads today.

    The ended ones come last.
    """
    found = select(SupportGroup)
    if actor.role is Role.FACILITATOR:
        led, near = _led_by(actor.person_id, today), _stood_in_by(actor.person_id, today)
        found = found.where(or_(SupportGroup.id.in_(led), SupportGroup.id.in_(near)))
    rows = db.session.scalars(found.order_by(alphabetical(SupportGroup.neutral_name))).all()
    return sorted(rows, key=lambda row: row.state == State.ENDED)


def list_named_open() -> Sequence[SupportGroup]:
    """Return the groups that go by names and have not ended, by name."""
    found = select(SupportGroup).where(
        SupportGroup.anonymity == "named", SupportGroup.state != State.ENDED
    )
    return db.session.scalars(found.order_by(alphabetical(SupportGroup.neutral_name))).all()


def list_open() -> Sequence[SupportGroup]:
    """Return the groups that have not ended, by name."""
    found = select(SupportGroup).where(SupportGroup.state != State.ENDED)
    return db.session.scalars(found.order_by(alphabetical(SupportGroup.neutral_name))).all()


def count_contacts_due(today: date) -> int:
    """Return how many groups on their own somebody is to ask how it goes, today or before."""
    found = select(func.count(SupportGroup.id)).where(SupportGroup.contact_due_on <= today)
    return db.session.scalar(found) or 0


def _led_by(person_id: UUID | None, today: date) -> Select[UUID]:
    return select(GroupFacilitator.group_id).where(
        or_(
            GroupFacilitator.volunteer_id == person_id,
            GroupFacilitator.care_worker_id == person_id,
        ),
        GroupFacilitator.from_on <= today,
        or_(GroupFacilitator.until_on.is_(None), GroupFacilitator.until_on >= today),
    )


def _stood_in_by(person_id: UUID | None, today: date) -> Select[UUID]:
    found = select(GroupMeeting.group_id).join(
        GroupStandIn, GroupStandIn.meeting_id == GroupMeeting.id
    )
    return found.where(
        or_(GroupStandIn.volunteer_id == person_id, GroupStandIn.care_worker_id == person_id),
        *_is_near(today),
    )


def _is_near(today: date) -> tuple[ColumnElement[bool], ...]:
    """Say of a meeting that whoever stands in at it may see the group today."""
    first, last = day_span(today - STANDS_IN_AFTER)[0], day_span(today + STANDS_IN_BEFORE)[1]
    return (
        GroupMeeting.state != "cancelled",
        GroupMeeting.starts_at >= first,
        GroupMeeting.starts_at < last,
    )


def reach_of(group_id: UUID, today: date) -> Reach:
    """Return whose a group's own things are: those who lead it today, and around a meeting those
    who stand in at it.
    """
    rows = db.session.scalars(
        select(GroupFacilitator).where(
            GroupFacilitator.group_id == group_id,
            GroupFacilitator.from_on <= today,
            or_(GroupFacilitator.until_on.is_(None), GroupFacilitator.until_on >= today),
        )
    )
    near = db.session.scalars(
        select(GroupStandIn)
        .join(GroupMeeting, GroupMeeting.id == GroupStandIn.meeting_id)
        .where(GroupMeeting.group_id == group_id, *_is_near(today))
    )
    people = {row.volunteer_id or row.care_worker_id for row in [*rows, *near]}
    return Reach(people=frozenset(one for one in people if one is not None))


def counts_of(groups: Sequence[SupportGroup]) -> dict[UUID, GroupCount]:
    """Return, by group, how many are in it, asked, and waiting, and how many meetings were held."""
    ids = [group.id for group in groups]
    members = db.session.execute(
        select(GroupMember.group_id, GroupMember.state, func.count(GroupMember.id))
        .where(GroupMember.group_id.in_(ids))
        .group_by(GroupMember.group_id, GroupMember.state)
    )
    states = {(group_id, state): number for group_id, state, number in members}
    held = db.session.execute(
        select(GroupMeeting.group_id, func.count(GroupMeeting.id))
        .where(GroupMeeting.group_id.in_(ids), GroupMeeting.state == "held")
        .group_by(GroupMeeting.group_id)
    )
    meetings: dict[UUID, int] = dict(held.all())
    return {
        group.id: GroupCount(
            states.get((group.id, "active"), 0) + group.counted_members,
            states.get((group.id, "offered"), 0),
            states.get((group.id, "waiting"), 0),
            meetings.get(group.id, 0),
        )
        for group in groups
    }


def count_of(group: SupportGroup) -> GroupCount:
    """Return how many are in a group, asked, and waiting, and how many meetings were held."""
    return counts_of([group])[group.id]


def room_of(group: SupportGroup, today: date) -> Room:
    """Return how full and how open a group is today."""
    count = count_of(group)
    return Room(
        State(group.state),
        count.active + count.offered,
        group.largest,
        count.held,
        group.open_until,
        standing_of(group, today),
    )


def standing_of(group: SupportGroup, today: date) -> Agreement:
    """Return how the municipality's agreement about a group stands."""
    return agreement(group.agreement_until, today)


def is_over(group: SupportGroup, today: date) -> bool:
    """Say whether the agreement a group needs is over; one on its own needs none."""
    return group.state != State.SELF_RUN and standing_of(group, today) is Agreement.OVER


def leading_of(group: SupportGroup) -> Leading:
    """Return what a group asks of those who lead it."""
    after = 1 if group.withdraws == Withdraws.AFTER_FIRST else None
    return Leading(State(group.state), group.facilitators, group.may_run_short, after)


def latest_rules(group_id: UUID) -> GroupRules | None:
    """Return the ground rules as they read now, or None."""
    found = select(GroupRules).filter_by(group_id=group_id)
    return db.session.scalars(found.order_by(GroupRules.version.desc()).limit(1)).first()


def list_rules(group_id: UUID) -> Sequence[GroupRules]:
    """Return every wording of the ground rules, the latest first."""
    found = select(GroupRules).filter_by(group_id=group_id)
    return db.session.scalars(found.order_by(GroupRules.version.desc())).all()
