"""What the rules of the list ask of the features below: each is one statement over all citizens."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import cast
from uuid import UUID

from sqlalchemy import JSON, Table, and_, bindparam, func, select, type_coerce

from klippekort.citizens.models import Citizen, CitizenLeaving
from klippekort.courses.queries.checks import due_checks
from klippekort.domain.calendar import local_day
from klippekort.domain.trips import Cause, TripState
from klippekort.groups.models import GroupMember, GroupMemberCitizen, SupportGroup
from klippekort.outreach.queries.asked import Bereaved, FollowUpsDue, Moved, NotHere
from klippekort.platform.db import db
from klippekort.platform.events import ask
from klippekort.platform.tenancy import OwnRows, own
from klippekort.punchcards.models import Grant, PunchCard, PunchLot
from klippekort.trips.models import TripEvent, TripRider

_FREE = PunchLot.granted - PunchLot.held - PunchLot.used - PunchLot.expired
# Written as the index of open lots has it, or it is not used.
_IS_OPEN = PunchLot.granted > PunchLot.used + PunchLot.expired
_LEFT = ("death", "moved")
_events, _riders = cast(Table, TripEvent.__table__), cast(Table, TripRider.__table__)
_details = type_coerce(_events.c.details, JSON)
_CANCELLED = OwnRows(
    select(_riders.c.citizen_id, _events.c.happened_at, _details["citizen"].as_string())
    .join_from(_events, _riders, and_(_riders.c.trip_id == _events.c.trip_id, own(_riders)))
    .where(
        own(_events),
        _events.c.kind == TripState.CANCELLED.value,
        _events.c.happened_at >= bindparam("since"),
        _details["cause"].as_string() == Cause.SUPPLIER.value,
    )
)


def lapsing(after: date, through: date) -> dict[UUID, list[tuple[date, int]]]:
    """Return the free minutes each citizen loses after one day and through another, by day."""
    rows = db.session.execute(
        select(PunchCard.citizen_id, PunchLot.expires_on, func.sum(_FREE))
        .join(PunchLot, PunchLot.card_id == PunchCard.id)
        .where(PunchCard.closed_on.is_(None), _IS_OPEN, _FREE > 0)
        .where(PunchLot.expires_on > after, PunchLot.expires_on <= through)
        .group_by(PunchCard.citizen_id, PunchLot.expires_on)
        .order_by(PunchLot.expires_on)
    )
    found: dict[UUID, list[tuple[date, int]]] = defaultdict(list)
    for citizen_id, on, minutes in rows:
        if on is not None:
            found[citizen_id].append((on, int(minutes)))
    return found


def cancelled_by_us(since: datetime) -> dict[UUID, list[date]]:
    """Return the days on which the supplier cancelled a trip of each citizen."""
    found: dict[UUID, list[date]] = defaultdict(list)
    for citizen_id, at, alone in _CANCELLED.rows(since=since):
        if alone in (None, str(citizen_id)):
            found[citizen_id].append(local_day(at))
    return found


def groups_ended(since: date) -> dict[UUID, date]:
    """Return the day a named group ended of each citizen who is in no other one."""
    members = select(GroupMemberCitizen.citizen_id).join(
        SupportGroup, SupportGroup.id == GroupMemberCitizen.group_id
    )
    goes_on = (
        members.join(GroupMember, GroupMember.id == GroupMemberCitizen.member_id)
        .where(SupportGroup.ended_on.is_(None), GroupMember.state == "active")
        .distinct()
    )
    ended = members.add_columns(func.max(SupportGroup.ended_on))
    ended = ended.where(SupportGroup.ended_on >= since).group_by(GroupMemberCitizen.citizen_id)
    others = set(db.session.scalars(goes_on))
    found = db.session.execute(ended).all()
    return {citizen_id: on for citizen_id, on in found if citizen_id not in others}


def moved(since: datetime) -> dict[UUID, date]:
    """Return the day each citizen's home became another one, or was told to by another feature."""
    rows = db.session.execute(
        select(Citizen.id, Citizen.moved_on).where(Citizen.moved_on >= local_day(since))
    )
    pairs = [(citizen_id, on) for citizen_id, on in rows if on is not None]
    return _latest([*pairs, *ask(Moved(local_day(since)))])


def bereaved(since: date) -> dict[UUID, date]:
    """Return the day each citizen lost whoever they lived with, or was told by another feature."""
    rows = db.session.execute(
        select(CitizenLeaving.left_behind_id, CitizenLeaving.left_on)
        .where(CitizenLeaving.kind == "died", CitizenLeaving.left_on >= since)
        .where(CitizenLeaving.undone_at.is_(None), CitizenLeaving.left_behind_id.is_not(None))
    )
    pairs = [(citizen_id, on) for citizen_id, on in rows if citizen_id is not None]
    return _latest([*pairs, *ask(Bereaved(since))])


def follow_ups(through: date) -> dict[UUID, date]:
    """Return when each citizen's follow-up was due: after a hand-over, or told by another one."""
    checks = [(one.citizen_id, one.due_on) for one in due_checks(through)]
    return _latest([*checks, *ask(FollowUpsDue(through))])


def _latest(pairs: Iterable[tuple[UUID, date]]) -> dict[UUID, date]:
    found: dict[UUID, date] = {}
    for citizen_id, on in pairs:
        found[citizen_id] = max(on, found.get(citizen_id, on))
    return found


def not_here(today: date) -> set[UUID]:
    """Return the citizens who have died or moved away: it is written down, or their last card ended
    so, or another feature tells us.
    """
    ended = (
        select(PunchCard.citizen_id)
        .join(Grant, Grant.card_id == PunchCard.id)
        .where(PunchCard.closed_on.is_not(None), Grant.at_end.in_(_LEFT))
    )
    still = select(PunchCard.citizen_id).where(PunchCard.closed_on.is_(None))
    rows = ended.where(PunchCard.citizen_id.not_in(still)).distinct()
    left = select(CitizenLeaving.citizen_id).where(CitizenLeaving.undone_at.is_(None))
    return {*db.session.scalars(rows), *db.session.scalars(left), *ask(NotHere(today))}
