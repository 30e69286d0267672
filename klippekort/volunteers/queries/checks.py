"""Reading checks: the municipality's rules, what each volunteer has, and what is due."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from klippekort.domain import clearances as domain
from klippekort.domain.clearances import (
    REQUIRED,
    Clearance,
    Held,
    Kind,
    Missing,
    Outcome,
    PromiseText,
    Rules,
    Standing,
    State,
)
from klippekort.domain.errors import NotFound
from klippekort.domain.volunteering import Task, tasks_of
from klippekort.platform.db import db
from klippekort.platform.sorting import alphabetical
from klippekort.volunteers.models import (
    ClearanceRules,
    PromiseVersion,
    Volunteer,
    VolunteerClearance,
)
from klippekort.volunteers.queries.people import get_volunteer, since


@dataclass(frozen=True)
class DueLine:
    """A volunteer who has something to see to, the worst first."""

    id: UUID
    name: str
    phone: str | None
    standings: tuple[Standing, ...]


def find_rules() -> ClearanceRules | None:
    """Return what the municipality has set, or None while it goes by what is usual."""
    return db.session.scalars(select(ClearanceRules)).one_or_none()


def find_promise(today: date) -> PromiseVersion | None:
    """Return the promise as it reads today, or None while there is none."""
    found = select(PromiseVersion).where(PromiseVersion.from_on <= today)
    return db.session.scalars(found.order_by(PromiseVersion.version.desc()).limit(1)).first()


def list_promises() -> Sequence[PromiseVersion]:
    """Return every wording the promise has had, the latest first."""
    return db.session.scalars(select(PromiseVersion).order_by(PromiseVersion.version.desc())).all()


def rules(today: date) -> Rules:
    """Return what the municipality asks for today."""
    return _asked(find_rules(), find_promise(today))


def _asked(row: ClearanceRules | None, text: PromiseVersion | None) -> Rules:
    promise = PromiseText(text.version, text.from_on) if text else None
    if row is None:
        return Rules(promise=promise)
    required = {
        task: frozenset(Kind(kind) for kind in row.required.get(task, REQUIRED[task]))
        for task in Task
    }
    return Rules(required, row.window_days, row.grace_days, promise)


def clearances_of(volunteer_id: UUID) -> Sequence[VolunteerClearance]:
    """Return all that was ever recorded of a volunteer, the latest first, mistakes too."""
    found = select(VolunteerClearance).filter_by(volunteer_id=volunteer_id)
    latest = (VolunteerClearance.assessed_on.desc(), VolunteerClearance.recorded_at.desc())
    return db.session.scalars(found.order_by(*latest)).all()


def get_clearance(clearance_id: UUID) -> VolunteerClearance:
    """Return what came of one check, locked. Raises NotFound."""
    found = select(VolunteerClearance).filter_by(id=clearance_id).with_for_update()
    row = db.session.scalars(found).one_or_none()
    if row is None:
        raise NotFound
    return row


def held_by(volunteers: Sequence[Volunteer]) -> dict[UUID, Held]:
    """Return what each of these volunteers has, by id."""
    kept: dict[UUID, list[Clearance]] = {row.id: [] for row in volunteers}
    found = select(VolunteerClearance).where(
        VolunteerClearance.volunteer_id.in_(kept), VolunteerClearance.withdrawn_at.is_(None)
    )
    for row in db.session.scalars(found.order_by(VolunteerClearance.recorded_at)):
        kept[row.volunteer_id].append(as_clearance(row))
    return {row.id: Held(tuple(kept[row.id]), since(row)) for row in volunteers}


def as_clearance(row: VolunteerClearance) -> Clearance:
    """Return a stored check as the rules see it."""
    return Clearance(
        Kind(row.kind), Outcome(row.outcome), row.assessed_on, row.renew_by, row.version, row.title
    )


def held_of(volunteer_id: UUID) -> Held:
    """Return what one volunteer has. Raises NotFound."""
    return held_by([get_volunteer(volunteer_id)])[volunteer_id]


def blocked(
    volunteer_id: UUID, task: Task, today: date, *, under_15: bool = False
) -> list[Missing]:
    """Return what stands between a volunteer and a task; an empty list is a yes.

    Raises NotFound.
    """
    return domain.blocks(task, held_of(volunteer_id), today, rules(today), under_15=under_15)


def blocked_on(volunteer_id: UUID, task: Task, days: Collection[date]) -> dict[date, list[Missing]]:
    """Return by day what stood or stands between a volunteer and a task. Raises NotFound."""
    held, row = held_of(volunteer_id), find_rules()
    return {day: domain.blocks(task, held, day, _asked(row, find_promise(day))) for day in days}


def blocked_of_all(task: Task, today: date) -> dict[UUID, list[Missing]]:
    """Return, by id, those volunteers for whom something stands between them and a task."""
    asked, everybody = rules(today), _active()
    found = {
        row_id: domain.blocks(task, held, today, asked)
        for row_id, held in held_by(everybody).items()
    }
    return {row_id: missing for row_id, missing in found.items() if missing}


def due_of(volunteer: Volunteer, today: date) -> list[Standing]:
    """Return what one volunteer must see to, the worst first."""
    held = held_by([volunteer])[volunteer.id]
    return domain.due(offered_by(volunteer), held, today, rules(today))


def valid_of(volunteer: Volunteer, today: date) -> list[Standing]:
    """Return what a volunteer has in order, of all that was ever checked."""
    held, asked = held_by([volunteer])[volunteer.id], rules(today)
    kinds = {one.kind for one in held.clearances}
    stands = [domain.standing(kind, held, today, asked) for kind in Kind if kind in kinds]
    return [one for one in stands if one.state is State.VALID]


def members_held(association_id: UUID) -> list[tuple[Volunteer, tuple[Task, ...], Held]]:
    """Return the members of an association by name, what each offers to do, and what they have."""
    members = [row for row in _active() if row.association_id == association_id]
    held = held_by(members)
    return [(row, offered_by(row), held[row.id]) for row in members]


def due_lines(today: date) -> list[DueLine]:
    """Return the volunteers who have something to see to, by name."""
    asked, everybody = rules(today), _active()
    held = held_by(everybody)
    lines = [
        DueLine(
            row.id,
            row.name,
            row.phone,
            tuple(domain.due(offered_by(row), held[row.id], today, asked)),
        )
        for row in everybody
    ]
    return [line for line in lines if line.standings]


def offered_by(volunteer: Volunteer) -> tuple[Task, ...]:
    """Return what a volunteer has offered to do."""
    return tasks_of(goes_along=volunteer.goes_along, drives=volunteer.drives)


def tasks_to_tell(volunteer: Volunteer) -> tuple[Task, ...]:
    """Return the tasks to tell of: what a coordinator may always ask for, then what was offered."""
    asked = (Task.HOST, Task.ALONE, Task.HOME, *offered_by(volunteer))
    return tuple(dict.fromkeys(asked))


def active_ids() -> Sequence[UUID]:
    """Return the ids of all who are volunteers today."""
    return db.session.scalars(select(Volunteer.id).filter_by(archived_at=None)).all()


def _active() -> Sequence[Volunteer]:
    wanted = select(Volunteer).filter_by(archived_at=None)
    return db.session.scalars(wanted.order_by(alphabetical(Volunteer.name), Volunteer.id)).all()
