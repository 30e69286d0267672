"""What a host does afterwards: tick who came, and confirm the hours."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.activities.models import SignUp
from klippekort.activities.queries import OccurrenceFacts, get_occurrence_facts, lock_occurrence
from klippekort.domain.calendar import local_day, minutes_between
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.hosting.models import Hosting
from klippekort.hosting.queries.dates import hosts_of, reach_of_date
from klippekort.hosting.queries.log import counts_only, find_hosting, hosting_of
from klippekort.hosting.services.errors import HostingTimesMakeNoSense, LoggedBefore, NotBegun
from klippekort.platform import audit
from klippekort.platform.db import db

LONGEST_MINUTES = 16 * 60


def log_attendance(
    actor: Actor,
    occurrence_id: UUID,
    *,
    came: Collection[UUID] | None,
    others: int,
    started_at: datetime,
    ended_at: datetime,
    now: datetime,
) -> str:
    """Tick which seats were used and confirm the host's time; doing it again corrects it.

    `others` are guests without a seat of ours. Without `came` the ticks are left as they are, and
    where a count was promised nobody is ticked: there `others` is all who came. A
    host logs their own time, a coordinator that of every host; a date nobody hosts has only its
    guests ticked. A host may correct it the same day, a coordinator always. Raises NotBegun,
    LoggedBefore, HostingTimesMakeNoSense.
    """
    authorise(actor, Action.HOST_ACTIVITY, reach_of_date(occurrence_id))
    facts = _begun(occurrence_id, now)
    minutes = minutes_between(started_at, ended_at)
    if not 0 < minutes <= LONGEST_MINUTES:
        raise HostingTimesMakeNoSense
    lock_occurrence(occurrence_id)
    own = logged_by(actor, occurrence_id)
    if not may_be_corrected(actor, own, now):
        raise LoggedBefore
    is_counted = bool(counts_only([facts.activity_id]))
    seats = _tick(occurrence_id, None if is_counted else came)
    guests = sum(bool(seat.attended) for seat in seats) + others
    for volunteer_id in _whose(actor, occurrence_id):
        _log(facts, volunteer_id, minutes, guests, now)
    _record(actor, occurrence_id, seats, minutes, guests)
    return str(occurrence_id)


def confirm_as_planned(actor: Actor, occurrence_id: UUID, *, now: datetime) -> str:
    """Confirm with one tap that everybody who had a seat came, and that the hours were as planned.

    Raises NotBegun before the end, and LoggedBefore.
    """
    authorise(actor, Action.HOST_ACTIVITY, reach_of_date(occurrence_id))
    facts = _begun(occurrence_id, now)
    if facts.ends_at > now:
        raise NotBegun
    lock_occurrence(occurrence_id)
    if logged_by(actor, occurrence_id) is not None:
        raise LoggedBefore
    before, seats = find_hosting(occurrence_id), _tick(occurrence_id, None)
    if before is None and not counts_only([facts.activity_id]):
        seats = _tick(occurrence_id, [seat.id for seat in seats])
    minutes = minutes_between(facts.starts_at, facts.ends_at)
    guests = before.guests if before else len(seats)
    for volunteer_id in _whose(actor, occurrence_id):
        _log(facts, volunteer_id, minutes, guests, now)
    _record(actor, occurrence_id, seats, minutes, guests)
    return str(occurrence_id)


def may_be_corrected(actor: Actor, logged: Hosting | None, now: datetime) -> bool:
    """Say whether what was logged, if anything was, may still be changed by this person."""
    is_from_today = logged is None or local_day(logged.logged_at) == local_day(now)
    return is_from_today or actor.role is not Role.VOLUNTEER


def logged_by(actor: Actor, occurrence_id: UUID) -> Hosting | None:
    """Return what this host logged for a date; for others, what was logged first, or None."""
    if actor.role is Role.VOLUNTEER and actor.person_id is not None:
        return hosting_of(occurrence_id, actor.person_id)
    return find_hosting(occurrence_id)


def _begun(occurrence_id: UUID, now: datetime) -> OccurrenceFacts:
    facts = get_occurrence_facts(occurrence_id)
    if facts.starts_at > now or facts.is_cancelled:
        raise NotBegun
    return facts


def _whose(actor: Actor, occurrence_id: UUID) -> list[UUID]:
    if actor.role is Role.VOLUNTEER and actor.person_id is not None:
        return [actor.person_id]
    return [host.id for host in hosts_of(occurrence_id)]


def _tick(occurrence_id: UUID, came: Collection[UUID] | None) -> list[SignUp]:
    found = select(SignUp).filter_by(occurrence_id=occurrence_id, state="booked")
    seats = list(db.session.scalars(found))
    if came is not None:
        for seat in seats:
            seat.attended = seat.id in came
    return seats


def _log(
    facts: OccurrenceFacts, volunteer_id: UUID, minutes: int, guests: int, now: datetime
) -> None:
    row = hosting_of(facts.id, volunteer_id)
    if row is None:
        row = Hosting(
            occurrence_id=facts.id,
            volunteer_id=volunteer_id,
            offered_minutes=minutes_between(facts.starts_at, facts.ends_at),
            logged_at=now,
        )
        db.session.add(row)
    elif (row.minutes, row.guests) != (minutes, guests):
        row.corrected_at = now
    row.minutes, row.guests = minutes, guests
    db.session.flush()


def _record(
    actor: Actor, occurrence_id: UUID, seats: list[SignUp], minutes: int, guests: int
) -> None:
    audit.record(
        actor,
        Action.HOST_ACTIVITY,
        "occurrence",
        occurrence_id,
        citizens=[seat.citizen_id for seat in seats],
        minutes=minutes,
        guests=guests,
    )
