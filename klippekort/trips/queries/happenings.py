"""Reading notes, incidents and greetings."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import or_, select

from klippekort.citizens.queries import get_citizen
from klippekort.citizens.queries.contacts import contacts_of
from klippekort.citizens.queries.unsealing import unseal
from klippekort.domain.errors import NotFound
from klippekort.domain.incidents import Effect, LeftOut
from klippekort.platform.db import db
from klippekort.trips.models import Greeting, Incident, TripEvent, TripNote, TripRider


@dataclass(frozen=True)
class NoteLine:
    """A note in clear, with its time and the account that wrote it."""

    text: str
    written_at: datetime
    written_by: UUID | None


def notes_of(trip_id: UUID) -> list[NoteLine]:
    """Return the notes of a trip that are not erased, by time."""
    rows = db.session.scalars(select(TripNote).filter_by(trip_id=trip_id).order_by(TripNote.id))
    lines = []
    for row in rows:
        citizen = get_citizen(row.citizen_id)
        text = unseal(citizen, row.id, "trip_note", row.text_encrypted)
        if text:
            lines.append(NoteLine(text, row.written_at, row.written_by))
    return lines


def lock_incident(incident_id: UUID) -> Incident:
    """Return an incident nobody else can change before this transaction ends. Raises NotFound."""
    found = select(Incident).filter_by(id=incident_id).with_for_update()
    row = db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound
    return row


def was_to_end(trip_id: UUID) -> bool:
    """Say whether something happened on a trip for which it was to end."""
    found = select(Incident.id).filter_by(trip_id=trip_id, effect=Effect.END).limit(1)
    return db.session.scalars(found).first() is not None


def open_incidents(supplier_id: UUID | None = None) -> Sequence[Incident]:
    """Return the incidents that are not settled, newest first; of one supplier those on its trips
    and those at a place.
    """
    found = select(Incident).where(Incident.closed_at.is_(None))
    if supplier_id is not None:
        own = or_(Incident.supplier_id == supplier_id, Incident.supplier_id.is_(None))
        found = found.where(own)
    return db.session.scalars(found.order_by(Incident.happened_at.desc(), Incident.id)).all()


def incidents_of(trip_id: UUID) -> Sequence[Incident]:
    """Return what went wrong on a trip, by time."""
    found = select(Incident).filter_by(trip_id=trip_id)
    return db.session.scalars(found.order_by(Incident.happened_at, Incident.id)).all()


@dataclass(frozen=True)
class IncidentTold:
    """What a trip's history holds of an incident: whom it is about, where one was chosen, and why
    it did nothing to the trip.
    """

    citizen_id: UUID | None
    left_out: LeftOut | None


def told_of(trip_ids: Collection[UUID]) -> dict[UUID, IncidentTold]:
    """Return what the histories of these trips hold of incidents, by the incident's id."""
    if not trip_ids:
        return {}
    wanted = select(TripRider.id, TripRider.citizen_id).where(TripRider.trip_id.in_(trip_ids))
    riders = {row.id: row.citizen_id for row in db.session.execute(wanted)}
    found = select(TripEvent.details).where(
        TripEvent.trip_id.in_(trip_ids), TripEvent.kind == "incident"
    )
    return {
        UUID(details["incident"]): IncidentTold(
            riders.get(UUID(details["rider"])) if "rider" in details else None,
            LeftOut(details["left_out"]) if "left_out" in details else None,
        )
        for details in db.session.scalars(found)
        if "incident" in details  # older lines name none
    }


def greetings_of(trip_id: UUID) -> Sequence[Greeting]:
    """Return the lines to relatives after a trip that are not erased."""
    found = select(Greeting).filter_by(trip_id=trip_id)
    return db.session.scalars(found.order_by(Greeting.id)).all()


@dataclass(frozen=True)
class GreetingLine:
    """A line to a relative in clear, and how to reach them; `phone` is E.164 or None."""

    text: str
    name: str
    phone: str | None


def greeting_in_clear(greeting_id: UUID) -> GreetingLine | None:
    """Return a line to a relative, or None once it or the relative is erased."""
    row = db.session.scalars(select(Greeting).filter_by(id=greeting_id)).one_or_none()
    if row is None:
        return None
    citizen = get_citizen(row.citizen_id)
    text = unseal(citizen, row.id, "greeting", row.text_encrypted)
    contact = next((one for one in contacts_of(citizen) if one.id == row.contact_id), None)
    return GreetingLine(text, contact.name, contact.phone) if text and contact else None


def old_greetings(day: date) -> Sequence[Greeting]:
    """Return the lines whose last day lies before a day."""
    return db.session.scalars(select(Greeting).where(Greeting.erase_on < day)).all()
