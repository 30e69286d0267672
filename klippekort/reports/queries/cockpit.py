"""Gathering what is counted for the five guideposts: from every feature, or as kept at night."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, func, select

import klippekort.courses.queries.counts as courses
import klippekort.feedback.queries.counts as feedback
import klippekort.groups.queries.counts as groups
import klippekort.hosting.queries.counts as hosting
import klippekort.measures.queries.counts as measures
import klippekort.outreach.queries.counts as outreach
import klippekort.punchcards.queries.counts as cards
import klippekort.trips.queries.counts as trips
import klippekort.waiting.queries.counts as waiting
from klippekort.citizens.models import Citizen
from klippekort.citizens.queries.counting import who_left
from klippekort.domain.reporting.counts import MEASURES, Count, known
from klippekort.domain.reporting.periods import Period
from klippekort.domain.small_numbers import FEWEST
from klippekort.domain.trips import MADE
from klippekort.platform.db import db
from klippekort.punchcards.models import PunchCard, PunchEntry
from klippekort.reports.models import CockpitCount, CockpitSettings
from klippekort.reports.queries.barriers import barriers
from klippekort.trips.models import TripRider

Source = Callable[[Sequence[date]], list[Count]]
SOURCES: tuple[Source, ...] = (
    trips.made,
    trips.not_made,
    waiting.unmet,
    waiting.waited,
    groups.meetings,
    hosting.hours,
    hosting.associations,
    outreach.noticed_and_answered,
    courses.talks_and_gifts,
    barriers,
    measures.measured,
    courses.evaluations,
    feedback.opinions,
)
# These read a long history, so that a large municipality has them counted at night alone.
SLOW_SOURCES: tuple[Source, ...] = (cards.minutes, trips.came_again, groups.came_again)
# From so many lines of the ledger on the months are counted at night; below, a page counts itself.
LARGE = 60_000


@dataclass(frozen=True)
class Kept:
    """How figures are told: the fewest people, when they were kept, and from which month on."""

    fewest: int = FEWEST
    counted_at: datetime | None = None
    first_month: date | None = None


def kept() -> Kept:
    """Return how the municipality's figures are told."""
    row = find_settings()
    return Kept(row.fewest, row.counted_at, row.first_month) if row else Kept()


def find_settings() -> CockpitSettings | None:
    """Return the municipality's settings, or None where nobody has set any."""
    return db.session.scalars(select(CockpitSettings)).one_or_none()


def is_large() -> bool:
    """Say whether there is so much that the months are counted at night."""
    beyond = select(PunchEntry.id).order_by(PunchEntry.id).offset(LARGE).limit(1)
    return db.session.scalars(beyond).first() is not None


def count(months: Sequence[date], *, slow: bool = True) -> list[Count]:
    """Return everything that is counted of these months in a row, from the rows themselves."""
    found: list[Count] = []
    for source in (*SOURCES, *(SLOW_SOURCES if slow else ())):
        found += source(months)
    return found


def gather(months: Sequence[date], kept: Kept, today: date) -> list[Count]:
    """Return the counts of these months in a row: kept ones, and this month's as they are now."""
    past = [month for month in months if month <= today]
    if not past:
        return []
    if kept.first_month is None or past[0] < kept.first_month:
        return count(past)
    found = stored(past[0], past[-1])
    this_month = today.replace(day=1)
    if past[-1] < this_month:
        return found
    own = [one for one in found if one.month < this_month or MEASURES[one.measure].slow]
    return own + count([this_month], slow=False)


def stored(first: date, last: date) -> list[Count]:
    """Return what was counted at night of the months from `first` to `last`."""
    rows = db.session.execute(
        select(
            CockpitCount.measure,
            CockpitCount.month,
            CockpitCount.district_id,
            CockpitCount.supplier_id,
            CockpitCount.cut,
            CockpitCount.amount,
            CockpitCount.people,
        ).where(CockpitCount.month.between(first, last))
    )
    return known(Count(*row) for row in rows)


def standing(period: Period, now: datetime) -> list[Count]:
    """Return how things stand: who was asked, what waits to be settled, courses, and who has been
    out.
    """
    asked = outreach.coverage(period)
    return asked + outreach.ages(period, now) + courses.phases(period) + _reach(period)


def _reach(period: Period) -> list[Count]:
    """Return citizens with a card by whether they have been out in a period: "out" or "at_home".

    Those whose card ended before the period, or was opened after it, are not counted, nor those who
    had died or moved by its end.
    """
    start, end = period.instants
    been = exists().where(
        TripRider.municipality_id == Citizen.municipality_id,
        TripRider.citizen_id == Citizen.id,
        TripRider.starts_at >= start,
        TripRider.starts_at < end,
        TripRider.state.in_(MADE),
    )
    has_card = exists().where(
        PunchCard.municipality_id == Citizen.municipality_id,
        PunchCard.citizen_id == Citizen.id,
        PunchCard.opened_on <= period.until_on,
        func.coalesce(PunchCard.closed_on, period.until_on) >= period.from_on,
    )
    asked = select(
        Citizen.district_id, Citizen.supplier_id, been.label("been"), func.count()
    ).where(has_card, Citizen.id.not_in(who_left(period)))
    rows = db.session.execute(asked.group_by(Citizen.district_id, Citizen.supplier_id, "been"))
    return [
        Count("reach", period.from_on, district, supplier, "out" if out else "at_home", n, n)
        for district, supplier, out, n in rows
    ]
