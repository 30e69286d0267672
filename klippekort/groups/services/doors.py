"""A door behind which nothing is held at a time, or is held again: others tell whoever comes."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from klippekort.activities.models import Place
from klippekort.activities.queries import get_place
from klippekort.domain.addresses import Address, is_same
from klippekort.groups.models import GroupMeeting
from klippekort.groups.queries.meetings import others_left_then
from klippekort.groups.services.events import AddressClosed, AddressOpened
from klippekort.platform import events


def close_address(place_id: UUID | None, meeting: GroupMeeting, now: datetime) -> None:
    """Tell that a meeting is not held at a place; one that is nowhere, or has no address, closes no
    door.
    """
    if (place := _with_address(place_id)) is not None and place.address:
        events.emit(
            AddressClosed(place.address, place.postcode, meeting.starts_at, meeting.ends_at, now)
        )


def open_address(place_id: UUID | None, meeting: GroupMeeting) -> None:
    """Tell that a meeting is held at a place after all.

    Where another group may have left that door at that time, nothing is told: those who were to
    come to the other group would hear nothing of it, for nobody knows who comes to which.
    """
    place = _with_address(place_id)
    if place is None or not place.address or others_left_then(meeting, place.id):
        return
    events.emit(AddressOpened(place.address, place.postcode, meeting.starts_at, meeting.ends_at))


def change_door(
    before: UUID | None, after: UUID | None, coming: Sequence[GroupMeeting], now: datetime
) -> None:
    """Close the old door for the meetings to come, and open the new one; another place behind the
    same door changes nothing.
    """
    old, new = _with_address(before), _with_address(after)
    if before == after or (old and new and _is_same_door(old, new)):
        return
    for meeting in coming:
        close_address(before, meeting, now)
        open_address(after, meeting)


def _with_address(place_id: UUID | None) -> Place | None:
    return get_place(place_id) if place_id is not None else None


def _is_same_door(one: Place, other: Place) -> bool:
    return is_same(
        Address(one.address or "", one.postcode), Address(other.address or "", other.postcode)
    )
