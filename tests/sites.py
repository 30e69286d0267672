"""Every page of a municipality that has something on each: addresses, and who may open them."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from flask import Flask
from sqlalchemy import select

from klippekort.accounts.models import Account, Identity, RoleAssignment
from klippekort.activities.models import Activity, Occurrence
from klippekort.citizens.models import Absence
from klippekort.domain.permissions import ALLOWED, Actor, Role
from klippekort.domain.scheduling import Repeats
from klippekort.municipalities.models import District, Supplier
from klippekort.platform import clock
from klippekort.platform.auth import access_of
from klippekort.platform.db import db
from klippekort.platform.tenancy import acting_for
from klippekort.punchcards.models import Scheme
from klippekort.trips.models import Trip, TripEscort, TripRider
from klippekort.volunteers.models import Volunteer

HOME = 1


@dataclass(frozen=True)
class Visit:
    """A page, and somebody who may open it; None is nobody in particular."""

    endpoint: str
    path: str
    actor: Actor | None


def people(log_ins: list[tuple[str, str, str]]) -> dict[Role, Actor]:
    """Return the demo's log-ins as actors, by role."""
    found: dict[Role, Actor] = {}
    for role, email, _password in log_ins:
        identity = db.session.scalars(select(Identity).filter_by(subject=email)).one()
        assigned = db.session.scalars(
            select(RoleAssignment).filter_by(account_id=identity.account_id, role=role)
        ).one()
        account = db.session.get(Account, identity.account_id)
        found[Role(role)] = Actor(
            assigned.municipality_id,
            Role(role),
            identity.account_id,
            account.display_name if account else "",
            assigned.supplier_id,
            assigned.district_id,
            assigned.person_id,
        )
    return found


def _values(staff: dict[Role, Actor]) -> dict[str, str]:
    """Return one real value for every part of an address that varies."""
    now = clock.now()
    worker = staff[Role.CARE_WORKER]
    mine = (
        select(Trip, TripRider)
        .join(TripRider, TripRider.trip_id == Trip.id)
        .join(TripEscort, TripEscort.trip_id == Trip.id)
        .where(TripEscort.care_worker_id == worker.person_id, Trip.state == "booked")
        .where(TripEscort.is_active)
        .order_by(Trip.starts_at)
    )
    trip, rider = db.session.execute(mine.limit(1)).one()
    hosted = (
        select(Occurrence)
        .join(Activity, Activity.id == Occurrence.activity_id)
        .where(Activity.host_id == staff[Role.VOLUNTEER].person_id)
        .where(Activity.state == "approved", Occurrence.cancelled_at.is_(None))
    )
    past = hosted.where(Occurrence.ends_at < now).order_by(Occurrence.starts_at.desc())
    ahead = hosted.where(Occurrence.starts_at > now).order_by(Occurrence.starts_at)
    occurrence = db.session.scalars(ahead.limit(1)).one()
    over = db.session.scalars(past.limit(1)).one()
    absence = db.session.scalars(
        select(Absence).filter_by(citizen_id=rider.citizen_id).limit(1)
    ).one_or_none()
    return {
        "citizen_id": str(rider.citizen_id),
        "card_id": str(rider.card_id),
        "trip_id": str(trip.id),
        "occurrence_id": str(occurrence.id),
        "past_occurrence_id": str(over.id),
        "activity_id": str(occurrence.activity_id),
        "absence_id": str(absence.id) if absence else "",
        "scheme_id": str(db.session.scalars(select(Scheme.id).limit(1)).one()),
        "supplier_id": str(db.session.scalars(select(Supplier.id).limit(1)).one()),
        "district_id": str(db.session.scalars(select(District.id).limit(1)).one()),
        "volunteer_id": str(db.session.scalars(select(Volunteer.id).limit(1)).one()),
        "account_id": str(worker.account_id),
        "message_id": str(UUID(int=0)),
        "repeats": Repeats.WEEKLY,
    }


def visits(app: Flask, staff: dict[Role, Actor], **more: str) -> Iterator[Visit]:
    """Yield a visit to every page that is got, by everybody in turn who may open it."""
    with acting_for(HOME):
        values = {**_values(staff), **more}
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        access = access_of(app.view_functions.get(rule.endpoint, lambda: None))
        if access is None or "GET" not in (rule.methods or set()):
            continue
        own = {name: values.get(f"{rule.endpoint}:{name}", values.get(name)) for name in rule.arguments}
        if any(not value for value in own.values()):
            continue
        path = adapter.build(rule.endpoint, own)
        roles = ALLOWED[access.action] if access.action else {}
        actors = [staff[role] for role in roles if role in staff] or [None]
        for actor in actors:
            yield Visit(rule.endpoint, path, actor)
