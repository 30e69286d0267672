"""Counting what was never met."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from klippekort.activities.models import Activity, Occurrence
from klippekort.citizens.models import Citizen
from klippekort.domain.calendar import local_day
from klippekort.municipalities.models import District
from klippekort.platform.db import db
from klippekort.waiting.models import Wish


@dataclass(frozen=True)
class Unmet:
    """One wish that was closed without being met; who it was is not told."""

    reason: str
    kind: str
    district: str
    month: date


def unmet_between(start: datetime, end: datetime) -> list[Unmet]:
    """Return the wishes closed as unmet in a span of time. Empty text is what nobody knows."""
    activity = func.coalesce(Occurrence.activity_id, Wish.activity_id)
    rows = db.session.execute(
        select(Wish.close_reason, Wish.kind, Activity.kind, District.name, Wish.closed_at)
        .join(Citizen, Citizen.id == Wish.citizen_id)
        .outerjoin(District, District.id == Citizen.district_id)
        .outerjoin(Occurrence, Occurrence.id == Wish.occurrence_id)
        .outerjoin(Activity, Activity.id == activity)
        .where(Wish.state == "unmet", Wish.closed_at >= start, Wish.closed_at < end)
    )
    return [
        Unmet(reason or "", of or kind or "", district or "", local_day(at).replace(day=1))
        for reason, kind, of, district, at in rows
        if at is not None
    ]


def count_by(unmet: Iterable[Unmet], part: str) -> Counter[object]:
    """Count them by `reason`, `kind`, `district` or `month`."""
    return Counter(getattr(one, part) for one in unmet)
