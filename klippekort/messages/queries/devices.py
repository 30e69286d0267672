"""The devices that people let us send notices to."""

import json
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select

from klippekort.messages.models import PushDevice
from klippekort.platform.db import db
from klippekort.platform.gateways.push import Device
from klippekort.platform.keys import Place, keys
from klippekort.platform.tenancy import current_municipality


def who_have(owners: Collection[tuple[str, UUID]]) -> set[tuple[str, UUID]]:
    """Return those of these people, or log-ins, who have a device."""
    ids = {one for _kind, one in owners}
    found = (
        select(PushDevice.recipient_kind, PushDevice.recipient_id)
        .where(PushDevice.recipient_id.in_(ids))
        .distinct()
    )
    rows = db.session.execute(found) if ids else ()
    return {(kind, one) for kind, one in rows} & set(owners)


def devices_of(owners: Collection[tuple[str, UUID]]) -> Sequence[PushDevice]:
    """Return the devices of a person, the oldest first."""
    found = select(PushDevice).where(PushDevice.recipient_id.in_([one for _kind, one in owners]))
    rows = db.session.scalars(found.order_by(PushDevice.added_at, PushDevice.id))
    return [row for row in rows if (row.recipient_kind, row.recipient_id) in owners]


def endpoint_index(endpoint: str) -> str:
    """Return what a device is found by."""
    return keys().blind_index(current_municipality(), f"device|{endpoint}")


def lock_by_endpoint(endpoint: str) -> PushDevice | None:
    """Return the device that is reached there, locked, or None."""
    found = select(PushDevice).filter_by(endpoint_index=endpoint_index(endpoint))
    return db.session.scalars(found.with_for_update()).one_or_none()


def find_devices(ids: Collection[UUID]) -> Sequence[PushDevice]:
    """Return those of these devices that are still there, locked."""
    found = select(PushDevice).where(PushDevice.id.in_(ids)).order_by(PushDevice.id)
    return db.session.scalars(found.with_for_update()).all()


def opened(row: PushDevice) -> Device:
    """Return where a device is reached, with its keys."""
    said = json.loads(keys().unseal_secret(row.reach_sealed, _place(row)))
    keys_of_it = said["endpoint"], said["point"], said["secret"]
    return Device(str(row.id), *keys_of_it, page=said.get("page", ""))


def seal(row: PushDevice, device: Device) -> bytes:
    """Return where a device is reached, sealed."""
    said = {
        "endpoint": device.endpoint,
        "point": device.point,
        "secret": device.secret,
        "page": device.page,
    }
    return keys().seal_secret(json.dumps(said), _place(row))


def _place(row: PushDevice) -> Place:
    return Place(row.municipality_id, row.id, "device")
