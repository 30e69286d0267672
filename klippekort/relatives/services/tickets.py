"""Links and codes that let a relative in once: made, sent, spent, and taken back.

Only a fingerprint is kept of each: of a link's random secret, and of a code mixed with a secret
outside the database.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from klippekort.accounts.services.proofs import WRONG, count_unread, note_refused
from klippekort.accounts.services.secrets import CODE
from klippekort.domain.permissions import Action, Actor, Role
from klippekort.domain.relatives import TooManyTickets
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.keys import fingerprint, keys
from klippekort.platform.tenancy import acting_for, current_municipality
from klippekort.relatives.models import SignInTicket
from klippekort.relatives.queries.tickets import open_codes, sent_since

EMAIL, SMS, ALOUD = "email", "sms", "aloud"
INVITE, LOG_IN = "invite", "log_in"
MOST_TRIES = 5
MOST_AN_HOUR, MOST_A_DAY = 3, 10
LASTS = {
    (INVITE, EMAIL): timedelta(days=7),
    (INVITE, SMS): timedelta(days=1),
    (INVITE, ALOUD): timedelta(hours=1),
    (LOG_IN, EMAIL): timedelta(minutes=30),
    (LOG_IN, SMS): timedelta(minutes=15),
}


@dataclass(frozen=True)
class Ticket:
    """A ticket that was made, with what it opens by: the only time that can be read."""

    id: UUID
    secret: str
    expires_at: datetime


def address_index(address: str) -> str:
    """Return the keyed fingerprint of a phone (E.164) or an e-mail, alike in all municipalities."""
    return keys().blind_index(0, f"sign-in|{address.strip().casefold()}")


def new_code() -> str:
    """Return six digits nobody can guess."""
    return f"{secrets.randbelow(1_000_000):06d}"


def code_hash(ticket_id: UUID, code: str) -> str:
    """Return what is kept of a code: nobody can find it without the secret outside."""
    return keys().peppered(f"ticket|{ticket_id}|{code}")


def make_ticket(
    kind: str,
    channel: str,
    address: str,
    *,
    relative_id: UUID | None = None,
    account_id: UUID | None = None,
    code: str | None = None,
    now: datetime,
) -> Ticket:
    """Make a link or a code for an address; earlier ones of the kind for it work no longer.

    Raises TooManyTickets after three in an hour or ten in a day.
    """
    index = address_index(address)
    for longest, most in ((timedelta(hours=1), MOST_AN_HOUR), (timedelta(days=1), MOST_A_DAY)):
        if sent_since(index, now - longest) >= most:
            raise TooManyTickets
    _revoke(
        SignInTicket.sent_to == index,
        SignInTicket.kind == kind,
        SignInTicket.relative_id == relative_id,
        now=now,
    )
    ticket_id = new_id()
    is_link = channel == EMAIL
    secret = secrets.token_urlsafe(32) if is_link else code or new_code()
    expires_at = now + LASTS[(kind, channel)]
    db.session.add(
        SignInTicket(
            id=ticket_id,
            kind=kind,
            channel=channel,
            municipality_id=current_municipality(),
            relative_id=relative_id,
            account_id=account_id,
            sent_to=index,
            secret_hash=fingerprint(secret) if is_link else code_hash(ticket_id, secret),
            made_at=now,
            expires_at=expires_at,
        )
    )
    db.session.flush()
    return Ticket(ticket_id, secret, expires_at)


def spend_try(address: str, code: str, now: datetime) -> UUID | None:
    """Count a try at every code an address has open, and return the ticket whose code it is.

    It is committed before anything is opened, so that many tries at once cannot pass the limit.
    One that fits none of them is on record.
    """
    found, tried = None, []
    for ticket in open_codes(address_index(address), now):
        if ticket.tries >= MOST_TRIES:
            continue
        ticket.tries += 1
        tried.append(ticket)
        if secrets.compare_digest(ticket.secret_hash, code_hash(ticket.id, code)):
            found = ticket.id
    db.session.flush()
    if found is None:
        _note_refused(tried)
    return found


def _note_refused(tried: Sequence[SignInTicket]) -> None:
    """Put on record that a code did not fit these tickets; without any it is counted in the log."""
    if not tried:
        count_unread(CODE)
    for account_id in {one.account_id for one in tried if one.account_id is not None}:
        note_refused(account_id, CODE)
    for ticket in tried:
        if ticket.account_id is None:  # an invitation: nobody has a log-in by it yet
            with acting_for(ticket.municipality_id):
                audit.record(
                    Actor(ticket.municipality_id, Role.SYSTEM),
                    Action.LOG_IN,
                    "relative",
                    ticket.relative_id,
                    purpose=LOG_IN,
                    method=CODE,
                    refused=WRONG,
                )


def revoke_invitations(relative_id: UUID, now: datetime) -> None:
    """Let every invitation of a relative work no longer."""
    _revoke(SignInTicket.relative_id == relative_id, now=now)


def _revoke(*which: ColumnElement[bool], now: datetime) -> None:
    still = (SignInTicket.used_at.is_(None), SignInTicket.revoked_at.is_(None))
    db.session.execute(update(SignInTicket).where(*which, *still).values(revoked_at=now))


def is_open(ticket: SignInTicket, now: datetime) -> bool:
    """Say whether a ticket still lets somebody in."""
    return ticket.used_at is None and ticket.revoked_at is None and ticket.expires_at > now


def lock_ticket(ticket_id: UUID) -> SignInTicket | None:
    """Return a ticket, locked and as it is now, or None."""
    found = select(SignInTicket).filter_by(id=ticket_id).with_for_update()
    return db.session.scalars(found.execution_options(populate_existing=True)).one_or_none()
