"""Days with the family, settled by staff: the answer, and what becomes of each trip."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.citizens.queries import get_citizen, reach
from klippekort.domain.calendar import local_day
from klippekort.domain.errors import DomainError, Stale
from klippekort.domain.permissions import Action, authorise
from klippekort.domain.relatives import TripsToSettle
from klippekort.domain.schemes import Charge
from klippekort.domain.trips import Cause, rule_of
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires, saw
from klippekort.platform.execute import execute
from klippekort.platform.formatting import moment
from klippekort.platform.i18n import _
from klippekort.relatives.queries.coming import Coming, booked_in
from klippekort.relatives.queries.proposals import YES, Proposed, get_proposal, shown
from klippekort.trips.forms.family_days import TO_STAFF, FamilyDaysForm, family_days_form
from klippekort.trips.queries.trips import TripRow, booked_between
from klippekort.trips.services.family_days import answer_days, fates_for
from klippekort.trips.views.blueprint import bp
from klippekort.trips.views.booking import REFUSALS
from klippekort.trips.views.costs import TermsRead
from klippekort.trips.views.words import error_words

OPEN = ("waiting", YES)


@bp.route("/forslag-fra-paaroerende/<uuid:proposal_id>", methods=["GET", "POST"])
@requires(Action.ANSWER_PROPOSAL, purpose="relatives")
def family_days(proposal_id: UUID) -> ResponseReturnValue:
    """Ask what becomes of each trip that is booked in the family's days, along with the answer."""
    row, now = get_proposal(proposal_id), clock.now()
    citizen = get_citizen(row.citizen_id)
    authorise(current_actor(), Action.ANSWER_PROPOSAL, reach(citizen, local_day(now)))
    back = url_for("relatives.of_citizen", citizen_id=row.citizen_id)
    if row.state not in OPEN:
        flash(_("Somebody has answered that already."), "info")
        return redirect(back, 303)
    proposed, trips = shown(row), booked_in([row], now)[row.id]
    labels = {one.trip_id: f"{moment(one.starts_at)}, {one.destination}" for one in trips}
    form = family_days_form(labels, fates_for(row), TO_STAFF)
    if form.validate_on_submit() and _answer(form, proposed):
        return redirect(back, 303)
    saw(row.citizen_id)
    prices = _prices(row.citizen_id, trips, now)
    page = render_template(
        "trips/family_days.html",
        form=form,
        proposed=proposed,
        trips=[(one.trip_id, form.field_of(one.trip_id), prices[one.trip_id]) for one in trips],
        back_url=back,
    )
    return page, 422 if form.errors else 200


def _answer(form: FamilyDaysForm, proposed: Proposed) -> bool:
    """Do what the form says, and return whether it was done; else the form says why not."""
    is_yes = form.answer.data == "yes"
    facts: dict[str, Any] = {
        "is_yes": is_yes,
        "fates": form.fates,
        "words": form.words.data or "",
    }
    try:
        execute(
            answer_days,
            current_actor(),
            proposed.row.id,
            **facts,
            now=clock.now(),
            key=form.key.data,
            content=[proposed.row.id, is_yes, {str(one): fate for one, fate in form.fates.items()}],
        )
    except Stale:
        form.form_errors.append(_("Something has changed meanwhile. Look again."))
    except TripsToSettle:
        form.form_errors.append(_("A trip has been booked meanwhile. Say what becomes of it too."))
    except REFUSALS as refusal:
        form.form_errors.append(_not_taken_over(refusal))
    else:
        flash(_("It is agreed. The relative is told.") if is_yes else _("The relative is told."))
        return True
    return False


def _not_taken_over(refusal: DomainError) -> str:
    """Return why a trip that others are on cannot be made with the family."""
    why = error_words(refusal, clock.today(), None)
    return str(_("A trip with others could not be changed. %(why)s", why=why))


def _prices(citizen_id: UUID, trips: list[Coming], now: datetime) -> dict[UUID, str]:
    """Return what it costs the citizen that no helper of ours goes along, by trip."""
    if not trips:
        return {}
    last = max(one.starts_at for one in trips)
    rows = booked_between([citizen_id], now, last.replace(microsecond=999999))
    by_card = TermsRead()
    return {one.trip_id: _price_words(one, by_card, now) for one in rows}


def _price_words(row: TripRow, by_card: TermsRead, now: datetime) -> str:
    terms = by_card.of(row)
    if terms is None:
        return str(_("No card pays for it."))
    charge = rule_of(terms, Cause.CITIZEN, row.starts_at, now)[1]
    if charge is Charge.FREE:
        return str(_("If it is changed, the time goes back on the card."))
    if charge is Charge.UNDECIDED:
        return str(_("If it is changed, the time goes back, and somebody is asked to decide."))
    return str(_("It is late: if it is changed, it costs time by the rules of the card."))
