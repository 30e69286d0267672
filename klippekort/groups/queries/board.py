"""Reading the boards of groups, and what holds for all groups of a municipality."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.domain.errors import NotFound
from klippekort.domain.groups.board import STAYS, Minded
from klippekort.groups.models import GroupPost, GroupSettings, SupportGroup
from klippekort.groups.queries.sealed import opened
from klippekort.platform.db import db


@dataclass(frozen=True)
class Post:
    """A message on the board, in clear."""

    id: UUID
    kind: str
    words: str
    writer: str
    written_at: datetime


def find_settings() -> GroupSettings | None:
    """Return what the municipality at hand has settled for its groups, or None."""
    return db.session.scalars(select(GroupSettings)).one_or_none()


def minded() -> Minded:
    """Return when somebody minds the boards of the municipality at hand."""
    row = find_settings()
    if row is None:
        return Minded()
    return Minded(row.board_opens, row.board_closes, row.on_weekends)


def posts_of(group: SupportGroup, now: datetime) -> list[Post]:
    """Return what stands on a group's board, the latest first; none that is two weeks old."""
    found = select(GroupPost).where(
        GroupPost.group_id == group.id, GroupPost.written_at > now - STAYS
    )
    return [
        Post(
            row.id,
            row.kind,
            opened(group, row.id, "words", row.words_sealed) or "",
            opened(group, row.id, "writer", row.writer_sealed) or "",
            row.written_at,
        )
        for row in db.session.scalars(found.order_by(GroupPost.written_at.desc(), GroupPost.id))
    ]


def get_post(post_id: UUID) -> GroupPost:
    """Return a message. Raises NotFound."""
    row = db.session.scalars(select(GroupPost).filter_by(id=post_id)).one_or_none()
    if row is None:
        raise NotFound
    return row


def old_post_ids(now: datetime) -> Sequence[UUID]:
    """Return the messages that have stood for two weeks."""
    found = select(GroupPost.id).where(GroupPost.written_at <= now - STAYS)
    return db.session.scalars(found).all()
