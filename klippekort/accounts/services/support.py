"""Support from outside: let in by an administrator, for a purpose and some hours, read-only.

It is announced to every administrator, each page opened is on record, and it ends by itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from klippekort.accounts import queries
from klippekort.accounts.models import Account, Identity, RoleAssignment
from klippekort.accounts.models.sign_in import SupportAccess
from klippekort.accounts.queries.support import emails_of_administrators, lock_support
from klippekort.accounts.services.accounts import EmailTaken, delete_roles
from klippekort.accounts.services.links import can_mail
from klippekort.accounts.services.secrets import PASSWORD, hash_secret, keep_secret
from klippekort.accounts.services.sessions import end_sessions
from klippekort.domain.messages.channels import Address, Channel
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.messages.queries import Recipient
from klippekort.messages.services.telling import new_delivery
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.formatting import moment
from klippekort.platform.i18n import _
from klippekort.platform.ids import new_id

SUPPORT_ROLES = (Role.ADMINISTRATOR, Role.COORDINATOR)
LONGEST_HOURS = 72


@dataclass(frozen=True)
class Wanted:
    """Whom an administrator lets in, to see what, why and for how long."""

    name: str
    email: str
    role: Role
    purpose: str
    hours: int
    may_change: bool = False


def give_support(actor: Actor, wanted: Wanted, *, password: str, now: datetime) -> str:
    """Let somebody from outside in, tell every administrator, and return the access' id.

    Raises EmailTaken when the e-mail is that of somebody who works here or elsewhere, and
    ValueError for a role or a number of hours that nobody is given.
    """
    authorise(actor, Action.GIVE_SUPPORT)
    if wanted.role not in SUPPORT_ROLES or not 1 <= wanted.hours <= LONGEST_HOURS:
        raise ValueError("no such support")
    account_id = _account(actor, wanted, now)
    ends_at = now + timedelta(hours=wanted.hours)
    row = SupportAccess(
        id=new_id(),
        account_id=account_id,
        role=wanted.role,
        purpose=wanted.purpose.strip(),
        may_change=wanted.may_change,
        granted_by=actor.account_id,
        granted_at=now,
        ends_at=ends_at,
    )
    db.session.add(row)
    db.session.add(
        RoleAssignment(
            account_id=account_id,
            municipality_id=actor.municipality_id,
            role=wanted.role,
            ends_at=ends_at,
            support_id=row.id,
            is_read_only=not wanted.may_change,
        )
    )
    keep_secret(account_id, PASSWORD, hash_secret(password))
    db.session.flush()
    audit.record(
        actor,
        Action.GIVE_SUPPORT,
        "support_access",
        row.id,
        change="given",
        role=wanted.role,
        hours=wanted.hours,
        may_change=wanted.may_change,
    )
    _announce(wanted, ends_at, now)
    return str(row.id)


def _account(actor: Actor, wanted: Wanted, now: datetime) -> UUID:
    """Return the supporter's account: a new one, or the one from an earlier time."""
    subject = queries.plain_email(wanted.email)
    known = queries.find_account_by(queries.LOCAL, subject)
    if known is None:
        account = Account(id=new_id(), display_name=wanted.name.strip(), created_at=now)
        db.session.add(account)
        db.session.flush()
        db.session.add(Identity(account_id=account.id, issuer=queries.LOCAL, subject=subject))
        return account.id
    held = queries.list_assignments(known)
    own = [row for row in held if row.support_id is not None]
    if own != list(held) or any(row.municipality_id != actor.municipality_id for row in held):
        raise EmailTaken
    found = db.session.get(Account, known)
    if not held or found is None or found.closed_at is not None:
        raise EmailTaken
    end_sessions(known, now)
    delete_roles(own)
    return known


def _announce(wanted: Wanted, ends_at: datetime, now: datetime) -> None:
    if not can_mail():
        return
    text = _(
        "%(name)s has been let in to help, until %(until)s. The purpose: %(purpose)s. Do you know "
        "nothing of it? Log in, open Support access, and end it.",
        name=wanted.name.strip(),
        until=moment(ends_at),
        purpose=wanted.purpose.strip(),
    )
    for account_id, email in emails_of_administrators():
        to = Recipient(queries.ACCOUNT, account_id)
        new_delivery(to, Channel.EMAIL, Address(email=email), str(text), now=now, is_urgent=True)


def end_support(actor: Actor, support_id: UUID, *, now: datetime) -> None:
    """Shut somebody from outside out before the time. Raises NotFound."""
    authorise(actor, Action.GIVE_SUPPORT)
    row = lock_support(support_id)
    if row.ended_at is not None or row.ends_at <= now:
        return
    row.ended_at = now
    for held in queries.list_assignments(row.account_id):
        if held.support_id == row.id:
            held.ends_at = now
    end_sessions(row.account_id, now)
    audit.record(actor, Action.GIVE_SUPPORT, "support_access", row.id, change="ended")
