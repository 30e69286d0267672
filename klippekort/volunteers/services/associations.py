"""What is agreed with associations, who speaks for them, and when we part."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import delete

from klippekort.accounts.services import give_code, take_access
from klippekort.domain.errors import Stale
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.volunteers import queries
from klippekort.volunteers.models import AssociationAgreement, AssociationContact
from klippekort.volunteers.services.errors import (
    AlreadyKnown,
    EndsBeforeItBegins,
    HasStopped,
    NoPhone,
    ReliedOn,
)


@dataclass(frozen=True)
class Terms:
    """What an agreement says: what it is about, from when until when, and who is insured how."""

    scope: str
    from_on: date
    until_on: date | None
    signed_by: str
    insurance: str = ""


def change_association(actor: Actor, association_id: UUID, *, name: str, phone: str | None) -> str:
    """Store an association's name and telephone number. Raises AlreadyKnown and NotFound."""
    authorise(actor, Action.MANAGE_VOLUNTEERS)
    row = queries.lock_association(association_id)
    known = queries.find_association(name)
    if known is not None and known.id != association_id:
        raise AlreadyKnown
    row.name, row.phone = name, phone
    audit.record(actor, Action.MANAGE_VOLUNTEERS, "association", association_id, change="facts")
    return str(association_id)


def record_agreement(actor: Actor, association_id: UUID, terms: Terms, *, now: datetime) -> str:
    """Write down what has been agreed with an association, and return the agreement's id.

    Earlier agreements are kept. Raises EndsBeforeItBegins, HasStopped and NotFound.
    """
    authorise(actor, Action.MANAGE_VOLUNTEERS)
    if queries.lock_association(association_id).archived_at is not None:
        raise HasStopped
    if terms.until_on is not None and terms.until_on < terms.from_on:
        raise EndsBeforeItBegins
    row = AssociationAgreement(
        id=new_id(),
        association_id=association_id,
        recorded_by=actor.account_id,
        recorded_at=now,
        **vars(terms),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        actor,
        Action.MANAGE_VOLUNTEERS,
        "association",
        association_id,
        change="agreement",
        from_on=terms.from_on,
        until_on=terms.until_on,
    )
    return str(row.id)


def add_contact(
    actor: Actor,
    association_id: UUID,
    *,
    name: str,
    phone: str | None,
    email: str | None,
    now: datetime,
) -> str:
    """Add somebody who speaks for an association, and return their id. Raises HasStopped."""
    authorise(actor, Action.MANAGE_VOLUNTEERS)
    if queries.lock_association(association_id).archived_at is not None:
        raise HasStopped
    row = AssociationContact(
        id=new_id(),
        association_id=association_id,
        name=name,
        phone=phone,
        email=email,
        created_at=now,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(actor, Action.MANAGE_VOLUNTEERS, "association_contact", row.id)
    return str(row.id)


def remove_contact(actor: Actor, contact_id: UUID, *, now: datetime) -> str:
    """Let somebody speak for an association no longer; their log-in ends. Returns its id."""
    authorise(actor, Action.MANAGE_VOLUNTEERS)
    row = queries.get_contact(contact_id)
    row.archived_at = row.archived_at or now
    take_access(actor, role=Role.ASSOCIATION, person_id=contact_id, now=now)
    audit.record(
        actor, Action.MANAGE_VOLUNTEERS, "association_contact", contact_id, change="removed"
    )
    return str(row.association_id)


def give_contact_code(actor: Actor, contact_id: UUID, *, code: str, now: datetime) -> str:
    """Let a contact log in once with this code and their telephone number.

    Raises NoPhone, HasStopped, PhoneTaken and MoreThanACode.
    """
    authorise(actor, Action.GIVE_CODE)
    row = queries.get_contact(contact_id)
    if row.archived_at is not None:
        raise HasStopped
    if row.phone is None:
        raise NoPhone
    return give_code(
        actor,
        name=row.name,
        phone=row.phone,
        role=Role.ASSOCIATION,
        person_id=contact_id,
        code=code,
        now=now,
    )


def set_load_limit(actor: Actor, association_id: UUID, *, guests: int | None) -> str:
    """Store the most guests a month an association wants from us; None is no limit."""
    authorise(actor, Action.SET_LOAD_LIMIT, queries.reach_of_association(association_id))
    queries.lock_association(association_id).load_limit = guests
    audit.record(actor, Action.SET_LOAD_LIMIT, "association", association_id, guests=guests)
    return str(association_id)


def archive_association(actor: Actor, association_id: UUID, *, now: datetime) -> str:
    """Part from an association: it is kept with its volunteers and what was done; its log-ins end.

    Raises Stale when that was done before, and ReliedOn with what is still to come there.
    """
    authorise(actor, Action.MANAGE_VOLUNTEERS)
    row = queries.lock_association(association_id)
    if row.archived_at is not None:
        raise Stale
    if unsettled := queries.unsettled_with(association_id):
        raise ReliedOn(unsettled)
    row.archived_at = now
    for contact in queries.contacts_of(association_id):
        take_access(actor, role=Role.ASSOCIATION, person_id=contact.id, now=now)
    audit.record(actor, Action.MANAGE_VOLUNTEERS, "association", association_id, change="archived")
    return str(association_id)


def reopen_association(actor: Actor, association_id: UUID) -> str:
    """Begin again with an association we had parted from."""
    authorise(actor, Action.MANAGE_VOLUNTEERS)
    queries.lock_association(association_id).archived_at = None
    audit.record(actor, Action.MANAGE_VOLUNTEERS, "association", association_id, change="back")
    return str(association_id)


def remove_association(actor: Actor, association_id: UUID, *, now: datetime) -> None:
    """Remove an association nobody relies on, with its contacts and agreements.

    Raises ReliedOn with what relies on it, and NotFound.
    """
    authorise(actor, Action.MANAGE_VOLUNTEERS)
    row = queries.lock_association(association_id)
    if relying := queries.relying_on(association_id):
        raise ReliedOn(relying)
    for contact in queries.contacts_of(association_id):
        take_access(actor, role=Role.ASSOCIATION, person_id=contact.id, now=now)
    for owned in (AssociationContact, AssociationAgreement):
        db.session.execute(delete(owned).where(owned.association_id == association_id))
    db.session.delete(row)
    audit.record(actor, Action.MANAGE_VOLUNTEERS, "association", association_id, change="removed")
