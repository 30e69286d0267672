"""Reading accounts: who may log in, as what, and with which secrets."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, or_, select

from klippekort.accounts.models import (
    Account,
    Credential,
    Identity,
    RoleAssignment,
)
from klippekort.accounts.models.sign_in import SignInProvider
from klippekort.accounts.queries.telephones import shown_subject, subjects_of
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Role
from klippekort.municipalities.models import District, Supplier
from klippekort.platform.db import db
from klippekort.platform.tenancy import current_municipality

LOCAL, PHONE, EMAIL = "local", "phone", "email"
TOLD = "told:"
"""What the issuer of an address begins with that a provider tells of an administrator: messages go
there, it logs nobody in, and several accounts may share one.
"""
ACCOUNT = "account"
"""The kind of recipient that messages know somebody with an account as."""
PIN_TRIES = 5


@dataclass(frozen=True)
class RoleLine:
    """A role of an account, with the names of where it holds."""

    id: UUID
    role: Role
    supplier: str | None
    district: str | None


@dataclass(frozen=True)
class AccountLine:
    """An account as an administrator sees it: only the roles in the municipality at hand.

    `email` is what it logs in with: a telephone number where there is no e-mail, and nothing for
    whoever a provider vouches for.
    """

    id: UUID
    name: str
    email: str
    is_open: bool
    roles: tuple[RoleLine, ...]


def plain_email(email: str) -> str:
    """Return an e-mail address as it is stored and compared."""
    return email.strip().casefold()


def find_open_account(subject: str, *, issuer: str = LOCAL) -> UUID | None:
    """Return the open account that logs in with this e-mail, or telephone number, or None."""
    return db.session.scalars(
        select(Account.id)
        .join(Identity, Identity.account_id == Account.id)
        .where(
            Identity.issuer == issuer,
            Identity.subject.in_(subjects_of(plain_email(subject))),
            Account.closed_at.is_(None),
        )
        .order_by(Identity.phone_sealed.is_(None))
    ).first()


def is_open(account_id: UUID) -> bool:
    """Say whether there is such an account, and it is not closed."""
    found = select(Account.id).filter_by(id=account_id, closed_at=None)
    return db.session.scalars(found).one_or_none() is not None


def find_account_by(issuer: str, subject: str) -> UUID | None:
    """Return the account, open or not, that an issuer knows by this name, or None."""
    found = select(Identity.account_id).where(
        Identity.issuer == issuer, Identity.subject.in_(subjects_of(subject))
    )
    return db.session.scalars(found.order_by(Identity.phone_sealed.is_(None))).first()


def lock_identity(issuer: str, subject: str) -> Identity | None:
    """Return how an issuer knows somebody, locked, or None."""
    found = select(Identity).filter_by(issuer=issuer, subject=subject).with_for_update()
    return db.session.scalars(found).one_or_none()


def find_person_of(account_id: UUID, role: Role) -> UUID | None:
    """Return the person an account stands for in a role here, or None."""
    found = select(RoleAssignment.person_id).filter_by(
        municipality_id=current_municipality(), role=role, account_id=account_id
    )
    return db.session.scalars(found).one_or_none()


def has_other_account(account_id: UUID, role: Role, person_id: UUID) -> bool:
    """Say whether another account stands for this person in the role here."""
    found = find_account_of(person_id, role)
    return found is not None and found != account_id


def find_identity(account_id: UUID, issuer: str) -> Identity | None:
    """Return how this issuer knows an account, or None."""
    found = select(Identity).filter_by(account_id=account_id, issuer=issuer)
    return db.session.scalars(found).one_or_none()


def find_account_of(person_id: UUID, role: Role) -> UUID | None:
    """Return the account that stands for this person in this role here, or None."""
    found = select(RoleAssignment.account_id).filter_by(
        municipality_id=current_municipality(), role=role, person_id=person_id
    )
    return db.session.scalars(found).one_or_none()


def list_assignments(account_id: UUID) -> Sequence[RoleAssignment]:
    """Return all roles of an account, in every municipality."""
    return db.session.scalars(
        select(RoleAssignment)
        .filter_by(account_id=account_id)
        .order_by(RoleAssignment.municipality_id, RoleAssignment.role)
    ).all()


def list_open_roles(
    account_id: UUID, now: datetime, *, provider: UUID | None = None
) -> Sequence[RoleAssignment]:
    """Return the roles an account can work in now; whoever came by a municipality's provider, only
    those in that municipality.
    """
    vouches_for = select(SignInProvider.municipality_id).where(SignInProvider.id == provider)
    home = None if provider is None else db.session.scalars(vouches_for).one_or_none() or 0
    return [
        one
        for one in list_assignments(account_id)
        if (one.ends_at is None or one.ends_at > now) and home in (None, one.municipality_id)
    ]


def has_role(account_id: UUID, role: Role, person_id: UUID | None) -> bool:
    """Say whether the account, or any account standing for this person, has the role here."""
    whose = RoleAssignment.account_id == account_id
    if person_id is not None:
        whose = or_(whose, RoleAssignment.person_id == person_id)
    held = select(RoleAssignment.id).where(
        RoleAssignment.municipality_id == current_municipality(),
        RoleAssignment.role == role,
        whose,
    )
    return db.session.scalars(held.limit(1)).first() is not None


def has_password(account_id: UUID) -> bool:
    """Say whether the person logs in by password."""
    found = select(Credential.id).filter_by(account_id=account_id, kind="password")
    return db.session.scalars(found).one_or_none() is not None


def has_pin(account_id: UUID) -> bool:
    """Say whether the person has chosen a PIN."""
    found = select(Credential.id).filter_by(account_id=account_id, kind="pin")
    return db.session.scalars(found).one_or_none() is not None


def lock_credential(account_id: UUID, kind: str) -> Credential | None:
    """Return a secret of an account, locked and as it is now, or None."""
    return db.session.scalars(
        select(Credential)
        .filter_by(account_id=account_id, kind=kind)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def lock_account(account_id: UUID) -> Account:
    """Return an account that has a role in the municipality at hand, locked. Raises NotFound."""
    home = RoleAssignment.municipality_id == current_municipality()
    works_here = select(RoleAssignment.id).where(RoleAssignment.account_id == Account.id, home)
    found = db.session.scalars(
        select(Account).where(Account.id == account_id, works_here.exists()).with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def list_accounts() -> list[AccountLine]:
    """Return everybody with a role in the municipality at hand, open accounts first, by name."""
    lines = _account_lines(RoleAssignment.municipality_id == current_municipality())
    return sorted(lines, key=lambda line: (not line.is_open, line.name.casefold()))


def get_account(account_id: UUID) -> AccountLine:
    """Return an account with a role in the municipality at hand. Raises NotFound."""
    home = RoleAssignment.municipality_id == current_municipality()
    lines = _account_lines(and_(home, Account.id == account_id))
    if not lines:
        raise NotFound
    return lines[0]


def _account_lines(wanted: Any) -> list[AccountLine]:
    rows = db.session.execute(
        select(Account, Identity, RoleAssignment, Supplier.name, District.name)
        .outerjoin(
            Identity,
            and_(Identity.account_id == Account.id, Identity.issuer.in_((LOCAL, PHONE))),
        )
        .join(RoleAssignment, RoleAssignment.account_id == Account.id)
        .outerjoin(Supplier, Supplier.id == RoleAssignment.supplier_id)
        .outerjoin(District, District.id == RoleAssignment.district_id)
        .where(wanted, RoleAssignment.role != Role.CITIZEN)
        # Of an e-mail and a telephone number the e-mail comes last, and is the one that is kept.
        .order_by(RoleAssignment.role, Identity.issuer.desc())
    ).all()
    roles: dict[UUID, dict[UUID, RoleLine]] = {}
    for account, _identity, held, supplier, district in rows:
        line = RoleLine(held.id, Role(held.role), supplier, district)
        roles.setdefault(account.id, {})[held.id] = line
    known = {account.id: (account, identity) for account, identity, *_rest in rows}
    return [
        AccountLine(
            key,
            account.display_name,
            shown_subject(identity) if identity else "",
            account.closed_at is None,
            (*roles[key].values(),),
        )
        for key, (account, identity) in known.items()
    ]


def names_of(account_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of these accounts, closed ones too."""
    rows = db.session.execute(
        select(Account.id, Account.display_name).where(Account.id.in_(set(account_ids)))
    )
    return {row.id: row.display_name for row in rows}
