"""Helpers who have left a trip that is under way: they are away from what is left of it."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from klippekort.accounts.models import CareWorkerAbsence
from klippekort.domain.escorting import Leave, is_away, what_is_left
from klippekort.platform.db import db


def who_is_gone(helpers: Collection[UUID], ends_at: datetime, now: datetime) -> frozenset[UUID]:
    """Return which of these helpers are away from what is left of a trip under way, which was
    planned until `ends_at`.
    """
    begins, ends = what_is_left(ends_at, now)
    wanted = select(CareWorkerAbsence).where(
        CareWorkerAbsence.care_worker_id.in_(list(helpers)), CareWorkerAbsence.starts_at < ends
    )
    leaves: defaultdict[UUID, list[Leave]] = defaultdict(list)
    for one in db.session.scalars(wanted):
        leaves[one.care_worker_id].append(Leave(one.starts_at, one.ends_at))
    return frozenset(one for one, theirs in leaves.items() if is_away(begins, ends, theirs))
