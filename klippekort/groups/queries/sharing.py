"""Reading what is shared with a group: material, pictures, and the page for those who come."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.errors import NotFound
from klippekort.domain.groups.life import State
from klippekort.groups.models import GroupMaterial, GroupPicture, SupportGroup
from klippekort.platform.db import db


@dataclass(frozen=True)
class Material:
    """Something that is shared, without its bytes."""

    id: UUID
    title: str
    kind: str
    url: str | None
    meeting_id: UUID | None


@dataclass(frozen=True)
class PictureFacts:
    """A picture without its bytes."""

    id: UUID
    shows: str
    text: str
    width: int
    height: int


def materials_of(group_id: UUID) -> list[Material]:
    """Return what is shared with a group and its meetings, the latest first."""
    found = (
        select(
            GroupMaterial.id,
            GroupMaterial.title,
            GroupMaterial.kind,
            GroupMaterial.url,
            GroupMaterial.meeting_id,
        )
        .where(GroupMaterial.group_id == group_id)
        .order_by(GroupMaterial.added_at.desc(), GroupMaterial.id)
    )
    return [Material(*row) for row in db.session.execute(found)]


def get_material(material_id: UUID) -> GroupMaterial:
    """Return something shared, with its bytes. Raises NotFound."""
    row = db.session.scalars(select(GroupMaterial).filter_by(id=material_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def pictures_of(group_id: UUID) -> dict[str, PictureFacts]:
    """Return the pictures of a group by what they show."""
    found = select(
        GroupPicture.id,
        GroupPicture.shows,
        GroupPicture.text,
        GroupPicture.width,
        GroupPicture.height,
    ).where(GroupPicture.group_id == group_id)
    return {row.shows: PictureFacts(*row) for row in db.session.execute(found)}


def get_picture(picture_id: UUID) -> GroupPicture:
    """Return a picture with its bytes. Raises NotFound."""
    row = db.session.scalars(select(GroupPicture).filter_by(id=picture_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def find_picture(group_id: UUID, shows: str) -> GroupPicture | None:
    """Return the picture of a group that shows this, or None."""
    found = select(GroupPicture).filter_by(group_id=group_id, shows=shows)
    return db.session.scalars(found).one_or_none()


def get_by_token(token: str) -> SupportGroup:
    """Return the group whose page this opens. Raises NotFound, also once it has ended."""
    found = select(SupportGroup).where(
        SupportGroup.page_token == token, SupportGroup.state != State.ENDED
    )
    row = db.session.scalars(found).one_or_none()
    if row is None:
        raise NotFound
    return row
