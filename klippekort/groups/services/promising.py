"""A group promises more than before, or becomes one with another that promises no less."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update

from klippekort.citizens.models import Citizen
from klippekort.domain.errors import NotFound
from klippekort.domain.groups.anonymity import (
    Anonymity,
    Kept,
    PromiseOnlyGrows,
    is_at_least,
    may_keep,
    purged_by,
)
from klippekort.domain.groups.life import State, Step, after
from klippekort.domain.permissions import Action, Actor
from klippekort.groups.models import (
    GroupAttendance,
    GroupMember,
    GroupMemberCitizen,
    GroupVisit,
    SupportGroup,
)
from klippekort.groups.queries import groups as queries
from klippekort.groups.queries.members import rows_of
from klippekort.groups.queries.sealed import opened
from klippekort.groups.services.board import clear
from klippekort.groups.services.common import coordinated, note, sealed
from klippekort.groups.services.errors import OtherTheme, TooManyMembers
from klippekort.groups.services.events import PromiseGrew
from klippekort.groups.services.life import close
from klippekort.platform import events
from klippekort.platform.db import db
from klippekort.platform.ids import new_id

_Rows = Sequence[tuple[GroupMember, Citizen | None]]


def raise_anonymity(actor: Actor, group_id: UUID, to: Anonymity, *, now: datetime) -> str:
    """Let a group promise more, and delete what it may keep no longer; return its id.

    Every place is made anew under an id of its own, so that nothing on record leads to it. Raises
    PromiseOnlyGrows.
    """
    group = coordinated(actor, group_id)
    purged_by(Anonymity(group.anonymity), to)
    rows = rows_of(group_id)
    contacts = _contacts(group, rows)
    clear(group)
    if not may_keep(to, Kept.FIRST_NAME):
        db.session.execute(update(GroupVisit).filter_by(group_id=group_id).values(first_name=None))
    _drop(group_id)
    events.emit(PromiseGrew(group_id))
    group.anonymity, group.reports_attendance = to, False
    db.session.flush()
    for row, citizen in rows:
        _anew(group, row, citizen, contacts.get(row.id, ""))
    db.session.flush()
    note(actor, Action.SET_UP_GROUP, group_id, "anonymity", to=to.value)
    return str(group_id)


def _contacts(group: SupportGroup, rows: _Rows) -> dict[UUID, str]:
    """Return how those who wait are reached, in clear, by their old ids."""
    return {row.id: opened(group, row.id, "contact", row.contact_sealed) or "" for row, _ in rows}


def _drop(group_id: UUID) -> None:
    """Delete all rows of a group's members."""
    mine = list(db.session.scalars(select(GroupMember.id).where(GroupMember.group_id == group_id)))
    db.session.execute(delete(GroupAttendance).where(GroupAttendance.member_id.in_(mine)))
    db.session.execute(delete(GroupMemberCitizen).filter_by(group_id=group_id))
    db.session.execute(delete(GroupMember).filter_by(group_id=group_id))


def _anew(group: SupportGroup, row: GroupMember, citizen: Citizen | None, contact: str) -> None:
    """Make a member's place anew under the group's promise as it is now."""
    level = Anonymity(group.anonymity)
    if row.state == "left":
        return
    if row.state == "active" and not may_keep(level, Kept.MEMBERSHIP):
        group.counted_members += 1
        return
    first = row.first_name or (citizen.first_name if citizen is not None else None)
    waits, row_id = row.state != "active", new_id()
    db.session.add(
        GroupMember(
            id=row_id,
            group_id=group.id,
            anonymity=level,
            first_name=first if may_keep(level, Kept.FIRST_NAME) else None,
            contact_sealed=sealed(group, row_id, "contact", contact) if waits else None,
            source=row.source if waits else None,
            outcome=row.outcome if waits else None,
            not_before_on=row.not_before_on if waits else None,
            state=row.state,
            asked_at=row.asked_at,
            answer_by=row.answer_by,
            lapses=row.lapses,
            joined_on=row.joined_on,
            rules_version=row.rules_version,
        )
    )


def merge(
    actor: Actor, from_id: UUID, into_id: UUID, *, is_sure: bool = False, now: datetime
) -> str:
    """Let a group become part of another, which ends it, and return the other's id.

    Nobody is promised less than before: the other keeps all secret that this one does. Who is in
    both is there once. Raises PromiseOnlyGrows, TooManyMembers, WrongState, NotFound for a group
    and itself, and OtherTheme unless `is_sure`.
    """
    if from_id == into_id:
        raise NotFound
    first, second = sorted((from_id, into_id))
    both = {one: coordinated(actor, one) for one in (first, second)}
    source, target = both[from_id], both[into_id]
    after(State(source.state), Step.END)
    after(State(target.state), Step.END)
    if not is_at_least(Anonymity(target.anonymity), Anonymity(source.anonymity)):
        raise PromiseOnlyGrows
    if source.theme != target.theme and not is_sure:
        raise OtherTheme
    _check_size(source, target)
    if target.anonymity != source.anonymity:
        events.emit(PromiseGrew(from_id))
    _bring_over(source, target)
    close(source, "merged", now)
    note(actor, Action.SET_UP_GROUP, from_id, "merged", into=into_id)
    return str(into_id)


def _check_size(source: SupportGroup, target: SupportGroup) -> None:
    there = {citizen.id for _, citizen in rows_of(target.id) if citizen is not None}
    twice = sum(
        1
        for row, citizen in rows_of(source.id)
        if row.state == "active" and citizen is not None and citizen.id in there
    )
    count, other = queries.count_of(target), queries.count_of(source)
    together = count.active + count.offered + other.active + other.offered - twice
    if together > target.largest:
        raise TooManyMembers(together, target.largest)


def _bring_over(source: SupportGroup, target: SupportGroup) -> None:
    """Make a place in the other group for everybody who has one here and none there."""
    there = {citizen.id for _, citizen in rows_of(target.id) if citizen is not None}
    rows = rows_of(source.id)
    contacts = _contacts(source, rows)
    _drop(source.id)
    target.counted_members += source.counted_members
    source.counted_members = 0
    for row, citizen in rows:
        if citizen is not None and citizen.id in there:
            continue
        if target.anonymity != Anonymity.NAMED:
            _anew(target, row, citizen, contacts[row.id])
        elif row.state != "left":
            _named_anew(target, row, citizen, contacts[row.id])
    db.session.flush()


def _named_anew(
    target: SupportGroup, row: GroupMember, citizen: Citizen | None, contact: str
) -> None:
    row_id = new_id()
    db.session.add(
        GroupMember(
            id=row_id,
            group_id=target.id,
            anonymity=Anonymity.NAMED,
            first_name=row.first_name,
            contact_sealed=sealed(target, row_id, "contact", contact),
            source=row.source,
            outcome=row.outcome,
            not_before_on=row.not_before_on,
            state=row.state,
            asked_at=row.asked_at,
            answer_by=row.answer_by,
            lapses=row.lapses,
            joined_on=row.joined_on,
            shares_contact=row.shares_contact,
            wants_measures=row.wants_measures,
        )
    )
    db.session.flush()
    if citizen is not None:
        db.session.add(
            GroupMemberCitizen(member_id=row_id, group_id=target.id, citizen_id=citizen.id)
        )
