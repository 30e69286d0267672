"""What every change to a group begins and ends with: who may, and the line in the log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from klippekort.domain.calendar import local_day
from klippekort.domain.groups.reached import as_reached
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.groups.models import GroupMember, SupportGroup
from klippekort.groups.queries import groups as queries
from klippekort.groups.queries.sealed import owner
from klippekort.platform import audit
from klippekort.platform.keys import Place, keys


def led(actor: Actor, group_id: UUID, now: datetime) -> SupportGroup:
    """Return a group that an actor leads or coordinates, locked. Raises NotFound and Forbidden."""
    group = queries.lock_group(group_id)
    authorise(actor, Action.RUN_GROUP, queries.reach_of(group_id, local_day(now)))
    return group


def coordinated(actor: Actor, group_id: UUID) -> SupportGroup:
    """Return a group to one who sets groups up, locked. Raises NotFound and Forbidden."""
    authorise(actor, Action.SET_UP_GROUP)
    return queries.lock_group(group_id)


def note(actor: Actor, action: Action, group_id: UUID, what: str, **codes: Any) -> None:
    """Put a deed on record: ids of the group's own, numbers and codes.

    Never a theme or a member: the log is kept for ever, and so would be the way from one to the
    other.
    """
    audit.record(actor, action, "group", group_id, what=what, **codes)


def note_place(
    actor: Actor,
    action: Action,
    row: GroupMember,
    citizen_id: UUID | None,
    what: str,
    **codes: Any,
) -> None:
    """Put on record what concerned somebody's place in a group.

    A citizen's is known by the place and not by the group: should the group later promise more,
    the place is made anew, and no way leads from here to it. For the same reason what is done here
    answers nothing: an answer kept for a form's key at the same time would name the group.
    """
    if citizen_id is None:
        note(actor, action, row.group_id, what, **codes)
        return
    audit.record(actor, action, "group_place", row.id, citizens=[citizen_id], what=what, **codes)


def sealed(group: SupportGroup, row_id: UUID, column: str, text: str) -> bytes | None:
    """Return words sealed for one column of one row; none for no words."""
    if not text:
        return None
    place = Place(group.municipality_id, row_id, column)
    return keys().encrypt(group.wrapped_key, owner(group), text, place)


def likeness_of(municipality_id: int, about: object, contact: str) -> str:
    """Return the keyed fingerprint of how somebody is reached, however it was written."""
    return keys().blind_index(municipality_id, f"{about}|{as_reached(contact)}")
