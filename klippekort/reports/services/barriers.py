"""Counting what stands in the way, as talks are finished: codes by month and place, never who."""

from sqlalchemy import update

from klippekort.courses.services.finished import TalkFinished
from klippekort.domain.calendar import local_day
from klippekort.domain.matching.guide import BARRIERS
from klippekort.platform.db import db
from klippekort.reports.models import BarrierCount

# A municipality's own answers may be words of its own, so that they are counted together.
OTHER = "other"


def talk_finished(event: TalkFinished) -> None:
    """Count what stood in the way in a talk that is finished."""
    month = local_day(event.at).replace(day=1)
    for barrier in sorted({one if one in BARRIERS else OTHER for one in event.barriers}):
        own = {
            "month": month,
            "district_id": event.district_id,
            "supplier_id": event.supplier_id,
            "barrier": barrier,
        }
        more = update(BarrierCount).filter_by(**own).values(talks=BarrierCount.talks + 1)
        if not db.session.execute(more).rowcount:  # type: ignore[attr-defined]
            db.session.add(BarrierCount(**own, talks=1))
            db.session.flush()
