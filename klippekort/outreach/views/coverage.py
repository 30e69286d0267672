"""Coverage: who has been asked in the last months and who has not, for every supplier alike."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from klippekort.domain.outreach.rules import months_before
from klippekort.domain.permissions import Action
from klippekort.municipalities.queries import list_suppliers
from klippekort.outreach.forms.words import ANSWERED
from klippekort.outreach.queries.coverage import Covered, covered_of, last_asked
from klippekort.outreach.views.blueprint import bp
from klippekort.outreach.views.shown import filters, leaf, own_supplier, places, portion
from klippekort.platform import clock
from klippekort.platform.auth import requires, saw
from klippekort.platform.i18n import _

USUAL_MONTHS, MOST_MONTHS = 12, 60


@dataclass(frozen=True)
class Row:
    """A line of the table: a supplier in a district, or a sum."""

    name: str
    is_municipal: bool | None
    citizens: int
    asked: int
    longer_ago: int
    never: int

    @property
    def share(self) -> str:
        """Return how many in a hundred have been asked."""
        return f"{round(100 * self.asked / self.citizens)} %" if self.citizens else "–"


@bp.get("/opsporing/daekning")
@requires(Action.SEE_OUTREACH, purpose="see_outreach")
def coverage() -> ResponseReturnValue:
    """Show who has been asked in the last ?maaneder= months, and a list of those who have not."""
    today, asked, months = clock.today(), filters(), _months()
    people = last_asked(today, supplier_id=own_supplier())
    suppliers, districts = places()
    since = months_before(today, months)
    waiting = [
        one
        for one in people
        if (one.on is None or one.on <= since)
        and asked.supplier_id in (None, one.supplier_id)
        and asked.district_id in (None, one.district_id)
    ]
    waiting.sort(key=lambda one: (one.on is not None, one.on or today, one.name))
    query = {**asked.as_query(), "maaneder": str(months)}
    shown = leaf(waiting, "outreach.coverage", portion, **query)
    if shown.rows:
        saw(*(one.citizen_id for one in shown.rows))
    return render_template(
        "outreach/coverage.html",
        rows=_rows(covered_of(people, today, months), suppliers, districts),
        months=months,
        since=since,
        people=shown.rows,
        leaf=shown,
        total=len(waiting),
        asked=asked,
        suppliers=suppliers,
        districts=districts,
        answers=ANSWERED,
        is_planner=own_supplier() is not None,
    )


def _months() -> int:
    asked = request.args.get("maaneder", USUAL_MONTHS, type=int)
    return min(max(1, asked), MOST_MONTHS)


def _rows(
    parts: list[Covered], suppliers: dict[UUID, str], districts: dict[UUID, str]
) -> list[Row]:
    """Return a line for each supplier and district, and sums by kind of supplier and in all."""
    municipal = {row.id: row.is_municipal for row in list_suppliers()}
    lines = [
        Row(
            f"{suppliers.get(one.supplier_id, '')}, {_district(one, districts)}",
            municipal.get(one.supplier_id),
            *_numbers([one]),
        )
        for one in parts
    ]
    lines.sort(key=lambda row: row.name)
    sums: list[tuple[Any, bool | None]] = [
        (_("Municipal suppliers"), True),
        (_("Private suppliers"), False),
    ]
    for name, kind in sums:
        of_kind = [one for one in parts if municipal.get(one.supplier_id) is kind]
        if of_kind:
            lines.append(Row(str(name), kind, *_numbers(of_kind)))
    if len(parts) > 1:
        lines.append(Row(str(_("All")), None, *_numbers(parts)))
    return lines


def _district(one: Covered, districts: dict[UUID, str]) -> str:
    known = districts.get(one.district_id) if one.district_id else None
    return known or str(_("no district"))


def _numbers(parts: list[Covered]) -> tuple[int, int, int, int]:
    return (
        sum(one.citizens for one in parts),
        sum(one.asked for one in parts),
        sum(one.longer_ago for one in parts),
        sum(one.never for one in parts),
    )
