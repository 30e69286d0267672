"""Every citizen in one statement: who she is, and what one row of each feature tells the rules."""

from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Table,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
)

from klippekort.activities.models import Occurrence, SignUp
from klippekort.citizens.models import Citizen
from klippekort.domain.outreach.cases import ASKED
from klippekort.domain.trips import MADE, OCCUPIES
from klippekort.groups.models import GroupAttendance, GroupMeeting, GroupMemberCitizen, SupportGroup
from klippekort.outreach.models import OutreachAnswer, OutreachCase
from klippekort.platform.tenancy import OwnRows, own
from klippekort.punchcards.models import PunchCard, PunchLot
from klippekort.trips.models import TripRider

# No trip lasts so long: whoever is about to go, or is on the way, began after this long ago.
_LONGEST_TRIP = timedelta(days=7)


class Person(NamedTuple):
    """A citizen, and what one row of each feature tells of her; None where it tells nothing."""

    id: UUID
    first_name: str
    last_name: str
    supplier_id: UUID
    district_id: UUID | None
    needs_wheelchair: bool
    has_protected_address: bool
    created_at: datetime
    answer: str | None
    answered_at: datetime | None
    until_on: date | None
    asked_on: date | None
    free_minutes: int | None
    last_trip_at: datetime | None
    last_seat_at: datetime | None
    last_meeting_at: datetime | None
    has_trip_ahead: bool
    case_id: UUID | None
    owner_id: UUID | None
    next_on: date | None


def list_people(now: datetime, supplier_id: UUID | None, district_id: UUID | None) -> list[Person]:
    """Return every citizen of a supplier and a district, or of all: one statement."""
    said: dict[str, Any] = {"now": now, "earliest": now - _LONGEST_TRIP}
    if supplier_id is not None:
        said["supplier"] = supplier_id
    if district_id is not None:
        said["district"] = district_id
    rows = _people(supplier_id is not None, district_id is not None).rows(**said)
    return [Person._make(row) for row in rows]


def _table(model: Any) -> Table:
    return cast(Table, model.__table__)


_citizens, _riders, _answers = _table(Citizen), _table(TripRider), _table(OutreachAnswer)
_cards, _lots, _cases = _table(PunchCard), _table(PunchLot), _table(OutreachCase)
_dates, _seats = _table(Occurrence), _table(SignUp)
_members, _came, _meetings, _groups = (
    _table(GroupMemberCitizen),
    _table(GroupAttendance),
    _table(GroupMeeting),
    _table(SupportGroup),
)


def _one_of(column: ColumnElement[str], values: Any) -> ColumnElement[bool]:
    """Return the condition that a column is one of a few values, without a list of them."""
    return or_(*(column == str(value) for value in sorted(values)))


def _latest_answer() -> ColumnElement[UUID]:
    """Return the id of what was last answered to a citizen's line, by the index."""
    answer = _answers.alias("later")
    return (
        select(answer.c.id)
        .where(own(answer), answer.c.citizen_id == _citizens.c.id)
        .order_by(answer.c.recorded_at.desc(), answer.c.id.desc())
        .limit(literal_column("1"))
        .correlate(_citizens)
        .scalar_subquery()
    )


def _last_asked() -> FromClause:
    return (
        select(_answers.c.citizen_id, func.max(_answers.c.given_on).label("on_day"))
        .where(own(_answers), _one_of(_answers.c.answer, ASKED))
        .group_by(_answers.c.citizen_id)
        .subquery("asked")
    )


def _free_minutes() -> FromClause:
    """Return the minutes each citizen has free on open cards."""
    free = _lots.c.granted - _lots.c.held - _lots.c.used - _lots.c.expired
    return (
        select(_cards.c.citizen_id, func.sum(free).label("minutes"))
        .join_from(_cards, _lots, and_(_lots.c.card_id == _cards.c.id, own(_lots)))
        .where(
            own(_cards),
            _cards.c.closed_on.is_(None),
            # Written as the index of open lots has it, or it is not used.
            _lots.c.granted > _lots.c.used + _lots.c.expired,
            free > literal_column("0"),
        )
        .group_by(_cards.c.citizen_id)
        .subquery("free")
    )


def _last_seat() -> FromClause:
    return (
        select(_seats.c.citizen_id, func.max(_dates.c.starts_at).label("at"))
        .join_from(_seats, _dates, and_(_dates.c.id == _seats.c.occurrence_id, own(_dates)))
        .where(own(_seats), _seats.c.attended.is_(True))
        .group_by(_seats.c.citizen_id)
        .subquery("seat")
    )


def _last_meeting() -> FromClause:
    """Return who was last at a meeting when, of groups that have said that this is told."""
    return (
        select(_members.c.citizen_id, func.max(_meetings.c.starts_at).label("at"))
        .join_from(_members, _came, and_(_came.c.member_id == _members.c.member_id, own(_came)))
        .join(_meetings, and_(_meetings.c.id == _came.c.meeting_id, own(_meetings)))
        .join(_groups, and_(_groups.c.id == _meetings.c.group_id, own(_groups)))
        .where(own(_members), _came.c.came.is_(True), _groups.c.reports_attendance.is_(True))
        .group_by(_members.c.citizen_id)
        .subquery("meeting")
    )


def _last_trip() -> ColumnElement[datetime]:
    """Return the start of the last trip a citizen made: by the index, a step or two for each."""
    rider = _riders.alias("made")
    return (
        select(rider.c.starts_at)
        .where(own(rider), rider.c.citizen_id == _citizens.c.id, _one_of(rider.c.state, MADE))
        .order_by(rider.c.starts_at.desc())
        .limit(literal_column("1"))
        .correlate(_citizens)
        .scalar_subquery()
    )


def _is_about_to_go() -> ColumnElement[bool]:
    rider = _riders.alias("ahead")
    return exists().where(
        own(rider),
        rider.c.citizen_id == _citizens.c.id,
        rider.c.starts_at > bindparam("earliest", type_=rider.c.starts_at.type),
        rider.c.ends_at > bindparam("now", type_=rider.c.ends_at.type),
        rider.c.is_active.is_(True),
        _one_of(rider.c.state, OCCUPIES),
    )


@cache
def _people(is_of_supplier: bool, is_of_district: bool) -> OwnRows:
    found = _everybody()
    if is_of_supplier:
        found = found.where(_citizens.c.supplier_id == bindparam("supplier"))
    if is_of_district:
        found = found.where(_citizens.c.district_id == bindparam("district"))
    return OwnRows(found)


def _everybody() -> Select[*tuple[Any, ...]]:
    asked, free, seat, meeting = _last_asked(), _free_minutes(), _last_seat(), _last_meeting()
    case = and_(_cases.c.citizen_id == _citizens.c.id, _cases.c.closed_on.is_(None), own(_cases))
    latest = and_(_answers.c.id == _latest_answer(), own(_answers))
    source: Any = _citizens.outerjoin(_cases, case).outerjoin(_answers, latest)
    for part in (asked, free, seat, meeting):
        source = source.outerjoin(part, part.c.citizen_id == _citizens.c.id)
    return (
        select(
            _citizens.c.id,
            _citizens.c.first_name,
            _citizens.c.last_name,
            _citizens.c.supplier_id,
            _citizens.c.district_id,
            _citizens.c.needs_wheelchair,
            _citizens.c.has_protected_address,
            _citizens.c.created_at,
            _answers.c.answer,
            _answers.c.recorded_at,
            _answers.c.until_on,
            asked.c.on_day,
            free.c.minutes,
            _last_trip().label("last_trip_at"),
            seat.c.at,
            meeting.c.at,
            _is_about_to_go().label("has_trip_ahead"),
            _cases.c.id,
            _cases.c.owner_id,
            _cases.c.next_on,
        )
        .select_from(source)
        .where(own(_citizens))
    )
