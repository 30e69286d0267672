"""Letting in whoever a provider vouches for: with the roles its groups give, or as a citizen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.exc import IntegrityError

from klippekort.accounts import queries
from klippekort.accounts.models import Account, Identity, LoginSession, RoleAssignment
from klippekort.accounts.models.sign_in import SignInGroup
from klippekort.accounts.queries import care_workers as workers
from klippekort.accounts.queries.numbers import WhoHasNumber
from klippekort.accounts.queries.providers import CITIZENS, Provider, list_groups
from klippekort.accounts.services.accounts import delete_roles
from klippekort.accounts.services.oidc import Vouched
from klippekort.accounts.services.sessions import end_sessions
from klippekort.accounts.services.steps import StepKind, begin_step
from klippekort.domain.emails import is_email
from klippekort.domain.permissions import Action, Actor, Role
from klippekort.domain.sign_in import (
    Level,
    LoggedOut,
    NotVouched,
    check_level,
    claim_of,
    matching,
    texts_of,
)
from klippekort.municipalities.queries import list_districts, list_suppliers
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.events import ask
from klippekort.platform.gone import is_gone
from klippekort.platform.ids import new_id
from klippekort.platform.keys import keys

BY_GROUP = (
    Role.ADMINISTRATOR,
    Role.ASSESSOR,
    Role.COORDINATOR,
    Role.PLANNER,
    Role.CARE_WORKER,
)
"""The roles that a group may give; whoever is a volunteer is one whatever the provider says."""
LONGEST_NAME = 120


@dataclass(frozen=True)
class _Place:
    """Where a role holds."""

    supplier_id: UUID | None = None
    district_id: UUID | None = None
    person_id: UUID | None = None


def let_in(provider: Provider, vouched: Vouched, *, now: datetime) -> str:
    """Return the account of whoever the provider vouches for, made and given roles where need be.

    The municipality at hand is the provider's. Raises NotVouched, with a code that names nobody.
    """
    if provider.kind == CITIZENS:
        return str(_citizen(provider, vouched, now))
    return str(_staff(provider, vouched, now))


def note_refusal(provider: Provider, code: str) -> None:
    """Put on record that somebody was not let in, and why; not who, for nobody vouched for them."""
    actor = Actor(provider.municipality_id, Role.SYSTEM)
    audit.record(actor, Action.LOG_IN, "sign_in_provider", provider.id, refused=code)


def seal_name(provider: Provider, said: str) -> str:
    """Return the keyed fingerprint of what a provider calls a person or a log-in.

    It holds in one municipality alone: a provider of one vouches for nobody in another.
    """
    return keys().blind_index(provider.municipality_id, f"{provider.issuer}|{said}")


def _staff(provider: Provider, vouched: Vouched, now: datetime) -> UUID:
    claims = vouched.claims
    check_level(claim_of(claims, provider.level_claim), provider.least_level)
    wanted = _roles(provider, claims)
    name = seal_name(provider, vouched.subject)
    account_id = queries.find_account_by(provider.issuer, name)
    if account_id is None:
        account_id = _account_of_worker(wanted) or _new_account(_name(claims), now)
        db.session.add(Identity(account_id=account_id, issuer=provider.issuer, subject=name))
    _must_be_ours(provider, account_id)
    _give(provider.municipality_id, account_id, wanted, now)
    _keep_address(account_id, _address(claims) if Role.ADMINISTRATOR in wanted else None)
    _record(provider, account_id, next(iter(wanted)))
    return account_id


def _roles(provider: Provider, claims: Mapping[str, Any]) -> dict[Role, _Place]:
    """Return the roles that somebody's groups give, and where each holds."""
    said = texts_of(claim_of(claims, provider.group_claim))
    roles: dict[Role, _Place] = {}
    for _said, group in matching(said, [(row.name, row) for row in list_groups()]):
        role, place = Role(group.role), _place(provider, claims, group)
        if roles.setdefault(role, place) != place:
            raise NotVouched("two_places")
    return roles


def _place(provider: Provider, claims: Mapping[str, Any], group: SignInGroup) -> _Place:
    """Return where a group's role holds. What the person's own claims say counts before what the
    group says, and is never more than we know. Raises NotVouched.
    """
    role = Role(group.role)
    if role not in (Role.PLANNER, Role.CARE_WORKER):
        return _Place()
    supplier_id = _named(claims, provider.supplier_claim, list_suppliers(), "supplier")
    supplier_id = supplier_id or group.supplier_id
    if role is Role.PLANNER:
        if supplier_id is None:
            raise NotVouched("supplier")
        return _Place(supplier_id)
    district_id = _named(claims, provider.district_claim, list_districts(), "district")
    return _on_roster(provider, claims, supplier_id, district_id or group.district_id)


def _on_roster(
    provider: Provider,
    claims: Mapping[str, Any],
    supplier_id: UUID | None,
    district_id: UUID | None,
) -> _Place:
    numbers = texts_of(claim_of(claims, provider.employee_claim))
    worker = workers.find_care_worker(next(iter(numbers))) if len(numbers) == 1 else None
    if worker is None:
        raise NotVouched("not_on_roster")
    if supplier_id not in (None, worker.supplier_id):
        raise NotVouched("supplier")
    if district_id not in (None, worker.district_id):
        raise NotVouched("district")
    return _Place(worker.supplier_id, worker.district_id, worker.id)


def _named(claims: Mapping[str, Any], claim: str, rows: Any, code: str) -> UUID | None:
    """Return the supplier or district that a claim names. Raises NotVouched for one not here."""
    if not claim:
        return None
    said = {one.casefold() for one in texts_of(claim_of(claims, claim))}
    found = [row.id for row in rows if row.name.casefold() in said]
    if len(said) != 1 or len(found) != 1:
        raise NotVouched(code)
    named: UUID = found[0]
    return named


def _account_of_worker(wanted: dict[Role, _Place]) -> UUID | None:
    place = wanted.get(Role.CARE_WORKER)
    if place is None or place.person_id is None:
        return None
    return queries.find_account_of(place.person_id, Role.CARE_WORKER)


def _name(claims: Mapping[str, Any]) -> str:
    for claim in ("name", "preferred_username"):
        said = claims.get(claim)
        if isinstance(said, str) and said.strip():
            return said.strip()[:LONGEST_NAME]
    raise NotVouched("no_name")


def _address(claims: Mapping[str, Any]) -> str | None:
    """Return the e-mail that the claims tell, unless they say that nobody has made sure of it."""
    said = claims.get("email")
    if not isinstance(said, str) or claims.get("email_verified") in (False, "false"):
        return None
    return queries.plain_email(said) if is_email(said) else None


def _keep_address(account_id: UUID, email: str | None) -> None:
    """Keep where an administrator hears of what they must know, such as support let in; and forget
    it when it is told no more. Nobody is recognised by it, and it logs nobody in.
    """
    issuer = f"{queries.TOLD}{account_id}"
    db.session.execute(delete(Identity).filter_by(account_id=account_id, issuer=issuer))
    if email is not None:
        db.session.add(Identity(account_id=account_id, issuer=issuer, subject=email))


def _new_account(name: str, now: datetime) -> UUID:
    account = Account(id=new_id(), display_name=name, created_at=now)
    db.session.add(account)
    db.session.flush()
    return account.id


def _must_be_ours(provider: Provider, account_id: UUID) -> None:
    """Refuse an account that is closed, or may do something in another municipality: this one's
    provider cannot vouch for that.
    """
    account = db.session.get(Account, account_id, with_for_update=True)
    if account is None or account.closed_at is not None:
        raise NotVouched("closed")
    held = queries.list_assignments(account_id)
    if any(row.municipality_id != provider.municipality_id for row in held):
        raise NotVouched("shared")


def _give(home: int, account_id: UUID, wanted: dict[Role, _Place], now: datetime) -> None:
    """Let an account have these roles here and no other that a group may give.

    Log-ins in progress end when that changes what they may do.
    """
    held = {Role(row.role): row for row in queries.list_assignments(account_id)}
    taken = [row for role, row in held.items() if role in BY_GROUP and role not in wanted]
    moved = [role for role, place in wanted.items() if role in held and _where(held[role]) != place]
    if taken or moved:
        end_sessions(account_id, now)
        delete_roles(taken)
    for role, place in wanted.items():
        if place.person_id and queries.has_other_account(account_id, role, place.person_id):
            raise NotVouched("person_taken")
        row = held.get(role)
        if row is None:
            row = RoleAssignment(account_id=account_id, municipality_id=home, role=role)
            db.session.add(row)
        row.supplier_id, row.district_id = place.supplier_id, place.district_id
        row.person_id = place.person_id
    db.session.flush()


def _where(row: RoleAssignment) -> _Place:
    return _Place(row.supplier_id, row.district_id, row.person_id)


def _citizen(provider: Provider, vouched: Vouched, now: datetime) -> UUID:
    claims, least = vouched.claims, provider.least_level or Level.SUBSTANTIAL
    check_level(claim_of(claims, provider.level_claim), max(least, Level.SUBSTANTIAL))
    name = seal_name(provider, vouched.subject)
    account_id = queries.find_account_by(provider.issuer, name)
    citizen_id = _citizen_named(provider, claims)
    known = queries.find_person_of(account_id, Role.CITIZEN) if account_id else None
    if citizen_id is not None and known is not None and citizen_id != known:
        raise NotVouched("unknown_citizen")
    citizen_id = citizen_id or known
    if citizen_id is None or is_gone(citizen_id):
        raise NotVouched("unknown_citizen")
    if account_id is None:
        account_id = queries.find_account_of(citizen_id, Role.CITIZEN)
        account_id = account_id or _citizens_account(provider, citizen_id, now)
        db.session.add(Identity(account_id=account_id, issuer=provider.issuer, subject=name))
    _must_be_ours(provider, account_id)
    _record(provider, account_id, Role.CITIZEN, citizens=(citizen_id,))
    return account_id


def _citizen_named(provider: Provider, claims: Mapping[str, Any]) -> UUID | None:
    """Return the citizen whose person number the claims carry; None where they carry none.

    The number is compared by its keyed fingerprint and let go of. Raises NotVouched when nobody
    here has it.
    """
    said = texts_of(claim_of(claims, provider.number_claim))
    if not said:
        return None
    found = ask(WhoHasNumber(next(iter(said)))) if len(said) == 1 else []
    if len(found) != 1:
        raise NotVouched("unknown_citizen")
    citizen_id: UUID = found[0]
    return citizen_id


def _citizens_account(provider: Provider, citizen_id: UUID, now: datetime) -> UUID:
    """Return a new account that stands for a citizen; her name stands in her own record alone."""
    account_id = _new_account("", now)
    db.session.add(
        RoleAssignment(
            account_id=account_id,
            municipality_id=provider.municipality_id,
            role=Role.CITIZEN,
            person_id=citizen_id,
        )
    )
    db.session.flush()
    return account_id


def _record(
    provider: Provider, account_id: UUID, role: Role, citizens: tuple[UUID, ...] = ()
) -> None:
    actor = Actor(provider.municipality_id, role, account_id)
    audit.record(
        actor,
        Action.LOG_IN,
        "account",
        account_id,
        citizens=citizens,
        purpose="log_in",
        provider=provider.id,
    )


def end_vouched(provider: Provider, told: LoggedOut, *, now: datetime) -> int:
    """End the log-ins that a provider says are over, and return how many there were.

    Raises NotVouched for what it has said before: since then the person may have come back.
    """
    said = f"{provider.issuer}|{provider.client_id}|{told.token_id}"
    try:
        with db.session.begin_nested():
            begin_step(StepKind.LOGGED_OUT, secret=said, now=now)
    except IntegrityError as error:
        raise NotVouched("repeated") from error
    mine = [LoginSession.provider_id == provider.id, LoginSession.revoked_at.is_(None)]
    if told.session is not None:
        mine.append(LoginSession.provider_session == seal_name(provider, told.session))
    if told.subject is not None:
        mine.append(LoginSession.provider_subject == seal_name(provider, told.subject))
    ended = db.session.execute(update(LoginSession).where(*mine).values(revoked_at=now))
    return ended.rowcount if isinstance(ended, CursorResult) else 0
