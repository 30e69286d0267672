"""A door behind which nothing is held at a time: whoever comes there then is told by others."""

from datetime import datetime
from uuid import UUID

from klippekort.activities.queries import get_place
from klippekort.groups.models import GroupMeeting
from klippekort.groups.services.events import AddressClosed
from klippekort.platform import events


def close_address(place_id: UUID | None, meeting: GroupMeeting, now: datetime) -> None:
    """Tell that a meeting is not held at a place; one that is nowhere, or has no address, closes no
    door.
    """
    place = get_place(place_id) if place_id is not None else None
    if place is None or not place.address:
        return
    events.emit(
        AddressClosed(place.address, place.postcode, meeting.starts_at, meeting.ends_at, now)
    )
