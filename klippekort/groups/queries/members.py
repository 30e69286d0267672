"""Reading who waits for a group and who is in it, as far as the group keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func, select

from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import phone_of
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import NotFound
from klippekort.domain.groups.joining import Outcome, Reason
from klippekort.domain.groups.waiting import KEPT, InLine, is_kept, is_to_be_asked, last_heard, line
from klippekort.groups.models import (
    GroupInterest,
    GroupMember,
    GroupMemberCitizen,
    SupportGroup,
)
from klippekort.groups.queries.sealed import opened
from klippekort.platform.db import db
from klippekort.platform.keys import Place, keys
from klippekort.platform.sorting import alphabetical

INTEREST_KEPT = timedelta(days=365)


@dataclass(frozen=True)
class MemberLine:
    """A member as a list shows one; `name` is None where the group keeps no names."""

    id: UUID
    name: str | None
    citizen_id: UUID | None
    joined_on: date | None
    called_on: date | None = None


@dataclass(frozen=True)
class WaitingLine:
    """Somebody in line: the number of their turn, or why they cannot be asked."""

    id: UUID
    name: str | None
    citizen_id: UUID | None
    contact: str | None
    asked_at: datetime
    answer_by: datetime | None
    outcome: str | None
    lapses: int
    number: int | None
    reason: Reason | None
    must_be_asked: bool = False


@dataclass(frozen=True)
class InterestLine:
    """Somebody who waits for a theme, and how they are reached."""

    id: UUID
    theme: str
    language: str
    contact: str
    asked_at: datetime
    relation: str | None
    age: int | None


def get_member(member_id: UUID) -> GroupMember:
    """Return somebody who waits for a group or is in it. Raises NotFound."""
    return _one(select(GroupMember).filter_by(id=member_id))


def lock_member(member_id: UUID) -> GroupMember:
    """Return the same, and nobody else can change it meanwhile. Raises NotFound."""
    found = select(GroupMember).filter_by(id=member_id).with_for_update()
    return _one(found.execution_options(populate_existing=True))


def _one(found: Select[GroupMember]) -> GroupMember:
    row = db.session.scalars(found).one_or_none()
    if row is None:
        raise NotFound
    return row


def find_citizen_row(group_id: UUID, citizen_id: UUID) -> GroupMemberCitizen | None:
    """Return what ties a citizen to a named group, or None."""
    found = select(GroupMemberCitizen).filter_by(group_id=group_id, citizen_id=citizen_id)
    return db.session.scalars(found).one_or_none()


def citizen_of(member_id: UUID) -> Citizen | None:
    """Return which citizen a member is, or None where that is not kept."""
    found = (
        select(Citizen)
        .join(GroupMemberCitizen, GroupMemberCitizen.citizen_id == Citizen.id)
        .where(GroupMemberCitizen.member_id == member_id)
    )
    return db.session.scalars(found).one_or_none()


def rows_of(group_id: UUID) -> list[tuple[GroupMember, Citizen | None]]:
    """Return all rows of a group's members, each with the citizen, where that is kept."""
    found = (
        select(GroupMember, Citizen)
        .outerjoin(GroupMemberCitizen, GroupMemberCitizen.member_id == GroupMember.id)
        .outerjoin(Citizen, Citizen.id == GroupMemberCitizen.citizen_id)
        .where(GroupMember.group_id == group_id)
        .order_by(GroupMember.asked_at, GroupMember.id)
    )
    return [(row, citizen) for row, citizen in db.session.execute(found)]


def members_of(group_id: UUID) -> list[MemberLine]:
    """Return those who are in a group, by name; a group that counts heads has none to show."""
    lines = [
        MemberLine(
            row.id,
            _name(row, citizen),
            citizen.id if citizen else None,
            row.joined_on,
            row.called_on,
        )
        for row, citizen in rows_of(group_id)
        if row.state == "active"
    ]
    return sorted(lines, key=lambda one: (one.name or "", one.id))


def numbers_shared(group: SupportGroup, member_id: UUID) -> list[tuple[str, str]]:
    """Return, for a member who has said yes to it, the names and numbers of the others who have;
    for one who has not, none. A protected citizen's is never among them.
    """
    sharing = [pair for pair in rows_of(group.id) if pair[0].state == "active"]
    sharing = [pair for pair in sharing if pair[0].shares_contact]
    if member_id not in {row.id for row, _citizen in sharing}:
        return []
    found = []
    for row, citizen in sharing:
        if row.id == member_id or (citizen is not None and citizen.has_protected_address):
            continue
        number = phone_of(citizen) if citizen is not None else contact_in(group, row)
        if number:
            found.append((_name(row, citizen) or "", number))
    return sorted(found)


def line_of(group: SupportGroup, today: date) -> list[WaitingLine]:
    """Return the line in front of a group, in the order of the turn."""
    rows = {row.id: (row, citizen) for row, citizen in rows_of(group.id)}
    waiting = [_in_line(row) for row, _ in rows.values() if row.state in ("waiting", "offered")]
    lines = []
    for turn in line(waiting, pre_talk=group.pre_talk, today=today):
        row, citizen = rows[turn.id]
        lines.append(
            WaitingLine(
                row.id,
                _name(row, citizen),
                citizen.id if citizen else None,
                opened(group, row.id, "contact", row.contact_sealed),
                row.asked_at,
                row.answer_by,
                row.outcome,
                row.lapses,
                turn.number,
                turn.reason,
                citizen is None and is_to_be_asked(_last_heard(row), today),
            )
        )
    return lines


def _last_heard(row: GroupMember) -> date:
    return last_heard(local_day(row.asked_at), row.called_on, row.not_before_on)


def _in_line(row: GroupMember) -> InLine:
    outcome = Outcome(row.outcome) if row.outcome else None
    is_asked = row.state == "offered"
    return InLine(row.id, row.asked_at, outcome, row.lapses, is_asked, row.not_before_on)


def _name(row: GroupMember, citizen: Citizen | None) -> str | None:
    return citizen.name if citizen is not None else row.first_name


def likenesses_of(group_id: UUID) -> set[str | None]:
    """Return the fingerprints of how those in a group and its line are reached."""
    found = select(GroupMember.likeness).where(
        GroupMember.group_id == group_id, GroupMember.likeness.is_not(None)
    )
    return set(db.session.scalars(found))


def contact_in(group: SupportGroup, row: GroupMember) -> str | None:
    """Return how somebody in a group or its line is reached, as far as it is kept."""
    return opened(group, row.id, "contact", row.contact_sealed)


def overdue_ids(now: datetime) -> Sequence[UUID]:
    """Return those who were asked and did not answer in time."""
    found = select(GroupMember.id).where(
        GroupMember.state == "offered", GroupMember.answer_by <= now
    )
    return db.session.scalars(found).all()


def forgotten_ids(now: datetime) -> list[UUID]:
    """Return those in line whom nobody has heard from for so long that they are to be deleted;
    citizens are not among them: what is kept of them follows their case.
    """
    found = (
        select(GroupMember)
        .outerjoin(GroupMemberCitizen, GroupMemberCitizen.member_id == GroupMember.id)
        .where(
            GroupMember.state == "waiting",
            GroupMemberCitizen.id.is_(None),
            GroupMember.asked_at < now - KEPT,
        )
    )
    today = local_day(now)
    return [row.id for row in db.session.scalars(found) if not is_kept(_last_heard(row), today)]


def active_row_of(group_id: UUID, citizen_id: UUID) -> GroupMember:
    """Return a citizen's own place in a named group she is in. Raises NotFound."""
    return _one(
        select(GroupMember)
        .join(GroupMemberCitizen, GroupMemberCitizen.member_id == GroupMember.id)
        .where(
            GroupMember.group_id == group_id,
            GroupMember.state == "active",
            GroupMemberCitizen.citizen_id == citizen_id,
        )
    )


def own_groups(citizen_id: UUID) -> list[tuple[SupportGroup, GroupMember, GroupMemberCitizen]]:
    """Return the groups that go by names and a citizen is in, with her place, by name."""
    found = (
        select(SupportGroup, GroupMember, GroupMemberCitizen)
        .join(GroupMember, GroupMember.group_id == SupportGroup.id)
        .join(GroupMemberCitizen, GroupMemberCitizen.member_id == GroupMember.id)
        .where(GroupMemberCitizen.citizen_id == citizen_id, GroupMember.state == "active")
        .order_by(alphabetical(SupportGroup.neutral_name))
    )
    return [(group, row, tie) for group, row, tie in db.session.execute(found)]


def may_show_to_proxy(citizen_id: UUID, group_id: UUID) -> bool:
    """Say whether somebody who acts for a citizen may see that she is in a group: only where she
    has ticked it for that one. Of groups without names there is nothing to show.
    """
    row = find_citizen_row(group_id, citizen_id)
    return row is not None and row.shows_to_proxy


def tie_of(member_id: UUID) -> GroupMemberCitizen:
    """Return what ties a member to a citizen. Raises NotFound where the group keeps none."""
    found = select(GroupMemberCitizen).filter_by(member_id=member_id)
    row = db.session.scalars(found).one_or_none()
    if row is None:
        raise NotFound
    return row


def named_groups_of(citizen_id: UUID) -> dict[UUID, str]:
    """Return how a citizen stands with each named group, by the group's id."""
    found = (
        select(GroupMember.group_id, GroupMember.state)
        .join(GroupMemberCitizen, GroupMemberCitizen.member_id == GroupMember.id)
        .where(GroupMemberCitizen.citizen_id == citizen_id)
    )
    return dict(db.session.execute(found).all())


def list_interests() -> list[InterestLine]:
    """Return those who wait for a theme, who has waited longest first."""
    rows = db.session.scalars(
        select(GroupInterest).order_by(GroupInterest.asked_at, GroupInterest.id)
    )
    return [
        InterestLine(
            row.id,
            row.theme,
            row.language,
            contact_of(row),
            row.asked_at,
            row.relation,
            row.age,
        )
        for row in rows
    ]


def contact_of(row: GroupInterest) -> str:
    """Return how somebody who waits for a theme is reached."""
    return keys().unseal_secret(row.contact_sealed, Place(row.municipality_id, row.id, "contact"))


def get_interest(interest_id: UUID) -> GroupInterest:
    """Return somebody who waits for a theme. Raises NotFound."""
    row = db.session.scalars(select(GroupInterest).filter_by(id=interest_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def lock_interest(interest_id: UUID) -> GroupInterest:
    """Return somebody who waits for a theme, locked. Raises NotFound."""
    found = select(GroupInterest).filter_by(id=interest_id).with_for_update()
    row = db.session.scalars(found).one_or_none()
    if row is None:
        raise NotFound
    return row


def find_interest(likeness: str) -> GroupInterest | None:
    """Return what the same person has asked for already, or None."""
    return db.session.scalars(select(GroupInterest).filter_by(likeness=likeness)).one_or_none()


def old_interest_ids(now: datetime) -> Sequence[UUID]:
    """Return those who asked for a theme so long ago that how they are reached is to be deleted."""
    found = select(GroupInterest.id).where(GroupInterest.asked_at < now - INTEREST_KEPT)
    return db.session.scalars(found).all()


def asked_since(moment: datetime) -> int:
    """Return how many have asked for a theme since a moment."""
    found = select(func.count(GroupInterest.id)).where(GroupInterest.asked_at > moment)
    return db.session.scalar(found) or 0
