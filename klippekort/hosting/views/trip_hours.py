"""Telling how long one went along or drove: one tap as planned, or from when to when."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from klippekort.domain.calendar import instant, local, local_day, minutes_between
from klippekort.domain.errors import NotFound, Stale
from klippekort.domain.permissions import Action, Role, authorise
from klippekort.hosting import services
from klippekort.hosting.forms.log import HoursForm
from klippekort.hosting.queries.offers import OfferLine, line_of
from klippekort.hosting.queries.trip_hours import find_trip_hours
from klippekort.hosting.views import shown
from klippekort.hosting.views.blueprint import bp
from klippekort.platform import clock
from klippekort.platform.auth import current_actor, requires
from klippekort.platform.execute import execute
from klippekort.platform.forms import KeyedForm
from klippekort.platform.i18n import _
from klippekort.volunteers.queries import reach_of

ASKED_FOR = timedelta(days=60)
"""How long somebody is asked about the hours of a trip."""


@bp.post("/vaertskab/ture/<uuid:offer_id>/som-planlagt")
@requires(Action.OFFER_TO_HOST)
def trip_as_planned(offer_id: UUID) -> ResponseReturnValue:
    """Confirm with one tap that a trip took as long as planned."""
    form = KeyedForm()
    if form.validate_on_submit():
        try:
            _log(offer_id, None, form.key.data, clock.now())
        except services.NotBegun:
            flash(_("It is not over yet."), "warning")
        except services.LoggedBefore:
            flash(_("You have told us before."), "info")
        else:
            flash(_("Thank you. It is saved."), "success")
    return _home()


@bp.route("/vaertskab/ture/<uuid:offer_id>/timer", methods=["GET", "POST"])
@requires(Action.OFFER_TO_HOST)
def trip_hours(offer_id: UUID) -> ResponseReturnValue:
    """Ask from when to when somebody went along or drove; the answer can be corrected."""
    now, line = clock.now(), _line(offer_id)
    known = find_trip_hours(offer_id)
    form = HoursForm(data=_known(line, known.minutes if known else None))
    if form.validate_on_submit() and _saved(form, line, now):
        flash(_("Thank you. It is saved."), "success")
        return _home()
    page = render_template(
        "hosting/trip_hours.html",
        form=form,
        offer=shown.offer_shown(line, now),
        is_own=current_actor().role is Role.VOLUNTEER,
        may_answer=line.ends_at <= now and services.may_correct_hours(current_actor(), known, now),
    )
    return page, 422 if form.errors else 200


def _line(offer_id: UUID) -> OfferLine:
    """Return an agreement about a trip. Raises NotFound, Forbidden."""
    line = line_of(offer_id, from_at=clock.now() - 7 * ASKED_FOR)
    if line.trip_id is None:
        raise NotFound
    authorise(current_actor(), Action.OFFER_TO_HOST, reach_of(line.volunteer_id))
    return line


def _known(line: OfferLine, minutes: int | None) -> dict[str, Any]:
    ends_at = line.ends_at
    if minutes is not None:
        ends_at = line.starts_at + timedelta(minutes=minutes)
    return {"started": local(line.starts_at).time(), "ended": local(ends_at).time()}


def _saved(form: HoursForm, line: OfferLine, now: datetime) -> bool:
    """Say whether it was saved; if not, the form says why."""
    day = local_day(line.starts_at)
    started_at, ended_at = instant(day, form.started.data), instant(day, form.ended.data)
    try:
        _log(line.id, minutes_between(started_at, ended_at), form.key.data, now)
    except services.HostingTimesMakeNoSense:
        form.ended.errors = [_("You must have left after you came.")]
    except services.NotBegun:
        form.form_errors.append(_("It is not over yet."))
    except services.LoggedBefore:
        form.form_errors.append(
            _("It was saved on an earlier day. Ask a coordinator to correct it.")
        )
    except Stale:
        form.form_errors.append(_("The trip was not made."))
    else:
        return True
    return False


def _log(offer_id: UUID, minutes: int | None, key: str, now: datetime) -> None:
    execute(
        services.log_trip_hours,
        current_actor(),
        offer_id,
        minutes=minutes,
        now=now,
        key=key,
        content=[offer_id, minutes],
    )


def _home() -> ResponseReturnValue:
    is_own = current_actor().role is Role.VOLUNTEER
    return redirect(url_for("hosting.mine" if is_own else "hosting.overview"), 303)
