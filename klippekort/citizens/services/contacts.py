"""Keeping a citizen's relatives and friends, and what an escort must know."""

from datetime import datetime
from uuid import UUID

from klippekort.citizens.models import CitizenContact
from klippekort.citizens.queries import get_citizen, lock_citizen, reach
from klippekort.citizens.queries.contacts import get_contact
from klippekort.citizens.services.sealing import seal
from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id


def add_contact(
    actor: Actor,
    citizen_id: UUID,
    *,
    name: str,
    phone: str | None,
    relation: str,
    is_next_of_kin: bool,
    gets_greetings: bool,
    now: datetime,
) -> str:
    """Add a relative or friend and return the id; `phone` is E.164. Raises NotFound."""
    citizen = lock_citizen(citizen_id)
    authorise(actor, Action.CHANGE_CONTACTS, reach(citizen, local_day(now)))
    contact_id = new_id()
    db.session.add(
        CitizenContact(
            id=contact_id,
            citizen_id=citizen_id,
            relation=relation,
            name_encrypted=seal(citizen, contact_id, "contact_name", name.strip()),
            phone_encrypted=seal(citizen, contact_id, "contact_phone", phone or ""),
            is_next_of_kin=is_next_of_kin,
            gets_greetings=gets_greetings,
            recorded_at=now,
        )
    )
    audit.record(
        actor, Action.CHANGE_CONTACTS, "contact", contact_id, citizens=[citizen_id], to="add"
    )
    return str(contact_id)


def end_contact(actor: Actor, contact_id: UUID, *, now: datetime) -> str:
    """Let a contact stand no longer; name and phone go at once. Raises NotFound."""
    contact = get_contact(contact_id)
    authorise(actor, Action.CHANGE_CONTACTS, reach(get_citizen(contact.citizen_id), local_day(now)))
    contact.ended_at = contact.ended_at or now
    contact.name_encrypted = contact.phone_encrypted = None
    audit.record(
        actor,
        Action.CHANGE_CONTACTS,
        "contact",
        contact_id,
        citizens=[contact.citizen_id],
        to="end",
    )
    return str(contact_id)


def write_escort_note(actor: Actor, citizen_id: UUID, text: str, *, now: datetime) -> str:
    """Write what an escort must know of a citizen; empty text takes it away. Raises NotFound."""
    citizen = lock_citizen(citizen_id)
    authorise(actor, Action.CHANGE_CONTACTS, reach(citizen, local_day(now)))
    citizen.escort_note_encrypted = seal(citizen, citizen_id, "escort_note", text.strip())
    audit.record(
        actor, Action.CHANGE_CONTACTS, "citizen", citizen_id, citizens=[citizen_id], to="note"
    )
    return str(citizen_id)
