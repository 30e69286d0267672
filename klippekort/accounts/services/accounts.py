"""Accounts of the people who log in: made, given roles, closed and opened again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from klippekort.accounts import queries
from klippekort.accounts.models import Account, Identity, LoginSession, RoleAssignment
from klippekort.accounts.queries import care_workers as workers
from klippekort.accounts.services.care_workers import add_care_worker
from klippekort.accounts.services.secrets import PASSWORD, hash_secret, keep_secret
from klippekort.accounts.services.sessions import end_sessions
from klippekort.domain.errors import DomainError, NotFound
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.municipalities.queries import get_district, get_supplier
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id


class EmailTaken(DomainError):
    """Somebody logs in with that e-mail already."""


class PersonTaken(DomainError):
    """The care worker or volunteer has a log-in, or the account the role, already."""


class OwnAccount(DomainError):
    """Nobody takes away their own access: somebody must be left who can open it again."""


class SharedAccount(DomainError):
    """The account also has roles in another municipality, so its password is not ours to set."""


def create_account(
    actor: Actor,
    *,
    name: str,
    email: str,
    role: Role,
    supplier_id: UUID | None = None,
    district_id: UUID | None = None,
    person_id: UUID | None = None,
    password: str,
    now: datetime,
) -> str:
    """Add an account with one role and a first password, and return its id.

    A care worker's supplier and district are those of the care worker `person_id`. Raises
    EmailTaken, PersonTaken, and NotFound for a supplier, district or care worker not here.
    """
    authorise(actor, Action.MANAGE_ACCOUNTS)
    account = Account(id=new_id(), display_name=name.strip(), created_at=now)
    subject = queries.plain_email(email)
    try:
        with db.session.begin_nested():
            db.session.add(account)
            db.session.flush()
            db.session.add(Identity(account_id=account.id, issuer=queries.LOCAL, subject=subject))
    except IntegrityError as error:
        raise EmailTaken from error
    keep_secret(account.id, PASSWORD, hash_secret(password))
    _assign(actor, account.id, role, supplier_id, district_id, person_id)
    audit.record(actor, Action.MANAGE_ACCOUNTS, "account", account.id, change="created", role=role)
    return str(account.id)


def create_care_worker_account(
    actor: Actor,
    *,
    name: str,
    email: str,
    employee_number: str,
    supplier_id: UUID,
    district_id: UUID | None,
    password: str,
    now: datetime,
) -> str:
    """Add an account for the care worker with this number, and return its id.

    An unknown number is added as a new care worker, with the name, supplier and district given.
    Raises EmailTaken, PersonTaken and NotFound, as `create_account` does.
    """
    authorise(actor, Action.MANAGE_ACCOUNTS)
    known = workers.find_care_worker(employee_number)
    person_id = known.id if known else None
    if person_id is None:
        added = add_care_worker(
            actor,
            employee_number=employee_number,
            name=name,
            email=email,
            supplier_id=supplier_id,
            district_id=district_id,
        )
        person_id = UUID(added)
    return create_account(
        actor,
        name=name,
        email=email,
        role=Role.CARE_WORKER,
        person_id=person_id,
        password=password,
        now=now,
    )


def add_role(
    actor: Actor,
    account_id: UUID,
    *,
    role: Role,
    supplier_id: UUID | None = None,
    district_id: UUID | None = None,
    person_id: UUID | None = None,
    now: datetime,
) -> None:
    """Give an account one more role here; its log-ins end. Raises NotFound and PersonTaken."""
    authorise(actor, Action.MANAGE_ACCOUNTS)
    account = queries.lock_account(account_id)
    _assign(actor, account.id, role, supplier_id, district_id, person_id)
    end_sessions(account.id, now)
    audit.record(
        actor, Action.MANAGE_ACCOUNTS, "account", account.id, change="role_added", role=role
    )


def remove_role(actor: Actor, account_id: UUID, *, role: Role, now: datetime) -> None:
    """Take a role here away from an account that has another; its log-ins end.

    Raises OwnAccount for one's own administrator role, and NotFound for a role that is not held,
    or is the last one here: such an account is closed instead.
    """
    authorise(actor, Action.MANAGE_ACCOUNTS)
    if account_id == actor.account_id and role is Role.ADMINISTRATOR:
        raise OwnAccount
    account = queries.lock_account(account_id)
    held = _held_here(actor, account.id)
    if role not in {row.role for row in held} or len(held) == 1:
        raise NotFound
    end_sessions(account.id, now)
    delete_roles([row for row in held if row.role == role])
    audit.record(
        actor, Action.MANAGE_ACCOUNTS, "account", account.id, change="role_removed", role=role
    )


def close_account(actor: Actor, account_id: UUID, *, now: datetime) -> None:
    """Shut a person out at once.

    The account closes; one with roles in another municipality only loses those it has here.
    Raises NotFound, and OwnAccount for one's own.
    """
    authorise(actor, Action.MANAGE_ACCOUNTS)
    if account_id == actor.account_id:
        raise OwnAccount
    account = queries.lock_account(account_id)
    end_sessions(account.id, now)
    if _works_elsewhere(actor, account.id):
        delete_roles(_held_here(actor, account.id))
    else:
        account.closed_at = account.closed_at or now
    audit.record(actor, Action.MANAGE_ACCOUNTS, "account", account.id, change="closed")


def take_access(actor: Actor, *, role: Role, person_id: UUID, now: datetime) -> None:
    """Shut out a volunteer, or an association's contact, who has stopped.

    An account that is nothing else closes; any other only loses this role. Whoever has no log-in
    has none afterwards.
    """
    authorise(actor, Action.MANAGE_VOLUNTEERS)
    account_id = queries.find_account_of(person_id, role)
    if account_id is None:
        return
    account, held = queries.lock_account(account_id), queries.list_assignments(account_id)
    end_sessions(account_id, now)
    if len(held) == 1:
        account.closed_at = account.closed_at or now
    else:
        delete_roles([row for row in _held_here(actor, account_id) if row.role == role])
    audit.record(
        actor, Action.MANAGE_VOLUNTEERS, "account", account_id, change="stopped", role=role
    )


def reopen_account(actor: Actor, account_id: UUID, *, password: str, now: datetime) -> str:
    """Let a person whose account was closed in again, with a new password, and return the id."""
    authorise(actor, Action.MANAGE_ACCOUNTS)
    account = queries.lock_account(account_id)
    account.closed_at = None
    return reset_password(actor, account_id, password=password, now=now)


def reset_password(actor: Actor, account_id: UUID, *, password: str, now: datetime) -> str:
    """Give an account another password, end its log-ins, and return the id.

    Raises NotFound, and SharedAccount when it has roles in another municipality.
    """
    authorise(actor, Action.MANAGE_ACCOUNTS)
    account = queries.lock_account(account_id)
    if _works_elsewhere(actor, account.id):
        raise SharedAccount
    keep_secret(account.id, PASSWORD, hash_secret(password))
    end_sessions(account.id, now)
    audit.record(actor, Action.MANAGE_ACCOUNTS, "account", account.id, change="password")
    return str(account.id)


def _assign(
    actor: Actor,
    account_id: UUID,
    role: Role,
    supplier_id: UUID | None,
    district_id: UUID | None,
    person_id: UUID | None,
) -> None:
    if role is Role.CARE_WORKER:
        if person_id is None:
            raise NotFound
        worker = workers.get_care_worker(person_id)
        supplier_id, district_id = worker.supplier_id, worker.district_id
    if supplier_id is not None:
        get_supplier(supplier_id)
    if district_id is not None:
        get_district(district_id)
    if queries.has_role(account_id, role, person_id):
        raise PersonTaken
    db.session.add(
        RoleAssignment(
            account_id=account_id,
            municipality_id=actor.municipality_id,
            role=role,
            supplier_id=supplier_id,
            district_id=district_id,
            person_id=person_id,
        )
    )


def _held_here(actor: Actor, account_id: UUID) -> list[RoleAssignment]:
    held = queries.list_assignments(account_id)
    return [row for row in held if row.municipality_id == actor.municipality_id]


def _works_elsewhere(actor: Actor, account_id: UUID) -> bool:
    held = queries.list_assignments(account_id)
    return any(row.municipality_id != actor.municipality_id for row in held)


def delete_roles(roles: list[RoleAssignment]) -> None:
    """Delete roles, and first the ended log-ins that point to them."""
    ids = [row.id for row in roles]
    db.session.execute(delete(LoginSession).where(LoginSession.role_assignment_id.in_(ids)))
    db.session.execute(delete(RoleAssignment).where(RoleAssignment.id.in_(ids)))
