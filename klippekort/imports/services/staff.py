"""Care workers from a roster, known by their employee numbers."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from klippekort.accounts.models import CareWorker, RoleAssignment
from klippekort.domain.permissions import Role
from klippekort.imports.reading.rows import Numbered
from klippekort.imports.reading.staff import StaffRow
from klippekort.imports.services.places import Place, Places
from klippekort.imports.services.run import Outcome, Run, change
from klippekort.platform.db import db
from klippekort.platform.ids import new_id


def ids_by_number() -> dict[str, UUID]:
    """Return every care worker's id by the employee number in small letters."""
    rows = db.session.execute(select(CareWorker.employee_number, CareWorker.id))
    return {number.casefold(): worker_id for number, worker_id in rows}


def store(run: Run, rows: Sequence[Numbered[StaffRow]]) -> None:
    """Add or change the care workers; a log-in follows to the new supplier and district."""
    places, known = Places(run), ids_by_number()
    for batch in run.batches(rows):
        numbers = [numbered.row.employee_number.casefold() for numbered in batch]
        workers = _workers([known[number] for number in numbers if number in known])
        for numbered, number in zip(batch, numbers, strict=True):
            row = numbered.row
            place = places.find(numbered.number, row.supplier, row.district)
            if place is None or run.faults:
                continue
            facts = _facts(row, place)
            if number in known:
                run.counts.add(_change(run, workers[known[number]], facts))
            else:
                facts["employee_number"] = row.employee_number
                db.session.add(CareWorker(id=new_id(), **facts))
                run.counts.add("new")


def _workers(ids: list[UUID]) -> dict[UUID, CareWorker]:
    found = db.session.scalars(select(CareWorker).where(CareWorker.id.in_(ids)))
    return {row.id: row for row in found}


def _facts(row: StaffRow, place: Place) -> dict[str, Any]:
    return {
        "name": row.name,
        "email": row.email,
        "supplier_id": place[0],
        "district_id": place[1],
        "position": row.position,
        "has_driving_licence": row.has_driving_licence,
        "skills": list(row.skills),
    }


def _change(run: Run, worker: CareWorker, facts: dict[str, Any]) -> Outcome:
    had = worker.supplier_id, worker.district_id
    outcome = change(worker, facts)
    if (worker.supplier_id, worker.district_id) != had:
        db.session.execute(
            update(RoleAssignment)
            .where(
                RoleAssignment.municipality_id == run.actor.municipality_id,
                RoleAssignment.role == Role.CARE_WORKER,
                RoleAssignment.person_id == worker.id,
            )
            .values(supplier_id=worker.supplier_id, district_id=worker.district_id)
        )
    return outcome
