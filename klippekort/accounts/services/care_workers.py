"""Care workers, as the roster knows them."""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from klippekort.accounts import queries
from klippekort.accounts.models import CareWorker, RoleAssignment
from klippekort.accounts.queries import care_workers as workers
from klippekort.domain.errors import DomainError
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.municipalities.queries import get_district, get_supplier
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id


class EmployeeNumberTaken(DomainError):
    """Another care worker here has that employee number."""


def add_care_worker(
    actor: Actor,
    *,
    employee_number: str,
    name: str,
    supplier_id: UUID,
    district_id: UUID | None = None,
    email: str | None = None,
    position: str | None = None,
    has_driving_licence: bool = False,
    skills: tuple[str, ...] = (),
) -> str:
    """Add a care worker and return the id.

    Raises EmployeeNumberTaken, and NotFound for a supplier or district that is not here.
    """
    authorise(actor, Action.MANAGE_ACCOUNTS)
    _check_place(supplier_id, district_id)
    worker = CareWorker(
        id=new_id(),
        employee_number=employee_number.strip(),
        name=name.strip(),
        email=queries.plain_email(email) if email else None,
        supplier_id=supplier_id,
        district_id=district_id,
        position=position,
        has_driving_licence=has_driving_licence,
        skills=list(skills),
    )
    try:
        with db.session.begin_nested():
            db.session.add(worker)
    except IntegrityError as error:
        raise EmployeeNumberTaken from error
    audit.record(actor, Action.MANAGE_ACCOUNTS, "care_worker", worker.id, change="added")
    return str(worker.id)


def change_care_worker(
    actor: Actor,
    care_worker_id: UUID,
    *,
    name: str,
    supplier_id: UUID,
    district_id: UUID | None,
    email: str | None,
    position: str | None,
    has_driving_licence: bool,
    skills: tuple[str, ...],
) -> None:
    """Store what the roster says now; the person's log-in follows to the new supplier and district.

    Raises NotFound for a care worker, supplier or district that is not here.
    """
    authorise(actor, Action.MANAGE_ACCOUNTS)
    _check_place(supplier_id, district_id)
    worker = workers.get_care_worker(care_worker_id)
    worker.name, worker.position = name.strip(), position
    worker.supplier_id, worker.district_id = supplier_id, district_id
    worker.email = queries.plain_email(email) if email else None
    worker.has_driving_licence, worker.skills = has_driving_licence, list(skills)
    db.session.execute(
        update(RoleAssignment)
        .where(
            RoleAssignment.municipality_id == actor.municipality_id,
            RoleAssignment.role == Role.CARE_WORKER,
            RoleAssignment.person_id == worker.id,
        )
        .values(supplier_id=supplier_id, district_id=district_id)
    )
    audit.record(actor, Action.MANAGE_ACCOUNTS, "care_worker", worker.id, change="changed")


def _check_place(supplier_id: UUID, district_id: UUID | None) -> None:
    get_supplier(supplier_id)
    if district_id is not None:
        get_district(district_id)
