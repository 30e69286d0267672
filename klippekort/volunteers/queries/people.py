"""Reading volunteers: one, the list, and whose they are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from klippekort.accounts.models import RoleAssignment
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Reach, Role
from klippekort.platform.db import db
from klippekort.platform.sorting import alphabetical
from klippekort.platform.tenancy import current_municipality
from klippekort.volunteers.models import Association, Volunteer


@dataclass(frozen=True)
class VolunteerLine:
    """A volunteer as a list shows them, with the name of their association."""

    id: UUID
    name: str
    email: str | None
    phone: str | None
    association: str | None
    has_log_in: bool
    association_id: UUID | None = None
    interests: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    parts: tuple[str, ...] = ()
    goes_along: bool = False
    drives: bool = False
    takes_wheelchair: bool = False
    since: date | None = None
    paused_until: date | None = None
    is_archived: bool = False

    def is_paused(self, today: date) -> bool:
        """Say whether the volunteer has asked to be left alone today."""
        return self.paused_until is not None and today <= self.paused_until


@dataclass(frozen=True)
class Wanted:
    """What a list of volunteers is narrowed to; what is empty narrows nothing."""

    text: str = ""
    interest: str = ""
    language: str = ""
    weekday: int | None = None
    does: str = ""
    association_id: UUID | None = None
    state: str = "active"


def get_volunteer(volunteer_id: UUID) -> Volunteer:
    """Return a volunteer. Raises NotFound."""
    return _one(select(Volunteer).filter_by(id=volunteer_id))


def lock_volunteer(volunteer_id: UUID) -> Volunteer:
    """Return a volunteer nobody else can change before this transaction ends. Raises NotFound."""
    fresh = select(Volunteer).filter_by(id=volunteer_id).with_for_update()
    return _one(fresh.execution_options(populate_existing=True))


def _one(wanted: Select[Volunteer]) -> Volunteer:
    row = db.session.scalars(wanted).one_or_none()
    if row is None:
        raise NotFound
    return row


def find_volunteer(email: str) -> Volunteer | None:
    """Return the volunteer with this e-mail address, whatever its case, or None."""
    found = select(Volunteer).where(func.lower(Volunteer.email) == email.lower())
    return db.session.scalars(found).one_or_none()


def reach_of(volunteer_id: UUID) -> Reach:
    """Return whose a volunteer's own things are: the volunteer's."""
    return Reach(people=frozenset({volunteer_id}))


def since(row: Volunteer) -> date:
    """Return the day somebody began as a volunteer: the one that was told, or the first we know."""
    return row.started_on or local_day(row.created_at)


def list_volunteers(*, with_archived: bool = False) -> list[VolunteerLine]:
    """Return the volunteers by name; those who have stopped only `with_archived`."""
    wanted = (
        select(Volunteer, Association.name, _has_log_in())
        .outerjoin(Association, Association.id == Volunteer.association_id)
        .order_by(alphabetical(Volunteer.name), Volunteer.id)
    )
    if not with_archived:
        wanted = wanted.where(Volunteer.archived_at.is_(None))
    rows = db.session.execute(wanted)
    return [_line(volunteer, association, bool(has)) for volunteer, association, has in rows]


def find_volunteers(wanted: Wanted, today: date) -> list[VolunteerLine]:
    """Return the volunteers who fit, by name."""
    everybody = list_volunteers(with_archived=wanted.state == "archived")
    return [line for line in everybody if _fits(line, wanted, today)]


def members_of(association_id: UUID) -> list[VolunteerLine]:
    """Return the volunteers of an association by name."""
    return [line for line in list_volunteers() if line.association_id == association_id]


def has_log_in(person_id: UUID, role: Role) -> bool:
    """Say whether a volunteer, or an association's contact, can log in."""
    found = select(RoleAssignment.id).filter_by(
        municipality_id=current_municipality(), person_id=person_id, role=role
    )
    return db.session.scalars(found.limit(1)).first() is not None


def _has_log_in() -> ColumnElement[bool]:
    return (
        select(RoleAssignment.id)
        .where(
            RoleAssignment.municipality_id == Volunteer.municipality_id,
            RoleAssignment.person_id == Volunteer.id,
            RoleAssignment.role == Role.VOLUNTEER,
        )
        .exists()
    )


def _line(row: Volunteer, association: str | None, has_log_in: bool) -> VolunteerLine:
    return VolunteerLine(
        id=row.id,
        name=row.name,
        email=row.email,
        phone=row.phone,
        association=association,
        has_log_in=has_log_in,
        association_id=row.association_id,
        interests=tuple(row.interests),
        languages=tuple(row.languages),
        weekdays=tuple(row.weekdays),
        parts=tuple(row.parts),
        goes_along=row.goes_along,
        drives=row.drives,
        takes_wheelchair=row.takes_wheelchair,
        since=since(row),
        paused_until=row.paused_until,
        is_archived=row.archived_at is not None,
    )


_DOES: dict[str, Callable[[VolunteerLine], bool]] = {
    "go_along": lambda line: line.goes_along,
    "drive": lambda line: line.drives,
    "wheelchair": lambda line: line.takes_wheelchair,
}
_STATES: dict[str, Callable[[VolunteerLine, date], bool]] = {
    "active": lambda line, today: not line.is_archived and not line.is_paused(today),
    "paused": lambda line, today: not line.is_archived and line.is_paused(today),
    "archived": lambda line, _today: line.is_archived,
    "all": lambda line, _today: not line.is_archived,
}


def _fits(line: VolunteerLine, wanted: Wanted, today: date) -> bool:
    """Say whether a line is asked for. Who has not said a language or a day is not left out."""
    text = wanted.text.casefold()
    named = " ".join(filter(None, (line.name, line.association, line.phone, line.email)))
    return (
        text in named.casefold()
        and (not wanted.interest or wanted.interest in line.interests)
        and (not wanted.language or wanted.language in (line.languages or ("da",)))
        and (wanted.weekday is None or wanted.weekday in (line.weekdays or range(7)))
        and (wanted.does not in _DOES or _DOES[wanted.does](line))
        and (wanted.association_id in (None, line.association_id))
        and _STATES.get(wanted.state, _STATES["active"])(line, today)
    )
