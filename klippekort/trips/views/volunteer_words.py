"""Volunteers on a trip, in words."""

from uuid import UUID

from klippekort.platform.i18n import _
from klippekort.trips.queries.volunteers import volunteers_on


def volunteer_words(trip_id: UUID, citizen_id: UUID | None = None) -> str:
    """Return which volunteers are on a trip and as what, empty where there are none."""
    named = [
        _("%(name)s, who drives", name=one.name)
        if one.role == "driver"
        else _("%(name)s, as a friend", name=one.name)
        for one in volunteers_on(trip_id, citizen_id)
    ]
    return "; ".join(map(str, dict.fromkeys(named)))
