"""Counting what stands in the way, as it was added up when talks were finished."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from klippekort.domain.reporting.counts import Count
from klippekort.platform.db import db
from klippekort.platform.months import number_of, within
from klippekort.reports.models import BarrierCount


def barriers(months: Sequence[date]) -> list[Count]:
    """Return in how many finished talks each thing stood in the way: of the places of that day."""
    number = number_of(BarrierCount.month, months)
    own = (number, BarrierCount.district_id, BarrierCount.supplier_id, BarrierCount.barrier)
    rows = db.session.execute(
        select(*own, func.sum(BarrierCount.talks))
        .where(within(BarrierCount.month, months))
        .group_by(*own)
    )
    return [
        Count("courses.barriers", months[n], district, supplier, barrier, int(talks), int(talks))
        for n, district, supplier, barrier, talks in rows
    ]
