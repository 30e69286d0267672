"""Giving, changing and withdrawing a proxy: by the citizen on her own page, or by staff."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from klippekort.accounts.queries import list_assignments
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries import get_citizen, lock_citizen
from klippekort.citizens.services.sealing import seal
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import CitizenGone, NotFound
from klippekort.domain.permissions import STAFF, Action, Actor, Role, authorise
from klippekort.domain.proxies import (
    Evidence,
    Giver,
    NeedsWitness,
    NotHersToWithdraw,
    NothingToWithdraw,
    Proxy,
    Step,
    check_giving,
    check_withdrawing,
)
from klippekort.domain.relatives import KnownAlready
from klippekort.platform.db import db
from klippekort.platform.gone import is_gone
from klippekort.platform.ids import new_id
from klippekort.relatives.models import Relative
from klippekort.relatives.queries.proposals import waiting_by
from klippekort.relatives.queries.proxies import as_lines
from klippekort.relatives.queries.relatives import (
    get_relative,
    history_of,
    kin_of,
    lock_relative,
    parent_of,
)
from klippekort.relatives.services.common import (
    add_line,
    authorise_giving,
    giver_of,
    note,
    silence,
)
from klippekort.relatives.services.tickets import revoke_invitations

REFUSALS = (NothingToWithdraw, NotHersToWithdraw)
CONFIRMATIONS = ("seen_id", "called_back", "known")


@dataclass(frozen=True)
class Person:
    """Who a relative is: a phone as E.164 of any country, an e-mail, or both."""

    name: str
    relation: str
    phone: str | None
    email: str | None


def add_relative(
    actor: Actor,
    citizen_id: UUID,
    person: Person,
    proxy: Proxy,
    *,
    witness_id: UUID | None = None,
    confirmed_how: str | None = None,
    now: datetime,
) -> str:
    """Write a relative down with what she may do, and return her id.

    With `confirmed_how` somebody says how they know that it is she. Raises what `give` raises, and
    KnownAlready.
    """
    citizen = lock_citizen(citizen_id)
    authorise_giving(actor, citizen, local_day(now))
    _check_contact(citizen, person)
    row = Relative(
        id=new_id(),
        citizen_id=citizen_id,
        relation=person.relation,
        recorded_at=now,
        recorded_by=actor.account_id,
    )
    db.session.add(row)
    _keep_contact(citizen, row, person)
    db.session.flush()
    note(actor, row, "add")
    _give(actor, citizen, row, proxy, witness_id, now)
    if confirmed_how is not None:
        _confirm(actor, row, confirmed_how, now)
    return str(row.id)


def change_contact(actor: Actor, relative_id: UUID, person: Person, *, now: datetime) -> str:
    """Correct a name, a phone or an e-mail: what was sent to the old one works no longer, and
    somebody must say anew how they know that it is she. Raises KnownAlready, Forbidden, NotFound.
    """
    citizen, row = _lock(actor, relative_id, now)
    before = next(one for one in kin_of(citizen) if one.row.id == row.id)
    _check_contact(citizen, person, besides=row.id)
    _keep_contact(citizen, row, person)
    row.relation = person.relation
    moved = (before.phone, before.email) != (person.phone, person.email)
    if moved and row.account_id is None:
        row.confirmed_at = row.confirmed_how = None
        row.confirmed_by = row.confirmed_by_role = None
        revoke_invitations(row.id, now)
    note(actor, row, "contact")
    return str(relative_id)


def give(
    actor: Actor,
    relative_id: UUID,
    proxy: Proxy,
    *,
    witness_id: UUID | None = None,
    now: datetime,
) -> str:
    """Give a proxy, in place of what was given before, and return the relative's id.

    Raises what `check_giving` raises, CitizenGone, Forbidden and NotFound. `witness_id` is the
    account of the second member of staff who heard a spoken one.
    """
    citizen, row = _lock(actor, relative_id, now)
    _give(actor, citizen, row, proxy, witness_id, now)
    return str(relative_id)


def _give(
    actor: Actor,
    citizen: Citizen,
    row: Relative,
    proxy: Proxy,
    witness_id: UUID | None,
    now: datetime,
) -> None:
    if is_gone(citizen.id):
        raise CitizenGone
    is_spoken = proxy.evidence is Evidence.SPOKEN
    heard_by = witness_id if is_spoken and giver_of(actor) is Giver.STAFF else None
    check_giving(
        proxy,
        as_lines(history_of(row.id)),
        today=local_day(now),
        has_witness=heard_by is not None and _may_witness(actor, heard_by),
        giver=giver_of(actor),
    )
    add_line(actor, row, Step.GIVEN, proxy=proxy, witness_id=heard_by, now=now)


def _may_witness(actor: Actor, account_id: UUID) -> bool:
    """Say whether an account is another member of staff here. Raises NeedsWitness for oneself."""
    if account_id == actor.account_id:
        raise NeedsWitness
    return any(
        one.municipality_id == actor.municipality_id and Role(one.role) in STAFF
        for one in list_assignments(account_id)
    )


def withdraw(actor: Actor, relative_id: UUID, *, now: datetime) -> str:
    """Withdraw a proxy: from the next request on it gives nothing. Returns the relative's id.

    Raises NothingToWithdraw, NotHersToWithdraw, Forbidden and NotFound.
    """
    _citizen, row = _lock(actor, relative_id, now)
    _withdraw(actor, row, now)
    return str(relative_id)


def give_up(actor: Actor, citizen_id: UUID, *, now: datetime) -> str:
    """Let a relative herself lay down all she may do for a citizen. Raises NotFound."""
    authorise(actor, Action.ACT_FOR_CITIZEN)
    parent_of(actor.account_id, citizen_id, local_day(now))
    citizen = lock_citizen(citizen_id)
    for kin in kin_of(citizen):
        if kin.row.account_id == actor.account_id and kin.standing.proxy is not None:
            _withdraw(actor, lock_relative(kin.row.id), now)
    return str(citizen_id)


def _withdraw(actor: Actor, row: Relative, now: datetime) -> None:
    lines = as_lines(history_of(row.id))
    check_withdrawing(lines, giver=giver_of(actor), today=local_day(now))
    add_line(actor, row, Step.WITHDRAWN, now=now)
    revoke_invitations(row.id, now)
    silence(row.id)
    end_waiting(row.id)


def end_waiting(relative_id: UUID) -> list[UUID]:
    """Let what a relative has proposed wait no longer, and return what did."""
    rows = waiting_by(relative_id)
    for row in rows:
        row.state = "stopped"
    db.session.flush()
    return [row.id for row in rows]


def confirm(actor: Actor, relative_id: UUID, how: str, *, now: datetime) -> str:
    """Note how somebody knows that it is she: the citizen herself, or staff.

    Raises ValueError for a way that is none, Forbidden and NotFound.
    """
    _citizen, row = _lock(actor, relative_id, now)
    _confirm(actor, row, how, now)
    return str(relative_id)


def _confirm(actor: Actor, row: Relative, how: str, now: datetime) -> None:
    if how not in CONFIRMATIONS:
        raise ValueError(how)
    row.confirmed_how, row.confirmed_at = how, now
    row.confirmed_by, row.confirmed_by_role = actor.account_id, giver_of(actor).value
    db.session.flush()
    note(actor, row, "confirm", how=how)


def _lock(actor: Actor, relative_id: UUID, now: datetime) -> tuple[Citizen, Relative]:
    """Lock the citizen first: what is done for her is done one thing at a time."""
    citizen_id = get_relative(relative_id).citizen_id
    citizen = lock_citizen(citizen_id)
    authorise_giving(actor, citizen, local_day(now))
    if actor.role is Role.CITIZEN and actor.person_id != citizen_id:
        raise NotFound
    return citizen, lock_relative(relative_id)


def _check_contact(citizen: Citizen, person: Person, *, besides: UUID | None = None) -> None:
    """Refuse a second row for one person. Raises KnownAlready."""
    for one in kin_of(get_citizen(citizen.id)):
        if one.row.id == besides or one.standing.proxy is None:
            continue
        if (person.phone and one.phone == person.phone) or (
            person.email and one.email == person.email
        ):
            raise KnownAlready


def _keep_contact(citizen: Citizen, row: Relative, person: Person) -> None:
    row.name_encrypted = seal(citizen, row.id, "relative_name", person.name.strip())
    row.phone_encrypted = seal(citizen, row.id, "relative_phone", person.phone or "")
    row.email_encrypted = seal(citizen, row.id, "relative_email", person.email or "")
