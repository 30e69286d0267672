"""A supplier's statement of what was delivered in a month: a page and three kinds of file."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.budgets.queries.statement import Statement, statement
from klippekort.budgets.views.blueprint import bp
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action, Reach, Scope, authorise, scope_of
from klippekort.hosting.views.log import as_pdf
from klippekort.municipalities.queries import get_supplier, list_suppliers
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.formatting import duration, month_name
from klippekort.platform.i18n import _
from klippekort.platform.spreadsheet import XLSX, Cell, as_csv, as_xlsx

FIRST_MONTH = date(2015, 1, 1)


@dataclass(frozen=True)
class Chosen:
    """A supplier's month."""

    supplier: Any
    month: date
    found: Statement

    @property
    def words(self) -> str:
        """Return the month with its year."""
        return f"{month_name(self.month)} {self.month.year}"

    def url(self, endpoint: str, month: date | None = None) -> str:
        """Return the address of a page of the same supplier, and of this month or another."""
        chosen = f"{month or self.month:%Y-%m}"
        return url_for(endpoint, leverandoer=self.supplier.id, maaned=chosen)


def _chosen() -> Chosen:
    """Return the month and supplier that the address names: last month, and one's own or the first.

    Every citizen in it counts as seen. Raises NotFound, and Forbidden for another supplier's.
    """
    actor = current_actor()
    text, today = request.args.get("leverandoer", ""), clock.today()
    if text:
        supplier = get_supplier(_uuid(text))
    elif scope_of(actor.role, Action.SEE_STATEMENT) is Scope.SUPPLIER:
        supplier = get_supplier(actor.supplier_id or UUID(int=0))
    else:
        suppliers = list_suppliers()
        if not suppliers:
            raise NotFound
        supplier = suppliers[0]
    authorise(actor, Action.SEE_STATEMENT, Reach(supplier.id))
    month = _month(today)
    found = Chosen(supplier, month, statement(supplier.id, month))
    saw(*(line.citizen_id for line in found.found.lines))
    return found


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def _month(today: date) -> date:
    """Return the first day of the month that ?maaned= chooses, or of the last one."""
    last = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    try:
        month = date.fromisoformat(f"{request.args.get('maaned', '')}-01")
    except ValueError:
        return last
    return month if FIRST_MONTH <= month <= today else last


def _header() -> list[str]:
    return [
        str(word)
        for word in (
            _("Citizen"),
            _("Trips"),
            _("Minutes"),
            _("Cancelled by the supplier"),
            _("Visits in vain"),
        )
    ]


def _rows(found: Statement) -> list[tuple[Cell, ...]]:
    lines = [
        (line.initials, line.trips, line.minutes, line.cancelled, line.wasted)
        for line in found.lines
    ]
    sums = (str(_("In all")), found.trips, found.minutes, found.cancelled, found.wasted)
    return [*lines, sums]


@bp.get("/penge/opgoerelse")
@requires(Action.SEE_STATEMENT, purpose="statement")
def supplier_statement() -> ResponseReturnValue:
    """Show what a supplier delivered in a month, citizen by citizen."""
    chosen, actor = _chosen(), current_actor()
    is_all = scope_of(actor.role, Action.SEE_STATEMENT) is Scope.MUNICIPALITY
    before = (chosen.month - timedelta(days=1)).replace(day=1)
    after = (chosen.month + timedelta(days=31)).replace(day=1)
    return render_template(
        "budgets/statement.html",
        chosen=chosen,
        header=_header(),
        rows=_rows(chosen.found),
        time=duration(chosen.found.minutes),
        suppliers=list_suppliers() if is_all else [],
        previous_url=chosen.url("budgets.supplier_statement", before),
        next_url=chosen.url("budgets.supplier_statement", after)
        if after <= clock.today()
        else None,
    )


@bp.get("/penge/opgoerelse.csv")
@requires(Action.SEE_STATEMENT, purpose="statement")
def statement_csv() -> ResponseReturnValue:
    """Return a supplier's month as a table for a spreadsheet."""
    chosen = _chosen()
    return _file(as_csv(_header(), _rows(chosen.found)), "text/csv", _name(chosen, "csv"))


@bp.get("/penge/opgoerelse.xlsx")
@requires(Action.SEE_STATEMENT, purpose="statement")
def statement_xlsx() -> ResponseReturnValue:
    """Return a supplier's month as a workbook."""
    chosen = _chosen()
    return _file(as_xlsx(_header(), _rows(chosen.found)), XLSX, _name(chosen, "xlsx"))


@bp.get("/penge/opgoerelse.pdf")
@requires(Action.SEE_STATEMENT, purpose="statement")
def statement_pdf() -> ResponseReturnValue:
    """Return a supplier's month as a PDF; where that cannot be made, the page instead."""
    chosen = _chosen()
    html = render_template(
        "budgets/statement_paper.html",
        chosen=chosen,
        header=_header(),
        rows=_rows(chosen.found),
        time=duration(chosen.found.minutes),
    )
    return as_pdf(html, _name(chosen, "pdf"), chosen.url("budgets.supplier_statement"))


def _name(chosen: Chosen, ending: str) -> str:
    return f"opgoerelse-{chosen.month:%Y-%m}.{ending}"


def _file(content: bytes, kind: str, name: str) -> ResponseReturnValue:
    response = make_response(content)
    response.mimetype = kind
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
