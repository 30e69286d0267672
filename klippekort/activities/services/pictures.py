"""The picture of an activity: put there, taken away, and brought along to a repeat."""

from datetime import datetime
from uuid import UUID

from klippekort.activities import queries
from klippekort.activities.models import Activity, Picture
from klippekort.activities.services.dates import reach_of
from klippekort.activities.services.images import Made
from klippekort.domain.permissions import Action, Actor, authorise
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id


def put_picture(actor: Actor, activity_id: UUID, made: Made, *, text: str, now: datetime) -> str:
    """Give an activity a picture, in place of the one it has; `text` says what is seen on it."""
    activity = queries.lock_activity(activity_id)
    authorise(actor, Action.POST_ACTIVITY, reach_of(activity))
    _take_away(activity_id)
    # A new id, so that nobody is shown the old one from a cache.
    row = Picture(id=new_id(), activity_id=activity_id, added_at=now, **vars(made))
    activity.picture_text = text
    db.session.add(row)
    db.session.flush()
    audit.record(actor, Action.POST_ACTIVITY, "activity", activity_id, to="picture")
    return str(row.id)


def describe_picture(actor: Actor, activity_id: UUID, *, text: str, now: datetime) -> str:
    """Say anew what is seen on the picture an activity has."""
    activity = queries.lock_activity(activity_id)
    authorise(actor, Action.POST_ACTIVITY, reach_of(activity))
    activity.picture_text = text
    audit.record(actor, Action.POST_ACTIVITY, "activity", activity_id, to="picture_text")
    return str(activity_id)


def remove_picture(actor: Actor, activity_id: UUID, *, now: datetime) -> str:
    """Take the picture of an activity away, if it has one."""
    activity = queries.lock_activity(activity_id)
    authorise(actor, Action.POST_ACTIVITY, reach_of(activity))
    _take_away(activity_id)
    activity.picture_text = ""
    audit.record(actor, Action.POST_ACTIVITY, "activity", activity_id, to="no_picture")
    return str(activity_id)


def copy_picture(before: Activity, after: Activity, now: datetime) -> None:
    """Give a repeat the picture of what it repeats; whoever calls has asked for leave."""
    picture = queries.find_picture(before.id)
    if picture is None:
        return
    after.picture_text = before.picture_text
    db.session.add(
        Picture(
            id=new_id(),
            activity_id=after.id,
            media_type=picture.media_type,
            width=picture.width,
            height=picture.height,
            large=picture.large,
            small=picture.small,
            added_at=now,
        )
    )
    db.session.flush()


def _take_away(activity_id: UUID) -> None:
    picture = queries.find_picture(activity_id)
    if picture is not None:
        db.session.delete(picture)
        db.session.flush()
