"""Volunteers on a trip, in words."""

from collections.abc import Iterable
from uuid import UUID

from klippekort.platform.i18n import _
from klippekort.trips.queries.volunteers import TripVolunteer, volunteers_on


def volunteer_words(trip_id: UUID, citizen_id: UUID | None = None) -> str:
    """Return which volunteers are on a trip and as what, empty where there are none."""
    return named(volunteers_on([trip_id], citizen_id)[trip_id])


def named(volunteers: Iterable[TripVolunteer]) -> str:
    """Return who they are and as what, each once, empty where there are none."""
    said = [
        _("%(name)s, who drives", name=one.name)
        if one.role == "driver"
        else _("%(name)s, as a friend", name=one.name)
        for one in volunteers
    ]
    return "; ".join(map(str, dict.fromkeys(said)))
