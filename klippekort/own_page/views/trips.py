"""A citizen's own trips: she is not coming, and the faces of those who come along."""

from datetime import datetime
from uuid import UUID

from flask import Response, flash, redirect, render_template
from flask.typing import ResponseReturnValue

from klippekort.domain.errors import NotFound, Stale
from klippekort.domain.proxies import Purpose
from klippekort.domain.schemes import Charge, Terms
from klippekort.domain.trips import Cause, rule_of
from klippekort.own_page.forms.own import OwnCancelForm
from klippekort.own_page.queries.portraits import find_portrait
from klippekort.own_page.views.blueprint import bp
from klippekort.own_page.views.home import can_cancel, trip_shown
from klippekort.platform import clock
from klippekort.platform.execute import execute
from klippekort.platform.formatting import duration
from klippekort.platform.i18n import _
from klippekort.punchcards.views.visiting import Visit, own_route
from klippekort.trips.queries.trips import TripRow, get_trip, next_trips
from klippekort.trips.services.company import stay_home
from klippekort.trips.views.costs import minutes_words, terms_of

MOST_AHEAD = 20


@own_route(bp, "/tur/<uuid:trip_id>/afbud", needs=Purpose.CANCEL, methods=("GET", "POST"))
def cancel(visit: Visit, trip_id: UUID) -> ResponseReturnValue:
    """Say what it costs that she does not come, and take her word for it."""
    row, now, form = get_trip(trip_id, visit.citizen_id), clock.now(), OwnCancelForm()
    if visit.is_on_behalf:
        form.tell_of(visit.first_name)
    if not can_cancel(row, now):
        flash(_("The trip has begun, or it is off already. Call us if you wonder."), "warning")
        return redirect(visit.home, 303)
    if form.validate_on_submit():
        try:
            _cancel(visit, trip_id, form, now)
        except Stale:
            flash(_("The trip has begun, or it is off already. Call us if you wonder."), "warning")
        else:
            flash(_told_us(visit), "success")
        return redirect(visit.home, 303)
    return render_template(
        "own_page/cancel.html",
        form=form,
        trip=trip_shown(visit, row, now),
        price=price_of_staying(row, now),
    )


def _told_us(visit: Visit) -> str:
    if visit.is_on_behalf:
        said = _(
            "We know that %(name)s is not coming. Thank you for telling us.", name=visit.first_name
        )
        return str(said)
    return str(_("We know that you are not coming. Thank you for telling us."))


def _cancel(visit: Visit, trip_id: UUID, form: OwnCancelForm, now: datetime) -> None:
    execute(
        stay_home,
        visit.actor,
        trip_id,
        visit.citizen_id,
        form.chosen,
        now=now,
        key=form.key.data,
        content=[trip_id, form.chosen],
    )


def price_of_staying(row: TripRow, now: datetime) -> str:
    """Return what it costs her to stay at home, as it is reckoned now."""
    return price_by(terms_of(row), row, now)


def price_by(terms: Terms | None, row: TripRow, now: datetime) -> str:
    """Return the same where it has been read already which terms hold."""
    if terms is None:
        return str(_("It costs you nothing."))
    charge = rule_of(terms, Cause.CITIZEN, row.starts_at, now)[1]
    whole = minutes_words(row.planned_minutes, terms)
    match charge:
        case Charge.FREE:
            return str(_("You keep your time: %(time)s goes back on your card.", time=whole))
        case Charge.UNDECIDED:
            said = _("The time goes back on your card for now. Your municipality decides.")
        case Charge.FULL:
            said = _("It is late: you lose the time. It is %(time)s.", time=whole)
        case Charge.HALF:
            said = _("It is late: you lose half the time.")
        case Charge.ONE_PUNCH:
            said = _("It is late: you lose one punch.")
        case Charge.ACTUAL:
            said = _("You lose the time that was used.")
        case _:
            said = _("It is late: you lose %(time)s.", time=duration(int(charge)))
    return str(said)


@own_route(bp, "/billede/<uuid:care_worker_id>")
def face(visit: Visit, care_worker_id: UUID) -> ResponseReturnValue:
    """Send the picture of somebody who comes along on one of her next trips."""
    ahead = next_trips(visit.citizen_id, clock.now(), limit=MOST_AHEAD)
    known = {worker for row in ahead for worker, _name in row.escorts}
    row = find_portrait(care_worker_id) if care_worker_id in known else None
    if row is None:
        raise NotFound
    headers = {"Cache-Control": "private, no-store", "Content-Disposition": "inline"}
    return Response(row.content, mimetype=row.media_type, headers=headers)
