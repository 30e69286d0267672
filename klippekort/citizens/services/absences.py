"""Recording when a citizen is away."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from klippekort.citizens import queries
from klippekort.citizens.models import Absence
from klippekort.domain.calendar import local_day, shares_a_day
from klippekort.domain.errors import DomainError
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.domain.plans import AbsenceSpan
from klippekort.platform import audit, events
from klippekort.platform.db import db
from klippekort.platform.ids import new_id

KINDS = ("hospital", "rehab", "respite", "holiday", "other")


class EndsBeforeStart(DomainError):
    """An absence was given a last day before its first."""


@dataclass
class OverlapsAnother(DomainError):
    """The citizen is away already on some of the days: from `from_on` until `until_on`, both
    included; None is open-ended.
    """

    from_on: date
    until_on: date | None


class UnknownKind(DomainError):
    """An absence was given a kind that no scheme knows."""


@dataclass(frozen=True)
class AbsenceNoted:
    """A citizen is away on some days, both included, or until further notice; or it was said on
    which day that ends, where `was_until_on` was known before; or that it never was.
    """

    absence_id: UUID
    citizen_id: UUID
    kind: str
    from_on: date
    until_on: date | None
    is_ended: bool
    actor: Actor
    now: datetime
    was_until_on: date | None = None
    never_was: bool = False

    @property
    def was(self) -> AbsenceSpan | None:
        """Return the days that were known before, or None for news of an absence."""
        if self.never_was:
            return AbsenceSpan(self.kind, self.from_on, self.until_on)
        known = AbsenceSpan(self.kind, self.from_on, self.was_until_on)
        return known if self.is_ended else None

    @property
    def is_now(self) -> AbsenceSpan | None:
        """Return the days that are known now, or None for an absence that never was."""
        return None if self.never_was else AbsenceSpan(self.kind, self.from_on, self.until_on)


@dataclass(frozen=True)
class NewsOf:
    """Asks the cards, which stand above, what news of an absence that was told just then did to
    time that had come: `NewsTold`, one for each card it touched.
    """

    citizen_id: UUID
    told_at: datetime


@dataclass(frozen=True)
class NewsTold:
    """What late news did to a card, in minutes: taken back, waived, and come (again); `is_asked`
    when a person must decide first. The card is named by its scheme.
    """

    card: str
    taken: int
    waived: int
    came: int
    is_asked: bool


def record_absence(
    actor: Actor,
    citizen_id: UUID,
    kind: str,
    from_on: date,
    until_on: date | None,
    now: datetime,
) -> str:
    """Record that a citizen is away, both days included, and return the id of the absence.

    `until_on` None is open-ended. Raises EndsBeforeStart, OverlapsAnother, UnknownKind, Forbidden
    and NotFound.
    """
    citizen = queries.lock_citizen(citizen_id)
    authorise(actor, Action.RECORD_ABSENCE, queries.reach(citizen, local_day(now)))
    if kind not in KINDS:
        raise UnknownKind
    _check_days(citizen_id, from_on, until_on)
    absence = Absence(
        id=new_id(),
        citizen_id=citizen_id,
        kind=kind,
        from_on=from_on,
        until_on=until_on,
        recorded_at=now,
    )
    db.session.add(absence)
    db.session.flush()
    _note(actor, absence, "record_absence", now)
    return str(absence.id)


def end_absence(
    actor: Actor, citizen_id: UUID, absence_id: UUID, until_on: date, now: datetime
) -> str:
    """Set the last day of an absence and return its id.

    Raises EndsBeforeStart, OverlapsAnother, Forbidden and NotFound.
    """
    citizen = queries.lock_citizen(citizen_id)
    authorise(actor, Action.RECORD_ABSENCE, queries.reach(citizen, local_day(now)))
    absence = queries.lock_absence(citizen_id, absence_id)
    _check_days(citizen_id, absence.from_on, until_on, besides=absence_id)
    was, absence.until_on = absence.until_on, until_on
    _note(actor, absence, "end_absence", now, was)
    return str(absence.id)


def drop_absence(actor: Actor, citizen_id: UUID, absence_id: UUID, now: datetime) -> str:
    """Take back an absence that was written down by mistake, and return the citizen's id.

    Raises Forbidden and NotFound.
    """
    citizen = queries.lock_citizen(citizen_id)
    authorise(actor, Action.RECORD_ABSENCE, queries.reach(citizen, local_day(now)))
    absence = queries.lock_absence(citizen_id, absence_id)
    told = replace(_told(actor, absence, "drop_absence", now), never_was=True)
    db.session.delete(absence)
    db.session.flush()
    _record(actor, told, "drop_absence")
    events.emit(told)
    return str(citizen_id)


def _check_days(
    citizen_id: UUID, from_on: date, until_on: date | None, *, besides: UUID | None = None
) -> None:
    if until_on is not None and until_on < from_on:
        raise EndsBeforeStart
    for other in queries.list_absences(citizen_id):
        meets = shares_a_day(from_on, until_on, other.from_on, other.until_on)
        if other.id != besides and meets:
            raise OverlapsAnother(other.from_on, other.until_on)


def _note(
    actor: Actor, absence: Absence, purpose: str, now: datetime, was_until_on: date | None = None
) -> None:
    told = replace(_told(actor, absence, purpose, now), was_until_on=was_until_on)
    db.session.flush()
    _record(actor, told, purpose)
    events.emit(told)


def _told(actor: Actor, absence: Absence, purpose: str, now: datetime) -> AbsenceNoted:
    return AbsenceNoted(
        absence.id,
        absence.citizen_id,
        absence.kind,
        absence.from_on,
        absence.until_on,
        purpose == "end_absence",
        actor,
        now,
    )


def _record(actor: Actor, told: AbsenceNoted, purpose: str) -> None:
    audit.record(
        actor,
        Action.RECORD_ABSENCE,
        "absence",
        told.absence_id,
        citizens=[told.citizen_id],
        purpose=purpose,
        kind=told.kind,
        from_on=told.from_on,
        until_on=told.until_on,
    )
