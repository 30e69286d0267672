"""How a group is filled: interest, the talk before, an offer with a deadline, and the answer."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from klippekort.citizens.queries import get_citizen, reach
from klippekort.citizens.queries.leaving import must_be_here
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import Stale
from klippekort.domain.groups.anonymity import Anonymity, Kept, may_keep
from klippekort.domain.groups.joining import Outcome, Reason, is_open
from klippekort.domain.groups.leading import is_same_name, may_be
from klippekort.domain.groups.waiting import is_given_up
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.working_hours import OfficeHours, after_working
from klippekort.groups.models import GroupMember, GroupMemberCitizen, SupportGroup
from klippekort.groups.queries import groups as group_queries
from klippekort.groups.queries import members as queries
from klippekort.groups.queries.people import leaders_of
from klippekort.groups.services.common import led, likeness_of, note, note_place, sealed
from klippekort.groups.services.errors import (
    AlreadyIn,
    CannotJoin,
    KeepsNoNames,
    LeadsIt,
    NoAnswerLeft,
    NotReferred,
    NotTheirTurn,
)
from klippekort.groups.services.measuring import agree_to_measures
from klippekort.municipalities.queries import get_municipality
from klippekort.platform.db import db
from klippekort.platform.ids import new_id

_CLOSES_LINE = frozenset({Reason.ENDED, Reason.CLOSED, Reason.AGREEMENT_OVER})
_GOES_ON = frozenset({Outcome.FITS, Outcome.LATER})


@dataclass(frozen=True)
class Asked:
    """What is told of somebody who would like to join: what to call them, and how to reach them.

    `source` is self, relative or staff; `not_before_on` is the first day they can join.
    """

    contact: str
    source: str
    first_name: str | None = None
    not_before_on: date | None = None


@dataclass(frozen=True)
class Talk:
    """What came of the talk before somebody joins, as a code, and from when they can."""

    outcome: Outcome
    not_before_on: date | None = None


def add_interest(
    actor: Actor, group_id: UUID, asked: Asked, *, is_sure: bool = False, now: datetime
) -> str:
    """Put somebody who is no citizen of ours, as far as we know, in a group's line.

    What the group does not keep is not stored, whatever was written. Raises CannotJoin, AlreadyIn
    when somebody reached the same way stands there, NotReferred, and LeadsIt when a leader is
    called the same, unless `is_sure`.
    """
    group = led(actor, group_id, now)
    leaders = leaders_of(group_id, local_day(now))
    if not is_sure and any(may_be(asked.first_name, one.name) for one in leaders):
        raise LeadsIt
    return str(put_in_line(actor, group, asked, now=now).id)


def put_in_line(
    actor: Actor, group: SupportGroup, asked: Asked, *, since: datetime | None = None, now: datetime
) -> GroupMember:
    """Add somebody to a group's line, as of `since` where they have waited elsewhere."""
    _check_line(group, now)
    if not group.referral and asked.source == "staff":
        raise NotReferred
    level, row_id = Anonymity(group.anonymity), new_id()
    row = GroupMember(
        id=row_id,
        group_id=group.id,
        anonymity=level,
        first_name=asked.first_name if may_keep(level, Kept.FIRST_NAME) else None,
        contact_sealed=sealed(group, row_id, "contact", asked.contact),
        likeness=likeness_of(group.municipality_id, group.id, asked.contact),
        source=asked.source,
        asked_at=since or now,
        not_before_on=asked.not_before_on,
    )
    _add(row)
    note(actor, Action.RUN_GROUP, group.id, "interest")
    return row


def suggest(
    actor: Actor,
    group_id: UUID,
    citizen_id: UUID,
    *,
    not_before_on: date | None = None,
    is_sure: bool = False,
    now: datetime,
) -> str:
    """Put a citizen in the line of a group that goes by names, and return the place's id.

    Whoever has left may come again. Raises KeepsNoNames for any other group, AlreadyIn, CannotJoin,
    NotReferred, LeadsIt when a leader is called the same, unless `is_sure`; CitizenGone,
    Forbidden and NotFound.
    """
    citizen, today = get_citizen(citizen_id), local_day(now)
    authorise(actor, Action.SUGGEST_GROUP, reach(citizen, today))
    must_be_here(citizen_id)
    group = group_queries.lock_group(group_id)
    if not may_keep(Anonymity(group.anonymity), Kept.CITIZEN):
        raise KeepsNoNames
    _check_line(group, now)
    if not group.referral:
        raise NotReferred
    leaders = leaders_of(group_id, today)
    if not is_sure and any(is_same_name(one.name, citizen.name) for one in leaders):
        raise LeadsIt
    row = _come_again(group_id, citizen_id, now) or _first_time(group, citizen_id, now)
    row.not_before_on = not_before_on
    db.session.flush()
    note_place(actor, Action.SUGGEST_GROUP, row, citizen_id, "suggested")
    return str(row.id)


def _come_again(group_id: UUID, citizen_id: UUID, now: datetime) -> GroupMember | None:
    known = queries.find_citizen_row(group_id, citizen_id)
    if known is None:
        return None
    row = queries.lock_member(known.member_id)
    if row.state != "left":
        raise AlreadyIn
    row.state, row.asked_at, row.outcome, row.lapses = "waiting", now, None, 0
    row.joined_on = row.rules_version = row.called_on = None
    return row


def _first_time(group: SupportGroup, citizen_id: UUID, now: datetime) -> GroupMember:
    row = GroupMember(
        id=new_id(),
        group_id=group.id,
        anonymity=Anonymity.NAMED,
        source="staff",
        asked_at=now,
    )
    _add(row)
    try:
        with db.session.begin_nested():
            db.session.add(
                GroupMemberCitizen(member_id=row.id, group_id=group.id, citizen_id=citizen_id)
            )
            db.session.flush()
    except IntegrityError as error:
        raise AlreadyIn from error
    return row


def _add(row: GroupMember) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()
    except IntegrityError as error:
        raise AlreadyIn from error


def _check_line(group: SupportGroup, now: datetime) -> None:
    reason = is_open(group_queries.room_of(group, local_day(now)))
    if reason in _CLOSES_LINE:
        raise CannotJoin(reason)


def note_talk(actor: Actor, member_id: UUID, talk: Talk, *, now: datetime) -> None:
    """Store what came of the talk.

    Whom the group is not right for leaves the line. Raises Stale for somebody who waits no longer.
    """
    row = queries.lock_member(member_id)
    led(actor, row.group_id, now)
    if row.state != "waiting":
        raise Stale
    row.outcome, row.not_before_on = talk.outcome, talk.not_before_on
    _note(actor, row, "talk")
    if talk.outcome not in _GOES_ON:
        forget(row)
    db.session.flush()


def offer(actor: Actor, member_id: UUID, *, past_others: str | None = None, now: datetime) -> None:
    """Offer somebody a place, to be answered in the office's hours.

    `past_others` is the reason, as a code, for passing others by. Raises NotTheirTurn without one,
    CannotJoin, CitizenGone and Stale.
    """
    row = queries.lock_member(member_id)
    group, today = led(actor, row.group_id, now), local_day(now)
    if row.state != "waiting":
        raise Stale
    if (citizen := queries.citizen_of(member_id)) is not None:
        must_be_here(citizen.id)
    if reason := is_open(group_queries.room_of(group, today)):
        raise CannotJoin(reason)
    turn = next(one for one in queries.line_of(group, today) if one.id == member_id)
    if turn.reason is not None:
        raise CannotJoin(turn.reason)
    if turn.number != 1 and past_others is None:
        raise NotTheirTurn
    row.state, row.answer_by = "offered", time_to_answer(group, now)
    db.session.flush()
    _note(actor, row, "offered", past_others=past_others)


def time_to_answer(group: SupportGroup, now: datetime) -> datetime:
    """Return until when whoever is offered a place now can answer, in the office's hours."""
    home = get_municipality(group.municipality_id)
    office = OfficeHours(home.office_opens, home.office_closes)
    return after_working(now, home.offer_hours * 60, office)


def answer(
    actor: Actor,
    member_id: UUID,
    *,
    says_yes: bool,
    shares_contact: bool = False,
    wants_measures: bool = False,
    now: datetime,
) -> None:
    """Store an answer to an offer.

    A yes is also a yes to the ground rules as they read now. What was kept for asking is deleted:
    a group that counts heads has one more, and no row. A citizen who `wants_measures` is asked how
    she is at the start and at the end; elsewhere nobody is. Raises NoAnswerLeft, and CannotJoin for
    a yes when the agreement about the group is over.
    """
    row = queries.lock_member(member_id)
    group = led(actor, row.group_id, now)
    if row.state != "offered":
        raise NoAnswerLeft
    if says_yes and group_queries.is_over(group, local_day(now)):
        raise CannotJoin(Reason.AGREEMENT_OVER)
    _note(actor, row, "answered", says_yes=says_yes)
    if not says_yes:
        forget(row)
    elif group.anonymity == Anonymity.HEAD_COUNT:
        db.session.delete(row)
        group.counted_members += 1
    else:
        _take_in(row, group, shares_contact=shares_contact, today=local_day(now))
        if wants_measures:
            agree_to_measures(row, now)
    db.session.flush()


def _note(actor: Actor, row: GroupMember, what: str, **codes: Any) -> None:
    citizen = queries.citizen_of(row.id)
    citizen_id = citizen.id if citizen is not None else None
    note_place(actor, Action.RUN_GROUP, row, citizen_id, what, **codes)


def _take_in(row: GroupMember, group: SupportGroup, *, shares_contact: bool, today: date) -> None:
    rules, is_named = group_queries.latest_rules(group.id), group.anonymity == Anonymity.NAMED
    row.state, row.answer_by, row.joined_on = "active", None, today
    row.rules_version = rules.version if rules else None
    row.not_before_on = row.called_on = None
    citizen = queries.citizen_of(row.id) if is_named else None
    is_protected = citizen is not None and citizen.has_protected_address
    row.shares_contact = shares_contact and is_named and not is_protected
    if not is_named:
        row.contact_sealed = row.likeness = row.source = row.outcome = None


def take_out(actor: Actor, member_id: UUID, *, now: datetime) -> None:
    """Take somebody out of the line who wants to wait no more."""
    row = queries.lock_member(member_id)
    led(actor, row.group_id, now)
    if row.state not in ("waiting", "offered"):
        raise Stale
    _note(actor, row, "out_of_line")
    forget(row)
    db.session.flush()


def lapse(member_id: UUID, *, now: datetime) -> str | None:
    """Put somebody who did not answer in time behind the others; after twice, out of the line."""
    row = queries.lock_member(member_id)
    if row.state != "offered" or row.answer_by is None or row.answer_by > now:
        return None
    row.state, row.answer_by, row.lapses = "waiting", None, row.lapses + 1
    if is_given_up(row.lapses):
        forget(row)
    db.session.flush()
    return str(member_id)


def forget_waiting(member_id: UUID, *, now: datetime) -> str | None:
    """Delete somebody from a line who is no citizen of ours and was not heard from for a year."""
    if member_id not in queries.forgotten_ids(now):
        return None
    forget(queries.lock_member(member_id))
    db.session.flush()
    return str(member_id)


def forget(row: GroupMember) -> None:
    """Let somebody be in a group and its line no more: all that tells of them goes.

    A citizen of a named group stays as one who has left, and may come again.
    """
    if queries.citizen_of(row.id) is None:
        db.session.delete(row)
        return
    queries.tie_of(row.id).shows_to_proxy = False
    row.state, row.answer_by, row.contact_sealed, row.likeness = "left", None, None, None
    row.shares_contact, row.not_before_on, row.wants_measures = False, None, False
