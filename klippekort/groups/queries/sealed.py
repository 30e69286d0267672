"""Words that are sealed under a group's key."""

from uuid import UUID

from klippekort.groups.models import SupportGroup
from klippekort.platform.keys import Place, keys


def owner(group: SupportGroup) -> Place:
    """Return where a group's key belongs."""
    return Place(group.municipality_id, group.id, "key")


def opened(group: SupportGroup, row_id: UUID, column: str, sealed: bytes | None) -> str | None:
    """Return what is sealed in one column of one row, or None. Raises InvalidTag when moved."""
    if sealed is None:
        return None
    place = Place(group.municipality_id, row_id, column)
    return keys().decrypt(group.wrapped_key, owner(group), sealed, place)
