"""How a municipality sets who vouches for its staff and its citizens."""

from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from klippekort.accounts.models import LoginSession
from klippekort.accounts.models.sign_in import SignInGroup, SignInProvider
from klippekort.accounts.queries.providers import CITIZENS, STAFF, find_own_provider, secret_place
from klippekort.accounts.services.vouching import BY_GROUP
from klippekort.domain.errors import DomainError, NotFound
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.domain.sign_in import Level
from klippekort.municipalities.queries import get_district, get_supplier
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.keys import keys
from klippekort.platform.outgoing import check_address, inner_hosts


class GroupTaken(DomainError):
    """The group gives that role already."""


@dataclass(frozen=True)
class Told:
    """What an administrator has typed of a provider; `secret` is empty where it stays as it is."""

    issuer: str
    client_id: str
    scope: str
    group_claim: str
    supplier_claim: str
    district_claim: str
    employee_claim: str
    number_claim: str
    level_claim: str
    asked_level: str
    least_level: int | None


def set_provider(
    actor: Actor, kind: str, told: Told, *, secret: str, is_on: bool, now: datetime
) -> None:
    """Store who vouches for staff or citizens, and whether they are asked from now on.

    Raises NotAllowedOut for an address we would not ask. Citizens are known substantially at the
    least. Another issuer, or none, ends the log-ins of the one before.
    """
    authorise(actor, Action.SET_SIGN_IN)
    if kind not in (STAFF, CITIZENS):
        raise NotFound
    if told.issuer:
        check_address(told.issuer, inner_hosts())
    row = _lock(actor.municipality_id, kind)
    before = (row.issuer, row.client_id)
    for one in fields(told):
        setattr(row, one.name, getattr(told, one.name))
    if kind == CITIZENS:
        row.least_level = max(told.least_level or 0, Level.SUBSTANTIAL)
    if secret:
        row.secret_sealed = keys().seal_secret(secret, secret_place(row.id))
    row.is_on, row.tried_at = is_on, now if is_on else row.tried_at
    if (row.issuer, row.client_id) != before or not is_on:
        _end_log_ins(row.id, now)
    db.session.flush()
    audit.record(
        actor, Action.SET_SIGN_IN, "sign_in_provider", row.id, change="set", kind=kind, on=is_on
    )


def _lock(home: int, kind: str) -> SignInProvider:
    wanted = select(SignInProvider).filter_by(municipality_id=home, kind=kind).with_for_update()
    row = db.session.scalars(wanted).one_or_none()
    if row is None:
        row = SignInProvider(id=new_id(), municipality_id=home, kind=kind, least_level=None)
        if kind == CITIZENS:
            row.least_level = Level.SUBSTANTIAL
        db.session.add(row)
    return row


def _end_log_ins(provider_id: UUID, now: datetime) -> None:
    mine = select(LoginSession).filter_by(provider_id=provider_id, revoked_at=None)
    for session in db.session.scalars(mine):
        session.revoked_at = now


def add_group(
    actor: Actor,
    *,
    name: str,
    role: Role,
    supplier_id: UUID | None = None,
    district_id: UUID | None = None,
) -> str:
    """Let a group at the provider give a role here, and return its id.

    Raises GroupTaken, and NotFound for a role no group may give and a place that is not here.
    """
    authorise(actor, Action.SET_SIGN_IN)
    if role not in BY_GROUP:
        raise NotFound
    if supplier_id is not None:
        get_supplier(supplier_id)
    if district_id is not None:
        get_district(district_id)
    row = SignInGroup(
        id=new_id(),
        name=name.strip(),
        role=role,
        supplier_id=supplier_id,
        district_id=district_id,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError as error:
        raise GroupTaken from error
    audit.record(actor, Action.SET_SIGN_IN, "sign_in_group", row.id, change="added", role=role)
    return str(row.id)


def remove_group(actor: Actor, group_id: UUID, *, now: datetime) -> None:
    """Let a group give nothing any more; log-ins that a provider vouched for end. Raises NotFound.

    Whoever is in other groups too logs in again with what those give.
    """
    authorise(actor, Action.SET_SIGN_IN)
    row = db.session.scalars(select(SignInGroup).filter_by(id=group_id)).one_or_none()
    if row is None:
        raise NotFound
    db.session.execute(delete(SignInGroup).filter_by(id=group_id))
    provider = find_own_provider(actor.municipality_id, STAFF)
    if provider is not None:
        _end_log_ins(provider.id, now)
    audit.record(actor, Action.SET_SIGN_IN, "sign_in_group", group_id, change="removed")
