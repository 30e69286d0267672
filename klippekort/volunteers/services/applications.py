"""People who ask to become volunteers, and the answer they get."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.keys import keys
from klippekort.platform.tenancy import current_municipality
from klippekort.volunteers import queries
from klippekort.volunteers.models import VolunteerApplication
from klippekort.volunteers.services.errors import TooManyAsk
from klippekort.volunteers.services.welcoming import add_volunteer

MOST_AN_HOUR = 30


@dataclass(frozen=True)
class Asked:
    """What somebody says who wants to become a volunteer; only the name is always there."""

    name: str
    phone: str | None = None
    email: str | None = None
    reach: str = ""
    association: str = ""
    interests: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    parts: tuple[str, ...] = ()
    would_rather_not: str = ""
    goes_along: bool = False
    drives: bool = False


def anybody() -> Actor:
    """Return the actor of a page that is open to all, in the municipality at hand."""
    return Actor(current_municipality(), Role.SYSTEM)


def apply(actor: Actor, asked: Asked, *, now: datetime) -> None:
    """Put somebody in the queue of those who want to become volunteers.

    Who waits already is not put there again, and nothing says so. Raises TooManyAsk.
    """
    authorise(actor, Action.APPLY_AS_VOLUNTEER)
    likeness = _likeness(asked)
    if queries.find_alike(likeness) is not None:
        return
    if queries.asked_since(now - timedelta(hours=1)) >= MOST_AN_HOUR:
        raise TooManyAsk
    said = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in vars(asked).items()
    }
    row = VolunteerApplication(id=new_id(), likeness=likeness, applied_at=now, **said)
    db.session.add(row)
    db.session.flush()
    audit.record(actor, Action.APPLY_AS_VOLUNTEER, "volunteer_application", row.id)


def welcome(actor: Actor, application_id: UUID, *, now: datetime) -> str:
    """Make a volunteer of somebody who has asked, and return the volunteer's id.

    They keep what they said; an association we know by that name becomes theirs. Raises
    AlreadyKnown for a volunteer's e-mail, Stale when they were answered, and NotFound.
    """
    authorise(actor, Action.ANSWER_APPLICATION)
    row = _waiting(application_id)
    known = queries.find_association(row.association) if row.association else None
    volunteer_id = UUID(
        add_volunteer(
            actor,
            name=row.name,
            email=row.email,
            phone=row.phone,
            association_id=known.id if known and known.archived_at is None else None,
            now=now,
        )
    )
    volunteer = queries.lock_volunteer(volunteer_id)
    for name in ("reach", "would_rather_not", "goes_along", "drives"):
        setattr(volunteer, name, getattr(row, name))
    for name in ("interests", "languages", "weekdays", "parts"):
        setattr(volunteer, name, list(getattr(row, name)))
    _answer(actor, row, "welcomed", now)
    row.volunteer_id = volunteer_id
    return str(volunteer_id)


def decline(actor: Actor, application_id: UUID, *, reason: str, now: datetime) -> str:
    """Say no to somebody who has asked, and keep why. Raises Stale when they were answered."""
    authorise(actor, Action.ANSWER_APPLICATION)
    row = _waiting(application_id)
    row.reason_code = reason
    _answer(actor, row, "declined", now)
    return str(application_id)


def forget(application_id: UUID, *, now: datetime) -> None:
    """Delete what somebody told who was answered long ago."""
    row = queries.lock_application(application_id)
    if row.decided_at is not None and row.id in queries.old_ids(now):
        db.session.delete(row)


def _waiting(application_id: UUID) -> VolunteerApplication:
    row = queries.lock_application(application_id)
    if row.state != "waiting":
        raise Stale
    return row


def _answer(actor: Actor, row: VolunteerApplication, state: str, now: datetime) -> None:
    row.state, row.decided_at, row.decided_by = state, now, actor.account_id
    audit.record(actor, Action.ANSWER_APPLICATION, "volunteer_application", row.id, answer=state)


def _likeness(asked: Asked) -> str:
    said = "|".join((asked.name.casefold(), asked.phone or "", (asked.email or "").casefold()))
    return keys().blind_index(current_municipality(), f"application|{said}|{asked.reach}")
