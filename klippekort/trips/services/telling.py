"""Telling citizens about their trips: who comes along, what is cancelled, what comes tomorrow."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from klippekort.accounts.queries.care_workers import get_care_worker
from klippekort.domain.messages.channels import Channel
from klippekort.domain.messages.ladder import Step
from klippekort.domain.messages.timing import DAY_BEFORE, remind_at
from klippekort.domain.trips import TripState
from klippekort.messages.models import OutboxMessage
from klippekort.messages.queries import CITIZEN, Recipient, StillHolds
from klippekort.messages.queries.people import STAFF
from klippekort.messages.queries.settings import ladder
from klippekort.messages.services import tell, withdraw
from klippekort.municipalities.queries import rested
from klippekort.platform.db import db
from klippekort.trips.models import Trip
from klippekort.trips.queries.escorts import citizens_on
from klippekort.trips.queries.trips import TripRow, escorts_of, find_state

FOUND, CHANGED = "escort_found", "escort_changed"
REMINDER = "trip_reminder"
REMIND_UNTIL = timedelta(hours=6)
_BOOKED_ONLY = frozenset({REMINDER, FOUND, CHANGED, "trip_on_again", "trip_with_family"})


def tell_escort(trip: Trip, care_worker_id: UUID, kind: str, *, now: datetime) -> None:
    """Have everyone who still goes on a trip told who comes, in place of what they have not been
    told yet.
    """
    untell_escort(trip.id)
    tell_helper(trip, care_worker_id, now=now)
    name = get_care_worker(care_worker_id).name
    for citizen in citizens_on(trip.id):
        tell(
            f"escort:{trip.id}:{citizen.id}:{trip.version}",
            kind,
            to=Recipient(CITIZEN, citizen.id),
            supplier_id=citizen.supplier_id,
            about=trip.id,
            facts={
                "trip": str(trip.id),
                "starts_at": trip.starts_at.isoformat(),
                "destination": trip.destination,
                "escort": name,
            },
            due_at=rested(trip.municipality_id, now),
            late_at=trip.starts_at,
            now=now,
        )


def tell_helper(trip: Trip, care_worker_id: UUID, *, now: datetime) -> None:
    """Let a helper's device tell that there is news about a trip; nobody is called for that."""
    tell(
        f"helper:{trip.id}:{care_worker_id}:{trip.version}",
        "staff_news",
        to=Recipient(STAFF, care_worker_id),
        facts={"starts_at": trip.starts_at.isoformat()},
        due_at=rested(trip.municipality_id, now),
        late_at=trip.starts_at,
        only=Channel.PUSH,
        is_extra=True,
        now=now,
    )


def untell_escort(trip_id: UUID, citizen_ids: Collection[UUID] | None = None) -> list[UUID]:
    """Take back what nobody on a trip, or none of these citizens, has been told yet about who comes
    along, and return the messages' ids.
    """
    waiting = select(OutboxMessage).where(
        OutboxMessage.dedupe_key.startswith(f"escort:{trip_id}:"), OutboxMessage.state == "queued"
    )
    if citizen_ids is not None:
        waiting = waiting.where(OutboxMessage.citizen_id.in_(citizen_ids))
    found = db.session.scalars(waiting.order_by(OutboxMessage.id).with_for_update()).all()
    for message in found:
        message.state = "withdrawn"
    db.session.flush()
    return [message.id for message in found]


def tell_escort_again(trip: Trip, message_ids: Collection[UUID], *, now: datetime) -> None:
    """Have those told who comes along from whom `untell_escort` took it back, where that one does
    come along.
    """
    along = {get_care_worker(one.care_worker_id).name for one in escorts_of(trip.id)}
    taken_back = select(OutboxMessage).where(OutboxMessage.id.in_(message_ids))
    for message in db.session.scalars(taken_back.order_by(OutboxMessage.id)).all():
        if message.citizen_id is None or message.facts["escort"] not in along:
            continue
        tell(
            message.dedupe_key,
            message.kind,
            to=Recipient(CITIZEN, message.citizen_id),
            supplier_id=message.supplier_id,
            about=trip.id,
            facts=message.facts,
            due_at=rested(trip.municipality_id, now),
            late_at=trip.starts_at,
            now=now,
        )


def remind(row: TripRow, *, by_letter: bool, now: datetime) -> Channel | None:
    """Remind a citizen of a booked trip the day before, once; by letter days ahead.

    Whoever has chosen nothing is not called: a trip that is talked over at the door needs no call.
    Returns how she is reminded, or None.
    """
    step = ladder()[Step.DAY_BEFORE]
    at = remind_at(row.starts_at, days=step.days or 1, at=step.at or DAY_BEFORE)
    if now > at + REMIND_UNTIL:
        return None
    return tell(
        _reminder_key(row),
        REMINDER,
        to=Recipient(CITIZEN, row.citizen_id),
        supplier_id=row.supplier_id,
        about=row.trip_id,
        facts={
            "trip": str(row.trip_id),
            "starts_at": row.starts_at.isoformat(),
            "destination": row.destination,
        },
        due_at=max(at, now),
        late_at=row.starts_at,
        only=Channel.LETTER if by_letter else None,
        is_extra=True,
        now=now,
    )


def unremind(dedupe_key: str) -> bool:
    """Take back a reminder of a trip that is not made, or not then."""
    return withdraw(dedupe_key)


def still_holds(question: StillHolds) -> list[bool]:
    """Say whether what a citizen is to be told of a trip is still so: booked, at that time, and
    she still goes.
    """
    if question.kind not in _BOOKED_ONLY or question.subject_id is None:
        return []
    found = find_state(question.subject_id, question.citizen_id)
    if found is None:
        return [False]
    state, starts_at = found
    told = datetime.fromisoformat(question.facts["starts_at"])
    # Whoever rides along is fetched at a time of their own, after the trip has begun.
    return [state is TripState.BOOKED and (starts_at <= told < starts_at + timedelta(hours=12))]


def _reminder_key(row: TripRow) -> str:
    return f"{REMINDER}:{row.trip_id}:{row.citizen_id}:{row.starts_at.isoformat()}"
