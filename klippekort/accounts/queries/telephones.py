"""Telephone numbers to log in with: found by a keyed fingerprint, and opened when shown."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from klippekort.accounts.models import Identity
from klippekort.platform.db import db
from klippekort.platform.keys import KeyRing, Place, keys

SEALED_AT = "identity.phone"


def phone_index(ring: KeyRing, phone: str) -> str:
    """Return the keyed fingerprint of a number (E.164), alike in all municipalities."""
    return ring.blind_index(0, f"log-in|{phone}")


def _is_number(subject: str) -> bool:
    return subject.startswith("+") and "@" not in subject


def subjects_of(subject: str) -> list[str]:
    """Return what somebody who logs in with an e-mail or a number is found by.

    A number is looked for in clear too: it stands so until it is sealed.
    """
    return [subject, phone_index(keys(), subject)] if _is_number(subject) else [subject]


def shown_subject(row: Identity) -> str:
    """Return the e-mail or telephone number somebody logs in with.

    Raises InvalidTag for a number that was moved or changed.
    """
    if row.phone_sealed is None or _is_number(row.subject):
        return row.subject
    return keys().unseal_secret(row.phone_sealed, Place(0, row.id, SEALED_AT))


def keep_subject(row: Identity, subject: str) -> None:
    """Let somebody be known by an e-mail, or by a number, of which nothing stands in clear."""
    row.subject, row.phone_sealed = subject, None
    if _is_number(subject):
        ring = keys()
        row.subject = phone_index(ring, subject)
        row.phone_sealed = ring.seal_secret(subject, Place(0, row.id, SEALED_AT))


def identities_in_clear(most: int) -> Sequence[UUID]:
    """Return some of the log-ins whose number is not sealed yet."""
    found = select(Identity.id).where(
        Identity.subject.startswith("+"), Identity.subject.not_like("%@%")
    )
    return db.session.scalars(found.order_by(Identity.id).limit(most)).all()
