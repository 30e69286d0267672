"""The pages of a scheme's money: all schemes, one year, prices and grants."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from klippekort.budgets import services
from klippekort.budgets.forms import DropForm, GrantForm, PriceForm
from klippekort.budgets.queries.kept import counted_at
from klippekort.budgets.queries.outings import group_costs, outings
from klippekort.budgets.queries.prices import grants_of_year, prices_of
from klippekort.budgets.queries.years import Year, years_of
from klippekort.budgets.views import words
from klippekort.budgets.views.blueprint import bp
from klippekort.domain.budgets import Amount, price_on
from klippekort.domain.errors import NotFound
from klippekort.domain.permissions import Action, may
from klippekort.municipalities.queries import list_districts, list_suppliers
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.formatting import duration, full_day, kroner
from klippekort.platform.i18n import _
from klippekort.punchcards.queries.schemes import get_scheme, list_schemes

FIRST_YEAR = 2015


def _year() -> int:
    """Return the year that ?aar= chooses, up to next year, or this one."""
    today, text = clock.today(), request.args.get("aar", "")
    is_year = text.isdecimal() and FIRST_YEAR <= int(text) <= today.year + 1
    return int(text) if is_year else today.year


@bp.get("/penge")
@requires(Action.SEE_BUDGET)
def overview() -> ResponseReturnValue:
    """Show every scheme's year: how its money does."""
    year, today, schemes = _year(), clock.today(), list_schemes()
    found = years_of([one.id for one in schemes], year, today)
    names = {one.id: one.name for one in schemes}
    return render_template(
        "budgets/overview.html",
        year=year,
        counted_at=counted_at(),
        lines=[
            (names[one.scheme_id], one.scheme_id, words.standing_of(one.verdict), _short(one))
            for one in found
        ],
        may=_may(),
        previous_url=url_for("budgets.overview", aar=year - 1),
        next_url=url_for("budgets.overview", aar=year + 1) if year <= today.year else None,
    )


def _short(year: Year) -> list[tuple[str, Any]]:
    facts = words.facts_of(year)
    return [facts[0], facts[1], facts[2], facts[4]]


def _may() -> dict[str, bool]:
    actor = current_actor()
    return {
        "statement": may(actor, Action.SEE_STATEMENT),
        "lapsing": may(actor, Action.SEE_LAPSING),
    }


@bp.get("/penge/<uuid:scheme_id>")
@requires(Action.SEE_BUDGET)
def scheme(scheme_id: UUID) -> ResponseReturnValue:
    """Show a scheme's year by district and supplier, and what outings and meetings cost."""
    row, year, today = get_scheme(scheme_id), _year(), clock.today()
    found = years_of([row.id], year, today)[0]
    prices = prices_of(scheme_id)
    districts = {one.id: one.name for one in list_districts()}
    suppliers = {one.id: one.name for one in list_suppliers()}
    groups = group_costs(scheme_id, year, prices)
    return render_template(
        "budgets/scheme.html",
        scheme=row,
        year=year,
        facts=words.facts_of(found),
        counted_at=counted_at(),
        standing=words.standing_of(found.verdict),
        method=words.method_words(found.ahead),
        unpriced=duration(found.used.unpriced) if found.used.unpriced else None,
        price=price_on(prices, min(today, date(year, 12, 31))),
        districts=words.part_rows(found.districts, districts, _("No district")),
        suppliers=words.part_rows(found.suppliers, suppliers, _("Unknown")),
        outings=_outing_rows(outings(scheme_id, year, prices)),
        meetings=[
            (one.name, one.meetings, kroner(one.amount.oere), words.each(one.amount, one.meetings))
            for one in groups.named
        ],
        other_meetings=groups.others,
        previous_url=url_for("budgets.scheme", scheme_id=scheme_id, aar=year - 1),
        next_url=url_for("budgets.scheme", scheme_id=scheme_id, aar=year + 1)
        if year <= today.year
        else None,
    )


def _outing_rows(found: list[Any]) -> list[tuple[Any, ...]]:
    rows = [
        (
            one.title or str(_("Places of their own choice")),
            one.outings,
            kroner(one.amount.oere),
            words.each(one.amount, one.outings),
        )
        for one in found
    ]
    count = sum(one.outings for one in found)
    amount = sum((one.amount for one in found), Amount())
    if not rows:
        return []
    return [*rows, (_("In all"), count, kroner(amount.oere), words.each(amount, count))]


@bp.get("/penge/<uuid:scheme_id>/priser")
@requires(Action.SET_BUDGET)
def prices(scheme_id: UUID) -> ResponseReturnValue:
    """Show what a staff hour costs from which day, and what is granted this year and next."""
    return _prices(scheme_id)


def _prices(
    scheme_id: UUID, price: PriceForm | None = None, grant: GrantForm | None = None
) -> ResponseReturnValue:
    row, year = get_scheme(scheme_id), _year()
    granted = grants_of_year(year).get(scheme_id)
    page = render_template(
        "budgets/prices.html",
        scheme=row,
        year=year,
        granted=granted,
        prices=[
            (one.from_on, full_day(one.from_on), kroner(one.oere)) for one in prices_of(scheme_id)
        ],
        form=price or PriceForm(formdata=None, prefix="price-"),
        grant=grant or GrantForm(formdata=None, prefix="grant-", data={"oere": granted or 0}),
        drop=DropForm(formdata=None),
        failed=price or grant,
        years=(clock.today().year, clock.today().year + 1),
    )
    return page, 422 if price or grant else 200


@bp.post("/penge/<uuid:scheme_id>/priser")
@requires(Action.SET_BUDGET)
def set_price(scheme_id: UUID) -> ResponseReturnValue:
    """Let a staff hour cost something from a day on."""
    form = PriceForm(prefix="price-")
    if not form.validate_on_submit():
        return _prices(scheme_id, price=form)
    execute(
        services.set_price,
        current_actor(),
        scheme_id,
        form.from_on.data,
        form.oere.data,
        now=clock.now(),
        key=form.key.data,
        content=[scheme_id, form.from_on.data, form.oere.data],
    )
    flash(_("The price is saved."), "success")
    return redirect(url_for("budgets.prices", scheme_id=scheme_id), 303)


@bp.post("/penge/<uuid:scheme_id>/priser/<day>/fjern")
@requires(Action.SET_BUDGET)
def drop_price(scheme_id: UUID, day: str) -> ResponseReturnValue:
    """Take a price away; the one before it holds on."""
    form = DropForm()
    try:
        from_on = date.fromisoformat(day)
    except ValueError:
        raise NotFound from None
    if form.validate_on_submit():
        actor, key = current_actor(), form.key.data
        content = [scheme_id, from_on]
        execute(
            services.drop_price,
            actor,
            scheme_id,
            from_on,
            now=clock.now(),
            key=key,
            content=content,
        )
        flash(_("The price is gone."), "success")
    return redirect(url_for("budgets.prices", scheme_id=scheme_id), 303)


@bp.post("/penge/<uuid:scheme_id>/bevilling")
@requires(Action.SET_BUDGET)
def set_grant(scheme_id: UUID) -> ResponseReturnValue:
    """Grant a scheme a sum for the year of ?aar=."""
    form, year = GrantForm(prefix="grant-"), _year()
    if not form.validate_on_submit():
        return _prices(scheme_id, grant=form)
    execute(
        services.set_grant,
        current_actor(),
        scheme_id,
        year,
        form.oere.data,
        now=clock.now(),
        key=form.key.data,
        content=[scheme_id, year, form.oere.data],
    )
    flash(_("The grant is saved."), "success")
    return redirect(url_for("budgets.scheme", scheme_id=scheme_id, aar=year), 303)
