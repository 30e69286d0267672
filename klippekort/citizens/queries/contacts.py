"""Reading a citizen's relatives and friends: names and phones are opened only when asked for."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from klippekort.citizens.models import Citizen, CitizenContact
from klippekort.citizens.queries.unsealing import unseal
from klippekort.domain.errors import NotFound
from klippekort.platform.db import db


@dataclass(frozen=True)
class Contact:
    """A relative or friend in clear; `phone` is E.164 or None."""

    id: UUID
    name: str
    phone: str | None
    relation: str
    is_next_of_kin: bool
    gets_greetings: bool


def get_contact(contact_id: UUID) -> CitizenContact:
    """Return a contact. Raises NotFound."""
    found = db.session.scalars(select(CitizenContact).filter_by(id=contact_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def have_listeners(citizen_ids: Collection[UUID]) -> bool:
    """Say whether somebody may be sent a line about any of these; nothing sealed is opened."""
    wanted = select(CitizenContact.id).filter_by(gets_greetings=True, ended_at=None)
    wanted = wanted.where(CitizenContact.citizen_id.in_(citizen_ids))
    return db.session.scalars(wanted.limit(1)).first() is not None


def contacts_of(citizen: Citizen) -> list[Contact]:
    """Return a citizen's contacts that stand, next of kin first."""
    rows = db.session.scalars(
        select(CitizenContact)
        .filter_by(citizen_id=citizen.id, ended_at=None)
        .order_by(CitizenContact.is_next_of_kin.desc(), CitizenContact.id)
    )
    return [
        Contact(
            row.id,
            unseal(citizen, row.id, "contact_name", row.name_encrypted) or "",
            unseal(citizen, row.id, "contact_phone", row.phone_encrypted),
            row.relation,
            row.is_next_of_kin,
            row.gets_greetings,
        )
        for row in rows
    ]
