"""The week board: who is at work, which trips they are on, and what needs a person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from babel.dates import format_date
from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.calendar import day_said, day_span, local_day, monday
from klippekort.domain.permissions import Action, Role
from klippekort.municipalities.queries import list_districts, list_suppliers
from klippekort.planning.queries.roster import (
    PlannedTrip,
    Roster,
    Staff,
    list_duties,
    list_leaves,
    list_staff,
    list_trips,
    own_municipality,
)
from klippekort.planning.views.blueprint import bp
from klippekort.planning.views.board_shown import WIDTH, Row, Week
from klippekort.planning.views.filters import filters
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.i18n import current_locale, reader_language
from klippekort.relatives.views.families import families_in

A_WEEK = timedelta(weeks=1)
ROWS_A_PAGE = 50
ALL = "alle"


@dataclass(frozen=True)
class Asked:
    """What the address asks for. `supplier_id` None is all suppliers."""

    first: date
    supplier_id: UUID | None
    district_id: UUID | None
    only_trouble: bool
    page: int

    def url(self, **changed: Any) -> str:
        """Return the address of this board with something else asked for."""
        asked = replace(self, **{"page": 1, **changed})
        return url_for(
            "planning.board",
            uge=asked.first,
            leverandoer=asked.supplier_id or ALL if _sees_all() else None,
            distrikt=asked.district_id,
            kun="problemer" if asked.only_trouble else None,
            side=asked.page if asked.page > 1 else None,
        )


@bp.get("/tavle")
@requires(Action.PLAN_WEEK, purpose="plan_trips")
def board() -> ResponseReturnValue:
    """Show a week; a planner sees the own supplier's."""
    now = clock.now()
    suppliers, districts = list_suppliers(), list_districts()
    asked = _asked(suppliers)
    shown, first = _shown(asked, now), asked.first
    names = {one.id: one.name for one in suppliers} if _sees_all() and len(suppliers) > 1 else {}
    families = families_in(first, first + timedelta(days=6), asked.supplier_id)
    saw(*{rider.id for trip in shown.trips for rider in trip.riders})
    saw(*{one.citizen_id for one in families})
    return render_template(
        "planning/board.html",
        asked=asked,
        last=first + timedelta(days=6),
        days=[_heading(first + timedelta(days=n)) for n in range(7)],
        today=local_day(now),
        is_this_week=first == monday(local_day(now)),
        previous=asked.url(first=first - A_WEEK),
        next=asked.url(first=first + A_WEEK),
        this_week=asked.url(first=monday(local_day(now))),
        suppliers=suppliers if _sees_all() else [],
        districts=districts,
        district_names={one.id: one.name for one in districts},
        supplier_names=names,
        shown=shown,
        filters=filters(),
        families=families,
        width=WIDTH,
        pages=[asked.url(page=n + 1) for n in range(shown.pages)],
        all=ALL,
        key=str(uuid4()),
    )


def _heading(day: date) -> tuple[date, str]:
    """Return a day and its short name."""
    locale = current_locale()
    pattern = f"EEE {reader_language().short_day}"
    return day, format_date(day, pattern, locale=locale)


def _sees_all() -> bool:
    return current_actor().role is not Role.PLANNER


def _asked(suppliers: Sequence[Any]) -> Asked:
    return Asked(
        _week(),
        _supplier(suppliers),
        request.args.get("distrikt", type=UUID),
        request.args.get("kun") == "problemer",
        max(1, request.args.get("side", 1, type=int)),
    )


def _week() -> date:
    """Return the Monday of the week in the address, or of this one."""
    today = clock.today()
    return monday(day_said(request.args.get("uge", ""), today) or today)


def _supplier(suppliers: Sequence[Any]) -> UUID | None:
    """Return whose board it is: a planner's own; else the one asked for, or the municipality's."""
    if not _sees_all():
        return current_actor().supplier_id
    asked = request.args.get("leverandoer", "")
    if asked == ALL:
        return None
    known = {str(one.id): one.id for one in suppliers}
    if asked in known:
        return UUID(str(known[asked]))
    own = [one.id for one in suppliers if one.is_municipal]
    return next(iter([*own, *known.values()]), None)


@dataclass(frozen=True)
class Shown:
    """The rows of a page, the trips that nobody comes along on, or only helpers of other suppliers,
    and what the whole week has.
    """

    rows: list[Row]
    lacking: Row | None
    theirs: Row | None
    trips: Sequence[PlannedTrip]
    page: int
    pages: int
    troubles: int


def _shown(asked: Asked, now: datetime) -> Shown:
    start, end = day_span(asked.first)[0], day_span(asked.first + A_WEEK)[0]
    staff = list_staff(None)
    trips = list_trips(start, end, asked.supplier_id)
    busy = {worker_id for trip in trips for worker_id in trip.escorts}
    chosen = _chosen(asked, staff, trips, busy)
    page = chosen if asked.only_trouble else chosen[_here(asked, chosen)]
    ids = busy | {one.id for one in page}
    roster = Roster(
        own_municipality(), staff, trips, list_duties(ids, start, end), list_leaves(ids, start, end)
    )
    own_supplier = None if _sees_all() else asked.supplier_id
    week = Week(roster, asked.first, now, own_supplier=own_supplier, filters=filters())
    needy = {trip.id for trip in trips if _is_of(asked, trip) and week.needs(trip)}
    if asked.only_trouble:
        chosen = [one for one in chosen if any(t.id in needy for t in roster.trips_of(one.id))]
        page = chosen[_here(asked, chosen)]
    here = [trip for trip in trips if _is_of(asked, trip)]
    asked_for = [trip for trip in here if trip.id in needy] if asked.only_trouble else here
    return Shown(
        [week.row(one) for one in page],
        _unless_empty(week.lacking(here)),
        _unless_empty(week.theirs(asked_for)),
        trips,
        _page(asked, chosen),
        _pages(chosen),
        len(needy),
    )


def _unless_empty(row: Row) -> Row | None:
    return row if any(cell.blocks for cell in row.cells) else None


def _pages(chosen: Sequence[Staff]) -> int:
    return -(-len(chosen) // ROWS_A_PAGE)


def _page(asked: Asked, chosen: Sequence[Staff]) -> int:
    """Return the page to show: past the last one there is nothing to see, so it is the last."""
    return min(asked.page, max(1, _pages(chosen)))


def _here(asked: Asked, chosen: Sequence[Staff]) -> slice:
    page = _page(asked, chosen)
    return slice((page - 1) * ROWS_A_PAGE, page * ROWS_A_PAGE)


def _chosen(
    asked: Asked, staff: dict[UUID, Staff], trips: Sequence[PlannedTrip], busy: set[UUID]
) -> list[Staff]:
    """Return whose rows are asked for: of a supplier also those of others who go along with its
    citizens, yet not for a planner; of a district also those who help somebody there.
    """
    guests = busy if _sees_all() else set()
    chosen = [
        one
        for one in staff.values()
        if asked.supplier_id in (None, one.supplier_id) or one.id in guests
    ]
    if asked.district_id is not None:
        helping = {one for trip in trips if _is_of(asked, trip) for one in trip.escorts}
        chosen = [
            one for one in chosen if one.district_id == asked.district_id or one.id in helping
        ]
    return [one for one in chosen if one.id in busy] if asked.only_trouble else chosen


def _is_of(asked: Asked, trip: PlannedTrip) -> bool:
    districts = {rider.district_id for rider in trip.riders}
    return asked.district_id is None or asked.district_id in districts
