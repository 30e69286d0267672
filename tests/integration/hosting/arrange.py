"""Volunteers, a club and dates of theirs: what tests of hosting begin with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from sqlalchemy import select

from klippekort.accounts.models import Account, Identity, RoleAssignment
from klippekort.domain.clearances import Kind, Outcome
from klippekort.domain.hosting import HostRole
from klippekort.domain.permissions import Actor, Role
from klippekort.hosting.models import HostOffer, HostSearch
from klippekort.hosting.queries.offers import Wanted
from klippekort.messages.models import OutboxMessage
from klippekort.platform.db import db
from klippekort.platform.execute import execute
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import acting_for
from klippekort.volunteers.models import AssociationContact, Volunteer
from klippekort.volunteers.services import Found, record_clearance
from tests.cast import BORN, HOME, Cast, email_of
from tests.integration.activities.arrange import CARDS, NOW, an_activity, dates_of

# The first dates are on Tuesdays from two to four; the tests begin on the Monday before.
FAR = 2
"""The number of the date that lies two weeks away."""


@dataclass(frozen=True)
class Person:
    """A volunteer with a log-in."""

    id: UUID
    actor: Actor


def a_volunteer(name: str, *, logs_in: bool = True, **facts: Any) -> Person:
    """Add a volunteer and return them."""
    person = new_id()

    def add() -> Actor:
        db.session.add(Volunteer(id=person, name=name, created_at=BORN, **facts))
        return _log_in(name, Role.VOLUNTEER, person) if logs_in else Actor(HOME, Role.VOLUNTEER)

    with acting_for(HOME):
        return Person(person, execute(add))


def cleared(person: Person, cast: Cast) -> Person:
    """Let a volunteer's criminal record have been seen, and return them."""
    found = Found(Kind.CRIMINAL_RECORD, Outcome.PASSED, date(2026, 10, 1))
    with acting_for(HOME):
        execute(record_clearance, cast.karen, person.id, found, now=NOW)
    return person


def a_contact(association_id: UUID, name: str = "Conny Clausen") -> Actor:
    """Add somebody who speaks for an association, and return them logged in."""
    person = new_id()

    def add() -> Actor:
        db.session.add(
            AssociationContact(id=person, association_id=association_id, name=name, created_at=BORN)
        )
        return _log_in(name, Role.ASSOCIATION, person)

    with acting_for(HOME):
        actor: Actor = execute(add)
    return actor


def _log_in(name: str, role: Role, person_id: UUID) -> Actor:
    account = Account(id=new_id(), display_name=name, created_at=BORN)
    db.session.add(account)
    db.session.flush()
    actor = Actor(HOME, role, account.id, name, person_id=person_id)
    db.session.add(Identity(account_id=account.id, issuer="local", subject=email_of(actor)))
    db.session.add(
        RoleAssignment(account_id=account.id, municipality_id=HOME, role=role, person_id=person_id)
    )
    return actor


def tuesdays(cast: Cast) -> list[UUID]:
    """Let Viggo hold cards every Tuesday, and return the dates by time."""
    return [row.id for row in dates_of(an_activity(cast, CARDS))]


def viggo_of(cast: Cast) -> UUID:
    """Return the volunteer that Viggo is."""
    assert cast.viggo.person_id is not None
    return cast.viggo.person_id


def to_host(occurrence_id: UUID) -> Wanted:
    """Return what a host of a date is wanted for."""
    return Wanted(HostRole.HOST, occurrence_id)


def offers() -> list[HostOffer]:
    """Return all offers and questions, in order."""
    return list(_fresh(select(HostOffer).order_by(HostOffer.asked_at, HostOffer.id)))


def states() -> dict[UUID, str]:
    """Return where each volunteer's only offer is."""
    return {row.volunteer_id: row.state for row in offers()}


def the_search() -> HostSearch:
    """Return the only search there is."""
    (found,) = _fresh(select(HostSearch))
    row: HostSearch = found
    return row


def calls(kind: str, state: str = "queued") -> list[OutboxMessage]:
    """Return the calls of a kind that are to be made."""
    found = select(OutboxMessage).filter_by(kind=kind, state=state)
    return list(_fresh(found.order_by(OutboxMessage.due_at, OutboxMessage.id)))


def _fresh(found: Any) -> Sequence[Any]:
    with acting_for(HOME):
        fresh = found.execution_options(populate_existing=True)
        return list(db.session.scalars(fresh))


def pressed(client: FlaskClient, address: str, **facts: Any) -> Any:
    """Send a form, or press a button, and return the answer."""
    return client.post(address, data={"key": str(uuid4())} | facts)
