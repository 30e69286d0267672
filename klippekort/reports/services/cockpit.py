"""The guidepost cockpit: figures of a year that tell of nobody, and how they are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from dateutil.relativedelta import relativedelta
from sqlalchemy import delete, insert

from klippekort.budgets.services import Money, forget_money, keep_money, read_money
from klippekort.domain.calendar import local_day
from klippekort.domain.permissions import Action, Actor, Role, authorise
from klippekort.domain.reporting.counts import Count
from klippekort.domain.reporting.figures import ALL, Figures, figures, rounded
from klippekort.domain.reporting.intervals import Change, change
from klippekort.domain.reporting.periods import Period, months_between, parse
from klippekort.domain.reporting.waits import Wait, wait_of
from klippekort.measures.queries.counts import scores_before_and_after
from klippekort.platform import audit
from klippekort.platform.db import db
from klippekort.platform.ids import new_id
from klippekort.platform.tenancy import current_municipality
from klippekort.reports.models import CockpitCount, CockpitSettings
from klippekort.reports.queries import cockpit as queries
from klippekort.reports.queries.behind import Wanted, in_place
from klippekort.reports.queries.cockpit import Kept
from klippekort.waiting.queries.counts import days_waited

YEARS_BACK = 3


@dataclass(frozen=True)
class Cut:
    """What the cockpit is asked for: a period, and perhaps one district or supplier or both."""

    period: Period
    district: str = ALL
    supplier: str = ALL


@dataclass(frozen=True)
class Cockpit:
    """The figures of a year, how things stand in the period, and when the past was counted.

    `changes` are of those measured before and after, by instrument; of whole years alone. `wait` is
    how long wishes that were met had waited.
    """

    cut: Cut
    figures: Figures
    standing: Figures
    changes: Mapping[str, Change]
    kept: Kept
    wait: Wait | None


def see(actor: Actor, cut: Cut, *, now: datetime) -> Cockpit:
    """Return the cockpit; a planner gets their own supplier's alone. Raises Forbidden."""
    authorise(actor, Action.SEE_COCKPIT)
    if actor.role is Role.PLANNER:
        cut = Cut(cut.period, cut.district, str(actor.supplier_id))
    kept, today = queries.kept(), local_day(now)
    # Means of many periods or places could be taken from each other.
    is_whole_year = cut.period.kind == "year" and not (cut.district or cut.supplier)
    found = year_of(cut.period.year, kept, today)
    return Cockpit(
        cut,
        found,
        standing_of(cut.period, kept.fewest, now),
        changes_of(cut.period, kept.fewest) if is_whole_year else {},
        kept,
        wait_for(found, cut),
    )


def wait_for(found: Figures, cut: Cut) -> Wait | None:
    """Return how long wishes that were met had waited, where their number may be told."""
    if not found.of("waiting.time").get(cut.period.code, cut.district, cut.supplier):
        return None
    place = in_place(Wanted(cut.period, cut.district, cut.supplier))
    return wait_of(days_waited(cut.period, place), found.fewest)


def year_of(year: int, kept: Kept, today: date) -> Figures:
    """Return all figures of a year."""
    months = parse(str(year)).months
    return figures(year, queries.gather(months, kept, today), kept.fewest)


def standing_of(period: Period, fewest: int, now: datetime) -> Figures:
    """Return who was asked, what waits, courses and who has been out, by district and supplier; of
    months and quarters rounded, so that two of them can be compared.
    """
    found = figures(period.year, queries.standing(period, now), fewest)
    return found if period.kind == "year" else rounded(found)


def changes_of(period: Period, fewest: int) -> dict[str, Change]:
    """Return what became of those measured twice, by instrument, where they are enough."""
    pairs = scores_before_and_after(period)
    found = {name: change(each, fewest) for name, each in sorted(pairs.items())}
    return {name: one for name, one in found.items() if one is not None}


@dataclass(frozen=True)
class Counted:
    """All that was counted of the months, and what was spent."""

    counts: Sequence[Count]
    money: Money


def read_months(today: date) -> Counted | None:
    """Count all months anew, and add up what was spent; None where a municipality is so small that
    its pages count for themselves. It only reads, so that nobody waits for it.
    """
    if not queries.is_large():
        return None
    return Counted(queries.count(months_kept(today)), read_money(today))


def read_first(today: date) -> Counted | None:
    """Count as `read_months` does where nothing was kept yet, for one that has just grown large."""
    return None if queries.kept().counted_at else read_months(today)


def count_again(actor: Actor, counted: Counted | None, *, now: datetime) -> None:
    """Keep what was counted anew. Raises Forbidden."""
    authorise(actor, Action.SET_COCKPIT)
    keep_counted(counted, local_day(now), now=now)
    audit.record(actor, Action.SET_COCKPIT, "cockpit")


def keep_counted(counted: Counted | None, today: date, *, now: datetime) -> int:
    """Keep what was counted; with nothing, let the pages count for themselves again.

    Return how many counts are kept.
    """
    if counted is None:
        forget_months()
        forget_money()
        return 0
    keep_money(counted.money, now=now)
    keep_months(counted.counts, today, now=now)
    return len(counted.counts)


def months_kept(today: date) -> Sequence[date]:
    """Return the months that are counted at night: this year's so far, and those of years back."""
    return months_between(today.replace(month=1, day=1) - relativedelta(years=YEARS_BACK), today)


def keep_months(counts: Sequence[Count], today: date, *, now: datetime) -> None:
    """Keep what was counted of the months there are, in place of what was kept before."""
    db.session.execute(delete(CockpitCount).where(CockpitCount.measure != ""))
    settings = _settings()
    settings.counted_at, settings.first_month = now, months_kept(today)[0]
    rows = [
        {
            "municipality_id": current_municipality(),
            "id": new_id(),
            "measure": one.measure,
            "month": one.month,
            "district_id": one.district,
            "supplier_id": one.supplier,
            "cut": one.cut[:120],
            "amount": one.amount,
            "people": one.people,
        }
        for one in counts
    ]
    if rows:
        db.session.execute(insert(CockpitCount), rows)


def forget_months() -> None:
    """Let a page count for itself again."""
    settings = queries.find_settings()
    if settings is not None and settings.counted_at is not None:
        db.session.execute(delete(CockpitCount).where(CockpitCount.measure != ""))
        settings.counted_at = settings.first_month = None


def set_fewest(actor: Actor, fewest: int) -> None:
    """Set how few people no figure may stand for. Raises Forbidden."""
    authorise(actor, Action.SET_COCKPIT)
    _settings().fewest = fewest
    audit.record(actor, Action.SET_COCKPIT, "cockpit", fewest=fewest)


def _settings() -> CockpitSettings:
    row = queries.find_settings()
    if row is None:
        row = CockpitSettings()
        db.session.add(row)
    return row


def held_supplier(actor: Actor) -> UUID | None:
    """Return the supplier a planner is held to, or None for those who see all."""
    return actor.supplier_id if actor.role is Role.PLANNER else None
