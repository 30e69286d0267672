"""Reading associations: agreements, contacts, limits, and what relies on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import Select, func, or_, select

from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Actor, Reach
from klippekort.platform import events
from klippekort.platform.db import db
from klippekort.platform.sorting import alphabetical
from klippekort.volunteers.models import (
    Association,
    AssociationAgreement,
    AssociationContact,
    Volunteer,
)

ENDS_SOON = timedelta(days=60)


@dataclass(frozen=True)
class ReliesOnAssociation:
    """Asked of the features above: what of theirs relies on this association?

    They answer with `Relying`.
    """

    association_id: UUID


@dataclass(frozen=True)
class GuestsSent:
    """Asked of the features above: how many of our guests have a seat with these associations in
    the Danish month of a day? They answer with an association's id and a number.
    """

    association_ids: tuple[UUID, ...]
    on: date


@dataclass(frozen=True)
class Relying:
    """Things of one kind that rely on an association: a code for the kind, and their names."""

    kind: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class AssociationLine:
    """An association as a list shows it. `agreed_until` is None without an end, or an agreement;
    `guests` is how many of ours have a seat there this month.
    """

    id: UUID
    name: str
    phone: str | None
    members: int
    load_limit: int | None
    has_agreement: bool
    agreed_until: date | None
    is_archived: bool
    guests: int = 0


def list_associations(*, with_archived: bool = False) -> Sequence[Association]:
    """Return the associations by name; those we have stopped with only `with_archived`."""
    wanted = select(Association).order_by(alphabetical(Association.name))
    if not with_archived:
        wanted = wanted.where(Association.archived_at.is_(None))
    return db.session.scalars(wanted).all()


def find_association(name: str) -> Association | None:
    """Return the association of this name, whatever its case and archived or not, or None."""
    everyone = list_associations(with_archived=True)
    return next((row for row in everyone if row.name.casefold() == name.casefold()), None)


def get_association(association_id: UUID) -> Association:
    """Return an association. Raises NotFound."""
    return _one(select(Association).filter_by(id=association_id))


def lock_association(association_id: UUID) -> Association:
    """Return an association nobody else can change before this transaction ends.

    Raises NotFound.
    """
    fresh = select(Association).filter_by(id=association_id).with_for_update()
    return _one(fresh.execution_options(populate_existing=True))


def _one(wanted: Select[Association]) -> Association:
    row = db.session.scalars(wanted).one_or_none()
    if row is None:
        raise NotFound
    return row


def get_contact(contact_id: UUID) -> AssociationContact:
    """Return an association's contact. Raises NotFound."""
    found = select(AssociationContact).filter_by(id=contact_id)
    row = db.session.scalars(found).one_or_none()
    if row is None:
        raise NotFound
    return row


def contacts_of(association_id: UUID) -> Sequence[AssociationContact]:
    """Return those who speak for an association today, by name."""
    found = select(AssociationContact).filter_by(association_id=association_id, archived_at=None)
    return db.session.scalars(found.order_by(alphabetical(AssociationContact.name))).all()


def association_of(actor: Actor) -> Association:
    """Return the association that a logged-in contact speaks for. Raises NotFound."""
    if actor.person_id is None:
        raise NotFound
    contact = get_contact(actor.person_id)
    if contact.archived_at is not None:
        raise NotFound
    return get_association(contact.association_id)


def reach_of_association(association_id: UUID) -> Reach:
    """Return whose an association's own things are: its contacts'."""
    return Reach(people=frozenset(row.id for row in contacts_of(association_id)))


def agreements_of(association_id: UUID) -> Sequence[AssociationAgreement]:
    """Return all that was ever agreed with an association, the latest first."""
    found = select(AssociationAgreement).filter_by(association_id=association_id)
    latest = (AssociationAgreement.from_on.desc(), AssociationAgreement.recorded_at.desc())
    return db.session.scalars(found.order_by(*latest)).all()


def find_agreement(association_id: UUID, on: date) -> AssociationAgreement | None:
    """Return the agreement that holds on a day, or None."""
    holds = (row for row in agreements_of(association_id) if _holds(row, on))
    return next(holds, None)


def _holds(row: AssociationAgreement, on: date) -> bool:
    return row.from_on <= on and (row.until_on is None or on <= row.until_on)


def association_lines(today: date, *, with_archived: bool = False) -> list[AssociationLine]:
    """Return the associations by name, each with how many volunteers and until when agreed."""
    members = _members()
    agreed = _agreed(today)
    rows = list_associations(with_archived=with_archived)
    guests = guests_sent([row.id for row in rows], today)
    return [
        AssociationLine(
            id=row.id,
            name=row.name,
            phone=row.phone,
            members=members.get(row.id, 0),
            load_limit=row.load_limit,
            has_agreement=row.id in agreed,
            agreed_until=_latest_end(agreed.get(row.id, [])),
            is_archived=row.archived_at is not None,
            guests=guests.get(row.id, 0),
        )
        for row in rows
    ]


def guests_sent(association_ids: Sequence[UUID], on: date) -> dict[UUID, int]:
    """Return how many of our guests have a seat with each association in the month of a day."""
    return dict(events.ask(GuestsSent(tuple(association_ids), on)))


def _members() -> dict[UUID, int]:
    counted = (
        select(Volunteer.association_id, func.count(Volunteer.id))
        .where(Volunteer.archived_at.is_(None), Volunteer.association_id.is_not(None))
        .group_by(Volunteer.association_id)
    )
    return {row_id: number for row_id, number in db.session.execute(counted) if row_id}


def _agreed(today: date) -> dict[UUID, list[AssociationAgreement]]:
    """Return, by association, the agreements that hold today or begin later."""
    still = or_(AssociationAgreement.until_on.is_(None), AssociationAgreement.until_on >= today)
    found: dict[UUID, list[AssociationAgreement]] = {}
    for row in db.session.scalars(select(AssociationAgreement).where(still)):
        found.setdefault(row.association_id, []).append(row)
    return found


def _latest_end(rows: list[AssociationAgreement]) -> date | None:
    """Return the last day on which something is agreed, None when there is no such day."""
    ends = [row.until_on for row in rows]
    return None if None in ends else max((end for end in ends if end), default=None)


def ending_agreements(today: date) -> list[AssociationLine]:
    """Return the associations whose last agreement ends within 60 days, the soonest first."""
    soon = [
        line
        for line in association_lines(today)
        if line.agreed_until is not None and line.agreed_until - today <= ENDS_SOON
    ]
    return sorted(soon, key=lambda line: (line.agreed_until or today, line.name))


def ids_of_ending(today: date) -> Select[UUID]:
    """Return the statement for the associations that `ending_agreements` names."""
    ends = func.max(func.coalesce(AssociationAgreement.until_on, date.max))
    return (
        select(AssociationAgreement.association_id)
        .join(Association, Association.id == AssociationAgreement.association_id)
        .where(Association.archived_at.is_(None))
        .group_by(AssociationAgreement.association_id)
        .having(ends >= today, ends <= today + ENDS_SOON)
    )


def relying_on(association_id: UUID) -> list[Relying]:
    """Return what would be left without its association: our volunteers, and what others answer."""
    names = db.session.scalars(
        select(Volunteer.name)
        .filter_by(association_id=association_id)
        .order_by(alphabetical(Volunteer.name))
    ).all()
    ours = [Relying("volunteers", tuple(names))] if names else []
    return [*ours, *events.ask(ReliesOnAssociation(association_id))]


def unsettled_with(association_id: UUID) -> list[Relying]:
    """Return what of the features above must be settled before we part from an association."""
    return list(events.ask(ReliesOnAssociation(association_id)))
