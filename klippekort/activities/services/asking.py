"""Asking whether an activity still exists: one call for each day by which somebody must say so."""

from datetime import datetime
from uuid import UUID

from klippekort.activities import queries
from klippekort.activities.models import Activity
from klippekort.domain.activity_life import Existence, State, existence
from klippekort.domain.calendar import local_day
from klippekort.messages.services import queue_call, withdraw

ACTIVITY_EXISTS = "activity_exists"


def ask_existence(activity_id: UUID, *, now: datetime) -> int:
    """Put on the call list that somebody is to be asked whether an activity still exists, when its
    day nears; return how many calls there are about it.

    Its association's contact is called, or else its host: once before the day, and once after it.
    """
    activity = queries.lock_activity(activity_id)
    is_on = activity.state == State.PUBLISHED and activity.ended_on is None
    stage = existence(activity.confirm_by, local_day(now))
    if not is_on or stage is Existence.SURE:
        return 0
    if stage is Existence.HIDDEN:
        withdraw(_key(activity, Existence.ASKED))
    facts = {
        "activity": str(activity.id),
        "title": activity.title,
        "confirm_by": activity.confirm_by.isoformat() if activity.confirm_by else "",
    }
    if activity.association_id is not None:
        facts["association"] = str(activity.association_id)
    if activity.host_id is not None:
        facts["volunteer"] = str(activity.host_id)
    queue_call(
        _key(activity, stage),
        ACTIVITY_EXISTS,
        citizen_id=None,
        supplier_id=None,
        facts=facts,
        due_at=now,
        now=now,
    )
    return 1


def forget_asking(activity: Activity) -> None:
    """Take the question off the call list: it is answered, or has another day."""
    if activity.confirm_by is not None:
        for stage in (Existence.ASKED, Existence.HIDDEN):
            withdraw(_key(activity, stage))


def _key(activity: Activity, stage: Existence) -> str:
    return f"{ACTIVITY_EXISTS}:{activity.id}:{activity.confirm_by}:{stage.value}"
