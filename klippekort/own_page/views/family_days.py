"""Days with the family on her own page: her answer, and what becomes of each of her trips."""

from datetime import datetime
from uuid import UUID

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue

from klippekort.domain.errors import NotFound, Stale
from klippekort.domain.relatives import TripsToSettle
from klippekort.own_page.views.blueprint import bp
from klippekort.own_page.views.relatives import only_herself
from klippekort.own_page.views.trips import price_by
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.formatting import moment
from klippekort.platform.i18n import _
from klippekort.punchcards.views.visiting import Visit, own_route
from klippekort.relatives.queries.coming import Coming, booked_in
from klippekort.relatives.queries.proposals import get_proposal, shown
from klippekort.trips.forms.family_days import TO_HER, FamilyDaysForm, family_days_form
from klippekort.trips.queries.trips import booked_between
from klippekort.trips.services.family_days import answer_days, fates_for
from klippekort.trips.views.booking import REFUSALS
from klippekort.trips.views.costs import TermsRead


@own_route(bp, "/mine-parorende/dage/<uuid:proposal_id>", methods=("GET", "POST"))
def family_days(visit: Visit, proposal_id: UUID) -> ResponseReturnValue:
    """Let her say yes or no to what a relative proposes, and what becomes of each trip then."""
    refused, now = only_herself(visit), clock.now()
    if refused is not None:
        return refused
    row, back = get_proposal(proposal_id), visit.url("own_page.relatives")
    if row.citizen_id != visit.citizen_id:
        raise NotFound
    if row.state != "waiting":
        flash(_("That has been answered already."), "info")
        return redirect(back, 303)
    trips = booked_in([row], now)[row.id]
    labels = {one.trip_id: f"{moment(one.starts_at)}, {one.destination}" for one in trips}
    form = family_days_form(labels, fates_for(row), TO_HER)
    if form.validate_on_submit() and _answer(visit, form, row.id):
        flash(_("We pass your answer on."), "success")
        return redirect(back, 303)
    prices = _prices(visit, trips, now)
    page = render_template(
        "own_page/family_days.html",
        form=form,
        one=shown(row),
        trips=[(form.field_of(one.trip_id), prices[one.trip_id]) for one in trips],
        back_url=back,
    )
    return page, 422 if form.errors else 200


def _answer(visit: Visit, form: FamilyDaysForm, proposal_id: UUID) -> bool:
    is_yes = form.answer.data == "yes"
    try:
        execute(
            answer_days,
            visit.actor,
            proposal_id,
            is_yes=is_yes,
            fates=form.fates,
            now=clock.now(),
            key=form.key.data,
            content=[proposal_id, is_yes, {str(one): fate for one, fate in form.fates.items()}],
        )
    except (Stale, TripsToSettle):
        form.form_errors.append(_("Something has changed meanwhile. Look again."))
    except REFUSALS:
        form.form_errors.append(_("We cannot change that trip here. Call us, and we help."))
    else:
        return True
    return False


def _prices(visit: Visit, trips: list[Coming], now: datetime) -> dict[UUID, str]:
    """Return what it costs her that no helper of ours goes along, by trip."""
    if not trips:
        return {}
    last = max(one.starts_at for one in trips)
    rows = booked_between([visit.citizen_id], now, last.replace(microsecond=999999))
    by_card = TermsRead()
    return {row.trip_id: price_by(by_card.of(row), row, now) for row in rows}
