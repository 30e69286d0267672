"""What is shared with a group: links, papers, pictures, and a page for those who come."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from klippekort.activities.services.images import Made
from klippekort.domain.errors import NotFound, Stale
from klippekort.domain.groups.life import State
from klippekort.domain.permissions import Action, Actor
from klippekort.groups.models import GroupMaterial, GroupPicture
from klippekort.groups.queries import sharing as queries
from klippekort.groups.queries.meetings import get_meeting
from klippekort.groups.services.common import led, note
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.keys import new_secret


@dataclass(frozen=True)
class Shared:
    """Something to share: a `url`, or the bytes of a picture made anew or of a PDF."""

    title: str
    kind: str
    url: str | None = None
    content: bytes | None = None


def share(
    actor: Actor,
    group_id: UUID,
    shared: Shared,
    *,
    meeting_id: UUID | None = None,
    now: datetime,
) -> str:
    """Share something with a group, or for one of its meetings, and return its id.

    Raises NotFound for another group's meeting, and Stale for a group that has ended.
    """
    group, row_id = led(actor, group_id, now), new_id()
    if group.state == State.ENDED:
        raise Stale
    if meeting_id is not None and get_meeting(meeting_id).group_id != group_id:
        raise NotFound
    db.session.add(
        GroupMaterial(
            id=row_id, group_id=group_id, meeting_id=meeting_id, added_at=now, **vars(shared)
        )
    )
    db.session.flush()
    note(actor, Action.RUN_GROUP, group_id, "shared", kind=shared.kind)
    return str(row_id)


def unshare(actor: Actor, material_id: UUID, *, now: datetime) -> str:
    """Take away what was shared and return the group's id. Raises NotFound."""
    row = queries.get_material(material_id)
    led(actor, row.group_id, now)
    db.session.delete(row)
    db.session.flush()
    note(actor, Action.RUN_GROUP, row.group_id, "unshared")
    return str(row.group_id)


def put_picture(
    actor: Actor, group_id: UUID, shows: str, made: Made, *, text: str, now: datetime
) -> str:
    """Give a group a picture of its place or of who meets you, in place of the one it has."""
    led(actor, group_id, now)
    _take_away(group_id, shows)
    row = GroupPicture(
        id=new_id(),
        group_id=group_id,
        shows=shows,
        text=text,
        width=made.width,
        height=made.height,
        content=made.large,
        added_at=now,
    )
    db.session.add(row)
    db.session.flush()
    note(actor, Action.RUN_GROUP, group_id, "picture", shows=shows)
    return str(row.id)


def remove_picture(actor: Actor, group_id: UUID, shows: str, *, now: datetime) -> str:
    """Take a picture of a group away, if it has one, and return the group's id."""
    led(actor, group_id, now)
    _take_away(group_id, shows)
    note(actor, Action.RUN_GROUP, group_id, "no_picture", shows=shows)
    return str(group_id)


def _take_away(group_id: UUID, shows: str) -> None:
    row = queries.find_picture(group_id, shows)
    if row is not None:
        db.session.delete(row)
        db.session.flush()


def open_page(actor: Actor, group_id: UUID, *, now: datetime) -> str:
    """Give a group a page for those who come, under a new secret address; an old one is dead.

    Returns the group's id. Raises Stale for a group that has ended.
    """
    group = led(actor, group_id, now)
    if group.state == State.ENDED:
        raise Stale
    group.page_token = new_secret()
    db.session.flush()
    note(actor, Action.RUN_GROUP, group_id, "page_opened")
    return str(group_id)


def close_page(actor: Actor, group_id: UUID, *, now: datetime) -> str:
    """Take the page for those who come away, and return the group's id."""
    group = led(actor, group_id, now)
    group.page_token = None
    db.session.flush()
    note(actor, Action.RUN_GROUP, group_id, "page_closed")
    return str(group_id)
