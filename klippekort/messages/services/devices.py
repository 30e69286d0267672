"""Devices for notices: added and let go of by their owner, or let go of when they are gone."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.messages.models import PushDevice
from klippekort.messages.queries import devices as queries
from klippekort.messages.queries.people import ACCOUNT, CITIZEN, STAFF, VOLUNTEER, Recipient
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.gateways.push import Device, check_device
from klippekort.platform.ids import new_id

_OWNERS = {Role.VOLUNTEER: VOLUNTEER, Role.CITIZEN: CITIZEN, Role.CARE_WORKER: STAFF}
MOST_DEVICES = 5


def owner_of(actor: Actor) -> Recipient:
    """Return as whom somebody who is logged in is told. Raises NotFound for nobody."""
    kind = _OWNERS.get(actor.role)
    if kind is not None and actor.person_id is not None:
        return Recipient(kind, actor.person_id)
    if actor.account_id is None:
        raise NotFound
    return Recipient(ACCOUNT if actor.role is Role.RELATIVE else STAFF, actor.account_id)


def own_devices(actor: Actor) -> Sequence[PushDevice]:
    """Return the devices of whoever is logged in."""
    owner = owner_of(actor)
    return queries.devices_of({(owner.kind, owner.id)})


def add_device(actor: Actor, device: Device, name: str, *, now: datetime) -> str:
    """Keep a device of whoever is logged in, and return its id; a browser has one owner.

    Beyond five devices the oldest goes. Raises NotADevice.
    """
    authorise(actor, Action.USE_DEVICE)
    check_device(device)
    owner, row = owner_of(actor), queries.lock_by_endpoint(device.endpoint)
    if row is None:
        _make_room(actor)
        row = PushDevice(id=new_id(), municipality_id=actor.municipality_id)
        row.endpoint_index = queries.endpoint_index(device.endpoint)
        db.session.add(row)
    row.recipient_kind, row.recipient_id = owner.kind, owner.id
    row.reach_sealed, row.name, row.added_at = queries.seal(row, device), name[:40], now
    db.session.flush()
    _record(actor, row, "added")
    return str(row.id)


def remove_device(actor: Actor, device_id: UUID) -> str:
    """Let go of a device. Raises NotFound for somebody else's."""
    authorise(actor, Action.USE_DEVICE)
    for row in own_devices(actor):
        if row.id == device_id:
            _record(actor, row, "removed")
            db.session.delete(row)
            return str(device_id)
    raise NotFound


def forget_devices(ids: Sequence[UUID]) -> int:
    """Let go of devices that a push service says are gone, and return how many there were."""
    gone = queries.find_devices(ids)
    for row in gone:
        db.session.delete(row)
    return len(gone)


def _make_room(actor: Actor) -> None:
    mine = own_devices(actor)
    for old in mine[: max(0, len(mine) + 1 - MOST_DEVICES)]:
        db.session.delete(old)
    db.session.flush()


def _record(actor: Actor, row: PushDevice, how: str) -> None:
    citizens = [row.recipient_id] if row.recipient_kind == CITIZEN else []
    audit.record(actor, Action.USE_DEVICE, "device", row.id, citizens=citizens, how=how)
