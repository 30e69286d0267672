"""Support from outside: let in by an administrator, for a purpose and some hours, read-only.

It is announced to every administrator, each page opened is on record, and it ends by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from klippekort.accounts import queries
from klippekort.accounts.models import Account, Identity, RoleAssignment
from klippekort.accounts.models.sign_in import SupportAccess
from klippekort.accounts.queries.support import (
    emails_of_administrators,
    lock_support,
    open_support_of,
)
from klippekort.accounts.services.accounts import EmailTaken
from klippekort.accounts.services.links import can_mail
from klippekort.accounts.services.means import forget_means
from klippekort.accounts.services.secrets import PASSWORD, hash_secret, keep_secret
from klippekort.accounts.services.sessions import end_sessions
from klippekort.domain.errors import DomainError, NotFound
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


class StillOpen(DomainError):
    """Somebody of another name is let in with that e-mail, until `ends_at`."""

    def __init__(self, name: str, ends_at: datetime) -> None:
        super().__init__()
        self.name, self.ends_at = name, ends_at


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

    The same person's earlier access ends. Raises EmailTaken when the e-mail is that of somebody who
    works here or elsewhere, StillOpen when somebody of another name is let in with it, and
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
    """Return a new account that alone answers to the supporter's e-mail.

    An access is one person's, and a mailbox may be several people's: nothing that an earlier access
    by the same e-mail was given, a password, an app or a passkey, opens this one.
    """
    subject = queries.plain_email(wanted.email)
    known = queries.lock_identity(queries.LOCAL, subject)
    if known is not None:
        _end_earlier(actor, known.account_id, wanted, now)
    account = Account(id=new_id(), display_name=wanted.name.strip(), created_at=now)
    db.session.add(account)
    db.session.flush()
    if known is not None:
        known.account_id = account.id
        return account.id
    try:
        with db.session.begin_nested():
            row = Identity(account_id=account.id, issuer=queries.LOCAL, subject=subject)
            db.session.add(row)
    except IntegrityError as error:
        raise EmailTaken from error
    return account.id


def _end_earlier(actor: Actor, account_id: UUID, wanted: Wanted, now: datetime) -> None:
    """Close the account of an earlier access, whose e-mail is given anew."""
    try:
        account = queries.lock_account(account_id)
    except NotFound as error:  # it has no role here
        raise EmailTaken from error
    held = queries.list_assignments(account_id)
    if any(row.support_id is None for row in held) or _is_elsewhere(actor, held):
        raise EmailTaken
    for row in open_support_of(account_id, now):
        if _plain(account.display_name) != _plain(wanted.name):
            raise StillOpen(account.display_name, row.ends_at)
        _end(actor, row, now)
    forget_means(account_id)
    account.closed_at = account.closed_at or now


def _is_elsewhere(actor: Actor, held: Sequence[RoleAssignment]) -> bool:
    return any(row.municipality_id != actor.municipality_id for row in held)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


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
    """Shut somebody from outside out before the time, for good. Raises NotFound."""
    authorise(actor, Action.GIVE_SUPPORT)
    row = lock_support(support_id)
    if row.ended_at is not None or row.ends_at <= now:
        return
    _end(actor, row, now)


def _end(actor: Actor, row: SupportAccess, now: datetime) -> None:
    """End an access that is open: what it was let in with opens nothing any more."""
    row.ended_at = now
    for held in queries.list_assignments(row.account_id):
        if held.support_id == row.id:
            held.ends_at = now
    end_sessions(row.account_id, now)
    forget_means(row.account_id)
    audit.record(actor, Action.GIVE_SUPPORT, "support_access", row.id, change="ended")
