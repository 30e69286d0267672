"""What a trip to a meeting may know: where and when, and that it is a meeting."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from klippekort.activities.queries.places import get_place
from klippekort.domain.errors import NotFound
from klippekort.groups.queries.groups import get_group
from klippekort.groups.queries.meetings import get_meeting

WORD = "meeting"


@dataclass(frozen=True)
class MeetingAddress:
    """Where and when a meeting is, in plain values: no name, no theme, no id of the group.

    `word` is what the trip is to. The name of the house is left out: it can tell what it is about.
    """

    word: str
    address: str
    postcode: str | None
    town: str | None
    starts_at: datetime
    ends_at: datetime


def meeting_address(meeting_id: UUID) -> MeetingAddress:
    """Return where a trip to a meeting goes, to be stored as a place by its address alone.

    Whoever books it keeps nothing but this. Raises NotFound for a meeting that is not to be, or
    that is online.
    """
    meeting = get_meeting(meeting_id)
    group = get_group(meeting.group_id)
    if meeting.state != "planned" or group.place_id is None:
        raise NotFound
    place = get_place(group.place_id)
    return MeetingAddress(
        WORD, place.address, place.postcode, place.town, meeting.starts_at, meeting.ends_at
    )
